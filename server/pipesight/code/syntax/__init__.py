"""Source text to an error-tolerant syntax tree."""
