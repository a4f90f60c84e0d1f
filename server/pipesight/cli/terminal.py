"""Text for a terminal: without control codes, in colours if a person wants them, and as JSON for programs."""

from __future__ import annotations

import codecs
import io
import json
import math
import os
import sys
from typing import Any, cast

from pipesight.characters import escaped_in_json, visible

_STD_OUTPUT_HANDLE = -11  # these two are of the Windows API
_VIRTUAL_TERMINAL_PROCESSING = 0x0004

_PLAIN = {
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
    """Make standard output and error replace the characters that they cannot encode."""
    codecs.register_error("pipesight", _replaced)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="pipesight")


def _replaced(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    unknown = error.object[error.start : error.end]
    return "".join(_PLAIN.get(character, "?") for character in unknown), error.end


def say(text: str) -> None:
    """Print text. Control codes in it are spelled out, so that no name can steer the terminal."""
    print(visible(text))


def complain(text: str) -> None:
    """Print a message to standard error, in the same way."""
    print(f"pipesight: {visible(text)}", file=sys.stderr)


def print_json(value: object) -> None:
    """Print one line of JSON, which any encoding can carry."""
    print(json_text(value))


def json_text(value: object, *, indent: int | None = None) -> str:
    """Return JSON that standard output can encode and that has no raw control codes."""
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    try:
        text = json.dumps(value, indent=indent, ensure_ascii=not is_unicode, default=str, allow_nan=False)
    except ValueError:  # NaN or an infinity, which JSON does not have
        return json_text(_finite(value), indent=indent)
    return escaped_in_json(text)


def _finite(value: object) -> object:
    """Return a JSON value whose numbers are finite. Others become text: `NaN`, `inf`."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else str(value)
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in cast("dict[str, object]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in cast("list[object]", value)]
    return value


def bold(text: str) -> str:
    """Return a heading in bold."""
    return _styled(text, 1) if _has_colours() else f"== {text}"


def dim(text: str) -> str:
    """Return a remark in a faint colour."""
    return _styled(text, 2) if _has_colours() else text


def _styled(text: str, code: int) -> str:
    return f"\033[{code}m{text}\033[0m"


def _has_colours() -> bool:
    """Return True for a terminal whose user did not ask for plain text (no-color.org)."""
    wanted = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return wanted and _takes_escapes(_windows_console())


def _windows_console() -> Any:
    """Return the console functions of Windows, None on other systems."""
    import ctypes

    return ctypes.windll.kernel32 if sys.platform == "win32" else None


def _takes_escapes(kernel: Any) -> bool:
    """Return True if the terminal takes ANSI escapes. The console of Windows does so once it is told to."""
    if kernel is None:
        return True
    import ctypes

    output, mode = kernel.GetStdHandle(_STD_OUTPUT_HANDLE), ctypes.c_uint32()
    if not kernel.GetConsoleMode(output, ctypes.byref(mode)):
        return False
    return bool(kernel.SetConsoleMode(output, mode.value | _VIRTUAL_TERMINAL_PROCESSING))
