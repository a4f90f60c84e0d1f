"""Abstract values: what an expression may denote, as far as the source tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from pipesight.code.model import Details, Thing
from pipesight.code.syntax.tree import Function
from pipesight.zenml.api import Type
from pipesight.zenml.kinds import Detail, Generation, Kind, Which

if TYPE_CHECKING:
    from .records import Place
    from .scope import Frame, Imports, Reads


@dataclass(frozen=True, slots=True)
class Text:
    """A string. `text` is None when unknown; `of` is the thing whose name or id it is.

    `origin` is where the literal stands, while it is passed on as an argument.
    """

    text: str | None = None
    of: Thing | None = None
    origin: Place | None = None


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number, None when unknown."""

    value: int | None = None


@dataclass(frozen=True, slots=True)
class Nothing:
    """`None`: what a name holds before it is set."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list, tuple or set whose elements are known."""

    elements: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """A list, set or generator of unknown length, all of whose elements are alike."""

    element: Value


@dataclass(frozen=True, slots=True)
class Record:
    """A dict with known keys; a key is None where it is unknown."""

    pairs: tuple[tuple[str | None, Value], ...]


@dataclass(frozen=True, slots=True)
class Namespace:
    """An object of whose class nothing is asked, with known attributes: `SimpleNamespace(...)`, `parse_args()`."""

    attributes: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class ArgumentParser:
    """An `argparse` parser: the defaults of its options. `parent` is the variable of the parser a group belongs to."""

    options: tuple[tuple[str, Value], ...] = ()
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Object:
    """A ZenML object. `thing` is the thing it stands for, where it stands for one."""

    type: Type
    thing: Thing | None = None
    generation: Generation | None = None

    def many(self, *, keyed: bool) -> Many:
        """A collection of things of this type."""
        return Many(self.type, None, self.generation, keyed)


@dataclass(frozen=True, slots=True)
class Many:
    """A collection of ZenML objects: `.runs`, `.steps`, a page, or a choice of them (`chosen`).

    `name` is the name that all of them have: `list_pipelines(name="training")`.
    """

    type: Type
    owner: Thing | None
    generation: Generation | None
    keyed: bool | None
    chosen: bool = False
    name: str | None = None
    details: Details = ()

    @property
    def holds_versions(self) -> bool:
        """Whether these are the versions of one thing."""
        return self.owner is not None and self.owner.kind is self.type.kind

    def version(self, version: str | None) -> Object:
        """The owner of these versions in one of them. The version is None if it is not known."""
        assert self.owner is not None
        thing = replace(self.owner, details=(*self.owner.details, (Detail.VERSION, version)))
        return Object(self.type, thing, self.generation)

    @property
    def element(self) -> Object:
        """Any one of them."""
        return self.picked(Which.ANY, None)

    def picked(self, which: Which, index: int | None) -> Object:
        """The one at an index, or any."""
        kind = self.type.kind
        if kind is None:
            return Object(self.type, None, self.generation)
        if self.holds_versions:
            newest = which is Which.INDEX and index == 0 and self.type is Type.PIPELINE
            return Object(self.type, self.owner, self.generation) if newest else self.version(None)
        if self.name is not None:
            return self.named(self.name)
        if self.chosen and which is Which.INDEX:
            which, index = Which.ANY, None
        thing = Thing(kind, None, which, index, self.owner, self.generation, self.details)
        return Object(self.type, thing, self.generation)

    def named(self, name: str | None) -> Object:
        """The one of a name."""
        if self.holds_versions:
            return self.version(name)
        kind = self.type.kind
        thing = Thing(kind, name, None, None, self.owner, self.generation, self.details) if kind else None
        return Object(self.type, thing, self.generation)


@dataclass(frozen=True, slots=True)
class View:
    """`.items`, `.keys` or `.values` of a collection, before or after its call."""

    many: Many
    name: str
    called: bool = False


@dataclass(frozen=True, slots=True)
class Symbol:
    """A class or function of ZenML's, by its name in the API table. `given` is the name that a decorator gives."""

    name: str
    legacy: bool = False
    given: str | None = None


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

    receiver: Value
    name: str


class Binding(Enum):
    """What a decorator of Python's makes of a function."""

    PLAIN = ""
    PROPERTY = "property"
    STATIC = "staticmethod"
    CLASS = "classmethod"
    FIXTURE = "fixture"


@dataclass(frozen=True, slots=True, eq=False)
class FunctionValue:
    """A function of the user's, with the names around it."""

    place: Place
    frame: Frame
    kind: Kind | None = None  # PIPELINE or STEP when decorated so
    name: str = ""
    legacy: bool = False
    binding: Binding = Binding.PLAIN
    defaults: tuple[tuple[str, Value], ...] = ()  # of parameters, given by decorators
    owner: ClassValue | None = None

    @property
    def takes_fixtures(self) -> bool:
        """Whether pytest passes fixtures to it."""
        return self.binding is Binding.FIXTURE or self.head.name.startswith("test_")

    @property
    def head(self) -> Function:
        """The `def` line."""
        assert isinstance(self.place.node, Function)
        return self.place.node


class Fields:
    """What methods put on `self`: worked out when first asked for, and again when what that read has changed."""

    __slots__ = ("known", "reads")

    def __init__(self) -> None:
        self.known: dict[str, Value] | None = None
        self.reads: Reads = {}


