"""Record the names that code gives to the runs, artifacts and calls of steps it makes, even if only partly known."""

from __future__ import annotations

import re

from pipesight.code.model import Thing
from pipesight.code.syntax.tree import Argument, Attribute, BinOp, Call, Dict, JoinedStr, Node, String, called, elements
from pipesight.zenml import api
from pipesight.zenml.declarations import Type
from pipesight.zenml.kinds import Kind

from .alternatives import only
from .evaluation import Evaluation
from .invoking import called_run, last_run_of
from .naming import Asked, denote, leaves
from .objects import Object
from .records import Defined
from .texts import as_text
from .values import ClassValue, Frame, FunctionValue, Instance, Method, Single, Text, Value

_ANY = ".+"
_FIELD = re.compile(r"\{[^{}]*\}|%[sd]")
_LETTERS_KNOWN = 3  # known letters that a composed name must have


def give_names(ev: Evaluation, node: Call, function: Single, frame: Frame) -> None:
    """Record the names that a call gives, whatever it calls: `p.run(run_name="first")`, `train(id="second")`."""
    does = called(node) or ""
    for argument in node.arguments:
        if argument.keyword in api.NAMES_STEPS:
            _name_steps(ev, node, argument, function, frame)
        _give_by_keyword(ev, node, argument, function, frame)
    first = node.arguments[0] if node.arguments else None
    if does == "run" and first is not None and first.keyword is None and _kind_of(function) in (Kind.PIPELINE, None):
        # The first releases of ZenML take the run's name by position.
        pattern = _pattern(ev, first.value, frame) if ev.quiet == 0 else None
        if pattern is not None:
            ev.outcome.records.patterns.append((Kind.RUN, pattern))


def _give_by_keyword(ev: Evaluation, node: Call, argument: Argument, function: Single, frame: Frame) -> None:
    does = called(node) or ""
    if argument.keyword in api.NEW_NAMES and does.startswith(api.MAKING):
        _give_new(ev, argument.value, frame)
    elif argument.keyword in api.NAMES_RUN and does in api.NAMES_RUN[argument.keyword]:
        _give(ev, Kind.RUN, argument.value, frame)
    elif argument.keyword == "id" and (ev.pipeline is not None or _kind_of(function) is Kind.STEP):
        _give(ev, Kind.STEP, argument.value, frame)
    elif argument.keyword == "name" and does == "configure" and isinstance(node.function, Attribute):
        for kind in (Kind.PIPELINE, Kind.STEP):
            if _kind_of(function) in (kind, None):
                _give(ev, kind, argument.value, frame)


def _name_steps(ev: Evaluation, node: Call, argument: Argument, function: Single, frame: Frame) -> None:
    """Record the steps of today's code that an argument names: `train(after=["load"])`, `configure(steps={...})`."""
    keyword, does = argument.keyword or "", called(node) or ""
    if keyword == "after":
        run = called_run(ev) if _kind_of(function) in (Kind.STEP, None) else None
        nodes = elements(argument.value)
    else:
        made = pipeline_called(function) if does in api.NAMES_STEPS[keyword] else None
        run = last_run_of(made) if made is not None else None
        nodes = [key for key, _ in argument.value.pairs if key is not None] if isinstance(argument.value, Dict) else []
    for each in nodes if run is not None else ():
        value = ev.quietly(each, frame)
        if isinstance(only(value), Text):
            denote(ev, each, value, Asked(Kind.STEP, run, None, keyword if keyword == "after" else does, each))


def pipeline_called(function: Single) -> str | None:
    """Return the pipeline that is called, or whose method is called."""
    called_on = function.receiver if isinstance(function, Method) else function
    match called_on:
        case FunctionValue(kind=Kind.PIPELINE):
            return called_on.name
        case Instance() if called_on.of.kind is Kind.PIPELINE:
            return called_on.of.name
        case Object(type=Type.INVOCATION, thing=Thing() as run) if run.owner is not None:
            return run.owner.name
        case _:
            return None


def _give(ev: Evaluation, kind: Kind, node: Node, frame: Frame) -> None:
    give_name(ev, kind, node, ev.quietly(node, frame), frame)


def _give_new(ev: Evaluation, node: Node, frame: Frame) -> None:
    """Record a new name of an object of any kind: `client.update_stack("default", name="new")`."""
    text = only(ev.quietly(node, frame))
    if ev.quiet == 0 and isinstance(text, Text) and text.text:
        ev.outcome.records.patterns.append((None, re.escape(text.text)))


def give_name(ev: Evaluation, kind: Kind, node: Node, value: Value, frame: Frame) -> None:
    """Record that a call gives its name to something new: `save_artifact(data, name="scores")`."""
    if ev.quiet > 0:
        return
    text = only(value)
    known = text.text if isinstance(text, Text) else None
    if known is None or "{" in known:
        pattern = _pattern(ev, node, frame) if known is None else _enough(_of_template(known))
        if pattern is not None:
            ev.outcome.records.patterns.append((kind, pattern))
    elif known:
        start, end = (node.inner_start, node.inner_end) if isinstance(node, String) else (node.start, node.end)
        line = ev.unit.line
        last = line + ev.unit.code.height - 1
        ev.outcome.records.defined.append(Defined(kind, known, ev.unit, start, end, line, last))


def _kind_of(function: Single) -> Kind | None:
    """Return whether a step or a pipeline is called, or a method of one. None if that is not certain."""
    match function.receiver if isinstance(function, Method) else function:
        case FunctionValue() | ClassValue() as made:
            return made.kind
        case Instance() as made:
            return made.of.kind
        case Object(type=Type.INVOCATION):
            return Kind.PIPELINE
        case _:
            return None


def _pattern(ev: Evaluation, node: Node, frame: Frame) -> str | None:
    """Return a regular expression for the names that an expression makes. None if too little of them is known."""
    return _enough(_parts(ev, node, frame))


def _enough(pattern: str) -> str | None:
    return pattern if len(re.findall(r"\w", pattern.replace(_ANY, ""))) >= _LETTERS_KNOWN else None


def _of_template(template: str) -> str:
    """Return the pattern of a text with fields: `"scores_{date}"`, `"scores_%s"`."""
    return _ANY.join(map(re.escape, _FIELD.split(template)))


def _parts(ev: Evaluation, node: Node, frame: Frame) -> str:
    match node:
        case String():
            return _of_template(node.text)
        case JoinedStr():
            return "".join(_parts(ev, leaf, frame) for leaf in leaves(node))
        case BinOp(op="+"):
            return _parts(ev, node.left, frame) + _parts(ev, node.right, frame)
        case (
            BinOp(op="%", left=String(text=template))
            | Call(function=Attribute(value=String(text=template), name="format"))
        ):
            return _of_template(template)
        case _:
            known = as_text(ev.quietly(node, frame))
            return re.escape(known) if known is not None else _ANY
