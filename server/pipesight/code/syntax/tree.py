"""Define the tree of a logical line: statements and expressions at their offsets in its text.

A node has the name of its counterpart in Python's `ast`. Others are our own, for these reasons:
- `Node`, `Header`, `Sequence` and `Comprehension` are the bases of nodes that have the same fields.
- `Missing`, `String` and `Argument` keep what `ast` drops: gaps in half-typed text, quotes, the order of arguments.
- `Branch` and `Decorator` are lines of a longer statement, because each logical line is parsed by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields


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
class Constant(Node):
    """A number, `True`, `False`, `None` or `...`. A number that is not whole is a float."""

    value: object


@dataclass(slots=True, eq=False, repr=False)
class String(Node):
    """A string or bytes literal without fields. Its content lies from `inner_start` up to `inner_end`."""

    text: str
    inner_start: int
    inner_end: int
    quote: str
    closed: bool
    prefix: str = ""  # in lower case: "r", "f", "b" ...


@dataclass(slots=True, eq=False, repr=False)
class JoinedStr(Node):
    """An f-string with fields, or literals side by side: text and expressions in order."""

    values: list[Node]


@dataclass(slots=True, eq=False, repr=False)
class FormattedValue(Node):
    """A field of an f-string whose conversion or format changes the text of its value."""

    value: Node


@dataclass(slots=True, eq=False, repr=False)
class Attribute(Node):
    """`value.name`. The name is empty while it is not typed."""

    value: Node
    name: str
    name_start: int


@dataclass(slots=True, eq=False, repr=False)
class Argument(Node):
    """One argument of a call. `stars` is 1 or 2 for `*a` and `**a`."""

    value: Node
    keyword: str | None = None
    stars: int = 0


@dataclass(slots=True, eq=False, repr=False)
class Call(Node):
    """A call. `open` is the offset after the parenthesis."""

    function: Node
    arguments: list[Argument]
    open: int
    closed: bool


@dataclass(slots=True, eq=False, repr=False)
class Subscript(Node):
    """`value[index]`. `open` is the offset after the bracket."""

    value: Node
    index: Node
    open: int
    closed: bool


@dataclass(slots=True, eq=False, repr=False)
class Slice(Node):
    """`a:b:c`. A part left out is `Missing`."""

    parts: list[Node]


@dataclass(slots=True, eq=False, repr=False)
class UnaryOp(Node):
    """`-x`, `not x`."""

    op: str
    operand: Node


@dataclass(slots=True, eq=False, repr=False)
class BinOp(Node):
    """`a + b`."""

    op: str
    left: Node
    right: Node


@dataclass(slots=True, eq=False, repr=False)
class Compare(Node):
    """`a < b in c`: pairs of operator and operand."""

    left: Node
    rest: list[tuple[str, Node]]


@dataclass(slots=True, eq=False, repr=False)
class BoolOp(Node):
    """`a and b`, `a or b`."""

    op: str
    left: Node
    right: Node


@dataclass(slots=True, eq=False, repr=False)
class IfExp(Node):
    """`body if test else orelse`."""

    test: Node
    body: Node
    orelse: Node


@dataclass(slots=True, eq=False, repr=False)
class arg(Node):  # noqa: N801 - the name in Python's `ast`
    """One parameter. The node covers its name. `stars` is 1 or 2 for `*a` and `**a`."""

    name: str
    annotation: Node | None
    default: Node | None
    stars: int


@dataclass(slots=True, eq=False, repr=False)
class Lambda(Node):
    """A lambda."""

    parameters: list[arg]
    body: Node


@dataclass(slots=True, eq=False, repr=False)
class Sequence(Node):
    """A display of elements: a list, tuple or set."""

    elts: list[Node]


@dataclass(slots=True, eq=False, repr=False)
class List(Sequence):
    """`[a, b]`."""


@dataclass(slots=True, eq=False, repr=False)
class Tuple(Sequence):
    """`(a, b)`, or `a, b` without brackets."""


@dataclass(slots=True, eq=False, repr=False)
class Set(Sequence):
    """`{a, b}`."""


@dataclass(slots=True, eq=False, repr=False)
class Dict(Node):
    """A dict display. A pair's key is None for `**other`."""

    pairs: list[tuple[Node | None, Node]]


@dataclass(slots=True, eq=False, repr=False)
class comprehension(Node):  # noqa: N801 - the name in Python's `ast`
    """`for target in iter if ifs`."""

    target: Node
    iter: Node
    ifs: list[Node]


@dataclass(slots=True, eq=False, repr=False)
class Comprehension(Node):
    """Any comprehension: `elt` for each of its `generators`."""

    elt: Node
    generators: list[comprehension]


