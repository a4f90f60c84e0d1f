"""Runs statements: what they bind, where control goes, and what they define."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from pipesight.code.syntax.program import Unit
from pipesight.code.syntax.tree import (
    Assert,
    Assign,
    Branch,
    Call,
    Class,
    Decorator,
    Delete,
    Expression,
    For,
    FromImport,
    Function,
    Header,
    Import,
    Name,
    Node,
    Return,
    Scope,
    With,
)
from pipesight.zenml import api
from pipesight.zenml.api import LEGACY_MODULES

from .containers import concatenated, merged, text
from .defining import Defining
from .liveness import is_live
from .scope import Arguments, Frame, Outcome
from .values import (
    Each,
    FunctionValue,
    Imported,
    Instance,
    Items,
    Many,
    Nothing,
    Package,
    Record,
    Symbol,
    Text,
    Value,
    join,
)

_LEAVES = frozenset(("return", "raise", "continue", "break"))
_CLAUSES = {"if": ("elif", "else"), "while": ("else",), "for": ("else",), "try": ("except", "else", "finally")}


class Run(Defining):
    """One evaluation of a chunk, or of a function in it."""

    def chunk(self) -> Outcome:
        """Runs the chunk as the module does."""
        frame = Frame(self.flow)
        self.block(self.at.units, frame)
        return Outcome(self.reads, frame.names, self.records, self.calls, self.functions)

    def body(self, function: FunctionValue, arguments: Arguments) -> Outcome:
        """Runs the body of a function with what is known of its arguments."""
        self.enter(function, dict(arguments))
        return Outcome(self.reads, self.globals, self.records, self.calls, self.functions, arguments)

    def block(self, units: Sequence[Unit], frame: Frame) -> None:
        decorators: list[Unit] = []
        index = 0
        while index < len(units):
            following = self.following(units, index)
            head = units[index].code.statements[:1]
            if head and isinstance(head[0], Decorator):
                decorators.append(units[index])
            else:
                with suppress(RecursionError):  # an expression of hundreds of links must not stop the rest
                    self.run(units[index:following], decorators, frame)
                decorators = []
            index = following

    def following(self, units: Sequence[Unit], index: int) -> int:
        """The index behind a statement and its clauses."""
        following = index + 1
        head = units[index].header
        if isinstance(head, (Branch, For)):
            clauses = _CLAUSES.get(head.word if isinstance(head, Branch) else "for", ())
            while following < len(units) and _word(units[following]) in clauses:
                following += 1
        return following

    def run(self, units: Sequence[Unit], decorators: Sequence[Unit], frame: Frame) -> None:
        """Runs one statement, given with its clauses."""
        unit = units[0]
        head = unit.header
        match head:
            case Branch() | For():
                self.compound(units, head, frame)
            case Function():
                self.function(unit, head, decorators, frame)
            case Class():
                self.class_(unit, head, decorators, frame)
            case With():
                self.with_(unit, head, frame)
            case _:
                self.simple(unit, unit.code.statements, frame)

    def with_(self, unit: Unit, head: With, frame: Frame) -> None:
        self.unit = unit
        for node, target in head.items:
            value = self.entered(node, self.value(node, frame), frame)
            if target is not None:
                self.assign(target, value, frame)
        self.governed(unit, head, frame)

    def entered(self, node: Node, manager: Value, frame: Frame) -> Value:
        """What a context manager gives; a function with `yield` is one, too."""
        if isinstance(manager, Each):
            return manager.element
        if isinstance(manager, Instance):
            call = Call(node.start, node.end, node, [], node.end, True)
            return self.call_instance(call, manager, "__enter__", frame)
        return manager

    def governed(self, unit: Unit, head: Header, frame: Frame) -> None:
        """What a header governs: on its line and below."""
        if head.inline:
            self.simple(unit, head.inline, frame)
        self.block(unit.body, frame)

    def simple(self, unit: Unit, statements: Sequence[Node], frame: Frame) -> None:
        self.unit = unit
        for statement in statements:
            self.statement(unit, statement, frame)

    def statement(self, unit: Unit, statement: Node, frame: Frame) -> None:
        """Runs one simple statement, or a header that stands behind another on its line."""
        match statement:
            case Expression():
                self.value(statement.value, frame)
            case Assign():
                self.assignment(statement, frame)
            case Assert():
                self.value(statement.test, frame)
                if statement.message is not None:
                    self.value(statement.message, frame)
                self.narrow(statement.test, frame)
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
            subject = [self.value(test, frame) for test in head.tests]
            for unit in units[0].body:
                self.compared(unit, subject[0] if subject else None)
            self.branches(units[0].body, frame)
        elif head.word == "while":
            self.repeated(lambda start: self.branches(units[:1], start), frame)
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

    def compared(self, unit: Unit, subject: Value) -> None:
        """`match step.name:` and `case "trainer":` compare with a name."""
        head = unit.header
        if isinstance(head, Branch) and isinstance(subject, Text) and subject.of is not None:
            self.unit = unit
            for test in head.tests:
                self.named_so(test, subject.of)

    def branches(self, units: Sequence[Unit], frame: Frame) -> None:
        """Runs alternatives side by side, then joins what they bound."""
        ends: list[Frame] = []
        total = False
        for unit in units:
            head = unit.header
            if head is None:
                continue
            inner = frame.turn() if _word(unit) == "while" else Frame(frame.flow, frame)
            self.tests(unit, head, inner)
            self.governed(unit, head, inner)
            total = total or (isinstance(head, Branch) and head.word == "else")
            ends += self.ends(unit, inner)
        self.merge(ends, frame, fall_through=not total)

    def ends(self, unit: Unit, frame: Frame) -> Sequence[Frame]:
        """Where control comes out of what `unit` governs."""
        word = unit.body[-1].code.word if unit.body else ""
        if word in ("break", "continue"):
            frame.leave()
        inside = () if word in _LEAVES else (frame,)
        return (*inside, *frame.exits) if _word(unit) == "while" else inside

    def merge(self, ends: Sequence[Frame], frame: Frame, *, fall_through: bool) -> None:
        names = dict.fromkeys(name for end in ends for name in end.names)
        for name in names:
            needed = fall_through or any(name not in end.names for end in ends)
            before = self.known_before(frame, name) if needed else Nothing()
            imported = _one_import([before, *(end.names.get(name, before) for end in ends)])
            if imported is not None:
                self.bind(frame, name, imported)
                continue
            values = [self.lookup(end, name) if name in end.names else before for end in ends]
            self.bind(frame, name, join((before, *values) if fall_through else values))

    def known_before(self, frame: Frame, name: str) -> Value:
        """What a name was before branches bound it; nothing at all, if they are the first to."""
        value = self.known(frame, name)
        return Nothing() if value is None and not self.binds(frame, name) else value

    def loop(self, unit: Unit, head: For, frame: Frame) -> None:
        self.unit = unit
        iterable = self.value(head.iterable, frame)

        def once(start: Frame) -> None:
            self.unit = unit
            self.assign(head.target, self.element(iterable), start)
            inner = start.turn()
            self.governed(unit, head, inner)
            self.merge([inner, *inner.exits], start, fall_through=True)

        self.repeated(once, frame)

    def repeated(self, once: Callable[[Frame], None], frame: Frame) -> None:
        """Runs what is run again and again: a second time where its end changes what its beginning reads."""
        mark = self.mark()
        end = Frame(frame.flow, frame)
        once(end)
        changed = {name: value for name, value in end.names.items() if _matters(self.known(frame, name), value)}
        if changed:
            self.forget(mark)
            start = Frame(frame.flow, frame)
            start.names.update(changed)
            end = Frame(frame.flow, start)
            once(end)
            end.names = {**changed, **end.names}
        for name, value in end.names.items():
            self.bind(frame, name, value)

    def try_(self, units: Sequence[Unit], frame: Frame) -> None:
        """Runs the body and what comes after it without an exception; beside that, from its end, each handler."""
        head = units[0].header
        if head is None:
            return
        self.governed(units[0], head, frame)
        smooth = Frame(frame.flow, frame)
        ends: list[Frame] = [smooth]
        for unit in units[1:]:
            if _word(unit) == "else":
                self.clause(unit, smooth)
        for unit in units[1:]:
            if _word(unit) == "except":
                inner = Frame(frame.flow, frame)
                self.clause(unit, inner)
                for name in unit.header.bound if isinstance(unit.header, Branch) else ():
                    inner.names.pop(name, None)
                ends += self.ends(unit, inner)
        self.merge(ends, frame, fall_through=False)
        for unit in units[1:]:
            if _word(unit) == "finally":
                self.clause(unit, frame)

    def assignment(self, statement: Assign, frame: Frame) -> None:
        value: Value = None
        if statement.value is not None:
            value = self.value(statement.value, frame)
        if statement.annotation is not None:
            annotated = self.annotation(statement.annotation, frame)
            if annotated is not None and value in (None, Nothing(), Items(()), Record(())):
                value = annotated
        for target in statement.targets:
            if statement.augmented:
                value = self.augmented(self.value(target, frame), value)
            self.assign(target, value, frame)

    def augmented(self, before: Value, value: Value) -> Value:
        match before, value:
            case Text(text=str() as first), Text(text=str() as second):
                return text(first + second)
            case Text(), _:
                return Text(None)
            case (Items() | Each() | Many(), Items() | Each() | Many()):
                return concatenated(before, value)
            case Record(), Record():
                return merged(before, value)
            case (Each() | Many(), _):
                return before
            case _:
                return None

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
                self.bind(frame, name, Symbol(name, legacy=module in LEGACY_MODULES))
            return
        other = self.other(module, frame.flow.imports)
        if other is None:
            self.bind(frame, "*", None)
        else:
            for name in list(other.names):
                if not name.startswith("_"):
                    self.reads[other, name] = other.read(name)
                    self.bind(frame, name, other.read(name))


def _one_import(values: Sequence[Value]) -> Imported | None:
    """What is imported in one way or not at all, as under `if TYPE_CHECKING`: it need not be looked up for that."""
    bound = [value for value in values if not isinstance(value, Nothing)]
    first = bound[0] if bound else None
    return first if isinstance(first, Imported) and all(value == first for value in bound) else None


def _word(unit: Unit) -> str:
    head = unit.header
    return head.word if isinstance(head, Branch) else ""


def _matters(before: Value, after: Value) -> bool:
    """Whether a value at the end of a loop changes what its next turn finds."""
    if before == after or isinstance(before, (Items, Each, Record)):
        return False
    return is_live(after) or (isinstance(before, Text) and before.text is not None)
