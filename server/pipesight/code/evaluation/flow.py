"""Follow values through a program to find which object of the run history each expression denotes.

An abstract interpreter. Top-level statements run in order. Each remembers the names it read and what it did, and it
runs again only when its text or one of those values changed. Function bodies run at the end, with the arguments of all
calls seen, and record what they find.

Three things depend on each other, and each is repeated until it no longer changes:

1. `_run_chunks`: the module's names follow from its statements, in order.
2. `_run_bodies`: a body's arguments follow from the calls in statements and in other bodies. So bodies run in rounds.
   A round runs only the functions whose callers changed, and the next round sees the calls of this one.
3. `update`: a body may bind names of the module with `global`. If these changed (`_take_globals`), statements and
   bodies run again with them.

Arguments and names only grow by `join`, which is monotone, so all three would come to an end by themselves. `_ROUNDS`
bounds them because each round costs time while somebody types, and real code needs two.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from itertools import takewhile

from pipesight.code.syntax.program import Chunk, Program
from pipesight.code.syntax.tree import FunctionDef
from pipesight.zenml import module_names
from pipesight.zenml.declarations import Type
from pipesight.zenml.module_names import LEGACY_MODULES

from .alternatives import alternatives, says_nothing
from .binding import sets_attributes
from .changing import CHANGING
from .evaluation import BUDGET, CONVENTIONS, LEAST, Outcome
from .interpreter import run_chunk, run_function
from .joins import join
from .library import library
from .liveness import ALWAYS_LIVE, is_data, is_live
from .memory import Remembered
from .objects import Object, Symbol
from .records import Records
from .values import (
    NEVER,
    NONE,
    UNKNOWN,
    Arguments,
    Binding,
    BoundNames,
    CallMemory,
    ClassValue,
    FunctionCall,
    FunctionValue,
    Imported,
    Imports,
    Instance,
    Integer,
    Module,
    NoneValue,
    OneOf,
    Package,
    ReboundNames,
    Record,
    SharedNames,
    Single,
    Unknown,
    Value,
    holds,
    reach,
)

CONFTESTS = 5  # folders above a test that are searched for its fixtures
_DEAD = (Unknown, NoneValue, Integer)  # values that never lead to ZenML
MOST_SPENT = 50_000  # expressions that the calls of a file evaluate before the budgets become small
_BINDING = frozenset(  # words of code that may bind names, or set attributes of classes
    ("global", "globals", "exec", "eval", "modules", "setattr", "delattr", "__setattr__", "__delattr__", "patch")
)
_CLASS = frozenset(("__class__", "type"))  # words of code that gets the class of an object
_EARLIER = 4  # earlier values of a name that are told apart
_KEPT = 2_000  # statements in a slice that need no evaluation
_ROUNDS = 4  # levels of functions that pass arguments on


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
        self._passes: list[tuple[dict[Chunk, Outcome], dict[FunctionValue, Outcome]]] = []  # of the update before
        self._joined: Remembered[tuple[str, int, int], tuple[Value, Value, Value]] = Remembered()
        self.memory: CallMemory = Remembered()
        self._exhausted = 0  # the number of statements and bodies so far that used up their allowance
        self._spent = 0  # the expressions that calls have evaluated so far
        self._live = ALWAYS_LIVE
        self._globals: frozenset[str] = frozenset()  # names that functions bind
        self._holders: frozenset[str] = frozenset()  # names of objects that code can change
        self._foreign: dict[str, str] | None = None
        self._live_of: tuple[dict[str, Value], dict[str, Value], bool, int] | None = None
        self.bound_names = BoundNames(self)
        self.rebound_names = ReboundNames(self)
        self.shared_names = SharedNames(self)
        self._called: dict[Module, list[FunctionCall]] = {}
        self.outdated = False  # whether other modules now call functions of this one with other arguments
        self.running = False
        self._resolving: set[Imported] = set()
        self.earlier: dict[str, list[Value]] = {}  # what functions may have read before a name was bound again
        self._are_bodies_run = False  # whether functions are run for all their callers, and not for a call
        self._looked_at, self._last_call = 0, -1  # chunks that were looked at for calls, and the last that has one
        self._read: dict[str | Imported, Value] = {}
        self._read_at = -1

    def update(self, *, bodies: bool = True) -> None:
        """Run the code that a change affects. Without `bodies`, run only the code that an import runs."""
        for _ in self.slices(bodies=bodies):
            pass

    def slices(self, *, bodies: bool = True) -> Iterator[None]:
        """Update in slices, one statement or body at a time. If the caller stops early, the next update goes on."""
        if self.running:
            return
        self.running = True
        self.outdated, late = self.outdated and not bodies, self.late
        self.memory.turn()
        self._joined.turn()
        if bodies:
            self.late = {}  # globals that depend on themselves would keep their values from before the edit
        self.imports.clock.tick()
        try:
            yield from self._run_pass(0, bodies=bodies)
            number = 1
            while bodies and number <= _ROUNDS and self._take_globals():
                yield from self._run_pass(number)
                number += 1
            del self._passes[number:]
        finally:
            self.running = self._are_bodies_run = False
            self.imports.clock.tick()
        if self.late != late:
            self.imports.touch()
        self._tell_called()

    def _run_pass(self, number: int, *, bodies: bool = True) -> Iterator[None]:
        """Run statements and bodies once. Each pass has its own results, because the globals differ between passes."""
        outcomes, known = self._passes[number] if number < len(self._passes) else ({}, {})
        yield from self._run_chunks(outcomes)
        if bodies:
            self._bodies = {**self._bodies, **known}
            yield from self._run_bodies()
            self._passes[number : number + 1] = [(self._outcomes, self._bodies)]

    def records(self) -> Iterator[tuple[Chunk, list[Records]]]:
        """Yield the records of each chunk: its own and those of the functions in it."""
        for chunk in self.program.chunks:
            yield chunk, self.records_of(chunk)

    def records_of(self, chunk: Chunk) -> list[Records]:
        """Return the records of one chunk."""
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
        """Return the value of a name that the module binds or imports."""
        clock = self.imports.clock
        if self._read_at != clock.now:
            self._read, self._read_at = {}, clock.now
        known = self._read.get(name)
        if known is None:
            known = self._look_up(name)
            if not clock.looking and self._read_at == clock.now:
                self._read[name] = known
        return known

    def _look_up(self, name: str | Imported) -> Value:
        value = name if isinstance(name, Imported) else self.names.get(name, UNKNOWN)
        if isinstance(name, str) and name in self._globals and name not in self.late:
            value = join((value, UNKNOWN))  # a function that is not evaluated may bind it
        if isinstance(name, str) and name in self.late:
            value = self.late[name] if says_nothing(value) else self._with_late(name, value)
        if self._are_bodies_run and isinstance(name, str) and name in self.earlier:
            value = join((value, *self.earlier[name]))
        if not isinstance(value, (OneOf, Imported)):
            return value
        return join(map(self._resolved, alternatives(value)))

    def _with_late(self, name: str, value: Value) -> Value:
        """Return a value with that of a global. It is the same object if both are, so that statements need not run."""
        key = name, id(value), id(self.late[name])
        known = self._joined.get(key)
        if known is None:
            known = value, self.late[name], join((value, self.late[name]))
            self._joined.keep(key, known)
        return known[-1]

    def _resolved(self, value: Single) -> Value:
        return self._resolve(value) if isinstance(value, Imported) else value

    def _resolve(self, imported: Imported) -> Value:
        """Return the value of an imported name: of ZenML, of Python's library, or of the workspace."""
        module, name = imported.module, imported.name
        if module_names.is_symbol(module, name):
            return Symbol(name, legacy=module in LEGACY_MODULES)
        if module.split(".", 1)[0] == "zenml":
            return Package(f"{module}.{name}")
        if (known := library(module, name)) is not None:
            return known
        if (module, name) == ("os", "environ"):
            return Package("os.environ")
        if imported in self._resolving:
            return UNKNOWN
        self._resolving.add(imported)
        self.imports.clock.looking += 1
        try:
            other = self.imports.read(module)
            value = other.read(name) if other is not None else UNKNOWN
        finally:
            self.imports.clock.looking -= 1
            self._resolving.discard(imported)
        if value != UNKNOWN:
            return value
        joined = module + name if module.endswith(".") else f"{module}.{name}"
        if self.imports.read(joined) is not None:
            return Package(joined, self.imports)
        return Object(Type.UNSEEN) if other is None and module_names.is_unseen_pipeline(module, name) else UNKNOWN

    def live(self) -> frozenset[str]:
        """Return the names that may lead to ZenML. A body without them, and without such arguments, can be skipped."""
        bound = (dict(self.names), dict(self.late), self.about_zenml, self.imports.others)
        if bound != self._live_of:
            self._live_of = bound  # set before the search, because a circle of imports comes back here
            self._live = self._find_live()
        return self._live

    def _find_live(self) -> frozenset[str]:
        live = set(ALWAYS_LIVE)
        if self.about_zenml:
            live.update(name for name in CONVENTIONS if not self.binds(name))
        pending: list[tuple[str, FunctionValue | ClassValue]] = []
        for name in (*self.names, *self.late):
            if type(self.names.get(name)) in _DEAD and name not in self.late:
                continue
            value = self.read(name)
            if isinstance(value, (FunctionValue, ClassValue)) and value.place.module is self:
                pending.append((name, value))
            elif is_live(value) or (isinstance(value, Package) and self.imports.read(value.name) is not None):
                live.add(name)
        found = True
        while found:
            found = [
                each for each in pending if each[1].kind is not None or not each[1].place.unit.words.isdisjoint(live)
            ]
            live.update(name for name, _ in found)
            pending = [each for each in pending if each[0] not in live]
        return frozenset(live)

    def _matters(self, function: FunctionValue, arguments: Arguments) -> bool:
        if function.is_pipeline:
            return True
        unit = (function.owner or function).place.unit
        if not unit.words.isdisjoint(self._live) or any(self.imports.read(name) for name in unit.imported):
            return True
        if self._changes_names(function):
            return True
        if function.takes_fixtures and (self.about_zenml or any(each.about_zenml for each in self.conftests())):
            return True
        return any(isinstance(value, ClassValue) or is_live(value) for _, value in arguments)

    def _changes_names(self, function: FunctionValue) -> bool:
        """Return whether a function may bind names of the module, or change their objects."""
        unit = function.place.unit
        if not unit.words.isdisjoint(_BINDING):
            return True
        if function.owner is not None and (function.binding is Binding.CLASS or not unit.words.isdisjoint(_CLASS)):
            return True
        if not unit.words.isdisjoint(self._holders):
            return True
        return sets_attributes(unit)  # perhaps those of a class

    def foreign(self) -> Mapping[str, str]:
        """Return the names that the program imports from other packages than ZenML, with their modules."""
        if self._foreign is None:
            self._foreign = {}
            for chunk in self.program.chunks:
                self._foreign.update(chunk.foreign)
        return self._foreign

    def conftests(self) -> Iterator[Module]:
        """Yield the `conftest.py` files whose fixtures pytest knows here, the nearest first."""
        for depth in range(1, CONFTESTS + 1):
            found = self.imports.read("." * depth + "conftest")
            if found is not None:
                yield found

    def binds(self, name: str) -> bool:
        """Return whether the module binds a name. `import *` of an unknown module may bind any name."""
        return name in self.names or name in self.late or "*" in self.names

    def _run_chunks(self, before: Mapping[Chunk, Outcome]) -> Iterator[None]:
        chunks, found = self.program.chunks, set[str]()
        for start in range(0, len(chunks), _KEPT):
            found.update(*(chunk.globals for chunk in chunks[start : start + _KEPT]))
            yield
        self._globals = frozenset(found)
        about_zenml = self._told or any(chunk.imports_zenml for chunk in chunks)
        if about_zenml is not self.about_zenml:
            self.about_zenml = about_zenml
            self._outcomes, self._bodies, self._passes, before = {}, {}, [], {}
        self.names, foreign, self._foreign = {}, self._foreign, None
        self.shared_names.clear()
        if foreign is not None and foreign != self.foreign():
            self._outcomes, self._bodies, self._passes, before = {}, {}, [], {}
        known, outcomes = self._outcomes, dict[Chunk, Outcome]()
        self._exhausted = self._spent = 0
        self._are_bodies_run, self.earlier = False, {}
        self._looked_at, self._last_call = 0, -1
        bound = dict[str, int]()
        self.imports.clock.tick()
        try:
            for number, chunk in enumerate(chunks):
                if number % _KEPT == _KEPT - 1:
                    yield
                outcome = self._holding(before.get(chunk)) or self._holding(known.get(chunk))
                if outcome is None:
                    outcome = run_chunk(self, chunk, self._allowance)
                    yield
                outcomes[chunk] = outcome
                self._count(outcome)
                if outcome.writes:
                    self._keep_earlier(number, outcome, bound)
                    self.names.update(outcome.writes)
                    self.shared_names.add(outcome.holding)
                    self.imports.clock.tick()
            known = {}
        finally:
            self._outcomes = {**known, **outcomes} if known else outcomes

    def _holding(self, outcome: Outcome | None) -> Outcome | None:
        """Return what a statement did before, if it would do the same now."""
        if outcome is None or not outcome.fits(self._allowance) or not holds(outcome.reads, CHANGING):
            return None
        return outcome

    def _keep_earlier(self, number: int, outcome: Outcome, bound: dict[str, int]) -> None:
        """Keep the values that functions may have read before a chunk binds their names again.

        `bound` are the chunks that have bound each name.
        """
        for name, value in outcome.writes.items():
            before = self.names.get(name)
            if before is not None and not _is_grown(before, value) and self._calls_between(bound[name], number):
                self._add_earlier(name, before)
            if name in outcome.rebound and self._calls_between(number, number):
                self._add_earlier(name, UNKNOWN)
            bound[name] = number

    def _add_earlier(self, name: str, value: Value) -> None:
        earlier = self.earlier.setdefault(name, [])
        earlier.append(value if len(earlier) < _EARLIER else UNKNOWN)
        del earlier[_EARLIER + 1 :]

    def _calls_between(self, first: int, last: int) -> bool:
        """Return whether some of these chunks may call functions of the module. Each chunk is looked at once."""
        for number in range(self._looked_at, last + 1):
            if self._may_call(self.program.chunks[number]):
                self._last_call = number
        self._looked_at = max(self._looked_at, last + 1)
        return self._last_call >= first

    def _may_call(self, chunk: Chunk) -> bool:
        if len(chunk.units) == 1 and isinstance(chunk.units[0].header, FunctionDef):
            return False
        found = (self.names.get(word, NONE) for unit in chunk.units for word in unit.words)
        return not all(is_data(value) for value in found)

    @property
    def _allowance(self) -> int:
        """Return how many expressions the calls of the next statement or body may evaluate.

        Each one that uses up its allowance halves the next ones. It is 0 if the file's calls have evaluated very many.
        """
        if self._spent >= MOST_SPENT:
            return LEAST if self._spent < 2 * MOST_SPENT else 0
        return max(LEAST, BUDGET >> self._exhausted)

    def _count(self, outcome: Outcome) -> None:
        self._exhausted += outcome.stack.trace.is_cut
        self._spent += outcome.stack.spent

    def _run_bodies(self) -> Iterator[None]:
        self.live()
        self._holders = frozenset(name for name, value in self.names.items() if reach(value))
        self._are_bodies_run = True
        if self.earlier:
            self.imports.clock.tick()
        bodies, checked = self._bodies, dict[FunctionValue, list[Arguments] | None]()
        yield
        callers = self._callers(bodies)
        yield
        in_statements = self._exhausted, self._spent
        for _ in range(_ROUNDS):
            before, (self._exhausted, self._spent) = bodies, in_statements
            bodies = yield from self._run_round(callers, before, checked)
            if all(before.get(function) is body for function, body in bodies.items()) and len(before) == len(bodies):
                break
            known, callers = callers, self._callers(bodies)
            if callers == known:
                break
        self._bodies = bodies

    def _run_round(
        self,
        callers: dict[FunctionValue, list[Arguments]],
        known: dict[FunctionValue, Outcome],
        checked: dict[FunctionValue, list[Arguments] | None],
    ) -> Generator[None, None, dict[FunctionValue, Outcome]]:
        """Run every function's body with the arguments known so far.

        Skip a function that this update has already `checked` with the same callers. Neither its arguments nor the
        values that it reads can differ. If it was checked with other callers, only its arguments can differ.
        """
        bodies: dict[FunctionValue, Outcome] = {}
        pending = [(function, chunk) for chunk, each in self._outcomes.items() for function in each.functions]
        while pending:
            function, chunk = pending.pop()
            given = callers.get(function)
            body = known.get(function)
            is_same = body is None or body.fits(self._allowance)
            if function.owner is None and function in checked and checked[function] == given and is_same:
                if body is not None:
                    bodies[function] = body
                    self._count(body)
                    pending += [(inner, chunk) for inner in body.functions]
                continue
            was_checked, checked[function] = function in checked, given
            arguments = _agreed(given) if given else ()
            if function.owner is not None:
                arguments = _with_self(function, function.owner, callers, arguments)
            if not self._matters(function, arguments):
                continue
            stale = body is None or body.arguments != arguments or not is_same
            if body is None or stale or (not was_checked and not holds(body.reads)):
                body = run_function(self, chunk, function, arguments, self._allowance)
                yield
            bodies[function] = body
            self._count(body)
            pending += [(inner, chunk) for inner in body.functions]
        return bodies

    def _take_globals(self) -> bool:
        """Collect the names that functions bind with `global`. Return whether their values changed."""
        late: dict[str, Value] = {}
        for body in self._bodies.values():
            for name, value in body.writes.items():
                late[name] = join((late.get(name, NEVER), value))
        if self._told:  # the code blocks of a page do not run from top to bottom
            for name, value in self.names.items():
                if isinstance(value, (FunctionValue, ClassValue)) and value.kind is not None:
                    late.setdefault(name, value)
        changed = late != self.late
        self.late = late
        self.imports.clock.tick()
        return changed

    def _callers(self, bodies: dict[FunctionValue, Outcome]) -> dict[FunctionValue, list[Arguments]]:
        callers: dict[FunctionValue, list[Arguments]] = {}
        for outcome in (*self._outcomes.values(), *bodies.values()):
            for function, arguments in outcome.calls:
                callers.setdefault(function, []).append(arguments)
        for function, arguments in self.imports.calls(self):
            callers.setdefault(function, []).append(arguments)
        return callers

    def _tell_called(self) -> None:
        """Make other modules run their functions again if this one now calls them with other arguments."""
        called: dict[Module, list[FunctionCall]] = {}
        for call in self._calls():
            if call[0].place.module is not self:
                called.setdefault(call[0].place.module, []).append(call)
        for other in {**self._called, **called}:
            assert isinstance(other, Flow)
            other.outdated = other.outdated or self._called.get(other) != called.get(other)
        self._called = called

    def calls_of(self, other: Module) -> Iterator[FunctionCall]:
        """Return the calls that this program makes of another's functions."""
        return (call for call in self._calls() if call[0].place.module is other)

    def _calls(self) -> Iterator[FunctionCall]:
        for outcome in (*self._outcomes.values(), *self._bodies.values()):
            yield from outcome.calls


