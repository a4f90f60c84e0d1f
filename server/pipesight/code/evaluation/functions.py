"""Evaluate calls of the user's functions and classes: arguments, results, and the attributes that methods set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from pipesight.code.model import Thing
from pipesight.code.syntax.tree import (
    AnnAssign,
    Argument,
    Attribute,
    Call,
    ClassDef,
    Constant,
    Missing,
    Name,
    Node,
    String,
    Subscript,
    arg,
    last_name,
)
from pipesight.zenml import module_names
from pipesight.zenml.declarations import Type
from pipesight.zenml.kinds import Kind, Which

from .alternatives import alternatives, as_default, only, plain, says_nothing
from .annotations import annotation, or_annotated
from .assigning import altered, attributes_put, holder_of, is_own, put, set_attribute, store
from .binding import changed_in
from .changing import attributes_set, disturb, give_back, given_as, same_object, set_as, share
from .containers import before_or, element
from .evaluation import BUDGET, Evaluation, Stack
from .following import Given, followed
from .harmless import is_harmless_method
from .joins import data_of, join
from .loading import hand_loaded
from .naming import hold
from .objects import Object, StepParameter
from .values import (
    NEVER,
    UNKNOWN,
    Binding,
    Bound,
    Builtin,
    ClassValue,
    Each,
    Fields,
    FollowedCall,
    Frame,
    FunctionValue,
    Instance,
    Items,
    NodePlace,
    Record,
    Text,
    Value,
    holds,
    reach,
)

UNKNOWN_METHOD = "<method>"  # the name of a method that is not known. No Python name can collide with it
_CHANGES_ITSELF = frozenset(("__delitem__", "__init__", "__setitem__", "__setstate__"))
_ENUMS = frozenset(("Enum", "StrEnum"))
_FIELDS = BUDGET // 2  # expressions that may be evaluated to find the attributes that methods set on `self`


def call_function(
    ev: Evaluation, node: Call, function: FunctionValue, frame: Frame, receiver: Instance | None = None
) -> Value:
    """Evaluate the call of a function, or of a method of `receiver`."""
    is_method = function.binding is not Binding.STATIC and receiver is not None
    arguments = bind_arguments(ev, node, function, frame, skip=is_method or function.binding is Binding.CLASS)
    if function.kind is Kind.PIPELINE:
        return invocation(function.name)
    if function.kind is Kind.STEP:
        arguments = {name: data_of(value) for name, value in arguments.items()}
    is_on_itself = _is_on_itself(ev, node, frame)
    if is_method and receiver is not None:
        arguments["self"] = _as_set(receiver, frame) if is_on_itself else receiver
    _note_call(ev, function, arguments)
    hand_loaded(ev, arguments.values(), frame)
    if is_on_itself:
        return _follow_on_itself(ev, function, arguments, frame)
    return follow(ev, function, arguments, frame, node)


def _as_set(own: Instance, frame: Frame) -> Instance:
    """Return `self` with the attributes that the method has set on it so far."""
    put = attributes_set(frame)
    made = replaced(own, tuple(put.items())) if put else own
    made.mark(own.marks)
    return made


def read_property(ev: Evaluation, node: Attribute, function: FunctionValue, receiver: Instance, frame: Frame) -> Value:
    """Evaluate `x.name` if the class has a property of this name."""
    arguments: Given = {"self": _as_set(receiver, frame) if is_own(node.value, frame) else receiver}
    _note_call(ev, function, arguments)
    found = _followed(ev, function, arguments)
    if found is None:
        disturb(ev, arguments.values(), frame)
        return declared(ev, function)
    _take_changes(ev, found, arguments, frame, Call(node.start, node.end, node, [], node.end, True))
    if function.is_cached and not says_nothing(found.value):
        store(ev, node, receiver, found.value, frame)
    return found.value


def _take_changes(ev: Evaluation, found: FollowedCall, arguments: Given, frame: Frame, node: Call | None) -> None:
    """Change the objects that a call may have changed: those of its arguments, and the receiver of a method."""
    for name, value in found.altered:
        give_back(ev, arguments[name], value, frame)
    receiver = arguments.get("self")
    if not found.put or not isinstance(receiver, Instance):
        return
    before = {**receiver.of.attributes, **dict(receiver.given)}
    for name, value in found.put:
        give_back(ev, before.get(name, UNKNOWN), value, frame)
    new = {name: before_or(before.get(name, NEVER), plain(value)) for name, value in found.put}
    after = replace(receiver, given=tuple({**dict(receiver.given), **new}.items()))
    put(ev, holder_of(node) if node is not None else Missing(0, 0), receiver, after, frame)


def call_bound(ev: Evaluation, node: Call, bound: Bound, frame: Frame) -> Value:
    """Evaluate the call of an object that `functools.partial` made."""
    if bound.function is None:
        given(ev, node, frame)
        return bound.result
    arguments = bind_arguments(ev, node, bound.function, frame, taken=dict(bound.arguments))
    _note_call(ev, bound.function, arguments)
    return follow(ev, bound.function, arguments, frame)


def call_instance(ev: Evaluation, node: Call, receiver: Instance, name: str, frame: Frame) -> Value:
    """Evaluate the call of a method of the user's class."""
    function = receiver.of.member(name)
    if isinstance(function, FunctionValue):
        return call_function(ev, node, function, frame, receiver)
    values = _all_given(ev, node, frame)
    _call_unknown(ev, node, receiver, name, values, frame)
    if receiver.of.kind is Kind.PIPELINE and name in ("run", "__call__"):
        return invocation(receiver.of.name)
    return receiver if name in ("with_options", "configure") else UNKNOWN


