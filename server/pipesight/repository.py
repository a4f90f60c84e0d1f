"""The public Python API: Repository -> Pipeline -> Run -> Step -> Output, as views of the history."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

from pipesight.history import model
from pipesight.history.discovery import discover
from pipesight.history.history import History
from pipesight.history.model import Failure, Status, Visualization
from pipesight.history.sources import SourceError
from pipesight.history.sources.failures import completed
from pipesight.named_lists import TABLE_ROWS, Columns, Named, UnknownNameError, table
from pipesight.pages.words import count, duration
from pipesight.project_settings import project_settings

if TYPE_CHECKING:
    import pandas

    from pipesight.outputs.reader.logs import LogLine, LogPage
    from pipesight.workspace.run_report import RunReport

_LOG = 1_000_000  # bytes at the end of a log that are read


class OutputCountError(ValueError):
    """A step does not have exactly one output, so `.output` is ambiguous or empty."""


class Repository:
    """The run history of a project.

    `history` lists the stores as folders, files or URLs. By default they come from the settings of the project in the
    folder `root` (by default the current one), else from ZenML's rules for this folder. `project` is the name or id of
    the ZenML project to read instead of the active one. The stores are only read. A local index mirrors them.

    Raises SourceError if no store is found, or if nothing can be read.
    """

    def __init__(
        self,
        root: str | Path | None = None,
        *,
        history: str | Sequence[str] = (),
        project: str | None = None,
        cache_folder: Path | None = None,
    ) -> None:
        listed = [history] if isinstance(history, str) else list(history)
        folder = Path(root) if root is not None else Path.cwd()
        settings = project_settings(folder).settings
        found = discover([folder], history=listed or settings.history, project=project or settings.project)
        if not found.sources:
            told = next((each for each in reversed(found.findings) if each.advice), None)
            detail = f": {told.subject}: {told.detail}" if told else "."
            raise SourceError(f"There is no run history{detail}", (told and told.advice) or "")
        self._history = History.open(found.sources, cache_folder=cache_folder, start=False)
        try:
            self.refresh()
        except SourceError:
            self.close()
            raise

    def refresh(self) -> None:
        """Read the changes of the stores. A store that cannot be read keeps its last state.

        Raises SourceError if a store cannot be read and the history is empty.
        """
        try:
            self._history.sync_once()
        except SourceError:
            if self._history.is_empty:
                raise

    def get_pipelines(self, stack_key: str | None = None, *, stack_name: str | None = None) -> Named[Pipeline]:
        """Return all pipelines with at least one run, or with a run on the given stack.

        The pipeline with the oldest first run comes first. Raises UnknownNameError if there is no such stack.
        """
        stack = self._stack(stack_key or stack_name)
        known = [each for each in self._history.pipelines() if each.run_count]
        pipelines = [Pipeline(self._history, each, stack) for each in known]
        if stack is None:
            pipelines.sort(key=lambda each: each.first_run or _NEVER)
            return Named("pipeline", pipelines, _PIPELINES)
        ran = [each for each in pipelines if each.runs]
        ran.sort(key=lambda each: each.runs[0].start_time or _NEVER)
        return Named("pipeline", ran, _PIPELINES, f"stack {stack!r}")

    def get_pipeline(
        self,
        pipeline_name: object = None,
        stack_key: str | None = None,
        *,
        stack_name: str | None = None,
        pipeline: object = None,
        name: str | None = None,
    ) -> Pipeline:
        """Return the pipeline with that name. The pipeline's function, class or instance can be given instead.

        `pipeline` and `name` are the names of the parameter `pipeline_name` in other releases of ZenML.

        Raises UnknownNameError if there is no such pipeline, or if it has no run on the given stack.
        """
        wanted = _name("pipeline", pipeline_name, pipeline, name)
        stack = self._stack(stack_key or stack_name)
        found = self._history.pipeline(wanted)
        if found is None or not found.run_count:
            return self.get_pipelines()[wanted]
        view = Pipeline(self._history, found, stack)
        return view if stack is None or view.runs else self.get_pipelines(stack)[wanted]

    @property
    def pipelines(self) -> Named[Pipeline]:
        """All pipelines with at least one run, sorted by their first run, oldest first."""
        return self.get_pipelines()

    @property
    def project(self) -> str | None:
        """The name of the project that is read, None for a store without projects."""
        found = self._history.project()
        return found.name if found is not None else None

    @property
    def projects(self) -> list[str]:
        """The names of the projects of the store. `Repository(project="...")` reads another one."""
        return [project.name for project in self._history.projects()]

    @property
    def stacks(self) -> list[str]:
        """The names of the stacks."""
        return list(self._history.stacks())

    def close(self) -> None:
        """Close the local index."""
        self._history.close()

    def __enter__(self) -> Repository:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Repository({', '.join(state.label for state in self._history.state.sources)})"

    def _repr_html_(self) -> str:
        return table(repr(self), _PIPELINES, self.get_pipelines())

    def _stack(self, name: str | None) -> str | None:
        if name is not None and name not in self._history.stacks():
            raise UnknownNameError("stack", name, self._history.stacks())
        return name


class Pipeline:
    """A pipeline and its runs."""

    def __init__(self, history: History, pipeline: model.Pipeline, stack: str | None = None) -> None:
        self._history = history
        self._pipeline = pipeline
        self._stack = stack

    @property
    def name(self) -> str:
        """The name of the pipeline, which is that of its function or class."""
        return self._pipeline.name

    @property
    def first_run(self) -> datetime | None:
        """The start of the oldest run, in UTC. Pipelines are sorted by it."""
        return self._pipeline.first_run

    @property
    def runs(self) -> Runs:
        """All runs of the pipeline, the oldest start first. `runs[-1]` is the newest run."""
        runs = reversed(self._history.runs(self.name))
        wanted = [run for run in runs if self._stack is None or run.stack in (self._stack, None)]
        return Runs("run", [Run(self._history, run) for run in wanted], _RUNS, f"pipeline {self.name!r}")

    def get_run(self, run_name: str | None = None, *, name: str | None = None) -> Run:
        """Return the run with that name. Raises UnknownNameError if there is no such run."""
        wanted = _name("run", run_name, name)
        found = self._history.run(wanted, self.name)
        if found is None or (self._stack and found.stack not in (self._stack, None)):
            return self.runs[wanted]
        return Run(self._history, found)

    def get_runs(self) -> Runs:
        """Return all runs, oldest first."""
        return self.runs

    def get_run_names(self) -> list[str]:
        """Return the names of all runs, oldest first."""
        return [run.name for run in self.runs]

    @property
    def last_run(self) -> Run:
        """The newest run. Raises IndexError if the pipeline has no run."""
        found = self._history.last_run(self.name) if self._stack is None else None
        return self.runs[-1] if found is None else Run(self._history, found)

    @property
    def last_successful_run(self) -> Run | None:
        """The newest run that completed, None if there is none."""
        return next((run for run in reversed(self.runs) if run.status.is_success), None)

    @property
    def run_count(self) -> int:
        """The number of runs."""
        return self._pipeline.run_count if self._stack is None else len(self.runs)

    def __repr__(self) -> str:
        return f"Pipeline({self.name!r}, {count(self.run_count, 'run')})"

    def _repr_html_(self) -> str:
        return table(repr(self), _RUNS, self.runs[::-1])


class Run:
    """One run of a pipeline."""

    def __init__(self, history: History, run: model.Run) -> None:
        self._history = history
        self._run = run

    @property
    def name(self) -> str:
        """The name of the run."""
        return self._run.name

    @property
    def status(self) -> Status:
        """The status of the run. It is equal to ZenML's word, such as "completed"."""
        return self._run.status

    @property
    def pipeline_name(self) -> str | None:
        """The name of the pipeline, None for an unlisted run."""
        return self._run.pipeline

    @property
    def stack_name(self) -> str | None:
        """The name of the stack on which the run was executed, None if unknown."""
        return self._run.stack

    @property
    def start_time(self) -> datetime | None:
        """The time of the start, in UTC."""
        return self._timed.start

    @property
    def end_time(self) -> datetime | None:
        """The time of the end, in UTC. None while the run goes on."""
        return self._timed.end

    @property
    def duration(self) -> float | None:
        """Seconds from start to end. None while the run goes on."""
        return self._timed.duration

    @property
    def _timed(self) -> model.Run:
        """The run with its times. The list of a server lacks the times of older runs, so they are fetched."""
        if self._run.end is None and self._run.status.is_finished:
            with suppress(SourceError):
                (self._run,) = self._history.fetch([self._run])
        return self._run

    @property
    def metadata(self) -> dict[str, object]:
        """The metadata that was logged for the run, by name."""
        return _metadata(self._history, self._run, self._details.metadata)

    @property
    def tags(self) -> list[str]:
        """The tags of the run, sorted."""
        return list(self._details.tags)

    @property
    def commit(self) -> str | None:
        """The git commit of the run's code, None if it was not recorded."""
        return self._details.commit

    @property
    def error(self) -> Failure | None:
        """The failure of the first failed step, else that of the run itself. None for a run that did not fail."""
        return next((step.error for step in self.steps if step.error is not None), self._details.failure)

    @staticmethod
    def rows(runs: Sequence[Run]) -> list[dict[str, object]]:
        """Return a row with facts, parameters and metrics for each of these runs of one pipeline."""
        from pipesight.outputs.service import PreviewService
        from pipesight.workspace.run_report import reports

        if not runs:
            return []
        with closing(PreviewService(sys.executable)) as previews:
            found = reports(runs[0]._history, [run._run for run in runs], previews)
            return [_row(report) for report in found]

    def log(self) -> str | None:
        """Return the last megabyte of the run's own log, outside its steps. None if it was not recorded.

        Raises ReadError if the log is missing or damaged.
        """
        return _log(self._history, self._run)

    @property
    def _details(self) -> model.Details:
        self._history.fetch_steps(self._run)
        return self._history.details(self._run) or model.Details()

    @property
    def steps(self) -> Named[Step]:
        """The steps of the run in execution order. They can be taken by position or by name."""
        steps = self._history.fetch_steps(self._run)
        return Named("step", [Step(self._history, step) for step in steps], _STEPS, f"run {self.name!r}")

    def get_step(self, step: object = None, *, name: str | None = None) -> Step:
        """Return the step with that name, else the step whose function has that name.

        The function itself can be given instead of its name. Raises UnknownNameError if there is no such step.
        """
        steps, wanted = self.steps, _name("step", step, name)
        by_function = next((each for each in steps if each.entrypoint_name == wanted), None)
        return steps.get(wanted) or by_function or steps[wanted]

    def __repr__(self) -> str:
        return f"Run({self.name!r}, {self.status}, {_when(self.start_time)})"

    def _repr_html_(self) -> str:
        return table(repr(self), _STEPS, self.steps)


