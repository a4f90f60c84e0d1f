"""Change objects: every variable that holds a changed object gets its new value.

A value has the marks of the objects that it may be, so that two variables with one list are told from two equal lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from .alternatives import alternatives
from .containers import before_or, is_vast
from .evaluation import Evaluation
from .joins import join, mapped
from .objects import Many, Object, Symbol
from .values import (
    EVERY,
    NEVER,
    UNKNOWN,
    ArgumentParser,
    Bound,
    Builtin,
    ClassValue,
    Container,
    Each,
    Frame,
    FunctionValue,
    Future,
    Imported,
    Instance,
    Items,
    Method,
    Namespace,
    OneOf,
    Package,
    Produced,
    Record,
    Single,
    Text,
    Value,
    reach,
)

CHANGING = (Items, Each, Many, Record, Namespace, ArgumentParser, Instance)
NAMESPACE = Builtin("globals")  # the variables of the module as a dict, or the module itself
_KEPT = (FunctionValue, ClassValue, Package, Imported, Symbol, Builtin)  # values whose names code rarely rebinds

ANY = "*"  # an attribute of a class whose name is not known

Marks = frozenset[object]


def shared_name(holder: ClassValue | Package, attribute: str) -> str:
    """Return the name under which a module keeps the value that code assigns to an attribute of `holder`."""
    return f"{holder.name}.{attribute}"


def given_as(parameter: str) -> str:
    """Return the variable that keeps the object that a function got for a parameter. No Python name can collide."""
    return f"<{parameter}>"


def is_of_module(frame: Frame) -> bool:
    """Return whether code runs as the module's own, and not in a function or class."""
    return all(each.parent is None or not each.is_scope for each in frame.chain())


def set_as(attribute: str) -> str:
    """Return the variable that keeps the value of an attribute that a method sets on `self`."""
    return f".{attribute}"


def attribute_set(frame: Frame, attribute: str) -> Value | None:
    """Return the value of an attribute that the method has set on `self` so far."""
    name = set_as(attribute)
    return next((each.names[name] for each in frame.scopes() if name in each.names), None)


def attributes_set(frame: Frame) -> dict[str, Value]:
    """Return the attributes that the method has set on `self` so far."""
    return {name[1:]: value for name, value in frame.kept().items() if name[0] == "."}


def change(ev: Evaluation, before: Value, after: Value, frame: Frame, besides: str | None = None) -> Value:
    """Give each variable that holds the object `before` its value `after` as an alternative.

    `besides` is a variable that the caller binds. Return `after` with the identity of the object.
    """
    made = same_object(before, after)

    def after_change(each: Single) -> Value:
        return before_or(each, made) if each == before else join((each, made))

    _replace(ev, _marks(before), after_change, frame, besides)
    return made


def same_object(before: Value, after: Value) -> Value:
    """Return `after` as a value of the object `before`."""
    marks = _marks(before)
    return mapped(after, lambda each: _as_object(each, marks))


def disturb(ev: Evaluation, values: Iterable[Value], frame: Frame) -> None:
    """Make unknown what is passed to code that cannot be followed, and all objects in it."""
    found = list(values)
    if any(each == NAMESPACE for value in found for each in alternatives(value)):
        disturb_all(ev, frame)
    _replace(ev, Marks().union(*map(reach, found)), _disturbed, frame)


def disturb_one(ev: Evaluation, value: Value, frame: Frame) -> None:
    """Make an object unknown, but not those in it."""
    _replace(ev, _marks(value), _disturbed, frame)


def disturb_all(ev: Evaluation, frame: Frame) -> None:
    """Make unknown all variables that hold data, because code such as `exec` may rebind them."""
    shared = frame.module.shared_names
    ev.outcome.reads[shared, EVERY] = names = shared.read(EVERY)
    for name in sorted({*names, *dict(_local(frame))}):
        if name[0] not in ".<" and not all(map(_is_kept, alternatives(ev.known(frame, name)))):
            share(ev, frame, name, UNKNOWN)


def _is_kept(value: Single) -> bool:
    return isinstance(value, _KEPT) or (isinstance(value, Object) and value.thing is None)


