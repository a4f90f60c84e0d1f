"""The findings of the evaluation, at exact positions."""
