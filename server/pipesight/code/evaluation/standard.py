"""Values of calls of Python's own: its builtins, what is followed of its library, methods of texts, lists and dicts."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from pipesight.code.syntax.tree import Argument, Attribute, Call, Lambda, Name, String
from pipesight.zenml.kinds import Kind

from .containers import as_list, changed, entry, option, text_method, with_defaults, with_entry
from .members import Members
from .scope import SAME_ELEMENTS, Frame
from .values import (
    ArgumentParser,
    Bound,
    Builtin,
    Each,
    FunctionValue,
    Instance,
    Integer,
    Items,
    Many,
    Namespace,
    Nothing,
    Record,
    Text,
    Value,
    View,
    join,
    plain,
)


class Standard(Members):
    """Values of calls of Python's own functions and methods."""

    @abstractmethod
    def call(self, node: Call, frame: Frame) -> Value:
        """The value of a call."""

    @abstractmethod
    def bound(
        self,
        node: Call,
        function: FunctionValue,
        frame: Frame,
        *,
        skip: bool,
        taken: dict[str, Value] | None = None,
        complete: bool = True,
    ) -> dict[str, Value]:
        """The arguments of a call by the names of the parameters."""

    def given(self, node: Call, frame: Frame) -> tuple[list[Value], list[tuple[str, Value]]]:
        """The values of the positional arguments, and of those by keyword."""
        values = [(argument.keyword, self.value(argument.value, frame)) for argument in node.arguments]
        named = [(keyword, value) for keyword, value in values if keyword is not None]
        return [value for keyword, value in values if keyword is None], named

    def call_builtin(self, node: Call, function: Builtin, frame: Frame) -> Value:
        arguments = node.arguments
        match function.name:
            case "getattr" if len(arguments) > 1 and isinstance(name := arguments[1].value, String):
                attribute = Attribute(node.start, name.end, arguments[0].value, name.text, name.inner_start)
                return self.attribute(attribute, frame)
            case "cast" if len(arguments) > 1:
                value = self.value(arguments[1].value, frame)
                type_ = self.annotation(arguments[0].value, frame)
                return value if type_ is None else type_
            case "partial" if arguments:
                return self.partial(node, frame)
            case "super":
                return self.super_(frame)
            case "filter" | "map" | "max" | "min" | "sorted":
                return self.going_through(arguments, function.name, frame)
            case _:
                return self.builtin(function.name, *self.given(node, frame))

    def builtin(self, name: str, values: Sequence[Value], named: Sequence[tuple[str, Value]]) -> Value:
        """What a function of Python's gives for these values."""
        first = values[0] if values else None
        if name in SAME_ELEMENTS:
            return self.same_elements(first, chosen=name in ("reversed", "set")) if values else Items(())
        match name:
            case "next" | "anext":
                return self.element(first)
            case "islice":
                return self.same_elements(first, chosen=True)
            case "chain":
                return self.chain(values)
            case "enumerate":
                return Each(Items((Integer(None), self.element(first))))
            case "zip":
                return Each(Items(tuple(self.element(value) for value in values)))
            case "str":
                return first if isinstance(first, Text) else Text(None)
            case "dict":
                return first if isinstance(first, (Record, Many)) else self.dictionary(first, named)
            case "dictionary":
                return Record(())
            case "vars":
                return self.attributes(first)
            case "SimpleNamespace":
                return Namespace(tuple(named))
            case "ArgumentParser":
                return ArgumentParser()
            case "getenv":
                return values[1] if len(values) > 1 else dict(named).get("default", Nothing())
            case "gather":
                return Items(tuple(values))
            case "copy" | "await":
                return first
            case _:
                return None

    def same_elements(self, source: Value, *, chosen: bool) -> Value:
        """A list of what another one holds."""
        source = as_list(source)
        if isinstance(source, View):
            return Each(self.element(source))
        if not isinstance(source, Many):
            return Each(self.element(source)) if isinstance(source, Items) and chosen else source
        keyed = isinstance(self.element(source), Text)
        if keyed and source.type.kind in (Kind.STEP, Kind.OUTPUT):
            return Each(self.element(source))
        return replace(source, keyed=False, chosen=source.chosen or chosen)

    def chain(self, values: Sequence[Value]) -> Value:
        """One list behind another."""
        alike = bool(values) and all(value == values[0] for value in values)
        return self.same_elements(values[0], chosen=True) if alike else Each(join(map(self.element, values)))

    def dictionary(self, source: Value, named: Sequence[tuple[str, Value]]) -> Value:
        """`dict(pairs, key=value)`."""
        pair = self.element(source)
        if isinstance(pair, Items) and len(pair.elements) == 2:
            return with_entry(Record(tuple(named)), *pair.elements)
        return Record(tuple(named))

    def attributes(self, value: Value) -> Value:
        """`vars(x)`, `asdict(x)`."""
        if isinstance(value, Namespace):
            return Record(value.attributes)
        if isinstance(value, Instance):
            known = {**value.of.attributes, **dict(value.given)}
            return Record(tuple((name, each) for name, each in known.items() if not isinstance(each, FunctionValue)))
        return None

    def going_through(self, arguments: Sequence[Argument], name: str, frame: Frame) -> Value:
        """`filter`, `map`, `max`, `min`, `sorted`: the function they are given gets each element."""
        values = {each: self.value(each.value, frame) for each in arguments if not isinstance(each.value, Lambda)}
        positional = [each for each in arguments if each.keyword is None]
        through = positional[1 if name in ("filter", "map") else 0 :][:1]
        source = values.get(through[0]) if through else None
        element = self.element(source)
        result: Value = None
        for each in arguments:
            function = values.get(each)
            if isinstance(each.value, Lambda):
                function = self.lambda_(each.value, frame, element)
            if isinstance(function, FunctionValue):
                result = self.applied(function, element)
        match name:
            case "map":
                return Each(result)
            case "max" | "min":
                return element if element is not None else join(values.get(each) for each in positional)
            case _:
                return self.same_elements(source, chosen=True)

    def applied(self, function: FunctionValue, element: Value) -> Value:
        """What a function gives for each element."""
        if not function.head.parameters:
            return None
        arguments = {function.head.parameters[0].name: element}
        if self.depth == 0 and function.head.name:
            self.calls.append((function, tuple(arguments.items())))
        return self.follow(function, arguments)

    def super_(self, frame: Frame) -> Value:
        """`super()`: the object, as its class's base knows it."""
        owner = self.active[-1].owner if self.active else None
        base = next((each for each in owner.bases if isinstance(each, type(owner))), None) if owner else None
        own = self.lookup(frame, frame.own) if frame.own else None
        return Instance(base, own.given if isinstance(own, Instance) else ()) if base is not None else None

    def partial(self, node: Call, frame: Frame) -> Value:
        first, *rest = node.arguments
        call = Call(node.start, node.end, first.value, rest, node.open, node.closed)
        function = self.value(first.value, frame)
        if isinstance(function, FunctionValue):
            arguments = self.bound(call, function, frame, skip=False, complete=False)
            self.follow(function, arguments)
            return Bound(function, tuple((name, plain(value)) for name, value in arguments.items()))
        return Bound(None, (), self.call(call, frame))

    def call_value_method(self, node: Call, receiver: Value, name: str, frame: Frame) -> Value:
        """What a method of a text, list, dict or parser gives, and what the receiver is afterwards."""
        values, named = self.given(node, frame)
        if isinstance(receiver, Text):
            return text_method(receiver, name, values, named)
        if isinstance(receiver, ArgumentParser):
            return self.call_parser(node, receiver, name, values, named, frame)
        after = changed(receiver, name, [as_list(value) for value in values])
        if after is not None and isinstance(node.function, Attribute):
            self.put(node.function.value, after, frame)
        match receiver:
            case Record():
                return self.call_record(receiver, name, values)
            case Each() | Items() if name == "copy":
                return receiver
            case Each() | Items() if name in ("pop", "popleft"):
                return self.element(receiver)
            case _:
                return None

    def call_record(self, receiver: Record, name: str, values: Sequence[Value]) -> Value:
        keys, entries = join(Text(key) for key, _ in receiver.pairs), join(value for _, value in receiver.pairs)
        match name:
            case "get" | "pop" | "setdefault" if values:
                found = entry(receiver, values[0])
                return values[1] if found is None and len(values) > 1 else found
            case "items":
                return Each(Items((keys, entries)))
            case "values":
                return Each(entries)
            case "keys":
                return Each(keys)
            case "copy":
                return receiver
            case _:
                return None

    def call_parser(
        self,
        node: Call,
        parser: ArgumentParser,
        name: str,
        values: Sequence[Value],
        named: Sequence[tuple[str, Value]],
        frame: Frame,
    ) -> Value:
        """What a method of an `argparse` parser gives. Options of a group or command are its parser's too."""
        holder = node.function.value if isinstance(node.function, Attribute) else node
        match name:
            case "add_argument" | "set_defaults":
                defaults = option(values, named) if name == "add_argument" else named
                self.put(holder, with_defaults(parser, defaults), frame)
                above = self.lookup(frame, parser.parent) if parser.parent else None
                if isinstance(above, ArgumentParser) and parser.parent:
                    self.bind(frame, parser.parent, with_defaults(above, defaults, certain=False))
                return None
            case "add_argument_group" | "add_mutually_exclusive_group" | "add_subparsers":
                return ArgumentParser((), holder.id if isinstance(holder, Name) else None)
            case "add_parser":
                return ArgumentParser((), parser.parent)
            case "parse_args":
                return Namespace(parser.options)
            case "parse_known_args":
                return Items((Namespace(parser.options), None))
            case _:
                return None