class Step:
    """One step of a run."""

    def __init__(self, history: History, step: model.Step) -> None:
        self._history = history
        self._step = step

    @property
    def name(self) -> str:
        """The name of the step in its run."""
        return self._step.name

    @property
    def entrypoint_name(self) -> str:
        """The name of the step's function or class. If it was not recorded, the name of the step."""
        return self._step.entrypoint or self._step.name

    @property
    def status(self) -> Status:
        """The status of the step. It is equal to ZenML's word, such as "cached"."""
        return self._step.status

    @property
    def parameters(self) -> dict[str, object]:
        """The parameters of the step, by name."""
        return dict(self._step.parameters)

    @property
    def start_time(self) -> datetime | None:
        """The time of the start, in UTC."""
        return self._step.start

    @property
    def end_time(self) -> datetime | None:
        """The time of the end, in UTC. None while the step goes on."""
        return self._step.end

    @property
    def duration(self) -> float | None:
        """Seconds from start to end. None while the step goes on."""
        return self._step.duration

    @property
    def outputs(self) -> Outputs:
        """The outputs of the step, by name."""
        return Outputs(self.name, [Output(each, self._history) for each in self._history.outputs(self._step) or ()])

    @property
    def inputs(self) -> Inputs:
        """The inputs of the step: outputs of other steps, by the names of this step's parameters."""
        found = self._history.inputs(self._step) or ()
        return Inputs((each.name, Output(each.output, self._history)) for each in found)

    @property
    def metadata(self) -> dict[str, object]:
        """The metadata that was logged for the step, by name."""
        return _metadata(self._history, self._step, self._step.metadata)

    @property
    def error(self) -> Failure | None:
        """The failure of the step, None if it did not fail or the reason is unknown.

        If the store does not record the reason, it is read from the last traceback in the step's log.
        """
        known = self._step.failure
        from pipesight.workspace.logged_failures import is_untold
        from pipesight.workspace.run_log import failure_in_lines

        if not is_untold(self._step):
            return known

        try:
            return completed(known, failure_in_lines(_lines(self._history, self._step) or ()))
        except ReadError:
            return known

    @property
    def source_code(self) -> str | None:
        """The source code of the step as it ran, None if it was not recorded."""
        code = self._history.code(self._step, wait=True)
        return code.source if code is not None else None

    def log(self) -> str | None:
        """Return the last megabyte of the step's log. None if it was not recorded.

        Raises ReadError if the log is missing or damaged.
        """
        return _log(self._history, self._step)

    @property
    def output(self) -> Output:
        """The only output of the step. Raises OutputCountError if there is not exactly one."""
        outputs = self.outputs
        if outputs.count == 1:
            return next(iter(outputs.values()))
        if not outputs:
            raise OutputCountError(f"Step {self.name!r} has no output.")
        names = ", ".join(map(repr, outputs))
        raise OutputCountError(f"Step {self.name!r} has {outputs.count} outputs: {names}. Use `.outputs[name]`.")

    def get_output(self, name: str) -> Output:
        """Return the output with that name. Raises UnknownNameError if there is no such output."""
        return self.outputs[name]

    def __repr__(self) -> str:
        return f"Step({self.name!r}, {self.status}, outputs: {', '.join(self.outputs) or 'none'})"

    def _repr_html_(self) -> str:
        return table(repr(self), _OUTPUTS, self.outputs.values())


