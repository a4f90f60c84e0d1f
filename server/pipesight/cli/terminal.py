"""Print text without control codes, in colors if the user wants them, and JSON for programs."""

from __future__ import annotations

import codecs
import io
import json
import math
import os
import sys
from typing import Any, cast

from pipesight.characters import escaped_in_json, visible

_STD_OUTPUT_HANDLE = -11  # a constant of the Windows API
_VIRTUAL_TERMINAL_PROCESSING = 0x0004  # a constant of the Windows API

_PLAIN = {  # replacements for characters that the terminal's encoding lacks
    "✓": "+",
    "✗": "x",
    "≡": "=",
    "·": "-",
    "×": "x",
    "…": "...",
    "“": '"',
    "”": '"',
    "⏎": "\\n",
    "⚠": "!",
    "▁": "_",
    "▂": ".",
    "▃": "-",
    "▄": "~",
    "▅": "=",
    "▆": "+",
    "▇": "*",
    "█": "#",
    "▲": "+",
    "▼": "-",
}


def prepare() -> None:
    """Make standard output and standard error replace characters that they cannot encode."""
    codecs.register_error("pipesight", _replaced)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="pipesight")


def _replaced(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    unknown = error.object[error.start : error.end]
    return "".join(_PLAIN.get(character, "?") for character in unknown), error.end


def say(text: str) -> None:
    """Print text. Control codes are spelled out, so that a name in the history cannot control the terminal."""
    print(visible(text))


def complain(text: str) -> None:
    """Print a message to standard error. Control codes are spelled out as in `say`."""
    print(f"pipesight: {visible(text)}", file=sys.stderr)


def print_json(value: object) -> None:
    """Print a value as one line of JSON."""
    print(json_text(value))


def json_text(value: object, *, indent: int | None = None) -> str:
    """Return JSON without raw control codes. Standard output can encode it."""
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    try:
        text = json.dumps(value, indent=indent, ensure_ascii=not is_unicode, default=str, allow_nan=False)
    except ValueError:  # the value contains NaN or an infinity, which JSON lacks
        return json_text(_finite(value), indent=indent)
    return escaped_in_json(text)


def _finite(value: object) -> object:
    """Return the value with other numbers than finite ones replaced by text, such as `NaN` and `inf`."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else str(value)
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in cast("dict[str, object]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in cast("list[object]", value)]
    return value


def bold(text: str) -> str:
    """Return a heading in bold, or after `==` without colors."""
    return _styled(text, 1) if _has_colors() else f"== {text}"


def dim(text: str) -> str:
    """Return a remark in a faint color, if the terminal shows colors."""
    return _styled(text, 2) if _has_colors() else text


def _styled(text: str, code: int) -> str:
    return f"\033[{code}m{text}\033[0m"


def _has_colors() -> bool:
    """Return True for a terminal, unless the user wants plain text (`NO_COLOR`, see no-color.org)."""
    wanted = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return wanted and _takes_escapes(_windows_console())


def _windows_console() -> Any:
    """Return the console functions of Windows, None on other systems."""
    import ctypes

    return ctypes.windll.kernel32 if sys.platform == "win32" else None


def _takes_escapes(kernel: Any) -> bool:
    """Return True if the terminal supports ANSI escapes. Switch them on in the console of Windows."""
    if kernel is None:
        return True
    import ctypes

    output, mode = kernel.GetStdHandle(_STD_OUTPUT_HANDLE), ctypes.c_uint32()
    if not kernel.GetConsoleMode(output, ctypes.byref(mode)):
        return False
    return bool(kernel.SetConsoleMode(output, mode.value | _VIRTUAL_TERMINAL_PROCESSING))
