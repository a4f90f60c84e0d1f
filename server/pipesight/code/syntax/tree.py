"""The tree of a logical line: statements and expressions at their offsets in its text."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, eq=False, repr=False)
class Node:
    """Any node: from offset `start` up to `end` of its logical line."""

    start: int
    end: int


@dataclass(slots=True, eq=False, repr=False)
class Missing(Node):
    """An expression that is not written yet."""


@dataclass(slots=True, eq=False, repr=False)
class Name(Node):
    """A name."""

    id: str


@dataclass(slots=True, eq=False, repr=False)
class Number(Node):
    """A number; `value` is None unless it is whole."""

    value: int | None


@dataclass(slots=True, eq=False, repr=False)
class Constant(Node):
    """`True`, `False`, `None`, `...` or bytes."""

    word: str


@dataclass(slots=True, eq=False, repr=False)
class String(Node):
    """A plain string. Its content lies from `inner_start` up to `inner_end`."""

    text: str
    inner_start: int
    inner_end: int
    quote: str
    closed: bool
    raw: bool


@dataclass(slots=True, eq=False, repr=False)
class Joined(Node):
    """An f-string, or strings side by side: text and expressions in order."""

    parts: list[Node]


@dataclass(slots=True, eq=False, repr=False)
class Formatted(Node):
    """A field of an f-string whose conversion or format makes other text of its value."""

    value: Node


@dataclass(slots=True, eq=False, repr=False)
class Attribute(Node):
    """`value.name`; the name is empty while it is not typed."""

    value: Node
    name: str
    name_start: int


@dataclass(slots=True, eq=False, repr=False)
class Argument(Node):
    """One argument; `stars` is 1 or 2 for `*a` and `**a`."""

    value: Node
    keyword: str | None = None
    stars: int = 0


@dataclass(slots=True, eq=False, repr=False)
class Call(Node):
    """A call; `open` is the offset after the parenthesis."""

    function: Node
    arguments: list[Argument]
    open: int
    closed: bool


@dataclass(slots=True, eq=False, repr=False)
class Subscript(Node):
    """`value[index]`; `open` is the offset after the bracket."""

    value: Node
    index: Node
    open: int
    closed: bool


@dataclass(slots=True, eq=False, repr=False)
class Slice(Node):
    """`a:b:c`; a part left out is `Missing`."""

    parts: list[Node]


@dataclass(slots=True, eq=False, repr=False)
class Unary(Node):
    """`-x`, `not x`."""

    operator: str
    operand: Node


@dataclass(slots=True, eq=False, repr=False)
class Binary(Node):
    """`a + b`."""

    operator: str
    left: Node
    right: Node


@dataclass(slots=True, eq=False, repr=False)
class Compare(Node):
    """`a < b in c`: pairs of operator and operand."""

    left: Node
    rest: list[tuple[str, Node]]


@dataclass(slots=True, eq=False, repr=False)
class Boolean(Node):
    """`a and b`, `a or b`."""

    operator: str
    left: Node
    right: Node


@dataclass(slots=True, eq=False, repr=False)
class Conditional(Node):
    """`body if test else otherwise`."""

    test: Node
    body: Node
    otherwise: Node


@dataclass(slots=True, eq=False, repr=False)
class Parameter(Node):
    """One parameter; the node covers its name. `stars` is 1 or 2 for `*a` and `**a`."""

    name: str
    annotation: Node | None
    default: Node | None
    stars: int


@dataclass(slots=True, eq=False, repr=False)
class Lambda(Node):
    """A lambda."""

    parameters: list[Parameter]
    body: Node


@dataclass(slots=True, eq=False, repr=False)
class Display(Node):
    """A list, tuple or set display; `kind` is the opening bracket, empty for a bare tuple."""

    kind: str
    items: list[Node]


@dataclass(slots=True, eq=False, repr=False)
class DictDisplay(Node):
    """A dict display; a pair's key is None for `**other`."""

    pairs: list[tuple[Node | None, Node]]


