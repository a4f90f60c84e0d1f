"""Evaluate calls: pass each one to the function that evaluates calls of such a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipesight.code.model import Thing
from pipesight.code.syntax.tree import Attribute, BinOp, Call, Name, Node, String, called
from pipesight.zenml import api, declarations, module_names
from pipesight.zenml.declarations import How, Member, Parameter, Type
from pipesight.zenml.kinds import Kind, Which

from .alternatives import alternatives, as_default, only, says_nothing
from .annotations import instance_of
from .assigning import holder_of, put, set_attribute
from .changing import disturb
from .containers import as_list, changed, element
from .defining import output_names
from .evaluation import Evaluation
from .functions import (
    call_bound,
    call_function,
    call_instance,
    construct,
    follow,
    given,
    given_name,
    invocation,
)
from .giving import give_names, pipeline_called
from .handing import arrived, call_runner
from .harmless import is_harmless
from .invoking import MAPS, Called, call_produced, invoke
from .joins import data_of, join
from .loading import call_loaded, pass_loaded
from .member_calls import MemberCall, call_member
from .naming import Asked, denote
from .objects import CollectionView, Loaded, Many, Object, StepParameter, Symbol
from .ordering import after
from .records import ConfigurationPath, Defined, Opening
from .standard import call_builtin, call_value_method
from .values import (
    NONE,
    UNKNOWN,
    Bound,
    Builtin,
    ClassValue,
    Frame,
    FunctionValue,
    Future,
    Instance,
    Integer,
    Method,
    Package,
    Produced,
    Runner,
    Single,
    Text,
    Value,
)
from .words import WordArgument, WordCall, record_words

_SETS_ATTRIBUTE = frozenset(("__delattr__", "__setattr__", "object", "setattr"))
_FIELDS = frozenset(("Field", "field"))  # fields of a class, whose default holds unless the constructor gets a value
_OPTIONS_OF_CALLERS = frozenset(("Option", "Argument", "Query", "Body", "Form"))
_OPTIONS = ("tags", "experiment_tracker", "step_operator")


def call(ev: Evaluation, node: Call, frame: Frame) -> Value:
    """Evaluate a call for each alternative of the called object."""
    function = ev.value(node.function, frame)
    if ev.quiet == 0 and frame.module.about_zenml:
        give_names(ev, node, only(function), frame)
        _configure(ev, node, only(function), frame)
    callable_ = [each for each in alternatives(function) if not says_nothing(each)]
    return join(_call(ev, node, each, frame) for each in callable_ or [UNKNOWN])


def _call(ev: Evaluation, node: Call, function: Single, frame: Frame) -> Value:
    match function:
        case Method():
            return _call_method(ev, node, function, frame)
        case Symbol():
            return _call_symbol(ev, node, function, frame)
        case FunctionValue():
            return _call_function(ev, node, function, frame)
        case StepParameter():
            given(ev, node, frame)
            return invoke(ev, node, Called(function.name), frame)
        case ClassValue():
            return construct(ev, node, function, frame)
        case Builtin():
            return call_builtin(ev, node, function, frame)
        case Bound():
            return call_bound(ev, node, function, frame)
        case CollectionView():
            return replace(function, called=True)
        case Instance():
            return _call_object(ev, node, function, frame)
        case _:
            return _call_other(ev, node, function, frame)


def _call_function(ev: Evaluation, node: Call, function: FunctionValue, frame: Frame) -> Value:
    value = call_function(ev, node, function, frame)
    if function.kind is not Kind.STEP:
        return value
    return invoke(ev, node, Called(function.name, output_names(ev, function), value), frame)


def _call_other(ev: Evaluation, node: Call, function: Single, frame: Frame) -> Value:
    """Evaluate a call of something that is known only in part, such as a pipeline of a file that cannot be read."""
    if called(node) in _SETS_ATTRIBUTE and isinstance(node.function, Attribute) and len(node.arguments) > 1:
        return _set_plainly(ev, node, node.function.value, frame)
    match function:
        case Object(type=Type.UNSEEN | Type.UNSEEN_RUN | Type.INVOCATION):
            given(ev, node, frame)
            return Object(Type.UNSEEN_RUN) if function.type is Type.UNSEEN else function
        case Package(name=name) if name.startswith("zenml.integrations"):
            return _made_step(given(ev, node, frame)[1])
        case _ if called(node) == "run_in_executor":  # only event loops have a method of this name
            return call_runner(ev, node, "run_in_executor", frame)
        case _:
            values, named = given(ev, node, frame)
            passed = [*values, *(value for _, value in named)]
            pass_loaded(ev, node.function, passed, frame)
            _pass(ev, node, function, passed, frame)
            return _declared_default(called(node), values, named)


def _set_plainly(ev: Evaluation, node: Call, holder: Node, frame: Frame) -> Value:
    """Evaluate `object.__setattr__(self, "name", value)`, `super().__setattr__("name", value)` and `patch.object`."""
    values = given(ev, node, frame)[0]
    if len(values) == 3:
        set_attribute(ev, values[0], node.arguments[0].value, values[1:], frame)
    elif values:
        receiver = only(ev.quietly(holder, frame))
        if not isinstance(receiver, Instance) and frame.own is not None:
            receiver, holder = ev.known(frame, frame.own), Name(node.start, node.start, frame.own)
        set_attribute(ev, receiver, holder, values, frame)
    return NONE


def _pass(ev: Evaluation, node: Call, function: Single, passed: Sequence[Value], frame: Frame) -> None:
    """Make unknown what is passed to a function that cannot be followed, unless the function changes nothing."""
    calls_back = any(isinstance(each, (FunctionValue, Bound, Method)) for each in passed)
    if calls_back or not is_harmless(ev, node.function, function, frame):
        disturb(ev, passed, frame)


def _call_method(ev: Evaluation, node: Call, method: Method, frame: Frame) -> Value:
    receiver, name = method.receiver, method.name
    match receiver:
        case Object():
            asked = MemberCall(node, api.MEMBERS[receiver.type][name], name, receiver.thing, receiver.generation)
            return call_member(ev, asked, receiver, frame)
        case Many():
            return _call_collection(ev, node, receiver, name, frame)
        case Instance():
            return call_instance(ev, node, receiver, name, frame)
        case Runner():
            return call_runner(ev, node, name, frame)
        case Future():
            given(ev, node, frame)
            return arrived(receiver.value) if name in ("result", "get") else UNKNOWN
        case FunctionValue():
            return _call_decorated(ev, node, receiver, name, frame)
        case Produced():
            given(ev, node, frame)
            return call_produced(receiver, name)
        case Loaded():
            return call_loaded(ev, node, receiver, name, frame)
        case Symbol():
            given(ev, node, frame)
            return instance_of(receiver) if name in module_names.MAKERS else UNKNOWN
        case _:
            return call_value_method(ev, node, method, frame)


def _call_object(ev: Evaluation, node: Call, receiver: Instance, frame: Frame) -> Value:
    """Evaluate the call of an object of a user's class, which may be a step."""
    value = call_instance(ev, node, receiver, "__call__", frame)
    made = receiver.of
    if made.kind is not Kind.STEP:
        return value
    entrypoint = made.member("entrypoint")
    outputs = output_names(ev, entrypoint) if isinstance(entrypoint, FunctionValue) else None
    return invoke(ev, node, Called(made.name, outputs, value), frame)


