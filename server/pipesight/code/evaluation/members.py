"""Evaluate attributes and subscripts: `run.steps`, `pipeline.last_run`, `runs[-1]`, `self.run`, `module.name`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from pipesight.code.model import Form, Thing
from pipesight.code.syntax.tree import (
    Argument,
    Attribute,
    Call,
    Constant,
    Missing,
    Name,
    Node,
    Slice,
    String,
    Subscript,
    UnaryOp,
)
from pipesight.zenml import api, module_names
from pipesight.zenml.declarations import How, Member, Type
from pipesight.zenml.kinds import Generation, Kind, Which
from pipesight.zenml.module_names import LEGACY_MODULES

from .alternatives import alternatives, as_default, only
from .assigning import changed_unseen, is_own
from .changing import ANY, NAMESPACE, attribute_set, attributes_of, class_of, shared_name
from .containers import element, entry, item
from .evaluation import Evaluation
from .functions import call_instance, fields, read_property
from .invoking import artifact_at
from .joins import any_of, join, mapped, renewed
from .library import library
from .loading import key_of, may_be_loaded
from .naming import Asked, denote, find, find_one, hold_attribute
from .objects import CollectionView, ListLength, ListPart, Loaded, Many, Object, Symbol
from .records import Dot, Opening
from .texts import part_of
from .values import (
    UNKNOWN,
    ArgumentParser,
    Binding,
    Builtin,
    ClassValue,
    Each,
    Frame,
    FunctionValue,
    Future,
    Instance,
    Integer,
    Items,
    Method,
    Namespace,
    Package,
    Produced,
    Record,
    Runner,
    Single,
    Text,
    Value,
)

_TYPE_OF = {
    Kind.PIPELINE: Type.PIPELINE,
    Kind.RUN: Type.RUN,
    Kind.STEP: Type.STEP,
    Kind.OUTPUT: Type.OUTPUT,
    Kind.ARTIFACT: Type.ARTIFACT,
}


# Attributes


def attribute(ev: Evaluation, node: Attribute, frame: Frame) -> Value:
    """Evaluate `a.b` for each alternative of `a`."""
    value = ev.value(node.value, frame)
    return UNKNOWN if may_be_loaded(value) else mapped(value, lambda each: _attribute(ev, node, each, frame))


def _attribute(ev: Evaluation, node: Attribute, receiver: Single, frame: Frame) -> Value:
    name = node.name
    match receiver:
        case Instance() | Namespace() | Builtin() if name in ("__class__", "__dict__"):
            return _inner_attribute(receiver, name)
        case Object():
            return _member(ev, node, receiver)
        case Text():
            return _text_member(ev, node, receiver)
        case Many():
            return CollectionView(receiver, name) if name in ("items", "keys", "values") else Method(receiver, name)
        case Package():
            return _package_member(ev, receiver, name, frame)
        case Instance():
            return _instance_attribute(ev, node, receiver, frame)
        case Namespace():
            return dict(receiver.attributes).get(name, UNKNOWN)
        case ClassValue():
            return _class_member(ev, node, receiver, frame)
        case FunctionValue():
            return _function_member(ev, node, receiver)
        case _:
            return _method(receiver, name)


def _method(receiver: Single, name: str) -> Value:
    match receiver:
        case Symbol() | Items() | Each() | Loaded() | Produced() | Record() | ArgumentParser() | Runner() | Future():
            return Method(receiver, name)
        case Builtin() if receiver == NAMESPACE:
            return Method(receiver, name)
        case _:
            return UNKNOWN


def _inner_attribute(receiver: Instance | Namespace | Builtin, name: str) -> Value:
    """Evaluate `x.__class__` and `x.__dict__`."""
    if name == "__class__":
        return class_of(receiver)
    if isinstance(receiver, Instance):
        return attributes_of(receiver)
    return receiver if receiver == NAMESPACE else UNKNOWN


def _member(ev: Evaluation, node: Attribute, receiver: Object) -> Value:
    is_unseen = receiver.type in (Type.UNSEEN, Type.UNSEEN_RUN)
    if ev.quiet == 0 and not is_unseen:
        end = node.name_start + len(node.name)
        ev.outcome.records.dots.append(Dot(ev.unit, node.name_start, end, receiver.type, receiver.thing))
    if receiver.type is Type.INVOCATION and node.name in api.MEMBERS_OF_CALLED:
        owner = receiver.thing.owner if receiver.thing else None
        receiver = Object(Type.PIPELINE, owner, receiver.generation)
        _record_object(ev, node.value, owner)
    found = api.MEMBERS.get(receiver.type, {}).get(node.name)
    unsure = is_unseen and not ev.module.about_zenml
    if found is None or (unsure and node.name != "model"):
        return UNKNOWN
    if found.call:
        return Method(receiver, node.name)
    reach = _REACHED.get(found.how)
    return reach(ev, node, receiver, found) if reach is not None else UNKNOWN


def _text_of(ev: Evaluation, node: Attribute, receiver: Object, member: Member) -> Value:
    thing, result = receiver.thing, member.result
    if result is None or result.kind is None:
        return Text(thing.name if thing and node.name == "name" else None, thing)
    if member.which:
        return Text(None, Thing(result.kind, None, member.which, None, thing, receiver.generation))
    return Text(None, thing.nearest(result.kind) if thing else None)


def _same(ev: Evaluation, node: Attribute, receiver: Object, member: Member) -> Value:
    return receiver if member.result is None else replace(receiver, type=member.result)


def _every(ev: Evaluation, node: Attribute, receiver: Object, member: Member) -> Value:
    if member.result is None:
        return UNKNOWN
    return Many(member.result, receiver.thing, receiver.generation, member.keyed, details=member.tells)


def _picked(ev: Evaluation, node: Attribute, receiver: Object, member: Member) -> Value:
    if member.result is None or member.result.kind is None:
        return UNKNOWN
    is_last = member.which in (Which.LAST, Which.LAST_SUCCESSFUL)
    generation = Generation.MODERN if is_last else receiver.generation
    picked = Thing(member.result.kind, None, member.which, None, receiver.thing, generation)
    end = node.name_start + len(node.name)
    find_one(ev, (node.name_start, end), picked, Form.ATTRIBUTE, node, node.name)
    return Object(member.result, picked, generation)


def _owner(ev: Evaluation, node: Attribute, receiver: Object, member: Member) -> Value:
    if member.result is None or member.result.kind is None:
        return UNKNOWN
    found = receiver.thing.nearest(member.result.kind) if receiver.thing else None
    return Object(member.result, found or Thing(member.result.kind), receiver.generation)


def _made(ev: Evaluation, node: Attribute, receiver: Object, member: Member) -> Value:
    if member.result is None:
        return UNKNOWN
    generation = Generation.LEGACY if member.result is Type.METADATA_STORE else receiver.generation
    return Object(member.result, Thing(member.result.kind) if member.result.kind else None, generation)


def _word(ev: Evaluation, node: Attribute, receiver: Object, member: Member) -> Value:
    kind = member.result.kind if member.result is not None else None
    return Text(None, Thing(kind)) if kind is not None else UNKNOWN


_REACHED: dict[How, Callable[[Evaluation, Attribute, Object, Member], Value]] = {
    How.TEXT: _text_of,
    How.WORD: _word,
    How.SAME: _same,
    How.EVERY: _every,
    How.VERSIONS: _every,
    How.PICK: _picked,
    How.UP: _owner,
    How.MAKE: _made,
}


def _text_member(ev: Evaluation, node: Attribute, receiver: Text) -> Value:
    if node.name == "value":
        return receiver
    if receiver.of is not None:
        type_ = _TYPE_OF.get(receiver.of.kind)
        if type_ is not None and node.name in api.MEMBERS[type_]:
            return _member(ev, node, Object(type_, receiver.of, receiver.of.generation))
    return Method(receiver, node.name)


def _package_member(ev: Evaluation, receiver: Package, name: str, frame: Frame) -> Value:
    module = receiver.name
    if module_names.is_symbol(module, name):
        return Symbol(name, legacy=module in LEGACY_MODULES)
    if (known := library(module, name)) is not None:
        return known
    if not module_names.is_ours(module) and receiver.imports is not None:
        other = ev.other(module, receiver.imports)
        value = ev.read(other, name) if other is not None else UNKNOWN
        assigned = ev.known(frame, shared_name(receiver, name)) if other is not None else UNKNOWN
        if value != UNKNOWN:
            return value if assigned == UNKNOWN else join((value, assigned))
    return Package(f"{module}.{name}", receiver.imports)


def _instance_attribute(ev: Evaluation, node: Attribute, receiver: Instance, frame: Frame) -> Value:
    if receiver.of.defines("__getattribute__"):
        return UNKNOWN
    value = attribute_set(frame, node.name) if is_own(node.value, frame) else None
    if value is None and any(node.name in changed_unseen(each) for each in receiver.of.lineage()):
        return UNKNOWN
    if value is None:
        value = _attribute_put(ev, receiver, node.name)
    if value is not None:
        hold_attribute(ev, node, value)
        return value
    return _declared_member(ev, node, receiver, frame)


def _attribute_put(ev: Evaluation, receiver: Instance, name: str) -> Value | None:
    """Return the attribute that the construction or a method of an object set on it."""
    for key, value in receiver.given:
        if key == name:
            return value
    for made in receiver.of.lineage():
        if name in made.attributes:
            return None
        if (value := fields(ev, made).get(name)) is not None:
            return value
    return None


def _declared_member(ev: Evaluation, node: Attribute, receiver: Instance, frame: Frame) -> Value:
    value = _of_class(ev, receiver.of, node.name, frame)
    if isinstance(value, FunctionValue):
        if value.binding is Binding.PROPERTY:
            return read_property(ev, node, value, receiver, frame)
        return Method(receiver, node.name)
    if value == UNKNOWN:
        return _inherited_member(ev, node, receiver)
    return as_default(value) if receiver.is_any else value


def _inherited_member(ev: Evaluation, node: Attribute, receiver: Instance) -> Value:
    """Return the member that an object inherits from a class of ZenML."""
    made, name = receiver.of, node.name
    for base in made.bases:
        if isinstance(base, Symbol) and base.name in module_names.CLASSES:
            type_, generation = module_names.CLASSES[base.name]
            return _member(ev, node, Object(type_, None, generation))
    if made.kind is not None and name == "name":
        return Text(made.name, Thing(made.kind, made.name))
    if made.kind is Kind.PIPELINE and name in api.MEMBERS_IN_CODE:
        return _pipeline_member(ev, node, made.name)
    if made.kind is Kind.PIPELINE and name in ("run", "with_options", "configure"):
        return Method(receiver, name)
    return UNKNOWN


def _of_class(ev: Evaluation, made: ClassValue, name: str, frame: Frame) -> Value:
    """Return an attribute of a class. Code may have assigned another value to it."""
    value = made.member(name)
    for each in made.lineage():
        for attribute in (name, ANY):
            assigned = _assigned(ev, each, shared_name(each, attribute), frame)
            value = value if assigned == UNKNOWN else join((value, assigned))
    return value


def _assigned(ev: Evaluation, made: ClassValue, name: str, frame: Frame) -> Value:
    """Return what code assigned to an attribute of a class, in this module or in that of the class."""
    assigned = ev.known(frame, name)
    home = made.place.module
    return assigned if home is frame.module else join((assigned, ev.read(home, name)))


def _class_member(ev: Evaluation, node: Attribute, receiver: ClassValue, frame: Frame) -> Value:
    if node.name == "__name__":
        return Text(receiver.name)
    if receiver.kind is Kind.PIPELINE and node.name in api.MEMBERS_IN_CODE:
        return _pipeline_member(ev, node, receiver.name)
    return _of_class(ev, receiver, node.name, frame)


def _function_member(ev: Evaluation, node: Attribute, receiver: FunctionValue) -> Value:
    if node.name == "__name__":
        return Text(receiver.head.name)
    if receiver.kind is None:
        return UNKNOWN
    if node.name == "name":
        return Text(receiver.name, Thing(receiver.kind, receiver.name))
    if receiver.kind is Kind.PIPELINE and node.name in api.MEMBERS_IN_CODE:
        return _pipeline_member(ev, node, receiver.name)
    return Method(receiver, node.name)


def _pipeline_member(ev: Evaluation, node: Attribute, name: str) -> Value:
    """Evaluate `training_pipeline.model.last_run`: the pipeline itself in place of its name."""
    thing = Thing(Kind.PIPELINE, name, generation=Generation.MODERN)
    _record_object(ev, node.value, thing)
    return _member(ev, node, Object(Type.PIPELINE, thing, Generation.MODERN))


def _record_object(ev: Evaluation, node: Node, thing: Thing | None) -> None:
    if thing is not None and isinstance(node, (Name, Attribute)):
        find_one(ev, (node.start, node.end), thing, Form.OBJECT, node, None)


# Subscripts


def subscript(ev: Evaluation, node: Subscript, frame: Frame) -> Value:
    """Evaluate `a[b]` for each alternative of `a`."""
    receiver = ev.value(node.value, frame)
    if isinstance(own := only(receiver), Instance):
        place = Argument(node.index.start, node.index.end, node.index)
        call = Call(node.start, node.end, node.value, [place], node.open, node.closed)
        return call_instance(ev, call, own, "__getitem__", frame)
    index = ev.value(node.index, frame)
    if may_be_loaded(receiver):
        return UNKNOWN
    return mapped(receiver, partial(_subscript, ev, node, index))


def _subscript(ev: Evaluation, node: Subscript, index: Value, receiver: Single) -> Value:
    match receiver:
        case Many():
            return _pick(ev, node, receiver, index)
        case CollectionView(name="items", called=False):
            return _pick(ev, node, receiver.many, index)
        case CollectionView():
            return element(receiver)
        case ClassValue() if isinstance(name := only(index), Text) and name.text is not None:
            return receiver.member(name.text)
        case Object():
            return _subscript_object(ev, node, receiver, index)
        case Produced():
            return artifact_at(receiver, index)
        case Loaded():
            return key_of(ev, node, receiver, index)
        case Package(name="os.environ"):
            return Text(None)
        case Package(name="sys.modules"):
            return NAMESPACE
        case _:
            return _subscript_data(ev, node, receiver, index)


def _subscript_object(ev: Evaluation, node: Subscript, receiver: Object, index: Value) -> Value:
    """Evaluate a subscript of one of ZenML's objects: `outputs["x"][0]`, `data_artifacts["scores"]["3"]`."""
    if receiver.type is Type.ARTIFACT:
        _record_version(ev, node, receiver)
        return receiver
    if receiver.type is not Type.OUTPUT:
        return UNKNOWN
    return receiver if isinstance(node.index, (Missing, Slice)) else _one_of_output(ev, node, receiver, index)


