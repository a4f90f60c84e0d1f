"""Abstract values: what an expression may denote, as far as the source tells.

A value is one alternative, or `OneOf` several. `UNKNOWN` is a value that the source does not tell. `NEVER` is the value
of a name before it is bound. `NoneValue` is Python's `None`.

The kinds of value, the scopes and the modules refer to one another, so they share this file.
"""

from __future__ import annotations

import sys
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, Protocol

from pipesight.code.model import Thing
from pipesight.code.syntax.program import Chunk, Unit
from pipesight.code.syntax.tree import FunctionDef, Node
from pipesight.zenml.kinds import Kind, Which

from .memory import Clock, Remembered
from .objects import CollectionView, ListLength, Loaded, Many, Object, StepParameter, Symbol
from .records import Denotation


@dataclass(frozen=True, slots=True)
class Unknown:
    """Any value: the source does not tell which."""


@dataclass(frozen=True, slots=True)
class NoneValue:
    """Python's `None`."""


@dataclass(frozen=True, slots=True, eq=False)
class OneOf:
    """One of several alternatives, whose order does not count. Without any it is `NEVER`."""

    alternatives: tuple[Single, ...]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, OneOf) or len(self.alternatives) != len(other.alternatives):
            return False
        return all(each in other.alternatives for each in self.alternatives)

    def __hash__(self) -> int:
        return hash(frozenset(self.alternatives))


@dataclass(frozen=True, slots=True)
class Text:
    """A string. `text` is None when unknown. `of` is the thing whose name or id it is.

    `origin` is the position of the literal while it is passed on as an argument. `is_default` is True for a default,
    because the environment, the command line or a caller may give another text.
    """

    text: str | None = None
    of: Thing | None = None
    origin: NodePlace | None = None
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number, None when unknown."""

    value: int | None = None


class Extent(NamedTuple):
    """The size of a value: its levels of nested values, the number of all values in it, and a hash of them."""

    levels: int
    parts: int
    hash: int
    has_origin: bool = False  # whether an object in it holds a string that knows where its literal stands


class Mark:
    """The identity of an object that the program makes."""

    __slots__ = ()


class Container:
    """A value that holds other values. What a walk finds is cached, because it may meet shared parts very often."""

    __slots__ = ("_extent", "_marks", "_reach")
    _extent: Extent
    _marks: frozenset[object]
    _reach: frozenset[object]

    @property
    def marks(self) -> frozenset[object]:
        """Return the identity of the object. A value that may be one of several objects has the marks of all."""
        try:
            return self._marks
        except AttributeError:
            self.mark(frozenset((Mark(),)))
            return self._marks

    def mark(self, marks: frozenset[object]) -> None:
        """Make this new value the one of an object that has these marks."""
        object.__setattr__(self, "_marks", marks)

    @property
    def reach(self) -> frozenset[object]:
        """Return the marks of the object and of all objects in it."""
        try:
            return self._reach
        except AttributeError:
            made = self.marks.union(*map(reach, self.inside()))
            object.__setattr__(self, "_reach", made)
            return made

    def inside(self) -> Sequence[Value]:
        """Return the values that it holds."""
        raise NotImplementedError

    def names(self) -> Hashable:
        """Return what distinguishes it from a container with the same values."""
        return type(self)

    @property
    def extent(self) -> Extent:
        """Return how much the value holds."""
        try:
            return self._extent
        except AttributeError:
            inside = self.inside()
            found = [extent(each) for each in inside]
            levels, parts = max((each.levels for each in found), default=-1), sum(each.parts for each in found)
            origins = isinstance(self, Instance) and any(has_origin(each) for each in inside)
            made = Extent(1 + levels, 1 + parts, hash((self.names(), *(each.hash for each in found))), origins)
            object.__setattr__(self, "_extent", made)
            return made

    def __hash__(self) -> int:
        return self.extent.hash


@dataclass(frozen=True, slots=True)
class Items(Container):
    """A list, tuple or set whose elements are known."""

    elements: tuple[Value, ...]

    __hash__ = Container.__hash__

    def inside(self) -> Sequence[Value]:
        """Return the elements."""
        return self.elements


@dataclass(frozen=True, slots=True)
class Each(Container):
    """A list, set or generator of unknown length. `element` is any one of its elements."""

    element: Value

    __hash__ = Container.__hash__

    def inside(self) -> Sequence[Value]:
        """Return the element."""
        return (self.element,)


@dataclass(frozen=True, slots=True)
class Record(Container):
    """A dict with known keys. A key is None if it is unknown.

    An `exact` one has these entries, no others, in this order.
    """

    pairs: tuple[tuple[str | None, Value], ...]
    exact: bool = False

    __hash__ = Container.__hash__

    def inside(self) -> Sequence[Value]:
        """Return the values of the entries."""
        return [each for _, each in self.pairs]

    def names(self) -> Hashable:
        """Return the names."""
        return type(self), *(name for name, _ in self.pairs)


@dataclass(frozen=True, slots=True)
class Namespace(Container):
    """An object with known attributes and a class that does not matter: `SimpleNamespace(...)`, `parse_args()`."""

    attributes: tuple[tuple[str, Value], ...] = ()

    __hash__ = Container.__hash__

    def inside(self) -> Sequence[Value]:
        """Return the values of the attributes."""
        return [each for _, each in self.attributes]

    def names(self) -> Hashable:
        """Return the names."""
        return type(self), *(name for name, _ in self.attributes)


@dataclass(frozen=True, slots=True)
class ArgumentParser:
    """An `argparse` parser: the defaults of its options. For a group, `parent` is the variable of its parser."""

    options: tuple[tuple[str, Value], ...] = ()
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Produced:
    """The artifacts that a call of a step returns in the body of a pipeline, or one of them.

    `thing` is the step or the output. `outputs` are the names of the step's outputs in order, None if they are not
    known. `value` is what the step's function returns.
    """

    thing: Thing
    outputs: tuple[str, ...] | None
    value: Value

    @property
    def output(self) -> Thing:
        """Return the output if there is one, or else the step."""
        if self.outputs is None or len(self.outputs) != 1:
            return self.thing if self.outputs is not None or self.thing.kind is not Kind.STEP else self.named(None)
        return self.named(self.outputs[0])

    def named(self, name: str | None) -> Thing:
        """Return the step's output of that name, or its only one."""
        return Thing(Kind.OUTPUT, name, None if name else Which.ONLY, None, self.thing, self.thing.generation)


