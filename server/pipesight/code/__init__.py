"""The meaning of source code: syntax, evaluation and sites."""
