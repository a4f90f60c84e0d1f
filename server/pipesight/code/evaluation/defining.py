"""Evaluate definitions of functions and classes, and record the names of pipelines, steps and outputs in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipesight.code.syntax.parser import parse_part
from pipesight.code.syntax.program import Unit
from pipesight.code.syntax.tree import (
    Attribute,
    Call,
    ClassDef,
    Constant,
    FunctionDef,
    Name,
    Node,
    Return,
    String,
    Subscript,
    called,
    elements,
    last_name,
)
from pipesight.zenml import module_names
from pipesight.zenml.kinds import Kind

from .alternatives import as_default, only
from .binding import bound_by, changed_in, handed_in, nodes_in, shared_names
from .changing import disturb, is_of_module
from .evaluation import Evaluation
from .functions import cache_of, given_name
from .giving import give_name
from .joins import join
from .objects import Object, Symbol
from .records import Defined
from .values import UNKNOWN, Binding, ClassValue, Frame, FunctionValue, NodePlace, Text, Value, ancestors_of, reach

_SETTINGS = "BaseSettings"  # the class of Pydantic whose objects read their attributes from the environment
_CACHES = frozenset(("cache", "cached_property", "lru_cache"))
_BINDINGS = {each.value: each for each in Binding if each.value} | {"cached_property": Binding.PROPERTY}


def function_def(ev: Evaluation, unit: Unit, head: FunctionDef, decorators: Sequence[Unit], frame: Frame) -> None:
    """Run a `def` statement."""
    kind, name, legacy, binding = None, head.name, False, Binding.PLAIN
    given: tuple[Unit, int, int] | None = None
    defaults: list[tuple[str, Value]] = []
    transparent, is_cached = True, False
    for node in _decorators(ev, decorators):
        value = ev.value(node, frame)
        transparent = transparent and not (isinstance(value, FunctionValue) and not _hands_on(value))
        symbol = value if isinstance(value, Symbol) else _unbound_decorator(ev, node, value, frame)
        if symbol is not None and symbol.name in module_names.DECORATORS:
            kind, legacy = module_names.DECORATORS[symbol.name], symbol.legacy
            named = given_name(ev, node, frame)
            given = (ev.unit, *_name_in(node)) if named else None
            name = named or head.name
        made_by = last_name(node.function if isinstance(node, Call) else node)
        binding, is_cached = _BINDINGS.get(last_name(node), binding), is_cached or made_by in _CACHES
        defaults += _option(ev, node, frame)
    ev.unit = unit
    defaults += _variables_as_defaults(ev, unit, head, frame)
    place = NodePlace(frame.module, ev.chunk, unit, head)
    function = FunctionValue(
        place, frame, kind, name, legacy, binding, tuple(defaults), None, _bound_again(ev, unit, frame), is_cached
    )
    if kind is not None and ev.quiet == 0:
        _define(ev, unit, head, _DefinedThing(kind, name, legacy, decorators, given), frame)
    if ev.quiet == 0:
        ev.outcome.functions.append(function)
    if is_cached and ev.known(frame, kept := cache_of(head.name)) != UNKNOWN:
        ev.bind(frame, kept, UNKNOWN)
    ev.bind(frame, head.name, function if transparent or kind is not None else UNKNOWN)
    if frame.parent is not None and isinstance(only(frame.names.get(head.name, UNKNOWN)), FunctionValue):
        _change_around(ev, unit, frame)


def _bound_again(ev: Evaluation, unit: Unit, frame: Frame) -> frozenset[str]:
    """Return the variables that the function around an inner function binds before it and after it."""
    if is_of_module(frame) or not ev.stack.active:
        return frozenset()
    bound = {name for each in frame.scopes() for name in each.names} & unit.words
    later = [each for each in ev.stack.active[-1].place.unit.body if each.end > unit.end] if bound else []
    return frozenset(bound.intersection(bound_by(later)))


def _hands_on(decorator: FunctionValue) -> bool:
    """Return whether a decorator gives the function back, or one that calls it with the same arguments."""
    parameters = decorator.head.parameters
    nodes = nodes_in(decorator.place.unit.body)
    name = parameters[0].name if parameters else None
    calls = [node for node in nodes if isinstance(node, Call) and _is_named(node.function, name)]
    if calls:
        return all(any(each.stars for each in call.arguments) for call in calls)
    return any(isinstance(node, Return) and node.value is not None and _is_named(node.value, name) for node in nodes)


def _is_named(node: Node, name: str | None) -> bool:
    return isinstance(node, Name) and node.id == name


def _change_around(ev: Evaluation, unit: Unit, frame: Frame) -> None:
    """Make unknown the outer variables that a function changes. From here on, code may call it at any time."""
    around = {name: value for each in reversed([*frame.chain()]) if each.parent for name, value in each.names.items()}
    for name in shared_names(unit) & around.keys() if "nonlocal" in unit.words else ():
        ev.bind(frame, name, join((ev.lookup(frame, name), UNKNOWN)))
    held = [name for name in unit.words & around.keys() if reach(around[name])]
    changed = changed_in(unit) | handed_in(unit)
    disturb(ev, [around[name] for name in held if name in changed], frame)


def _variables_as_defaults(ev: Evaluation, unit: Unit, head: FunctionDef, frame: Frame) -> Iterator[tuple[str, Value]]:
    """Yield the defaults of parameters that are variables, which may have another value at a call."""
    for parameter in head.parameters:
        annotation = parameter.annotation
        if annotation is not None and "(" in unit.code.text[annotation.start : annotation.end]:
            ev.value(annotation, frame)  # an annotation without a call contains no names
        if isinstance(parameter.default, (Name, Attribute)):
            yield parameter.name, ev.quietly(parameter.default, frame)


def _decorators(ev: Evaluation, decorators: Sequence[Unit]) -> Iterator[Node]:
    for decorator in decorators:
        ev.unit = decorator
        if decorator.decorator is not None:
            yield decorator.decorator.value


def _name_in(decorator: Node) -> tuple[int, int]:
    """Return the span of the `name=` of a decorator: the text of a plain string, or the whole expression."""
    arguments = decorator.arguments if isinstance(decorator, Call) else ()
    value = next(each.value for each in arguments if each.keyword == "name")
    if isinstance(value, String) and len(value.text) == value.inner_end - value.inner_start:
        return value.inner_start, value.inner_end
    return value.start, value.end


def _unbound_decorator(ev: Evaluation, node: Node, value: Value, frame: Frame) -> Symbol | None:
    """Evaluate `@step` in documentation that does not show its import, or after `step = run.steps["x"]`."""
    name = last_name(node)
    unbound = frame.module.about_zenml and not ev.binds(frame, name)
    return Symbol(name) if name in module_names.DECORATORS and (unbound or isinstance(only(value), Object)) else None


def _option(ev: Evaluation, decorator: Node, frame: Frame) -> list[tuple[str, Value]]:
    """Return the default that `@click.option("--pipeline-name", default=...)` gives to a parameter."""
    if not isinstance(decorator, Call) or called(decorator) != "option":
        return []
    default = next((each.value for each in decorator.arguments if each.keyword == "default"), None)
    names = [each.value.text for each in decorator.arguments if isinstance(each.value, String) and not each.keyword]
    if default is None or not names:
        return []
    name = next((each for each in names if not each.startswith("-")), max(names, key=len))
    return [(name.lstrip("-").split("/")[0].replace("-", "_"), as_default(ev.quietly(default, frame)))]


def class_def(ev: Evaluation, unit: Unit, head: ClassDef, decorators: Sequence[Unit], frame: Frame) -> None:
    """Run a `class` statement."""
    values = [ev.value(node, frame) for node in _decorators(ev, decorators)]
    ev.unit = unit
    bases = tuple(only(ev.value(argument.value, frame)) for argument in head.arguments if argument.keyword is None)
    kinds = [base.kind if isinstance(base, ClassValue) else _kind_of(base) for base in bases]
    kind = next((each for each in kinds if each is not None), None)
    inner = frame.scope()
    before = len(ev.outcome.functions)
    ev.interpreter.run_body(ev, unit, head, inner)
    if any(last_name(argument.value) == _SETTINGS for argument in head.arguments):
        inner.names.update((name, as_default(value)) for name, value in inner.names.items())
    place = NodePlace(frame.module, ev.chunk, unit, head)
    made = ClassValue(place, head.name, bases, inner.names, kind, ancestors_of(bases))
    _adopt(ev, before, inner, frame, made)
    if kind is not None and ev.quiet == 0:
        _define(ev, unit, head, _DefinedThing(kind, head.name, True, decorators), frame)
    ev.bind(frame, head.name, UNKNOWN if any(map(_changes_class, values)) else made)


def _changes_class(decorator: Value) -> bool:
    """Return whether a decorator is a function of the user's that may change the class."""
    if not isinstance(decorator, FunctionValue):
        return False
    unit, parameters = decorator.place.unit, decorator.head.parameters
    return "setattr" in unit.words or any(each.name in changed_in(unit) for each in parameters)


