"""Evaluate calls of ZenML's functions and members, and pass other calls to the modules that evaluate them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from pipesight.code.model import CallDetails, Thing
from pipesight.code.syntax.tree import Argument, Attribute, BinOp, Call, Constant, Missing, Node, String, called
from pipesight.zenml import api, declarations, module_names
from pipesight.zenml.declarations import How, Member, Parameter, Type
from pipesight.zenml.kinds import Detail, Generation, Kind, Which

from .annotations import instance_of
from .assigning import put
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
from .giving import give_name, give_names, pipeline_called
from .handing import arrived, call_runner
from .invoking import MAPS, Called, call_produced, invoke
from .joins import data_of, join
from .loading import call_loaded, pass_loaded
from .naming import Asked, denote, denoted
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
    alternatives,
    as_default,
    only,
    says_nothing,
)
from .words import OPERATIONS, WordArgument, WordCall, record_words

_FIELDS = frozenset(("Field", "field"))  # fields of a class, whose default holds unless the constructor gets a value
_OPTIONS_OF_CALLERS = frozenset(("Option", "Argument", "Query", "Body", "Form"))
_OWNERS = (Kind.PIPELINE, Kind.RUN)
_OF_WORDS = (Detail.PROJECT, Detail.ACTIVE_PROJECT, Detail.TYPE)
_OPTIONS = ("tags", "experiment_tracker", "step_operator")
_ENUMS = "zenml.enums."  # the value of a member is the member's name in lower case
ACTIVE_PROJECT = "<active project>"  # the variable that set_active_project sets. No Python name can collide with it


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
            pass_loaded(ev, node.function, [*values, *(value for _, value in named)], frame)
            return _declared_default(called(node), values, named)


def _call_method(ev: Evaluation, node: Call, method: Method, frame: Frame) -> Value:
    receiver, name = method.receiver, method.name
    match receiver:
        case Object():
            asked = _Question(node, api.MEMBERS[receiver.type][name], name, receiver.thing, receiver.generation)
            return _call_member(ev, asked, receiver, frame)
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
        asked = _Question(node, module_names.FUNCTIONS[name], name, None, module_names.GENERATIONS.get(name))
        return _call_member(ev, asked, None, frame)
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
    """Record the words that a decorator says: `@pipeline(tags=["nightly"])`, `@step(experiment_tracker="mlflow")`."""
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
        value = follow(ev, function, arguments) if ev.pipeline is not None else UNKNOWN
        return invoke(ev, node, Called(function.name, output_names(ev, function), value), frame)
    if function.kind is Kind.PIPELINE and name == "run":
        return invocation(function.name)
    return function if name in ("with_options", "configure", "with_config", "copy") else UNKNOWN


# Members of ZenML's that take names


@dataclass(frozen=True, slots=True)
class _Question:
    """A call of a member or function of ZenML, and the owner that its receiver determines."""

    node: Call
    member: Member
    name: str
    owner: Thing | None
    generation: Generation | None


@dataclass(slots=True)
class _Given:
    """The arguments of a call that gets things of the history.

    `naming` are the arguments that name things, owners first. `words` are the arguments that are words. `details` are
    the details of the result that the arguments give. `narrowed` is True if a filter other than an owner or a name
    restricts the result.
    """

    naming: list[tuple[Argument, Parameter, Value]] = field(
        default_factory=list[tuple[Argument, Parameter, Value]],
    )
    words: list[WordArgument] = field(default_factory=list[WordArgument])
    details: dict[Detail, str | int | None] = field(default_factory=dict[Detail, "str | int | None"])
    narrowed: bool = False

    @property
    def told(self) -> CallDetails:
        """Return the details of the result that the arguments give."""
        return tuple(self.details.items())

    def scope(self) -> CallDetails:
        """Return the details that also hold for the owners of the result."""
        return tuple(each for each in self.told if each[0] in (Detail.PROJECT, Detail.ACTIVE_PROJECT))

    def scope_of_words(self) -> CallDetails:
        """Return the details that also hold for the words."""
        return tuple(each for each in self.told if each[0] in _OF_WORDS)

    def of(self, parameter: Parameter) -> CallDetails:
        """Return the details that hold for the thing that this parameter names."""
        if parameter.filters:
            return self.scope()
        return tuple(each for each in self.told if each[0] is not Detail.PREFIX or parameter.takes_prefix)


_Named = dict[Kind, "tuple[Thing | None, ...]"]


def _call_member(ev: Evaluation, asked: _Question, receiver: Object | None, frame: Frame) -> Value:
    given_ = _arguments(ev, asked, receiver, frame)
    if asked.member.switches is not None:
        _switch(ev, asked.node, frame)
    named = _named_things(ev, asked, given_, frame)
    if ev.quiet == 0 and asked.member.parameters:
        _record_openings(ev, asked, named, given_)
    if asked.member.how is How.SAME:
        return UNKNOWN if receiver is None else receiver
    if asked.member.how is How.LOAD:
        things = named.get(Kind.ARTIFACT) or (asked.owner,)
        return join(Loaded(thing) if thing is not None else UNKNOWN for thing in things)
    if asked.member.result is None:
        return UNKNOWN
    give = _GIVEN.get(asked.member.how, _made)
    return give(asked, asked.member.result, named, given_)


def _record_openings(ev: Evaluation, asked: _Question, named: _Named, given_: _Given) -> None:
    """Record where the call takes names, and the words that it says."""
    things = [thing for many in named.values() for thing in many if thing is not None]
    things += [asked.owner] if asked.owner is not None else []
    scope = given_.scope_of_words()
    details = (*scope, *asked.member.tells)
    opening = Opening(ev.unit, asked.node, asked.owner, asked.generation, asked.member, details=details)
    ev.outcome.records.openings.append(replace(opening, named=tuple(things)) if things else opening)
    record_words(ev, WordCall(asked.node, asked.name, asked.generation, things, scope), given_.words)


def _arguments(ev: Evaluation, asked: _Question, receiver: Object | None, frame: Frame) -> _Given:
    """Evaluate the arguments."""
    found = _Given(details=dict(asked.member.tells))
    if receiver is not None and receiver.type is Type.CLIENT and asked.member.switches is None:
        active = ev.known(frame, ACTIVE_PROJECT)
        if not says_nothing(active):
            found.details[Detail.ACTIVE_PROJECT] = _plain_detail(active)
    position = 0
    for argument in asked.node.arguments:
        value = ev.value(argument.value, frame)
        if argument.stars or (argument.keyword is None and isinstance(argument.value, Missing)):
            found.narrowed = True
            continue
        parameter = asked.member.parameter(position, argument.keyword)
        position += argument.keyword is None
        if parameter is not None and parameter.kind is not None and parameter.kind.is_site:
            found.naming.append((argument, parameter, value))
            if parameter.takes_prefix and asked.generation is Generation.MODERN and not _wants_whole_name(asked.node):
                found.details[Detail.PREFIX] = 1
        else:
            if parameter is not None and parameter.kind is not None:
                found.words.append(WordArgument(argument, parameter, value))
            _take_detail(found, parameter, argument, value)
    found.naming.sort(key=lambda each: _OWNERS.index(each[1].kind) if each[1].kind in _OWNERS else len(_OWNERS))
    return found


def _wants_whole_name(node: Call) -> bool:
    """Return whether a call may refuse the beginning of a name: `allow_name_prefix_match=False`."""
    given = (each.value for each in node.arguments if each.keyword == "allow_name_prefix_match")
    return any(not (isinstance(each, Constant) and each.value is True) for each in given)


def _take_detail(found: _Given, parameter: Parameter | None, argument: Argument, value: Value) -> None:
    detail = declarations.DETAILS.get(parameter.names[0] if parameter is not None else argument.keyword or "")
    if detail is None:
        found.narrowed = found.narrowed or argument.keyword not in ("hydrate", "allow_name_prefix_match")
    elif value != NONE:
        found.details[detail] = _plain_detail(value)


def _named_things(ev: Evaluation, asked: _Question, found: _Given, frame: Frame) -> _Named:
    """Record the arguments that name something. Return the things, by kind."""
    named: _Named = {}
    result = asked.member.result
    for argument, parameter, value in found.naming:
        kind = parameter.kind
        assert kind is not None
        owner = _owner_of(kind, asked.owner, named)
        if parameter.defines or (parameter.defines_beside and _gives(asked.node, parameter.defines_beside)):
            give_name(ev, kind, argument.value, value, frame)
            lookup = Asked(kind, owner, asked.generation, asked.name, asked.node, details=found.told)
            named[kind] = (denoted(only(value), lookup),)
            continue
        lookup = Asked(kind, owner, asked.generation, asked.name, asked.node, argument.keyword, found.of(parameter))
        named[kind] = _argument(ev, argument, parameter, value, lookup)
        is_told = result is None or _is_told(named[kind], kind, result)
        found.narrowed = found.narrowed or (parameter.filters and not is_told)
    return named


def _only_one(named: _Named, kind: Kind) -> Thing | None:
    things = named.get(kind, ())
    return things[0] if len(things) == 1 else None


def _owner_of(kind: Kind, owner: Thing | None, named: _Named) -> Thing | None:
    """Return the owner of a named thing: the receiver, or the run or pipeline that another argument names."""
    belongs = owner if kind is not Kind.STACK and kind is not Kind.PIPELINE else None
    if belongs is not None or kind not in (Kind.RUN, Kind.STEP):
        return belongs
    run = _only_one(named, Kind.RUN) if kind is Kind.STEP else None
    return run or _only_one(named, Kind.PIPELINE)


def _argument(
    ev: Evaluation, argument: Argument, parameter: Parameter, value: Value, lookup: Asked
) -> tuple[Thing | None, ...]:
    """Return the things that an argument may name."""
    if parameter.identifier:
        text = only(value)
        return (text.of if isinstance(text, Text) and text.of is not None and text.of.kind is lookup.kind else None,)
    if isinstance(argument.value, String) and argument.value.text.startswith(OPERATIONS):
        return (None,)
    return denote(ev, argument.value, value, lookup)


def _named(asked: _Question, result: Type, named: _Named, found: _Given) -> Value:
    unnamed = None
    if result.kind is not None:
        unnamed = Thing(result.kind, owner=asked.owner, generation=asked.generation, details=found.told)
    things = named.get(result.kind, ()) if result.kind else ()
    return join(Object(result, thing or unnamed, asked.generation) for thing in things or (unnamed,))


def _every(asked: _Question, result: Type, named: _Named, found: _Given) -> Value:
    kinds = [kind for kind in (Kind.RUN, Kind.PIPELINE) if kind is not result.kind and kind in named]
    owners = named[kinds[0]] if kinds else (asked.owner,)
    same = _only_one(named, result.kind) if result.kind is not None else None
    name = same.name if same is not None else None
    keyed, told = asked.member.keyed, found.told
    if asked.name in api.LISTS_VERSIONS and name is not None and Detail.VERSION not in found.details:
        told = (*told, (Detail.VERSION, None))
    return join(Many(result, each, asked.generation, keyed, found.narrowed, name, told) for each in owners)


def _picked(asked: _Question, result: Type, named: _Named, found: _Given) -> Value:
    if result.kind is None:
        return _made(asked, result, named, found)
    thing = Thing(result.kind, None, asked.member.which, None, asked.owner, asked.generation)
    return Object(result, thing, asked.generation)


def _owner(asked: _Question, result: Type, named: _Named, found: _Given) -> Value:
    return Object(result, asked.owner, asked.generation) if result.kind else _made(asked, result, named, found)


def _made(asked: _Question, result: Type, named: _Named, found: _Given) -> Value:
    return Object(result, Thing(result.kind) if result.kind else None, asked.generation)


_GIVEN: dict[How, Callable[[_Question, Type, _Named, _Given], Value]] = {
    How.NAMED: _named,
    How.EVERY: _every,
    How.PICK: _picked,
    How.UP: _owner,
}


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


def _switch(ev: Evaluation, node: Call, frame: Frame) -> None:
    """Record that later requests go to another project: `client.set_active_project("other")`."""
    value = only(ev.quietly(node.arguments[0].value, frame)) if node.arguments else UNKNOWN
    frame.globals.add(ACTIVE_PROJECT)
    ev.bind(frame, ACTIVE_PROJECT, value if isinstance(value, Text) else Text(None))


def _call_collection(ev: Evaluation, node: Call, many: Many, name: str, frame: Frame) -> Value:
    """Evaluate `run.steps.get("x")`, `runs.append(run)` and the like."""
    kind = many.type.kind
    values = [ev.value(argument.value, frame) for argument in node.arguments]
    changed_order = after(many, name, node.arguments, values) if not isinstance(element(many), Text) else None
    if changed_order is not None and isinstance(node.function, Attribute):
        put(ev, node.function.value, changed_order, frame)
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
    if changed_elements is not None and isinstance(node.function, Attribute):
        put(ev, node.function.value, changed_elements, frame)
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


def _plain_detail(value: Value) -> str | int | None:
    """Return the value of a detail, None where it is unknown."""
    value = only(value)
    if isinstance(value, Integer):
        return value.value
    if isinstance(value, Package) and value.name.startswith(_ENUMS):
        return value.name.rpartition(".")[2].lower()
    return value.text if isinstance(value, Text) else None


def _gives(node: Call, parameter: str) -> bool:
    """Return whether a call passes its first parameter, which has this name."""
    return any(argument.keyword in (None, parameter) for argument in node.arguments)


def _is_told(things: tuple[Thing | None, ...], kind: Kind, result: Type) -> bool:
    """Return whether a filter leaves members of one owner, or of one name."""
    if kind is result.kind:
        return len(things) == 1 and things[0] is not None and things[0].name is not None
    return kind is Kind.PIPELINE or (kind is Kind.RUN and result is Type.STEP)
