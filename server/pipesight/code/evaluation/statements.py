"""Run statements: bind their names, follow control flow, and record their definitions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import reduce

from pipesight.code.syntax.program import Unit
from pipesight.code.syntax.tree import (
    AnnAssign,
    Assert,
    Assign,
    Attribute,
    AugAssign,
    BoolOp,
    Branch,
    Call,
    ClassDef,
    Compare,
    Decorator,
    Delete,
    Expr,
    For,
    FunctionDef,
    Global,
    Header,
    Import,
    ImportFrom,
    Name,
    Node,
    Return,
    String,
    Subscript,
    With,
    called,
)
from pipesight.zenml import module_names
from pipesight.zenml.module_names import LEGACY_MODULES

from .alternatives import alternatives, only
from .annotations import annotation
from .assigning import assign, before_set, put
from .binding import bound_in, changed_names
from .changing import CHANGING, disturb
from .comparing import holds_for, named_so, narrow
from .containers import element, is_empty, without_entry
from .defining import class_def, function_def, give_outputs
from .evaluation import Evaluation
from .expressions import augmented
from .functions import call_instance
from .joins import any_of, join, widened
from .liveness import is_live
from .loading import change_loaded
from .objects import Many, Symbol
from .ordering import without
from .values import (
    NEVER,
    NONE,
    UNKNOWN,
    Each,
    Frame,
    Imported,
    Instance,
    Integer,
    Items,
    NoneValue,
    Package,
    Record,
    Text,
    Value,
)

_LEAVES = frozenset(("return", "raise", "continue", "break"))
_CLAUSES = {"if": ("elif", "else"), "while": ("else",), "for": ("else",), "try": ("except", "else", "finally")}
_SUPPRESSING = frozenset(("raises", "suppress"))  # context managers that catch exceptions
_PATTERN = re.compile(r"""\s*case\b((?:"[^"]*"|'[^']*'|[\s|])+)(?::|if\b)""")
_CAPTURE = re.compile(r"\s*case\s+([^\W\d]\w*)\s*(?::|\bif\b)")
_TURNS = 3  # turns of a loop. Values that still change after them are taken as they are
_NESTED = 4  # levels of nested loops whose turns are repeated


def block(ev: Evaluation, units: Sequence[Unit], frame: Frame) -> bool:
    """Run statements one after another. Return whether the followed call certainly ends in them."""
    decorators: list[Unit] = []
    index = 0
    while index < len(units):
        following = _following(units, index)
        head = units[index].code.statements[:1]
        if head and isinstance(head[0], Decorator):
            decorators.append(units[index])
        else:
            try:
                if _run(ev, units[index:following], decorators, frame) and ev.is_certain:
                    return True
            except RecursionError:  # one expression with hundreds of links must not stop the analysis of the rest
                ev.stack.trace.is_cut = True
            decorators = []
        index = following
    return False


def run_body(ev: Evaluation, unit: Unit, head: Header, frame: Frame) -> bool:
    """Run the body of a header, on its line and below. Return whether the followed call certainly ends there."""
    if head.inline:
        _simple(ev, unit, head.inline, frame)
    is_left = any(isinstance(each, Return) for each in head.inline) and ev.is_certain
    return is_left or block(ev, unit.body, frame)


def _following(units: Sequence[Unit], index: int) -> int:
    """Return the index after a statement and its clauses."""
    following = index + 1
    head = units[index].header
    if isinstance(head, (Branch, For)):
        clauses = _CLAUSES.get(head.word if isinstance(head, Branch) else "for", ())
        while following < len(units) and _word(units[following]) in clauses:
            following += 1
    return following


def _run(ev: Evaluation, units: Sequence[Unit], decorators: Sequence[Unit], frame: Frame) -> bool:
    """Run one statement, given with its clauses. Return whether it ends the function."""
    unit = units[0]
    match unit.header:
        case Branch() | For() as head:
            return _compound(ev, units, head, frame)
        case FunctionDef() as head:
            function_def(ev, unit, head, decorators, frame)
        case ClassDef() as head:
            class_def(ev, unit, head, decorators, frame)
        case With() as head:
            _with(ev, unit, head, frame)
        case _:
            _simple(ev, unit, unit.code.statements, frame)
    if unit.code.word == "raise" and not frame.is_scope:
        frame.ends.append(frame.kept())
    return unit.code.word in ("return", "raise")


