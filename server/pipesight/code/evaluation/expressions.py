"""Values of expressions: literals, operators, comparisons, comprehensions, annotations; and assignment to targets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from pipesight.code.model import Thing
from pipesight.code.syntax.parser import parse
from pipesight.code.syntax.program import Unit
from pipesight.code.syntax.tree import (
    Attribute,
    Await,
    Binary,
    Boolean,
    Call,
    Compare,
    Comprehension,
    Conditional,
    Constant,
    DictDisplay,
    Display,
    Expression,
    Formatted,
    Function,
    Joined,
    Lambda,
    Name,
    Node,
    Number,
    Return,
    Slice,
    Starred,
    String,
    Subscript,
    Unary,
    Walrus,
    Yield,
    called,
)
from pipesight.zenml import api
from pipesight.zenml.api import Type
from pipesight.zenml.kinds import Generation, Kind, Which

from .containers import as_text, concatenated, merged, percent, simple, text, unpacked, with_attribute, with_entry
from .recorder import Recorder
from .records import Place
from .scope import Frame, is_own
from .values import (
    ArgumentParser,
    ClassValue,
    Each,
    FunctionValue,
    Instance,
    Integer,
    Items,
    Many,
    Namespace,
    Nothing,
    Object,
    Record,
    Symbol,
    Text,
    Value,
    View,
    any_of,
    join,
)

Methods = Mapping[type[Node], Callable[..., Value]]

_CHANGING = (Items, Each, Many, Record, Namespace, ArgumentParser, Instance)


class Expressions(Recorder):
    """Values of expressions, apart from members and calls."""

    def value(self, node: Node, frame: Frame) -> Value:
        method = self.methods.get(type(node))
        return method(self, node, frame) if method is not None else None

    def name(self, node: Name, frame: Frame) -> Value:
        value = self.lookup(frame, node.id)
        self.hold(node, value)
        return value

    def string(self, node: String, frame: Frame) -> Value:
        return Text(node.text)

    def number(self, node: Number, frame: Frame) -> Value:
        return Integer(node.value)

    def constant(self, node: Constant, frame: Frame) -> Value:
        return Nothing() if node.word == "None" else None

    def joined(self, node: Joined, frame: Frame) -> Value:
        values = [self.value(part, frame) for part in node.parts]
        if len(values) == 1 and isinstance(values[0], Text):
            return values[0]
        known = [as_text(value) for value in values]
        return Text(None) if None in known else text("".join(each or "" for each in known))

    def formatted(self, node: Formatted, frame: Frame) -> Value:
        self.value(node.value, frame)
        return None

    def unary(self, node: Unary, frame: Frame) -> Value:
        value = self.value(node.operand, frame)
        if isinstance(value, Integer) and value.value is not None and node.operator in "+-":
            return Integer(-value.value if node.operator == "-" else value.value)
        return None

    def binary(self, node: Binary, frame: Frame) -> Value:
        left, right = self.value(node.left, frame), self.value(node.right, frame)
        match left, node.operator, right:
            case Text(), "+", Text():
                return text(left.text + right.text) if left.text is not None and right.text is not None else Text(None)
            case Text(), "%", _:
                return percent(left, right)
            case (Text(), _, _) | (_, "+", Text()):
                return Text(None)
            case (Items() | Many() | Each(), "+", Items() | Many() | Each()):
                return concatenated(left, right)
            case (Many() | Each(), "+", _):
                return Each(any_of(left))
            case Record(), "|", Record():
                return merged(left, right)
            case (Integer(), _, _) | (_, _, Integer()):
                return Integer(None)
            case _:
                return None

    def compare(self, node: Compare, frame: Frame) -> Value:
        left = self.value(node.left, frame)
        before = node.left
        for operator, right_node in node.rest:
            right = self.value(right_node, frame)
            if operator in ("in", "not in"):
                self.membership(before, left, right_node, right)
            elif operator in ("==", "!="):
                self.equality(before, left, right_node, right)
                self.equality(right_node, right, before, left)
            before, left = right_node, right
        return None

    def membership(self, node: Node, value: Value, container: Node, collection: Value) -> None:
        """`"trainer" in run.steps`, `step.name in ("trainer", "evaluator")`."""
        if not isinstance(value, Text) and not (value is None and isinstance(node, Name)):
            return
        if isinstance(value, Text) and value.of is not None and isinstance(container, Display):
            for item in container.items:
                self.named_so(item, value.of)
        if isinstance(collection, Each) and isinstance(collection.element, Text) and collection.element.of is not None:
            self.named_so(node, collection.element.of)
        if isinstance(collection, View) and collection.name == "keys":
            collection = collection.many
        kind = collection.type.kind if isinstance(collection, Many) else None
        if isinstance(collection, Many) and kind is not None and kind in (Kind.STEP, Kind.OUTPUT):
            self.denote(node, value, kind, collection.owner, collection.generation, "in", None, container)

    def named_so(self, node: Node, thing: Thing) -> None:
        """A literal that the name of a thing is compared with."""
        if isinstance(node, String):
            self.denote(node, Text(node.text), thing.kind, thing.owner, thing.generation, "name", None, node)

    def equality(self, node: Node, value: Value, other: Node, text: Value) -> None:
        """`step.name == "trainer"`."""
        thing = value.of if isinstance(value, Text) else None
        if thing is None:
            return
        is_name = isinstance(node, Attribute) and node.name == "name"
        known = isinstance(text, Text) and text.of is None and text.text is not None
        if known and (is_name or (isinstance(node, Name) and isinstance(other, String))):
            self.denote(other, text, thing.kind, thing.owner, thing.generation, "name", None, other)

    def boolean(self, node: Boolean, frame: Frame) -> Value:
        self.operands[node.left] = left = self.value(node.left, frame)
        inner = frame
        if node.operator == "and":
            inner = Frame(frame.flow, frame)
            self.narrow(node.left, inner)
        self.operands[node.right] = right = self.value(node.right, inner)
        return join((left, right)) if node.operator == "or" else right if right is not None else left

    def conditional(self, node: Conditional, frame: Frame) -> Value:
        self.value(node.test, frame)
        inner = Frame(frame.flow, frame)
        self.narrow(node.test, inner)
        self.operands[node.body] = body = self.value(node.body, inner)
        self.operands[node.otherwise] = otherwise = self.value(node.otherwise, frame)
        return join((body, otherwise))

    def lambda_(self, node: Lambda, frame: Frame, element: Value = None) -> Value:
        inner = Frame(frame.flow, frame)
        for index, parameter in enumerate(node.parameters):
            default = self.value(parameter.default, frame) if parameter.default is not None else None
            inner.names[parameter.name] = element if index == 0 and element is not None else default
        self.value(node.body, inner)
        body = Return(node.body.start, node.body.end, node.body)
        head = Function(node.start, node.end, [body], "", node.start, node.parameters, None)
        return FunctionValue(Place(frame.flow, self.at, Unit(self.unit.line, self.unit.code), head), frame)

    def display(self, node: Display, frame: Frame) -> Value:
        elements = tuple(self.value(item, frame) for item in node.items)
        starred = any(isinstance(item, Starred) for item in node.items)
        return Each(join(elements)) if starred else simple(Items(elements))

    def dict_display(self, node: DictDisplay, frame: Frame) -> Value:
        pairs: list[tuple[str | None, Value]] = []
        for key_node, value_node in node.pairs:
            key = self.value(key_node, frame) if key_node is not None else None
            value = self.value(value_node, frame)
            if key_node is None and isinstance(value, Record):
                pairs += value.pairs
            else:
                pairs.append((key.text if isinstance(key, Text) else None, None if key_node is None else value))
        return simple(Record(tuple(pairs)))

    def comprehension(self, node: Comprehension, frame: Frame) -> Value:
        inner = Frame(frame.flow, frame)
        filtered = False
        source: Value = None
        for clause in node.clauses:
            iterable = self.value(clause.iterable, inner)
            source = iterable if clause is node.clauses[0] else None
            self.assign(clause.target, self.element(iterable), inner)
            for condition in clause.conditions:
                filtered = True
                self.value(condition, inner)
                self.narrow(condition, inner)
        element = self.value(node.element, inner)
        if node.value is not None:
            return self.collected(self.value(node.value, inner), source, filtered, keyed=True)
        return self.collected(element, source, filtered, keyed=False)

    def collected(self, element: Value, source: Value, filtered: bool, *, keyed: bool) -> Value:
        """A list or dict of `element`s: of a collection's own members, once more that collection."""
        if isinstance(source, View):
            source = source.many
        if isinstance(element, Object) and element.thing is not None and isinstance(source, Many):
            same = element.thing.which is Which.ANY and element.type is source.type
            return replace(source, keyed=keyed, chosen=source.chosen or filtered) if same else Each(element)
        return Each(element)

    def starred(self, node: Starred, frame: Frame) -> Value:
        return self.element(self.value(node.value, frame))

    def await_(self, node: Await, frame: Frame) -> Value:
        return self.value(node.value, frame)

    def yield_(self, node: Yield, frame: Frame) -> Value:
        value = self.value(node.value, frame)
        frame.yields.append(self.element(value) if node.many else value)
        return None

    def walrus(self, node: Walrus, frame: Frame) -> Value:
        value = self.value(node.value, frame)
        self.assign(node.target, value, frame)
        return value

    def slice_(self, node: Slice, frame: Frame) -> Value:
        for part in node.parts:
            self.value(part, frame)
        return None

    def element(self, value: Value) -> Value:
        """Any one element of what is iterated over."""
        if isinstance(value, Many):
            keyed = value.keyed
            if keyed is None:
                keyed = value.generation is Generation.MODERN
            return Text(None, value.element.thing) if keyed else value.element
        if isinstance(value, View):
            element, key = value.many.element, Text(None, value.many.element.thing)
            if value.name == "items":
                return Items((key, element)) if value.called else element
            return key if value.name == "keys" else element
        if isinstance(value, Each):
            return value.element
        if isinstance(value, Items):
            return join(value.elements)
        if isinstance(value, Record):
            return join(Text(key) for key, _ in value.pairs)
        return None

    def quiet(self, node: Node, frame: Frame) -> Value:
        """The value of a node that is recorded elsewhere."""
        self.depth += 1
        try:
            return self.value(node, frame)
        finally:
            self.depth -= 1

    def narrow(self, test: Node, frame: Frame) -> None:
        """`step.name == "x"` holds from here on."""
        if isinstance(test, Boolean) and test.operator == "and":
            self.narrow(test.left, frame)
            self.narrow(test.right, frame)
            return
        if isinstance(test, Call):
            self.narrow_type(test, frame)
            return
        if not isinstance(test, Compare) or len(test.rest) != 1 or test.rest[0][0] != "==":
            return
        left, right = test.left, test.rest[0][1]
        if isinstance(left, String):
            left, right = right, left
        if not isinstance(left, Attribute) or left.name != "name" or not isinstance(left.value, Name):
            return
        held = self.lookup(frame, left.value.id)
        if isinstance(held, Object) and held.thing is not None and held.thing.name is None:
            known = self.quiet(right, frame)
            if isinstance(known, Text) and known.text:
                thing = replace(held.thing, name=known.text, which=None, index=None)
                frame.names[left.value.id] = replace(held, thing=thing)

    def narrow_type(self, test: Call, frame: Frame) -> None:
        """`isinstance(x, PipelineRunResponse)` holds from here on."""
        if called(test) != "isinstance" or len(test.arguments) != 2:
            return
        held, type_ = (argument.value for argument in test.arguments)
        if isinstance(held, Name) and self.lookup(frame, held.id) is None:
            types = type_.items if isinstance(type_, Display) else [type_]
            frame.names[held.id] = join(self.annotated(each, frame) for each in types)

    def assign(self, target: Node, value: Value, frame: Frame) -> None:
        match target:
            case Name():
                self.bind(frame, target.id, value)
                self.hold(target, value)
            case Display():
                self.unpack(target.items, value, frame)
            case Starred():
                self.assign(target.value, None, frame)
            case Attribute() | Subscript():
                self.value(target.value, frame)
                if isinstance(target, Subscript):
                    self.value(target.index, frame)
                self.put(target, value, frame)
            case _:
                pass

    def put(self, target: Node, value: Value, frame: Frame) -> None:
        """Takes `value` as what `target` is from here on: a change inside an object makes its variable anew."""
        match target:
            case Name() if isinstance(self.lookup(frame, target.id), _CHANGING):
                self.bind(frame, target.id, value)
            case Attribute() if is_own(target.value, frame) and frame.instance is not None:
                frame.instance[target.name] = value
            case Attribute():
                changed = with_attribute(self.quiet(target.value, frame), target.name, value)
                if changed is not None:
                    self.put(target.value, changed, frame)
            case Subscript():
                changed = with_entry(self.quiet(target.value, frame), self.quiet(target.index, frame), value)
                if changed is not None:
                    self.put(target.value, changed, frame)
            case _:
                pass

    def unpack(self, targets: Sequence[Node], value: Value, frame: Frame) -> None:
        for target, each in zip(targets, unpacked(value, targets), strict=True):
            self.assign(target.value if isinstance(target, Starred) else target, each, frame)

    def annotation(self, node: Node, frame: Frame) -> Value:
        """A value of the annotated type, where that is ZenML's or the file's own class."""
        if isinstance(node, String):
            parsed = parse(node.text)
            if len(parsed) == 1 and isinstance(parsed[0], Expression):
                return self.annotated(parsed[0].value, frame)
            return None
        return self.annotated(node, frame)

    def annotated(self, node: Node, frame: Frame) -> Value:
        if isinstance(node, (Name, Attribute)):
            return self.instance_of(self.quiet(node, frame))
        if isinstance(node, Binary) and node.operator == "|":
            return join((self.annotation(node.left, frame), self.annotation(node.right, frame)))
        if isinstance(node, Constant):
            return Nothing() if node.word == "None" else None
        if isinstance(node, Subscript):
            items = node.index.items if isinstance(node.index, Display) else [node.index]
            name = node.value.name if isinstance(node.value, Attribute) else getattr(node.value, "id", "")
            if name in ("Optional", "Union", "Annotated", "Final", "ClassVar"):
                used = items[:1] if name == "Annotated" else items
                return join(self.annotation(item, frame) for item in used)
            return self.generic(name, items, frame)
        return None

    def generic(self, name: str, items: Sequence[Node], frame: Frame) -> Value:
        """A value of `name[items]`."""
        values = [self.annotation(item, frame) for item in items]
        if all(value is None for value in values) or name in ("Callable", "Type", "type"):
            return None
        if name in ("Tuple", "tuple") and not (len(items) == 2 and isinstance(items[1], Constant)):
            return Items(tuple(values))
        if name in ("Awaitable", "Coroutine"):
            return values[-1]
        if not name.lower().endswith(("dict", "mapping")):
            return values[0].many(keyed=False) if isinstance(values[0], Object) else Each(values[0])
        element = values[-1]
        # A dict of steps or outputs goes by their names; one of runs or pipelines by whatever its owner thought of.
        by_name = isinstance(element, Object) and element.type in (Type.STEP, Type.OUTPUT, Type.ARTIFACT)
        return element.many(keyed=True) if isinstance(element, Object) and by_name else Record(((None, element),))

    def instance_of(self, value: Value) -> Value:
        if isinstance(value, Symbol) and value.name in api.CLASSES:
            type_, generation = api.CLASSES[value.name]
            return Object(type_, Thing(type_.kind) if type_.kind else None, generation)
        if isinstance(value, Symbol) and value.name in ("Model", "ModelVersion"):
            return Object(Type.MODEL_VERSION, Thing(Kind.MODEL))
        if isinstance(value, Symbol) and api.BASES.get(value.name) is Kind.PIPELINE:
            return Object(Type.UNSEEN)
        if isinstance(value, ClassValue):
            return Instance(value)
        return None

    methods: ClassVar[Methods] = {
        Name: name,
        String: string,
        Number: number,
        Constant: constant,
        Joined: joined,
        Formatted: formatted,
        Slice: slice_,
        Unary: unary,
        Binary: binary,
        Compare: compare,
        Boolean: boolean,
        Conditional: conditional,
        Lambda: lambda_,
        Display: display,
        DictDisplay: dict_display,
        Comprehension: comprehension,
        Starred: starred,
        Await: await_,
        Yield: yield_,
        Walrus: walrus,
    }