class ReadError(Exception):
    """A value or a log cannot be read. The message says why, and what to do about it."""


class Output:
    """One output of a step: an artifact."""

    def __init__(self, output: model.Output, history: History | None = None) -> None:
        self._output = output
        self._history = history

    @property
    def name(self) -> str:
        """The name of the output in its step."""
        return self._output.name

    @property
    def uri(self) -> str:
        """The URI or path of the artifact's folder."""
        return self._output.uri

    @property
    def type(self) -> str | None:
        """ZenML's artifact type, such as "DataArtifact"."""
        return self._output.type

    @property
    def is_regular(self) -> bool:
        """True if the step returned the value, False if it saved the value by a call under an output's name."""
        return self._output.is_regular

    @property
    def data_type(self) -> str | None:
        """The class of the value, as a dotted path."""
        return self._output.data_type

    @property
    def materializer(self) -> str | None:
        """The class of the materializer that saved it, as a dotted path."""
        return self._output.materializer

    @property
    def artifact_name(self) -> str | None:
        """The global name of the artifact, None in releases without such names."""
        return self._output.artifact

    @property
    def version(self) -> str | None:
        """The version of the artifact, None in releases without versions."""
        return self._output.version

    @property
    def metadata(self) -> dict[str, object]:
        """The metadata of the artifact by name: logged values, and those that ZenML's materializer recorded."""
        return _metadata(self._history, self._output, self._output.metadata)

    @property
    def tags(self) -> list[str]:
        """The tags of the artifact, sorted."""
        return list(self._output.tags)

    @property
    def visualizations(self) -> list[Visualization]:
        """The files that ZenML stored to show the artifact: `type` (html, markdown, csv, image, json) and `uri`."""
        return list(self._output.visualizations)

    def read(self, output_data_type: type[Any] | None = None, materializer_class: type[Any] | None = None) -> Any:
        """Return the value, loaded as ZenML's materializer does it. Loading a pickle runs its code.

        `output_data_type` and `materializer_class` replace the recorded classes. Raises ReadError if the files are
        missing or damaged, or if this Python lacks a package for loading them.
        """
        from pipesight.outputs.reader.load import load
        from pipesight.outputs.reader.problem import Problem

        try:
            return load(
                self.uri,
                _path(materializer_class) or self.materializer or "",
                _path(output_data_type) or self.data_type or "",
            )
        except Problem as problem:
            raise ReadError(str(problem)) from problem

    def load(self) -> Any:
        """Return the value, as `read` does. Newer releases of ZenML use this name."""
        return self.read()

    def __repr__(self) -> str:
        return f"Output({self.name!r}, {self.data_type or 'unknown type'}, {self.uri})"

    def _repr_html_(self) -> str:
        return table(f"Output {self.name}", _OUTPUTS, [self])


