"""Tests of lsp."""