def _subscript_data(ev: Evaluation, node: Subscript, receiver: Single, index: Value) -> Value:
    """Evaluate a subscript of one of Python's own values."""
    is_slice = isinstance(node.index, Slice)
    match receiver:
        case Text():
            return part_of(receiver, _window(ev, node.index) if isinstance(node.index, Slice) else index)
        case Items():
            return Each(any_of(receiver)) if is_slice else item(receiver, index)
        case Each():
            return renewed(receiver) if is_slice else receiver.element
        case Record():
            found = entry(receiver, index)
            return UNKNOWN if found is None else found
        case _:
            return UNKNOWN


def _window(ev: Evaluation, place: Slice) -> ListPart | None:
    """Return the part that a slice selects, if its ends are known."""
    ends = [None if isinstance(part, Missing) else only(ev.operands.get(part, UNKNOWN)) for part in place.parts]
    if any(end is not None and not (isinstance(end, Integer) and end.value is not None) for end in ends):
        return None
    start, stop, step, *_ = [*(end.value if isinstance(end, Integer) else None for end in ends), None, None, None]
    return ListPart.of(start, stop, step)


def _record_version(ev: Evaluation, node: Subscript, artifact: Object) -> None:
    """Record `data_artifacts["scores"]["3"]`: the version of an artifact of a model."""
    asked = Asked(Kind.VERSION, artifact.thing, artifact.generation, None, node)
    if ev.quiet == 0 and isinstance(node.index, (Missing, String)):
        opening = Opening(ev.unit, node, artifact.thing, artifact.generation, kind=Kind.VERSION)
        ev.outcome.records.openings.append(opening)
        denote(ev, node.index, UNKNOWN, asked)