def _with(ev: Evaluation, unit: Unit, head: With, frame: Frame) -> None:
    ev.unit = unit
    for node, target in head.items:
        value = _entered(ev, node, ev.value(node, frame), frame)
        if target is not None:
            assign(ev, target, value, frame)
    before = _copy(frame)
    run_body(ev, unit, head, frame)
    if any(isinstance(node, Call) and called(node) in _SUPPRESSING for node, _ in head.items):
        for name, value in _raised(ev, unit, before, frame).items():
            ev.bind(frame, name, value)


def _entered(ev: Evaluation, node: Node, manager: Value, frame: Frame) -> Value:
    """Return the value that entering a context manager binds. A function with `yield` is one."""
    match only(manager):
        case Each() as generated:
            return generated.element
        case Instance() as instance:
            call = Call(node.start, node.end, node, [], node.end, True)
            return call_instance(ev, call, instance, "__enter__", frame)
        case _:
            return manager


# Simple statements


def _simple(ev: Evaluation, unit: Unit, statements: Sequence[Node], frame: Frame) -> None:
    ev.unit = unit
    for statement in statements:
        if isinstance(statement, For):
            _loop(ev, unit, statement, frame)
        elif isinstance(statement, Header):  # a header after another statement, in code that is half typed
            run_body(ev, Unit(unit.line, unit.code), statement, frame)
        elif (run := _SIMPLE.get(type(statement))) is not None:
            run(ev, statement, frame)


def _expr(ev: Evaluation, statement: Expr, frame: Frame) -> None:
    ev.value(statement.value, frame)


def _assert(ev: Evaluation, statement: Assert, frame: Frame) -> None:
    ev.value(statement.test, frame)
    if statement.message is not None:
        ev.value(statement.message, frame)
    narrow(ev, statement.test, frame)


def _return(ev: Evaluation, statement: Return, frame: Frame) -> None:
    frame.returns.append(ev.value(statement.value, frame) if statement.value else NONE)
    if not frame.is_scope:
        frame.ends.append(frame.kept())


def _global(ev: Evaluation, statement: Global, frame: Frame) -> None:
    around = next((each.parent for each in frame.scopes() if each.is_scope), None)
    of_functions = [each.names for each in around.chain() if each.parent is not None] if around is not None else []
    frame.globals.update(name for name in statement.names if not any(name in each for each in of_functions))


def _delete(ev: Evaluation, statement: Delete, frame: Frame) -> None:
    for target in statement.targets:
        if isinstance(target, Name):
            ev.bind(frame, target.id, UNKNOWN)
        elif isinstance(target, Subscript):
            holder = ev.value(target.value, frame)
            change_loaded(ev, holder, frame)
            listed, index = only(holder), only(ev.quietly(target.index, frame))
            if isinstance(listed, Many):
                put(ev, target.value, holder, without(listed, index), frame)
            elif isinstance(listed, Record):
                put(ev, target.value, holder, without_entry(listed, index), frame)
            elif isinstance(listed, Items):
                put(ev, target.value, holder, Each(any_of(listed)), frame)
        elif isinstance(target, Attribute):
            assign(ev, target, UNKNOWN, frame)


def _assign(ev: Evaluation, statement: Assign, frame: Frame) -> None:
    value = ev.value(statement.value, frame)
    give_outputs(ev, statement.value, frame)
    for target in statement.targets:
        assign(ev, target, value, frame)


def _aug_assign(ev: Evaluation, statement: AugAssign, frame: Frame) -> None:
    value = ev.value(statement.value, frame)
    before = ev.value(statement.target, frame)
    after = augmented(before, value)
    if any(isinstance(each, CHANGING) for each in alternatives(before)):
        put(ev, statement.target, before, after, frame)  # a list changes in place
    else:
        assign(ev, statement.target, after, frame)