def _call_unknown(ev: Evaluation, node: Call, receiver: Instance, name: str, values: list[Value], frame: Frame) -> None:
    """Evaluate the call of a method that the user's class inherits from another one."""
    if name in ("__setattr__", "__delattr__") and values:
        set_attribute(ev, receiver, holder_of(node), values, frame)
    elif name == UNKNOWN_METHOD or name in _CHANGES_ITSELF:
        disturb(ev, [receiver, *values], frame)
    elif not is_harmless_method(name):
        disturb(ev, values, frame)


def construct(ev: Evaluation, node: Call, made: ClassValue, frame: Frame) -> Value:
    """Evaluate the call of a class."""
    if (value := _made_by_base(ev, node, made, frame)) is not None:
        return value
    if made.defines("__new__"):
        disturb(ev, _all_given(ev, node, frame), frame)
        return UNKNOWN
    initial = made.member("__init__")
    if not isinstance(initial, FunctionValue):
        return _construct_plainly(ev, node, made, frame)
    arguments = bind_arguments(ev, node, initial, frame, skip=True)
    arguments["self"] = Instance(made)
    with ev.unrecorded():
        found = _followed(ev, initial, arguments)
    put = dict(found.put) if found is not None else {}
    for name, value in found.altered if found is not None else ():
        give_back(ev, arguments[name], value, frame)
    if ev.quiet == 0:
        passed = {name: plain(value) for name, value in arguments.items()}
        passed["self"] = Instance(made, tuple((name, plain(value)) for name, value in put.items()))
        ev.outcome.calls.append((initial, tuple(passed.items())))
    if found is None:
        disturb(ev, arguments.values(), frame)
        return UNKNOWN
    return Instance(made, tuple(put.items()))


def _made_by_base(ev: Evaluation, node: Call, made: ClassValue, frame: Frame) -> Value | None:
    """Return the member of an `Enum` with a value, or the dict of a `TypedDict`. None for other classes."""
    head = made.place.node
    bases = {last_name(each.value) for each in head.arguments} if isinstance(head, ClassDef) else set[str]()
    if bases & _ENUMS and len(node.arguments) == 1:
        values = given(ev, node, frame)[0]
        return values[0] if values and not isinstance(made.member("_missing_"), FunctionValue) else UNKNOWN
    return Record(tuple(given(ev, node, frame)[1])) if "TypedDict" in bases else None