def _call_symbol(ev: Evaluation, node: Call, symbol: Symbol, frame: Frame) -> Value:
    name = symbol.name
    if name in module_names.FUNCTIONS:
        asked = MemberCall(node, module_names.FUNCTIONS[name], name, None, module_names.GENERATIONS.get(name))
        return call_member(ev, asked, None, frame)
    values, _ = given(ev, node, frame)
    if name not in module_names.DECORATORS:
        return instance_of(symbol)
    _record_options(ev, node, name)
    name_given = given_name(ev, node, frame) or symbol.given
    made = next((value for value in values if isinstance(value, FunctionValue)), None)
    if made is None:
        return replace(symbol, given=name_given)
    made = replace(made, kind=module_names.DECORATORS[name], name=name_given or made.head.name)
    if made.kind is not None and ev.quiet == 0:
        place, line = node.arguments[0], ev.unit.line
        last = line + ev.unit.code.height - 1
        ev.outcome.records.defined.append(Defined(made.kind, made.name, ev.unit, place.start, place.end, line, last))
    return made


def _record_options(ev: Evaluation, node: Call, name: str) -> None:
    """Record the words in a decorator: `@pipeline(tags=["nightly"])`, `@step(experiment_tracker="mlflow")`."""
    options = [each for each in node.arguments if each.keyword in _OPTIONS]
    words = [WordArgument(each, declarations.COMMON[each.keyword or ""], UNKNOWN) for each in options]
    record_words(ev, WordCall(node, name, None, (), ()), words)