def _ann_assign(ev: Evaluation, statement: AnnAssign, frame: Frame) -> None:
    value = ev.value(statement.value, frame) if statement.value is not None else UNKNOWN
    promised = annotation(ev, statement.annotation, frame)
    if promised != UNKNOWN and is_empty(value):
        value = promised
    assign(ev, statement.target, value, frame)


def _import(ev: Evaluation, statement: Import, frame: Frame) -> None:
    for name, alias in statement.names:
        top = name if alias else name.split(".", 1)[0]
        ev.bind(frame, alias or top, Package(top, frame.module.imports))


def _import_from(ev: Evaluation, statement: ImportFrom, frame: Frame) -> None:
    module = statement.module
    if statement.names is None:
        _star(ev, module, frame)
        return
    for name, alias in statement.names:
        ev.bind(frame, alias, Imported(module, name))


def _star(ev: Evaluation, module: str, frame: Frame) -> None:
    if module_names.is_ours(module):
        for name in module_names.star(module):
            ev.bind(frame, name, Symbol(name, legacy=module in LEGACY_MODULES))
        return
    other = ev.other(module, frame.module.imports)
    if other is None:
        ev.bind(frame, "*", UNKNOWN)
        return
    for name in list(other.names):
        if not name.startswith("_"):
            ev.bind(frame, name, ev.read(other, name))


_SIMPLE: dict[type[Node], Callable[..., None]] = {
    Expr: _expr,
    Assign: _assign,
    AugAssign: _aug_assign,
    AnnAssign: _ann_assign,
    Assert: _assert,
    Return: _return,
    Import: _import,
    ImportFrom: _import_from,
    Global: _global,
    Delete: _delete,
}


# Branches


def _compound(ev: Evaluation, units: Sequence[Unit], head: Branch | For, frame: Frame) -> bool:
    if isinstance(head, For):
        _loop(ev, units[0], head, frame)
        _behind_loop(ev, units, frame)
    elif head.word == "try":
        _try(ev, units, frame)
    elif head.word == "match":
        return _match(ev, units[0], head, frame)
    elif head.word == "while":
        _repeated(ev, units[0], lambda start: _branches(ev, units[:1], start), frame)
        _behind_loop(ev, units, frame)
    else:
        return _branches(ev, units, frame)
    return False


def _behind_loop(ev: Evaluation, units: Sequence[Unit], frame: Frame) -> None:
    """Run the `else` of a loop. A `break` in the loop skips it."""
    for unit in units[1:]:
        inner = frame.branch()
        _clause(ev, unit, inner)
        _merge(ev, _ends(unit, inner), frame, fall_through="break" in units[0].words)


def _clause(ev: Evaluation, unit: Unit, frame: Frame) -> None:
    head = unit.header
    if head is not None:
        _tests(ev, unit, head, frame)
        run_body(ev, unit, head, frame)


def _tests(ev: Evaluation, unit: Unit, head: Header, frame: Frame) -> None:
    ev.unit = unit
    if isinstance(head, Branch):
        for test in head.tests:
            ev.value(test, frame)
            if head.word in ("if", "elif", "while"):
                narrow(ev, test, frame)
        for name in head.bound:
            ev.bind(frame, name, UNKNOWN)


def _match(ev: Evaluation, unit: Unit, head: Branch, frame: Frame) -> bool:
    """Record the names that a `match` compares: `match step.name:` with `case "trainer":`."""
    ev.unit = unit
    subjects = [only(ev.value(test, frame)) for test in head.tests]
    for case in unit.body:
        if isinstance(case.header, Branch) and subjects and isinstance(subjects[0], Text):
            ev.unit = case
            for test in case.header.tests:
                named_so(ev, test, subjects[0])
    return _branches(ev, unit.body, frame, head.tests[0] if len(head.tests) == 1 else None)


