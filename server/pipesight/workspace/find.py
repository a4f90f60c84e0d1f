"""Find the pipeline, run, step and output of the history that a `Thing` in code denotes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipesight.code.model import CallDetails, Thing
from pipesight.history.history import History
from pipesight.history.model import ModelVersion, Output, Pipeline, Run, Step
from pipesight.zenml.kinds import Detail, Kind, Which
from pipesight.zenml.releases import Runtime, gives_type

from .run_lists import release_of, run_list

_INVOCATION = re.compile(r"(.+)_\d+\Z")
_HEXADECIMAL = re.compile(r"[0-9a-f-]+\Z")
LATEST = "latest"  # ZenML's word for the newest version of a model
_FAR = 1000  # runs from the newest one in which an index is looked up
_DIGITS, _SHORTEST = 32, 4  # hexadecimal digits of an id, and of the shortest prefix that is looked up
_PREFIXED = 50  # names with a prefix that are read at most


@dataclass(frozen=True, slots=True)
class Found:
    """The objects of the history that a thing denotes: the object itself and its known owners.

    `assumed` is True if the code does not say which run it means. The objects are then those of the newest run that
    has them.
    """

    pipeline: Pipeline | None = None
    run: Run | None = None
    step: Step | None = None
    output: Output | None = None
    assumed: bool = False

    def of(self, kind: Kind) -> Pipeline | Run | Step | Output | None:
        """Return the found object of that kind, None if there is none."""
        match kind:
            case Kind.PIPELINE:
                return self.pipeline
            case Kind.RUN:
                return self.run
            case Kind.STEP:
                return self.step
            case Kind.OUTPUT | Kind.ARTIFACT:
                return self.output
            case _:
                return None

    def name_of(self, kind: Kind) -> str | None:
        """Return the name of the found object of that kind, None if there is none."""
        found = self.of(kind)
        return found.name if found is not None else None

    @property
    def innermost(self) -> Pipeline | Run | Step | Output | None:
        """The object itself. The others are its owners."""
        return self.output or self.step or self.run or self.pipeline


def find(history: History, thing: Thing, runtime: Runtime = Runtime()) -> Found:  # noqa: B008 - it is frozen
    """Return the objects of the history that `thing` and its owners denote, an empty `Found` if there are none.

    `runtime` is the ZenML that runs the code. It decides which runs the lists in code contain.
    """
    asked = history_of(history, thing)
    return _find(asked, thing, runtime) if asked is not None else Found()


def history_of(history: History, thing: Thing) -> History | None:
    """Return the history of the project that the code of a thing names. None if the project is not certain."""
    for each in thing.chain():
        if each.details and _says_project(each):
            return history_in(history, each.details)
    return history


def history_in(history: History, details: CallDetails) -> History | None:
    """Return the history of the project that a call names, else of the active one. None if the name is not certain."""
    given = dict(details)
    if not {Detail.PROJECT, Detail.ACTIVE_PROJECT} & given.keys():
        return history
    project = given.get(Detail.PROJECT, given.get(Detail.ACTIVE_PROJECT))
    return history.in_project(project) if isinstance(project, str) else None


def _says_project(thing: Thing) -> bool:
    return thing.says(Detail.PROJECT) or thing.says(Detail.ACTIVE_PROJECT)


def _find(history: History, thing: Thing, runtime: Runtime) -> Found:
    owner = _find(history, thing.owner, runtime) if thing.owner is not None else Found()
    match thing.kind:
        case Kind.PIPELINE:
            return Found(_pipeline(history, thing))
        case Kind.RUN:
            return _run(history, thing, owner, runtime)
        case Kind.STEP:
            return _step(history, thing, owner)
        case Kind.OUTPUT:
            return _output(history, thing, owner)
        case Kind.ARTIFACT:
            return _artifact(history, thing, owner)
        case Kind.MODEL | Kind.STACK:
            return Found()
        case _:  # a word, such as a tag, denotes its owner
            return owner


def follow(history: History, names: Mapping[str, object]) -> Found:
    """Return the objects with these names of a pipeline, run, step and output. Without a run, take the newest one."""
    thing: Thing | None = None
    for kind in (Kind.PIPELINE, Kind.RUN, Kind.STEP, Kind.OUTPUT):
        name = names.get(kind.value)
        if isinstance(name, str):
            thing = Thing(kind, name, owner=thing)
    return find(history, thing) if thing is not None else Found()


def invoked(step: str) -> str:
    """Strip the `_2`, `_3` suffix that ZenML adds to repeated calls of a step."""
    match = _INVOCATION.match(step)
    return match[1] if match is not None else step


def _pipeline(history: History, thing: Thing) -> Pipeline | None:
    if thing.owner is not None and thing.owner.kind is Kind.PIPELINE:  # the thing is a version of that pipeline
        return _pipeline(history, thing.owner)
    if thing.name is None:
        return None
    found = history.pipeline(thing.name)
    if found is not None or not _may_be_prefix(thing):
        return found
    only = longer_names(history, thing).only
    return history.pipeline(only) if only is not None else None


def _run(history: History, thing: Thing, owner: Found, runtime: Runtime) -> Found:
    if _missing(thing.owner, owner):
        return owner
    pipeline = owner.name_of(Kind.PIPELINE)
    if thing.name is not None:
        run = history.run(thing.name, pipeline) or _run_by_prefix(history, thing, pipeline)
    elif pipeline is not None and not _lists_others(thing):
        run = _picked_run(history, thing, pipeline, runtime)
    else:
        run = None
    if run is not None and owner.pipeline is None and run.pipeline is not None:
        return Found(history.pipeline(run.pipeline), run)
    return Found(owner.pipeline, run)


def _lists_others(thing: Thing) -> bool:
    """Return whether the code picks a run from a list other than all runs of the pipeline.

    A version of a pipeline has only some of its runs. For a pipeline of another project, ZenML lists its runs in the
    active project, where it has none.
    """
    owner = thing.owner
    return owner is not None and (
        owner.says(Detail.VERSION) or (owner.says(Detail.PROJECT) and not thing.says(Detail.PROJECT))
    )


def _picked_run(history: History, thing: Thing, pipeline: str, runtime: Runtime) -> Run | None:
    """Return the run that `.last_run`, `.last_successful_run` or an index picks."""
    if thing.which in (Which.LAST, Which.LAST_SUCCESSFUL):
        return history.last_run(pipeline, successful=thing.which is Which.LAST_SUCCESSFUL)
    if thing.which is not Which.INDEX or thing.index is None:
        return None
    runs = run_list(history, thing, pipeline, runtime)
    return _run_at(history, pipeline, runs.from_newest(thing.index)) if runs is not None else None


def _run_at(history: History, pipeline: str, from_newest: int | None) -> Run | None:
    """Return the run of a pipeline that has `from_newest` newer runs. None if there is none, or if it is too far."""
    if from_newest is None or from_newest >= _FAR:
        return None
    runs = history.runs(pipeline, limit=from_newest + 1)
    return runs[from_newest] if len(runs) > from_newest else None


def _run_by_prefix(history: History, thing: Thing, pipeline: str | None) -> Run | None:
    """Return the run whose name or id has this prefix. None if several have it, because ZenML then raises an error."""
    if not _may_be_prefix(thing):
        return _run_by_id(history, thing)
    only = longer_names(history, thing, pipeline).only
    return history.run(only, pipeline) if only is not None else None


@dataclass(frozen=True, slots=True)
class LongerNames:
    """The names with a prefix. If `complete` is False, there may be more."""

    names: tuple[str, ...] = ()
    complete: bool = True

    @property
    def only(self) -> str | None:
        """The name with the prefix if there is exactly one, else None."""
        return self.names[0] if len(self.names) == 1 and self.complete else None


def longer_names(history: History, thing: Thing, pipeline: str | None = None) -> LongerNames:
    """Return the names of runs or pipelines of which the name of `thing` is a prefix.

    There are none unless ZenML accepts a prefix at this place in code.
    """
    if not thing.name or not _may_be_prefix(thing):
        return LongerNames()
    complete = not history.is_beginning
    if thing.kind is Kind.PIPELINE:
        names = [pipeline.name for pipeline in history.pipelines()]
    else:
        names = [run.name for run in history.runs_beginning(thing.name, pipeline, limit=_PREFIXED)]
        complete = complete and len(names) < _PREFIXED
    return LongerNames(tuple(name for name in dict.fromkeys(names) if name.startswith(thing.name)), complete)


def _run_by_id(history: History, thing: Thing) -> Run | None:
    """Return the run with this id or prefix of an id. None if several have it. Dashes in it are ignored."""
    digits = (thing.name or "").replace("-", "")
    if not thing.says(Detail.PREFIX) or not _SHORTEST <= len(digits) <= _DIGITS:
        return None
    if len(digits) < _DIGITS and history.is_beginning:  # another run may have this prefix
        return None
    found = history.run_by_id(digits)
    return found if found is not None and len(found.id) == _DIGITS else None


def _may_be_prefix(thing: Thing) -> bool:
    """Return whether ZenML accepts the name as a prefix of a name. It looks up hexadecimal text as an id."""
    return bool(thing.name) and thing.says(Detail.PREFIX) and _HEXADECIMAL.match(thing.name or "") is None


def _step(history: History, thing: Thing, owner: Found) -> Found:
    if thing.name is None or _missing(thing.owner, owner):
        return owner
    if owner.run is not None:
        return Found(owner.pipeline, owner.run, history.step(owner.run, thing.name))
    pipeline = owner.name_of(Kind.PIPELINE)
    step = next((s for s in history.step_names(pipeline) if thing.name in (s.name, s.entrypoint)), None)
    return Found(owner.pipeline, owner.run, step, assumed=True)


def _output(history: History, thing: Thing, owner: Found) -> Found:
    if _missing(thing.owner, owner):
        return owner
    assumed = owner.assumed or owner.step is None
    if owner.step is not None and not assumed:
        outputs = history.outputs(owner.step) or ()
    else:
        pipeline = owner.name_of(Kind.PIPELINE)
        step = owner.name_of(Kind.STEP)
        outputs = history.output_names(pipeline, step)
    if thing.name is not None:
        output = _one_of([output for output in outputs if output.name == thing.name], thing)
    else:
        output = outputs[0] if len(outputs) == 1 and owner.step is not None else None
    return _with_location(history, Found(owner.pipeline, owner.run, owner.step, output, assumed))


def _one_of(outputs: Sequence[Output], thing: Thing) -> Output | None:
    """Return the output that code picks from the outputs of a step with one name.

    It is the one at the index that the code gives, None if there is no such index. Without an index, it is the one that
    the step returned.
    """
    if thing.which is not Which.INDEX or (thing.index is None and len(outputs) == 1):
        return returned(outputs)
    index = thing.index
    return outputs[index] if index is not None and -len(outputs) <= index < len(outputs) else None


def returned(outputs: Sequence[Output]) -> Output | None:
    """Return the output that the step returned, else the first one that it saved by a call. None if there is none."""
    return next((each for each in outputs if each.is_regular), outputs[0] if outputs else None)


def _artifact(history: History, thing: Thing, owner: Found) -> Found:
    if thing.owner is not None and thing.owner.kind is Kind.ARTIFACT:  # the thing is a version of that artifact
        return _artifact(history, replace(thing.owner, details=((Detail.VERSION, thing.name),)), owner)
    if thing.owner is not None and thing.owner.kind is Kind.STEP:
        return _input(history, thing, owner)
    found = _with_location(history, Found(output=_version_of(history, thing), assumed=True))
    return replace(found, assumed=not _says_version(thing))


def _says_version(thing: Thing) -> bool:
    """Return whether the code names the version of an artifact, or that of the model that links to it."""
    return any(each.detail(Detail.VERSION) not in (None, LATEST) for each in thing.chain())


def _version_of(history: History, thing: Thing) -> Output | None:
    """Return the version of an artifact that the code names. None while it is not known.

    The index has only the newest version. The store is asked for another one.
    """
    if thing.owner is not None and thing.owner.kind is Kind.MODEL:
        return _linked(history, thing, thing.owner)
    newest = next((a for a in history.artifacts() if thing.name in (a.artifact, a.id)), None)
    if newest is None or not thing.says(Detail.VERSION):
        return newest
    version = thing.detail(Detail.VERSION)
    if version is None or str(version) == newest.version:
        return newest if version is not None else None
    return history.artifact_version(newest.artifact or newest.name, str(version))


def _linked(history: History, thing: Thing, model: Thing) -> Output | None:
    """Return the artifact with that name of a model version. None if the model version has several."""
    linked = linked_artifacts(history, model, thing.details) or ()
    named = [each for each in linked if thing.name in (each.artifact, each.id)]
    return named[0] if len(named) == 1 and not thing.says(Detail.VERSION) else None


def linked_artifacts(history: History, model: Thing, details: CallDetails = ()) -> tuple[Output, ...] | None:
    """Return the artifacts of the model version that the code names. None while they are not known.

    `details` may restrict the artifacts to one type.
    """
    told = model_version(history, model) if model.detail(Detail.VERSION) is not None else None
    linked = history.model_artifacts(told) if told is not None else None
    wanted = dict(details).get(Detail.ARTIFACT_TYPE)
    if told is None or linked is None or wanted is None:
        return linked
    released = next((release_of(each) for each in history.state.sources if each.source == told.source), None)
    return tuple(each for each in linked if gives_type(each.type, wanted, released))


def model_version(history: History, model: Thing) -> ModelVersion | None:
    """Return the model version that the code names. It is the newest one if the code names none or says `latest`."""
    versions = history.model_versions(model.name) if model.name is not None else None
    if not versions:
        return None
    told = model.detail(Detail.VERSION) if model.says(Detail.VERSION) else LATEST
    if told == LATEST:
        return versions[0]
    return next((each for each in versions if each.is_named(str(told))), None)


def _input(history: History, thing: Thing, owner: Found) -> Found:
    """Return the input of a step by the name of its parameter, with the run and the step that produced it."""
    inputs = history.inputs(owner.step) if owner.step is not None and not owner.assumed else None
    taken = next((each for each in inputs or () if each.name == thing.name), None)
    if taken is None:
        return owner
    location = history.producer(taken)
    return Found(*location, taken.output) if location is not None else Found(output=taken.output)


def _with_location(history: History, found: Found) -> Found:
    """Add the run and the step that produced an assumed output, if they are mirrored."""
    if found.output is None or not found.assumed:
        return found
    location = history.location(found.output)
    if location is None:
        return found
    pipeline, run, step = location
    return Found(found.pipeline or pipeline, run, step, found.output, assumed=True)


def _missing(thing: Thing | None, found: Found) -> bool:
    """Return whether the code names an owner that the history lacks. Then the history has nothing of that owner."""
    if thing is None:
        return False
    told = thing.name is not None or thing.which in (Which.LAST, Which.LAST_SUCCESSFUL)
    return told and thing.kind in (Kind.PIPELINE, Kind.RUN, Kind.STEP) and found.of(thing.kind) is None
