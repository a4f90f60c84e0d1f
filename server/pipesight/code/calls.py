"""Calls: arguments in, results out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from . import api
from .api import How, Member, Parameter, Type
from .members import Members
from .model import Generation, Kind, Thing, Which
from .program import Unit
from .recorder import SAME_ELEMENTS
from .records import Defined, Opening, Place
from .scope import Frame, holds
from .tree import Argument, Call, Function, Header, Lambda, Missing, Node, String, called
from .values import (
    ClassValue,
    Each,
    FunctionValue,
    Instance,
    Integer,
    Items,
    Many,
    Method,
    Nothing,
    Object,
    Partial,
    Record,
    Symbol,
    Text,
    Value,
    View,
    has_origin,
    join,
    plain,
)

DEPTH = 8  # calls followed into one another
_DEFAULTING = frozenset(("Field", "field", "Option", "Argument", "Query", "Body", "Form"))
_OPERATIONS = ("contains:", "startswith:", "endswith:", "oneof:", "notequals:", "equals:", "gt:", "gte:", "lt:", "lte:")
_POST_EXECUTION = frozenset(("get_pipeline", "get_pipelines", "get_run", "get_unlisted_runs"))

if TYPE_CHECKING:
    from .flow import Flow
    from .program import Chunk


class Calls(Members):
    """Values of calls: of ZenML's members, of the user's functions and classes, of Python's own."""

    def __init__(self, flow: Flow, chunk: Chunk) -> None:
        super().__init__(flow, chunk)
        self.methods[Call] = self.call

    @abstractmethod
    def governed(self, unit: Unit, head: Header, frame: Frame) -> None:
        """Runs what a header governs."""

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
                values = self.values(node, frame)
                return self.declared_default(node, values) if called(node) in _DEFAULTING else None

    def declared_default(self, node: Call, values: Sequence[Value]) -> Value:
        """The default in `Field("x")`, `typer.Option(default="x")` and their like."""
        for argument, value in zip(node.arguments, values, strict=True):
            if isinstance(value, Text) and (argument.keyword == "default" or argument is node.arguments[0]):
                return value if argument.keyword in (None, "default") else None
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
        given = [values[id(a)] for a in iterables]
        given += [values[id(a)] for a in arguments if a.keyword == "default" and id(a) in values]
        return self.builtin(name, source, given)

    def builtin(self, name: str, source: Value, values: Sequence[Value]) -> Value:
        if name in SAME_ELEMENTS:
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
            given = tuple((name, plain(value)) for name, value in arguments.items() if name != "self")
            self.calls.append((function, given))
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
        if function in self.active or len(self.active) >= DEPTH or self.budget <= 0:
            self.cut_short = True
            return self.declared(function)
        if any(has_origin(value) for value in arguments.values()):
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
        return plain(result)

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
                passed = {name: plain(value) for name, value in arguments.items()}
                passed["self"] = Instance(made, tuple((name, plain(value)) for name, value in given.items()))
                self.calls.append((initial, tuple(passed.items())))
            return Instance(made, tuple(given.items()))
        names = iter([name for name, value in made.attributes.items() if not isinstance(value, FunctionValue)])
        given: dict[str, Value] = {}
        for argument in node.arguments:
            name = argument.keyword or next(names, "")
            given[name] = self.value(argument.value, frame)
        return Instance(made, tuple(given.items()))

    def invocation(self, name: str) -> Value:
        """What calling a pipeline gives."""
        owner = Thing(Kind.PIPELINE, name)
        return Object(Type.INVOCATION, Thing(Kind.RUN, None, Which.LAST, None, owner))

    def fields(self, made: ClassValue) -> dict[str, Value]:
        """What methods put on `self`."""
        fields = made.fields
        if fields.known is None or not holds(fields.reads):
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
        if method in self.active or len(self.active) >= DEPTH or self.budget <= 0:
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
                elif parameter.name not in arguments:
                    value = dict(function.defaults).get(parameter.name, value)
                    if parameter.default is not None:
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

    def given_name(self, decorator: Node, frame: Frame) -> str | None:
        """The `name=` of a decorator."""
        if isinstance(decorator, Call):
            for argument in decorator.arguments:
                if argument.keyword == "name":
                    value = self.quiet(argument.value, frame)
                    return value.text if isinstance(value, Text) else None
        return None


def _is_default(argument: Argument, value: Value) -> bool:
    """Whether an argument leaves a listing as it is."""
    if argument.keyword == "sort_by":
        return isinstance(value, Text) and value.text == "desc:created"
    return argument.keyword in ("size", "page", "hydrate", "project", "workspace")
