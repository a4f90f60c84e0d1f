"""Rows of a database, and batches of values to ask it for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Protocol, TypeVar

_T = TypeVar("_T")


class Row(Protocol):
    """A row of a query's result. Its columns are accessed by name or by position."""

    def __getattr__(self, name: str) -> Any: ...
    def __getitem__(self, position: Any, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...


def batches(values: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Yield the values in lists of at most `size`."""
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch
