"""Follows values through a program: which object of the run history each expression denotes.

An abstract interpreter. Top-level statements run in order; each remembers the names it read and what it did, and runs
again only when its text or one of those values changed. Function bodies run once more at the end, with the arguments
that the calls seen agree on, and record what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from . import api
from .api import How, Member, Parameter, Type
from .model import Form, Generation, Kind, Thing, Which
from .program import Chunk, Program, Unit
from .syntax import (
    Argument,
    Assign,
    Attribute,
    Await,
    Binary,
    Boolean,
    Branch,
    Call,
    Class,
    Compare,
    Comprehension,
    Conditional,
    Constant,
    Decorator,
    Delete,
    DictDisplay,
    Display,
    Expression,
    For,
    FromImport,
    Function,
    Header,
    Import,
    Joined,
    Lambda,
    Missing,
    Name,
    Node,
    Number,
    Return,
    Scope,
    Slice,
    Starred,
    String,
    Subscript,
    Unary,
    Walrus,
    With,
    Yield,
    parse,
)
from .values import (
    ClassValue,
    Each,
    FunctionValue,
    Imported,
    Instance,
    Integer,
    Items,
    Many,
    Method,
    Nothing,
    Object,
    Package,
    Partial,
    Record,
    Symbol,
    Text,
    Value,
    View,
    join,
)

_BUILTINS = frozenset(
    [
        "list",
        "tuple",
        "set",
        "frozenset",
        "sorted",
        "reversed",
        "iter",
        "next",
        "max",
        "min",
        "enumerate",
        "zip",
        "filter",
        "map",
        "dict",
        "str",
        "print",
        "len",
        "any",
        "all",
        "getattr",
        "property",
        "super",
    ]
)
_SAME_ELEMENTS = frozenset(("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter"))
_LEAVES = frozenset(("return", "raise", "continue", "break"))
_CLAUSES = {"if": ("elif", "else"), "while": ("else",), "for": ("else",), "try": ("except", "else", "finally")}
_DEPTH = 8  # calls followed into one another
_BUDGET = 100  # calls followed for one top-level statement
_ROUNDS = 4  # how often functions hand arguments on to further functions
_PIPELINE_OBJECT = frozenset(("model", "get_runs", "runs", "last_run", "last_successful_run"))
_OPERATIONS = ("contains:", "startswith:", "endswith:", "oneof:", "notequals:", "equals:", "gt:", "gte:", "lt:", "lte:")


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
    """A call or subscript that takes names: where one can be typed. `kind` is a subscript's."""

    unit: Unit
    node: Call | Subscript
    owner: Thing | None
    generation: Generation | None
    member: Member | None = None
    kind: Kind | None = None


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


Reads = dict[tuple["Flow | Imports", "str | Imported"], object]
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

    __slots__ = ("flow", "globals", "instance", "names", "parent", "returns", "yields")

    def __init__(self, flow: Flow, parent: Frame | None = None) -> None:
        self.flow = flow
        self.parent = parent
        self.names: dict[str, Value] = {}
        self.globals: set[str] = parent.globals if parent else set()
        self.returns: list[Value] = parent.returns if parent else []
        self.yields: list[Value] = parent.yields if parent else []
        self.instance: dict[str, Value] | None = parent.instance if parent else None

    def scope(self) -> Frame:
        """A new scope inside this one: a function's or a class's."""
        frame = Frame(self.flow, self)
        frame.globals, frame.returns, frame.yields, frame.instance = set(), [], [], None
        return frame


class Imports:
    """The other modules that a program can import. Here there are none.

    `version` changes whenever any of them may have changed.
    """

    version = 0

    def touch(self) -> None:
        """The importing program itself was edited."""

    def read(self, name: str) -> Flow | None:
        """The flow of module `name`, with dots in front for a relative import."""
        return None


class Flow:
    """The values of one program."""

    def __init__(self, program: Program, imports: Imports | None = None, *, about_zenml: bool = False) -> None:
        self.program = program
        self.about_zenml = self._told = about_zenml
        self.imports = imports or Imports()
        self.names: dict[str, Value] = {}
        self.late: dict[str, Value] = {}
        self._outcomes: dict[Chunk, Outcome] = {}
        self._bodies: dict[FunctionValue, Outcome] = {}
        self._results: dict[Followed, tuple[Value, Reads]] = {}
        self._past_results: dict[Followed, tuple[Value, Reads]] = {}
        self.live: frozenset[str] = frozenset()
        self.running = False
        self._resolving: set[Imported] = set()

    def update(self, *, bodies: bool = True) -> None:
        """Run again what an edit or another file changed; without `bodies` only what runs on import."""
        if self.running:
            return
        self.running = True
        self._past_results, self._results = self._results, {}
        try:
            self._run_chunks()
            if bodies:
                self._run_bodies()
        finally:
            self.running = False

    def records(self) -> Iterator[tuple[Chunk, list[Records]]]:
        """The records of each chunk: its own and those of the functions in it."""
        for chunk in self.program.chunks:
            yield chunk, self.records_of(chunk)

    def records_of(self, chunk: Chunk) -> list[Records]:
        """The records of one chunk."""
        outcome = self._outcomes.get(chunk)
        if outcome is None:
            return []
        found = [outcome.records]
        pending = list(outcome.functions)
        while pending:
            body = self._bodies.get(pending.pop())
            if body is not None:
                found.append(body.records)
                pending += body.functions
        return found

    def read(self, name: str | Imported) -> Value:
        """The value of a name of the module, or of what it imports."""
        value = name if isinstance(name, Imported) else self.names.get(name)
        if value is None and isinstance(name, str):
            value = self.late.get(name)
        return self._resolve(value) if isinstance(value, Imported) else value

    def _resolve(self, imported: Imported) -> Value:
        module, name = imported.module, imported.name
        if api.is_symbol(module, name):
            return Symbol(name, legacy=module in _LEGACY_MODULES)
        if api.is_ours(module):
            return Package(f"{module}.{name}")
        if module == "os" and name in ("environ", "getenv"):
            return Partial("os.getenv") if name == "getenv" else Package("os.environ")
        if imported in self._resolving:
            return None
        self._resolving.add(imported)
        try:
            other = self.imports.read(module)
            value = other.read(name) if other is not None else None
        finally:
            self._resolving.discard(imported)
        if value is not None:
            return value
        joined = module + name if module.endswith(".") else f"{module}.{name}"
        return Package(joined, self.imports) if self.imports.read(joined) is not None else None

    def known_result(self, followed: Followed) -> tuple[Value, Reads] | None:
        """What a call was found to give, if nothing that it read has changed."""
        known = self._results.get(followed) or self._past_results.get(followed)
        if known is None or not _holds(known[1]):
            return None
        self._results[followed] = known
        return known

    def keep_result(self, followed: Followed, value: Value, reads: Reads) -> None:
        """Remember what a call gives."""
        self._results[followed] = value, reads

    def _find_live(self) -> None:
        """The names that may lead to ZenML. A body without any of them, and without such arguments, can be left out."""
        live = set(_ALWAYS_LIVE)
        if self.about_zenml:
            live.update(name for name in _CONVENTIONS if not self.binds(name))
        pending: list[tuple[str, FunctionValue | ClassValue]] = []
        for name in (*self.names, *self.late):
            value = self.read(name)
            if isinstance(value, (FunctionValue, ClassValue)) and value.place.flow is self:
                pending.append((name, value))
            elif _is_live(value) or (isinstance(value, Package) and self.imports.read(value.name) is not None):
                live.add(name)
        found = True
        while found:
            found = [
                each for each in pending if each[1].kind is not None or not each[1].place.unit.words.isdisjoint(live)
            ]
            live.update(name for name, _ in found)
            pending = [each for each in pending if each[0] not in live]
        self.live = frozenset(live)

    def _matters(self, function: FunctionValue, arguments: Arguments) -> bool:
        unit = (function.owner or function).place.unit
        if not unit.words.isdisjoint(self.live) or any(self.imports.read(name) for name in unit.imported):
            return True
        return any(_is_live(value) for _, value in arguments)

    def binds(self, name: str) -> bool:
        """Whether the module binds a name, to whatever."""
        return name in self.names or name in self.late

    def _run_chunks(self) -> None:
        about_zenml = self._told or any(_imports_zenml(chunk) for chunk in self.program.chunks)
        if about_zenml is not self.about_zenml:
            self.about_zenml = about_zenml
            self._outcomes, self._bodies = {}, {}
        self.names = {}
        outcomes: dict[Chunk, Outcome] = {}
        for chunk in self.program.chunks:
            outcome = self._outcomes.get(chunk)
            if outcome is None or not _holds(outcome.reads):
                outcome = _Run(self, chunk).chunk()
            outcomes[chunk] = outcome
            self.names.update(outcome.writes)
        self._outcomes = outcomes

    def _run_bodies(self) -> None:
        bodies: dict[FunctionValue, Outcome] = {}
        self._find_live()
        for _ in range(_ROUNDS):
            callers = self._callers(bodies)
            changed = False
            pending = [(function, chunk) for chunk, each in self._outcomes.items() for function in each.functions]
            alive: dict[FunctionValue, Outcome] = {}
            while pending:
                function, chunk = pending.pop()
                arguments = _agreed(callers.get(function, ()))
                if function.owner is not None:
                    arguments = _with_self(arguments, function.owner, callers)
                if not self._matters(function, arguments):
                    continue
                body = bodies.get(function) or self._bodies.get(function)
                if body is None or body.arguments != arguments or not _holds(body.reads):
                    body = _Run(self, chunk).body(function, arguments)
                    changed = True
                alive[function] = body
                pending += [(inner, chunk) for inner in body.functions]
            changed = changed or alive.keys() != bodies.keys()
            bodies = alive
            if not changed:
                break
        self._bodies = bodies

    def _callers(self, bodies: dict[FunctionValue, Outcome]) -> dict[FunctionValue, list[Arguments]]:
        callers: dict[FunctionValue, list[Arguments]] = {}
        for outcome in (*self._outcomes.values(), *(bodies or self._bodies).values()):
            for function, arguments in outcome.calls:
                callers.setdefault(function, []).append(arguments)
        return callers


def _imports_zenml(chunk: Chunk) -> bool:
    return any(code.word in ("from", "import") and "zenml" in code.text for _, code in chunk.lines)


def _holds(reads: Reads) -> bool:
    """Whether everything that was read still has the same value."""
    for (where, name), value in reads.items():
        now = where.read(name)  # pyright: ignore[reportArgumentType]
        if now is not value and now != value:
            return False
    return True


def _agreed(callers: Iterable[Arguments]) -> Arguments:
    """The arguments that all callers agree on."""
    joined: dict[str, list[Value]] = {}
    count = 0
    for arguments in callers:
        count += 1
        for name, value in arguments:
            joined.setdefault(name, []).append(value)
    return tuple((name, join(values)) for name, values in joined.items() if len(values) == count)


def _with_self(arguments: Arguments, owner: ClassValue, callers: dict[FunctionValue, list[Arguments]]) -> Arguments:
    """The arguments of a method, with the instance that all constructions of its class agree on."""
    initial = owner.attributes.get("__init__")
    if isinstance(initial, FunctionValue) and "self" not in dict(arguments):
        return (*arguments, *(pair for pair in _agreed(callers.get(initial, ())) if pair[0] == "self"))
    return arguments


class _Run:
    """One evaluation of a chunk, or of a function in it."""

    def __init__(self, flow: Flow, chunk: Chunk) -> None:
        self.flow = flow
        self.home = self.at = chunk
        self.unit = chunk.units[0]
        self.reads: Reads = {}
        self.records = Records()
        self.calls: list[tuple[FunctionValue, Arguments]] = []
        self.functions: list[FunctionValue] = []
        self.depth = 0  # above 0 while a called function's body is followed: it records nothing of its own
        self.budget = _BUDGET
        self.active: list[FunctionValue] = []
        self.cut_short = False  # whether a call was not followed because there are too many

    def chunk(self) -> Outcome:
        """Runs the chunk as the module does."""
        frame = Frame(self.flow)
        self.block(self.at.units, frame)
        return Outcome(self.reads, frame.names, self.records, self.calls, self.functions)

    def body(self, function: FunctionValue, arguments: Arguments) -> Outcome:
        """Runs the body of a function with what is known of its arguments."""
        self.enter(function, dict(arguments))
        return Outcome(self.reads, {}, self.records, self.calls, self.functions, arguments)

    # Names

    def lookup(self, frame: Frame, name: str) -> Value:
        each: Frame | None = frame
        while each is not None:
            if name in each.names:
                value = each.names[name]
                if isinstance(value, Imported):
                    self.reads[frame.flow, value] = resolved = frame.flow.read(value)
                    return resolved
                return value
            each = each.parent
        value = frame.flow.read(name)
        self.reads[frame.flow, name] = value
        if value is None and name in _BUILTINS:
            return Partial(name)
        if value is None and self.depth == 0 and frame.flow.about_zenml and not frame.flow.binds(name):
            return _CONVENTIONS.get(name)
        return value

    def bind(self, frame: Frame, name: str, value: Value) -> None:
        if name in frame.globals:
            frame.flow.late[name] = join((frame.flow.late.get(name, Nothing()), value))
            return
        frame.names[name] = value

    # Statements

    def block(self, units: Sequence[Unit], frame: Frame) -> None:
        decorators: list[Unit] = []
        index = 0
        while index < len(units):
            unit = units[index]
            head = unit.code.statements[0] if unit.code.statements else None
            following = index + 1
            if isinstance(head, Decorator):
                decorators.append(unit)
            elif isinstance(head, (Branch, For)):
                word = head.word if isinstance(head, Branch) else "for"
                while following < len(units) and _word(units[following]) in _CLAUSES.get(word, ()):
                    following += 1
                self.compound(units[index:following], head, frame)
            elif isinstance(head, Function):
                self.function(unit, head, decorators, frame)
            elif isinstance(head, Class):
                self.class_(unit, head, decorators, frame)
            elif isinstance(head, With):
                self.unit = unit
                for node, target in head.items:
                    value = self.value(node, frame)
                    if target is not None:
                        self.assign(target, value, frame)
                self.governed(unit, head, frame)
            else:
                self.simple(unit, unit.code.statements, frame)
            if not isinstance(head, Decorator):
                decorators = []
            index = following

    def governed(self, unit: Unit, head: Header, frame: Frame) -> None:
        """What a header governs: on its line and below."""
        if head.inline:
            self.simple(unit, head.inline, frame)
        self.block(unit.body, frame)

    def simple(self, unit: Unit, statements: Sequence[Node], frame: Frame) -> None:
        self.unit = unit
        for statement in statements:
            match statement:
                case Expression():
                    self.value(statement.value, frame)
                case Assign():
                    self.assignment(statement, frame)
                case Return():
                    frame.returns.append(self.value(statement.value, frame) if statement.value else Nothing())
                case Import():
                    self.import_(statement, frame)
                case FromImport():
                    self.from_import(statement, frame)
                case Scope():
                    frame.globals.update(statement.names)
                case Delete():
                    for target in statement.targets:
                        if isinstance(target, Name):
                            self.bind(frame, target.id, None)
                case For():
                    self.loop(unit, statement, frame)
                case Header():
                    self.governed(Unit(unit.line, unit.code), statement, frame)
                case _:
                    pass

    def compound(self, units: Sequence[Unit], head: Branch | For, frame: Frame) -> None:
        if isinstance(head, For):
            self.loop(units[0], head, frame)
            for unit in units[1:]:
                self.clause(unit, frame)
        elif head.word == "try":
            self.try_(units, frame)
        elif head.word == "match":
            self.unit = units[0]
            for test in head.tests:
                self.value(test, frame)
            self.branches(units[0].body, frame)
        elif head.word == "while":
            self.branches(units[:1], frame)
            for unit in units[1:]:
                self.clause(unit, frame)
        else:
            self.branches(units, frame)

    def clause(self, unit: Unit, frame: Frame) -> None:
        head = unit.header
        if head is not None:
            self.tests(unit, head, frame)
            self.governed(unit, head, frame)

    def tests(self, unit: Unit, head: Header, frame: Frame) -> None:
        self.unit = unit
        if isinstance(head, Branch):
            for test in head.tests:
                self.value(test, frame)
                if head.word in ("if", "elif", "while"):
                    self.narrow(test, frame)
            for name in head.bound:
                self.bind(frame, name, None)

    def branches(self, units: Sequence[Unit], frame: Frame) -> None:
        """Runs alternatives side by side, then joins what they bound."""
        ends: list[Frame] = []
        total = False
        for unit in units:
            inner = Frame(frame.flow, frame)
            head = unit.header
            if head is None:
                continue
            self.tests(unit, head, inner)
            self.governed(unit, head, inner)
            total = total or (isinstance(head, Branch) and head.word == "else")
            if not _leaves(unit):
                ends.append(inner)
        self.merge(ends, frame, fall_through=not total)

    def merge(self, ends: Sequence[Frame], frame: Frame, *, fall_through: bool) -> None:
        names = dict.fromkeys(name for end in ends for name in end.names)
        for name in names:
            before = self.lookup(frame, name) if fall_through or any(name not in e.names for e in ends) else None
            values = [end.names.get(name, before) for end in ends]
            if fall_through:
                values.append(before)
            self.bind(frame, name, join(values))

    def loop(self, unit: Unit, head: For, frame: Frame) -> None:
        self.unit = unit
        iterable = self.value(head.iterable, frame)
        inner = Frame(frame.flow, frame)
        self.assign(head.target, self.element(iterable), inner)
        self.governed(unit, head, inner)
        self.merge([inner], frame, fall_through=True)

    def try_(self, units: Sequence[Unit], frame: Frame) -> None:
        head = units[0].header
        if head is None:
            return
        self.governed(units[0], head, frame)
        ends: list[Frame] = []
        for unit in units[1:]:
            if _word(unit) != "except":
                continue
            inner = Frame(frame.flow, frame)
            self.clause(unit, inner)
            if not _leaves(unit):
                ends.append(inner)
        self.merge(ends, frame, fall_through=True)
        for unit in units[1:]:
            if _word(unit) != "except":
                self.clause(unit, frame)

    def narrow(self, test: Node, frame: Frame) -> None:
        """`step.name == "x"` holds from here on."""
        if isinstance(test, Boolean) and test.operator == "and":
            self.narrow(test.left, frame)
            self.narrow(test.right, frame)
            return
        if not isinstance(test, Compare) or len(test.rest) != 1 or test.rest[0][0] != "==":
            return
        left, right = test.left, test.rest[0][1]
        if isinstance(left, String):
            left, right = right, left
        if not isinstance(left, Attribute) or left.name != "name" or not isinstance(left.value, Name):
            return
        held = self.lookup(frame, left.value.id)
        if isinstance(held, Object) and held.thing is not None and held.thing.name is None:
            known = self.quiet(right, frame)
            if isinstance(known, Text) and known.text:
                thing = replace(held.thing, name=known.text, which=None, index=None)
                frame.names[left.value.id] = replace(held, thing=thing)

    def quiet(self, node: Node, frame: Frame) -> Value:
        """The value of a node that is recorded elsewhere."""
        self.depth += 1
        try:
            return self.value(node, frame)
        finally:
            self.depth -= 1

    def assignment(self, statement: Assign, frame: Frame) -> None:
        value: Value = None
        if statement.value is not None:
            value = self.value(statement.value, frame)
        if statement.annotation is not None:
            annotated = self.annotation(statement.annotation, frame)
            if value is None or isinstance(value, Nothing):
                value = annotated if annotated is not None else value
        for target in statement.targets:
            if statement.augmented:
                value = self.augmented(self.value(target, frame), value)
            self.assign(target, value, frame)

    def augmented(self, before: Value, value: Value) -> Value:
        if isinstance(before, Text) and isinstance(value, Text) and before.text is not None and value.text is not None:
            return Text(before.text + value.text)
        return Text(None) if isinstance(before, Text) else before if isinstance(before, (Many, Each)) else None

    def assign(self, target: Node, value: Value, frame: Frame) -> None:
        match target:
            case Name():
                self.bind(frame, target.id, value)
                self.hold(target, value)
            case Display():
                self.unpack(target.items, value, frame)
            case Starred():
                self.assign(target.value, None, frame)
            case Attribute():
                receiver = self.value(target.value, frame)
                if isinstance(receiver, Instance) and frame.instance is not None:
                    frame.instance[target.name] = value
            case Subscript():
                self.value(target.value, frame)
                self.value(target.index, frame)
            case _:
                pass

    def unpack(self, targets: Sequence[Node], value: Value, frame: Frame) -> None:
        values: Sequence[Value]
        if isinstance(value, Items) and len(value.elements) == len(targets):
            values = value.elements
        elif isinstance(value, Many):
            values = [value.picked(Which.INDEX, index) for index in range(len(targets))]
        else:
            element = value.element if isinstance(value, Each) else None
            values = [element] * len(targets)
        for target, each in zip(targets, values, strict=False):
            self.assign(target, each, frame)

    # Imports

    def import_(self, statement: Import, frame: Frame) -> None:
        for name, alias in statement.names:
            if alias:
                self.bind(frame, alias, Package(name, frame.flow.imports))
            else:
                top = name.split(".", 1)[0]
                self.bind(frame, top, Package(top, frame.flow.imports))

    def from_import(self, statement: FromImport, frame: Frame) -> None:
        module = statement.module
        if statement.names is None:
            self.star(module, frame)
            return
        for name, alias in statement.names:
            self.bind(frame, alias, Imported(module, name))

    def star(self, module: str, frame: Frame) -> None:
        if api.is_ours(module):
            for name in api.star(module):
                self.bind(frame, name, Symbol(name, legacy=module in _LEGACY_MODULES))
            return
        other = self.other(module, frame.flow.imports)
        if other is not None:
            for name in list(other.names):
                if not name.startswith("_"):
                    self.reads[other, name] = other.read(name)
                    self.bind(frame, name, other.read(name))

    def other(self, module: str, imports: Imports) -> Flow | None:
        """Another module of the workspace."""
        found = imports.read(module)
        self.reads[imports, module] = found
        return found

    # Functions and classes

    def function(self, unit: Unit, head: Function, decorators: Sequence[Unit], frame: Frame) -> None:
        kind, name, legacy, is_property = None, head.name, False, False
        for decorator in decorators:
            self.unit = decorator
            node = decorator.decorator
            if node is None:
                continue
            value = self.value(node.value, frame)
            symbol = value if isinstance(value, Symbol) else None
            if symbol is not None and symbol.name in api.DECORATORS:
                kind, legacy = api.DECORATORS[symbol.name], symbol.legacy
                name = self.given_name(node.value, frame) or head.name
            is_property = is_property or _is_property(node.value)
        self.unit = unit
        for parameter in head.parameters:
            if parameter.annotation is not None:
                self.value(parameter.annotation, frame)
        function = FunctionValue(Place(frame.flow, self.at, unit, head), frame, kind, name, legacy, is_property)
        if kind is not None and self.depth == 0:
            self.define(unit, head, kind, name, legacy, decorators, frame)
        if self.depth == 0:
            self.functions.append(function)
        self.bind(frame, head.name, function)

    def given_name(self, decorator: Node, frame: Frame) -> str | None:
        """The `name=` of a decorator."""
        if isinstance(decorator, Call):
            for argument in decorator.arguments:
                if argument.keyword == "name":
                    value = self.quiet(argument.value, frame)
                    return value.text if isinstance(value, Text) else None
        return None

    def class_(self, unit: Unit, head: Class, decorators: Sequence[Unit], frame: Frame) -> None:
        for decorator in decorators:
            self.unit = decorator
            if decorator.decorator is not None:
                self.value(decorator.decorator.value, frame)
        self.unit = unit
        bases = tuple(self.value(argument.value, frame) for argument in head.arguments if argument.keyword is None)
        kind = next(
            (api.BASES[base.name] for base in bases if isinstance(base, Symbol) and base.name in api.BASES), None
        )
        inner = frame.scope()
        before = len(self.functions)
        self.governed(unit, head, inner)
        methods = self.functions[before:]
        made = ClassValue(Place(frame.flow, self.at, unit, head), head.name, bases, inner.names, kind)
        around = frame
        for method in methods:
            if method.frame is inner:
                adopted = replace(method, frame=around, owner=made)
                self.functions[self.functions.index(method)] = adopted
                for name, value in inner.names.items():
                    if value is method:
                        inner.names[name] = adopted
        if kind is not None and self.depth == 0:
            self.define(unit, head, kind, head.name, True, decorators, frame)
        self.bind(frame, head.name, made)

    def fields(self, made: ClassValue) -> dict[str, Value]:
        """What methods put on `self`."""
        fields = made.fields
        if fields.known is None or not _holds(fields.reads):
            known: dict[str, Value] = {}
            fields.known = known  # for a method that asks for them meanwhile
            outer, self.reads = self.reads, {}
            self.depth += 1
            try:
                for method in list(made.attributes.values()):
                    if isinstance(method, FunctionValue) and method.owner is made:
                        for name, value in self.effects(method, {}).items():
                            known[name] = join((known.get(name, Nothing()), value))
            finally:
                self.depth -= 1
                fields.reads, self.reads = self.reads, outer
        self.reads.update(fields.reads)
        return fields.known or {}

    def effects(self, method: FunctionValue, arguments: dict[str, Value]) -> dict[str, Value]:
        """What a method with these arguments puts on `self`."""
        if method in self.active or len(self.active) >= _DEPTH or self.budget <= 0:
            return {}
        frame = self.enter(method, arguments)
        return frame.instance or {}

    def enter(self, function: FunctionValue, arguments: dict[str, Value]) -> Frame:
        """Runs a function's body in a new scope."""
        head = function.place.node
        assert isinstance(head, Function)
        frame = function.frame.scope()
        frame.instance = {}
        unit, chunk = self.unit, self.at
        self.at = function.place.chunk
        self.unit = function.place.unit
        self.budget -= 1
        self.active.append(function)
        try:
            for index, parameter in enumerate(head.parameters):
                value = arguments.get(parameter.name, Nothing())
                if index == 0 and function.owner is not None and parameter.stars == 0:
                    value = self.self_value(function, arguments)
                elif parameter.default is not None and parameter.name not in arguments:
                    value = self.quiet(parameter.default, function.frame)
                if (value is None or isinstance(value, Nothing)) and parameter.annotation is not None:
                    value = self.annotation(parameter.annotation, function.frame)
                if parameter.stars:
                    value = None
                if isinstance(value, Nothing) and parameter.name not in arguments:
                    value = None
                frame.names[parameter.name] = value
                self.hold(parameter, value)
            self.governed(function.place.unit, head, frame)
        finally:
            self.active.pop()
            self.unit, self.at = unit, chunk
        return frame

    def self_value(self, function: FunctionValue, arguments: dict[str, Value]) -> Value:
        owner = function.owner
        assert owner is not None
        given = arguments.get("self")
        if isinstance(given, Instance):
            return given
        return Instance(owner)

    def define(
        self,
        unit: Unit,
        head: Function | Class,
        kind: Kind,
        name: str,
        legacy: bool,
        decorators: Sequence[Unit],
        frame: Frame,
    ) -> None:
        first = decorators[0].line if decorators else unit.line
        last = _last_line(unit)
        add = self.records.defined.append
        add(Defined(kind, name, unit, head.name_start, head.name_start + len(head.name), first, last))
        if kind is Kind.STEP:
            returns, where = self.returned(unit, head)
            if returns is not None:
                for output, start, end in self.outputs(returns, frame):
                    add(Defined(Kind.OUTPUT, output, where, start, end, first, last, name))
        elif legacy and isinstance(head, Function):
            for parameter in head.parameters:
                add(Defined(Kind.STEP, parameter.name, unit, parameter.start, parameter.end, first, last))

    def returned(self, unit: Unit, head: Function | Class) -> tuple[Node | None, Unit]:
        """The annotation of what a step returns: a function's, or that of a class's `entrypoint`."""
        if isinstance(head, Function):
            return head.returns, unit
        for inner in unit.body:
            method = inner.header
            if isinstance(method, Function) and method.name == "entrypoint":
                return method.returns, inner
        return None, unit

    def outputs(self, node: Node, frame: Frame) -> Iterator[tuple[str, int, int]]:
        """The output names in a return annotation, and where they stand."""
        if isinstance(node, Call) and _called(node) == "Output":
            for argument in node.arguments:
                if argument.keyword is not None:
                    yield argument.keyword, argument.start, argument.start + len(argument.keyword)
        elif isinstance(node, Subscript):
            items = node.index.items if isinstance(node.index, Display) else [node.index]
            name = node.value.name if isinstance(node.value, Attribute) else getattr(node.value, "id", "")
            if name == "Annotated":
                for item in items[1:]:
                    yield from self.output_name(item, frame)
            elif name in ("Tuple", "tuple", "Optional", "Union"):
                for item in items:
                    yield from self.outputs(item, frame)

    def output_name(self, node: Node, frame: Frame) -> Iterator[tuple[str, int, int]]:
        if isinstance(node, String):
            yield node.text, node.inner_start, node.inner_end
        elif isinstance(node, Call) and _called(node) == "ArtifactConfig":
            for index, argument in enumerate(node.arguments):
                if argument.keyword == "name" or (index == 0 and argument.keyword is None):
                    yield from self.output_name(argument.value, frame)
        elif isinstance(node, Name):
            value = self.quiet(node, frame)
            if isinstance(value, Text) and value.text:
                yield value.text, node.start, node.end

    def annotation(self, node: Node, frame: Frame) -> Value:
        """A value of the annotated type, where that is ZenML's or the file's own class."""
        if isinstance(node, String):
            parsed = parse(node.text)
            if len(parsed) == 1 and isinstance(parsed[0], Expression):
                return self.annotated(parsed[0].value, frame)
            return None
        return self.annotated(node, frame)

    def annotated(self, node: Node, frame: Frame) -> Value:
        if isinstance(node, (Name, Attribute)):
            return self.instance_of(self.quiet(node, frame))
        if isinstance(node, Binary) and node.operator == "|":
            return join((self.annotation(node.left, frame), self.annotation(node.right, frame)))
        if isinstance(node, Constant):
            return Nothing() if node.word == "None" else None
        if isinstance(node, Subscript):
            items = node.index.items if isinstance(node.index, Display) else [node.index]
            name = node.value.name if isinstance(node.value, Attribute) else getattr(node.value, "id", "")
            if name in ("Optional", "Union", "Annotated", "Final", "ClassVar"):
                used = items[:1] if name == "Annotated" else items
                return join(self.annotation(item, frame) for item in used)
            element = self.annotation(items[-1], frame) if items else None
            if isinstance(element, Object) and name not in ("Callable", "Type", "type"):
                keyed = name.lower().endswith(("dict", "mapping"))
                return Many(element.type, None, element.generation, keyed=keyed)
            return None
        return None

    def instance_of(self, value: Value) -> Value:
        if isinstance(value, Symbol) and value.name in api.CLASSES:
            type_, generation = api.CLASSES[value.name]
            return Object(type_, Thing(type_.kind) if type_.kind else None, generation)
        if isinstance(value, Symbol) and value.name in ("Model", "ModelVersion"):
            return Object(Type.MODEL_VERSION, Thing(Kind.MODEL))
        if isinstance(value, ClassValue):
            return Instance(value)
        return None

    # Expressions

    def value(self, node: Node, frame: Frame) -> Value:
        method = _VALUES.get(type(node))
        return method(self, node, frame) if method is not None else None

    def name(self, node: Name, frame: Frame) -> Value:
        value = self.lookup(frame, node.id)
        self.hold(node, value)
        return value

    def string(self, node: String, frame: Frame) -> Value:
        return Text(node.text)

    def number(self, node: Number, frame: Frame) -> Value:
        return Integer(node.value)

    def constant(self, node: Constant, frame: Frame) -> Value:
        return Nothing() if node.word == "None" else None

    def joined(self, node: Joined, frame: Frame) -> Value:
        values = [self.value(part, frame) for part in node.parts]
        known: list[str] = []
        for value in values:
            if isinstance(value, Integer) and value.value is not None:
                known.append(str(value.value))
            elif isinstance(value, Text) and value.text is not None:
                known.append(value.text)
            else:
                return Text(None)
        return Text("".join(known))

    def unary(self, node: Unary, frame: Frame) -> Value:
        value = self.value(node.operand, frame)
        if isinstance(value, Integer) and value.value is not None and node.operator in "+-":
            return Integer(-value.value if node.operator == "-" else value.value)
        return None

    def binary(self, node: Binary, frame: Frame) -> Value:
        left, right = self.value(node.left, frame), self.value(node.right, frame)
        if isinstance(left, Text) or isinstance(right, Text):
            if node.operator == "+" and isinstance(left, Text) and isinstance(right, Text):
                known = left.text is not None and right.text is not None
                return Text((left.text or "") + (right.text or "") if known else None)
            return Text(None)
        if node.operator == "+" and isinstance(left, (Many, Each)):
            return left
        if isinstance(left, Integer) or isinstance(right, Integer):
            return Integer(None)
        return None

    def compare(self, node: Compare, frame: Frame) -> Value:
        left = self.value(node.left, frame)
        before = node.left
        for operator, right_node in node.rest:
            right = self.value(right_node, frame)
            if operator in ("in", "not in"):
                self.membership(before, left, right_node, right)
            elif operator in ("==", "!="):
                self.equality(before, left, right_node, right)
                self.equality(right_node, right, before, left)
            before, left = right_node, right
        return None

    def membership(self, node: Node, value: Value, container: Node, collection: Value) -> None:
        """`"trainer" in run.steps`."""
        if isinstance(collection, View) and collection.name == "keys":
            collection = collection.many
        if not isinstance(collection, Many) or not isinstance(value, Text):
            return
        kind = collection.type.kind
        if kind is Kind.STEP or kind is Kind.OUTPUT:
            self.denote(node, value, kind, collection.owner, collection.generation, "in", None, container)

    def equality(self, node: Node, value: Value, other: Node, text: Value) -> None:
        """`step.name == "trainer"`."""
        if isinstance(node, Attribute) and node.name == "name" and isinstance(value, Text) and value.of is not None:
            if isinstance(other, String) or (isinstance(text, Text) and text.of is None):
                thing = value.of
                self.denote(other, text, thing.kind, thing.owner, thing.generation, "name", None, other)
        elif isinstance(node, Name) and isinstance(value, Text) and value.of is not None and isinstance(other, String):
            thing = value.of
            self.denote(other, text, thing.kind, thing.owner, thing.generation, "name", None, other)

    def boolean(self, node: Boolean, frame: Frame) -> Value:
        left = self.value(node.left, frame)
        inner = frame
        if node.operator == "and":
            inner = Frame(frame.flow, frame)
            self.narrow(node.left, inner)
        right = self.value(node.right, inner)
        return join((left, right)) if node.operator == "or" else right if right is not None else left

    def conditional(self, node: Conditional, frame: Frame) -> Value:
        self.value(node.test, frame)
        return join((self.value(node.body, frame), self.value(node.otherwise, frame)))

    def lambda_(self, node: Lambda, frame: Frame, element: Value = None) -> Value:
        inner = Frame(frame.flow, frame)
        for index, parameter in enumerate(node.parameters):
            default = self.value(parameter.default, frame) if parameter.default is not None else None
            inner.names[parameter.name] = element if index == 0 and element is not None else default
        self.value(node.body, inner)
        return None

    def display(self, node: Display, frame: Frame) -> Value:
        elements = tuple(self.value(item, frame) for item in node.items)
        if any(isinstance(item, Starred) for item in node.items):
            return Each(join(elements))
        return Items(elements)

    def dict_display(self, node: DictDisplay, frame: Frame) -> Value:
        pairs: list[tuple[str | None, Value]] = []
        for key_node, value_node in node.pairs:
            key = self.value(key_node, frame) if key_node is not None else None
            value = self.value(value_node, frame)
            pairs.append((key.text if isinstance(key, Text) else None, value))
        return Record(tuple(pairs))

    def comprehension(self, node: Comprehension, frame: Frame) -> Value:
        inner = Frame(frame.flow, frame)
        filtered = False
        source: Value = None
        for clause in node.clauses:
            iterable = self.value(clause.iterable, inner)
            source = iterable if clause is node.clauses[0] else None
            self.assign(clause.target, self.element(iterable), inner)
            for condition in clause.conditions:
                filtered = True
                self.value(condition, inner)
                self.narrow(condition, inner)
        element = self.value(node.element, inner)
        if node.value is not None:
            return self.collected(self.value(node.value, inner), source, filtered, keyed=True)
        return self.collected(element, source, filtered, keyed=False)

    def collected(self, element: Value, source: Value, filtered: bool, *, keyed: bool) -> Value:
        """A list or dict of `element`s: of a collection's own members, once more that collection."""
        if isinstance(source, View):
            source = source.many
        if isinstance(element, Object) and element.thing is not None and isinstance(source, Many):
            same = element.thing.which is Which.ANY and element.type is source.type
            return replace(source, keyed=keyed, chosen=source.chosen or filtered) if same else Each(element)
        return Each(element)

    def starred(self, node: Starred, frame: Frame) -> Value:
        return self.element(self.value(node.value, frame))

    def await_(self, node: Await, frame: Frame) -> Value:
        return self.value(node.value, frame)

    def yield_(self, node: Yield, frame: Frame) -> Value:
        frame.yields.append(self.value(node.value, frame))
        return None

    def walrus(self, node: Walrus, frame: Frame) -> Value:
        value = self.value(node.value, frame)
        self.assign(node.target, value, frame)
        return value

    def slice(self, node: Slice, frame: Frame) -> Value:
        for part in node.parts:
            self.value(part, frame)
        return None

    def element(self, value: Value) -> Value:
        """Any one element of what is iterated over."""
        if isinstance(value, Many):
            keyed = value.keyed
            if keyed is None:
                keyed = value.generation is Generation.MODERN
            return Text(None, value.element.thing) if keyed else value.element
        if isinstance(value, View):
            element, key = value.many.element, Text(None, value.many.element.thing)
            if value.name == "items":
                return Items((key, element)) if value.called else element
            return key if value.name == "keys" else element
        if isinstance(value, Each):
            return value.element
        if isinstance(value, Items):
            return join(value.elements)
        if isinstance(value, Record):
            return join(Text(key) for key, _ in value.pairs)
        return None

    # Members

    def attribute(self, node: Attribute, frame: Frame) -> Value:
        receiver = self.value(node.value, frame)
        name = node.name
        if receiver is None:
            return None
        match receiver:
            case Object():
                return self.member(node, receiver)
            case Text():
                return self.text_member(node, receiver)
            case Many():
                return View(receiver, name) if name in ("items", "keys", "values") else Method(receiver, name)
            case Package():
                return self.package_member(receiver, name)
            case Instance():
                if frame.instance is not None and name in frame.instance and isinstance(node.value, Name):
                    self.hold_attribute(node, frame.instance[name])
                    return frame.instance[name]
                return self.instance_member(receiver, name, node)
            case ClassValue():
                if receiver.kind is Kind.PIPELINE and name in _PIPELINE_OBJECT:
                    return self.pipeline_object(node, receiver)
                return self.class_member(receiver, name)
            case FunctionValue():
                return self.function_member(node, receiver)
            case Symbol():
                return Method(receiver, name)
            case Items() | Each() | Record():
                return Method(receiver, name)
            case _:
                return None

    def member(self, node: Attribute, receiver: Object) -> Value:
        if self.depth == 0:
            end = node.name_start + len(node.name)
            self.records.dots.append(Dot(self.unit, node.name_start, end, receiver.type, receiver.thing))
        if receiver.type is Type.INVOCATION and node.name in ("model", "get_runs", "runs"):
            owner = receiver.thing.owner if receiver.thing else None
            receiver = Object(Type.PIPELINE, owner, receiver.generation)
            self.object_site(node.value, owner)
        entry = api.MEMBERS.get(receiver.type, {}).get(node.name)
        if entry is None:
            return None
        return Method(receiver, node.name) if entry.call else self.reached(node, receiver, entry)

    def reached(self, node: Attribute, receiver: Object, entry: Member) -> Value:
        """What a member that is no method gives."""
        thing = receiver.thing
        result, generation = entry.result, receiver.generation
        match entry.how:
            case How.TEXT:
                return Text(thing.name if thing and node.name == "name" else None, thing)
            case How.SAME:
                return receiver
            case How.EVERY if result is not None:
                keyed = entry.keyed
                return Many(result, thing, generation, keyed)
            case How.PICK if result is not None and result.kind is not None:
                if entry.which in (Which.LAST, Which.LAST_SUCCESSFUL):
                    generation = Generation.MODERN
                picked = Thing(result.kind, None, entry.which, None, thing, generation)
                end = node.name_start + len(node.name)
                self.find(node.name_start, end, node, picked, Form.ATTRIBUTE, node.name)
                return Object(result, picked, generation)
            case How.UP if result is not None and result.kind is not None:
                return Object(result, (thing.nearest(result.kind) if thing else None) or Thing(result.kind), generation)
            case How.MAKE if result is not None:
                generation = Generation.LEGACY if result is Type.METADATA_STORE else generation
                return Object(result, Thing(result.kind) if result.kind else None, generation)
            case _:
                return None

    def text_member(self, node: Attribute, receiver: Text) -> Value:
        if node.name == "value":
            return receiver
        if receiver.of is not None:
            type_ = _TYPE_OF.get(receiver.of.kind)
            if type_ is not None and node.name in api.MEMBERS[type_]:
                return self.member(node, Object(type_, receiver.of, receiver.of.generation))
        return Method(receiver, node.name)

    def package_member(self, receiver: Package, name: str) -> Value:
        module = receiver.name
        if api.is_symbol(module, name):
            return Symbol(name, legacy=module in _LEGACY_MODULES)
        if module == "os" and name == "getenv":
            return Partial("os.getenv")
        if module == "os.environ" and name == "get":
            return Partial("os.getenv")
        if not api.is_ours(module):
            other = self.other(module, receiver.imports) if receiver.imports is not None else None
            if other is not None:
                value = other.read(name)
                self.reads[other, name] = value
                if value is not None:
                    return value
        return Package(f"{module}.{name}", receiver.imports)

    def instance_member(self, receiver: Instance, name: str, node: Attribute) -> Value:
        for key, value in receiver.given:
            if key == name:
                self.hold_attribute(node, value)
                return value
        if name not in receiver.of.attributes and name in (fields := self.fields(receiver.of)):
            self.hold_attribute(node, fields[name])
            return fields[name]
        value = self.class_member(receiver.of, name)
        if isinstance(value, FunctionValue):
            if value.is_property:
                return self.follow(value, {"self": receiver})
            return Method(receiver, name)
        if value is None:
            for base in receiver.of.bases:
                if isinstance(base, Symbol) and base.name in api.CLASSES:
                    type_, generation = api.CLASSES[base.name]
                    return self.member(node, Object(type_, None, generation))
            if receiver.of.kind is Kind.PIPELINE and name in _PIPELINE_OBJECT:
                return self.pipeline_object(node, receiver.of)
            if receiver.of.kind is Kind.PIPELINE and name in ("run", "with_options", "configure"):
                return Method(receiver, name)
        return value

    def class_member(self, receiver: ClassValue, name: str) -> Value:
        if name in receiver.attributes:
            return receiver.attributes[name]
        for base in receiver.bases:
            if isinstance(base, ClassValue):
                value = self.class_member(base, name)
                if value is not None:
                    return value
        return None

    def function_member(self, node: Attribute, receiver: FunctionValue) -> Value:
        if receiver.kind is None:
            return None
        if node.name == "name":
            return Text(receiver.name, Thing(receiver.kind, receiver.name))
        if node.name in ("with_options", "configure", "with_config", "copy", "after", "entrypoint"):
            return Method(receiver, node.name)
        if receiver.kind is Kind.PIPELINE and node.name in _PIPELINE_OBJECT:
            return self.pipeline_object(node, receiver)
        return Method(receiver, node.name)

    def pipeline_object(self, node: Attribute, receiver: FunctionValue | ClassValue) -> Value:
        """`training_pipeline.model.last_run`: the pipeline itself in place of its name."""
        thing = Thing(Kind.PIPELINE, receiver.name, generation=Generation.MODERN)
        self.object_site(node.value, thing)
        return self.member(node, Object(Type.PIPELINE, thing, Generation.MODERN))

    def object_site(self, node: Node, thing: Thing | None) -> None:
        if thing is not None and isinstance(node, (Name, Attribute)):
            self.find(node.start, node.end, node, thing, Form.OBJECT)

    # Subscripts

    def subscript(self, node: Subscript, frame: Frame) -> Value:
        receiver = self.value(node.value, frame)
        index = self.value(node.index, frame)
        if isinstance(receiver, View) and not receiver.called and receiver.name == "items":
            receiver = receiver.many
        match receiver:
            case Many():
                return self.pick(node, receiver, index)
            case Object() if receiver.type in (Type.OUTPUT, Type.ARTIFACT):
                return receiver
            case Items():
                return self.item(receiver, index)
            case Each():
                return receiver if isinstance(node.index, Slice) else receiver.element
            case Record():
                return self.entry(receiver, index)
            case Package(name="os.environ"):
                return Text(None)
            case View():
                return self.element(receiver)
            case _:
                return None

    def pick(self, node: Subscript, many: Many, index: Value) -> Value:
        kind = many.type.kind
        if kind is None:
            return None
        if self.depth == 0:
            self.records.openings.append(Opening(self.unit, node, many.owner, many.generation, kind=kind))
        place = node.index
        call = node.value.name if isinstance(node.value, Attribute) else None
        if isinstance(place, Missing):
            return many.picked(Which.ANY, None)
        if isinstance(place, Slice):
            thing = Thing(kind, None, Which.INDEX, None, many.owner, many.generation)
            self.find(place.start, place.end, node, thing, Form.INDEX, call)
            return replace(many, chosen=True)
        if isinstance(index, Integer) or (
            not isinstance(index, Text) and many.keyed is False and kind is not Kind.ARTIFACT
        ):
            number = index.value if isinstance(index, Integer) else None
            picked = many.picked(Which.INDEX, number)
            if kind is not Kind.ARTIFACT:
                self.find(place.start, place.end, node, picked.thing, Form.INDEX, call)
            return picked
        if kind is Kind.ARTIFACT and many.keyed is False:
            return many.picked(Which.ANY, None)
        thing = self.denote(place, index, kind, many.owner, many.generation, call, None, node)
        return Object(many.type, thing, many.generation)

    def item(self, items: Items, index: Value) -> Value:
        if (
            isinstance(index, Integer)
            and index.value is not None
            and -len(items.elements) <= index.value < len(items.elements)
        ):
            return items.elements[index.value]
        return join(items.elements)

    def entry(self, record: Record, key: Value) -> Value:
        if isinstance(key, Text) and key.text is not None:
            for known, value in reversed(record.pairs):
                if known == key.text:
                    return value
            return None
        return join(value for _, value in record.pairs)

    # Calls

    def call(self, node: Call, frame: Frame) -> Value:
        function = self.value(node.function, frame)
        match function:
            case Method(receiver=Object() as receiver):
                return self.call_member(node, receiver, function.name, frame)
            case Method():
                return self.call_method(node, function, frame)
            case Symbol():
                return self.call_symbol(node, function, frame)
            case FunctionValue():
                return self.call_function(node, function, frame)
            case ClassValue():
                return self.construct(node, function, frame)
            case Partial():
                return self.call_builtin(node, function, frame)
            case View():
                return replace(function, called=True)
            case Instance():
                self.values(node, frame)
                if function.of.kind is Kind.PIPELINE:
                    return self.invocation(function.of.name)
                return None
            case _:
                self.values(node, frame)
                return None

    def values(self, node: Call, frame: Frame) -> list[Value]:
        """The values of all arguments."""
        return [self.value(argument.value, frame) for argument in node.arguments]

    def call_member(self, node: Call, receiver: Object, name: str, frame: Frame) -> Value:
        entry = api.MEMBERS[receiver.type][name]
        return self.call_entry(node, entry, name, receiver.thing, receiver, receiver.generation, frame)

    def call_symbol(self, node: Call, symbol: Symbol, frame: Frame) -> Value:
        name = symbol.name
        if name in api.FUNCTIONS:
            generation = Generation.MIDDLE if name in _POST_EXECUTION else None
            return self.call_entry(node, api.FUNCTIONS[name], name, None, None, generation, frame)
        values = self.values(node, frame)
        if name in api.DECORATORS:
            made = next((value for value in values if isinstance(value, (FunctionValue, ClassValue))), None)
            if isinstance(made, FunctionValue):
                return replace(made, kind=api.DECORATORS[name], name=self.given_name(node, frame) or made.name)
            return symbol
        return self.instance_of(symbol)

    def call_entry(
        self,
        node: Call,
        entry: Member,
        name: str,
        owner: Thing | None,
        receiver: Object | None,
        generation: Generation | None,
        frame: Frame,
    ) -> Value:
        if self.depth == 0 and entry.parameters:
            self.records.openings.append(Opening(self.unit, node, owner, generation, member=entry))
        named: dict[Kind, Thing | None] = {}
        others = False
        position = 0
        for argument in node.arguments:
            value = self.value(argument.value, frame)
            if argument.stars or (argument.keyword is None and isinstance(argument.value, Missing)):
                others = True
                continue
            parameter = entry.parameter(position, argument.keyword)
            if argument.keyword is None:
                position += 1
            if parameter is None or parameter.kind is None:
                others = others or not _is_default(argument, value)
                continue
            kind = parameter.kind
            belongs = owner if kind is not Kind.STACK and kind is not Kind.PIPELINE else None
            if kind in (Kind.RUN, Kind.STEP) and Kind.PIPELINE in named and belongs is None:
                belongs = named[Kind.PIPELINE]
            named[kind] = self.argument(node, argument, parameter, value, belongs, generation, name)
            others = others or kind is not Kind.PIPELINE
        result = entry.result
        if result is None:
            return None
        match entry.how:
            case How.NAMED:
                thing = named.get(result.kind) if result.kind else None
                if thing is None and result.kind is not None:
                    thing = Thing(result.kind, owner=owner, generation=generation)
                return Object(result, thing, generation)
            case How.EVERY:
                wider = next(
                    (named[kind] for kind in (Kind.RUN, Kind.PIPELINE) if kind is not result.kind and kind in named),
                    owner,
                )
                return Many(result, wider, generation, entry.keyed, chosen=others)
            case How.PICK if result.kind is not None:
                return Object(result, Thing(result.kind, None, entry.which, None, owner, generation), generation)
            case How.UP if result.kind is not None:
                return Object(result, owner, generation)
            case How.SAME:
                return receiver
            case _:
                return Object(result, Thing(result.kind) if result.kind else None, generation)

    def argument(
        self,
        node: Call,
        argument: Argument,
        parameter: Parameter,
        value: Value,
        owner: Thing | None,
        generation: Generation | None,
        call: str,
    ) -> Thing | None:
        """The thing that an argument names."""
        assert parameter.kind is not None
        kind = parameter.kind
        if parameter.identifier:
            return value.of if isinstance(value, Text) and value.of is not None and value.of.kind is kind else None
        if isinstance(argument.value, String) and argument.value.text.startswith(_OPERATIONS):
            return None
        return self.denote(argument.value, value, kind, owner, generation, call, argument.keyword, node)

    def call_method(self, node: Call, method: Method, frame: Frame) -> Value:
        receiver, name = method.receiver, method.name
        match receiver:
            case Many():
                return self.call_collection(node, receiver, name, frame)
            case Instance():
                return self.call_instance(node, receiver, name, frame)
            case FunctionValue():
                self.values(node, frame)
                return self.call_decorated(receiver, name)
            case _:
                pass
        values = self.values(node, frame)
        match receiver:
            case Text():
                return self.call_text(receiver, name, values)
            case Record():
                return self.call_record(receiver, name, values)
            case Symbol():
                return self.instance_of(receiver) if name in ("get_instance", "__call__") else None
            case Each() | Items() if name == "copy":
                return receiver
            case Each() | Items() if name == "pop":
                return self.element(receiver)
            case _:
                return None

    def call_collection(self, node: Call, many: Many, name: str, frame: Frame) -> Value:
        kind = many.type.kind
        values = self.values(node, frame)
        if name in ("get", "pop", "__getitem__") and kind is not None and node.arguments:
            if name == "get" and self.depth == 0:
                entry = Member(How.NAMED, many.type, (Parameter(("key",), kind),), call=True)
                self.records.openings.append(Opening(self.unit, node, many.owner, many.generation, member=entry))
            if isinstance(values[0], Integer):
                return many.picked(Which.INDEX, values[0].value)
            first = node.arguments[0]
            thing = self.denote(first.value, values[0], kind, many.owner, many.generation, name, first.keyword, node)
            return Object(many.type, thing, many.generation)
        if name == "pop":
            return many.element
        return many if name in ("copy", "sort", "reverse") else None

    def call_instance(self, node: Call, receiver: Instance, name: str, frame: Frame) -> Value:
        function = self.class_member(receiver.of, name)
        if isinstance(function, FunctionValue):
            return self.call_function(node, function, frame, receiver)
        self.values(node, frame)
        if receiver.of.kind is Kind.PIPELINE and name == "run":
            return self.invocation(receiver.of.name)
        return receiver if name in ("with_options", "configure") else None

    def call_decorated(self, function: FunctionValue, name: str) -> Value:
        if function.kind is Kind.PIPELINE and name == "run":
            return self.invocation(function.name)
        return function if name in ("with_options", "configure", "with_config", "copy") else None

    def call_text(self, receiver: Text, name: str, values: Sequence[Value]) -> Value:
        if name in ("strip", "rstrip", "lstrip") and not values and receiver.text is not None:
            return Text(receiver.text.strip())
        if name == "format" and receiver.text is not None:
            known = [value.text for value in values if isinstance(value, Text) and value.text is not None]
            if len(known) == len(values) == receiver.text.count("{}") == receiver.text.count("{"):
                return Text(receiver.text.format(*known))
        return Text(None) if name not in ("split", "encode", "startswith", "endswith") else None

    def call_record(self, receiver: Record, name: str, values: Sequence[Value]) -> Value:
        if name == "get" and values:
            found = self.entry(receiver, values[0])
            return values[1] if found is None and len(values) > 1 else found
        if name == "items":
            return Each(
                Items((join(Text(key) for key, _ in receiver.pairs), join(value for _, value in receiver.pairs)))
            )
        if name == "values":
            return Each(join(value for _, value in receiver.pairs))
        return Each(join(Text(key) for key, _ in receiver.pairs)) if name == "keys" else None

    def call_builtin(self, node: Call, function: Partial, frame: Frame) -> Value:
        name = function.name
        arguments = node.arguments
        iterables = [a for a in arguments if not isinstance(a.value, Lambda) and a.keyword is None]
        values = {id(a): self.value(a.value, frame) for a in arguments if not isinstance(a.value, Lambda)}
        source = (
            next((values[id(a)] for a in reversed(iterables)), None)
            if name in ("filter", "map")
            else (values[id(iterables[0])] if iterables else None)
        )
        for argument in arguments:
            if isinstance(argument.value, Lambda):
                self.lambda_(argument.value, frame, self.element(source))
        return self.builtin(name, source, [values[id(a)] for a in iterables], ordered=len(arguments) == 1)

    def builtin(self, name: str, source: Value, values: Sequence[Value], *, ordered: bool) -> Value:
        if name in _SAME_ELEMENTS:
            if isinstance(source, Many):
                keyed = isinstance(self.element(source), Text)
                if keyed and source.type.kind in (Kind.STEP, Kind.OUTPUT):
                    return Each(self.element(source))
                return replace(source, keyed=False, chosen=source.chosen or name in ("sorted", "reversed", "set"))
            if isinstance(source, View):
                if source.name == "values" or (source.name == "items" and not source.called):
                    return replace(source.many, keyed=False)
                return Each(self.element(source))
            return source
        match name:
            case "next" | "max" | "min":
                return self.element(source)
            case "filter":
                return replace(source, chosen=True, keyed=False) if isinstance(source, Many) else source
            case "enumerate":
                return Each(Items((Integer(None), self.element(source))))
            case "zip":
                return Each(Items(tuple(self.element(value) for value in values)))
            case "str":
                return source if isinstance(source, Text) else Text(None)
            case "dict":
                return source if isinstance(source, (Record, Many)) else None
            case "os.getenv":
                return values[1] if len(values) > 1 and isinstance(values[1], Text) else Text(None)
            case _:
                return None

    def call_function(
        self, node: Call, function: FunctionValue, frame: Frame, receiver: Instance | None = None
    ) -> Value:
        head = function.place.node
        assert isinstance(head, Function)
        arguments = self.bound(node, head, frame, receiver is not None or function.owner is not None)
        if function.kind is Kind.PIPELINE:
            return self.invocation(function.name)
        if function.kind is Kind.STEP:
            self.invocation_id(node)
        if receiver is not None:
            arguments["self"] = receiver
        if self.depth == 0:
            plain = tuple((name, _plain(value)) for name, value in arguments.items() if name != "self")
            self.calls.append((function, plain))
        return self.follow(function, arguments)

    def invocation_id(self, node: Call) -> None:
        """`trainer(id="second")` gives the step of that run a name of its own."""
        for argument in node.arguments:
            if argument.keyword == "id" and isinstance(argument.value, String) and self.depth == 0:
                string, line = argument.value, self.unit.line
                place = (self.unit, string.inner_start, string.inner_end, line, line + self.unit.code.height - 1)
                self.records.defined.append(Defined(Kind.STEP, string.text, *place))

    def follow(self, function: FunctionValue, arguments: dict[str, Value]) -> Value:
        """What a call of a user's function gives."""
        if function in self.active or len(self.active) >= _DEPTH or self.budget <= 0:
            self.cut_short = True
            return self.declared(function)
        if any(_has_origin(value) for value in arguments.values()):
            return self.followed(function, arguments)
        call = (function, tuple(arguments.items()))
        known = self.flow.known_result(call)
        if known is not None:
            self.reads.update(known[1])
            return known[0]
        reads, self.reads = self.reads, {}
        cut_short, self.cut_short = self.cut_short, False
        try:
            result = self.followed(function, arguments)
            if not self.cut_short:
                self.flow.keep_result(call, result, self.reads)
        finally:
            reads.update(self.reads)
            self.reads, self.cut_short = reads, cut_short or self.cut_short
        return result

    def followed(self, function: FunctionValue, arguments: dict[str, Value]) -> Value:
        """What the body of a function returns."""
        self.depth += 1
        try:
            frame = self.enter(function, arguments)
        finally:
            self.depth -= 1
        if frame.yields:
            return Each(join(frame.yields))
        result = join(frame.returns) if frame.returns else None
        if result is None or isinstance(result, Nothing):
            return self.declared(function)
        return _plain(result)

    def declared(self, function: FunctionValue) -> Value:
        """What a function says that it returns."""
        head = function.place.node
        assert isinstance(head, Function)
        return self.annotation(head.returns, function.frame) if head.returns is not None else None

    def bound(self, node: Call, head: Function, frame: Frame, method: bool) -> dict[str, Value]:
        """The arguments of a call by the names of the parameters. Literals keep where they stand."""
        names = [each.name for each in head.parameters if each.stars == 0]
        if method:
            names = names[1:]
        arguments: dict[str, Value] = {}
        position = 0
        for argument in node.arguments:
            value = self.value(argument.value, frame)
            if isinstance(value, Text) and isinstance(argument.value, String) and self.depth == 0:
                value = replace(value, origin=Place(frame.flow, self.at, self.unit, argument.value))
            if argument.stars:
                if argument.stars == 2 and isinstance(value, Record):
                    arguments.update((key, each) for key, each in value.pairs if key is not None)
            elif argument.keyword is not None:
                arguments[argument.keyword] = value
            else:
                if position < len(names):
                    arguments[names[position]] = value
                position += 1
        return arguments

    def construct(self, node: Call, made: ClassValue, frame: Frame) -> Value:
        initial = self.class_member(made, "__init__")
        if isinstance(initial, FunctionValue):
            head = initial.place.node
            assert isinstance(head, Function)
            arguments = self.bound(node, head, frame, True)
            self.depth += 1
            try:
                given = self.effects(initial, arguments)
            finally:
                self.depth -= 1
            if self.depth == 0:
                plain = {name: _plain(value) for name, value in arguments.items()}
                plain["self"] = Instance(made, tuple((name, _plain(value)) for name, value in given.items()))
                self.calls.append((initial, tuple(plain.items())))
            return Instance(made, tuple(given.items()))
        given = {a.keyword: self.value(a.value, frame) for a in node.arguments if a.keyword is not None}
        for argument in node.arguments:
            if argument.keyword is None:
                self.value(argument.value, frame)
        return Instance(made, tuple((name, value) for name, value in given.items()))

    def invocation(self, name: str) -> Value:
        """What calling a pipeline gives."""
        owner = Thing(Kind.PIPELINE, name)
        return Object(Type.INVOCATION, Thing(Kind.RUN, None, Which.LAST, None, owner))

    # Records

    def denote(
        self,
        node: Node,
        value: Value,
        kind: Kind,
        owner: Thing | None,
        generation: Generation | None,
        call: str | None,
        keyword: str | None,
        whole: Node,
    ) -> Thing:
        """The thing of `kind` that an expression names, recorded as a place."""
        if isinstance(node, String):
            thing = Thing(kind, node.text or None, None, None, owner, generation)
            self.literal(self.unit, node, thing, call, keyword, whole)
            return thing
        if isinstance(node, Conditional):
            self.denote(node.body, self.quiet_literal(node.body), kind, owner, generation, call, keyword, whole)
            self.denote(
                node.otherwise, self.quiet_literal(node.otherwise), kind, owner, generation, call, keyword, whole
            )
            return Thing(kind, value.text if isinstance(value, Text) else None, None, None, owner, generation)
        thing = self.denoted(value, kind, owner, generation)
        if _is_plain(node):
            return thing
        if isinstance(value, Text) and value.origin is not None:
            origin = value.origin
            if isinstance(origin.node, String) and origin.chunk is self.home:
                self.literal(origin.unit, origin.node, thing, call, keyword, origin.node, passed=True)
        form = Form.OBJECT if _is_object(value) else Form.VARIABLE
        self.find(node.start, node.end, whole, thing, form, call, keyword)
        return thing

    def quiet_literal(self, node: Node) -> Value:
        return Text(node.text) if isinstance(node, String) else None

    def denoted(self, value: Value, kind: Kind, owner: Thing | None, generation: Generation | None) -> Thing:
        if isinstance(value, Text):
            if value.of is not None and value.of.kind is kind and value.of.which is not Which.ANY:
                return value.of
            return Thing(kind, value.text, Which.ANY if value.of else None, None, owner, generation)
        if isinstance(value, (FunctionValue, ClassValue)) and value.kind is kind:
            return Thing(kind, value.name, None, None, owner, generation)
        if isinstance(value, Instance) and value.of.kind is kind:
            return Thing(kind, value.of.name, None, None, owner, generation)
        if isinstance(value, Object) and value.thing is not None:
            found = value.thing.nearest(kind)
            if found is not None:
                return found
        return Thing(kind, None, None, None, owner, generation)

    def literal(
        self,
        unit: Unit,
        node: String,
        thing: Thing,
        call: str | None,
        keyword: str | None,
        whole: Node,
        *,
        passed: bool = False,
    ) -> None:
        if self.depth > 0 and not passed:
            return
        parts = node.text.split("::")
        if thing.kind is Kind.ARTIFACT and len(parts) == 3 and len(node.text) == node.inner_end - node.inner_start:
            owner: Thing | None = None
            start = node.inner_start
            for kind, part in zip((Kind.PIPELINE, Kind.STEP, Kind.OUTPUT), parts, strict=True):
                owner = Thing(kind, part, None, None, owner, thing.generation)
                place = Found(
                    unit, start, start + len(part), whole.start, whole.end, owner, Form.LITERAL, call, keyword, node
                )
                self.records.found.append(place)
                start += len(part) + 2
            return
        self.records.found.append(
            Found(
                unit, node.inner_start, node.inner_end, whole.start, whole.end, thing, Form.LITERAL, call, keyword, node
            )
        )

    def find(
        self,
        start: int,
        end: int,
        whole: Node,
        thing: Thing | None,
        form: Form,
        call: str | None = None,
        keyword: str | None = None,
    ) -> None:
        if self.depth == 0 and thing is not None:
            self.records.found.append(Found(self.unit, start, end, whole.start, whole.end, thing, form, call, keyword))

    def hold(self, node: Node, value: Value) -> None:
        if self.depth > 0:
            return
        if isinstance(value, Object) and value.thing is not None:
            self.records.held.append(Held(self.unit, node.start, node.end, value.thing))
        elif isinstance(value, FunctionValue) and value.kind is not None:
            self.records.held.append(Held(self.unit, node.start, node.end, Thing(value.kind, value.name)))

    def hold_attribute(self, node: Attribute, value: Value) -> None:
        if self.depth == 0 and isinstance(value, Object) and value.thing is not None:
            end = node.name_start + len(node.name)
            self.records.held.append(Held(self.unit, node.name_start, end, value.thing))


_LEGACY_MODULES = frozenset(("zenml.pipelines", "zenml.steps", "zenml.core.repo", "zenml.repository"))
# What a name stands for that nothing in the program binds, where the program is about ZenML: the pages of its
# documentation, and notebooks whose first cells are missing, call things so.
_ALWAYS_LIVE: frozenset[str] = frozenset(("zenml",))
_CONVENTIONS: dict[str, Value] = {
    "client": Object(Type.CLIENT, None, Generation.MODERN),
    "repo": Object(Type.REPOSITORY, None, Generation.LEGACY),
    "repository": Object(Type.REPOSITORY, None, Generation.LEGACY),
    "pipeline": Object(Type.PIPELINE, Thing(Kind.PIPELINE)),
    "pipeline_model": Object(Type.PIPELINE, Thing(Kind.PIPELINE)),
    "run": Object(Type.RUN, Thing(Kind.RUN)),
    "last_run": Object(Type.RUN, Thing(Kind.RUN)),
    "latest_run": Object(Type.RUN, Thing(Kind.RUN)),
    "pipeline_run": Object(Type.RUN, Thing(Kind.RUN)),
    "step": Object(Type.STEP, Thing(Kind.STEP)),
    "pipelines": Many(Type.PIPELINE, None, None, keyed=False),
    "runs": Many(Type.RUN, None, None, keyed=False),
    "steps": Many(Type.STEP, None, None, keyed=None),
}
_POST_EXECUTION = frozenset(("get_pipeline", "get_pipelines", "get_run", "get_unlisted_runs"))
_TYPE_OF = {
    Kind.PIPELINE: Type.PIPELINE,
    Kind.RUN: Type.RUN,
    Kind.STEP: Type.STEP,
    Kind.OUTPUT: Type.OUTPUT,
    Kind.ARTIFACT: Type.ARTIFACT,
}
_VALUES: dict[type[Node], Callable[..., Value]] = {
    Name: _Run.name,
    String: _Run.string,
    Number: _Run.number,
    Constant: _Run.constant,
    Joined: _Run.joined,
    Attribute: _Run.attribute,
    Call: _Run.call,
    Subscript: _Run.subscript,
    Slice: _Run.slice,
    Unary: _Run.unary,
    Binary: _Run.binary,
    Compare: _Run.compare,
    Boolean: _Run.boolean,
    Conditional: _Run.conditional,
    Lambda: _Run.lambda_,
    Display: _Run.display,
    DictDisplay: _Run.dict_display,
    Comprehension: _Run.comprehension,
    Starred: _Run.starred,
    Await: _Run.await_,
    Yield: _Run.yield_,
    Walrus: _Run.walrus,
}


def _word(unit: Unit) -> str:
    head = unit.header
    return head.word if isinstance(head, Branch) else ""


def _leaves(unit: Unit) -> bool:
    """Whether control never comes out at the end of what `unit` governs."""
    return bool(unit.body) and unit.body[-1].code.word in _LEAVES


def _last_line(unit: Unit) -> int:
    while unit.body:
        unit = unit.body[-1]
    return unit.line + unit.code.height - 1


def _called(node: Call) -> str:
    function = node.function
    return function.name if isinstance(function, Attribute) else function.id if isinstance(function, Name) else ""


def _is_property(node: Node) -> bool:
    name = node.id if isinstance(node, Name) else node.name if isinstance(node, Attribute) else ""
    return name in ("property", "cached_property")


def _is_plain(node: Node) -> bool:
    """Whether an argument is no way to pass a name: a number, nothing at all, pieces of a literal."""
    if isinstance(node, Joined):
        return all(isinstance(part, String) for part in node.parts)
    return isinstance(node, (Missing, Constant, Number, Lambda, DictDisplay, Slice))


def _is_object(value: Value) -> bool:
    if isinstance(value, Object):
        return value.thing is None or value.thing.which is not Which.ANY
    if isinstance(value, (FunctionValue, ClassValue)):
        return value.kind is not None
    return isinstance(value, Instance) and value.of.kind is not None