def _call_decorated(ev: Evaluation, node: Call, function: FunctionValue, name: str, frame: Frame) -> Value:
    """Evaluate a method of a pipeline or step function."""
    values, _ = given(ev, node, frame)
    if function.kind is Kind.STEP and name in MAPS:
        return invoke(ev, node, Called(function.name, mapped=True), frame)
    if function.kind is Kind.STEP and name == "submit":
        arguments = dict(zip((each.name for each in function.head.parameters), map(data_of, values), strict=False))
        value = follow(ev, function, arguments, frame) if ev.pipeline is not None else UNKNOWN
        return invoke(ev, node, Called(function.name, output_names(ev, function), value), frame)
    if function.kind is Kind.PIPELINE and name == "run":
        return invocation(function.name)
    return function if name in ("with_options", "configure", "with_config", "copy") else UNKNOWN


# What calls configure


def _configure(ev: Evaluation, node: Call, function: Single, frame: Frame) -> None:
    """Record the file that configures a pipeline: `p.with_options(config_path="train.yaml")`."""
    files = [each.value for each in node.arguments if each.keyword in api.CONFIGURES]
    pipeline = pipeline_called(function) if files else None
    for value in files if pipeline is not None else ():
        text = only(ev.quietly(value, frame))
        path = (text.text if isinstance(text, Text) else None) or _last_literal(value)
        if path and pipeline is not None:
            ev.outcome.records.configured.append(ConfigurationPath(pipeline, path))


def _last_literal(node: Node) -> str | None:
    """Return the last part of a path: `os.path.join(folder, "train.yaml")`, `folder / "train.yaml"`."""
    match node:
        case String():
            return node.text
        case Call() if node.arguments:
            return _last_literal(node.arguments[-1].value) or _last_literal(node.function)
        case BinOp():
            return _last_literal(node.right)
        case Attribute():
            return _last_literal(node.value)
        case _:
            return None


def _call_collection(ev: Evaluation, node: Call, many: Many, name: str, frame: Frame) -> Value:
    """Evaluate `run.steps.get("x")`, `runs.append(run)` and the like."""
    kind = many.type.kind
    values = [ev.value(argument.value, frame) for argument in node.arguments]
    changed_order = after(many, name, node.arguments, values) if not isinstance(element(many), Text) else None
    if changed_order is not None:
        put(ev, holder_of(node), many, changed_order, frame)
    if name in ("get", "pop", "__getitem__") and kind is not None and node.arguments:
        if name == "get" and ev.quiet == 0:
            member = Member(How.NAMED, many.type, (Parameter(("key",), kind),), call=True)
            ev.outcome.records.openings.append(Opening(ev.unit, node, many.owner, many.generation, member=member))
        if isinstance(values[0], Integer):
            return many.picked(Which.INDEX, values[0].value)
        first = node.arguments[0]
        asked = Asked(kind, many.owner, many.generation, name, node, first.keyword)
        things = denote(ev, first.value, values[0], asked)
        return join(Object(many.type, thing, many.generation) for thing in things)
    if name in ("pop", "popleft"):
        return many.picked(Which.INDEX, -1 if name == "pop" else 0)
    changed_elements = changed(many, name, [as_list(value) for value in values])
    if changed_elements is not None:
        put(ev, holder_of(node), many, changed_elements, frame)
    return many if name == "copy" else UNKNOWN


def _made_step(named: Sequence[tuple[str, Value]]) -> Value:
    """Return the step that a factory of ZenML's integrations makes, which has the name in its arguments."""
    name = only(dict(named).get("step_name", UNKNOWN))
    return Object(Type.STEP, Thing(Kind.STEP, name.text)) if isinstance(name, Text) and name.text else UNKNOWN


def _declared_default(declares: str, values: Sequence[Value], named: Sequence[tuple[str, Value]]) -> Value:
    """Return the default in `Field("x")`, `typer.Option(default="x")` and their like."""
    default = dict(named).get("default", values[0] if values else UNKNOWN)
    if not isinstance(default, Text) or declares not in _FIELDS | _OPTIONS_OF_CALLERS:
        return UNKNOWN
    return as_default(default) if declares in _OPTIONS_OF_CALLERS else default
