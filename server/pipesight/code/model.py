"""Define the results of the analysis as plain data: sites, the things they denote, and the names that code defines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from pipesight.zenml.kinds import Detail, Generation, Kind, Which


class Form(str, Enum):
    """How a site denotes its thing: `"x"`, a variable, `[-1]`, `.last_run`, or a function or class itself."""

    LITERAL = "literal"
    VARIABLE = "variable"
    INDEX = "index"
    ATTRIBUTE = "attribute"
    OBJECT = "object"

    def __str__(self) -> str:
        return self.value


class Position(NamedTuple):
    """A place in a document: `line` from 0, `column` from 0 in code points."""

    line: int
    column: int


class Span(NamedTuple):
    """From `start` up to, not including, `end`."""

    start: Position
    end: Position

    def contains(self, position: Position) -> bool:
        """Return whether a position lies in the span. Both ends count, because a cursor stands between characters."""
        return self.start <= position <= self.end


CallDetails = tuple[tuple[Detail, "str | int | None"], ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing of the run history as code denotes it: by name or by position, and within which owner.

    `run.get_step("trainer")` on `pipeline.runs[-1]` is `Thing(STEP, "trainer", owner=Thing(RUN, which=INDEX, index=-1,
    owner=Thing(PIPELINE, "training")))`. An owner that the code does not name is None. `generation` is that of the API
    call that returned the thing, or None if it is not certain. `details` are the other arguments of the call, such as a
    version. The value of a detail is None if it is not known.
    """

    kind: Kind
    name: str | None = None
    which: Which | None = None
    index: int | None = None
    owner: Thing | None = None
    generation: Generation | None = None
    details: CallDetails = ()

    def says(self, detail: Detail) -> bool:
        """Return whether the call that returned this thing sets that detail."""
        return any(each is detail for each, _ in self.details)

    @property
    def is_default(self) -> bool:
        """Return whether this thing has the name of a default, or belongs to one that has."""
        return any(each.says(Detail.DEFAULT) for each in self.chain())

    def detail(self, detail: Detail) -> str | int | None:
        """Return the value of a detail in the call that returned this thing. None if it is not set or not known."""
        return next((value for each, value in self.details if each is detail), None)

    def chain(self) -> Iterator[Thing]:
        """Yield this thing, its owner, its owner's owner and so on."""
        thing: Thing | None = self
        while thing is not None:
            yield thing
            thing = thing.owner

    def nearest(self, kind: Kind) -> Thing | None:
        """Return the nearest thing of `kind` on the chain, which includes this one."""
        return next((thing for thing in self.chain() if thing.kind is kind), None)


_OF_CODE = frozenset(("after", "configure", "with_config", "with_options"))


@dataclass(frozen=True, slots=True)
class Site:
    """One place in code that denotes one thing.

    `span` covers exactly the name: a string's content without its quotes, an index, an attribute's name.
    `expression` covers the whole expression up to and including this access, because inlay hints are shown at its end.
    """

    thing: Thing
    form: Form
    span: Span
    expression: Span
    call: str | None = None  # the member that takes the name: get_step, steps, outputs, last_run, ...
    keyword: str | None = None  # the keyword of the name, if it was passed by keyword
    things: tuple[Thing, ...] = ()  # the alternatives if the code allows several. `thing` has what they share
    caught: frozenset[str] = frozenset()  # errors caught around the use of the literal: `def has(n): try: get_run(n)`

    @property
    def kind(self) -> Kind:
        return self.thing.kind

    @property
    def name(self) -> str | None:
        """Return the name at this site. An index has none, even if the name of its thing is known."""
        return self.thing.name if self.form is not Form.INDEX else None

    @property
    def is_of_code(self) -> bool:
        """Return whether the site names a step of today's code rather than of a run: `train(after=["load"])`."""
        return self.call in _OF_CODE

    @property
    def is_verbatim(self) -> bool:
        """Return whether the source at `span` is the name itself, letter by letter."""
        start, end = self.span
        if self.form is not Form.LITERAL or self.name is None or start.line != end.line:
            return False
        return end.column - start.column == len(self.name)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place where a name can be typed: inside a string, or right after `(`, `,` or `[` of a ZenML call.

    `owner` is what the name would belong to (the pipeline for a run, the run for a step), None if it is not known.
    `owners` are the alternatives if the code allows several. `replace` is the span that an accepted completion
    replaces: exactly the string's content, or nothing outside a string. `quote` is the string's opening quote ("'",
    '"', '\"\"\"' ...), None outside a string. `closed` is True if the string has its closing quote. `keyword` is the
    parameter's name to write before the value, None if it must not be written. `by_index` is True if a position is
    expected instead of a name: `pipeline.runs[`. `formatted` is True in an f-string. `before` and `after` are the known
    texts of the literals and fields around the slot. The name begins and ends with them.
    """

    kind: Kind
    owner: Thing | None
    replace: Span
    prefix: str
    quote: str | None
    closed: bool = True
    raw: bool = False
    keyword: str | None = None
    generation: Generation | None = None
    by_index: bool = False
    details: CallDetails = ()
    formatted: bool = False
    before: str = ""
    after: str = ""
    owners: tuple[Thing, ...] = ()


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call of a step in the body of a pipeline, or a variable that holds the result of such a call.

    `span` covers the step's name or the variable, and `call` the call. `thing` is the step or output in the last run of
    the pipeline. If the call makes several steps, or one whose number is not certain, their names begin with `several`.
    """

    thing: Thing
    span: Span
    call: Span | None = None
    several: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A `@pipeline` or `@step` function or class, or an output named in a step's annotation.

    `name` is the name in the history. `owner` is the step's name for an output. `span` covers the name in the `def`
    line or in the annotation, and `whole` the statement with its decorators. `parameters` are those of the function, or
    None if they are not certain. `given` covers the name, or the expression for it, in a decorator.
    """

    kind: Kind
    name: str
    span: Span
    whole: Span
    owner: str | None = None
    parameters: tuple[str, ...] | None = None
    given: Span | None = None
