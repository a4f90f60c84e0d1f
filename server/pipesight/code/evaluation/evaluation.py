"""Keep the state of one evaluation: its position, its findings, and the scopes in which names are looked up.

The functions that evaluate one kind of syntax each are in other modules. They take an `Evaluation`, and call each other
through its `interpreter`. So there are no import cycles.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from pipesight.code.model import Thing
from pipesight.code.syntax.program import Chunk, Unit
from pipesight.code.syntax.tree import Header, Node
from pipesight.zenml import usual_names
from pipesight.zenml.kinds import Kind

from .joins import join
from .library import BUILTINS
from .objects import Many, Object, Symbol
from .records import Records
from .values import (
    NEVER,
    UNKNOWN,
    Arguments,
    Builtin,
    FollowedCall,
    Frame,
    FunctionCall,
    FunctionValue,
    Imported,
    Imports,
    Module,
    OneOf,
    Package,
    Reads,
    Trace,
    Value,
)

# The usual meaning of names that the program does not bind. Only programs about ZenML get it.
CONVENTIONS: dict[str, Value] = {
    "zenml": Package("zenml"),
    **{name: Object(type_, None, generation) for name, (type_, generation) in usual_names.RECEIVERS.items()},
    **{name: Object(type_, Thing(kind)) for name, (type_, kind) in usual_names.THINGS.items()},
    **{name: Many(type_, None, None, keyed=keyed) for name, (type_, keyed) in usual_names.COLLECTIONS.items()},
    **{name: Symbol(name) for name in usual_names.SYMBOLS},
}
BUDGET = 4000  # expressions that the calls of one top-level statement may evaluate
LEAST = 250  # the smallest budget, after many statements have used up theirs
_SHARE = 0.6  # the part of a call's remaining budget that one nested call may use
DEPTH = 8  # levels of nested calls that are followed
_NESTED = 60  # levels of nested expressions that are evaluated. Python's own stack ends at about three times as many


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The functions that evaluate each kind of expression, and the function that runs the body of a header."""

    expressions: Mapping[type[Node], Callable[..., Value]]
    run_body: Callable[[Evaluation, Unit, Header, Frame], bool]


@dataclass(slots=True)
class Outcome:
    """The names that a chunk or a function body read and bound, its findings, and its calls.

    `holding` are the names that it bound to objects that code can change. `rebound` are those that it may bind twice.
    """

    reads: Reads = field(default_factory=dict[object, object])  # pyright: ignore[reportAssignmentType]
    writes: dict[str, Value] = field(default_factory=dict[str, Value])
    holding: list[str] = field(default_factory=list[str])
    rebound: frozenset[str] = frozenset()
    records: Records = field(default_factory=Records)
    calls: list[FunctionCall] = field(default_factory=list[FunctionCall])
    functions: list[FunctionValue] = field(default_factory=list[FunctionValue])
    arguments: Arguments = ()
    stack: Stack = field(default_factory=lambda: Stack())

    def fits(self, allowance: int) -> bool:
        """Return whether another allowance of expressions would have changed nothing."""
        stack = self.stack
        return stack.allowance == allowance or (not stack.trace.is_cut and stack.trace.need <= allowance)

    def lists(self) -> tuple[list[object], ...]:
        """Return the lists that grow while the evaluation goes on."""
        records = self.records
        found = (records.found, records.openings, records.held, records.dots, records.defined)
        return (*found, records.invoked, records.configured, self.calls, self.functions)  # pyright: ignore[reportReturnType]


class ExhaustedError(Exception):
    """A call has used up the expressions that it may evaluate. It is not followed."""


