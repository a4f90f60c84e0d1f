"""Convert answers to results of the protocol: data, the same data as text, and a picture."""

from __future__ import annotations

from typing import Any

from mcp_types import CallToolResult, ContentBlock, ImageContent, TextContent
from pydantic_core import to_json, to_jsonable_python

from pipesight.outputs.preview import Image


def result(answer: Any, image: Image | None = None) -> CallToolResult:
    """Return an answer as data and as JSON text, with a picture if it is given.

    The text has no white space, because a client pays for it.
    """
    content: list[ContentBlock] = [TextContent(type="text", text=to_json(answer).decode())]
    if image is not None:
        content.append(ImageContent(type="image", data=image.data, mime_type=image.mime))
    return CallToolResult(content=content, structured_content=to_jsonable_python(answer))
