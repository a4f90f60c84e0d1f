"""The error of a command or a tool, with a message for people."""


class CommandError(Exception):
    """A command failed. The message says what happened and what to do next."""
