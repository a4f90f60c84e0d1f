"""Parse source text to a syntax tree, tolerating errors."""
