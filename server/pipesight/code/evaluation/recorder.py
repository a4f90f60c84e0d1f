"""The ground of every evaluation: looks names up, and writes down the places that denote things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipesight.code.model import Details, Form, Thing
from pipesight.code.syntax.program import Chunk, Unit
from pipesight.code.syntax.tree import (
    Attribute,
    Await,
    Binary,
    Boolean,
    Call,
    Conditional,
    Constant,
    Joined,
    Name,
    Node,
    String,
    Subscript,
    called,
)
from pipesight.zenml.api import FUNCTIONS, Type
from pipesight.zenml.kinds import Generation, Kind, Which

from .records import Found, Held, Records
from .scope import BUILTINS, Arguments, Frame, Reads
from .values import (
    Builtin,
    ClassValue,
    FunctionValue,
    Imported,
    Instance,
    Many,
    Nothing,
    Object,
    Package,
    Symbol,
    Text,
    Value,
    join,
)

if TYPE_CHECKING:
    from .flow import Flow


# What a name stands for that nothing in the program binds, where the program is about ZenML: the pages of its
# documentation, and notebooks whose first cells are missing, call things so.
CONVENTIONS: dict[str, Value] = {
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
    "zenml": Package("zenml"),
    "zenml_client": Object(Type.CLIENT, None, Generation.MODERN),
    **{
        name: Symbol(name)
        for name in ("Client", "Repository", "StepContext", "Model", *FUNCTIONS)
        if name not in ("get_run",)
    },
}
BUDGET = 100  # calls followed for one top-level statement


class Recorder:
    """Looks names up and writes down what is found."""

    def __init__(self, flow: Flow, chunk: Chunk) -> None:
        self.flow = flow
        self.home = self.at = chunk
        self.unit = chunk.units[0]
        self.reads: Reads = {}
        self.records = Records()
        self.calls: list[tuple[FunctionValue, Arguments]] = []
        self.functions: list[FunctionValue] = []
        self.globals: dict[str, Value] = {}
        self.depth = 0  # above 0 while a called function's body is followed: it records nothing of its own
        self.budget = BUDGET
        self.active: list[FunctionValue] = []
        self.operands: dict[Node, Value] = {}  # of what chooses between two: `a or b`, `a if x else b`
        self.helpers: set[FunctionValue] = set()  # methods that others of their object call
        self.cut_short = False  # whether a call was not followed because there are too many

    def mark(self) -> tuple[int, ...]:
        """How much is written down so far."""
        return tuple(len(each) for each in self._written())

    def forget(self, mark: tuple[int, ...]) -> None:
        """Take back what was written down since."""
        for each, count in zip(self._written(), mark, strict=True):
            del each[count:]

    def _written(self) -> tuple[list[Any], ...]:
        records = self.records
        lists = (records.found, records.openings, records.held, records.dots, records.defined)
        return (*lists, self.calls, self.functions)

    def lookup(self, frame: Frame, name: str) -> Value:
        """What a name stands for; one that nothing binds, by what such a name is usually given to."""
        value = self.known(frame, name)
        if value is None and name in CONVENTIONS and frame.flow.about_zenml:
            return None if self.binds(frame, name) or name in frame.flow.foreign() else CONVENTIONS[name]
        return value

    def binds(self, frame: Frame, name: str) -> bool:
        """Whether a name is bound, here or around, to whatever."""
        if frame.binds(name):
            return True
        bound = self.reads[frame.flow.bound_names, name] = frame.flow.binds(name)
        return bound

    def known(self, frame: Frame, name: str) -> Value:
        """What a name was bound to."""
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
        return Builtin(name) if value is None and name in BUILTINS else value

    def bind(self, frame: Frame, name: str, value: Value) -> None:
        if name in frame.globals and self.depth == 0:
            self.globals[name] = join((self.globals.get(name, Nothing()), value))
        frame.names[name] = value

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
        details: Details = (),
    ) -> Thing:
        """The thing of `kind` that an expression names, recorded as a place."""
        if isinstance(node, Call) and called(node) == "UUID" and node.arguments:
            node = node.arguments[0].value
        if isinstance(node, String):
            thing = Thing(kind, node.text or None, None, None, owner, generation, details)
            self.literal(self.unit, node, thing, call, keyword, whole)
            return thing
        if (either := _either(node)) is not None:
            for each in either:
                self.denote(each, self.operands.get(each), kind, owner, generation, call, keyword, whole, details)
            return Thing(kind, value.text if isinstance(value, Text) else None, None, None, owner, generation, details)
        thing = self.denoted(value, kind, owner, generation, details)
        if _is_plain(node):
            return thing
        if isinstance(value, Text) and value.origin is not None:
            origin = value.origin
            if isinstance(origin.node, String) and origin.chunk is self.home:
                self.literal(origin.unit, origin.node, thing, call, keyword, origin.node, passed=True)
        form = Form.OBJECT if _is_object(value) else Form.VARIABLE
        self.find(node.start, node.end, whole, thing, form, call, keyword)
        return thing

    def denoted(
        self, value: Value, kind: Kind, owner: Thing | None, generation: Generation | None, details: Details = ()
    ) -> Thing:
        if isinstance(value, Text):
            if value.of is not None and value.of.kind is kind and value.of.which is not Which.ANY:
                return _within(value.of, owner)
            return Thing(kind, value.text, Which.ANY if value.of else None, None, owner, generation, details)
        if isinstance(value, (FunctionValue, ClassValue)) and value.kind is kind:
            return Thing(kind, value.name, None, None, owner, generation, details)
        if isinstance(value, Instance) and value.of.kind is kind:
            return Thing(kind, value.of.name, None, None, owner, generation, details)
        if isinstance(value, Object) and value.thing is not None:
            found = value.thing.nearest(kind)
            if found is not None:
                return _within(found, owner)
        return Thing(kind, None, None, None, owner, generation, details)

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


def _either(node: Node) -> Sequence[Node] | None:
    """The expressions that an argument chooses from: `a or b`, `a if x else b`."""
    match node:
        case Conditional():
            found = (node.body, node.otherwise)
        case Boolean(operator="or"):
            found = (node.left, node.right)
        case Boolean():
            found = (node.right,)
        case _:
            return None
    return [each for each in found if not isinstance(each, Constant)]


def _within(thing: Thing, owner: Thing | None) -> Thing:
    """A thing that is asked for by the name of another one: that of this owner."""
    return thing if owner is None or thing.name is None else replace(thing, owner=owner)


def _is_plain(node: Node) -> bool:
    """Whether an argument is no way to pass a name: a number, nothing at all, pieces of a literal."""
    if isinstance(node, Joined):
        return all(isinstance(part, String) for part in node.parts)
    return not isinstance(node, (Name, Attribute, Call, Subscript, Binary, Boolean, Await))


def _is_object(value: Value) -> bool:
    if isinstance(value, Object):
        return value.thing is None or value.thing.which is not Which.ANY
    if isinstance(value, (FunctionValue, ClassValue)):
        return value.kind is not None
    return isinstance(value, Instance) and value.of.kind is not None
