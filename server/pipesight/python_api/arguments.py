"""Names as callers of the Python API give them: as text, or as the function or class."""

from __future__ import annotations


def name_of(kind: str, *given: object) -> str:
    """Return the name of the first argument that is not None.

    The argument is a name, a pipeline or step, or its function or class. Raises TypeError if all are None.
    """
    thing = next((each for each in given if each is not None), None)
    if thing is None:
        raise TypeError(f"Which {kind}? Give its name.")
    if isinstance(thing, str):
        return thing
    told = getattr(thing, "name", None)
    if isinstance(told, str):
        return told
    return str(getattr(thing, "__name__", None) or type(thing).__name__)
