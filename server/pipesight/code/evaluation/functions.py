"""Calls of the user's own functions and classes: arguments in, results out, and what methods put on `self`."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace

from pipesight.code.model import Thing
from pipesight.code.syntax.program import Unit
from pipesight.code.syntax.tree import Attribute, Call, Header, Missing, Node, Parameter, String
from pipesight.zenml import api
from pipesight.zenml.api import Type
from pipesight.zenml.kinds import Kind, Which

from .records import Defined, Place
from .scope import Frame, holds, is_own
from .standard import Standard
from .values import (
    Binding,
    Bound,
    Builtin,
    ClassValue,
    Each,
    FunctionValue,
    Instance,
    Items,
    Nothing,
    Object,
    Record,
    Text,
    Value,
    has_origin,
    join,
    plain,
)

DEPTH = 8  # calls followed into one another


class Functions(Standard):
    """Values of calls of what the program itself defines."""

    @abstractmethod
    def governed(self, unit: Unit, head: Header, frame: Frame) -> None:
        """Runs what a header governs."""

    def call_instance(self, node: Call, receiver: Instance, name: str, frame: Frame) -> Value:
        function = self.class_member(receiver.of, name)
        if isinstance(function, FunctionValue):
            return self.call_function(node, function, frame, receiver)
        self.given(node, frame)
        if receiver.of.kind is Kind.PIPELINE and name in ("run", "__call__"):
            return self.invocation(receiver.of.name)
        return receiver if name in ("with_options", "configure") else None

    def call_function(
        self, node: Call, function: FunctionValue, frame: Frame, receiver: Instance | None = None
    ) -> Value:
        method = function.binding is not Binding.STATIC and receiver is not None
        arguments = self.bound(node, function, frame, skip=method or function.binding is Binding.CLASS)
        if function.kind is Kind.PIPELINE:
            return self.invocation(function.name)
        if function.kind is Kind.STEP:
            self.invocation_id(node)
        if method and receiver is not None:
            arguments["self"] = receiver
        self.note_call(function, arguments)
        if self.on_itself(node, frame):
            return self.follow_on_itself(function, arguments, frame)
        return self.follow(function, arguments)

    def call_bound(self, node: Call, bound: Bound, frame: Frame) -> Value:
        """A call of what `functools.partial` made."""
        if bound.function is None:
            self.given(node, frame)
            return bound.result
        arguments = self.bound(node, bound.function, frame, skip=False, taken=dict(bound.arguments))
        self.note_call(bound.function, arguments)
        return self.follow(bound.function, arguments)

    def note_call(self, function: FunctionValue, arguments: dict[str, Value]) -> None:
        """Writes a call down: the function's body runs with what all its callers agree on."""
        if self.depth == 0:
            given = tuple((name, plain(value)) for name, value in arguments.items() if name != "self")
            self.calls.append((function, given))

    def on_itself(self, node: Call, frame: Frame) -> bool:
        """Whether a method calls another one of its own object: `self.load()`, `super().load()`."""
        if frame.instance is None or not isinstance(node.function, Attribute):
            return False
        holder = node.function.value
        if isinstance(holder, Call):
            return isinstance(self.quiet(holder.function, frame), Builtin)
        return is_own(holder, frame)

    def follow_on_itself(self, function: FunctionValue, arguments: dict[str, Value], frame: Frame) -> Value:
        """What a call of the object's own method gives; what that puts on the object, is on it from here on."""
        if self.is_too_deep(function):
            return self.declared(function)
        self.depth += 1
        try:
            inside = self.enter(function, arguments)
        finally:
            self.depth -= 1
        self.helpers.add(function)
        if frame.instance is not None and inside.instance:
            frame.instance.update(inside.instance)
        return self.result(function, inside)

    def invocation_id(self, node: Call) -> None:
        """`trainer(id="second")` gives the step of that run a name of its own."""
        for argument in node.arguments:
            if argument.keyword == "id" and isinstance(argument.value, String) and self.depth == 0:
                string, line = argument.value, self.unit.line
                place = (self.unit, string.inner_start, string.inner_end, line, line + self.unit.code.height - 1)
                self.records.defined.append(Defined(Kind.STEP, string.text, *place))

    def is_too_deep(self, function: FunctionValue) -> bool:
        """Whether a call is not followed: it is a circle, or there are too many."""
        too_deep = function in self.active or len(self.active) >= DEPTH or self.budget <= 0
        self.cut_short = self.cut_short or too_deep
        return too_deep

    def follow(self, function: FunctionValue, arguments: dict[str, Value]) -> Value:
        """What a call of a user's function gives."""
        if self.is_too_deep(function):
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
        """What the body of a function gives."""
        self.depth += 1
        try:
            frame = self.enter(function, arguments)
        finally:
            self.depth -= 1
        return self.result(function, frame)

    def result(self, function: FunctionValue, frame: Frame) -> Value:
        """What a function whose body ran in `frame` gives; what it says itself, where that is unknown."""
        if frame.yields:
            element = join(frame.yields)
            return Each(element) if element is not None else self.declared(function)
        result = join(frame.returns)
        return self.declared(function) if result is None or isinstance(result, Nothing) else plain(result)

    def declared(self, function: FunctionValue) -> Value:
        """What a function says that it returns."""
        returns = function.head.returns
        return self.annotation(returns, function.frame) if returns is not None else None

    def bound(
        self,
        node: Call,
        function: FunctionValue,
        frame: Frame,
        *,
        skip: bool,
        taken: dict[str, Value] | None = None,
        complete: bool = True,
    ) -> dict[str, Value]:
        """The arguments of a call by the names of the parameters; defaults, too, if they are `complete`.

        Literals keep where they stand. With `skip` the first parameter is the object; `taken` are given already.
        """
        arguments = dict(taken or {})
        names = [each.name for each in function.head.parameters if each.stars == 0][1 if skip else 0 :]
        free = iter([name for name in names if name not in arguments])
        certain = True
        for argument in node.arguments:
            value = self.value(argument.value, frame)
            if isinstance(value, Text) and isinstance(argument.value, String) and self.depth == 0:
                value = replace(value, origin=Place(frame.flow, self.at, self.unit, argument.value))
            if argument.stars == 2 and isinstance(value, Record) and all(key is not None for key, _ in value.pairs):
                arguments.update((key, each) for key, each in value.pairs if key is not None)
            elif argument.stars == 1 and isinstance(value, Items):
                arguments.update(zip(free, value.elements, strict=False))
            elif argument.stars:
                certain = False
            elif argument.keyword is not None:
                arguments[argument.keyword] = value
            elif (name := next(free, None)) is not None and not isinstance(argument.value, Missing):
                arguments[name] = value
        missing = [each for each in function.head.parameters if each.name in names and each.name not in arguments]
        for parameter in missing if complete else ():
            if parameter.default is not None:
                arguments[parameter.name] = self.default(function, parameter) if certain else None
        return arguments

    def default(self, function: FunctionValue, parameter: Parameter) -> Value:
        """The value of a parameter that is not given."""
        given = dict(function.defaults)
        if parameter.name in given or parameter.default is None:
            return given.get(parameter.name, Nothing())
        return self.quiet(parameter.default, function.frame)

    def construct(self, node: Call, made: ClassValue, frame: Frame) -> Value:
        initial = self.class_member(made, "__init__")
        if isinstance(initial, FunctionValue):
            arguments = self.bound(node, initial, frame, skip=True)
            arguments["self"] = Instance(made)
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
            helpers, self.helpers = self.helpers, set[FunctionValue]()
            methods = [each for each in made.attributes.values() if isinstance(each, FunctionValue)]
            self.depth += 1
            try:
                for method in sorted(methods, key=lambda each: each.name != "__init__"):
                    if method.owner is made and method not in self.helpers:
                        for name, value in self.effects(method, {}).items():
                            known[name] = join((known.get(name, Nothing()), value))
            finally:
                self.depth -= 1
                fields.reads, self.reads, self.helpers = self.reads, outer, helpers
        self.reads.update(fields.reads)
        return fields.known or {}

    def effects(self, method: FunctionValue, arguments: dict[str, Value]) -> dict[str, Value]:
        """What a method with these arguments puts on `self`."""
        if self.is_too_deep(method):
            return {}
        return self.enter(method, arguments).instance or {}

    def enter(self, function: FunctionValue, arguments: dict[str, Value]) -> Frame:
        """Runs a function's body in a new scope."""
        head = function.head
        frame = function.frame.scope()
        frame.instance = {}
        unit, chunk = self.unit, self.at
        self.at = function.place.chunk
        self.unit = function.place.unit
        self.budget -= 1
        self.active.append(function)
        try:
            for index, parameter in enumerate(head.parameters):
                if index == 0 and function.owner is not None and function.binding is not Binding.STATIC:
                    frame.own = parameter.name
                    value = self.own_value(function, arguments)
                else:
                    value = self.parameter_value(function, parameter, arguments)
                frame.names[parameter.name] = value
                self.hold(parameter, value)
            self.governed(function.place.unit, head, frame)
        finally:
            self.active.pop()
            self.unit, self.at = unit, chunk
        return frame

    def own_value(self, function: FunctionValue, arguments: dict[str, Value]) -> Value:
        """What `self` or `cls` is."""
        owner = function.owner
        assert owner is not None
        if function.binding is Binding.CLASS:
            return owner
        given = arguments.get("self")
        return given if isinstance(given, Instance) else Instance(owner)

    def parameter_value(self, function: FunctionValue, parameter: Parameter, arguments: dict[str, Value]) -> Value:
        if parameter.stars:
            return None
        name = parameter.name
        value = arguments[name] if name in arguments else self.default(function, parameter)
        if isinstance(value, Nothing) and name not in arguments:
            value = self.fixture(function, name)
        if (value is None or isinstance(value, Nothing)) and parameter.annotation is not None:
            value = self.annotation(parameter.annotation, function.frame)
        return value

    def fixture(self, function: FunctionValue, name: str) -> Value:
        """What pytest passes to a test or to another fixture: what the fixture of the parameter's name gives."""
        if not function.takes_fixtures:
            return None
        flow = function.place.flow
        found: Value = None
        for where in (flow, *flow.conftests()):
            self.reads[where, name] = found = where.read(name)
            if isinstance(found, FunctionValue):
                break
        if found is None and flow.about_zenml:
            return _known_fixture(name)
        if not isinstance(found, FunctionValue) or found.binding is not Binding.FIXTURE or found is function:
            return None
        value = self.follow(found, {})
        return self.element(value) if isinstance(value, Each) else value

    def given_name(self, decorator: Node, frame: Frame) -> str | None:
        """The `name=` of a decorator."""
        if isinstance(decorator, Call):
            for argument in decorator.arguments:
                if argument.keyword == "name":
                    value = self.quiet(argument.value, frame)
                    return value.text if isinstance(value, Text) else None
        return None


def _known_fixture(name: str) -> Value:
    """What a fixture of a file that is not there gives, where its name tells: those of ZenML's own tests."""
    if name.startswith(("clean_client", "clean_repo", "clean_workspace", "clean_project")):
        return Object(Type.CLIENT)
    return Object(Type.UNSEEN) if api.is_pipeline_name(name) else None