@dataclass(frozen=True, slots=True)
class Imported:
    """`from module import name`, looked up when used."""

    module: str
    name: str


@dataclass(frozen=True, slots=True)
class Package:
    """An imported module. `imports` tells what its name means."""

    name: str
    imports: Imports | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """A member of a receiver, not called yet."""

    receiver: Single
    name: str


class Binding(Enum):
    """The binding that a decorator of Python gives to a function."""

    PLAIN = ""
    PROPERTY = "property"
    STATIC = "staticmethod"
    CLASS = "classmethod"
    FIXTURE = "fixture"


@dataclass(frozen=True, slots=True)
class NodePlace:
    """A node of a program."""

    module: Module
    chunk: Chunk
    unit: Unit
    node: Node


@dataclass(frozen=True, slots=True, eq=False)
class FunctionValue:
    """A function of the user's, with the names around it."""

    place: NodePlace
    frame: Frame
    kind: Kind | None = None  # PIPELINE or STEP if a decorator makes it one
    name: str = ""
    legacy: bool = False
    binding: Binding = Binding.PLAIN
    defaults: tuple[tuple[str, Value], ...] = ()  # defaults of parameters that are known at the definition
    owner: ClassValue | None = None
    rebound: frozenset[str] = frozenset()  # variables around it that are bound again after its definition
    is_cached: bool = False  # whether a decorator keeps its results, such as `functools.cache`

    @property
    def is_pipeline(self) -> bool:
        """Return whether this is the body of a pipeline: a `@pipeline` function, or the `connect` of a class."""
        if self.owner is None:
            return self.kind is Kind.PIPELINE
        return self.owner.kind is Kind.PIPELINE and self.head.name == "connect"

    @property
    def takes_fixtures(self) -> bool:
        """Return whether pytest passes fixtures to this function."""
        return self.binding is Binding.FIXTURE or self.head.name.startswith("test_")

    @property
    def head(self) -> FunctionDef:
        """Return the `def` line."""
        assert isinstance(self.place.node, FunctionDef)
        return self.place.node


class Fields:
    """The attributes that methods put on `self`, computed on first use and again when one of `reads` changes."""

    __slots__ = ("checked", "cost", "hidden", "is_running", "known", "reach", "reads")

    def __init__(self) -> None:
        self.reach: frozenset[object] | None = None  # the marks of the objects that the class's attributes hold
        self.hidden: frozenset[str] | None = None  # attributes that only methods change that no code calls
        self.known: dict[str, Value] | None = None
        self.reads: Reads = {}
        self.checked = -1
        self.is_running = False
        self.cost = 0  # the number of expressions evaluated to find them