@dataclass(slots=True)
class Stack:
    """The calls that are followed at the moment, and their costs.

    The cost of a call is the number of expressions that are evaluated in it. `spent` is the cost so far. A call in
    `charged` is free from then on, because its result is known. `following` is the number of active calls, and `trace`
    is that of the innermost one.
    """

    allowance: int = BUDGET
    active: list[FunctionValue] = field(default_factory=list[FunctionValue])
    spent: int = 0
    charged: set[int] = field(default_factory=set[int])
    trace: Trace = field(default_factory=Trace)
    outer: int = 0  # active calls of the evaluation that needs this one
    limit: int = -1  # the most that `spent` may be at the end of the innermost call
    following: int = 0

    def __post_init__(self) -> None:
        self.limit = self.allowance

    @property
    def share(self) -> int:
        """Return the limit of a next call. It leaves some of the budget for later calls."""
        return self.spent + math.ceil((self.limit - self.spent) * _SHARE)

    def refuses(self, function: FunctionValue) -> bool:
        """Return whether a call is not followed, because it is recursive or nested too deeply."""
        if function in self.active:
            self.trace.lowest = min(self.trace.lowest, self.active.index(function))
            return True
        if len(self.active) >= DEPTH or self.outer + len(self.active) >= 2 * DEPTH:
            self.trace.is_too_deep = True
            return True
        return False

    def take(self, trace: Trace) -> None:
        """Count a call that is not followed because its result is known."""
        before = self.spent
        self.spent += self.cost_of(trace)
        self.count(trace, before)

    def count(self, trace: Trace, before: int) -> None:
        """Add a call to the innermost active one. `before` is the value of `spent` before the call."""
        self.charged |= trace.calls.keys()
        self.trace.take(trace, len(self.active))
        self.trace.inner += self.spent - before
        self.trace.need = max(self.trace.need, before - self.trace.began + math.ceil(trace.need / _SHARE))

    def cost_of(self, trace: Trace) -> int:
        """Return the cost of following a call here."""
        return sum(cost for call, cost in trace.calls.items() if call not in self.charged)

    def spend(self, calls: Mapping[int, int]) -> None:
        """Charge for work whose result many calls share. Each evaluation pays for it once."""
        fresh = {call: cost for call, cost in calls.items() if call not in self.charged}
        self.charged |= fresh.keys()
        self.trace.calls.update(calls)
        self.trace.inner += sum(fresh.values())
        self.spent += sum(fresh.values())


_Local = tuple[FunctionValue, Arguments, tuple[FunctionValue, ...]]