def _metadata(
    history: History | None, thing: model.Run | model.Step | model.Output, known: Mapping[str, model.Metadata]
) -> dict[str, object]:
    """Return the values of metadata. Those of which the index has only the beginning are read from the store."""
    found = known if history is None else history.whole(thing, known)
    return {name: each.value for name, each in found.items()}


def _log(history: History, thing: model.Run | model.Step) -> str | None:
    lines = _lines(history, thing)
    return None if lines is None else "\n".join(line.message for line in lines)


def _lines(history: History, thing: model.Run | model.Step) -> list[LogLine] | None:
    """Return the lines at the ends of the logs of a run or a step. None if there are no logs.

    Raises ReadError if a log is damaged, or if all are missing.
    """
    from pipesight.outputs.reader.logs import AbsentLog, read_log
    from pipesight.outputs.reader.problem import Problem

    logs = history.logs(thing, wait=True)
    if not logs:
        return None
    pages: list[LogPage] = []
    absent: Problem | None = None
    for log in logs:
        try:
            pages.append(read_log(log.uri, limit=_LOG))
        except AbsentLog as problem:
            absent = problem
        except Problem as problem:
            raise ReadError(str(problem)) from None
    if absent is not None and not pages:
        raise ReadError(str(absent))
    return [line for page in pages for line in page.lines]


