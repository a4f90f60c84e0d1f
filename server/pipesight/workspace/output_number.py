"""Read the value of an output that is a number or a boolean, from its metadata or its preview."""

from __future__ import annotations

from pipesight.history.model import Output
from pipesight.outputs.preview import Preview
from pipesight.outputs.service import PreviewService

_NUMBERS = frozenset({"int", "float", "bool", "float32", "float64", "int32", "int64", "bool_"})
_TRUTH = {"True": True, "False": False}


def is_number(output: Output) -> bool:
    """Return True if the output's type is a number or a boolean."""
    return (output.data_type or "").rsplit(".", 1)[-1] in _NUMBERS


def known_number(output: Output, previews: PreviewService) -> bool | int | float | None:
    """Return the value of a number or boolean if it is known without reading a file, else None."""
    if not is_number(output):
        return None
    written = _written(output)
    return written if written is not None else _shown(previews.cached(output))


def read_number(output: Output, previews: PreviewService) -> bool | int | float | None:
    """Return the value of a number or boolean, None for any other output. This may wait for the reader."""
    if not is_number(output):
        return None
    written = _written(output)
    return written if written is not None else _shown(previews.preview_sync(output))


def as_float(value: object) -> float | None:
    """Return a number as a float. None for a boolean, another type, or an integer that is too large for a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def _written(output: Output) -> bool | int | float | None:
    """Return the value in ZenML's metadata `string_representation`, which has `str(value)` for builtin types."""
    data_type = output.data_type or ""
    written = output.metadata.get("string_representation")
    if not data_type.startswith("builtins.") or written is None or not isinstance(written.value, str):
        return None
    return _parsed(data_type, written.value)


def _shown(preview: Preview | None) -> bool | int | float | None:
    value = preview.value if preview is not None else None
    return value if isinstance(value, bool | int | float) else None


def _parsed(data_type: str, text: str) -> bool | int | float | None:
    if data_type == "builtins.bool":
        return _TRUTH.get(text)
    try:
        return int(text) if data_type == "builtins.int" else float(text)
    except ValueError:
        return None
