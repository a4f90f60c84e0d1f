"""Evaluate calls of Python's builtins, of some library functions, and of methods of strings, lists and dicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from pipesight.code.syntax.tree import Argument, Attribute, Call, Comprehension, Lambda, Name, String

from .alternatives import as_default, only, plain, says_nothing
from .annotations import annotation
from .assigning import holder_of, put, set_attribute
from .changing import NAMESPACE, attributes_of, class_of, disturb, disturb_one, is_of_module, same_object
from .containers import (
    CHANGING_METHODS,
    as_list,
    changed,
    element,
    entry,
    merged,
    same_elements,
    with_defaults,
    with_entry,
)
from .evaluation import Evaluation
from .expressions import applied_lambda
from .functions import UNKNOWN_METHOD, bind_arguments, follow, given, replaced
from .handing import applied, arrived, gathered, handed, started
from .joins import join, mapped, renewed
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

_READING = frozenset(("__contains__", "__getitem__", "__iter__", "__len__"))
_MOST_ENTRIES = 8  # of a dict whose entries are told apart

Values: TypeAlias = Sequence[Value]
KeywordValues: TypeAlias = Sequence[tuple[str, Value]]


def call_builtin(ev: Evaluation, node: Call, function: Builtin, frame: Frame) -> Value:
    """Evaluate the call of one of Python's functions."""
    evaluate = _CALLS.get(function.name)
    value = evaluate(ev, node, frame) if evaluate is not None and node.arguments else None
    if function.name == "super":
        return _super(ev, frame)
    if value is None and function.name in ("globals", "locals", "vars") and not node.arguments:
        return NAMESPACE if function.name == "globals" or is_of_module(frame) else UNKNOWN
    if value is None and function.name in ("filter", "map", "max", "min", "sorted"):
        return _going_through(ev, node.arguments, function.name, frame)
    return _builtin(function.name, *given(ev, node, frame)) if value is None else value


def _cast(ev: Evaluation, node: Call, frame: Frame) -> Value | None:
    """Evaluate `cast(Class, x)`."""
    if len(node.arguments) == 1:
        return None
    value = ev.value(node.arguments[1].value, frame)
    promised = annotation(ev, node.arguments[0].value, frame)
    return value if promised == UNKNOWN else promised


def _next(ev: Evaluation, node: Call, frame: Frame) -> Value | None:
    """Evaluate `next(...)` of a generator."""
    if not isinstance(node.arguments[0].value, (Call, Comprehension)):
        return None
    return mapped(ev.value(node.arguments[0].value, frame), first_of)


def _import(ev: Evaluation, node: Call, frame: Frame) -> Value | None:
    """Evaluate `import_module(__name__)`."""
    name = node.arguments[0].value
    return NAMESPACE if isinstance(name, Name) and name.id == "__name__" else None


def _get_attribute(ev: Evaluation, node: Call, frame: Frame) -> Value | None:
    """Evaluate `getattr(x, "name")`."""
    if len(node.arguments) == 1:
        return None
    holder, name, *_ = (each.value for each in node.arguments)
    if isinstance(name, String):
        return ev.value(Attribute(node.start, name.end, holder, name.text, name.inner_start), frame)
    value = only(given(ev, node, frame)[0][0])
    return Method(value, UNKNOWN_METHOD) if isinstance(value, Instance) else UNKNOWN


def _set_attribute(ev: Evaluation, node: Call, frame: Frame) -> Value | None:
    """Evaluate `setattr(x, "name", value)` and `delattr(x, "name")`."""
    if len(node.arguments) == 1:
        return None
    holder, *values = (ev.value(each.value, frame) for each in node.arguments)
    set_attribute(ev, holder, node.arguments[0].value, values, frame)
    return NONE


def _run_text(ev: Evaluation, node: Call, frame: Frame) -> Value:
    """Evaluate `exec(code)` and `eval(code)`, which may bind any name, unless they get other variables."""
    values, named = given(ev, node, frame)
    spaces = [*values[1:], *(value for _, value in named)]
    disturb(ev, spaces or [NAMESPACE], frame)
    return UNKNOWN


def _builtin(name: str, values: Values, named: KeywordValues) -> Value:
    """Return the result of one of Python's functions for these values."""
    first = values[0] if values else UNKNOWN
    if name == "reversed":
        return mapped(same_elements(first, chosen=False), turned)
    if name in SAME_ELEMENTS:
        return same_elements(first, chosen=name in ("set", "frozenset")) if values else Items(())
    make = _MAKERS.get(name)
    return make(first, values, named) if make is not None else UNKNOWN


def _chain(first: Value, values: Values, named: KeywordValues) -> Value:
    """Evaluate `chain(a, b)`: one list after another."""
    alike = bool(values) and all(value == values[0] for value in values)
    return same_elements(first, chosen=True) if alike else Each(join(map(element, values)))


