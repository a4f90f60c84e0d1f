"""Assign values to targets: names, tuples, attributes and entries."""

from __future__ import annotations

from collections import abc
from collections.abc import Iterator

from pipesight.code.syntax.tree import (
    Attribute,
    Call,
    Name,
    Node,
    Sequence,
    Starred,
    Subscript,
)

from .alternatives import alternatives, only
from .binding import nodes_in, targets_of
from .changing import (
    ANY,
    NAMESPACE,
    change,
    disturb,
    disturb_all,
    disturb_one,
    given_as,
    is_of_module,
    replace_given,
    same_object,
    set_as,
    share,
    share_attribute,
)
from .containers import unpacked, with_attribute, with_entry
from .evaluation import Evaluation
from .joins import join
from .loading import change_loaded, hand_loaded
from .naming import hold
from .values import (
    NEVER,
    UNKNOWN,
    Builtin,
    ClassValue,
    Frame,
    FunctionValue,
    Instance,
    NoneValue,
    Package,
    Single,
    Text,
    Value,
    reach,
)

# methods whose calls are followed
_FOLLOWED = frozenset(("__init__", "__post_init__", "__enter__", "__call__", "__getitem__"))


def is_own(node: Node, frame: Frame) -> bool:
    """Return whether an expression is `self`."""
    return isinstance(node, Name) and node.id == frame.own


def assign(ev: Evaluation, target: Node, value: Value, frame: Frame) -> None:
    """Bind the names that an assignment to `target` binds."""
    match target:
        case Name():
            ev.bind(frame, target.id, value)
            hold(ev, target, value)
        case Sequence():
            for each, part in zip(target.elts, unpacked(value, target.elts), strict=True):
                assign(ev, each.value if isinstance(each, Starred) else each, part, frame)
        case Starred():
            assign(ev, target.value, UNKNOWN, frame)
        case Attribute():
            holder = ev.value(target.value, frame)
            change_loaded(ev, holder, frame)
            store(ev, target, holder, value, frame)
        case Subscript():
            holder = ev.value(target.value, frame)
            ev.value(target.index, frame)
            change_loaded(ev, holder, frame)
            store(ev, target, holder, value, frame)
        case _:
            pass


def store(ev: Evaluation, target: Attribute | Subscript, holder: Value, value: Value, frame: Frame) -> None:
    """Assign to an attribute or entry of `holder`."""
    match only(holder):
        case Builtin() as namespace if namespace == NAMESPACE:
            _store_global(ev, target, value, frame)
        case _ if isinstance(target, Attribute) and target.name in ("__class__", "__dict__"):
            _store_any(ev, holder, frame)
        case ClassValue() | Package() as of if isinstance(target, Attribute):
            share_attribute(ev, frame, of, target.name, value)
        case _ if isinstance(target, Attribute) and is_own(target.value, frame):
            ev.bind(frame, set_as(target.name), _stored(only(holder), target.name, value))
            _store_in_aliases(ev, target.name, value, frame)
        case _:
            for each in alternatives(holder):
                if isinstance(each, (ClassValue, Package)) and isinstance(target, Attribute):
                    share_attribute(ev, frame, each, target.name, value)
            after = _with(ev, target, holder, value, frame)
            if after is not None:
                put(ev, target.value, holder, after, frame)
            else:
                disturb_one(ev, holder, frame)
                disturb(ev, [value], frame)  # code may change it through the holder
                hand_loaded(ev, [value], frame)


def set_attribute(ev: Evaluation, holder: Value, place: Node, values: abc.Sequence[Value], frame: Frame) -> None:
    """Evaluate `setattr(holder, name, value)` and `delattr(holder, name)` for the values behind the first argument."""
    name = only(values[0])
    if isinstance(name, Text) and name.text is not None:
        attribute = Attribute(place.start, place.end, place, name.text, place.start)
        store(ev, attribute, holder, values[1] if len(values) > 1 else UNKNOWN, frame)
    else:
        _store_any(ev, holder, frame)


def _store_any(ev: Evaluation, holder: Value, frame: Frame) -> None:
    """Assign to an attribute of `holder` whose name is not known."""
    of = only(holder)
    if isinstance(of, ClassValue):
        share_attribute(ev, frame, of, ANY, UNKNOWN)
    elif of == NAMESPACE:
        disturb_all(ev, frame)
    else:
        disturb_one(ev, holder, frame)


def put(ev: Evaluation, place: Node, before: Value, after: Value, frame: Frame) -> None:
    """Change the object `before`, which the expression `place` denotes, to `after`."""
    known = [each for each in alternatives(before) if not isinstance(each, NoneValue)]
    if len(known) > 1:
        after = join((*known, after))
    current = ev.quietly(place, frame) if isinstance(place, (Name, Attribute, Subscript)) else before
    if current != before and not reach(current).isdisjoint(reach(before)):
        after = join((current, after))  # the arguments of the call have changed the object before
    root = place.id if isinstance(place, Name) else None
    after = change(ev, before, after, frame, besides=root)
    if root is not None and (kept := given_as(root)) in frame.given and ev.known(frame, kept) == before:
        replace_given(ev, frame, kept, after)
    _bind_again(ev, place, after, frame)


