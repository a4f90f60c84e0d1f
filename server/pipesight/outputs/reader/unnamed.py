"""Read a file without an ending, as ZenML's `PathMaterializer` saves it, by its first bytes."""

from __future__ import annotations

from typing import Optional

from .bounds import Picture, Request
from .folder import Folder
from .formats import function
from .images import mime_of
from .text_encoding import encoding_of

_SAMPLE = 4096
_MAGIC = (
    (b"PAR1", "frames.read_frame"),
    (b"ARROW1", "frames.read_arrow"),
    (b"FEA1", "frames.read_arrow"),
    (b"\x93NUMPY", "npy.read_npy"),
    (b"\x89HDF\r\n\x1a\n", "models.read_hdf5"),
    (b"PK\x03\x04", "archives.read_zip"),
    (b"\x1f\x8b", "archives.read_tar"),
    (b"\x80\x02", "pickles.read_pickle"),
    (b"\x80\x03", "pickles.read_pickle"),
    (b"\x80\x04", "pickles.read_pickle"),
    (b"\x80\x05", "pickles.read_pickle"),
    (b"%!PS", "images.read_image"),
)


def read_unnamed(folder: Folder, path: str, request: Request) -> Picture:
    """Return the preview of a file, chosen by its first bytes."""
    start = folder.read(path, _SAMPLE)
    picture: Picture = function(_reader(start) or "texts.read_text")(folder, path, request)
    return picture


def _reader(start: bytes) -> Optional[str]:
    if mime_of(start) is not None:
        return "images.read_image"
    for magic, reader in _MAGIC:
        if start.startswith(magic):
            return reader
    return _text_reader(start)


def _text_reader(start: bytes) -> Optional[str]:
    """Return the reader for JSON, HTML, SVG or tables, None for other texts."""
    try:
        text = start.decode(encoding_of(start), "strict" if len(start) < _SAMPLE else "ignore").lstrip()
    except UnicodeDecodeError:
        return None
    head = text[:200].lower()
    if head.startswith(("<!doctype html", "<html")):
        return "texts.read_html"
    if head.startswith("<svg") or (head.startswith("<?xml") and "<svg" in text):
        return "images.read_svg"
    if head.startswith(("{", "[")):
        return "jsons.read_json"
    lines = text.splitlines()[:5]
    for mark in (",", ";", "\t"):
        counts = {line.count(mark) for line in lines}
        if len(lines) > 1 and len(counts) == 1 and counts != {0}:
            return "csvs.read_csv"
    return None
