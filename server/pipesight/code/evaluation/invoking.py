"""Evaluate calls of steps in the body of a pipeline to the steps of a run and their outputs."""

from __future__ import annotations

from dataclasses import dataclass

from pipesight.code.model import Thing
from pipesight.code.syntax.tree import Attribute, Call, Name, Node
from pipesight.zenml.kinds import Generation, Kind, Which

from .alternatives import only, says_nothing
from .evaluation import Evaluation
from .objects import Loaded
from .records import StepCall
from .values import UNKNOWN, Frame, Integer, Produced, Text, Value

MAPS = frozenset(("map", "product"))
_OPTIONS = frozenset(("configure", "copy", "map", "product", "submit", "with_options"))
_RESULTS = frozenset(("artifacts", "result"))


@dataclass(frozen=True, slots=True)
class Called:
    """A step that is called, the names of its outputs, and what its function returns.

    A `mapped` call makes many steps.
    """

    step: str
    outputs: tuple[str, ...] | None = None
    value: Value = UNKNOWN
    mapped: bool = False


def invoke(ev: Evaluation, node: Call, called: Called, frame: Frame) -> Value:
    """Record a call of a step in the body of a pipeline, and return its output artifacts."""
    run = called_run(ev)
    if run is None:
        return called.value
    given = next((argument.value for argument in node.arguments if argument.keyword == "id"), None)
    name = _given_id(ev, given, frame) if given is not None else _invocation_id(ev, called.step, frame)
    several = _beginning(called, name)
    thing = Thing(Kind.STEP, name if not several else None, Which.ANY if several else None, None, run, run.generation)
    place = _name_of(node.function)
    if ev.quiet == 0 and place is not None and not (given is not None and name is None):
        span = (ev.unit, *place, node.start, node.end)
        ev.outcome.records.invoked.append(StepCall(*span, thing, several))
    return called.value if several else Produced(thing, called.outputs, called.value)


def _beginning(called: Called, name: str | None) -> str:
    """Return how the names of the steps begin, if there may be several. `name` is that of the call, None if unsure."""
    if called.mapped:
        return f"map:{called.step}" if name is None else f"map:{name}:"
    return called.step if name is None else ""


def called_run(ev: Evaluation) -> Thing | None:
    """Return the last run of the pipeline whose body is evaluated."""
    pipeline = ev.pipeline
    if pipeline is None:
        return None
    name = pipeline.owner.name if pipeline.owner is not None else pipeline.name
    return last_run_of(name, Generation.LEGACY if pipeline.legacy or pipeline.owner is not None else None)


def last_run_of(pipeline: str, generation: Generation | None = None) -> Thing:
    """Return the last run of a pipeline."""
    return Thing(Kind.RUN, None, Which.LAST, None, Thing(Kind.PIPELINE, pipeline, generation=generation), generation)


def _given_id(ev: Evaluation, node: Node, frame: Frame) -> str | None:
    value = only(ev.quietly(node, frame))
    return value.text if isinstance(value, Text) and not ev.turns and "{" not in (value.text or "") else None


def _invocation_id(ev: Evaluation, step: str, frame: Frame) -> str | None:
    """Return the name that ZenML gives to the call: `load`, and `load_2` for the next one. None if it is not certain.

    After a call that may not happen, or that happens several times, the numbers of later calls are not certain.
    """
    before = ev.invocations.get(step, 0)
    certain = not ev.turns and len(ev.stack.active) == 1
    ev.invocations[step] = before + 1 if before is not None and certain and frame.is_scope else None
    if before is None or not certain:
        return None
    return step if before == 0 else f"{step}_{before + 1}"


def _name_of(function: Node) -> tuple[int, int] | None:
    """Return the span of the step's name in `load`, `steps.load`, `load.with_options(...)` or `load.submit`."""
    match function:
        case Name():
            return function.start, function.end
        case Call():
            return _name_of(function.function)
        case Attribute(name=name) if name in _OPTIONS:
            return _name_of(function.value)
        case Attribute():
            return function.name_start, function.name_start + len(function.name)
        case _:
            return None


# Results


def artifact_at(produced: Produced, index: Value) -> Value:
    """Evaluate `outputs[0]` on the outputs of a step."""
    at, names = only(index), produced.outputs or ()
    if not isinstance(at, Integer) or at.value is None or not -len(names) <= at.value < len(names):
        return UNKNOWN
    return Produced(produced.named(names[at.value]), (), UNKNOWN)


def call_produced(produced: Produced, name: str) -> Value:
    """Evaluate a method of a step's result in a dynamic pipeline: `numbers.load()`, `future.result()`."""
    if name in _RESULTS:
        return produced
    if name != "load":
        return UNKNOWN
    if not says_nothing(produced.value):
        return produced.value
    return Loaded(produced.output) if produced.output.kind is Kind.OUTPUT else UNKNOWN