def holder_of(call: Call) -> Node:
    """Return the expression whose method a call calls. A method in a variable has none."""
    return call.function.value if isinstance(call.function, Attribute) else call


def _bind_again(ev: Evaluation, place: Node, value: Value, frame: Frame) -> None:
    """Bind the variable in `place` again, because the object at `place` is now `value`."""
    match place:
        case Name():
            share(ev, frame, place.id, value)
        case Attribute() if is_own(place.value, frame):
            ev.bind(frame, set_as(place.name), value)
        case Attribute() | Subscript():
            holder = ev.quietly(place.value, frame)
            if isinstance(of := only(holder), (ClassValue, Package)):
                if isinstance(place, Attribute):
                    share_attribute(ev, frame, of, place.name, value)
                return
            after = _with(ev, place, holder, value, frame)
            if after is not None:
                _bind_again(ev, place.value, same_object(holder, after), frame)
        case _:
            pass


def _with(ev: Evaluation, target: Attribute | Subscript, holder: Value, value: Value, frame: Frame) -> Value | None:
    """Return `holder` with another value at an attribute or entry. None if nothing is known of it."""
    if isinstance(target, Attribute):
        return with_attribute(holder, target.name, _stored(only(holder), target.name, value))
    return with_entry(holder, ev.quietly(target.index, frame), value)


def _stored(holder: Single, name: str, value: Value) -> Value:
    """Return the value of an attribute after an assignment. The class may have code that changes it."""
    made = holder.of if isinstance(holder, Instance) else None
    is_plain = made is None or not (isinstance(made.member(name), FunctionValue) or made.defines("__setattr__"))
    return value if is_plain else UNKNOWN


def _store_in_aliases(ev: Evaluation, name: str, value: Value, frame: Frame) -> None:
    """Assign to an attribute of `self` under the other names of the object in the function."""
    own = reach(ev.known(frame, frame.own)) if frame.own is not None else frozenset[object]()
    for each in frame.scopes():
        for other, held in list(each.names.items()):
            if isinstance(held, Instance) and other != frame.own and not own.isdisjoint(held.marks):
                ev.bind(frame, other, same_object(held, with_attribute(held, name, value) or UNKNOWN))


def _store_global(ev: Evaluation, target: Attribute | Subscript, value: Value, frame: Frame) -> None:
    """Assign to a variable of the module: `globals()["name"] = "x"`."""
    key = Text(target.name) if isinstance(target, Attribute) else only(ev.quietly(target.index, frame))
    if isinstance(key, Text) and key.text is not None:
        before = ev.known(frame, key.text)
        share(ev, frame, key.text, value if is_of_module(frame) else join((before, value)))
    else:
        disturb_all(ev, frame)


def altered(frame: Frame, given: dict[str, Value]) -> dict[str, Value]:
    """Return the arguments whose objects a function has changed, with their values after its body ran in `frame`."""
    names = [name for name in given if given_as(name) in frame.altered]
    return {name: join(end.get(given_as(name), given[name]) for end in (frame.kept(), *frame.ends)) for name in names}


def attributes_put(ev: Evaluation, frame: Frame) -> dict[str, Value]:
    """Return the attributes that a method has set on `self` after its body ran in `frame`."""
    ends = (frame.kept(), *frame.ends)
    names = dict.fromkeys(name for end in ends for name in end if name[0] == ".")
    return {name[1:]: join(end.get(name, before_set(ev, frame, name[1:])) for end in ends) for name in names}


def before_set(ev: Evaluation, frame: Frame, attribute: str) -> Value:
    """Return the value of an attribute before the method set it on `self`. `NEVER` if it had none."""
    own = only(ev.known(frame, frame.own)) if frame.own is not None else UNKNOWN
    if not isinstance(own, Instance):
        return NEVER
    value = dict(own.given).get(attribute, own.of.member(attribute))
    return NEVER if value == UNKNOWN and attribute not in dict(own.given) else value


def changed_unseen(made: ClassValue) -> frozenset[str]:
    """Return the attributes that methods such as `__iter__` change, which Python calls without naming them."""
    if made.fields.hidden is None:
        methods = [each for each in made.attributes.values() if isinstance(each, FunctionValue)]
        unseen = [each for each in methods if _is_unseen(each.head.name)]
        made.fields.hidden = frozenset(name for method in unseen for name in _attributes_in(method))
    return made.fields.hidden


def _is_unseen(method: str) -> bool:
    return method.startswith("__") and method.endswith("__") and method not in _FOLLOWED


def _attributes_in(method: FunctionValue) -> Iterator[str]:
    """Yield the attributes that a method changes on its object."""
    own = method.head.parameters[0].name if method.head.parameters else None
    for node in nodes_in([method.place.unit]):
        place = node.function if isinstance(node, Call) else None
        for each in (*targets_of(node), *([place.value] if isinstance(place, Attribute) else [])):
            if isinstance(each, Attribute) and isinstance(each.value, Name) and each.value.id == own:
                yield each.name