def _construct_plainly(ev: Evaluation, node: Call, made: ClassValue, frame: Frame) -> Value:
    """Evaluate the call of a class without `__init__`: a dataclass takes its attributes in order."""
    names = _fields_of(made)
    binder = _Binder(iter(names))
    for argument in node.arguments:
        binder.take(argument, ev.value(argument.value, frame))
    if not binder.certain:
        binder.arguments = {**dict.fromkeys(names, UNKNOWN), **binder.arguments}
    instance = Instance(made, tuple(binder.arguments.items()))
    after = made.member("__post_init__")
    return _initialized(ev, instance, after) if isinstance(after, FunctionValue) else instance


def _fields_of(made: ClassValue) -> list[str]:
    """Return the fields of a dataclass that its constructor takes by position."""
    names: dict[str, None] = {}
    for each in reversed([*made.lineage()]):
        for statement in (one for unit in each.place.unit.body for one in unit.code.statements):
            if isinstance(statement, AnnAssign) and isinstance(statement.target, Name) and _is_placed(statement):
                names[statement.target.id] = None
    return [*names]


def _is_placed(field_: AnnAssign) -> bool:
    options = field_.value.arguments if isinstance(field_.value, Call) else ()
    given_ = {each.keyword: each.value.value for each in options if isinstance(each.value, Constant)}
    type_ = field_.annotation.value if isinstance(field_.annotation, Subscript) else field_.annotation
    return last_name(type_) != "ClassVar" and given_.get("init") is not False and not given_.get("kw_only")


def _initialized(ev: Evaluation, instance: Instance, after: FunctionValue) -> Value:
    """Return an object of a dataclass after its `__post_init__`."""
    with ev.unrecorded():
        found = _followed(ev, after, {"self": instance})
    if found is None:
        return UNKNOWN
    before = {**instance.of.attributes, **dict(instance.given)}
    return replaced(instance, [(name, join((before.get(name, NEVER), value))) for name, value in found.put])


def _all_given(ev: Evaluation, node: Call, frame: Frame) -> list[Value]:
    values, named = given(ev, node, frame)
    return [*values, *(value for _, value in named)]


def replaced(instance: Instance, named: Sequence[tuple[str, Value]]) -> Instance:
    """Return a copy of an object with other values of attributes."""
    return replace(instance, given=tuple({**dict(instance.given), **dict(named)}.items()))


def given(ev: Evaluation, node: Call, frame: Frame) -> tuple[list[Value], list[tuple[str, Value]]]:
    """Return the values of the positional arguments and of the keyword arguments."""
    values = [(argument.keyword, ev.value(argument.value, frame)) for argument in node.arguments]
    named = [(keyword, value) for keyword, value in values if keyword is not None]
    return [value for keyword, value in values if keyword is None], named


def _note_call(ev: Evaluation, function: FunctionValue, arguments: Given) -> None:
    """Record a call, because the function's body is later run with the arguments of all its callers."""
    if ev.quiet == 0:
        ev.outcome.calls.append((function, tuple((name, plain(value)) for name, value in arguments.items())))


def invocation(name: str) -> Value:
    """Return the result of calling a pipeline."""
    owner = Thing(Kind.PIPELINE, name)
    return Object(Type.INVOCATION, Thing(Kind.RUN, None, Which.LAST, None, owner))


# Arguments


@dataclass(slots=True)
class _Binder:
    """The arguments of a call, bound to parameters. `certain` is False after an unknown `*args` or `**kwargs`."""

    free: Iterator[str]
    arguments: Given = field(default_factory=dict[str, Value])
    rest: list[Value] = field(default_factory=list[Value])  # those beyond the parameters
    others: Given = field(default_factory=dict[str, Value])  # those with the keyword of an argument by position
    placed: set[str] = field(default_factory=set[str])
    certain: bool = True

    def take(self, argument: Argument, value: Value) -> None:
        known = only(value)
        if argument.stars == 2 and isinstance(known, Record) and all(key is not None for key, _ in known.pairs):
            self.arguments.update((key, each) for key, each in known.pairs if key is not None)
        elif argument.stars == 1 and isinstance(known, Items):
            for each in known.elements:
                self._place(each)
        elif argument.stars:
            self.certain = False
            self.rest.append(value)
            self.free = iter(()) if argument.stars == 1 else self.free
        elif argument.keyword is not None:
            given_ = self.others if argument.keyword in self.placed else self.arguments
            given_[argument.keyword] = value
        elif not isinstance(argument.value, Missing):
            self._place(value)

    def _place(self, value: Value) -> None:
        name = next(self.free, None)
        if name is None:
            self.rest.append(value)
        else:
            self.arguments[name] = value
            self.placed.add(name)

    def gather(self, declared_: Sequence[arg]) -> None:
        """Give the arguments beyond the parameters to `*args` and `**kwargs`."""
        named = {each.name for each in declared_}
        others = [(name, value) for name, value in self.arguments.items() if name not in named]
        others += self.others.items()
        for each in declared_:
            if each.stars == 1:
                self.arguments[each.name] = Items(tuple(self.rest)) if self.certain else UNKNOWN
            elif each.stars == 2:
                self.arguments[each.name] = Record(tuple(others), exact=bool(others)) if self.certain else UNKNOWN


