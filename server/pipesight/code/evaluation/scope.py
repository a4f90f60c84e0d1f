"""Names and where they are looked up; what one evaluation read and did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipesight.code.syntax.tree import Name, Node

from .records import Records
from .values import Builtin, FunctionValue, Imported, Value

if TYPE_CHECKING:
    from .flow import Flow


SAME_ELEMENTS = frozenset(("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "aiter"))
BUILTINS = SAME_ELEMENTS | frozenset(
    ("next", "anext", "max", "min", "enumerate", "zip", "filter", "map", "dict", "str", "getattr", "vars", "super")
)
# What of Python's own library is followed, by the names it goes under in `standard.py`.
_LIBRARY = {
    "argparse": {"ArgumentParser": "ArgumentParser"},
    "asyncio": {"run": "await", "gather": "gather", "wait_for": "await"},
    "collections": {"OrderedDict": "dict", "defaultdict": "dictionary", "deque": "list"},
    "copy": {"copy": "copy", "deepcopy": "copy"},
    "dataclasses": {"asdict": "vars"},
    "functools": {"partial": "partial"},
    "itertools": {"chain": "chain", "islice": "islice"},
    "os": {"getenv": "getenv"},
    "os.environ": {"get": "getenv"},
    "random": {"choice": "next"},
    "tqdm": {"tqdm": "list"},
    "tqdm.auto": {"tqdm": "list"},
    "types": {"SimpleNamespace": "SimpleNamespace"},
    "typing": {"cast": "cast"},
    "uuid": {"UUID": "str"},
}


def library(module: str, name: str) -> Builtin | None:
    """What `name` of a module of Python's library is, where we follow it."""
    known = _LIBRARY.get(module, {}).get(name)
    return Builtin(known) if known is not None else None


Reads = dict[tuple["Flow | Imports | BoundNames", "str | Imported"], object]
Arguments = tuple[tuple[str, Value], ...]
Followed = tuple[FunctionValue, Arguments]


@dataclass(slots=True)
class Outcome:
    """What running a chunk or a function body read, did and found."""

    reads: Reads
    writes: dict[str, Value]
    records: Records
    calls: list[tuple[FunctionValue, Arguments]]
    functions: list[FunctionValue]
    arguments: Arguments = ()


class Frame:
    """Names of a scope, or of one branch of it. The outermost frame hands on to the module."""

    __slots__ = ("exits", "flow", "globals", "instance", "names", "own", "parent", "returns", "yields")

    def __init__(self, flow: Flow, parent: Frame | None = None) -> None:
        self.flow = flow
        self.parent = parent
        self.names: dict[str, Value] = {}
        self.globals: set[str] = parent.globals if parent else set()
        self.returns: list[Value] = parent.returns if parent else []
        self.yields: list[Value] = parent.yields if parent else []
        self.exits: list[Frame] = parent.exits if parent else []  # where `break` and `continue` leave the loop
        self.instance: dict[str, Value] | None = parent.instance if parent else None  # what a method puts on `self`
        self.own: str | None = parent.own if parent else None  # the parameter that is `self`

    def scope(self) -> Frame:
        """A new scope inside this one: a function's or a class's."""
        frame = Frame(self.flow, self)
        frame.globals, frame.returns, frame.yields, frame.instance, frame.own = set(), [], [], None, None
        frame.exits = []
        return frame

    def binds(self, name: str) -> bool:
        """Whether a name is bound here or around, below the module."""
        each: Frame | None = self
        while each is not None:
            if name in each.names:
                return True
            each = each.parent
        return False

    def turn(self) -> Frame:
        """One turn of a loop."""
        frame = Frame(self.flow, self)
        frame.exits = []
        return frame

    def leave(self) -> None:
        """Control leaves the turn of the loop here."""
        names: dict[str, Value] = {}
        each: Frame | None = self
        while each is not None and each.exits is self.exits:
            names = {**each.names, **names}
            each = each.parent
        left = Frame(self.flow)
        left.names = names
        self.exits.append(left)


class BoundNames:
    """Which names a module binds, to whatever: something to read, as their values are."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow

    def read(self, name: str) -> bool:
        """Whether the module binds a name."""
        return self._flow.binds(name)


def is_own(node: Node, frame: Frame) -> bool:
    """Whether an expression is the object whose method runs: `self`."""
    return isinstance(node, Name) and node.id == frame.own


class Imports:
    """The other modules that a program can import. Here there are none.

    `version` changes whenever any of them, or the importing program itself where another imports it, may have changed;
    `others` whenever any of them may have.
    """

    version = 0
    others = 0
    are_returned = False  # whether another module is known to import the importing program

    def calls(self, flow: Flow) -> Iterable[tuple[FunctionValue, Arguments]]:
        """The calls of functions of `flow` that other modules are known to make."""
        return ()

    def connects(self, text: str) -> bool:
        """Whether a program of this text shares anything with other modules: imports, callers, fixtures."""
        return False

    def touch(self) -> None:
        """The importing program itself was edited."""

    def read(self, name: str) -> Flow | None:
        """The flow of module `name`, with dots in front for a relative import."""
        return None


def holds(reads: Reads) -> bool:
    """Whether everything that was read still has the same value."""
    for (where, name), value in reads.items():
        now = where.read(name)  # pyright: ignore[reportArgumentType]
        if now is not value and now != value:
            return False
    return True
