"""A command or a tool that failed, in words for a person."""


class CommandError(Exception):
    """A command that failed. The message tells the person what happened and what to do next."""
