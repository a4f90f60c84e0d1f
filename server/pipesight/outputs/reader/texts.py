"""Read text, HTML, Markdown and raw bytes."""

from __future__ import annotations

import codecs
import re
import uuid
from typing import List, Optional, Tuple

from .bounds import MARKUP, TEXT, Picture, Request, clip, counted, size
from .folder import Folder
from .jsons import read_json
from .text_encoding import encoding_of

_HEX_BYTES = 1024
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{1,200})</title>|<h1[^<>]{0,200}>([^<]{1,200})</h1>", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")


def read_html(folder: Folder, path: str, _request: Request) -> Picture:
    """Return a page as it is. A client that shows it keeps its scripts from running."""
    text, part = _decoded(folder, path, MARKUP)
    title = _TITLE.search(text)
    heading = f" “{clip((title.group(1) or title.group(2)).strip(), 60)}”" if title else ""
    return _picture("html", f"HTML{heading}, {size(folder.size(path))}", text, part)


def read_markdown(folder: Folder, path: str, _request: Request) -> Picture:
    """Return a Markdown text as it is."""
    text, part = _decoded(folder, path, TEXT)
    heading = next((line.lstrip("# ").strip() for line in text.splitlines() if line.strip("# ")), "")
    return _picture("markdown", f"Markdown “{clip(heading, 60)}”, {size(folder.size(path))}", text, part)


def read_text(folder: Folder, path: str, _request: Request) -> Picture:
    """Return the text, or the first bytes in hexadecimal if they are no text."""
    length = folder.size(path)
    data = folder.read(path, TEXT + 1)
    text = _as_text(data[:TEXT], whole=len(data) <= TEXT)
    if text is None:
        return _picture("text", f"{counted(length, 'byte')}", _hex_dump(data[:_HEX_BYTES]), length > _HEX_BYTES)
    first = next((line for line in text.splitlines() if line.strip()), "")
    summary = f"“{clip(first.strip(), 60)}”" if first else "empty text"
    return _picture("text", f"{summary}, {size(length)}", text, length > TEXT)


def read_service(folder: Folder, path: str, request: Request) -> Picture:
    """Return a service: its UUID, as ZenML writes it today, or its JSON configuration, as older releases did."""
    stored = folder.read(path, 64).decode("utf-8", "replace").strip().strip('"')
    try:
        service = uuid.UUID(stored)
    except ValueError:
        return read_json(folder, path, request)
    text = (
        f"The artifact keeps the UUID of a ZenML service: {service}\n"
        f'Client().get_service("{service}") shows what it is and where it answers.'
    )
    return _picture("text", f"ZenML service {service}", text, False)


def _picture(kind: str, summary: str, text: str, truncated: bool) -> Picture:
    return {"kind": kind, "summary": summary, "text": text, "truncated": truncated}


def _decoded(folder: Folder, path: str, limit: int) -> Tuple[str, bool]:
    data = folder.read(path, limit + 1)
    return data[:limit].decode(encoding_of(data), "replace"), len(data) > limit


def _as_text(data: bytes, whole: bool) -> Optional[str]:
    try:
        text = codecs.getincrementaldecoder(encoding_of(data))().decode(data, whole)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def _hex_dump(data: bytes) -> str:
    """Return bytes in hexadecimal with their characters beside them, sixteen in each line."""
    lines: List[str] = []
    for start in range(0, len(data), 16):
        row = data[start : start + 16]
        codes = " ".join(f"{byte:02x}" for byte in row)
        characters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{start:08x}  {codes:<47}  {characters}")
    return "\n".join(lines)
