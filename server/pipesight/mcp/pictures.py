"""Answers that carry a picture beside their data."""

from __future__ import annotations

from typing import Any

from mcp_types import CallToolResult, ContentBlock, ImageContent, TextContent
from pydantic_core import to_json, to_jsonable_python

from pipesight.outputs.preview import Image


def with_picture(answer: Any, image: Image | None) -> CallToolResult:
    """Return an answer whose picture, if it has one, is a part of its own."""
    content: list[ContentBlock] = [TextContent(type="text", text=to_json(answer, indent=2).decode())]
    if image is not None:
        content.append(ImageContent(type="image", data=image.data, mime_type=image.mime))
    return CallToolResult(content=content, structured_content=to_jsonable_python(answer))