def bind_arguments(
    ev: Evaluation,
    node: Call,
    function: FunctionValue,
    frame: Frame,
    *,
    skip: bool = False,
    taken: Given | None = None,
    complete: bool = True,
) -> Given:
    """Return the arguments of a call by parameter name, with the defaults of the others if `complete`.

    Literals keep their position. With `skip`, the first parameter is the object. `taken` are earlier arguments.
    """
    declared_ = function.head.parameters
    by_place = takewhile(lambda each: each.stars == 0, declared_)  # parameters behind `*args` take only keywords
    names = [each.name for each in by_place][1 if skip else 0 :]
    parameters = [each for each in declared_ if each.stars == 0][1 if skip else 0 :]
    known = taken or {}
    binder = _Binder(iter([name for name in names if name not in known]), dict(known))
    for argument in node.arguments:
        binder.take(argument, _passed(ev, argument.value, frame))
    for parameter in parameters if complete else ():
        if parameter.default is not None and parameter.name not in binder.arguments:
            value = default(ev, function, parameter) if binder.certain else UNKNOWN
            binder.arguments[parameter.name] = UNKNOWN if value is None else value
    if complete:
        binder.gather(declared_)
    if not binder.certain:
        disturb(ev, binder.rest, frame)
    return binder.arguments


def _passed(ev: Evaluation, node: Node, frame: Frame) -> Value:
    """Evaluate an argument. A literal keeps its position, and `self` has the attributes that are set so far."""
    value = ev.value(node, frame)
    if isinstance(value, Instance) and is_own(node, frame):
        return _as_set(value, frame)
    if isinstance(value, Text) and isinstance(node, String) and ev.quiet == 0:
        return replace(value, origin=NodePlace(frame.module, ev.chunk, ev.unit, node))
    return value


def default(ev: Evaluation, function: FunctionValue, parameter: arg) -> Value | None:
    """Return the default of a parameter, or None if it has none."""
    declared = dict(function.defaults)
    if parameter.name in declared or parameter.default is None:
        value = declared.get(parameter.name)
    else:
        value = ev.quietly(parameter.default, function.frame)
    is_changed = value is not None and reach(value) and parameter.name in changed_in(function.place.unit)
    return UNKNOWN if is_changed else value  # all calls share the object


# Bodies


def follow(ev: Evaluation, function: FunctionValue, arguments: Given, frame: Frame, node: Call | None = None) -> Value:
    """Return the result of a call of a user's function in `frame`. It changes the objects that the call changes."""
    found = _followed(ev, function, arguments)
    if found is None:
        disturb(ev, arguments.values(), frame)
        return declared(ev, function)
    _take_changes(ev, found, arguments, frame, node)
    return _kept_by_cache(ev, function, arguments, found, frame) if function.is_cached else found.value


def _kept_by_cache(
    ev: Evaluation, function: FunctionValue, arguments: Given, found: FollowedCall, frame: Frame
) -> Value:
    """Return the result of a function with a cache, which may be that of an earlier call.

    A variable of the module keeps an object that it returned without arguments, because code may change the object.
    """
    read = [name for where, name in found.reads if where is ev.module and isinstance(name, str)]
    is_old = [ev.is_rebound(name) or name in ev.changing for name in read]
    if any(is_old) or any(reach(value) for value in arguments.values()):
        return join((found.value, UNKNOWN))
    if not reach(found.value) or arguments:
        return found.value
    name = cache_of(function.head.name)
    kept = ev.known(frame, name)
    value = found.value if kept == UNKNOWN else kept
    share(ev, frame, name, value)
    return value