def _pick(ev: Evaluation, node: Subscript, many: Many, index: Value) -> Value:
    """Evaluate `runs[-1]`, `steps["x"]`."""
    kind, place = many.type.kind, node.index
    by_position = isinstance(place, (Slice, UnaryOp)) or (isinstance(place, Constant) and place.value is not None)
    if kind is None or (kind is Kind.STEP and many.keyed and by_position):
        return UNKNOWN
    if ev.quiet == 0:
        by_index = many.keyed is False or (many.keyed is None and many.generation is not Generation.MODERN)
        opening = Opening(
            ev.unit, node, many.owner, many.generation, kind=kind, by_index=by_index, details=many.details
        )
        ev.outcome.records.openings.append(opening)
    call = node.value.name if isinstance(node.value, Attribute) else None
    asked = Asked(kind, many.owner, many.generation, call, node)
    if isinstance(place, Missing):
        return many.picked(Which.ANY, None)
    index = mapped(index, lambda each: _from_end(many, each))
    if isinstance(place, Slice):
        find(ev, (place.start, place.end), [asked.thing(None, Which.INDEX)], Form.INDEX, asked)
        return many.part(_window(ev, place))
    if kind is Kind.ARTIFACT and many.keyed is False and isinstance(only(index), Text):
        return many.picked(Which.ANY, None)  # a list takes no names as keys
    if _is_position(many, index):
        return _at_position(ev, place, many, index, asked)
    things = denote(ev, place, index, asked)
    if many.holds_versions:
        return join(many.named(thing.name) for thing in things)
    return join(Object(many.type, thing, many.generation) for thing in things)


