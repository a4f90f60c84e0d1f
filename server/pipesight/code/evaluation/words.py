"""Record the arguments that are words of ZenML's other records: versions, tags, projects, statuses, columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipesight.code.model import CallDetails, Form, Thing
from pipesight.code.syntax import tree
from pipesight.code.syntax.tree import Argument, Constant, JoinedStr, Node, String
from pipesight.zenml.declarations import COMMON, Parameter
from pipesight.zenml.kinds import Detail, Generation, Kind

from .alternatives import alternatives
from .evaluation import Evaluation
from .naming import Asked, denote, find
from .values import Text, Value

OPERATIONS = ("contains:", "startswith:", "endswith:", "oneof:", "notequals:", "equals:", "gt:", "gte:", "lt:", "lte:")
_VERSIONED = (Kind.ARTIFACT, Kind.MODEL)
_OF_CALL = (Kind.STATUS, Kind.COLUMN)  # kinds of word that differ between calls
_OF_NO_PROJECT = (Kind.PROJECT, Kind.STATUS, Kind.STAGE, Kind.COLUMN)


@dataclass(frozen=True, slots=True)
class WordArgument:
    """An argument that is one word, or a list of several."""

    argument: Argument
    parameter: Parameter
    value: Value


@dataclass(frozen=True, slots=True)
class WordCall:
    """The call that takes words. `named` are the receiver and the things that the call names."""

    node: tree.Call
    name: str
    generation: Generation | None
    named: Sequence[Thing]
    scope: CallDetails


def record_words(ev: Evaluation, call: WordCall, words: Iterable[WordArgument]) -> None:
    """Record the words in the arguments of a call."""
    for word in words:
        kind = word.parameter.kind
        assert kind is not None
        scope = call.scope if kind not in _OF_NO_PROJECT else ()
        details = (*scope, *details_of(word.parameter, call.name))
        owner = version_owner(word.parameter, call.named) if kind is Kind.VERSION else None
        asked = Asked(kind, owner, call.generation, call.name, call.node, word.argument.keyword, details)
        for node in _said(word.argument.value):
            _record(ev, node, word.value, asked)


def details_of(parameter: Parameter, call: str) -> Iterator[tuple[Detail, str | int | None]]:
    """Yield the details of a word that follow from the parameter and the call."""
    if parameter.kind in _OF_CALL:
        yield Detail.CALL, call
    if parameter.kind is Kind.COMPONENT and COMMON.get(parameter.names[0]) is parameter:  # such as `step_operator=`
        yield Detail.TYPE, parameter.names[0]
    if parameter.takes_prefix:
        yield Detail.PREFIX, 1


def version_owner(parameter: Parameter, named: Sequence[Thing]) -> Thing | None:
    """Return the artifact or model that a version is of: `model_version=` is of the model. None if several may be."""
    kinds = [kind for kind in _VERSIONED if parameter.names[0].startswith(kind.value)] or _VERSIONED
    for kind in kinds:
        found = [thing for thing in named if thing.kind is kind]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _said(node: Node) -> Iterator[Node]:
    """Yield the expressions of one word each: the elements of a list, or the argument itself."""
    if isinstance(node, tree.Sequence):
        yield from node.elts
    else:
        yield node


def _record(ev: Evaluation, node: Node, value: Value, asked: Asked) -> None:
    if isinstance(node, String):
        if not node.text.startswith(OPERATIONS):
            denote(ev, node, Text(node.text), asked)
    elif isinstance(node, Constant) and isinstance(node.value, int) and asked.kind is Kind.VERSION:
        find(ev, (node.start, node.end), (asked.thing(str(node.value)),), Form.LITERAL, asked)
    elif isinstance(node, JoinedStr) or any(isinstance(each, Text) and each.text for each in alternatives(value)):
        denote(ev, node, value, asked)