@dataclass(frozen=True, slots=True, eq=False)
class ClassValue:
    """A class of the user's. `ancestors` are the user's classes it derives from, in the order of their lookup."""

    place: NodePlace
    name: str
    bases: tuple[Value, ...]
    attributes: dict[str, Value]
    kind: Kind | None = None
    ancestors: tuple[ClassValue, ...] = ()
    fields: Fields = field(default_factory=Fields)

    def lineage(self) -> Iterator[ClassValue]:
        """Yield the class and its ancestors, each once."""
        yield self
        yield from self.ancestors

    def member(self, name: str) -> Value:
        """Return the attribute `name` of the class or of the first ancestor that has it."""
        return next((made.attributes[name] for made in self.lineage() if name in made.attributes), UNKNOWN)

    def defines(self, method: str) -> bool:
        """Return whether the class or an ancestor defines a method."""
        return isinstance(self.member(method), FunctionValue)


def ancestors_of(bases: Iterable[Value]) -> tuple[ClassValue, ...]:
    """Return the classes that `bases` inherit from, each once, so that a diamond costs no more than a chain."""
    found: dict[ClassValue, None] = {}
    for base in bases:
        if isinstance(base, ClassValue):
            for each in base.lineage():
                # The last mention counts. As in Python's order, a common base comes after its subclasses.
                found.pop(each, None)
                found[each] = None
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Instance(Container):
    """An object of a user's class. `given` are the attributes that its construction set.

    `is_any` is True if only its class is known. Then each attribute may have another value than its default.
    """

    of: ClassValue
    given: tuple[tuple[str, Value], ...] = ()
    is_any: bool = False

    __hash__ = Container.__hash__

    def inside(self) -> Sequence[Value]:
        """Return the values of the attributes."""
        return [each for _, each in self.given]

    def names(self) -> Hashable:
        """Return the class, and the names of the attributes."""
        return self.of, *(name for name, _ in self.given)


@dataclass(frozen=True, slots=True)
class Builtin:
    """A callable of Python itself that we follow: `list`, `os.getenv`, `functools.partial`."""

    name: str


@dataclass(frozen=True, slots=True)
class Bound:
    """`functools.partial(...)`: a user's function with arguments, or another callable with a known `result`."""

    function: FunctionValue | None
    arguments: tuple[tuple[str, Value], ...] = ()
    result: Value = Unknown()


@dataclass(frozen=True, slots=True)
class Runner:
    """An object that runs the functions it is given: an executor, an event loop, a group of tasks."""


@dataclass(frozen=True, slots=True)
class Future(Container):
    """A task or future. `value` is its result."""

    value: Value

    __hash__ = Container.__hash__

    def inside(self) -> Sequence[Value]:
        """Return the result of the call."""
        return (self.value,)


Single = (
    Unknown
    | NoneValue
    | Text
    | Integer
    | ListLength
    | Items
    | Each
    | Record
    | Namespace
    | ArgumentParser
    | Object
    | Loaded
    | Produced
    | StepParameter
    | Many
    | CollectionView
    | Symbol
    | Package
    | Imported
    | Method
    | FunctionValue
    | ClassValue
    | Instance
    | Builtin
    | Bound
    | Runner
    | Future
)
Value = Single | OneOf
Listed = Items | Each | Many
Arguments = tuple[tuple[str, Value], ...]
FunctionCall = tuple[FunctionValue, Arguments]

UNKNOWN = Unknown()
NONE = NoneValue()
NEVER = OneOf(())


class Module(Protocol):
    """The program of one file, as an evaluation sees its own module and the imported ones."""

    about_zenml: bool
    imports: Imports
    names: dict[str, Value]
    earlier: dict[str, list[Value]]
    bound_names: BoundNames
    rebound_names: ReboundNames
    shared_names: SharedNames
    memory: CallMemory

    def read(self, name: str | Imported) -> Value:
        """Return the value of a name that the module binds or imports."""
        ...

    def binds(self, name: str) -> bool:
        """Return whether the module binds a name."""
        ...

    def foreign(self) -> Mapping[str, str]:
        """Return the names that the module imports from others than ZenML, with the modules they are from."""
        ...

    def live(self) -> frozenset[str]:
        """Return the names that may lead to ZenML."""
        ...

    def conftests(self) -> Iterator[Module]:
        """Yield the files whose fixtures pytest knows in this one, the nearest first."""
        ...


