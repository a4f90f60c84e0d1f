"""Ties what code denotes to what happened: from a `Thing` to the pipeline, run, step and output of the history."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipesight.code.model import Thing
from pipesight.history.history import History
from pipesight.history.model import Output, Pipeline, Run, Step
from pipesight.zenml.kinds import Generation, Kind, Which
from pipesight.zenml.releases import Release

if TYPE_CHECKING:
    from pipesight.history.sync import SourceState

_INVOCATION = re.compile(r"(.+)_\d+\Z")
_NEWEST_FIRST = (0, 36)
_RELEASE = re.compile(r"\d+(?:\.\d+)*")
_FAR = 1000  # an index this far from the newest run is not looked up


@dataclass(frozen=True, slots=True)
class Found:
    """What a thing is in the history, with its owners as far as they are known.

    `assumed` is True when the code does not tell the run, so that the newest run which has the thing stands for it.
    """

    pipeline: Pipeline | None = None
    run: Run | None = None
    step: Step | None = None
    output: Output | None = None
    assumed: bool = False


def find(history: History, thing: Thing, installed: Release | None = None) -> Found:
    """The things of the history that `thing` and its owners are; empty where the history has none.

    `installed` is the release of ZenML that runs the code, which tells how its lists of runs are ordered.
    """
    owner = find(history, thing.owner, installed) if thing.owner is not None else Found()
    match thing.kind:
        case Kind.PIPELINE:
            return Found(_pipeline(history, thing))
        case Kind.RUN:
            return _run(history, thing, owner, installed)
        case Kind.STEP:
            return _step(history, thing, owner)
        case Kind.OUTPUT:
            return _output(history, thing, owner)
        case Kind.ARTIFACT:
            return _artifact(history, thing)
        case _:
            return Found()


def follow(history: History, names: Mapping[str, object]) -> Found:
    """What the names under `pipeline`, `run`, `step`, `output` lead to; without a run, the newest having it."""
    thing: Thing | None = None
    for kind in (Kind.PIPELINE, Kind.RUN, Kind.STEP, Kind.OUTPUT):
        name = names.get(kind.value)
        if isinstance(name, str):
            thing = Thing(kind, name, owner=thing)
    return find(history, thing) if thing is not None else Found()


def invoked(step: str) -> str:
    """The step that one of this name is another call of, in one pipeline: the second is `name_2`; else the name."""
    match = _INVOCATION.match(step)
    return match[1] if match is not None else step


def newest_first(history: History, generation: Generation | None, installed: Release | None) -> bool | None:
    """Whether `.runs` has the newest run first, where code of this generation runs; None where that is not certain.

    ZenML 0.36 turned the order round. Code of the first generation never saw the new one, code of the last is from
    after it. In between the installed release decides, or else the one that the stores are of.
    """
    if generation is Generation.LEGACY:
        return False
    if installed is not None:
        return installed >= _NEWEST_FIRST
    if generation is Generation.MODERN:
        return True
    orders = {_is_newest_first(source) for source in history.state.sources}
    return orders.pop() if len(orders) == 1 else None


def _is_newest_first(source: SourceState) -> bool | None:
    if source.release is not None and (match := _RELEASE.match(source.release)):
        return tuple(map(int, match[0].split("."))) >= _NEWEST_FIRST
    return False if source.store == "ML Metadata" else None


def _pipeline(history: History, thing: Thing) -> Pipeline | None:
    return history.pipeline(thing.name) if thing.name is not None else None


def _run(history: History, thing: Thing, owner: Found, installed: Release | None) -> Found:
    if _missing(thing.owner, owner):
        return owner
    pipeline = owner.pipeline.name if owner.pipeline is not None else None
    run: Run | None = None
    if thing.name is not None:
        run = history.run(thing.name, pipeline)
    elif pipeline is not None and thing.which in (Which.LAST, Which.LAST_SUCCESSFUL):
        run = history.last_run(pipeline, successful=thing.which is Which.LAST_SUCCESSFUL)
    elif pipeline is not None and thing.which is Which.INDEX and thing.index is not None:
        descending = newest_first(history, thing.generation, installed)
        if descending is not None or history.run_count(pipeline) == 1:
            run = run_at(history, pipeline, thing.index, bool(descending))
    if run is not None and owner.pipeline is None and run.pipeline is not None:
        return Found(history.pipeline(run.pipeline), run)
    return Found(owner.pipeline, run)


def run_at(history: History, pipeline: str, index: int, descending: bool) -> Run | None:
    """The run at `index` of `.runs`, when that list has the newest run first (`descending`) or last."""
    from_newest = index if descending else -1 - index
    if from_newest < 0:
        from_newest += history.run_count(pipeline)
    if not 0 <= from_newest < _FAR:
        return None
    runs = history.runs(pipeline, limit=from_newest + 1)
    return runs[from_newest] if len(runs) > from_newest else None


def _step(history: History, thing: Thing, owner: Found) -> Found:
    if thing.name is None or _missing(thing.owner, owner):
        return owner
    if owner.run is not None:
        return Found(owner.pipeline, owner.run, history.step(owner.run, thing.name))
    pipeline = owner.pipeline.name if owner.pipeline is not None else None
    step = next((s for s in history.step_names(pipeline) if thing.name in (s.name, s.entrypoint)), None)
    return Found(owner.pipeline, owner.run, step, assumed=True)


def _output(history: History, thing: Thing, owner: Found) -> Found:
    if _missing(thing.owner, owner):
        return owner
    assumed = owner.assumed or owner.step is None
    if owner.step is not None and not assumed:
        outputs = history.outputs(owner.step) or ()
    else:
        pipeline = owner.pipeline.name if owner.pipeline is not None else None
        step = owner.step.name if owner.step is not None else None
        outputs = history.output_names(pipeline, step)
    if thing.name is not None:
        output = next((output for output in outputs if output.name == thing.name), None)
    else:
        output = outputs[0] if len(outputs) == 1 and owner.step is not None else None
    return _with_location(history, Found(owner.pipeline, owner.run, owner.step, output, assumed))


def _artifact(history: History, thing: Thing) -> Found:
    output = next((a for a in history.artifacts() if thing.name in (a.artifact, a.id)), None)
    return _with_location(history, Found(output=output, assumed=True))


def _with_location(history: History, found: Found) -> Found:
    """An assumed output brings the run that produced it."""
    if found.output is None or not found.assumed:
        return found
    location = history.location(found.output)
    if location is None:
        return found
    pipeline, run, step = location
    return Found(found.pipeline or pipeline, run, step, found.output, assumed=True)


def _missing(thing: Thing | None, found: Found) -> bool:
    """True when the code tells the owner but the history does not have it: then nothing below it is known either."""
    if thing is None:
        return False
    owners = {Kind.PIPELINE: found.pipeline, Kind.RUN: found.run, Kind.STEP: found.step}
    told = thing.name is not None or thing.which in (Which.LAST, Which.LAST_SUCCESSFUL)
    return told and thing.kind in owners and owners[thing.kind] is None
