"""Read pictures. Small ones in a web format are sent as they are, and Pillow converts others to a small PNG."""

from __future__ import annotations

import base64
import io
import math
import struct
from typing import TYPE_CHECKING, Any, BinaryIO, Optional, Tuple

from .bounds import IMAGE_BYTES, Picture, Request, size
from .folder import Folder
from .libraries import LibraryError, library
from .problem import Problem
from .table_preview import add_note

if TYPE_CHECKING:
    from .protocols import PillowImage

_SMALLER = (1600, 1600)
_TOO_BIG = "Too big to be shown here."
_PIXELS = 80_000_000  # a larger picture is decoded neither by Pillow nor by a browser
_BROWSER = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"}
# The formats that Pillow decodes itself. It starts Ghostscript for EPS, and uses other libraries for some others.
_DECODED = (
    "AVIF", "BLP", "BMP", "CUR", "DDS", "DIB", "GIF", "ICNS", "ICO", "IM", "JPEG", "JPEG2000", "MSP", "PCX", "PNG",
    "PPM", "QOI", "SGI", "SPIDER", "SUN", "TGA", "TIFF", "WEBP", "XBM", "XPM",
)  # fmt: skip
_POSTSCRIPT = (b"%!PS", b"\xc5\xd0\xd3\xc6")


def read_image(folder: Folder, path: str, _request: Request) -> Picture:
    """Return the preview of a picture file.

    Raises Problem if its bytes have no known image format.
    """
    data = folder.read(path, IMAGE_BYTES)
    length = folder.size(path)
    mime = mime_of(data)
    if mime is None:
        return _postscript(path, length) if data.startswith(_POSTSCRIPT) else _unknown(folder, path)
    width, height = dimensions(data, mime) or (None, None)
    picture = _picture(mime[6:].upper(), length, width, height)
    picture["image"]["mime"] = mime
    if width and height and width * height > _PIXELS:
        picture.update(text=_TOO_BIG, truncated=True)
    elif width and height and mime in _BROWSER and length <= IMAGE_BYTES:
        picture["image"]["data"] = base64.b64encode(data).decode("ascii")
    else:
        _make_smaller(folder, path, picture)
    return picture


def _picture(kind: str, length: int, width: Optional[int], height: Optional[int]) -> Picture:
    return {
        "kind": "image",
        "summary": _summary(kind, length, width, height),
        "image": {"mime": "image/png", "data": "", "width": width, "height": height},
        "truncated": False,
    }


def _summary(kind: str, length: int, width: Optional[int], height: Optional[int]) -> str:
    extent = f"{width} x {height} " if width and height else ""
    return f"{extent}{kind} image, {size(length)}"


def _postscript(path: str, length: int) -> Picture:
    return {
        "kind": "files",
        "summary": f"PostScript drawing, {size(length)}",
        "files": [{"path": path, "size": length}],
        "advice": "PostScript is a program, and previews run none. Open it with a viewer.",
    }


def read_svg(folder: Folder, path: str, _request: Request) -> Picture:
    """Return a drawing. A client that shows it as a picture runs none of its scripts and loads nothing."""
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


def _unknown(folder: Folder, path: str) -> Picture:
    """Return the preview of a picture in a format that only Pillow knows."""
    length = folder.size(path)
    try:
        with folder.open(path) as file, _opened(file) as opened:
            picture = _picture(str(opened.format), length, opened.width, opened.height)
    except LibraryError as error:
        picture = _picture("unknown", length, None, None)
        picture.update(text=f"Browsers do not show this format. {error.text}", advice=error.advice, truncated=True)
        return picture
    except Exception as error:  # noqa: BLE001 - Pillow's decoders raise all kinds of errors on damaged files
        if type(error).__name__ == "DecompressionBombError":
            return {**_picture("huge", length, None, None), "text": _TOO_BIG, "truncated": True}
        advice = "The file may be damaged, or the installed Pillow does not know its format."
        raise Problem(f"{path} is not a picture in a known format.", advice) from None
    _make_smaller(folder, path, picture)
    return picture


def _make_smaller(folder: Folder, path: str, picture: Picture) -> None:
    """Add a small PNG made by Pillow of a picture that cannot be sent as it is, or the reason why there is none."""
    picture["truncated"] = True
    try:
        with folder.open(path) as file, _opened(file) as opened:
            picture["image"].update(width=opened.width, height=opened.height)
            picture["summary"] = _summary(str(opened.format), folder.size(path), opened.width, opened.height)
            is_smaller = opened.width > _SMALLER[0] or opened.height > _SMALLER[1]
            shown = _in_gray(opened)
            small = _thumbnail(shown or opened)
        picture["image"].update(mime="image/png", data=base64.b64encode(small).decode("ascii"))
        picture["text"] = "Made smaller for the preview." if is_smaller else "Shown as PNG."
        if shown is not None:
            add_note(picture, "Its lowest number is black, and its highest is white.")
    except LibraryError as error:
        picture.update(
            text=f"It is too large to send, or browsers do not show its format. {error.text}", advice=error.advice
        )
    except MemoryError:
        picture["text"] = _TOO_BIG
    except Exception as error:  # noqa: BLE001 - Pillow's decoders raise all kinds of errors on damaged files
        is_bomb = type(error).__name__ == "DecompressionBombError"
        picture["text"] = _TOO_BIG if is_bomb else "It cannot be decoded. The file may be damaged."


def _opened(file: BinaryIO) -> PillowImage:
    """Open a picture with Pillow.

    Raises LibraryError when there is no safe Pillow, and Pillow's errors when it does not know the format.
    """
    pillow = library("PIL.Image")
    pillow.init()
    pillow.MAX_IMAGE_PIXELS = _PIXELS // 2  # Pillow warns above this number, and raises an error above twice as many
    return pillow.open(file, formats=[kind for kind in _DECODED if kind in pillow.OPEN])


def _in_gray(opened: PillowImage) -> Optional[PillowImage]:
    """Return a gray picture of 16 or more bits in 8 bits, None for any other picture.

    Pillow would show values above 255 as white.
    """
    if not opened.mode.startswith(("I", "F")):
        return None
    numbers = opened.convert("F")
    low, high = numbers.getextrema()
    scale = 255 / (high - low) if math.isfinite(high - low) and high > low else 1.0

    def brightness(value: Any) -> Any:  # Pillow passes an expression that supports * and +
        return value * scale - low * scale

    return numbers.point(brightness).convert("L")


def _thumbnail(opened: PillowImage) -> bytes:
    opened.thumbnail(_SMALLER)
    has_alpha = "A" in opened.getbands() or "transparency" in opened.info
    out = io.BytesIO()
    opened.convert("RGBA" if has_alpha else "RGB").save(out, "PNG")
    return out.getvalue()


def mime_of(head: bytes) -> Optional[str]:
    """Return the image format by its first bytes."""
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
    """Return width and height in pixels from the header, None if it lacks them."""
    try:
        if mime == "image/png":
            return _pair(">II", head, 16)
        if mime == "image/gif":
            return _pair("<HH", head, 6)
        if mime == "image/bmp":
            width, height = _pair("<HH" if head[14] == 12 else "<ii", head, 18)  # the header of OS/2 has 12 bytes
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
