"""The history of a workspace, merged from all its sources. It answers from their local indexes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from pipesight.history.merging import (
    first_of_each,
    merged_pipelines,
    model_version_of,
    newest_first,
    newest_of_each,
    output_of,
)
from pipesight.history.mirrors import Mirror, Mirrors
from pipesight.history.model import (
    Details,
    Entity,
    Input,
    Log,
    Metadata,
    ModelVersion,
    Output,
    Pipeline,
    Project,
    Run,
    RunFilter,
    Step,
    StepCode,
)
from pipesight.history.sources.lookups import Question
from pipesight.history.state import HistoryState

if TYPE_CHECKING:
    from pipesight.history.questions import Questions
    from pipesight.history.sources import Source

_T = TypeVar("_T")


class History:
    """The merged history of all sources of a workspace. Thread-safe.

    If several sources have pipelines with the same name, their runs are one list. The field `source` of a pipeline,
    run, step or output is the key of its source.
    """

    def __init__(
        self,
        mirrors: Iterable[Mirror] = (),
        opened: Mirrors | None = None,
        active: tuple[Mirror, ...] | None = None,
    ) -> None:
        self._opened = Mirrors(None) if opened is None else opened
        self._mirrors = tuple(mirrors)
        self._active = self._mirrors if active is None else active  # the mirrors of the stores' active projects

    @classmethod
    def open(cls, sources: Sequence[Source], *, cache_folder: Path | None = None, start: bool = True) -> History:
        """Open the indexes of the sources, and with `start` begin to sync them in the background.

        `cache_folder` holds the index files. It defaults to the user's cache folder.
        """
        opened = Mirrors(cache_folder)
        mirrors = [opened.open(source) for source in {source.key: source for source in sources}.values()]
        if start:
            opened.start()
        return cls(mirrors, opened)

    def source(self, key: str) -> Source | None:
        """Return the source with that key, None if it was not opened."""
        mirror = self._mirror(key)
        return mirror.sync.source if mirror is not None else None

    def projects(self) -> tuple[Project, ...]:
        """Return the projects of all stores. Stores of old releases have none."""
        return tuple(dict.fromkeys(self._each(lambda questions: questions.projects() or ())))

    def project(self) -> Project | None:
        """Return the active project of the first store that has projects."""
        return next(filter(None, (mirror.questions.project() for mirror in self._mirrors)), None)

    def in_project(self, project: str) -> History:
        """Return the history of another project of the same stores, given by its name or id.

        The history is empty if no store has such a project. The first call begins to mirror the project. The history
        is empty until then, and subscribers are notified when it changes. Do not close it: it shares this history's
        indexes.
        """
        found = (self._mirror_of(mirror, project) for mirror in self._active)
        return History([mirror for mirror in found if mirror is not None], self._opened, self._active)

    def of_sources(self, keys: Collection[str]) -> History:
        """Return the history of some of the sources, given by their keys. Do not close it: it shares the indexes."""
        return History([mirror for mirror in self._opened.opened() if mirror.source in keys], self._opened)

    def _mirror_of(self, mirror: Mirror, wanted: str) -> Mirror | None:
        projects, active = mirror.questions.projects(), mirror.questions.project()
        if projects == ():  # ZenML before projects keeps all runs together
            return mirror
        project = next((each for each in projects or () if each.is_named(wanted)), None)
        if project is None or project == active:
            return mirror if project else None
        return self._opened.open(mirror.sync.source.in_project(project.id))

    def pipelines(self) -> tuple[Pipeline, ...]:
        """Return the pipelines, the one with the newest run first."""
        if len(self._mirrors) == 1:
            return self._mirrors[0].questions.pipelines()
        return merged_pipelines(self._each(lambda questions: questions.pipelines()))

    def pipeline(self, name: str) -> Pipeline | None:
        """Return the pipeline of that name, None if no source has one."""
        found = [pipeline for pipeline in self._each(lambda questions: questions.pipelines()) if pipeline.name == name]
        if len(found) < 2:
            return found[0] if found else None
        return next(pipeline for pipeline in self.pipelines() if pipeline.name == name)

    def stores_of(self, pipeline: str) -> tuple[str, ...]:
        """Return the labels of the sources that have a pipeline of that name."""
        having = (mirror for mirror in self._mirrors if any(p.name == pipeline for p in mirror.questions.pipelines()))
        return tuple(mirror.sync.source.label for mirror in having)

    def runs(self, pipeline: str | None = None, *, limit: int | None = None) -> tuple[Run, ...]:
        """Return the runs of a pipeline, or all runs including unlisted ones. The latest start comes first."""
        return self._newest(lambda questions: questions.runs(pipeline, limit=limit), limit)

    def run_count(self, pipeline: str | None = None) -> int:
        """Return how many runs `runs` would return."""
        return sum(mirror.questions.run_count(pipeline) for mirror in self._mirrors)

    def run(self, name: str, pipeline: str | None = None) -> Run | None:
        """Return the newest run of that name, only among the runs of `pipeline` if it is given."""
        return next(iter(self._newest(lambda questions: questions.runs_named(name, pipeline), 1)), None)

    def run_by_id(self, beginning: str) -> Run | None:
        """Return the run whose id, written without dashes, begins with this text. None if several do."""
        found = self._newest(lambda questions: questions.runs_by_id(beginning), 2)
        return found[0] if len(found) == 1 else None

    def runs_beginning(self, beginning: str, pipeline: str | None = None, *, limit: int = 50) -> tuple[Run, ...]:
        """Return the runs whose name begins with this text, newest first. The case of letters is ignored."""
        return self._newest(lambda questions: questions.runs_beginning(beginning, pipeline, limit=limit), limit)

    def last_run(self, pipeline: str, *, successful: bool = False) -> Run | None:
        """Return the pipeline's newest run, or with `successful` the newest that completed.

        Return None while a source that may have a newer one is read for the first time.
        """
        if not self.has_newest:
            return None
        return next(iter(self._newest(lambda questions: questions.last_runs(pipeline, successful=successful), 1)), None)

    def success_before(self, run: Run) -> Run | None:
        """Return the newest run of the same pipeline that completed and started before this one."""
        return next(iter(self._newest(lambda questions: questions.success_before(run), 1)), None)

    def search_runs(self, text: str, pipeline: str | None = None, *, limit: int = 50) -> tuple[Run, ...]:
        """Return the runs whose name contains `text`, newest first. The case of letters is ignored."""
        return self._newest(lambda questions: questions.search_runs(text, pipeline, limit=limit), limit)

    def matching_runs(self, wanted: RunFilter, pipeline: str | None = None, *, limit: int) -> tuple[Run, ...]:
        """Return the runs that match a filter, newest first. Tags of a run match only once it is mirrored."""
        return self._newest(lambda questions: questions.matching_runs(wanted, pipeline, limit=limit), limit)

    def matching_pipelines(self, wanted: RunFilter) -> tuple[Pipeline, ...]:
        """Return the pipelines with a run that matches a filter. An empty filter matches pipelines without runs."""
        if wanted == RunFilter():
            return self.pipelines()
        names = frozenset[str]().union(*(mirror.questions.matching_pipelines(wanted) for mirror in self._mirrors))
        return tuple(pipeline for pipeline in self.pipelines() if pipeline.name in names)

    def steps(self, run: Run) -> tuple[Step, ...] | None:
        """Return the run's steps in execution order.

        Return None if they are not mirrored yet. The sync then fetches them next, and notifies subscribers.
        """
        mirror = self._mirror(run.source)
        return _or_want(mirror, run.id, mirror.questions.steps(run.id)) if mirror is not None else ()

    def fetch_steps(self, run: Run) -> tuple[Step, ...]:
        """Return the run's steps. If they are not mirrored, read them from the store first, which may take a while.

        Raises SourceError if the store has to be read and cannot be read.
        """
        mirror = self._mirror(run.source)
        if mirror is None:
            return ()
        steps = mirror.questions.steps(run.id)
        if steps is None:
            mirror.sync.fetch(run.id)
            steps = mirror.questions.steps(run.id)
        return steps or ()

    def fetch(self, runs: Iterable[Run]) -> list[Run]:
        """Mirror the steps of these runs if they are not mirrored, which may take a while. Return the updated runs.

        The returned runs are complete: the list that a server gives lacks the times of older runs.
        Raises SourceError if a store has to be read and cannot be read.
        """
        wanted = list(runs)
        for source, of_source in groupby(sorted(wanted, key=lambda run: run.source), lambda run: run.source):
            mirror = self._mirror(source)
            missing = [run.id for run in of_source if mirror is not None and mirror.questions.steps(run.id) is None]
            if mirror is not None and missing:
                mirror.sync.fetch(*missing)
        return [self._as_known(run) for run in wanted]

    def _as_known(self, run: Run) -> Run:
        mirror = self._mirror(run.source)
        return next(iter(mirror.questions.runs_of_id(run.id) if mirror is not None else ()), run)

    def project_of(self, run: Run) -> Project | None:
        """Return the project of the run's store, None for a store without projects."""
        mirror = self._mirror(run.source)
        return mirror.questions.project() if mirror is not None else None

    def run_of(self, step: Step) -> Run | None:
        """Return the run that a mirrored step belongs to."""
        mirror = self._mirror(step.source)
        found = mirror.questions.location(step.id) if mirror is not None else None
        return found[0] if found is not None else None

    def step(self, run: Run, name: str) -> Step | None:
        """Return the run's step of that name, else the first step whose function has that name."""
        steps = self.steps(run) or ()
        named = next((step for step in steps if step.name == name), None)
        return named or next((step for step in steps if step.entrypoint == name), None)

    def outputs(self, step: Step) -> tuple[Output, ...] | None:
        """Return the step's outputs. None while they are not mirrored, as for `steps`."""
        mirror = self._mirror(step.source)
        return _or_want(mirror, step.run_id, mirror.questions.outputs(step.id)) if mirror is not None else ()

    def series(self, run: Run, step: str, output: str, *, limit: int) -> tuple[Output, ...]:
        """Return the outputs of that name in the runs of a pipeline up to `run`, newest first, at most one a run.

        Runs that are not mirrored are left out and not fetched. A run without a pipeline has no series.
        `limit` is the number of runs to look at.
        """
        pipeline, until = run.pipeline, run.start
        if pipeline is None or until is None:
            return ()
        found = self._each(lambda questions: questions.series(pipeline, step, output, until=until, limit=limit))
        newest_first = sorted(found, key=lambda each: each[0], reverse=True)
        return tuple(each for _, each in newest_first[:limit])

    def details(self, run: Run) -> Details | None:
        """Return the run's metadata, tags, commit and failure. None while they are not mirrored, as for `steps`."""
        mirror = self._mirror(run.source)
        return _or_want(mirror, run.id, mirror.questions.details(run.id)) if mirror is not None else Details()

    def known_details(self, run: Run) -> Details | None:
        """Return the same as `details`, but do not have the sync fetch what is not mirrored."""
        mirror = self._mirror(run.source)
        return mirror.questions.details(run.id) if mirror is not None else None

    def inputs(self, step: Step) -> tuple[Input, ...] | None:
        """Return the step's inputs. None while they are not mirrored, as for `steps`."""
        mirror = self._mirror(step.source)
        return _or_want(mirror, step.run_id, mirror.questions.inputs(step.id)) if mirror is not None else ()

    def consumers(self, output: Output) -> tuple[Step, ...]:
        """Return up to a hundred mirrored steps that took the output as an input, newest first."""
        mirror = self._mirror(output.source)
        return mirror.questions.consumers(output.id) if mirror is not None else ()

    def producer(self, input_: Input) -> tuple[Pipeline | None, Run, Step] | None:
        """Return the pipeline, run and step that produced an input. None if they are not mirrored or not known.

        The sync fetches the run if it is known but not mirrored.
        """
        found = self.location(input_.output)
        mirror = self._mirror(input_.output.source)
        if found is None and mirror is not None and input_.run_id:
            mirror.sync.want(input_.run_id)
        return found

    # The following is not mirrored. The first call asks the stores in the background and returns None. With `wait`, the
    # call reads the stores itself, and raises SourceError if one cannot be read.

    def artifact_versions(self, artifact: str, *, wait: bool = False) -> tuple[Output, ...] | None:
        """Return the newest 500 versions of the artifact of that name, newest first."""
        question = Question(("artifact versions", artifact), lambda lookups: lookups.artifact_versions(artifact))
        found = self._ask(question, wait)
        return (
            None if found is None else tuple(output_of(mirror.source, each) for mirror, part in found for each in part)
        )

    def artifact_version(self, artifact: str, version: str, *, wait: bool = False) -> Output | None:
        """Return one version of an artifact. None if it is not read yet or does not exist.

        `artifact_versions` tells these cases apart. The run that produced the version is mirrored, so that `location`
        knows it.
        """
        key = ("artifact version", artifact, version)
        found = self._ask(Question(key, lambda lookups: lookups.artifact_version(artifact, version)), wait)
        for mirror, record in found or ():
            if record is not None:
                if record.run_id and mirror.questions.location(record.step_id) is None:
                    (mirror.sync.fetch if wait else mirror.sync.want)(record.run_id)
                return output_of(mirror.source, record)
        return None

    def model_versions(self, model: str, *, wait: bool = False) -> tuple[ModelVersion, ...] | None:
        """Return the newest 500 versions of the model of that name, newest first."""
        found = self._ask(Question(("model versions", model), lambda lookups: lookups.model_versions(model)), wait)
        if found is None:
            return None
        return tuple(model_version_of(mirror.source, model, each) for mirror, part in found for each in part)

    def model_artifacts(self, version: ModelVersion, *, wait: bool = False) -> tuple[Output, ...] | None:
        """Return the artifact versions that belong to a model version. `name` is the artifact's global name."""
        question = Question(("model artifacts", version.id), lambda lookups: lookups.model_artifacts(version.id))
        found = self._ask(question, wait, version.source)
        return (
            None if found is None else tuple(output_of(mirror.source, each) for mirror, part in found for each in part)
        )

    def code(self, step: Step, *, wait: bool = False) -> StepCode | None:
        """Return the code of the step as it ran."""
        found = self._ask(Question(("code", step.id), lambda lookups: lookups.code(step.id)), wait, step.source)
        return None if found is None else next((code for _, code in found), StepCode())

    def logs(self, thing: Run | Step, *, wait: bool = False) -> tuple[Log, ...] | None:
        """Return the log files of a step, or those of a run outside its steps, oldest first."""
        run, step = (thing.run_id, thing.id) if isinstance(thing, Step) else (thing.id, None)
        found = self._ask(Question(("logs", run, step), lambda lookups: lookups.logs(run, step)), wait, thing.source)
        return None if found is None else tuple(log for _, logs in found for log in logs)

    def entities(self, kind: str, *, wait: bool = False) -> tuple[Entity, ...] | None:
        """Return the named objects of a kind, such as the tags. `sources/entities.py` lists the kinds."""
        found = self._ask(Question(("entities", kind), lambda lookups: lookups.entities(kind)), wait)
        return None if found is None else tuple(dict.fromkeys(each for _, part in found for each in part))

    def whole_metadata(self, thing: Run | Step | Output, *, wait: bool = False) -> Mapping[str, Metadata] | None:
        """Return all metadata of a run, step or output by name. Long values are whole."""
        kind = {Run: "pipeline_run", Step: "step_run", Output: "artifact_version"}[type(thing)]
        question = Question(("metadata", thing.id), lambda lookups: lookups.metadata(kind, thing.id))
        found = self._ask(question, wait, thing.source)
        return None if found is None else {each.name: each for _, part in found for each in part}

    def whole(self, thing: Run | Step | Output, known: Mapping[str, Metadata]) -> Mapping[str, Metadata]:
        """Return `known`, the mirrored metadata of a run, step or output, with its long values whole.

        The store is read only if `known` has a value of which the index keeps the beginning.
        Raises SourceError if the store has to be read and cannot be read.
        """
        is_known = all(each.is_whole for each in known.values())
        return known if is_known else self.whole_metadata(thing, wait=True) or known

    def _ask(self, question: Question[_T], wait: bool, source: str | None = None) -> list[tuple[Mirror, _T]] | None:
        """Return the answers of all stores, or of the one given by its key. None until all of them have answered."""
        mirrors = self._mirrors if source is None else tuple(filter(None, [self._mirror(source)]))
        if wait:
            return [(mirror, mirror.sync.answer(question)) for mirror in mirrors]
        answers = [(mirror, mirror.sync.ask(question)) for mirror in mirrors]
        if not all(mirror.sync.has_answered(question) for mirror in mirrors):
            return None
        return cast("list[tuple[Mirror, _T]]", answers)

    def step_names(self, pipeline: str | None) -> tuple[Step, ...]:
        """Return the newest step of each name in that pipeline (None: in any), in execution order."""
        return newest_of_each(self._each(lambda questions: questions.step_names(pipeline)))

    def output_names(self, pipeline: str | None, step: str | None) -> tuple[Output, ...]:
        """Return the newest output of each name in that step (None: in any) of that pipeline (None: of any)."""
        return newest_of_each(self._each(lambda questions: questions.output_names(pipeline, step)))

    def artifacts(self) -> tuple[Output, ...]:
        """Return the newest version of each artifact, for up to some thousand artifacts. `name` is the global name."""
        return first_of_each(self._each(lambda questions: questions.artifacts()))

    def stacks(self) -> tuple[str, ...]:
        """Return the names of the stacks."""
        return tuple(dict.fromkeys(self._each(lambda questions: questions.stacks())))

    def models(self) -> tuple[str, ...]:
        """Return the names of the models in ZenML's model control plane."""
        return tuple(dict.fromkeys(self._each(lambda questions: questions.models())))

    def location(self, output: Output) -> tuple[Pipeline | None, Run, Step] | None:
        """Return the pipeline, run and step that produced the output. None if they are not mirrored.

        The pipeline is None for an unlisted run.
        """
        mirror = self._mirror(output.source)
        found = mirror.questions.location(output.step_id) if mirror else None
        if found is None:
            return None
        run, step = found
        return (self.pipeline(run.pipeline) if run.pipeline else None, run, step)

    @property
    def generation(self) -> int:
        """A number that grows with every change of the history. A run that only becomes stale does not change it."""
        return sum(mirror.index.file.generation for mirror in self._opened.opened())

    @property
    def troubles(self) -> tuple[str, ...]:
        """For each index that is in memory only, a sentence that says why."""
        troubles = (mirror.index.file.trouble for mirror in self._opened.opened())
        return tuple(trouble for trouble in troubles if trouble is not None)

    @property
    def is_empty(self) -> bool:
        """True if no source has a run or a pipeline."""
        return not any(mirror.questions.pipelines() or mirror.questions.run_count(None) for mirror in self._mirrors)

    @property
    def is_beginning(self) -> bool:
        """True while a source is read for the first time. Names may then be missing, and counts may be too low."""
        return any(mirror.sync.is_beginning for mirror in self._mirrors)

    @property
    def has_newest(self) -> bool:
        """True if the newest runs are known. They are read first, but another source may have newer ones."""
        return len(self._mirrors) == 1 or not self.is_beginning

    @property
    def is_whole(self) -> bool:
        """True if the newest step and output of each name are known. Other runs may be mirrored before theirs."""
        return all(mirror.questions.is_whole() for mirror in self._mirrors)

    @property
    def state(self) -> HistoryState:
        """The current state of the sources: when each was synced, and which error it has."""
        return HistoryState(tuple(mirror.sync.state for mirror in self._mirrors))

    def refresh(self) -> None:
        """Have the sync read every source again in full. Return without waiting for it."""
        for mirror in self._opened.opened():
            mirror.sync.refresh()

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` from a worker thread whenever an index or the state of a source has changed."""
        self._opened.subscribe(callback)

    def sync_once(self, *, full: bool = False) -> None:
        """Update the indexes, and return when they are up to date. `full` mirrors every step and output.

        Raises SourceError if a source cannot be read, after it has updated the other sources.
        """
        from pipesight.history.sources import SourceError

        problem: SourceError | None = None
        for mirror in self._mirrors:
            try:
                mirror.sync.run_once(full=full)
            except SourceError as error:
                problem = problem or error
        if problem is not None:
            raise problem

    def close(self) -> None:
        """Stop syncing and close the indexes."""
        self._opened.close()

    def _mirror(self, source: str) -> Mirror | None:
        return self._opened.of(source)

    def _each(self, ask: Callable[[Questions], Iterable[_T]]) -> Iterator[_T]:
        for mirror in self._mirrors:
            yield from ask(mirror.questions)

    def _newest(self, ask: Callable[[Questions], tuple[Run, ...]], limit: int | None) -> tuple[Run, ...]:
        if len(self._mirrors) == 1:
            return ask(self._mirrors[0].questions)
        return tuple(newest_first(self._each(ask))[:limit])


def _or_want(mirror: Mirror, run_id: str, found: _T | None) -> _T | None:
    """Return what the index has of a run. If it has none, let the sync fetch the run next."""
    if found is None:
        mirror.sync.want(run_id)
    return found