def _dict(first: Value, values: Values, named: KeywordValues) -> Value:
    """Evaluate `dict(pairs, key=value)`."""
    if isinstance(first, (Record, Many)):
        return merged(first, Record(tuple(named))) if named and isinstance(first, Record) else renewed(first)
    pair = element(first)
    if isinstance(pair, Items) and len(pair.elements) == 2:
        made = with_entry(Record(tuple(named)), *pair.elements)
        return UNKNOWN if made is None else made
    return Record(tuple(named))


def _vars(first: Value, values: Values, named: KeywordValues) -> Value:
    """Evaluate `vars(x)` and `asdict(x)`."""
    match only(first):
        case Namespace() as namespace:
            return same_object(namespace, Record(namespace.attributes))
        case Instance() as instance:
            return attributes_of(instance)
        case Builtin() as namespace if namespace == NAMESPACE:
            return NAMESPACE
        case _:
            return UNKNOWN


def _getenv(first: Value, values: Values, named: KeywordValues) -> Value:
    return as_default(values[1] if len(values) > 1 else dict(named).get("default", NONE))


def _len(first: Value, values: Values, named: KeywordValues) -> Value:
    listed = only(as_list(first))
    return ListLength(listed) if isinstance(listed, Many) else Integer(None)


def _replace(first: Value, values: Values, named: KeywordValues) -> Value:
    """Evaluate `dataclasses.replace(x, attribute=value)`."""
    instance = only(first)
    is_plain = isinstance(instance, Instance) and not instance.of.defines("__post_init__")
    return replaced(instance, named) if isinstance(instance, Instance) and is_plain else UNKNOWN


_MAKERS: dict[str, Callable[[Value, Values, KeywordValues], Value]] = {
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
    "type": lambda first, values, named: class_of(first) if len(values) == 1 else UNKNOWN,
    "task": lambda first, values, named: Future(first),
    "replace": _replace,
    "same": lambda first, values, named: first,
    "copy": lambda first, values, named: renewed(first),
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
            if len(positional) > 1 or says_nothing(one):
                return join(values.get(each, UNKNOWN) for each in positional)
            return one
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
        follow(ev, function, arguments, frame)
        return Bound(function, tuple((name, plain(value)) for name, value in arguments.items()))
    return Bound(None, (), ev.value(call, frame))


_CALLS: dict[str, Callable[[Evaluation, Call, Frame], Value | None]] = {
    "__import__": _import,
    "cast": _cast,
    "delattr": _set_attribute,
    "eval": _run_text,
    "exec": _run_text,
    "gather": gathered,
    "getattr": _get_attribute,
    "handed": lambda ev, node, frame: handed(ev, node, node.arguments, frame),
    "import_module": _import,
    "next": _next,
    "partial": _partial,
    "setattr": _set_attribute,
    "thread": started,
}


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
    if receiver == NAMESPACE and name in CHANGING_METHODS:
        disturb(ev, [receiver], frame)
    if name.startswith("__") and name not in _READING:
        disturb_one(ev, receiver, frame)
    after = changed(receiver, name, [as_list(value) for value in values])
    if isinstance(receiver, Record) and name == "update" and named:  # `options.update(step="train")`
        after = changed(receiver if after is None else after, name, [Record(tuple(named))])
    if after is not None:
        put(ev, holder_of(node), receiver, after, frame)
    match receiver:
        case Record():
            return _call_record(receiver, name, values)
        case Each() | Items() if name == "copy":
            return renewed(receiver)
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
            default = values[1] if len(values) > 1 else UNKNOWN
            if found is None:
                return default
            return found if receiver.exact or len(values) < 2 else join((found, default))
        case "items" | "values" | "keys" if (known := _known_entries(receiver)) is not None:
            return Items(tuple(Items(each) if name == "items" else each[name == "values"] for each in known))
        case "items":
            return Each(Items((keys, entries)))
        case "values":
            return Each(entries)
        case "keys":
            return Each(keys)
        case "copy":
            return renewed(receiver)
        case _:
            return UNKNOWN


def _call_parser(
    ev: Evaluation, node: Call, parser: ArgumentParser, name: str, values: Values, named: KeywordValues, frame: Frame
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
            holder = holder_of(node)
            return ArgumentParser((), holder.id if isinstance(holder, Name) else None)
        case "add_parser":
            return ArgumentParser((), parser.parent)
        case "parse_args":
            return Namespace(parser.options)
        case "parse_known_args":
            return Items((Namespace(parser.options), UNKNOWN))
        case _:
            return UNKNOWN


def _declare(ev: Evaluation, node: Call, parser: ArgumentParser, defaults: KeywordValues, frame: Frame) -> None:
    put(ev, holder_of(node), parser, with_defaults(parser, defaults), frame)
    above: Single = only(ev.lookup(frame, parser.parent)) if parser.parent else UNKNOWN
    if isinstance(above, ArgumentParser) and parser.parent:
        ev.bind(frame, parser.parent, with_defaults(above, defaults, certain=False))
