"""Reads pictures: kind and size from the header, the bytes where they are few, else made smaller with Pillow."""

from __future__ import annotations

import base64
import importlib
import io
import struct
from typing import Any, Optional, Tuple

from .bounds import IMAGE_BYTES, Picture, Request, size
from .folder import Folder, install
from .problem import Problem

_SMALLER = (1600, 1600)
_TOO_BIG = "Too big to be shown here."
_PIXELS = 80_000_000  # beyond this neither Pillow nor a browser is asked
_BROWSER = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"}


def read_image(folder: Folder, path: str, _request: Request) -> Picture:
    """The picture of a picture.

    Raises Problem when its bytes are of no known image format.
    """
    data = folder.read(path, IMAGE_BYTES)
    length = folder.size(path)
    mime = mime_of(data)
    if mime is None:
        raise Problem(f"{path} is not a picture in a known format.", "The file may be damaged.")
    width, height = dimensions(data, mime) or (None, None)
    extent = f"{width} x {height} " if width and height else ""
    picture: Picture = {
        "kind": "image",
        "summary": f"{extent}{mime[6:].upper()} image, {size(length)}",
        "image": {"mime": mime, "data": "", "width": width, "height": height},
        "truncated": False,
    }
    if width and height and width * height > _PIXELS:
        picture.update(text=_TOO_BIG, truncated=True)
    elif width and height and mime in _BROWSER and length <= IMAGE_BYTES:
        picture["image"]["data"] = base64.b64encode(data).decode("ascii")
    else:
        _make_smaller(folder, path, picture)
    return picture


def read_svg(folder: Folder, path: str, _request: Request) -> Picture:
    """A drawing; who shows it as a picture runs no script of it and loads nothing."""
    length = folder.size(path)
    data = folder.read(path, IMAGE_BYTES) if length <= IMAGE_BYTES else b""
    return {
        "kind": "image",
        "summary": f"SVG drawing, {size(length)}",
        "image": {
            "mime": "image/svg+xml",
            "data": base64.b64encode(data).decode("ascii"),
            "width": None,
            "height": None,
        },
        "truncated": not data,
    }


def _make_smaller(folder: Folder, path: str, picture: Picture) -> None:
    """Puts in what Pillow makes of a picture that no browser can be given, or why it makes nothing."""
    picture["truncated"] = True
    try:
        pillow: Any = importlib.import_module("PIL.Image")
    except ImportError:
        picture["text"] = "Too big to be shown here, or not a format of the web."
        picture["advice"] = install("pillow", "then Pipesight makes it smaller")
        return
    pillow.MAX_IMAGE_PIXELS = None  # it would only warn; what is too big is seen below, before it is decoded
    try:
        with folder.open(path) as file, pillow.open(file) as opened:
            image = picture["image"]
            image.update(width=opened.width, height=opened.height)
            if opened.width * opened.height > _PIXELS:
                picture["text"] = _TOO_BIG
                return
            image.update(mime="image/png", data=base64.b64encode(_thumbnail(opened)).decode("ascii"))
            picture["text"] = "Made smaller for the preview."
    except Exception:  # noqa: BLE001 - Pillow's decoders raise all kinds of errors on damaged files
        picture["text"] = "It cannot be decoded; the file may be damaged."


def _thumbnail(opened: Any) -> bytes:
    opened.thumbnail(_SMALLER)
    out = io.BytesIO()
    opened.convert("RGBA" if "A" in opened.getbands() else "RGB").save(out, "PNG")
    return out.getvalue()


def mime_of(head: bytes) -> Optional[str]:
    """The image format by its first bytes."""
    for magic, mime in (
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
        (b"BM", "image/bmp"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
    ):
        if head.startswith(magic):
            return mime
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None


def dimensions(head: bytes, mime: str) -> Optional[Tuple[int, int]]:
    """Width and height in pixels, where the header tells."""
    try:
        if mime == "image/png":
            return _pair(">II", head, 16)
        if mime == "image/gif":
            return _pair("<HH", head, 6)
        if mime == "image/bmp":
            width, height = _pair("<HH" if head[14] == 12 else "<ii", head, 18)  # OS/2's header is short
            return width, abs(height)
        if mime == "image/webp":
            return _webp(head)
        return _jpeg(head) if mime == "image/jpeg" else None
    except (struct.error, IndexError):
        return None


def _pair(layout: str, head: bytes, start: int) -> Tuple[int, int]:
    first, second = struct.unpack_from(layout, head, start)
    return first, second


def _jpeg(head: bytes) -> Optional[Tuple[int, int]]:
    place = 2
    while head[place] == 0xFF:
        marker = head[place + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = _pair(">HH", head, place + 5)
            return width, height
        place += 2 + struct.unpack_from(">H", head, place + 2)[0]
    return None


def _webp(head: bytes) -> Optional[Tuple[int, int]]:
    if len(head) < 30:
        return None
    if head[12:16] == b"VP8X":
        width = int.from_bytes(head[24:27], "little") + 1
        return width, int.from_bytes(head[27:30], "little") + 1
    if head[12:16] == b"VP8 ":
        width, height = _pair("<HH", head, 26)
        return width & 0x3FFF, height & 0x3FFF
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None