class Imports:
    """The other modules that a program can import. This base class has none.

    `version` increases when any imported module may have changed, or this one if another module imports it.
    `others` ignores this module.
    """

    version = 0
    others = 0
    are_returned = False  # whether an imported module imports this program

    def __init__(self) -> None:
        self.clock = Clock()

    def calls(self, module: Module) -> Iterable[FunctionCall]:
        """Yield the calls of functions of `module` that other modules are known to make."""
        return ()

    def connects(self, text: str) -> bool:
        """Return whether a program of this text shares imports, callers or fixtures with other modules."""
        return False

    def brings_zenml(self, text: str) -> bool:
        """Return whether a program of this text imports a module of the workspace that mentions ZenML."""
        return False

    def touch(self) -> None:
        """Record that the importing program itself was edited."""

    def read(self, name: str) -> Module | None:
        """Return the module `name`, with dots in front for a relative import."""
        return None


class BoundNames:
    """The names that a module binds. A read of them can be remembered like the read of a value."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def read(self, name: str) -> bool:
        """Return whether the module binds a name."""
        return self._module.binds(name)


class ReboundNames:
    """The names that a module has bound again after functions may have read them."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def read(self, name: str) -> bool:
        """Return whether functions may have read an earlier value of a name."""
        return name in self._module.earlier


EVERY = frozenset[object](("*",))


class SharedNames:
    """The variables of a module that hold an object. A read of them can be remembered, too."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._of: dict[object, set[str]] = {}

    def clear(self) -> None:
        """Forget all variables."""
        self._of = {}

    def add(self, names: Iterable[str]) -> None:
        """Take over variables that may hold objects."""
        for name in names:
            for mark in reach(self._module.names[name]):
                self._of.setdefault(mark, set()).add(name)

    def read(self, marks: frozenset[object]) -> frozenset[str]:
        """Return the variables that hold an object with one of these marks, or all for `EVERY`."""
        if marks == EVERY:
            return frozenset(self._module.names)
        found = {name for mark in marks for name in self._of.get(mark, ())}
        names = self._module.names
        return frozenset(name for name in found if name in names and not marks.isdisjoint(reach(names[name])))


Reads = dict[
    tuple[Module | Imports | BoundNames | ReboundNames | SharedNames, "str | Imported | frozenset[object]"], object
]


def holds(reads: Reads, identical: tuple[type, ...] = ()) -> bool:
    """Return whether everything that was read still has the same value.

    Values of `identical` types have to be the same object, because two variables with one list change together.
    """
    for (where, name), value in reads.items():
        now = where.read(name)  # pyright: ignore[reportArgumentType]
        if now is not value and (now != value or isinstance(value, identical)):
            return False
    return True


@dataclass(slots=True)
class Trace:
    """The conditions under which a followed call has the same result again.

    `calls` are the call and the distinct calls in it, each with its own cost. `height` is the number of nested levels.
    `lowest` is the index of the outermost active call that recursion leads back to. `is_cut` is True if a limit was
    reached that depends on the position of the call. `began` is the cost before the call, `inner` the cost of the calls
    in it, and `need` the budget that it needs so that nothing is cut.
    """

    calls: dict[int, int] = field(default_factory=dict[int, int])
    functions: set[FunctionValue] = field(default_factory=set[FunctionValue])
    height: int = 1
    lowest: int = sys.maxsize
    is_too_deep: bool = False
    is_cut: bool = False
    began: int = 0
    inner: int = 0
    need: int = 0

    def take(self, inner: Trace, place: int) -> None:
        """Add a call that was followed inside this one, at the index `place` of the active calls."""
        self.calls.update(inner.calls)
        self.functions |= inner.functions
        self.height = max(self.height, 1 + inner.height)
        self.is_too_deep = self.is_too_deep or inner.is_too_deep
        self.is_cut = self.is_cut or inner.is_cut
        if inner.lowest < place:
            self.lowest = min(self.lowest, inner.lowest)


@dataclass(slots=True, eq=False)
class FollowedCall:
    """The result of a call: its value, the attributes that it `put` on `self`, and its records.

    `altered` are the arguments whose objects the call changed. `room` is the number of levels that could be followed
    below the call, or 0 if there were enough. `origins` are the parameters whose literals the call does not record.
    `checked` is the time of the clock at which `reads` held.
    """

    value: Value
    put: tuple[tuple[str, Value], ...]
    found: tuple[Denotation, ...]
    reads: Reads
    helpers: frozenset[FunctionValue]
    trace: Trace
    room: int = 0
    origins: frozenset[str] = frozenset()
    checked: int = -1
    altered: tuple[tuple[str, Value], ...] = ()
    handed: frozenset[object] | None = None  # the marks of the objects that it got, if it gives them back or keeps them


CallMemory = Remembered[tuple[FunctionValue, Arguments, bool], dict[int, FollowedCall]]


class Frame:
    """The names of a scope, or of one branch of it. Other names are those of the module."""

    __slots__ = (
        "altered",
        "ends",
        "exits",
        "given",
        "globals",
        "module",
        "names",
        "own",
        "parent",
        "returns",
        "shared",
        "yields",
    )

    def __init__(self, module: Module, parent: Frame | None = None) -> None:
        self.module = module
        self.parent = parent
        self.names: dict[str, Value] = {}
        self.globals: set[str] = parent.globals if parent else set()
        self.altered: set[str] = parent.altered if parent else set()  # variables in `given` that changed
        self.ends: list[dict[str, Value]] = parent.ends if parent else []  # what a `return` in a branch leaves behind
        self.given: set[str] = parent.given if parent else set()  # variables that keep the objects of arguments
        self.shared: set[str] = parent.shared if parent else set()  # names of the module whose objects the code changed
        self.returns: list[Value] = parent.returns if parent else []
        self.yields: list[Value] = parent.yields if parent else []
        self.exits: list[Frame] = parent.exits if parent else []  # the frames in which `break` or `continue` ran
        self.own: str | None = parent.own if parent else None  # the name of the parameter `self`

    def scope(self) -> Frame:
        """Return a new scope inside this one: a function's or a class's."""
        frame = Frame(self.module, self)
        frame.globals, frame.returns, frame.yields, frame.own = set(), [], [], None
        frame.exits, frame.altered, frame.given, frame.ends = [], set(), set(), []
        frame.shared = set()
        return frame

    def branch(self) -> Frame:
        """Return a frame for one of several branches."""
        return Frame(self.module, self)

    def turn(self) -> Frame:
        """Return a frame for one turn of a loop."""
        frame = Frame(self.module, self)
        frame.exits = []
        return frame

    def chain(self) -> Iterator[Frame]:
        """Yield this frame and those around it."""
        each: Frame | None = self
        while each is not None:
            yield each
            each = each.parent

    @property
    def is_scope(self) -> bool:
        """Return whether this is a scope itself rather than a branch or a loop in one."""
        return self.parent is None or self.returns is not self.parent.returns

    def scopes(self) -> Iterator[Frame]:
        """Yield this frame and those around it, up to that of the function."""
        for each in self.chain():
            yield each
            if each.is_scope:
                return

    @property
    def is_in_loop(self) -> bool:
        """Return whether this is in a loop of its function, where values are those of any iteration."""
        return any(each.exits is not self.exits for each in self.scopes())

    def binds(self, name: str) -> bool:
        """Return whether a name is bound here or in an enclosing function."""
        return any(name in each.names for each in self.chain())

    def kept(self) -> dict[str, Value]:
        """Return the attributes set on `self`, as `.name`, and the objects that the function got, as `<name>`."""
        found: dict[str, Value] = {}
        for each in reversed([*self.scopes()]):
            found.update(item for item in each.names.items() if item[0][0] in ".<")
        return found

    def leave(self) -> None:
        """Record that control leaves the loop's iteration here."""
        names: dict[str, Value] = {}
        for each in self.chain():
            if each.exits is not self.exits:
                break
            names = {**each.names, **names}
        left = Frame(self.module)
        left.names = names
        self.exits.append(left)


