"""Evaluate calls of Python's builtins, of some library functions, and of methods of strings, lists and dicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from pipesight.code.syntax.tree import Argument, Attribute, Call, Comprehension, Lambda, Name, String

from .alternatives import as_default, only, plain, says_nothing
from .annotations import annotation
from .assigning import put
from .containers import as_list, changed, element, entry, same_elements, with_defaults, with_entry
from .evaluation import Evaluation
from .expressions import applied_lambda
from .functions import bind_arguments, follow, given, replaced
from .handing import applied, arrived, gathered, handed, started
from .joins import join, mapped
from .library import SAME_ELEMENTS
from .objects import ListLength, Many
from .ordering import extreme, first_of, order_of, ordered, turned
from .texts import option, text_method
from .values import (
    NONE,
    UNKNOWN,
    ArgumentParser,
    Bound,
    Builtin,
    Each,
    Frame,
    FunctionValue,
    Future,
    Instance,
    Integer,
    Items,
    Method,
    Namespace,
    Record,
    Runner,
    Single,
    Text,
    Value,
)

_MOST_ENTRIES = 8  # of a dict whose entries are told apart

Values: TypeAlias = Sequence[Value]
Named: TypeAlias = Sequence[tuple[str, Value]]


def call_builtin(ev: Evaluation, node: Call, function: Builtin, frame: Frame) -> Value:
    """Evaluate the call of one of Python's functions."""
    arguments = node.arguments
    match function.name:
        case "getattr" | "setattr" if len(arguments) > 1 and isinstance(arguments[1].value, String):
            return _attribute(ev, node, arguments[1].value, function.name, frame)
        case "cast" if len(arguments) > 1:
            value = ev.value(arguments[1].value, frame)
            promised = annotation(ev, arguments[0].value, frame)
            return value if promised == UNKNOWN else promised
        case "next" if arguments and isinstance(arguments[0].value, (Call, Comprehension)):
            return mapped(ev.value(arguments[0].value, frame), first_of)
        case "partial" if arguments:
            return _partial(ev, node, frame)
        case "handed":
            return handed(ev, node, node.arguments, frame)
        case "thread":
            return started(ev, node, frame)
        case "gather":
            return gathered(ev, node, frame)
        case "super":
            return _super(ev, frame)
        case "filter" | "map" | "max" | "min" | "sorted":
            return _going_through(ev, arguments, function.name, frame)
        case _:
            return _builtin(function.name, *given(ev, node, frame))


def _attribute(ev: Evaluation, node: Call, name: String, function: str, frame: Frame) -> Value:
    """Evaluate `getattr(x, "name")` and `setattr(x, "name", value)`."""
    attribute = Attribute(node.start, name.end, node.arguments[0].value, name.text, name.inner_start)
    if function == "getattr":
        return ev.value(attribute, frame)
    if len(node.arguments) == 3:
        put(ev, attribute, ev.value(node.arguments[2].value, frame), frame)
    return NONE


def _builtin(name: str, values: Values, named: Named) -> Value:
    """Return the result of one of Python's functions for these values."""
    first = values[0] if values else UNKNOWN
    if name == "reversed":
        return mapped(same_elements(first, chosen=False), turned)
    if name in SAME_ELEMENTS:
        return same_elements(first, chosen=name in ("set", "frozenset")) if values else Items(())
    make = _MAKERS.get(name)
    return make(first, values, named) if make is not None else UNKNOWN


def _chain(first: Value, values: Values, named: Named) -> Value:
    """Evaluate `chain(a, b)`: one list after another."""
    alike = bool(values) and all(value == values[0] for value in values)
    return same_elements(first, chosen=True) if alike else Each(join(map(element, values)))


def _dict(first: Value, values: Values, named: Named) -> Value:
    """Evaluate `dict(pairs, key=value)`."""
    if isinstance(first, (Record, Many)):
        return first
    pair = element(first)
    if isinstance(pair, Items) and len(pair.elements) == 2:
        made = with_entry(Record(tuple(named)), *pair.elements)
        return UNKNOWN if made is None else made
    return Record(tuple(named))


