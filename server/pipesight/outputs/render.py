"""Render previews for hovers and documents (Markdown) and for terminals (plain text).

Everything that comes from an artifact is escaped. No cell, name or text can add markup, a link, a picture or a control
code.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from pipesight.characters import visible
from pipesight.outputs.preview import Image, Preview, Table

_ROWS = 10
_COLUMNS = 8
_LINES = 40
_CHARACTERS = 6_000
_CELL = 60
_DECIMALS = 6
_PICTURE = 96 * 1024  # characters of base64 that a hover carries

_SHORT = 200  # characters of a text whose escaped form is cached, because each hover shows the same names
_ESCAPED = re.compile(
    r"([\\`*\[\]<>|~#!&$]|(?<!\w)_|_(?!\w)"
    r"|(?i:(?<=http)|(?<=https)|(?<=ftp)):(?=//)|(?i:(?<=www))\.|@)"  # editors turn these into links
)
_MIME = re.compile(r"image/(png|jpeg|gif|webp|bmp)")
_MIDNIGHT = re.compile(r"-?\d{4,}-\d\d-\d\dT00:00:00(\+00:00)?")
_NUMBER_AS_TEXT = re.compile(r"NaN|-?Infinity|-?\d{16,}")
_BASE64 = re.compile(r"[A-Za-z0-9+/=]+")


def to_markdown(preview: Preview, *, rows: int = _ROWS, columns: int = _COLUMNS) -> str:
    """Return a preview as Markdown. It has the picture only if that is small."""
    parts = [_code_span(preview.summary) if preview.kind == "json" else f"**{escape(preview.summary)}**"]
    if preview.kind == "problem":
        parts = [f"⚠ {escape(preview.text or preview.summary)}"]
    elif preview.image is not None:
        parts.append(_markdown_image(preview.image))
    text = _main_text(preview)
    if text:
        parts.append(fenced(_excerpt(text), preview.kind if preview.kind in ("json", "markdown") else ""))
    if preview.statistics:
        parts.append(escape(_statistics(preview)))
    if preview.table is not None:
        parts.append(_markdown_table(preview.table, rows, columns))
    if preview.kind in ("table", "array", "image") and preview.text:
        parts.append(fenced(_excerpt(preview.text)) if "\n" in preview.text else escape(preview.text))
    if preview.files:
        parts.append("\n".join(f"- {escape(line)}" for line in _file_lines(preview, rows)))
    if preview.advice:
        parts.append(escape(preview.advice))
    return "\n\n".join(part for part in parts if part)


def to_text(preview: Preview, *, rows: int = _ROWS, columns: int = _COLUMNS) -> str:
    """Return a preview as plain text."""
    parts = [visible(preview.summary, one_line=True)]
    if preview.kind == "problem":
        parts = [visible(preview.text or preview.summary)]
    text = _main_text(preview)
    if text:
        parts.append(visible(_excerpt(text)))
    if preview.statistics:
        parts.append(_statistics(preview))
    if preview.table is not None:
        parts.append(_text_table(preview.table, rows, columns))
    if preview.kind in ("table", "array", "image") and preview.text:
        parts.append(visible(_excerpt(preview.text)))
    parts += ["\n".join(visible(line, one_line=True) for line in _file_lines(preview, rows))]
    parts += [visible(preview.advice)] if preview.advice else []
    return "\n\n".join(part for part in parts if part)


def _main_text(preview: Preview) -> str:
    """Return the text that is the value itself. Empty if the preview shows it in another way."""
    if preview.kind == "json":
        return preview.text if preview.text and _says_more(preview) else ""
    if preview.kind == "html":
        return page_text(preview.text or "")
    return (preview.text or "") if preview.kind in ("text", "markdown", "pickle") else ""


def escape(text: str) -> str:
    """Escape a text so that Markdown shows it as it is, on one line."""
    return _remembered(text) if len(text) <= _SHORT else _escaped(text)


def _escaped(text: str) -> str:
    return _ESCAPED.sub(r"\\\1", visible(text, one_line=True))


_remembered = lru_cache(512)(_escaped)


def _code_span(text: str) -> str:
    """Return a text as inline code on one line. Nothing in the text can end the code."""
    text = visible(text, one_line=True)
    fence = "`" * (_longest_run(text) + 1)
    space = " " if text[:1] in ("`", "") or text[-1:] == "`" else ""
    return f"{fence}{space}{text}{space}{fence}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)


def fenced(text: str, language: str = "") -> str:
    """Return a text in a code block. Nothing in the text can end the block."""
    text = visible(text)
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _excerpt(text: str) -> str:
    lines = text[:_CHARACTERS].splitlines()
    if len(lines) <= _LINES and len(text) <= _CHARACTERS:
        return text.rstrip("\n")
    return "\n".join([*lines[:_LINES], "…"])


def _says_more(preview: Preview) -> bool:
    """Return True if the text of a JSON value has more than its summary."""
    return "".join((preview.text or "").split()) != "".join(preview.summary.split())


_TAG = re.compile(r"/?([a-z][a-z0-9]{0,20})", re.IGNORECASE)
_BLOCK = re.compile(r"p|div|h[1-6]|li|tr|br|hr|table|[uod]l|d[td]|section|article|header|footer|pre", re.IGNORECASE)


def page_text(page: str) -> str:
    """Return the visible text of the beginning of an HTML page, in linear time whatever the page holds."""
    page = page[: 16 * _CHARACTERS]
    lowered = page.lower()
    pieces: list[str] = []
    place = 0
    while place < len(page):
        start = page.find("<", place)
        pieces.append(re.sub(r"\s+", " ", html.unescape(page[place : start if start >= 0 else None])))
        if start < 0:
            break
        comment = page.startswith("<!--", start)
        end = page.find("-->" if comment else ">", start)
        tag = _TAG.match(page, start + 1)
        if end < 0:
            break
        name = tag.group(1).lower() if tag else ""
        if name in ("script", "style", "template") and page[start + 1] != "/":
            end = lowered.find(f"</{name}", end)
            if end < 0:
                break
            place = end
            continue
        pieces.append("  " if name in ("td", "th") else "\n" if _BLOCK.fullmatch(name) else "")
        place = end + (3 if comment else 1)
    lines = (line.rstrip() for line in "".join(pieces).splitlines())
    return "\n".join(line for line in lines if line.strip())


def _markdown_image(image: Image) -> str:
    if not image.data or len(image.data) > _PICTURE:
        return ""
    if not _MIME.fullmatch(image.mime) or not _BASE64.fullmatch(image.data):
        return ""
    return f"![picture](data:{image.mime};base64,{image.data})"


def _statistics(preview: Preview) -> str:
    return " · ".join(f"{name} {_number(value)}" for name, value in preview.statistics.items())


def _number(value: object, decimals: int = 0) -> str:
    """Return a number as it is, with at least `decimals` decimals. An ellipsis stands for decimals left out."""
    text = repr(value) if isinstance(value, float) else str(value)
    if not isinstance(value, float) or not math.isfinite(value):
        return text
    digits, exponent, power = text.partition("e")
    whole, _, fraction = digits.partition(".")
    cut = f"{fraction[:_DECIMALS]}…" if len(fraction) > _DECIMALS else fraction
    if exponent:
        return whole + (f".{cut}" if cut else "") + exponent + power
    return f"{whole}.{cut.ljust(decimals, '0')}"


def _decimals(values: Sequence[object]) -> int:
    """Return the number of decimals of a column's numbers, for aligning them."""
    texts = [repr(value) for value in values if isinstance(value, float) and math.isfinite(value)]
    return min(max((len(text.partition(".")[2]) for text in texts if "e" not in text), default=0), _DECIMALS)