def share(ev: Evaluation, frame: Frame, name: str, value: Value, *, to_all: bool = True) -> None:
    """Bind a name here. In a function, others see the change if the name is the module's and it is `to_all`."""
    around = [each for each in frame.chain() if each.parent is not None]
    is_local = any(name in each.names and name not in each.shared for each in around)
    ev.bind(frame, name, value)
    if around and not is_local:
        frame.shared.add(name)
        if to_all and name not in frame.globals:
            _write(ev, name, value)


def _write(ev: Evaluation, name: str, value: Value) -> None:
    if ev.quiet == 0:
        ev.outcome.writes[name] = join((ev.outcome.writes.get(name, NEVER), value))


def share_attribute(ev: Evaluation, frame: Frame, holder: ClassValue | Package, attribute: str, value: Value) -> None:
    """Bind an attribute of a class or module. A text that is not known stands for any value."""
    share(ev, frame, shared_name(holder, attribute), value if value != UNKNOWN else Text(None))


def class_of(value: Value) -> Value:
    """Return the class of an object."""
    return mapped(value, lambda each: each.of if isinstance(each, Instance) else UNKNOWN)


def attributes_of(instance: Instance) -> Value:
    """Return the attributes of an object as a dict. A change of the dict changes the object."""
    known = {**instance.of.attributes, **dict(instance.given)}
    made = Record(tuple((name, each) for name, each in known.items() if not isinstance(each, FunctionValue)))
    return same_object(instance, made)


def take_branch(ev: Evaluation, inner: Frame, frame: Frame, own: Iterable[str] = ()) -> None:
    """Apply to `frame` the changes of an expression in a branch. `own` are the variables of the branch."""
    for name in inner.names.keys() - set(own):
        before = ev.known(frame, name)
        if reach(before) and inner.names[name] is not before:
            ev.bind(frame, name, join((before, inner.names[name])))


def give_back(ev: Evaluation, before: Value, after: Value, frame: Frame) -> None:
    """Change the objects in an argument to what a function made of them."""
    made = {mark: each for each in _objects(after) for mark in _marks(each)}
    lost = UNKNOWN in alternatives(after)
    for each in [*_objects(before)]:
        new = next((made[mark] for mark in _marks(each) if mark in made), UNKNOWN if lost else each)
        if new == UNKNOWN:
            disturb_one(ev, each, frame)
        elif new is not each:  # a change to an equal value counts as none, or the rounds of bodies never end
            change(ev, each, new, frame)


def _objects(value: Value) -> Iterator[Single]:
    for each in alternatives(value):
        if isinstance(each, CHANGING):
            yield each
        if isinstance(each, Container) and _holds_objects(each):
            for inner in each.inside():
                yield from _objects(inner)


def _holds_objects(value: Container) -> bool:
    """Return whether there are other objects in an object."""
    return not value.reach <= value.marks


def _marks(value: Value) -> Marks:
    """Return the marks of the objects that a value may be, without those in them."""
    found = alternatives(value)
    return Marks().union(*(each.marks if isinstance(each, Container) else reach(each) for each in found))


def _as_object(value: Single, marks: Marks) -> Single:
    if not isinstance(value, (Items, Each, Record, Namespace, Instance)):
        return value
    made = replace(value)
    made.mark(marks)
    return made


def _disturbed(value: Single) -> Value:
    if isinstance(value, Many):
        return replace(value, chosen=True, window=None)
    return value if isinstance(value, ArgumentParser) else UNKNOWN


def _replace(
    ev: Evaluation, marks: Marks, new: Callable[[Single], Value], frame: Frame, besides: str | None = None
) -> None:
    if not marks:
        return
    for name, value in _holders(ev, marks, frame).items():
        if isinstance(value, ClassValue):
            for attribute, held in value.attributes.items():
                if not isinstance(held, FunctionValue) and not marks.isdisjoint(reach(held)):
                    share_attribute(ev, frame, value, attribute, _substituted(held, marks, new))
        elif name != besides:
            _bind(ev, frame, name, value, _substituted(value, marks, new), to_all=not _is_given(ev, marks, frame))


