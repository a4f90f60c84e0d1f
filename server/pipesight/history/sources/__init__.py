"""Where history is kept: one module per kind of store, one small protocol."""