class Evaluation:
    """One evaluation of a chunk, or of a function in it. `unit` is the current logical line of `chunk`.

    While `quiet` is above 0, nothing is recorded, because the code belongs to a called function or is evaluated a
    second time.
    """

    def __init__(self, interpreter: Interpreter, module: Module, chunk: Chunk, allowance: int = BUDGET) -> None:
        self.interpreter = interpreter
        self.module = module
        self.home = self.chunk = chunk
        self.unit = chunk.units[0]
        self.outcome = Outcome()
        self.stack = Stack(allowance)
        self.quiet = 0
        self.nested = 0
        self.operands: dict[Node, Value] = {}  # the values of `a := b` and of the operands of `or`, `and` and `if`
        self.changing = frozenset[str]()  # variables of the module that this chunk changes while it runs
        self.rebound = frozenset[str]()  # variables around this function that are bound again after its definition
        self.turns = 0  # the number of loops around the current line
        self.invocations: dict[str, int | None] = {}  # calls of each step in a pipeline so far. None if not certain
        self.helpers: set[FunctionValue] = set()  # methods that other methods of their object call
        self.local: dict[_Local, FollowedCall] = {}  # results of calls that hold only in this evaluation

    @property
    def pipeline(self) -> FunctionValue | None:
        """Return the pipeline whose body, or a helper of it, is evaluated. None in the body of a step."""
        active = self.stack.active
        if not active or not active[0].is_pipeline or any(each.kind is Kind.STEP for each in active):
            return None
        return active[0]

    @contextmanager
    def repeating(self) -> Generator[None]:
        """Evaluate code that may run several times, while the context is open."""
        self.turns += 1
        try:
            yield
        finally:
            self.turns -= 1

    @property
    def is_certain(self) -> bool:
        """Return whether values are those of one call. Findings are recorded for any caller, so they are not."""
        return self.quiet > 0 and self.stack.following > 0

    @property
    def records(self) -> Records | None:
        """Return the records that findings here belong to, or None if nothing is recorded."""
        return self.outcome.records if self.quiet == 0 else None

    def value(self, node: Node, frame: Frame) -> Value:
        """Evaluate an expression."""
        evaluate = self.interpreter.expressions.get(type(node))
        if evaluate is None:
            return UNKNOWN
        self.nested += 1
        stack = self.stack
        if stack.following:
            stack.spent += 1
        try:
            if stack.following and stack.spent > stack.limit:
                raise ExhaustedError
            if self.nested <= _NESTED:
                return evaluate(self, node, frame)
            self.stack.trace.is_cut = True
            return UNKNOWN
        finally:
            self.nested -= 1

    def quietly(self, node: Node, frame: Frame) -> Value:
        """Evaluate an expression that is recorded elsewhere."""
        with self.unrecorded():
            return self.value(node, frame)

    @contextmanager
    def unrecorded(self) -> Generator[None]:
        """Record nothing while the context is open."""
        self.quiet += 1
        try:
            yield
        finally:
            self.quiet -= 1

    def mark(self) -> Sequence[int]:
        """Return how much is recorded so far."""
        return [len(each) for each in self.outcome.lists()]

    def forget(self, mark: Sequence[int]) -> None:
        """Remove the findings recorded since `mark`."""
        for each, count in zip(self.outcome.lists(), mark, strict=True):
            del each[count:]

    def lookup(self, frame: Frame, name: str) -> Value:
        """Return the value of a name. If nothing binds it, return the value that such a name usually has."""
        value = self.known(frame, name)
        if value == UNKNOWN and name in CONVENTIONS and frame.module.about_zenml:
            return UNKNOWN if self.binds(frame, name) or name in frame.module.foreign() else CONVENTIONS[name]
        return value

    def known(self, frame: Frame, name: str) -> Value:
        """Return the value that a name is bound to."""
        for each in frame.chain():
            if name in each.names:
                value = self._resolved(frame, each.names[name])
                return join((value, UNKNOWN)) if name in self.rebound and self._is_around(frame, name) else value
        value = frame.module.read(name)
        self.outcome.reads[frame.module, name] = value
        if name in self.changing and self.stack.following and frame.module is self.module and value != UNKNOWN:
            return join((value, UNKNOWN))  # the chunk may have bound it before this call
        return Builtin(name) if value == UNKNOWN and name in BUILTINS else value

    def _is_around(self, frame: Frame, name: str) -> bool:
        """Return whether a variable is that of a function around the one whose findings are recorded."""
        return self.quiet == 0 and not any(name in each.names for each in frame.scopes())

    def _resolved(self, frame: Frame, value: Value) -> Value:
        if isinstance(value, OneOf) and any(isinstance(each, Imported) for each in value.alternatives):
            return join(self._resolved(frame, each) for each in value.alternatives)
        if not isinstance(value, Imported):
            return value
        self.outcome.reads[frame.module, value] = resolved = frame.module.read(value)
        return resolved

    def binds(self, frame: Frame, name: str) -> bool:
        """Return whether a name is bound, here or in an enclosing scope."""
        if frame.binds(name):
            return True
        bound = self.outcome.reads[frame.module.bound_names, name] = frame.module.binds(name)
        return bound

    def is_rebound(self, name: str) -> bool:
        """Return whether functions may have read an earlier value of a variable of the module."""
        rebound = self.outcome.reads[self.module.rebound_names, name] = self.module.rebound_names.read(name)
        return rebound

    def bind(self, frame: Frame, name: str, value: Value) -> None:
        """Bind a name from here on."""
        if name in frame.globals and self.quiet == 0:
            writes = self.outcome.writes
            writes[name] = join((writes.get(name, NEVER), value))
        frame.names[name] = value

    def other(self, module: str, imports: Imports) -> Module | None:
        """Return another module of the workspace."""
        found = imports.read(module)
        self.outcome.reads[imports, module] = found
        return found

    def read(self, module: Module, name: str) -> Value:
        """Return the value of a name of a module."""
        value = self.outcome.reads[module, name] = module.read(name)
        return value
