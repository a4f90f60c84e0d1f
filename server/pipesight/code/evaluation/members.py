"""Members: `run.steps`, `pipeline.last_run`, `runs[-1]`, `self.run`, `module.name`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from pipesight.code.model import Form, Thing
from pipesight.code.syntax.tree import Attribute, Missing, Name, Node, Number, Slice, Subscript, Unary
from pipesight.zenml import api
from pipesight.zenml.api import LEGACY_MODULES, How, Member, Type
from pipesight.zenml.kinds import Generation, Kind, Which

from .containers import entry, item
from .expressions import Expressions, Methods
from .records import Dot, Opening
from .scope import Frame, Imports, is_own, library
from .values import (
    ArgumentParser,
    Binding,
    ClassValue,
    Each,
    FunctionValue,
    Instance,
    Integer,
    Items,
    Many,
    Method,
    Namespace,
    Object,
    Package,
    Record,
    Symbol,
    Text,
    Value,
    View,
    any_of,
)

_PIPELINE_OBJECT = frozenset(("model", "get_runs", "runs", "get_run", "last_run", "last_successful_run"))
_TYPE_OF = {
    Kind.PIPELINE: Type.PIPELINE,
    Kind.RUN: Type.RUN,
    Kind.STEP: Type.STEP,
    Kind.OUTPUT: Type.OUTPUT,
    Kind.ARTIFACT: Type.ARTIFACT,
}

if TYPE_CHECKING:
    from .flow import Flow


class Members(Expressions):
    """Values of attributes and subscripts."""

    @abstractmethod
    def follow(self, function: FunctionValue, arguments: dict[str, Value]) -> Value:
        """What a call of a user's function gives."""

    @abstractmethod
    def fields(self, made: ClassValue) -> dict[str, Value]:
        """What methods put on `self`."""

    def other(self, module: str, imports: Imports) -> Flow | None:
        """Another module of the workspace."""
        found = imports.read(module)
        self.reads[imports, module] = found
        return found

    def attribute(self, node: Attribute, frame: Frame) -> Value:
        receiver = self.value(node.value, frame)
        name = node.name
        if receiver is None:
            return None
        match receiver:
            case Object():
                return self.member(node, receiver)
            case Text():
                return self.text_member(node, receiver)
            case Many():
                return View(receiver, name) if name in ("items", "keys", "values") else Method(receiver, name)
            case Package():
                return self.package_member(receiver, name)
            case Instance():
                if frame.instance is not None and name in frame.instance and is_own(node.value, frame):
                    self.hold_attribute(node, frame.instance[name])
                    return frame.instance[name]
                return self.instance_member(receiver, name, node)
            case Namespace():
                return dict(receiver.attributes).get(name)
            case ClassValue():
                if name == "__name__":
                    return Text(receiver.name)
                if receiver.kind is Kind.PIPELINE and name in _PIPELINE_OBJECT:
                    return self.pipeline_object(node, receiver)
                return self.class_member(receiver, name)
            case FunctionValue():
                return self.function_member(node, receiver)
            case Symbol():
                return Method(receiver, name)
            case Items() | Each() | Record() | ArgumentParser():
                return Method(receiver, name)
            case _:
                return None

    def member(self, node: Attribute, receiver: Object) -> Value:
        if self.depth == 0 and receiver.type not in (Type.UNSEEN, Type.UNSEEN_RUN):
            end = node.name_start + len(node.name)
            self.records.dots.append(Dot(self.unit, node.name_start, end, receiver.type, receiver.thing))
        if receiver.type is Type.INVOCATION and node.name in ("model", "get_runs", "runs"):
            owner = receiver.thing.owner if receiver.thing else None
            receiver = Object(Type.PIPELINE, owner, receiver.generation)
            self.object_site(node.value, owner)
        entry = api.MEMBERS.get(receiver.type, {}).get(node.name)
        unsure = receiver.type in (Type.UNSEEN, Type.UNSEEN_RUN) and not self.flow.about_zenml
        if entry is None or (unsure and node.name != "model"):
            return None
        return Method(receiver, node.name) if entry.call else self.reached(node, receiver, entry)

    def reached(self, node: Attribute, receiver: Object, entry: Member) -> Value:
        """What a member that is no method gives."""
        thing = receiver.thing
        result, generation = entry.result, receiver.generation
        match entry.how:
            case How.TEXT if result is not None and result.kind is not None:
                picked = Thing(result.kind, None, entry.which, None, thing, generation) if entry.which else None
                return Text(None, picked or (thing.nearest(result.kind) if thing else None))
            case How.TEXT:
                return Text(thing.name if thing and node.name == "name" else None, thing)
            case How.SAME:
                return receiver
            case How.VERSIONS if result is not None:
                return Many(result, thing, generation, entry.keyed)
            case How.EVERY if result is not None:
                keyed = entry.keyed
                return Many(result, thing, generation, keyed)
            case How.PICK if result is not None and result.kind is not None:
                if entry.which in (Which.LAST, Which.LAST_SUCCESSFUL):
                    generation = Generation.MODERN
                picked = Thing(result.kind, None, entry.which, None, thing, generation)
                end = node.name_start + len(node.name)
                self.find(node.name_start, end, node, picked, Form.ATTRIBUTE, node.name)
                return Object(result, picked, generation)
            case How.UP if result is not None and result.kind is not None:
                return Object(result, (thing.nearest(result.kind) if thing else None) or Thing(result.kind), generation)
            case How.MAKE if result is not None:
                generation = Generation.LEGACY if result is Type.METADATA_STORE else generation
                return Object(result, Thing(result.kind) if result.kind else None, generation)
            case _:
                return None

    def text_member(self, node: Attribute, receiver: Text) -> Value:
        if node.name == "value":
            return receiver
        if receiver.of is not None:
            type_ = _TYPE_OF.get(receiver.of.kind)
            if type_ is not None and node.name in api.MEMBERS[type_]:
                return self.member(node, Object(type_, receiver.of, receiver.of.generation))
        return Method(receiver, node.name)

    def package_member(self, receiver: Package, name: str) -> Value:
        module = receiver.name
        if api.is_symbol(module, name):
            return Symbol(name, legacy=module in LEGACY_MODULES)
        if (known := library(module, name)) is not None:
            return known
        if not api.is_ours(module):
            other = self.other(module, receiver.imports) if receiver.imports is not None else None
            if other is not None:
                value = other.read(name)
                self.reads[other, name] = value
                if value is not None:
                    return value
        return Package(f"{module}.{name}", receiver.imports)

    def instance_member(self, receiver: Instance, name: str, node: Attribute) -> Value:
        for key, value in receiver.given:
            if key == name:
                self.hold_attribute(node, value)
                return value
        for made in self.lineage(receiver.of):
            if name in made.attributes:
                break
            if name in (fields := self.fields(made)):
                self.hold_attribute(node, fields[name])
                return fields[name]
        value = self.class_member(receiver.of, name)
        if isinstance(value, FunctionValue):
            if value.binding is Binding.PROPERTY:
                return self.follow(value, {"self": receiver})
            return Method(receiver, name)
        if value is None:
            for base in receiver.of.bases:
                if isinstance(base, Symbol) and base.name in api.CLASSES:
                    type_, generation = api.CLASSES[base.name]
                    return self.member(node, Object(type_, None, generation))
            if receiver.of.kind is not None and name == "name":
                return Text(receiver.of.name, Thing(receiver.of.kind, receiver.of.name))
            if receiver.of.kind is Kind.PIPELINE and name in _PIPELINE_OBJECT:
                return self.pipeline_object(node, receiver.of)
            if receiver.of.kind is Kind.PIPELINE and name in ("run", "with_options", "configure"):
                return Method(receiver, name)
        return value

    def lineage(self, made: ClassValue) -> Iterator[ClassValue]:
        """A class and the user's classes it derives from."""
        yield made
        for base in made.bases:
            if isinstance(base, ClassValue) and base is not made:
                yield from self.lineage(base)

    def class_member(self, receiver: ClassValue, name: str) -> Value:
        if name in receiver.attributes:
            return receiver.attributes[name]
        for base in receiver.bases:
            if isinstance(base, ClassValue):
                value = self.class_member(base, name)
                if value is not None:
                    return value
        return None

    def function_member(self, node: Attribute, receiver: FunctionValue) -> Value:
        if node.name == "__name__":
            return Text(receiver.head.name)
        if receiver.kind is None:
            return None
        if node.name == "name":
            return Text(receiver.name, Thing(receiver.kind, receiver.name))
        if node.name in ("with_options", "configure", "with_config", "copy", "after", "entrypoint"):
            return Method(receiver, node.name)
        if receiver.kind is Kind.PIPELINE and node.name in _PIPELINE_OBJECT:
            return self.pipeline_object(node, receiver)
        return Method(receiver, node.name)

    def pipeline_object(self, node: Attribute, receiver: FunctionValue | ClassValue) -> Value:
        """`training_pipeline.model.last_run`: the pipeline itself in place of its name."""
        thing = Thing(Kind.PIPELINE, receiver.name, generation=Generation.MODERN)
        self.object_site(node.value, thing)
        return self.member(node, Object(Type.PIPELINE, thing, Generation.MODERN))

    def object_site(self, node: Node, thing: Thing | None) -> None:
        if thing is not None and isinstance(node, (Name, Attribute)):
            self.find(node.start, node.end, node, thing, Form.OBJECT)

    def subscript(self, node: Subscript, frame: Frame) -> Value:
        receiver = self.value(node.value, frame)
        index = self.value(node.index, frame)
        if isinstance(receiver, View) and not receiver.called and receiver.name == "items":
            receiver = receiver.many
        match receiver:
            case Many():
                return self.pick(node, receiver, index)
            case Object() if receiver.type in (Type.OUTPUT, Type.ARTIFACT):
                return receiver
            case Items() if isinstance(node.index, Slice):
                return Each(any_of(receiver))
            case Items():
                return item(receiver, index)
            case Each():
                return receiver if isinstance(node.index, Slice) else receiver.element
            case Record():
                return entry(receiver, index)
            case Package(name="os.environ"):
                return Text(None)
            case View():
                return self.element(receiver)
            case _:
                return None

    def pick(self, node: Subscript, many: Many, index: Value) -> Value:
        kind = many.type.kind
        by_position = isinstance(node.index, (Slice, Number, Unary))
        if kind is None or (kind is Kind.STEP and many.keyed and by_position):
            return None
        if self.depth == 0:
            by_index = many.keyed is False or (many.keyed is None and many.generation is not Generation.MODERN)
            opening = Opening(
                self.unit, node, many.owner, many.generation, kind=kind, by_index=by_index, details=many.details
            )
            self.records.openings.append(opening)
        place = node.index
        call = node.value.name if isinstance(node.value, Attribute) else None
        if isinstance(place, Missing):
            return many.picked(Which.ANY, None)
        if isinstance(place, Slice):
            thing = Thing(kind, None, Which.INDEX, None, many.owner, many.generation)
            self.find(place.start, place.end, node, thing, Form.INDEX, call)
            return replace(many, chosen=True)
        if kind is Kind.ARTIFACT and many.keyed is False and isinstance(index, Text):
            return many.picked(Which.ANY, None)  # a list has no names
        if isinstance(index, Integer) or (not isinstance(index, Text) and many.keyed is False):
            number = index.value if isinstance(index, Integer) else None
            picked = many.picked(Which.INDEX, number)
            thing = picked.thing
            if many.holds_versions:
                thing = Thing(kind, None, Which.INDEX, number, many.owner, many.generation)
            self.find(place.start, place.end, node, thing, Form.INDEX, call)
            return picked
        thing = self.denote(place, index, kind, many.owner, many.generation, call, None, node)
        return many.named(thing.name) if many.holds_versions else Object(many.type, thing, many.generation)

    methods: ClassVar[Methods] = {**Expressions.methods, Attribute: attribute, Subscript: subscript}
