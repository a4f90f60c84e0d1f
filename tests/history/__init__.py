"""Tests of `pipesight.history`, the stores and their index."""