def _adopt(ev: Evaluation, before: int, inner: Frame, around: Frame, made: ClassValue) -> None:
    """Turn the functions in the body of a class into methods. They do not see the names of that body."""
    functions = ev.outcome.functions
    for index in range(before, len(functions)):
        method = functions[index]
        if method.frame is inner:
            functions[index] = adopted = replace(method, frame=around, owner=made)
            for name, value in inner.names.items():
                if value is method:
                    inner.names[name] = adopted


# Names of the history


@dataclass(frozen=True, slots=True)
class _DefinedThing:
    """A pipeline, a step or an output that a `def` or `class` defines."""

    kind: Kind
    name: str
    legacy: bool
    decorators: Sequence[Unit]
    given: tuple[Unit, int, int] | None = None


def _define(ev: Evaluation, unit: Unit, head: FunctionDef | ClassDef, made: _DefinedThing, frame: Frame) -> None:
    first = made.decorators[0].line if made.decorators else unit.line
    last = unit.end - 1
    add = ev.outcome.records.defined.append
    place = (unit, head.name_start, head.name_start + len(head.name), first, last)
    add(Defined(made.kind, made.name, *place, parameters=_parameters(head, made), given=made.given))
    if made.kind is Kind.STEP:
        returns, where = _returned(unit, head)
        for output, start, end in _outputs(ev, returns, where, frame) if returns is not None else ():
            add(Defined(Kind.OUTPUT, output, where, start, end, first, last, made.name))
    elif made.legacy and isinstance(head, FunctionDef):
        for parameter in head.parameters:
            add(Defined(Kind.STEP, parameter.name, unit, parameter.start, parameter.end, first, last))