def _row(report: RunReport) -> dict[str, object]:
    facts: dict[str, object] = {
        "status": report.status,
        "start": datetime.fromisoformat(report.start) if report.start else None,
        "duration": report.duration,
        "stack": report.stack,
        "tags": ", ".join(report.tags),
        "error": report.error.type if report.error is not None else None,
    }
    return {**facts, **report.parameters, **report.metrics}


def _path(cls: type[Any] | None) -> str | None:
    return f"{cls.__module__}.{cls.__qualname__}" if cls is not None else None


class Runs(Named[Run]):
    """The runs of a pipeline. They can be converted to a data frame."""

    @overload
    def __getitem__(self, key: SupportsIndex | str) -> Run: ...
    @overload
    def __getitem__(self, key: slice) -> Runs: ...
    def __getitem__(self, key: SupportsIndex | str | slice) -> Run | Runs:
        if isinstance(key, slice):
            return Runs(self._kind, list(self)[key], self._columns, self._where)
        return super().__getitem__(key)

    def _repr_html_(self) -> str:
        """Return a table of the newest runs with the columns that differ, and pictures of their numbers over time."""
        from pipesight.pages.runs_html import runs_html

        newest = list(self)[-TABLE_ROWS:]
        rows = [{"run": run.name, **row} for run, row in zip(newest, Run.rows(newest), strict=True)]
        return runs_html(f"Runs of {self._where}", rows, len(self) - len(newest))

    def to_pandas(self) -> pandas.DataFrame:
        """Return the facts, parameters and metrics of the runs as a data frame, with a row for each run.

        The index has the names of the runs. Columns of parameters are named `STEP.PARAMETER`. Those of metrics are
        named `KEY` (metadata of the run), `STEP.KEY` (metadata of a step) or `STEP.OUTPUT` (an output that is a number
        or a boolean). This needs pandas.
        """
        import pandas as pd

        return pd.DataFrame(Run.rows(self), index=pd.Index([run.name for run in self], name="run"))


