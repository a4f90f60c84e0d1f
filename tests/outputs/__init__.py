"""Tests of `pipesight.outputs`, the values of outputs."""
