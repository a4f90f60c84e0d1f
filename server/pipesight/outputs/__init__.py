"""The outputs of runs: their previews, which the reader makes."""