def _parameters(head: FunctionDef | ClassDef, made: _DefinedThing) -> tuple[str, ...] | None:
    """Return the parameters of a function. In ZenML's first releases they are a class, so none are certain."""
    if made.legacy or not isinstance(head, FunctionDef) or any(each.stars == 2 for each in head.parameters):
        return None
    return tuple(each.name for each in head.parameters if not each.stars)


def _returned(unit: Unit, head: FunctionDef | ClassDef) -> tuple[Node | None, Unit]:
    """Return the annotation of a step's result: that of the function, or of the class's `entrypoint`."""
    if isinstance(head, FunctionDef):
        return head.returns, unit
    for inner in unit.body:
        method = inner.header
        if isinstance(method, FunctionDef) and method.name == "entrypoint":
            return method.returns, inner
    return None, unit


def output_names(ev: Evaluation, function: FunctionValue) -> tuple[str, ...] | None:
    """Return the names of a step's outputs in their order, as ZenML derives them. None if the code does not tell."""
    returns = function.head.returns
    if isinstance(returns, String):
        returns = parse_part(function.place.unit.code.text, returns.inner_start, returns.inner_end)
    match returns:
        case None:
            return None
        case Constant(value=None):
            return ()
        case Call() if called(returns) == "Output":
            return tuple(argument.keyword or "" for argument in returns.arguments)
        case Subscript() if last_name(returns.value) in ("Tuple", "tuple") and not _is_of_any_length(returns):
            parts = enumerate(elements(returns.index))
            return tuple(_output_called(ev, part, function) or f"output_{number}" for number, part in parts)
        case _:
            return (_output_called(ev, returns, function) or "output",)


