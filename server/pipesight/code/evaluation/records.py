"""What evaluation came across in a chunk, in its own coordinates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipesight.code.model import Details, Form, Thing
from pipesight.code.syntax.program import Chunk, Unit
from pipesight.code.syntax.tree import Call, Node, String, Subscript
from pipesight.zenml.api import Member, Type
from pipesight.zenml.kinds import Generation, Kind

if TYPE_CHECKING:
    from .flow import Flow


@dataclass(frozen=True, slots=True)
class Place:
    """A node of a program."""

    flow: Flow
    chunk: Chunk
    unit: Unit
    node: Node


@dataclass(frozen=True, slots=True)
class Found:
    """A place that denotes a thing. `start` to `end` is the name, `open` to `close` the expression."""

    unit: Unit
    start: int
    end: int
    open: int
    close: int
    thing: Thing
    form: Form
    call: str | None = None
    keyword: str | None = None
    string: String | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """A call or subscript that takes names, or a subscript that takes positions. `kind` is a subscript's."""

    unit: Unit
    node: Call | Subscript
    owner: Thing | None
    generation: Generation | None
    member: Member | None = None
    kind: Kind | None = None
    by_index: bool = False
    details: Details = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A variable that holds a thing."""

    unit: Unit
    start: int
    end: int
    thing: Thing


@dataclass(frozen=True, slots=True)
class Dot:
    """A ZenML object before a dot; `start` to `end` is the member's name, as far as it is typed."""

    unit: Unit
    start: int
    end: int
    type: Type
    thing: Thing | None


@dataclass(frozen=True, slots=True)
class Defined:
    """A name that the code gives to a pipeline, step or output. It lies in `unit`; `first` to `last` are the lines."""

    kind: Kind
    name: str
    unit: Unit
    start: int
    end: int
    first: int
    last: int
    owner: str | None = None


@dataclass(slots=True)
class Records:
    """What evaluation of a chunk, or of a function in it, came across."""

    found: list[Found] = field(default_factory=list[Found])
    openings: list[Opening] = field(default_factory=list[Opening])
    held: list[Held] = field(default_factory=list[Held])
    dots: list[Dot] = field(default_factory=list[Dot])
    defined: list[Defined] = field(default_factory=list[Defined])