def _is_default(argument: Argument, value: Value) -> bool:
    """Whether an argument leaves a listing as it is."""
    if argument.keyword == "sort_by":
        return isinstance(value, Text) and value.text == "desc:created"
    return argument.keyword in ("size", "page", "hydrate", "project", "workspace")


def _is_live(value: Value) -> bool:
    """Whether a value may lead to things of the history."""
    match value:
        case Object() | Many() | View() | Symbol() | Method():
            return True
        case Package():
            return value.name.split(".", 1)[0] == "zenml"
        case FunctionValue() | ClassValue():
            return value.kind is not None or not value.place.unit.words.isdisjoint(
                value.place.flow.live or _ALWAYS_LIVE
            )
        case Instance():
            return _is_live(value.of) or any(_is_live(each) for _, each in value.given)
        case Items():
            return any(_is_live(each) for each in value.elements)
        case Each():
            return _is_live(value.element)
        case Record():
            return any(_is_live(each) for _, each in value.pairs)
        case Text():
            return value.of is not None
        case _:
            return False


def _has_origin(value: Value) -> bool:
    if isinstance(value, Instance):
        return any(_has_origin(each) for _, each in value.given)
    return isinstance(value, Text) and value.origin is not None


def _plain(value: Value) -> Value:
    """A value without where its literal stands."""
    return replace(value, origin=None) if isinstance(value, Text) and value.origin is not None else value
