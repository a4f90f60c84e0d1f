"""Read the metadata of pandas and Arrow about a data frame: its index, and types that the format lacks."""

from __future__ import annotations

import functools
import json
import re
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple, Union, cast

from .arrow_schema import durations
from .dtypes import period, time_delta
from .times import clock_length

_DURATION = re.compile(r"timedelta64\[(s|ms|us|ns)\]")
_PERIOD = re.compile(r"period\[([\w-]{1,20})\]")
_LEVELS = 8


class Range(NamedTuple):
    """A level of the index that is stored as a range and not as a column."""

    name: str
    start: int
    step: int

    def values(self, offset: int, count: int) -> List[int]:
        """Return the labels of rows `offset` to `offset + count`."""
        return [self.start + self.step * (offset + i) for i in range(count)]


class Notes:
    """The metadata of one data frame. Invalid entries are ignored."""

    def __init__(self, pandas: bytes, arrow: bytes = b"") -> None:
        """Read the metadata of pandas, which is JSON, and Arrow's schema."""
        described = _object(_json(pandas))
        columns = [_object(item) for item in _list(described.get("columns"))]
        self._kinds = {name: f"timedelta64[{unit}]" for name, unit in durations(arrow).items()}
        self._kinds.update((str(column.get("field_name")), str(column.get("numpy_type"))) for column in columns)
        self._index = [_level(item) for item in _list(described.get("index_columns"))[:_LEVELS]]

    def index(self, columns: List[str]) -> List[Union[int, Range]]:
        """Return the levels of the index: the number of a column, or a range."""
        levels: List[Union[int, Range]] = []
        for level in self._index:
            if isinstance(level, Range):
                levels.append(level)
            elif level in columns:
                levels.append(columns.index(level))
        return levels

    def meaning(self, name: str, word: str) -> Tuple[str, Optional[Callable[[Any], object]]]:
        """Return the type of a column, and a function that converts its values if they are stored as plain numbers."""
        kind = self._kinds.get(name, "")
        duration, frequency = _DURATION.fullmatch(kind), _PERIOD.fullmatch(kind)
        if duration and (word == "int64" or word.startswith("time[")):
            return kind, functools.partial(_duration, unit=duration.group(1))
        if word == "int64" and frequency:
            return kind, functools.partial(period, frequency=frequency.group(1))
        return word, None


def label(name: str) -> str:
    """Return the name of an index level. Files have a level without a name as `__index_level_0__`."""
    return "" if name.startswith("__index_level_") else name


def _duration(value: object, unit: str) -> object:
    """Return a duration as text. Pyarrow gives texts, and fastparquet keeps durations as times of the day."""
    if isinstance(value, str):
        length = clock_length(value)
        return value if length is None else time_delta(length, "ns")
    return time_delta(value, unit) if isinstance(value, int) else value


def _level(item: object) -> Union[str, Range, None]:
    if isinstance(item, str):
        return item
    about = _object(item)
    start, step = about.get("start", 0), about.get("step", 1)
    is_range = about.get("kind") == "range" and isinstance(start, int) and isinstance(step, int)
    return Range(str(about.get("name") or ""), cast(int, start), cast(int, step)) if is_range else None


def _json(stored: bytes) -> object:
    try:
        return json.loads(stored.decode("utf-8"))
    except (ValueError, RecursionError):
        return None


def _object(value: object) -> Dict[str, object]:
    return cast(Dict[str, object], value) if isinstance(value, dict) else {}


def _list(value: object) -> List[object]:
    return cast(List[object], value) if isinstance(value, list) else []