def _vars(first: Value, values: Values, named: Named) -> Value:
    """Evaluate `vars(x)` and `asdict(x)`."""
    match only(first):
        case Namespace() as namespace:
            return Record(namespace.attributes)
        case Instance() as instance:
            known = {**instance.of.attributes, **dict(instance.given)}
            return Record(tuple((name, each) for name, each in known.items() if not isinstance(each, FunctionValue)))
        case _:
            return UNKNOWN


def _getenv(first: Value, values: Values, named: Named) -> Value:
    return as_default(values[1] if len(values) > 1 else dict(named).get("default", NONE))


def _len(first: Value, values: Values, named: Named) -> Value:
    listed = only(as_list(first))
    return ListLength(listed) if isinstance(listed, Many) else Integer(None)


def _replace(first: Value, values: Values, named: Named) -> Value:
    """Evaluate `dataclasses.replace(x, attribute=value)`."""
    instance = only(first)
    return replaced(instance, named) if isinstance(instance, Instance) else UNKNOWN


_MAKERS: dict[str, Callable[[Value, Values, Named], Value]] = {
    "len": _len,
    "next": lambda first, values, named: element(first),
    "anext": lambda first, values, named: element(first),
    "islice": lambda first, values, named: same_elements(first, chosen=True),
    "chain": _chain,
    "enumerate": lambda first, values, named: Each(Items((Integer(None), element(first)))),
    "zip": lambda first, values, named: Each(Items(tuple(map(element, values)))),
    "str": lambda first, values, named: first if isinstance(first, Text) else Text(None),
    "dict": _dict,
    "dictionary": lambda first, values, named: Record(()),
    "vars": _vars,
    "SimpleNamespace": lambda first, values, named: Namespace(tuple(named)),
    "ArgumentParser": lambda first, values, named: ArgumentParser(),
    "getenv": _getenv,
    "runner": lambda first, values, named: Runner(),
    "task": lambda first, values, named: Future(first),
    "replace": _replace,
    "copy": lambda first, values, named: first,
    "await": lambda first, values, named: arrived(first),
}


def _going_through(ev: Evaluation, arguments: Sequence[Argument], name: str, frame: Frame) -> Value:
    """Evaluate `filter`, `map`, `max`, `min` and `sorted`, which pass each element to a function."""
    values = {each: ev.value(each.value, frame) for each in arguments if not isinstance(each.value, Lambda)}
    positional = [each for each in arguments if each.keyword is None]
    through = positional[1 if name in ("filter", "map") else 0 :][:1]
    source = values.get(through[0], UNKNOWN) if through else UNKNOWN
    one = element(source)
    result: Value = UNKNOWN
    for each in arguments:
        function = values.get(each, UNKNOWN)
        if isinstance(each.value, Lambda):
            function = applied_lambda(ev, each.value, frame, one)
        if isinstance(function, FunctionValue) or (name == "map" and each is positional[0]):
            result = applied(ev, function, one, frame)
    match name:
        case "map":
            return Each(result)
        case "max" | "min":
            if (order := order_of(arguments)) is not None and len(positional) == 1:
                return mapped(as_list(source), lambda each: extreme(each, order, newest=name == "max"))
            return join(values.get(each, UNKNOWN) for each in positional) if says_nothing(one) else one
        case _:
            return _sorted(source, arguments) if name == "sorted" else same_elements(source, chosen=True)


def _sorted(source: Value, arguments: Sequence[Argument]) -> Value:
    """Evaluate `sorted(runs, key=lambda run: run.created, reverse=True)`."""
    order = order_of(arguments)
    same = same_elements(source, chosen=order is None)
    return mapped(same, lambda each: ordered(each, order)) if order is not None else same


def _super(ev: Evaluation, frame: Frame) -> Value:
    """Evaluate `super()`: the object, as its class's base knows it."""
    owner = ev.stack.active[-1].owner if ev.stack.active else None
    base = owner.ancestors[0] if owner and owner.ancestors else None
    own = ev.lookup(frame, frame.own) if frame.own else UNKNOWN
    return Instance(base, own.given if isinstance(own, Instance) else ()) if base is not None else UNKNOWN


