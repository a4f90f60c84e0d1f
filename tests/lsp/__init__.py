"""Tests of `pipesight.lsp`, the language server through the protocol."""
