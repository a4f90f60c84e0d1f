"""Define what the evaluation records of a chunk: names, calls and variables at offsets in its logical lines."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipesight.code.model import CallDetails, Form, Thing
from pipesight.code.syntax.program import Unit
from pipesight.code.syntax.tree import Call, JoinedStr, Node, String, Subscript
from pipesight.zenml.declarations import Member, Type
from pipesight.zenml.kinds import Generation, Kind


@dataclass(frozen=True, slots=True)
class Denotation:
    """An expression that denotes a thing. `start` to `end` is the name, `open` to `close` the whole expression.

    `things` are the alternatives if the name may mean one of several things. `literal` is the string or f-string with
    the name. `caught` are the errors that a function catches around the use of this literal, which is its argument.
    """

    unit: Unit
    start: int
    end: int
    open: int
    close: int
    thing: Thing
    form: Form
    call: str | None = None
    keyword: str | None = None
    literal: Literal | None = None
    things: tuple[Thing, ...] = ()
    caught: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal that is a name: one string, or several adjacent `nodes` with the fields of f-strings among them.

    `parts` are the texts of the nodes. The text of a field is None if it is not known.
    """

    node: String | JoinedStr
    nodes: tuple[Node, ...] = ()
    parts: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """A call or subscript that takes names, or a subscript that takes positions.

    `kind` is the kind of name that a subscript takes. `named` are the receiver of a call and the things that its
    arguments name.
    """

    unit: Unit
    node: Call | Subscript
    owner: Thing | None
    generation: Generation | None
    member: Member | None = None
    kind: Kind | None = None
    by_index: bool = False
    details: CallDetails = ()
    named: tuple[Thing, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A variable that holds a thing. `things` are the alternatives if it may hold one of several."""

    unit: Unit
    start: int
    end: int
    thing: Thing
    things: tuple[Thing, ...] = ()


@dataclass(frozen=True, slots=True)
class Dot:
    """A ZenML object before a dot. `start` to `end` is the member's name, as far as it is typed."""

    unit: Unit
    start: int
    end: int
    type: Type
    thing: Thing | None


@dataclass(frozen=True, slots=True)
class Defined:
    """A name that the code gives to a pipeline, step or output. It is in `unit`. `first` to `last` are its lines.

    `parameters` are those of the function, or None if they are not certain. `given` is the position of the name in a
    decorator.
    """

    kind: Kind
    name: str
    unit: Unit
    start: int
    end: int
    first: int
    last: int
    owner: str | None = None
    parameters: tuple[str, ...] | None = None
    given: tuple[Unit, int, int] | None = None


@dataclass(frozen=True, slots=True)
class StepCall:
    """A call of a step in the body of a pipeline, or a variable that holds the result of such a call.

    `start` to `end` is the step's name or the variable, `open` to `close` the call. `thing` is the step or output in
    the last run. If several steps of a run may come from the call, their names begin with `several`.
    """

    unit: Unit
    start: int
    end: int
    open: int
    close: int
    thing: Thing
    several: str = ""

    @property
    def is_call(self) -> bool:
        """Return whether this is a call rather than a variable."""
        return (self.open, self.close) != (self.start, self.end)


@dataclass(frozen=True, slots=True)
class ConfigurationPath:
    """A file that configures runs of a pipeline, by its path as the code writes it or by the end of that path."""

    pipeline: str
    path: str


@dataclass(slots=True)
class Records:
    """The findings of a chunk, or of a function in it."""

    found: list[Denotation] = field(default_factory=list[Denotation])
    openings: list[Opening] = field(default_factory=list[Opening])
    held: list[Held] = field(default_factory=list[Held])
    dots: list[Dot] = field(default_factory=list[Dot])
    defined: list[Defined] = field(default_factory=list[Defined])
    invoked: list[StepCall] = field(default_factory=list[StepCall])
    configured: list[ConfigurationPath] = field(default_factory=list[ConfigurationPath])
    # Regular expressions for names that the code gives to things of a kind, or of any kind.
    patterns: list[tuple[Kind | None, str]] = field(default_factory=list[tuple[Kind | None, str]])