def _holders(ev: Evaluation, marks: Marks, frame: Frame) -> Mapping[str, Value]:
    """Return the variables that hold an object with one of these marks."""
    local = dict(_local(frame))
    found = {name: value for name, value in local.items() if not marks.isdisjoint(reach(value))}
    shared = frame.module.shared_names
    ev.outcome.reads[shared, marks] = others = shared.read(marks)
    hidden = others & local.keys() if not is_of_module(frame) else ()
    for name in hidden if hidden and not _is_given(ev, marks, frame) else ():
        _write(ev, name, UNKNOWN)  # a variable of a function around hides the module's
    return {**{name: ev.read(frame.module, name) for name in sorted(others) if name not in local}, **found}


def _local(frame: Frame) -> Iterator[tuple[str, Value]]:
    """Yield the variables of the scopes around, the outermost first."""
    for each in reversed([*frame.chain()]):
        yield from each.names.items()


def _is_given(ev: Evaluation, marks: Marks, frame: Frame) -> bool:
    """Return whether a function got an object from its callers. Each of them takes over what the function changes."""
    given = [each for name, each in frame.kept().items() if name[0] == "<"]
    if frame.own is not None:
        given.append(ev.known(frame, frame.own))
    return any(not marks.isdisjoint(reach(each)) for each in given)


def _bind(ev: Evaluation, frame: Frame, name: str, before: Value, after: Value, *, to_all: bool) -> None:
    if name == frame.own and isinstance(before, Instance):
        _take_own(ev, frame, before, after)
    if name in frame.given:
        replace_given(ev, frame, name, after)
    elif name[0] == ".":
        ev.bind(frame, name, after)
    elif name[0] != "<":
        share(ev, frame, name, after, to_all=to_all)


def replace_given(ev: Evaluation, frame: Frame, kept: str, value: Value) -> None:
    """Change the object that a function got."""
    frame.altered.add(kept)
    ev.bind(frame, kept, value)


def _take_own(ev: Evaluation, frame: Frame, before: Instance, after: Value) -> None:
    """Record the attributes that differ after `self` changed under another name."""
    given = dict(after.given) if isinstance(after, Instance) else {}
    known = dict(before.given)
    for made in before.of.lineage():
        known = {**{k: v for k, v in made.attributes.items() if not isinstance(v, FunctionValue)}, **known}
    put = attributes_set(frame)
    for name in {**known, **put, **given}:
        new = given.get(name, UNKNOWN) if name in given or not isinstance(after, Instance) else known.get(name, NEVER)
        if new != known.get(name):
            ev.bind(frame, set_as(name), join((put.get(name, known.get(name, NEVER)), new)))


def _substituted(value: Value, marks: Marks, new: Callable[[Single], Value]) -> Value:
    """Return a value in which the objects with these marks are changed."""
    if marks.isdisjoint(reach(value)):
        return value
    if isinstance(value, OneOf):
        return join(_substituted(each, marks, new) for each in value.alternatives)
    match value:
        case Many() | ArgumentParser():
            return new(value)
        case Method():
            receiver = _substituted(value.receiver, marks, new)
            return UNKNOWN if isinstance(receiver, OneOf) else replace(value, receiver=receiver)
        case Bound():
            return replace(value, arguments=tuple((k, _substituted(v, marks, new)) for k, v in value.arguments))
        case Produced():
            return replace(value, value=_substituted(value.value, marks, new))
        case Container():
            made = rebuilt(value, lambda each: _substituted(each, marks, new)) if _holds_objects(value) else value
            result = made if marks.isdisjoint(value.marks) else _as_new(new(made), value)
            return UNKNOWN if is_vast(result) else result
        case _:
            return value


def _as_new(value: Value, before: Container) -> Value:
    """Return a changed value that is not the same as the one before, also if it is equal."""
    return _as_object(value, before.marks) if value is before and not isinstance(value, OneOf) else value


def rebuilt(value: Single, action: Callable[[Value], Value]) -> Single:
    """Return a value of the same object in which `action` replaced each value."""
    match value:
        case Items():
            made = Items(tuple(map(action, value.elements)))
        case Each():
            made = Each(action(value.element))
        case Record():
            made = Record(tuple((key, action(each)) for key, each in value.pairs), value.exact)
        case Namespace():
            made = Namespace(tuple((key, action(each)) for key, each in value.attributes))
        case Instance():
            made = replace(value, given=tuple((key, action(each)) for key, each in value.given))
        case Future():
            return Future(action(value.value))
        case _:
            return value
    made.mark(value.marks)
    return made
