"""The nodes of the history tree, and the filters of its runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from pipesight.pages.contract.given import number, text, texts
from pipesight.pages.contract.history_paths import HistoryPath, NodeKind
from pipesight.pages.contract.read_argument import ReadArgument
from pipesight.pages.words import Tone


@dataclass(frozen=True, slots=True)
class HistoryArgument:
    """The argument of `pipesight.history`: the node whose children are requested. Without it, these are the pipelines.

    `limit` is the largest number of runs in the answer. The answer has only runs whose name contains `find`, with one
    of `statuses` and one of `tags`. It has only pipelines with such a run.
    """

    parent: HistoryPath | None = None
    limit: int | None = None
    find: str | None = None
    statuses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: Mapping[str, object]) -> HistoryArgument:
        """Read the data of a client. A value of the wrong type counts as missing."""
        parent = given.get("parent")
        path = ReadArgument.of(cast("Mapping[str, object]", parent)).path if isinstance(parent, Mapping) else None
        return cls(path, number(given, "limit"), text(given, "find"), texts(given, "statuses"), texts(given, "tags"))


@dataclass(frozen=True, slots=True)
class RunLabels:
    """The statuses and tags of the newest runs, by which runs can be filtered."""

    statuses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryNode:
    """One line of the history tree. `tooltip` is Markdown. `short` is a label for a tree that shows the parent."""

    kind: NodeKind
    label: str
    short: str
    path: HistoryPath
    expandable: bool
    description: str | None = None
    tooltip: str | None = None
    status: str | None = None
    tone: Tone | None = None
    mark: str | None = None
