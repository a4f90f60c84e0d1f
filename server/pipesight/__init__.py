"""Pipesight: a project's pipeline history in the editor."""

__version__ = "0.1.0"
