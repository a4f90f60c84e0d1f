"""The rules behind the diagnostics, one module for each rule."""
