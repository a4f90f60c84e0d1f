"""Functions and classes that the program defines, and the names that this gives to pipelines, steps and outputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipesight.code.syntax.parser import parse_part
from pipesight.code.syntax.program import Unit
from pipesight.code.syntax.tree import Attribute, Call, Class, Display, Function, Name, Node, String, Subscript, called
from pipesight.zenml import api
from pipesight.zenml.kinds import Kind

from .calls import Calls
from .records import Defined, Place
from .scope import Frame
from .values import Binding, ClassValue, FunctionValue, Object, Symbol, Text, Value

_BINDINGS = {each.value: each for each in Binding if each.value} | {"cached_property": Binding.PROPERTY}


class Defining(Calls):
    """Values of `def` and `class`."""

    def function(self, unit: Unit, head: Function, decorators: Sequence[Unit], frame: Frame) -> None:
        kind, name, legacy, binding = None, head.name, False, Binding.PLAIN
        defaults: list[tuple[str, Value]] = []
        for decorator in decorators:
            self.unit = decorator
            node = decorator.decorator
            if node is None:
                continue
            value = self.value(node.value, frame)
            symbol = value if isinstance(value, Symbol) else self.unbound_decorator(node.value, value, frame)
            if symbol is not None and symbol.name in api.DECORATORS:
                kind, legacy = api.DECORATORS[symbol.name], symbol.legacy
                name = self.given_name(node.value, frame) or head.name
            binding = _BINDINGS.get(_decorating(node.value), binding)
            defaults += self.option(node.value, frame)
        self.unit = unit
        for parameter in head.parameters:
            if parameter.annotation is not None:
                self.value(parameter.annotation, frame)
        place = Place(frame.flow, self.at, unit, head)
        function = FunctionValue(place, frame, kind, name, legacy, binding, tuple(defaults))
        if kind is not None and self.depth == 0:
            self.define(unit, head, kind, name, legacy, decorators, frame)
        if self.depth == 0:
            self.functions.append(function)
        self.bind(frame, head.name, function)

    def unbound_decorator(self, node: Node, value: Value, frame: Frame) -> Symbol | None:
        """`@step` on a page about ZenML that does not show the import, or after `step = run.steps["x"]`."""
        name = _decorating(node)
        unbound = frame.flow.about_zenml and not self.binds(frame, name)
        return Symbol(name) if name in api.DECORATORS and (unbound or isinstance(value, Object)) else None

    def option(self, decorator: Node, frame: Frame) -> list[tuple[str, Value]]:
        """The default that `@click.option("--pipeline-name", default=...)` gives to a parameter."""
        if not isinstance(decorator, Call) or called(decorator) != "option":
            return []
        default = next((each.value for each in decorator.arguments if each.keyword == "default"), None)
        names = [each.value.text for each in decorator.arguments if isinstance(each.value, String) and not each.keyword]
        if default is None or not names:
            return []
        name = next((each for each in names if not each.startswith("-")), max(names, key=len))
        return [(name.lstrip("-").split("/")[0].replace("-", "_"), self.quiet(default, frame))]

    def class_(self, unit: Unit, head: Class, decorators: Sequence[Unit], frame: Frame) -> None:
        for decorator in decorators:
            self.unit = decorator
            if decorator.decorator is not None:
                self.value(decorator.decorator.value, frame)
        self.unit = unit
        bases = tuple(self.value(argument.value, frame) for argument in head.arguments if argument.keyword is None)
        kinds = [base.kind if isinstance(base, ClassValue) else _kind_of(base) for base in bases]
        kind = next((each for each in kinds if each is not None), None)
        inner = frame.scope()
        before = len(self.functions)
        self.governed(unit, head, inner)
        methods = self.functions[before:]
        made = ClassValue(Place(frame.flow, self.at, unit, head), head.name, bases, inner.names, kind)
        around = frame
        for method in methods:
            if method.frame is inner:
                adopted = replace(method, frame=around, owner=made)
                self.functions[self.functions.index(method)] = adopted
                for name, value in inner.names.items():
                    if value is method:
                        inner.names[name] = adopted
        if kind is not None and self.depth == 0:
            self.define(unit, head, kind, head.name, True, decorators, frame)
        self.bind(frame, head.name, made)

    def define(
        self,
        unit: Unit,
        head: Function | Class,
        kind: Kind,
        name: str,
        legacy: bool,
        decorators: Sequence[Unit],
        frame: Frame,
    ) -> None:
        first = decorators[0].line if decorators else unit.line
        last = _last_line(unit)
        add = self.records.defined.append
        add(Defined(kind, name, unit, head.name_start, head.name_start + len(head.name), first, last))
        if kind is Kind.STEP:
            returns, where = self.returned(unit, head)
            if returns is not None:
                for output, start, end in self.outputs(returns, where, frame):
                    add(Defined(Kind.OUTPUT, output, where, start, end, first, last, name))
        elif legacy and isinstance(head, Function):
            for parameter in head.parameters:
                add(Defined(Kind.STEP, parameter.name, unit, parameter.start, parameter.end, first, last))

    def returned(self, unit: Unit, head: Function | Class) -> tuple[Node | None, Unit]:
        """The annotation of what a step returns: a function's, or that of a class's `entrypoint`."""
        if isinstance(head, Function):
            return head.returns, unit
        for inner in unit.body:
            method = inner.header
            if isinstance(method, Function) and method.name == "entrypoint":
                return method.returns, inner
        return None, unit

    def outputs(self, node: Node, unit: Unit, frame: Frame) -> Iterator[tuple[str, int, int]]:
        """The output names in a return annotation, and where they stand."""
        if isinstance(node, String) and len(node.text) == node.inner_end - node.inner_start:
            yield from self.outputs(parse_part(unit.code.text, node.inner_start, node.inner_end), unit, frame)
        elif isinstance(node, Call) and called(node) == "Output":
            for argument in node.arguments:
                if argument.keyword is not None:
                    yield argument.keyword, argument.start, argument.start + len(argument.keyword)
        elif isinstance(node, Subscript):
            items = node.index.items if isinstance(node.index, Display) else [node.index]
            name = node.value.name if isinstance(node.value, Attribute) else getattr(node.value, "id", "")
            if name == "Annotated":
                for item in items[1:]:
                    yield from self.output_name(item, frame)
            elif name in ("Tuple", "tuple", "Optional", "Union"):
                for item in items:
                    yield from self.outputs(item, unit, frame)

    def output_name(self, node: Node, frame: Frame) -> Iterator[tuple[str, int, int]]:
        if isinstance(node, String):
            yield node.text, node.inner_start, node.inner_end
        elif isinstance(node, Call) and called(node) == "ArtifactConfig":
            for index, argument in enumerate(node.arguments):
                if argument.keyword == "name" or (index == 0 and argument.keyword is None):
                    yield from self.output_name(argument.value, frame)
        elif isinstance(node, Name):
            value = self.quiet(node, frame)
            if isinstance(value, Text) and value.text:
                yield value.text, node.start, node.end


def _last_line(unit: Unit) -> int:
    while unit.body:
        unit = unit.body[-1]
    return unit.line + unit.code.height - 1


def _decorating(node: Node) -> str:
    """The last name of a decorator."""
    if isinstance(node, Call):
        return called(node)
    return node.id if isinstance(node, Name) else node.name if isinstance(node, Attribute) else ""


def _kind_of(base: Value) -> Kind | None:
    """What classes define that derive from one of ZenML's."""
    return api.BASES.get(base.name) if isinstance(base, Symbol) else None