def cache_of(function: str) -> str:
    """Return the name of the variable that keeps the result of a function. No Python name can be the same."""
    return f"{function}()"


def _followed(ev: Evaluation, function: FunctionValue, arguments: Given) -> FollowedCall | None:
    def evaluate() -> tuple[Value, Given, Given]:
        with ev.unrecorded():
            frame = enter(ev, function, arguments)
        return _result(ev, function, frame), attributes_put(ev, frame), altered(frame, arguments)

    return followed(ev, function, arguments, evaluate)


def _result(ev: Evaluation, function: FunctionValue, frame: Frame) -> Value:
    """Return the result of a function whose body ran in `frame`, or a value of its declared type if that is unknown."""
    if frame.yields:
        yielded = join(frame.yields)
        return Each(yielded) if not says_nothing(yielded) else declared(ev, function)
    result = join(plain(each) for each in frame.returns)
    own = frame.names.get(frame.own) if frame.own is not None else None
    put = attributes_put(ev, frame)
    if isinstance(own, Instance) and put and own in alternatives(result):  # `return self`
        after = same_object(own, replace(own, given=tuple({**dict(own.given), **put}.items())))
        result = join(after if each == own else each for each in alternatives(result))
    return declared(ev, function) if says_nothing(result) else result


def declared(ev: Evaluation, function: FunctionValue) -> Value:
    """Return a value of the type that a function declares to return."""
    returns = function.head.returns
    return annotation(ev, returns, function.frame) if returns is not None else UNKNOWN


def enter(ev: Evaluation, function: FunctionValue, arguments: Given) -> Frame:
    """Run a function's body in a new scope."""
    frame = function.frame.scope()
    unit, chunk = ev.unit, ev.chunk
    ev.chunk, ev.unit = function.place.chunk, function.place.unit
    ev.stack.active.append(function)
    try:
        _bind_parameters(ev, function, arguments, frame)
        ev.interpreter.run_body(ev, function.place.unit, function.head, frame)
    finally:
        ev.stack.active.pop()
        ev.unit, ev.chunk = unit, chunk
    return frame


def _bind_parameters(ev: Evaluation, function: FunctionValue, arguments: Given, frame: Frame) -> None:
    for index, parameter in enumerate(function.head.parameters):
        if index == 0 and function.owner is not None and function.binding is not Binding.STATIC:
            frame.own = parameter.name
            value = _own_value(function, function.owner, arguments)
        else:
            value = _parameter_value(ev, function, parameter, arguments)
        frame.names[parameter.name] = value
        hold(ev, parameter, value)
    for name, value in arguments.items():
        if name != "self" and reach(value):
            frame.given.add(given_as(name))
            frame.names[given_as(name)] = value


def _own_value(function: FunctionValue, owner: ClassValue, arguments: Given) -> Value:
    """Return the value of `self` or `cls`."""
    if function.binding is Binding.CLASS:
        return owner
    own = arguments.get("self")
    return own if isinstance(own, Instance) else Instance(owner)


def _parameter_value(ev: Evaluation, function: FunctionValue, parameter: arg, arguments: Given) -> Value:
    if parameter.stars:
        return arguments.get(parameter.name, UNKNOWN)
    if function.is_pipeline and (function.legacy or function.owner is not None):
        return StepParameter(parameter.name)
    value = arguments.get(parameter.name)
    if value is None and (found := default(ev, function, parameter)) is not None:
        value = as_default(found)  # no caller is known, and each may pass another value
    if value is None:
        value = _fixture(ev, function, parameter.name)
    return or_annotated(ev, value, parameter.annotation, function.frame)


