"""The findings that diagnostics report, one module per rule."""
