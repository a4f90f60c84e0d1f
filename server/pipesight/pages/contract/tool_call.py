"""A call of a tool for assistants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipesight.outputs.preview import Image
from pipesight.pages.contract.given import text


@dataclass(frozen=True, slots=True)
class ToolArgument:
    """The argument of `pipesight.callTool`: a tool for assistants, and the object of its arguments."""

    tool: str
    arguments: object = None

    @classmethod
    def of(cls, given: Mapping[str, object]) -> ToolArgument:
        """Read the data of a client. A value of the wrong type counts as missing."""
        return cls(text(given, "tool") or "", given.get("arguments"))


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """The answer of a tool to an assistant: JSON as text, and a picture if an output is one."""

    text: str
    picture: Image | None = None
