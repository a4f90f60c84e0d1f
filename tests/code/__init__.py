"""Tests of `pipesight.code`, the meaning of source code."""
