"""The values of outputs: their previews by the reader, their comparison, and values that the loader loads."""