def _is_grown(before: Value, after: Value) -> bool:
    """Return whether a value is the same as before, or a dict with more entries."""
    if isinstance(before, Record) and isinstance(after, Record):
        entries = dict(after.pairs)
        return all(entries.get(key) == value for key, value in before.pairs)
    return before is after or before == after


def _agreed(callers: Iterable[Arguments]) -> Arguments:
    """Return the arguments of all callers, joined for each parameter that all of them pass."""
    joined: dict[str, list[Value]] = {}
    count = 0
    for arguments in callers:
        count += 1
        for name, value in arguments:
            joined.setdefault(name, []).append(value)
    return tuple((name, join(values)) for name, values in joined.items() if len(values) == count)


def _with_self(
    function: FunctionValue, owner: ClassValue, callers: dict[FunctionValue, list[Arguments]], arguments: Arguments
) -> Arguments:
    """Return the arguments of a method, with what all calls of it and all constructions of its class agree on.

    A construction has the attributes that `__init__` has set at its end. At its beginning, there are none.
    """
    initial = _initial(owner)
    calls = [*callers.get(function, ()), *(callers.get(initial, ()) if initial is not None else ())]
    found = [value for each in dict.fromkeys(calls) for name, value in each if name == "self"]
    instances = [each for value in found for each in alternatives(value) if isinstance(each, Instance)]
    others = tuple(each for each in arguments if each[0] != "self")
    if function is initial:
        return (*others, *(("self", Instance(each.of)) for each in instances[:1]))
    made = [_as_of(owner, each) for each in instances if owner in each.of.lineage() and not each.is_any]
    return (*others, ("self", join(made))) if made else others


def _as_of(owner: ClassValue, instance: Instance) -> Instance:
    """Return an object of a subclass as one of the class itself that has the attributes of the subclass."""
    own = list(takewhile(lambda made: made is not owner, instance.of.lineage()))
    held = {name: value for made in reversed(own) for name, value in made.attributes.items()}
    data = {name: value for name, value in held.items() if not isinstance(value, FunctionValue)}
    return Instance(owner, tuple({**data, **dict(instance.given)}.items())) if own else instance


def _initial(owner: ClassValue) -> FunctionValue | None:
    """Return the `__init__` of a class or of the class it derives from."""
    found = owner.attributes.get("__init__")
    if isinstance(found, FunctionValue):
        return found
    return next((_initial(base) for base in owner.bases if isinstance(base, ClassValue) and base is not owner), None)