def _fixture(ev: Evaluation, function: FunctionValue, name: str) -> Value:
    """Return the value that pytest passes for a parameter: the result of the fixture with the parameter's name."""
    if not function.takes_fixtures:
        return UNKNOWN
    module = function.place.module
    found: Value = UNKNOWN
    for where in (module, *module.conftests()):
        found = ev.read(where, name)
        if isinstance(found, FunctionValue):
            break
    if found == UNKNOWN and module.about_zenml:
        return _known_fixture(name)
    if not isinstance(found, FunctionValue) or found.binding is not Binding.FIXTURE or found is function:
        return UNKNOWN
    value = follow(ev, found, {}, found.frame)
    return element(value) if isinstance(value, Each) else value


def _known_fixture(name: str) -> Value:
    """Return the result of a fixture whose file is missing, if its name is one of ZenML's own tests."""
    if name.startswith(("clean_client", "clean_repo", "clean_workspace", "clean_project")):
        return Object(Type.CLIENT)
    return Object(Type.UNSEEN) if module_names.is_pipeline_name(name) else UNKNOWN


# Objects


def _is_on_itself(ev: Evaluation, node: Call, frame: Frame) -> bool:
    """Return whether a call calls a method on the object itself: `self.load()`, `super().load()`."""
    if frame.own is None or not isinstance(node.function, Attribute):
        return False
    holder = node.function.value
    if isinstance(holder, Call):
        return isinstance(ev.quietly(holder.function, frame), Builtin)
    return is_own(holder, frame)


def _follow_on_itself(ev: Evaluation, function: FunctionValue, arguments: Given, frame: Frame) -> Value:
    """Evaluate `self.method()`. Attributes that the method sets are visible to the caller afterwards."""
    found = _followed(ev, function, arguments)
    if found is None:
        disturb(ev, arguments.values(), frame)
        return declared(ev, function)
    ev.helpers.add(function)
    for name, value in found.altered:
        give_back(ev, arguments[name], value, frame)
    for name, value in found.put:
        ev.bind(frame, set_as(name), value)
    return found.value


def fields(ev: Evaluation, made: ClassValue) -> Given:
    """Return the attributes that the methods of a class set on `self`."""
    found, now = made.fields, ev.module.imports.clock.now
    if found.is_running:
        ev.stack.trace.lowest = -1  # the fields are incomplete, so a result that uses them must not be remembered
    elif found.known is None or (found.checked != now and not holds(found.reads)):
        _find_fields(ev, made, found)
    found.checked = now
    ev.outcome.reads.update(found.reads)
    ev.stack.spend({hash(made): found.cost})
    return found.known or {}


def _find_fields(ev: Evaluation, made: ClassValue, found: Fields) -> None:
    known: Given = {}
    found.known, found.reads, found.is_running = known, {}, True  # methods read the fields while they are collected
    outer, ev.outcome.reads = ev.outcome.reads, {}
    helpers, ev.helpers = ev.helpers, set[FunctionValue]()
    local, ev.local = ev.local, {}
    stack, ev.stack = ev.stack, Stack(_FIELDS, outer=ev.stack.outer + len(ev.stack.active))
    methods = [each for each in made.attributes.values() if isinstance(each, FunctionValue)]
    try:
        with ev.unrecorded():
            for method in _initial_first(methods):
                if method.owner is made and method not in ev.helpers:
                    for name, value in _effects(ev, method, {}).items():
                        known[name] = join((known.get(name, NEVER), value))
    finally:
        found.cost = ev.stack.spent
        found.reads, ev.outcome.reads, ev.helpers = ev.outcome.reads, outer, helpers
        found.is_running, ev.stack, ev.local = False, stack, local


def _initial_first(methods: Sequence[FunctionValue]) -> Sequence[FunctionValue]:
    return sorted(methods, key=lambda each: each.name != "__init__")


def _effects(ev: Evaluation, method: FunctionValue, arguments: Given) -> Given:
    """Return the attributes that a method with these arguments sets on `self`."""
    found = _followed(ev, method, arguments)
    return dict(found.put) if found is not None else {}


def given_name(ev: Evaluation, decorator: Node, frame: Frame) -> str | None:
    """Return the `name=` of a decorator."""
    for argument in decorator.arguments if isinstance(decorator, Call) else ():
        if argument.keyword == "name":
            value = only(ev.quietly(argument.value, frame))
            return value.text if isinstance(value, Text) else None
    return None
