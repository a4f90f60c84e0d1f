"""Calls: of ZenML's functions and members, of its collections, and whose call it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from pipesight.code.model import Thing
from pipesight.code.syntax.tree import Argument, Attribute, Call, Missing, String, called
from pipesight.zenml import api
from pipesight.zenml.api import How, Member, Parameter, Type
from pipesight.zenml.kinds import Generation, Kind, Which

from .containers import as_list, changed
from .expressions import Methods
from .functions import Functions
from .records import Defined, Opening
from .scope import Frame
from .values import (
    Bound,
    Builtin,
    ClassValue,
    FunctionValue,
    Instance,
    Integer,
    Many,
    Method,
    Object,
    Package,
    Symbol,
    Text,
    Value,
    View,
)

_DEFAULTING = frozenset(("Field", "field", "Option", "Argument", "Query", "Body", "Form"))
_OPERATIONS = ("contains:", "startswith:", "endswith:", "oneof:", "notequals:", "equals:", "gt:", "gte:", "lt:", "lte:")
_POST_EXECUTION = frozenset(("get_pipeline", "get_pipelines", "get_run", "get_unlisted_runs"))


class Calls(Functions):
    """Values of calls."""

    def call(self, node: Call, frame: Frame) -> Value:
        function = self.value(node.function, frame)
        match function:
            case Method():
                return self.call_method(node, function, frame)
            case Symbol():
                return self.call_symbol(node, function, frame)
            case FunctionValue():
                return self.call_function(node, function, frame)
            case ClassValue():
                return self.construct(node, function, frame)
            case Builtin():
                return self.call_builtin(node, function, frame)
            case Bound():
                return self.call_bound(node, function, frame)
            case View():
                return replace(function, called=True)
            case Instance():
                return self.call_instance(node, function, "__call__", frame)
            case Object(type=Type.UNSEEN | Type.UNSEEN_RUN | Type.INVOCATION):
                self.given(node, frame)
                return Object(Type.UNSEEN_RUN) if function.type is Type.UNSEEN else function
            case Package(name=name) if name.startswith("zenml.integrations"):
                return _made_step(self.given(node, frame)[1])
            case _:
                values, named = self.given(node, frame)
                return _declared_default(values, named) if called(node) in _DEFAULTING else None

    def call_method(self, node: Call, method: Method, frame: Frame) -> Value:
        receiver, name = method.receiver, method.name
        match receiver:
            case Object():
                entry = api.MEMBERS[receiver.type][name]
                return self.call_entry(node, entry, name, receiver.thing, receiver, receiver.generation, frame)
            case Many():
                return self.call_collection(node, receiver, name, frame)
            case Instance():
                return self.call_instance(node, receiver, name, frame)
            case FunctionValue():
                return self.call_decorated(node, receiver, name, frame)
            case Symbol():
                self.given(node, frame)
                return self.instance_of(receiver) if name in ("get_instance", "__call__") else None
            case _:
                return self.call_value_method(node, receiver, name, frame)

    def call_symbol(self, node: Call, symbol: Symbol, frame: Frame) -> Value:
        name = symbol.name
        if name in api.FUNCTIONS:
            generation = Generation.MIDDLE if name in _POST_EXECUTION else None
            return self.call_entry(node, api.FUNCTIONS[name], name, None, None, generation, frame)
        values, _ = self.given(node, frame)
        if name not in api.DECORATORS:
            return self.instance_of(symbol)
        given = self.given_name(node, frame) or symbol.given
        made = next((value for value in values if isinstance(value, FunctionValue)), None)
        if made is None:
            return replace(symbol, given=given)
        made = replace(made, kind=api.DECORATORS[name], name=given or made.head.name)
        if made.kind is not None and self.depth == 0:
            place, line = node.arguments[0], self.unit.line
            last = line + self.unit.code.height - 1
            self.records.defined.append(Defined(made.kind, made.name, self.unit, place.start, place.end, line, last))
        return made

    def call_decorated(self, node: Call, function: FunctionValue, name: str, frame: Frame) -> Value:
        """A method of a pipeline or step function."""
        self.given(node, frame)
        if function.kind is Kind.PIPELINE and name == "run":
            return self.invocation(function.name)
        return function if name in ("with_options", "configure", "with_config", "copy") else None

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
        if entry.how is How.SAME:
            return receiver
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

    def call_collection(self, node: Call, many: Many, name: str, frame: Frame) -> Value:
        kind = many.type.kind
        values = [self.value(argument.value, frame) for argument in node.arguments]
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
        after = changed(many, name, [as_list(value) for value in values])
        if after is not None and isinstance(node.function, Attribute):
            self.put(node.function.value, after, frame)
        return many if name == "copy" else None

    methods: ClassVar[Methods] = {**Functions.methods, Call: call}


def _made_step(named: Sequence[tuple[str, Value]]) -> Value:
    """What the factories of ZenML's integrations make: a step of the name they are given."""
    name = dict(named).get("step_name")
    return Object(Type.STEP, Thing(Kind.STEP, name.text)) if isinstance(name, Text) and name.text else None


def _declared_default(values: Sequence[Value], named: Sequence[tuple[str, Value]]) -> Value:
    """The default in `Field("x")`, `typer.Option(default="x")` and their like."""
    default = dict(named).get("default", values[0] if values else None)
    return default if isinstance(default, Text) else None


def _is_default(argument: Argument, value: Value) -> bool:
    """Whether an argument leaves a listing as it is."""
    if argument.keyword == "sort_by":
        return isinstance(value, Text) and value.text == "desc:created"
    return argument.keyword in ("size", "page", "hydrate", "project", "workspace")