def give_outputs(ev: Evaluation, node: Node, frame: Frame) -> None:
    """Record the names of outputs in an annotation that a variable stands for: `Score = Annotated[float, "score"]`."""
    if isinstance(node, Subscript) and ev.quiet == 0:
        names = [name for name, _, _ in _outputs(ev, node, ev.unit, frame)]
        ev.outcome.records.patterns += [(Kind.OUTPUT, re.escape(name)) for name in names]


def _is_of_any_length(annotation: Subscript) -> bool:
    """Return whether it is `tuple[int, ...]`, which is one output."""
    last = elements(annotation.index)[-1:]
    return any(isinstance(each, Constant) and each.value is ... for each in last)


def _output_called(ev: Evaluation, node: Node, function: FunctionValue) -> str | None:
    """Return the name that an annotation gives to one output."""
    named = [name for name, _, _ in _outputs(ev, node, function.place.unit, function.frame)]
    return named[0] if len(named) == 1 else None


def _outputs(ev: Evaluation, node: Node, unit: Unit, frame: Frame) -> Iterator[tuple[str, int, int]]:
    """Yield the output names in a return annotation, with their positions."""
    match node:
        case String() if len(node.text) == node.inner_end - node.inner_start:
            inner = parse_part(unit.code.text, node.inner_start, node.inner_end)
            yield from _outputs(ev, inner, unit, frame)
        case Call() if called(node) == "Output":
            for argument in node.arguments:
                if argument.keyword is not None:
                    yield argument.keyword, argument.start, argument.start + len(argument.keyword)
        case Subscript():
            yield from _subscripted_outputs(ev, node, unit, frame)
        case _:
            pass


def _subscripted_outputs(ev: Evaluation, node: Subscript, unit: Unit, frame: Frame) -> Iterator[tuple[str, int, int]]:
    items, name = elements(node.index), last_name(node.value)
    if name == "Annotated":
        for item in items[1:]:
            yield from _output_name(ev, item, frame)
    elif name in ("Tuple", "tuple", "Optional", "Union"):
        for item in items:
            yield from _outputs(ev, item, unit, frame)


def _output_name(ev: Evaluation, node: Node, frame: Frame) -> Iterator[tuple[str, int, int]]:
    match node:
        case String() if "{" in node.text:
            give_name(ev, Kind.OUTPUT, node, Text(node.text), frame)
        case String():
            yield node.text, node.inner_start, node.inner_end
        case Call() if called(node) == "ArtifactConfig":
            for index, argument in enumerate(node.arguments):
                if argument.keyword == "name" or (index == 0 and argument.keyword is None):
                    yield from _output_name(ev, argument.value, frame)
        case Name():
            value = only(ev.quietly(node, frame))
            if isinstance(value, Text) and value.text:
                yield value.text, node.start, node.end
        case _:
            pass


def _kind_of(base: Value) -> Kind | None:
    """Return the kind that a class defines if it derives from one of ZenML's."""
    return module_names.BASES.get(base.name) if isinstance(base, Symbol) else None