def _cut(table: Table, rows: int, columns: int) -> tuple[list[str], list[list[str]]]:
    """Return the header and rows that fit, as text, with an ellipsis column if columns are left out."""
    width = min(len(table.columns), columns + table.index)
    more = ["…"] if len(table.columns) > width else []
    header = [column.name for column in table.columns[:width]] + more
    shown = [row[:width] for row in table.rows[:rows]]
    decimals = [_decimals([row[i] for row in shown if i < len(row)]) for i in range(width)]
    dates = [_is_date_column(table, i) for i in range(width)]
    lines = [
        [date_of(value) if dates[i] else _cell(value, decimals[i]) for i, value in enumerate(row)] + more
        for row in shown
    ]
    return header, lines


def _cell(value: object, decimals: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = _number(value, decimals)
    return text if len(text) <= _CELL else text[: _CELL - 1] + "…"


def _is_date_column(table: Table, column: int) -> bool:
    return are_dates(table.columns[column].type, [row[column] for row in table.rows if column < len(row)])


def are_dates(kind: str, values: Sequence[object]) -> bool:
    """Return True for times that are all at midnight. `kind` is the type of their column."""
    held = [value for value in values if value is not None]
    is_midnight = all(isinstance(value, str) and _MIDNIGHT.fullmatch(value) for value in held)
    return kind.startswith("datetime64") and bool(held) and is_midnight


def date_of(value: object) -> str:
    """Return the date of a time at midnight."""
    return "" if value is None else str(value).partition("T")[0]


def _below(table: Table, shown: int) -> str:
    first = table.offset + 1
    if not shown or (table.total == shown and table.offset == 0):
        return ""
    total = "" if table.total is None else f" of {table.total:,}"
    return f"rows {first:,} to {table.offset + shown:,}{total}"


def _is_number_column(table: Table, column: int) -> bool:
    """Return True for a column of numbers, even if all are missing. NaN and very large numbers are stored as text."""
    if table.columns[column].type in ("string", "bool"):
        return False
    return all(
        value is None
        or (isinstance(value, (int, float)) and not isinstance(value, bool))
        or (isinstance(value, str) and _NUMBER_AS_TEXT.fullmatch(value) is not None)
        for value in (row[column] for row in table.rows if column < len(row))
    )


def _markdown_table(table: Table, rows: int, columns: int) -> str:
    header, shown = _cut(table, rows, columns)
    if not header:
        return ""
    right = [i < len(table.columns) and _is_number_column(table, i) for i in range(len(header))]
    lines = [_markdown_row(header), "|" + "|".join("---:" if number else "---" for number in right) + "|"]
    lines += [_markdown_row(row) for row in shown]
    below = _below(table, len(shown))
    return "\n".join(lines) + (f"\n\n{below}" if below else "")


def _markdown_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(escape(cell) or " " for cell in cells) + " |"


def _text_table(table: Table, rows: int, columns: int) -> str:
    header, shown = _cut(table, rows, columns)
    lines = [[visible(cell, one_line=True) for cell in line] for line in [header, *shown]]
    widths = [max(_width(line[i]) for line in lines) for i in range(len(header))]
    right = [i < len(table.columns) and _is_number_column(table, i) for i in range(len(header))]
    text = ["  ".join(map(_padded, line, widths, right)).rstrip() for line in lines]
    below = _below(table, len(shown))
    return "\n".join(text) + (f"\n({below})" if below else "")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _file_lines(preview: Preview, rows: int) -> list[str]:
    lines = [f"{file.path}  {file.size:,} bytes" for file in preview.files[:rows]]
    more = len(preview.files) - len(lines)
    return lines + ([f"and {more:,} more"] if more > 0 else [])
