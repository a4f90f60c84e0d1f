"""Reads text, HTML, Markdown, CSV and raw bytes."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from typing import Iterator, List, Optional, Tuple

from .bounds import COLUMNS, MARKUP, PAGE_BYTES, TEXT, Picture, Request, clip, counted, size
from .folder import Folder
from .table import is_part, page, table

_HEX_BYTES = 1024
_COUNTED = 32 * 1024 * 1024  # bytes of a CSV file whose lines are counted
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{1,200})</title>|<h1[^<>]{0,200}>([^<]{1,200})</h1>", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")


def read_html(folder: Folder, path: str, _request: Request) -> Picture:
    """A page as it is; who shows it must keep its scripts from running."""
    text, part = _decoded(folder, path, MARKUP)
    title = _TITLE.search(text)
    heading = f" “{clip((title.group(1) or title.group(2)).strip(), 60)}”" if title else ""
    return _picture("html", f"HTML{heading}, {size(folder.size(path))}", text, part)


def read_markdown(folder: Folder, path: str, _request: Request) -> Picture:
    """A Markdown text as it is."""
    text, part = _decoded(folder, path, TEXT)
    heading = next((line.lstrip("# ").strip() for line in text.splitlines() if line.strip("# ")), "")
    return _picture("markdown", f"Markdown “{clip(heading, 60)}”, {size(folder.size(path))}", text, part)


def read_text(folder: Folder, path: str, _request: Request) -> Picture:
    """Text where the bytes are text, else the first of them in hexadecimal."""
    length = folder.size(path)
    data = folder.read(path, TEXT + 1)
    text = _as_text(data[:TEXT], whole=len(data) <= TEXT)
    if text is None:
        return _picture("text", f"{counted(length, 'byte')}", hex_dump(data[:_HEX_BYTES]), length > _HEX_BYTES)
    first = next((line for line in text.splitlines() if line.strip()), "")
    summary = f"“{clip(first.strip(), 60)}”" if first else "empty text"
    return _picture("text", f"{summary}, {size(length)}", text, length > TEXT)


def _picture(kind: str, summary: str, text: str, truncated: bool) -> Picture:
    return {"kind": kind, "summary": summary, "text": text, "truncated": truncated}


def _decoded(folder: Folder, path: str, limit: int) -> Tuple[str, bool]:
    data = folder.read(path, limit + 1)
    return data[:limit].decode(encoding_of(data), "replace"), len(data) > limit


def encoding_of(data: bytes) -> str:
    """UTF-8, or what the mark at the beginning says."""
    return "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"


def _as_text(data: bytes, whole: bool) -> Optional[str]:
    try:
        text = codecs.getincrementaldecoder(encoding_of(data))().decode(data, whole)
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text


def hex_dump(data: bytes) -> str:
    """Bytes in hexadecimal with their characters beside, sixteen a line."""
    lines: List[str] = []
    for start in range(0, len(data), 16):
        row = data[start : start + 16]
        codes = " ".join(f"{byte:02x}" for byte in row)
        characters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{start:08x}  {codes:<47}  {characters}")
    return "\n".join(lines)


def read_csv(folder: Folder, path: str, request: Request) -> Picture:
    """A CSV file as a table; its first line names the columns."""
    offset, limit = page(request)
    with folder.open(path) as file:
        start = file.read(4096)
        file.seek(0)
        encoding = encoding_of(start)
        text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
        csv.field_size_limit(2**24)
        delimiter = _delimiter(start.decode(encoding, "replace"))
        try:
            return _csv_table(csv.reader(_bounded(text), delimiter=delimiter), offset, limit, folder.size(path))
        except (csv.Error, StopIteration):
            return read_text(folder, path, request)


def _delimiter(start: str) -> str:
    """What separates the columns' names, where they hold no comma: a semicolon or a tab, as some spreadsheets write."""
    header = start.partition("\n")[0]
    return next((mark for mark in ",;\t" if mark in header), ",")


def _bounded(text: io.TextIOWrapper) -> Iterator[str]:
    read = 0
    while read < PAGE_BYTES:
        line = text.readline(2**24)
        if not line:
            return
        read += len(line)
        yield line


def _csv_table(rows: Iterator[List[str]], offset: int, limit: int, length: int) -> Picture:
    header = next(rows)
    rows = filter(None, rows)  # blank lines are no rows
    unnamed_index = 1 if header and header[0] == "" else 0  # how pandas writes its index
    for _ in itertools.islice(rows, offset):
        pass
    shown = [_fitted(row, min(len(header), COLUMNS)) for row in itertools.islice(rows, limit)]
    total = offset + len(shown) + sum(1 for _ in rows) if length <= _COUNTED else None
    width = len(header) - unnamed_index
    extent = f"{total} x {width}" if total is not None else f"of {width} columns, {size(length)}"
    return {
        "kind": "table",
        "summary": f"CSV table {extent}",
        "table": table([(name, "") for name in header], shown, offset, total, unnamed_index),
        "truncated": is_part(len(header), len(shown), total),
    }


def _fitted(row: List[str], width: int) -> List[str]:
    return row[:width] + [""] * (width - len(row))
