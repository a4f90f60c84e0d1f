"""Calls: of ZenML's functions and members, of its collections, and whose call it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from pipesight.code.model import Details, Thing
from pipesight.code.syntax.tree import Argument, Attribute, Call, Missing, Node, String, called
from pipesight.zenml import api
from pipesight.zenml.api import How, Member, Parameter, Type
from pipesight.zenml.kinds import Detail, Generation, Kind, Which

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
    Nothing,
    Object,
    Package,
    Symbol,
    Text,
    Value,
    View,
)

_DEFAULTING = frozenset(("Field", "field", "Option", "Argument", "Query", "Body", "Form"))
_OPERATIONS = ("contains:", "startswith:", "endswith:", "oneof:", "notequals:", "equals:", "gt:", "gte:", "lt:", "lte:")
_OWNERS = (Kind.PIPELINE, Kind.RUN)
ACTIVE_PROJECT = "<active project>"  # no name of Python's: the variable that set_active_project sets


class Calls(Functions):
    """Values of calls."""

    def call(self, node: Call, frame: Frame) -> Value:
        function = self.value(node.function, frame)
        if self.depth == 0 and frame.flow.about_zenml:
            self.define_run(node, frame)
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
                return self.instance_of(receiver) if name in api.MAKERS else None
            case _:
                return self.call_value_method(node, receiver, name, frame)

    def call_symbol(self, node: Call, symbol: Symbol, frame: Frame) -> Value:
        name = symbol.name
        if name in api.FUNCTIONS:
            return self.call_entry(node, api.FUNCTIONS[name], name, None, None, api.GENERATIONS.get(name), frame)
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
        given, details, others = self.call_arguments(node, entry, generation, receiver, frame)
        if self.depth == 0 and entry.parameters:
            opening = Opening(self.unit, node, owner, generation, member=entry, details=_scope(details))
            self.records.openings.append(opening)
        if entry.switches is not None:
            self.switch(node, frame)
        named: dict[Kind, Thing | None] = {}
        for argument, parameter, value in given:
            kind = parameter.kind
            assert kind is not None
            belongs = owner if kind is not Kind.STACK and kind is not Kind.PIPELINE else None
            if kind in (Kind.RUN, Kind.STEP) and belongs is None:
                belongs = named.get(Kind.RUN) if kind is Kind.STEP else None
                belongs = belongs or named.get(Kind.PIPELINE)
            if parameter.defines or (parameter.defines_beside and _gives(node, parameter.defines_beside)):
                self.define_name(kind, argument.value, value)
                named[kind] = self.denoted(value, kind, belongs, generation, details)
                continue
            told = _scope(details) if parameter.filters else _details_of(parameter, details)
            named[kind] = self.argument(node, argument, parameter, value, belongs, generation, name, told)
            narrows = parameter.filters and entry.result is not None and not _is_told(named[kind], kind, entry.result)
            others = others or narrows
        result = entry.result
        if entry.how is How.SAME:
            return receiver
        if result is None:
            return None
        match entry.how:
            case How.NAMED:
                thing = named.get(result.kind) if result.kind else None
                if thing is None and result.kind is not None:
                    thing = Thing(result.kind, owner=owner, generation=generation, details=details)
                return Object(result, thing, generation)
            case How.EVERY:
                wider = next(
                    (named[kind] for kind in (Kind.RUN, Kind.PIPELINE) if kind is not result.kind and kind in named),
                    owner,
                )
                same = named.get(result.kind) if result.kind is not None else None
                name_of_all = same.name if same is not None else None
                return Many(result, wider, generation, entry.keyed, others, name_of_all, details)
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
        details: Details,
    ) -> Thing | None:
        """The thing that an argument names."""
        assert parameter.kind is not None
        kind = parameter.kind
        if parameter.identifier:
            return value.of if isinstance(value, Text) and value.of is not None and value.of.kind is kind else None
        if isinstance(argument.value, String) and argument.value.text.startswith(_OPERATIONS):
            return None
        return self.denote(argument.value, value, kind, owner, generation, call, argument.keyword, node, details)

    def call_arguments(
        self, node: Call, entry: Member, generation: Generation | None, receiver: Object | None, frame: Frame
    ) -> tuple[list[tuple[Argument, Parameter, Value]], Details, bool]:
        """The arguments that name things, owners first. Then what the others tell, and whether any of them narrows."""
        given: list[tuple[Argument, Parameter, Value]] = []
        details: dict[Detail, str | int | None] = {}
        if receiver is not None and receiver.type is Type.CLIENT and entry.switches is None:
            active = self.known(frame, ACTIVE_PROJECT)
            if active is not None and not isinstance(active, Nothing):
                details[Detail.ACTIVE_PROJECT] = _plain_detail(active)
        others = False
        position = 0
        for argument in node.arguments:
            value = self.value(argument.value, frame)
            if argument.stars or (argument.keyword is None and isinstance(argument.value, Missing)):
                others = True
                continue
            parameter = entry.parameter(position, argument.keyword)
            position += argument.keyword is None
            if parameter is not None and parameter.kind is not None:
                given.append((argument, parameter, value))
                if parameter.takes_prefix and generation is Generation.MODERN:
                    details[Detail.PREFIX] = 1
                continue
            detail = api.DETAILS.get(parameter.names[0] if parameter is not None else argument.keyword or "")
            if detail is None:
                others = others or argument.keyword not in ("hydrate", "allow_name_prefix_match")
            elif not isinstance(value, Nothing):
                details[detail] = _plain_detail(value)
        given.sort(key=lambda each: _OWNERS.index(each[1].kind) if each[1].kind in _OWNERS else len(_OWNERS))
        return given, tuple(details.items()), others

    def define_name(self, kind: Kind, node: Node, value: Value) -> None:
        """A call gives its name to something new: `save_artifact(data, name="scores")`, `p.run(run_name="first")`."""
        if self.depth > 0 or not isinstance(value, Text) or not value.text or "{" in value.text:
            return
        start, end = (node.inner_start, node.inner_end) if isinstance(node, String) else (node.start, node.end)
        line = self.unit.line
        self.records.defined.append(
            Defined(kind, value.text, self.unit, start, end, line, line + self.unit.code.height - 1)
        )

    def define_run(self, node: Call, frame: Frame) -> None:
        """A call that starts a run, or prepares one, may say the run's name."""
        for argument in node.arguments:
            if argument.keyword in api.NAMES_RUN and called(node) in api.NAMES_RUN[argument.keyword]:
                self.define_name(Kind.RUN, argument.value, self.quiet(argument.value, frame))

    def switch(self, node: Call, frame: Frame) -> None:
        """`client.set_active_project("other")`: what follows asks that project."""
        value = self.quiet(node.arguments[0].value, frame) if node.arguments else None
        frame.globals.add(ACTIVE_PROJECT)
        self.bind(frame, ACTIVE_PROJECT, value if isinstance(value, Text) else Text(None))

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


def _plain_detail(value: Value) -> str | int | None:
    """The value of a detail, None where it is unknown."""
    if isinstance(value, Integer):
        return value.value
    return value.text if isinstance(value, Text) else None


def _gives(node: Call, parameter: str) -> bool:
    """Whether a call gives its first parameter, which has this name."""
    return any(argument.keyword in (None, parameter) for argument in node.arguments)


def _scope(details: Details) -> Details:
    """What of the details also holds for the owners of what is asked for."""
    return tuple(each for each in details if each[0] in (Detail.PROJECT, Detail.ACTIVE_PROJECT))


def _details_of(parameter: Parameter, details: Details) -> Details:
    """What of the details holds for the thing that this parameter names."""
    return tuple(each for each in details if each[0] is not Detail.PREFIX or parameter.takes_prefix)


def _is_told(thing: Thing | None, kind: Kind, result: Type) -> bool:
    """Whether a filter leaves a collection whose members are known: all of one owner, or all of one name."""
    if kind is result.kind:
        return thing is not None and thing.name is not None
    return kind is Kind.PIPELINE or (kind is Kind.RUN and result is Type.STEP)