@dataclass(slots=True, eq=False, repr=False)
class Clause(Node):
    """`for target in iterable if conditions` of a comprehension."""

    target: Node
    iterable: Node
    conditions: list[Node]


@dataclass(slots=True, eq=False, repr=False)
class Comprehension(Node):
    """`kind` is the opening bracket, `(` for a generator; `value` is set in a dict comprehension."""

    kind: str
    element: Node
    value: Node | None
    clauses: list[Clause]


@dataclass(slots=True, eq=False, repr=False)
class Starred(Node):
    """`*value`."""

    value: Node


@dataclass(slots=True, eq=False, repr=False)
class Await(Node):
    """`await value`."""

    value: Node


@dataclass(slots=True, eq=False, repr=False)
class Yield(Node):
    """`yield value`; `many` for `yield from value`."""

    value: Node
    many: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Walrus(Node):
    """`target := value`."""

    target: Name
    value: Node


# Statements. A header (`for`, `def`, ...) holds in `inline` what follows its colon on the same line.


@dataclass(slots=True, eq=False, repr=False)
class Expression(Node):
    """An expression that stands alone; `Missing` in `pass` and the like."""

    value: Node


@dataclass(slots=True, eq=False, repr=False)
class Assert(Node):
    """`assert test, message`."""

    test: Node
    message: Node | None


@dataclass(slots=True, eq=False, repr=False)
class Assign(Node):
    """`targets = value`; `augmented` for `+=` and the like; `value` is None in a bare annotation."""

    targets: list[Node]
    value: Node | None
    annotation: Node | None = None
    augmented: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Return(Node):
    """`return value`."""

    value: Node | None


@dataclass(slots=True, eq=False, repr=False)
class Delete(Node):
    """`del targets`."""

    targets: list[Node]


@dataclass(slots=True, eq=False, repr=False)
class Scope(Node):
    """`global` or `nonlocal`."""

    names: list[str]


@dataclass(slots=True, eq=False, repr=False)
class Import(Node):
    """`import a.b as c`: pairs of dotted name and alias."""

    names: list[tuple[str, str | None]]


@dataclass(slots=True, eq=False, repr=False)
class FromImport(Node):
    """`from module import a as b`; `module` keeps its leading dots; `names` is None for `*`."""

    module: str
    names: list[tuple[str, str]] | None


@dataclass(slots=True, eq=False, repr=False)
class Header(Node):
    """What ends in a colon."""

    inline: list[Node]


@dataclass(slots=True, eq=False, repr=False)
class For(Header):
    """`for target in iterable`."""

    target: Node
    iterable: Node


@dataclass(slots=True, eq=False, repr=False)
class Branch(Header):
    """`if elif else while try except finally match case`; `bound` are the names an `as` or pattern binds.

    The tests of a `case` are the strings it compares with, and its guard.
    """

    word: str
    tests: list[Node]
    bound: list[str] = field(default_factory=list[str])


@dataclass(slots=True, eq=False, repr=False)
class With(Header):
    """`with value as target`: pairs of both."""

    items: list[tuple[Node, Node | None]]


@dataclass(slots=True, eq=False, repr=False)
class Function(Header):
    """`def`; the name begins at `name_start`."""

    name: str
    name_start: int
    parameters: list[Parameter]
    returns: Node | None


@dataclass(slots=True, eq=False, repr=False)
class Class(Header):
    """`class`; the name begins at `name_start`."""

    name: str
    name_start: int
    arguments: list[Argument]


@dataclass(slots=True, eq=False, repr=False)
class Decorator(Node):
    """`@value`."""

    value: Node


def called(node: Call) -> str:
    """The last name of what is called, empty where it has none."""
    function = node.function
    return function.name if isinstance(function, Attribute) else function.id if isinstance(function, Name) else ""