def _branches(ev: Evaluation, units: Sequence[Unit], frame: Frame, subject: Node | None = None) -> bool:
    """Run each branch from the same state, then join the names that they bound. Return whether the call ends there.

    The call ends there only if one branch is certain and leaves the function. `subject` is the subject of a `match`.
    """
    ends: list[Frame] = []
    total = False
    for unit in units:
        head = unit.header
        if head is None:
            continue
        inner = frame.turn() if _word(unit) == "while" else frame.branch()
        _tests(ev, unit, head, inner)
        test = _test_of(unit, head, subject)
        passes = _passes(ev, unit, test, frame)
        if passes is False:
            continue
        if subject is not None and test is not None:
            narrow(ev, test, inner)
        if subject is not None and (name := _captured(unit)) is not None:
            ev.bind(inner, name, ev.quietly(subject, frame))
        is_left = run_body(ev, unit, head, inner)
        total = total or passes is True or (isinstance(head, Branch) and head.word == "else")
        ends += _ends(unit, inner)
        if passes is True:
            if is_left:
                return True
            break
    _merge(ev, ends, frame, fall_through=not total)
    return False


def _passes(ev: Evaluation, unit: Unit, test: Node | None, frame: Frame) -> bool | None:
    """Return whether a branch is taken. None if that is not certain."""
    return holds_for(ev, test, frame) if test is not None and _word(unit) != "while" else None


def _test_of(unit: Unit, head: Header, subject: Node | None) -> Node | None:
    """Return the test of `if` or `elif`, or that of a case: the subject equals a string."""
    if subject is not None:
        start, end = subject.start, subject.end
        tests: list[Node] = [Compare(start, end, subject, [("==", each)]) for each in _strings_of_case(unit, head)]
        return reduce(lambda left, right: BoolOp(start, end, "or", left, right), tests) if tests else None
    return head.tests[0] if isinstance(head, Branch) and len(head.tests) == 1 else None


def _strings_of_case(unit: Unit, head: Header) -> list[String]:
    """Return the strings of `case "trainer" | "fitter":`. Empty for any other pattern."""
    literals = [each for each in head.tests if isinstance(each, String)] if isinstance(head, Branch) else []
    text = unit.code.text
    pattern = _PATTERN.match(text)
    between = re.sub(r"\s", "", text[pattern.start(1) : pattern.end(1)]) if pattern is not None else ""
    used = [each for each in literals if pattern is not None and each.end <= pattern.end(1)]
    return used if used and between == "|".join(text[each.start : each.end].replace(" ", "") for each in used) else []


def _captured(unit: Unit) -> str | None:
    """Return the name that `case found:` binds to the subject."""
    found = _CAPTURE.match(unit.code.text)
    return found[1] if found is not None and found[1] != "_" else None


def _ends(unit: Unit, frame: Frame) -> Sequence[Frame]:
    """Return the frames in which control leaves the body of `unit`."""
    word = unit.body[-1].code.word if unit.body else ""
    if word in ("break", "continue"):
        frame.leave()
    inside = () if word in _LEAVES else (frame,)
    return (*inside, *frame.exits) if _word(unit) == "while" else inside


def _merge(ev: Evaluation, ends: Sequence[Frame], frame: Frame, *, fall_through: bool) -> None:
    """Bind the join of each name over `ends`. With `fall_through`, the value before them is an alternative as well."""
    for name in dict.fromkeys(name for end in ends for name in end.names):
        needed = fall_through or any(name not in end.names for end in ends)
        before = _known_before(ev, frame, name) if needed else NEVER
        bound = [end.names.get(name, before) for end in ends]
        imported = _one_import([before, *bound])
        if imported is not None:
            ev.bind(frame, name, imported)
            continue
        values = [ev.lookup(end, name) if name in end.names else before for end in ends]
        ev.bind(frame, name, join((before, *values) if fall_through else values))


def _known_before(ev: Evaluation, frame: Frame, name: str) -> Value:
    """Return the value of a name before branches bound it. `NEVER` if nothing bound it before."""
    if name[0] == "." and not any(name in each.names for each in frame.scopes()):
        return before_set(ev, frame, name[1:])
    value = ev.known(frame, name)
    return NEVER if value == UNKNOWN and not ev.binds(frame, name) else value


def _one_import(values: Sequence[Value]) -> Imported | None:
    """Return the only import among these values, as under `if TYPE_CHECKING`. It need not be looked up."""
    bound = [value for value in values if not all(isinstance(each, NoneValue) for each in alternatives(value))]
    first = bound[0] if bound else None
    return first if isinstance(first, Imported) and all(value == first for value in bound) else None