def extent(value: Value) -> Extent:
    """Return the size of a value."""
    if isinstance(value, OneOf):
        found = [extent(each) for each in value.alternatives]
        return Extent(max((each.levels for each in found), default=0), sum(each.parts for each in found), hash(value))
    return value.extent if isinstance(value, Container) else Extent(0, 1, hash(value))


def reach(value: Value) -> frozenset[object]:
    """Return the marks of all objects that code can change through a value."""
    match value:
        case Container():
            return value.reach
        case OneOf():
            return frozenset[object]().union(*map(reach, value.alternatives))
        case Many() | ArgumentParser():
            return frozenset((id(value),))
        case ClassValue():
            return _reach_of_class(value)
        case Method():
            return reach(value.receiver)
        case Bound():
            return reach(value.result).union(*(reach(each) for _, each in value.arguments))
        case Produced():
            return reach(value.value)
        case _:
            return _NOTHING


def _reach_of_class(made: ClassValue) -> frozenset[object]:
    found = made.fields.reach
    if found is None:
        made.fields.reach = _NOTHING  # an attribute may hold the class itself
        values = [each for each in made.attributes.values() if not isinstance(each, FunctionValue)]
        made.fields.reach = found = _NOTHING.union(*map(reach, values))
    return found


_NOTHING = frozenset[object]()


def has_origin(value: Value) -> bool:
    """Return whether a value has a string with the position of its literal."""
    if isinstance(value, Instance):
        return value.extent.has_origin
    return isinstance(value, Text) and value.origin is not None