def _one_of_output(ev: Evaluation, node: Subscript, output: Object, index: Value) -> Value:
    """Evaluate `outputs["x"][0]`: one of the artifacts that a step saved under a name. The name denotes this one."""
    place = only(index)
    if output.thing is None or isinstance(place, Text):
        return output
    number = place.value if isinstance(place, Integer) else None
    thing = replace(output.thing, which=Which.INDEX, index=number)
    found = ev.outcome.records.found
    if ev.quiet == 0:
        for at in range(len(found) - 1, -1, -1):
            if (found[at].unit, found[at].close) != (ev.unit, node.value.end):
                break
            if found[at].thing == output.thing:
                found[at] = replace(found[at], thing=thing)
    return replace(output, thing=thing)


def _from_end(many: Many, index: Single) -> Single:
    """Return an index with `len(runs) - 1` replaced by -1, and any other index as it is."""
    if not isinstance(index, ListLength):
        return index
    return Integer(-index.less if index.many == many and index.less > 0 else None)


def _is_position(many: Many, index: Value) -> bool:
    known = alternatives(index)
    if all(isinstance(each, Integer) for each in known) and known:
        return True
    return many.keyed is False and not any(isinstance(each, Text) for each in known)


def _at_position(ev: Evaluation, place: Node, many: Many, index: Value, asked: Asked) -> Value:
    numbers = [each.value if isinstance(each, Integer) else None for each in alternatives(index)]
    picked = [many.picked(Which.INDEX, number) for number in numbers]
    things = [each.thing or asked.thing() for each in picked]
    if many.holds_versions:
        things = [asked.thing(None, Which.INDEX, number) for number in numbers]
    find(ev, (place.start, place.end), tuple(dict.fromkeys(things)), Form.INDEX, asked)
    return join(picked)