# Loops and exceptions


def _loop(ev: Evaluation, unit: Unit, head: For, frame: Frame) -> None:
    ev.unit = unit
    iterable = ev.value(head.iter, frame)

    def once(start: Frame) -> None:
        ev.unit = unit
        assign(ev, head.target, element(iterable), start)
        inner = start.turn()
        run_body(ev, unit, head, inner)
        _merge(ev, [inner, *inner.exits], start, fall_through=True)

    _repeated(ev, unit, once, frame)


def _repeated(ev: Evaluation, unit: Unit, once: Callable[[Frame], object], frame: Frame) -> None:
    """Run a loop until another turn changes nothing: a fixed point.

    Each turn starts with the join of the names before the loop and after the previous turn. Values are widened from
    the second turn on, because a counter would never reach a fixed point. Only the last turn is recorded. In deeply
    nested loops there is only one turn, and the names that it changes are unknown.
    """
    if ev.turns >= _NESTED:
        changed = changed_names([unit])
        disturb(ev, [ev.known(frame, name) for name in changed], frame)
        frame.names.update(dict.fromkeys(changed, UNKNOWN))
        with ev.repeating():
            once(frame)
        return
    mark = ev.mark()
    entered: dict[str, Value] = {}
    end = frame
    for turn in range(_TURNS):
        start = frame.branch()
        start.names.update(entered)
        end = start.branch()
        with ev.repeating():
            once(end)
        after = dict(entered)
        for name, value in end.names.items():
            before = ev.known(start, name)
            if _matters(before, value):
                joined = join((before, value))
                after[name] = widened(joined) if turn > 0 else joined
        if after == entered or turn == _TURNS - 1:
            break
        ev.forget(mark)
        entered = after
    for name, value in {**entered, **end.names}.items():
        ev.bind(frame, name, value)


def _matters(before: Value, after: Value) -> bool:
    """Return whether a value at the end of a loop changes what the next iteration finds."""
    if before == after or isinstance(only(before), (Items, Each, Record)):
        return False
    return any(is_live(each) for each in alternatives(after)) or any(
        (isinstance(each, Text) and each.text is not None) or (isinstance(each, Integer) and each.value is not None)
        for each in alternatives(before)
    )


def _try(ev: Evaluation, units: Sequence[Unit], frame: Frame) -> None:
    """Run the body and its `else`. Also run each handler from what is common to the states of the body."""
    head = units[0].header
    if head is None:
        return
    before = _copy(frame)
    run_body(ev, units[0], head, frame)
    raised = _raised(ev, units[0], before, frame)
    smooth = frame.branch()
    ends: list[Frame] = [smooth]
    for unit in units[1:]:
        if _word(unit) == "else":
            _clause(ev, unit, smooth)
    for unit in units[1:]:
        if _word(unit) == "except":
            inner = frame.branch()
            inner.names.update(raised)
            _clause(ev, unit, inner)
            for name in unit.header.bound if isinstance(unit.header, Branch) else ():
                inner.names.pop(name, None)
            ends += _ends(unit, inner)
    _merge(ev, ends, frame, fall_through=False)
    for unit in units[1:]:
        if _word(unit) == "finally":
            _clause(ev, unit, frame)


def _copy(frame: Frame) -> Frame:
    """Return a frame with the same names, which stay as they are."""
    copy = Frame(frame.module, frame.parent)
    copy.names, copy.own, copy.returns = dict(frame.names), frame.own, frame.returns
    return copy


def _raised(ev: Evaluation, unit: Unit, before: Frame, after: Frame) -> dict[str, Value]:
    """Return the names that had another value before a body, which an exception may have left anywhere."""
    found: dict[str, Value] = {}
    often = {name for name, count in Counter(bound_in(unit)).items() if count > 1}
    for name, value in after.names.items():
        if before.names.get(name) is not value and (earlier := _known_before(ev, before, name)) != NEVER:
            found[name] = join((earlier, ev.lookup(after, name), *([UNKNOWN] if name in often else ())))
    return found


def _word(unit: Unit) -> str:
    head = unit.header
    return head.word if isinstance(head, Branch) else ""