class Inputs(dict[str, Output]):
    """The inputs of a step by parameter. If a parameter took a list of outputs, it has the first of them here."""

    def __init__(self, inputs: Iterable[tuple[str, Output]]) -> None:
        super().__init__()
        self._all = list(inputs)
        for name, output in self._all:
            self.setdefault(name, output)

    def getlist(self, name: str) -> list[Output]:
        """Return all outputs that the parameter took, in order. The list is empty if there is no such parameter."""
        return [output for each, output in self._all if each == name]


class Outputs(Mapping[str, Output]):
    """The outputs of a step by name. A returned output replaces one that was saved by a call under the same name."""

    def __init__(self, step: str, outputs: Sequence[Output]) -> None:
        self._step = step
        self._outputs = {output.name: output for output in sorted(outputs, key=lambda each: each.is_regular)}
        self._outputs = dict(sorted(self._outputs.items()))
        self.count = len(outputs)

    def __getitem__(self, name: str) -> Output:
        if name not in self._outputs:
            raise UnknownNameError("output", name, self._outputs, f"step {self._step!r}")
        return self._outputs[name]

    def __contains__(self, name: object) -> bool:
        return name in self._outputs

    def __iter__(self) -> Iterator[str]:
        return iter(self._outputs)

    def __len__(self) -> int:
        return len(self._outputs)

    def __repr__(self) -> str:
        return repr(self._outputs)

    def _repr_html_(self) -> str:
        return table(f"Outputs of step {self._step!r}", _OUTPUTS, self.values())

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)


_PIPELINES = Columns[Pipeline](
    ("pipeline", "runs", "last run"), lambda it: (it.name, str(it.run_count), _when(it.last_run.start_time))
)
_RUNS = Columns[Run](
    ("run", "status", "start", "duration"),
    lambda it: (it.name, str(it.status), _when(it.start_time), _lasted(it.duration)),
)
_STEPS = Columns[Step](
    ("step", "status", "duration", "outputs"),
    lambda it: (it.name, str(it.status), _lasted(it.duration), ", ".join(it.outputs)),
)
_OUTPUTS = Columns[Output](("output", "type", "uri"), lambda it: (it.name, it.data_type or "", it.uri))

_NEVER = datetime.min.replace(tzinfo=timezone.utc)


def _name(kind: str, *given: object) -> str:
    """Return the name of the first argument that is not None.

    The argument is a name, a pipeline or step, or its function or class. Raises TypeError if all are None.
    """
    thing = next((each for each in given if each is not None), None)
    if thing is None:
        raise TypeError(f"Which {kind}? Give its name.")
    if isinstance(thing, str):
        return thing
    told = getattr(thing, "name", None)
    if isinstance(told, str):
        return told
    return str(getattr(thing, "__name__", None) or type(thing).__name__)


def _when(time: datetime | None) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC") if time else "?"


def _lasted(seconds: float | None) -> str:
    return "" if seconds is None else duration(seconds)
