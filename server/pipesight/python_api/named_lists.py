"""The lists of the Python API, whose items can be taken by name and which are tables in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from html import escape
from itertools import islice
from typing import Any, Generic, Protocol, SupportsIndex, TypeVar, overload

from pipesight.pages.words import count

TABLE_ROWS = 20  # rows of a table in a notebook
_SHOWN = 12  # names in a message


class UnknownNameError(KeyError):
    """There is nothing with that name. The message has the names that exist, and the most similar one."""

    def __init__(self, kind: str, name: object, names: Iterable[str], where: str = "") -> None:
        self.name = name
        self.names = tuple(names)
        close = get_close_matches(str(name), self.names, n=1)
        self.closest = close[0] if close else None
        owner = f" in {where}" if where else ""
        hint = f" Did you mean {self.closest!r}?" if self.closest else ""
        self._given = (kind, name, self.names, where)
        super().__init__(f"There is no {kind} {name!r}{owner}.{hint} {_listed(kind, self.names)}")

    def __str__(self) -> str:
        return str(self.args[0])

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._given  # multiprocessing pickles exceptions, which needs the arguments of `__init__`


class _HasName(Protocol):
    @property
    def name(self) -> str: ...


_T = TypeVar("_T", bound=_HasName)


@dataclass(frozen=True)
class Columns(Generic[_T]):
    """The columns of a table: their heads, and a function that returns the cells of an item."""

    head: tuple[str, ...]
    row: Callable[[_T], tuple[str, ...]]


class Named(list[_T]):
    """A list whose items can also be taken by name. A notebook shows it as a table."""

    def __init__(self, kind: str, things: Iterable[_T], columns: Columns[_T], where: str = "") -> None:
        super().__init__(things)
        self._kind = kind
        self._columns = columns
        self._where = where

    @overload
    def __getitem__(self, key: SupportsIndex | str) -> _T: ...
    @overload
    def __getitem__(self, key: slice) -> Named[_T]: ...
    def __getitem__(self, key: SupportsIndex | str | slice) -> _T | Named[_T]:
        if isinstance(key, slice):
            return Named(self._kind, super().__getitem__(key), self._columns, self._where)
        if isinstance(key, str):
            return self._by_name(key)
        try:
            return super().__getitem__(key)
        except IndexError:
            owner = f" in {self._where}" if self._where else ""
            held = count(len(self), self._kind) if self else f"no {self._kind}s"
            raise IndexError(f"There is no {self._kind} [{key!r}]{owner}: it has {held}.") from None

    def _by_name(self, name: str) -> _T:
        found = self.get(name)
        if found is None:
            raise UnknownNameError(self._kind, name, [thing.name for thing in reversed(self)], self._where)
        return found

    def get(self, name: str) -> _T | None:
        """Return the last item with that name, None if there is none."""
        return next((thing for thing in reversed(self) if thing.name == name), None)

    def keys(self) -> list[str]:
        """Return the names of the items, in order."""
        return [thing.name for thing in self]

    def values(self) -> list[_T]:
        """Return the items, in order."""
        return list(self)

    def items(self) -> list[tuple[str, _T]]:
        """Return pairs of a name and an item, in order."""
        return [(thing.name, thing) for thing in self]

    def __contains__(self, value: object) -> bool:
        return self.get(value) is not None if isinstance(value, str) else super().__contains__(value)

    def __repr__(self) -> str:
        shown = [repr(thing) for thing in self[:_SHOWN].values()]
        more = [f"... {len(self) - _SHOWN} more"] if len(self) > _SHOWN else []
        return f"[{', '.join(shown + more)}]"

    def _repr_html_(self) -> str:
        owner = f" of {self._where}" if self._where else ""
        return table(f"{self._kind.capitalize()}s{owner}", self._columns, self)

    def _ipython_key_completions_(self) -> list[str]:
        return self.keys()


def _listed(kind: str, names: Sequence[str]) -> str:
    if not names:
        return f"There are no {kind}s."
    shown = ", ".join(map(repr, names[:_SHOWN]))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"There are: {shown}{more}."


def table(caption: str, columns: Columns[_T], things: Collection[_T]) -> str:
    """Return the first `TABLE_ROWS` items as an HTML table."""
    from pipesight.pages.runs_html import html_row

    more = f"<tr><td>and {len(things) - TABLE_ROWS} more</td></tr>" if len(things) > TABLE_ROWS else ""
    body = "".join(html_row("td", columns.row(thing)) for thing in islice(things, TABLE_ROWS))
    header = f"<thead>{html_row('th', columns.head)}</thead>"
    return f"<table><caption>{escape(caption)}</caption>{header}<tbody>{body}{more}</tbody></table>"