def _partial(ev: Evaluation, node: Call, frame: Frame) -> Value:
    first, *rest = node.arguments
    call = Call(node.start, node.end, first.value, rest, node.open, node.closed)
    function = ev.value(first.value, frame)
    if isinstance(function, FunctionValue):
        arguments = bind_arguments(ev, call, function, frame, complete=False)
        follow(ev, function, arguments)
        return Bound(function, tuple((name, plain(value)) for name, value in arguments.items()))
    return Bound(None, (), ev.value(call, frame))


# Methods


def call_value_method(ev: Evaluation, node: Call, method: Method, frame: Frame) -> Value:
    """Return the result of a method of a string, list, dict or parser, and bind the receiver to its changed value."""
    receiver, name = method.receiver, method.name
    values, named = given(ev, node, frame)
    if isinstance(receiver, Text):
        made = text_method(receiver, name, values, named)
        return UNKNOWN if made is None else made
    if isinstance(receiver, ArgumentParser):
        return _call_parser(ev, node, receiver, name, values, named, frame)
    after = changed(receiver, name, [as_list(value) for value in values])
    if isinstance(receiver, Record) and name == "update" and named:  # `options.update(step="train")`
        after = changed(receiver if after is None else after, name, [Record(tuple(named))])
    if after is not None and isinstance(node.function, Attribute):
        put(ev, node.function.value, after, frame)
    match receiver:
        case Record():
            return _call_record(receiver, name, values)
        case Each() | Items() if name == "copy":
            return receiver
        case Each() | Items() if name in ("pop", "popleft"):
            return element(receiver)
        case _:
            return UNKNOWN


def _known_entries(record: Record) -> Sequence[tuple[Text, Value]] | None:
    """Return the keys and values of a short dict. None if the dict may have others, or another order."""
    entries = dict(record.pairs)
    if not record.exact or len(entries) > _MOST_ENTRIES:
        return None
    return [(Text(key), value) for key, value in entries.items()]


def _call_record(receiver: Record, name: str, values: Values) -> Value:
    keys, entries = join(Text(key) for key, _ in receiver.pairs), join(value for _, value in receiver.pairs)
    match name:
        case "get" | "pop" | "setdefault" if values:
            found = entry(receiver, values[0])
            if found is None:
                return values[1] if len(values) > 1 else UNKNOWN
            return found
        case "items" | "values" | "keys" if (known := _known_entries(receiver)) is not None:
            return Items(tuple(Items(each) if name == "items" else each[name == "values"] for each in known))
        case "items":
            return Each(Items((keys, entries)))
        case "values":
            return Each(entries)
        case "keys":
            return Each(keys)
        case "copy":
            return receiver
        case _:
            return UNKNOWN


def _call_parser(
    ev: Evaluation, node: Call, parser: ArgumentParser, name: str, values: Values, named: Named, frame: Frame
) -> Value:
    """Return the result of a method of an `argparse` parser. Options of a group or command are its parser's too."""
    match name:
        case "add_argument":
            made = option(values, named)
            default = UNKNOWN if made is None or made[1] is None else made[1]
            _declare(ev, node, parser, [(made[0], default)] if made else [], frame)
            return UNKNOWN
        case "set_defaults":
            _declare(ev, node, parser, [(name, as_default(value)) for name, value in named], frame)
            return UNKNOWN
        case "add_argument_group" | "add_mutually_exclusive_group" | "add_subparsers":
            holder = node.function.value if isinstance(node.function, Attribute) else node
            return ArgumentParser((), holder.id if isinstance(holder, Name) else None)
        case "add_parser":
            return ArgumentParser((), parser.parent)
        case "parse_args":
            return Namespace(parser.options)
        case "parse_known_args":
            return Items((Namespace(parser.options), UNKNOWN))
        case _:
            return UNKNOWN


def _declare(ev: Evaluation, node: Call, parser: ArgumentParser, defaults: Named, frame: Frame) -> None:
    holder = node.function.value if isinstance(node.function, Attribute) else node
    put(ev, holder, with_defaults(parser, defaults), frame)
    above: Single = only(ev.lookup(frame, parser.parent)) if parser.parent else UNKNOWN
    if isinstance(above, ArgumentParser) and parser.parent:
        ev.bind(frame, parser.parent, with_defaults(above, defaults, certain=False))