@dataclass(frozen=True, slots=True, eq=False)
class ClassValue:
    """A class of the user's."""

    place: Place
    name: str
    bases: tuple[Value, ...]
    attributes: dict[str, Value]
    kind: Kind | None = None
    fields: Fields = field(default_factory=lambda: Fields())


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a user's class; `given` are the attributes its construction set."""

    of: ClassValue
    given: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Builtin:
    """A callable of Python itself that we follow: `list`, `os.getenv`, `functools.partial`."""

    name: str


@dataclass(frozen=True, slots=True)
class Bound:
    """`functools.partial(...)`: a user's function with arguments; or whatever else, of which the `result` is known."""

    function: FunctionValue | None
    arguments: tuple[tuple[str, Value], ...] = ()
    result: Value = None


Value = (
    Text
    | Integer
    | Nothing
    | Items
    | Each
    | Record
    | Namespace
    | ArgumentParser
    | Object
    | Many
    | View
    | Symbol
    | Package
    | Imported
    | Method
    | FunctionValue
    | ClassValue
    | Instance
    | Builtin
    | Bound
    | None
)


_Key = TypeVar("_Key")
Pairs = tuple[tuple[_Key, Value], ...]


def join(values: Iterable[Value]) -> Value:
    """What holds when any of `values` may be the one: the common part. An unknown value hides no ZenML object."""
    result: Value = Nothing()
    for value in values:
        result = _join(result, value)
    return result


def _join(a: Value, b: Value) -> Value:
    if a is b or a == b or isinstance(b, Nothing):
        return a
    if isinstance(a, Nothing):
        return b
    match a, b:
        case Object(), Object() if a.type is b.type:
            return Object(a.type, _common(a.thing, b.thing), a.generation if a.generation is b.generation else None)
        case Many(), Many() if a.type is b.type:
            name = a.name if a.name == b.name else None
            chosen = a.chosen or b.chosen or a.name != b.name
            details = _common_details(a.details, b.details)
            return replace(a, owner=_common(a.owner, b.owner), chosen=chosen, name=name, details=details)
        case Instance(), Instance() if a.of is b.of:
            others = dict(b.given)
            return Instance(a.of, tuple((name, _join(value, others.get(name))) for name, value in a.given))
        case (Items() | Each() | Many(), Items() | Each() | Many()):
            return _join_lists(a, b)
        case Record(), Record():
            return Record(_join_pairs(a.pairs, b.pairs))
        case Namespace(), Namespace():
            return Namespace(_join_pairs(a.attributes, b.attributes))
        case ArgumentParser(), ArgumentParser():
            return ArgumentParser(_join_pairs(a.options, b.options), a.parent)
        case (Text() | None, Text() | None):
            return Text(None, a.of if isinstance(a, Text) and isinstance(b, Text) and a.of == b.of else None)
        case _:
            return next((value for value in (a, b) if isinstance(value, _LASTING)), None)


# What is worth more than not knowing: of two such values that have nothing in common the first counts.
_LASTING = (
    Object,
    Many,
    View,
    Symbol,
    Method,
    FunctionValue,
    ClassValue,
    Instance,
    Bound,
    Each,
    Package,
    Builtin,
)


def _join_lists(a: Items | Each | Many, b: Items | Each | Many) -> Value:
    if a == Items(()) or b == Items(()):
        return b if a == Items(()) else a
    if isinstance(a, Items) and isinstance(b, Items) and len(a.elements) == len(b.elements):
        return Items(tuple(map(_join, a.elements, b.elements)))
    return Each(_join(any_of(a), any_of(b)))


def _join_pairs(a: Pairs[_Key], b: Pairs[_Key]) -> Pairs[_Key]:
    known: dict[_Key, Value] = {}
    for key, value in (*a, *b):
        known[key] = _join(known[key], value) if key in known else value
    return tuple(known.items())


def any_of(value: Items | Each | Many) -> Value:
    """Any one element of a list."""
    if isinstance(value, Many):
        return value.element
    return value.element if isinstance(value, Each) else join(value.elements)


def _common(a: Thing | None, b: Thing | None) -> Thing | None:
    if a is None or b is None or a.kind is not b.kind:
        return None
    if a == b:
        return a
    same = a.name == b.name and a.which == b.which and a.index == b.index
    return Thing(
        a.kind,
        a.name if same else None,
        a.which if same else Which.ANY,
        a.index if same else None,
        _common(a.owner, b.owner),
        a.generation if a.generation is b.generation else None,
        _common_details(a.details, b.details),
    )


def _common_details(a: Details, b: Details) -> Details:
    """The details of both. A detail that differs is there, but its value is unknown."""
    ours, theirs = dict(a), dict(b)
    return tuple((each, ours.get(each) if ours.get(each) == theirs.get(each) else None) for each in {**ours, **theirs})


def has_origin(value: Value) -> bool:
    """Whether a string knows where its literal stands."""
    if isinstance(value, Instance):
        return any(has_origin(each) for _, each in value.given)
    return isinstance(value, Text) and value.origin is not None


def plain(value: Value) -> Value:
    """A value without where its literal stands."""
    return replace(value, origin=None) if isinstance(value, Text) and value.origin is not None else value