@dataclass(slots=True, eq=False, repr=False)
class ListComp(Comprehension):
    """`[elt for ...]`."""


@dataclass(slots=True, eq=False, repr=False)
class SetComp(Comprehension):
    """`{elt for ...}`."""


@dataclass(slots=True, eq=False, repr=False)
class GeneratorExp(Comprehension):
    """`(elt for ...)`."""


@dataclass(slots=True, eq=False, repr=False)
class DictComp(Comprehension):
    """`{elt: value for ...}`."""

    value: Node


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
    """`yield value`."""

    value: Node


@dataclass(slots=True, eq=False, repr=False)
class YieldFrom(Node):
    """`yield from value`."""

    value: Node


@dataclass(slots=True, eq=False, repr=False)
class NamedExpr(Node):
    """`target := value`."""

    target: Name
    value: Node


# Statements. `inline` of a header (`for`, `def`, ...) has the statements after its colon on the same line.


@dataclass(slots=True, eq=False, repr=False)
class Expr(Node):
    """An expression that stands alone. It is `Missing` in `pass` and the like."""

    value: Node


@dataclass(slots=True, eq=False, repr=False)
class Assert(Node):
    """`assert test, message`."""

    test: Node
    message: Node | None


@dataclass(slots=True, eq=False, repr=False)
class Assign(Node):
    """`targets = value`."""

    targets: list[Node]
    value: Node


@dataclass(slots=True, eq=False, repr=False)
class AugAssign(Node):
    """`target += value` and the like."""

    target: Node
    value: Node


@dataclass(slots=True, eq=False, repr=False)
class AnnAssign(Node):
    """`target: annotation = value`. `value` is None in a bare annotation."""

    target: Node
    annotation: Node
    value: Node | None


@dataclass(slots=True, eq=False, repr=False)
class Return(Node):
    """`return value`."""

    value: Node | None


@dataclass(slots=True, eq=False, repr=False)
class Delete(Node):
    """`del targets`."""

    targets: list[Node]


@dataclass(slots=True, eq=False, repr=False)
class Global(Node):
    """`global` or `nonlocal`."""

    names: list[str]


@dataclass(slots=True, eq=False, repr=False)
class Import(Node):
    """`import a.b as c`: pairs of dotted name and alias."""

    names: list[tuple[str, str | None]]


@dataclass(slots=True, eq=False, repr=False)
class ImportFrom(Node):
    """`from module import a as b`. `module` keeps its leading dots. `names` is None for `*`."""

    module: str
    names: list[tuple[str, str]] | None


@dataclass(slots=True, eq=False, repr=False)
class Header(Node):
    """A statement that ends in a colon."""

    inline: list[Node]


@dataclass(slots=True, eq=False, repr=False)
class For(Header):
    """`for target in iter`."""

    target: Node
    iter: Node


@dataclass(slots=True, eq=False, repr=False)
class Branch(Header):
    """`if elif else while try except finally match case`. `bound` are the names that an `as` or a pattern binds.

    `tests` of a `case` are the strings in its pattern, and its guard.
    """

    word: str
    tests: list[Node]
    bound: list[str] = field(default_factory=list[str])


@dataclass(slots=True, eq=False, repr=False)
class With(Header):
    """`with value as target`: pairs of both."""

    items: list[tuple[Node, Node | None]]


@dataclass(slots=True, eq=False, repr=False)
class FunctionDef(Header):
    """`def`. The name begins at `name_start`."""

    name: str
    name_start: int
    parameters: list[arg]
    returns: Node | None


@dataclass(slots=True, eq=False, repr=False)
class ClassDef(Header):
    """`class`. The name begins at `name_start`."""

    name: str
    name_start: int
    arguments: list[Argument]


@dataclass(slots=True, eq=False, repr=False)
class Decorator(Node):
    """`@value`."""

    value: Node


def called(node: Call) -> str:
    """Return the last name of the called expression. Empty if it has none."""
    return last_name(node.function)


def last_name(node: Node) -> str:
    """Return `b` for `a.b`, for `b` and for a call of these, and an empty text for other expressions."""
    if isinstance(node, Call):
        return last_name(node.function)
    return node.id if isinstance(node, Name) else node.name if isinstance(node, Attribute) else ""


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all nodes below it, in the order of the text."""
    pending: list[object] = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, (list, tuple)):
            pending += reversed(each)  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(each, Node):
            yield each
            pending += [getattr(each, one.name) for one in reversed(fields(each))]


def elements(node: Node) -> list[Node]:
    """Return the elements of a display, or the single expression."""
    return node.elts if isinstance(node, Sequence) else [node]
