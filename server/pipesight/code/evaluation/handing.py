"""Evaluate calls that threads, tasks, executors, event loops and `map` make for the program."""

from __future__ import annotations

from collections.abc import Sequence

from pipesight.code.syntax.tree import Argument, Call, Name, Sequence as Display

from .changing import take_branch
from .containers import element
from .evaluation import Evaluation
from .functions import follow
from .joins import join, mapped
from .values import UNKNOWN, Each, Frame, FunctionValue, Future, Items, Value

_FUNCTION_AT = {"submit": 0, "apply": 0, "apply_async": 0, "start_soon": 0, "run_in_executor": 1}
_GIVES_FUTURE = frozenset(("submit", "apply_async", "run_in_executor"))
_GOES_THROUGH = frozenset(("map", "imap", "imap_unordered"))
_TAKES_LIST = frozenset(("apply", "apply_async"))
_GIVES_TASK = frozenset(("create_task", "ensure_future"))
_HANDED, _GIVEN = "<handed>", "<given>"  # variables for a function and its arguments. No Python name can collide


def call_runner(ev: Evaluation, node: Call, name: str, frame: Frame) -> Value:
    """Evaluate a method of an object that runs functions: `executor.submit(f, "x")`, `loop.run_until_complete(f())`."""
    if name in _FUNCTION_AT:
        arguments = node.arguments[_FUNCTION_AT[name] :]
        value = handed(ev, node, _listed(arguments) if name in _TAKES_LIST else arguments, frame)
        return Future(value) if name in _GIVES_FUTURE else value
    values = [ev.value(argument.value, frame) for argument in node.arguments]
    if name in _GOES_THROUGH and len(values) > 1:
        return Each(applied(ev, values[0], element(values[1]), frame))
    if name in _GIVES_TASK and values:
        return Future(values[0])
    return arrived(values[0]) if name == "run_until_complete" and values else UNKNOWN


def handed(ev: Evaluation, node: Call, arguments: Sequence[Argument], frame: Frame) -> Value:
    """Evaluate the call of the first of `arguments`, a function, with the others as its arguments."""
    if not arguments:
        return UNKNOWN
    first, *rest = arguments
    return ev.value(Call(node.start, node.end, first.value, rest, node.open, node.closed), frame)


def started(ev: Evaluation, node: Call, frame: Frame) -> Value:
    """Evaluate `Thread(target=f, args=("x",))`. The call happens when the thread starts."""
    given = {each.keyword: each for each in node.arguments}
    handed(ev, node, _listed([given[each] for each in ("target", "args") if each in given]), frame)
    return UNKNOWN


def _listed(arguments: Sequence[Argument]) -> list[Argument]:
    """Return a function and its arguments, if they are in a display after it. Other arguments are not known."""
    made = [*arguments[:1]]
    for each in arguments[1:2]:
        if isinstance(each.value, Display):
            made += [Argument(one.start, one.end, one) for one in each.value.elts]
        else:
            made.append(Argument(each.start, each.end, each.value, None, 1))
    return made


def applied(ev: Evaluation, function: Value, given: Value, frame: Frame) -> Value:
    """Return the result of a function for a value without an expression, such as each element of a list."""
    if isinstance(function, FunctionValue):
        return _follow(ev, function, given, frame)
    inner = frame.branch()
    inner.names.update({_HANDED: function, _GIVEN: given})
    argument = Argument(0, 0, Name(0, 0, _GIVEN))
    with ev.unrecorded():
        value = ev.value(Call(0, 0, Name(0, 0, _HANDED), [argument], 0, True), inner)
    take_branch(ev, inner, frame, (_HANDED, _GIVEN))
    return value


def _follow(ev: Evaluation, function: FunctionValue, given: Value, frame: Frame) -> Value:
    own = 1 if function.owner is not None else 0
    if len(function.head.parameters) <= own:
        return UNKNOWN
    arguments = {function.head.parameters[own].name: given}
    if ev.quiet == 0 and function.head.name:
        ev.outcome.calls.append((function, tuple(arguments.items())))
    return follow(ev, function, arguments, frame)


# Results


def arrived(value: Value) -> Value:
    """Return the result of awaiting a task, or of a future's `.result()`."""
    return mapped(value, lambda each: each.value if isinstance(each, Future) else each)


def gathered(ev: Evaluation, node: Call, frame: Frame) -> Value:
    """Evaluate `gather(a, b)`, or `gather(*tasks)`."""
    values = [(argument.stars, ev.value(argument.value, frame)) for argument in node.arguments if not argument.keyword]
    if any(stars for stars, _ in values):
        return Each(join(arrived(element(value) if stars else value) for stars, value in values))
    return Items(tuple(arrived(value) for _, value in values))
