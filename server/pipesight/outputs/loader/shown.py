"""Ask a value for its own representations, as a notebook does, and limit their sizes."""

from __future__ import annotations

import base64
import io
import struct
from typing import Any, Callable, Dict, List, Optional

from ..reader.bounds import clip

_REPR = 100_000  # characters of `repr`
MARKUP = 2 * 1024 * 1024  # characters of HTML. Longer HTML is left out, because it cannot be cut
_PICTURE = 4 * 1024 * 1024  # bytes of a picture
_DOTS = 110  # dots per inch of a figure


def shown(value: object, notes: List[str]) -> Dict[str, Any]:
    """Return the representations that a value has: its type, `repr`, HTML, picture and `describe()`."""
    asked: Dict[str, Callable[[], object]] = {
        "repr": lambda: _text(repr(value), "repr", notes),
        "html": lambda: _markup(_method(value, "_repr_html_"), notes),
        "picture": lambda: _picture(value, notes),
        "describe": lambda: _text(_described(_method(value, "describe")), "description", notes),
    }
    answer: Dict[str, Any] = {"type": clip(_name(type(value)), 200)}
    for part, ask in asked.items():
        try:
            found = ask()
        except Exception as error:  # noqa: BLE001 - the value's own code may raise anything
            notes.append(clip(f"Its {part} failed: {type(error).__name__}: {error}", 300))
            continue
        if found:
            answer[part] = found
    answer["notes"] = notes
    return answer


def _name(kind: type) -> str:
    module = getattr(kind, "__module__", "")
    name = str(getattr(kind, "__qualname__", "object"))
    return name if module == "builtins" else f"{module}.{name}"


def _method(value: object, name: str) -> Optional[Callable[..., object]]:
    """Return a method of a value's class, None if the class lacks it. Attributes of the value itself do not count."""
    if isinstance(value, type) or not hasattr(type(value), name):
        return None
    method = getattr(value, name)
    return method if callable(method) else None


def _text(text: object, what: str, notes: List[str]) -> str:
    if not isinstance(text, str):
        return ""
    if len(text) > _REPR:
        notes.append(f"The {what} has {len(text):,} characters. The first {_REPR:,} are shown.")
    return clip(text, _REPR)


def _markup(method: Optional[Callable[..., object]], notes: List[str]) -> str:
    markup = method() if method is not None else None
    if not isinstance(markup, str):
        return ""
    if len(markup) > MARKUP:
        notes.append(f"The HTML has {len(markup):,} characters, which is too much to show.")
        return ""
    return clip(markup, MARKUP)


def _described(method: Optional[Callable[..., object]]) -> str:
    """Return the text of `describe()`. If the result is a data frame of pandas, include all of its columns."""
    found: Any = method() if method is not None else None
    if found is None:
        return ""
    to_text = _method(found, "to_string")
    return str(to_text()) if to_text is not None else str(found)


def _picture(value: object, notes: List[str]) -> Optional[Dict[str, Any]]:
    """Return a figure or a picture as PNG, for matplotlib, plotly, Pillow and libraries with the same methods."""
    data = _drawn(value)
    if not isinstance(data, bytes) or data[:8] != b"\x89PNG\r\n\x1a\n":
        return None
    if len(data) > _PICTURE:
        notes.append(f"The picture has {len(data):,} bytes, which is too much to show.")
        return None
    width, height = struct.unpack(">II", data[16:24])
    return {"data": base64.b64encode(data).decode("ascii"), "width": width, "height": height}


def _drawn(value: object) -> object:
    save = _method(value, "savefig")
    if save is not None:
        file = io.BytesIO()
        save(file, format="png", dpi=_DOTS)
        return file.getvalue()
    draw, png = _method(value, "to_image"), _method(value, "_repr_png_")
    if draw is not None:
        return draw(format="png")
    return png() if png is not None else None
