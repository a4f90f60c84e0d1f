"""The tools for assistants: questions about the history, with small answers and a suggested next step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Literal, Protocol

from pipesight.history.history import History
from pipesight.history.model import Status, Step
from pipesight.outputs.preview import Window
from pipesight.outputs.service import PreviewService
from pipesight.pages.command_error import CommandError
from pipesight.pages.named_objects import follow
from pipesight.pages.run import iso
from pipesight.pages.words import first_names
from pipesight.rules.file_check import UncheckedError
from pipesight.rules.file_finding import FileFinding
from pipesight.workspace.find import Found
from pipesight.workspace.run_differences import differences
from pipesight.workspace.run_report import report

from . import untrusted
from .answers import (
    CodeProblem,
    CodeReport,
    Comparison,
    NameFacts,
    NameList,
    OutputReading,
    PicturedReading,
    PipelineFacts,
    PipelineList,
    RunDescription,
    RunDetails,
    RunList,
    RunPair,
)
from .facts import (
    difference_facts,
    error_facts,
    log_end,
    more,
    next_rows,
    output_value,
    run_facts,
    step_facts,
    traceback_of,
)
from .parameters import Described

PipelineName = Annotated[str, Described("The pipeline's exact name, as list_pipelines gives it.")]
RunName = Annotated[str, Described("The run's exact name, or `latest` for the newest run.")]
Limit = Annotated[int, Described("How many entries to return.", ge=1, le=100)]
Offset = Annotated[int, Described("How many entries to skip.", ge=0)]
NameFilter = Annotated[str, Described("Only names that contain this text. Upper and lower case are equal.")]
NameKind = Literal["pipeline", "run", "step", "output", "artifact", "model", "stack"]

_SCANNED = 5_000  # runs that a filter reads
_CODE = 200_000  # characters of code that can be checked
_PICTURE = 1_000_000  # characters of a picture in base64. A larger one is left out
_LISTING = {
    "pipeline": "Call list_pipelines to see them all.",
    "run": "Call list_runs to see them all.",
    "step": "Call describe_run to see the run's steps.",
    "output": "Call describe_run to see the step's outputs.",
}


class Bench(Protocol):
    """The history and the checker of code that the tools use. Its methods are called from several threads."""

    @property
    def previews(self) -> PreviewService:
        """The reader of outputs."""
        ...

    def history(self) -> History:
        """Return the history, which is up to date. Raises CommandError if there is none."""
        ...

    def check(self, code: str) -> list[FileFinding]:
        """Return the problems of a piece of code.

        Raises UncheckedError if the history is incomplete, and CommandError if there is none.
        """
        ...


class Tools:
    """The tools that use one bench."""

    def __init__(self, workbench: Bench) -> None:
        self._workbench = workbench

    def all(self) -> tuple[Callable[..., object], ...]:
        """Return every tool. A client sees its name, its docstring and its parameters."""
        return (
            self.list_pipelines,
            self.list_runs,
            self.describe_run,
            self.compare_runs,
            self.read_output,
            self.find_names,
            self.check_code,
        )

    def list_pipelines(self, query: NameFilter = "", limit: Limit = 20, offset: Offset = 0) -> PipelineList:
        """List the pipelines of the run history, the one with the newest run first."""
        history = self._workbench.history()
        found = [pipeline for pipeline in history.pipelines() if _contains(pipeline.name, query)]
        facts: list[PipelineFacts] = []
        for pipeline in found[offset : offset + limit]:
            run = history.last_run(pipeline.name)
            facts.append(
                PipelineFacts(
                    name=untrusted.name(pipeline.name),
                    runs=pipeline.run_count,
                    last_run=untrusted.name(run.name) if run else None,
                    last_status=str(run.status) if run else None,
                    last_start=iso(run.start) if run else None,
                )
            )
        return PipelineList(
            facts, len(found), more(offset, len(facts), len(found)) or "Call list_runs for one of them."
        )

    def list_runs(
        self,
        pipeline: PipelineName,
        status: Annotated[str, Described("Only runs of this status: `failed`, `completed`, `running`.")] = "",
        query: NameFilter = "",
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> RunList:
        """List the runs of a pipeline, newest first."""
        history = self._workbench.history()
        owner = _follow(history, pipeline=pipeline).pipeline
        runs = history.runs(owner.name if owner is not None else pipeline, limit=_SCANNED)
        found = [run for run in runs if status in ("", str(run.status)) and _contains(run.name, query)]
        page = untrusted.page([run_facts(run) for run in found[offset : offset + limit]])
        step = more(offset, len(page), len(found)) or "Call describe_run for one of them."
        return RunList(page, len(found), step)

    def describe_run(
        self,
        pipeline: PipelineName,
        run: RunName = "latest",
        steps: Annotated[int, Described("How many steps to return.", ge=1, le=200)] = 50,
        offset: Annotated[int, Described("How many steps to skip.", ge=0)] = 0,
        log_lines: Annotated[int, Described("How many of the last lines of the log.", ge=0, le=200)] = 20,
        log_of: Annotated[str, Described("The step whose log to return. The default is the failed step.")] = "",
    ) -> RunDescription:
        """Describe one run: steps with parameters and outputs, why it failed, its metrics, tags, commit and log."""
        history = self._workbench.history()
        found = _follow(history, pipeline=pipeline, run=run).run
        assert found is not None
        known = report(history, found, self._workbench.previews, logs=True)
        of_run = history.steps(found) or ()
        page = untrusted.page(
            [step_facts(step, history.outputs(step) or ()) for step in of_run[offset : offset + steps]]
        )
        logged = _logged_step(of_run, log_of)
        details = RunDetails(
            run=run_facts(found),
            steps=page,
            steps_left_out=len(of_run) - len(page),
            error=error_facts(known.error, traceback_of(of_run, history.details(found))),
            metrics=untrusted.mapping(known.metrics),
            tags=[untrusted.name(tag) for tag in known.tags],
            commit=untrusted.optional_name(known.commit),
            log_of=untrusted.optional_name(logged.name if logged is not None else None),
            log=log_end(history, found, logged, log_lines) if log_lines else [],
        )
        advice = "Call read_output for the value of an output." if any(step.outputs for step in page) else None
        return RunDescription(details, more(offset, len(page), len(of_run)) or advice)

    def compare_runs(
        self,
        pipeline: PipelineName,
        left: RunName,
        right: RunName,
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> Comparison:
        """Compare two runs: parameters, metrics, outputs, inputs, code, statuses, stack and tags that differ."""
        history = self._workbench.history()
        runs = [_follow(history, pipeline=pipeline, run=name).run for name in (left, right)]
        one, other = (run for run in runs if run is not None)
        found = list(differences(history, one, other, self._workbench.previews))
        page = untrusted.page([difference_facts(each) for each in found[offset : offset + limit]])
        pair = RunPair(untrusted.name(one.name), untrusted.name(other.name), page)
        return Comparison(pair, len(found), more(offset, len(page), len(found)))

    def read_output(
        self,
        pipeline: PipelineName,
        run: RunName,
        step: Annotated[str, Described("The step's name, as describe_run gives it.")],
        output: Annotated[str, Described("The output's name, as describe_run gives it.")],
        rows: Annotated[int, Described("How many rows of a table to return.", ge=1, le=200)] = 20,
        offset: Annotated[int, Described("How many rows of a table to skip.", ge=0)] = 0,
        find: Annotated[str, Described("Only rows of a table that contain this text.")] = "",
    ) -> PicturedReading:
        """Read the value of an output: a table, JSON, text, an array or a picture. Never loads a pickle."""
        found = _follow(self._workbench.history(), pipeline=pipeline, run=run, step=step, output=output)
        assert found.output is not None
        preview = self._workbench.previews.preview_sync(found.output, Window(offset=offset, limit=rows, find=find))
        if preview.kind == "problem":
            raise CommandError(" ".join(filter(None, (preview.text, preview.advice))))
        value = output_value(_path(found), preview)
        next_step = next_rows(value.table, preview.table) or preview.advice
        image = preview.image
        picture = image if image is not None and 0 < len(image.data) <= _PICTURE else None
        return PicturedReading(OutputReading(value, next_step), picture)

    def find_names(
        self,
        query: NameFilter,
        kind: Annotated[NameKind | None, Described("Only names of this kind.")] = None,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> NameList:
        """Find names of pipelines, runs, steps, outputs, artifacts, models and stacks, to write them in code."""
        history = self._workbench.history()
        found = [name for name in _names(history, query) if kind in (None, name.kind) and _contains(name.name, query)]
        page = untrusted.page([_shown_name(each) for each in found[offset : offset + limit]])
        return NameList(page, len(found), more(offset, len(page), len(found)))

    def check_code(
        self,
        code: Annotated[str, Described("Python code that reads the run history.", max_length=_CODE)],
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> CodeReport:
        """Check Python code that reads the run history: names that do not exist, wrong positions, missing members."""
        try:
            problems = self._workbench.check(code)
        except UncheckedError as error:
            raise CommandError(str(error)) from None
        page = untrusted.page([_problem_facts(problem) for problem in problems[offset : offset + limit]])
        return CodeReport(page, len(problems), more(offset, len(page), len(problems)))


def _follow(history: History, **names: str) -> Found:
    """Return the objects with these names. A name may have spelled-out hidden characters, as in the answers.

    Raises CommandError if one does not exist. The message has the names that exist, or the tool that lists them.
    """
    try:
        return follow(history, names)
    except CommandError as error:
        meant = _as_recorded(history, names)
        if meant == names:
            listing = next((told for kind, told in _LISTING.items() if f"no {kind} named" in str(error)), "")
            raise CommandError(f"{error} {listing}".rstrip()) from None
        return follow(history, meant)


def _as_recorded(history: History, shown: Mapping[str, str]) -> Mapping[str, str]:
    """Return the recorded names for names as the answers show them."""
    meant = dict(shown)
    meant["pipeline"] = _one_shown_as(shown["pipeline"], (each.name for each in history.pipelines()))
    if "run" in shown:
        runs = history.runs(meant["pipeline"], limit=_SCANNED)
        meant["run"] = _one_shown_as(shown["run"], (each.name for each in runs))
    if "step" in shown:
        meant["step"] = _one_shown_as(shown["step"], (each.name for each in history.step_names(meant["pipeline"])))
    if "output" in shown:
        outputs = history.output_names(meant["pipeline"], meant["step"])
        meant["output"] = _one_shown_as(shown["output"], (each.name for each in outputs))
    return meant


def _one_shown_as(shown: str, names: Iterable[str]) -> str:
    return next((name for name in names if untrusted.name(name) == shown), shown)


def _logged_step(steps: Sequence[Step], name: str) -> Step | None:
    """Return the step of that name. Without a name, return the first failed step, None if none failed.

    Raises CommandError if there is no step of that name.
    """
    if not name:
        return next((step for step in steps if step.status is Status.FAILED), None)
    for step in steps:
        if name in (step.name, untrusted.name(step.name)):
            return step
    names = first_names([untrusted.name(step.name) for step in steps], 20)
    raise CommandError(f"The run has no step {name!r}. There are: {names}.")


def _names(history: History, query: str) -> Iterator[NameFacts]:
    for pipeline in history.pipelines():
        yield NameFacts("pipeline", pipeline.name)
        for step in history.step_names(pipeline.name):
            yield NameFacts("step", step.name, pipeline.name)
            for output in history.output_names(pipeline.name, step.name):
                yield NameFacts("output", output.name, pipeline.name, step.name)
    for run in history.search_runs(query, limit=_SCANNED):
        yield NameFacts("run", run.name, run.pipeline)
    for artifact in history.artifacts():
        yield NameFacts("artifact", artifact.artifact or artifact.name)
    for kind, names in (("model", history.models()), ("stack", history.stacks())):
        for name in names:
            yield NameFacts(kind, name)


def _shown_name(each: NameFacts) -> NameFacts:
    owners = (untrusted.optional_name(each.pipeline), untrusted.optional_name(each.step))
    return NameFacts(each.kind, untrusted.name(each.name), *owners)


def _problem_facts(problem: FileFinding) -> CodeProblem:
    return CodeProblem(
        problem.line,
        problem.column,
        problem.severity,
        problem.code,
        untrusted.text(problem.message),
        [untrusted.text(fix) for fix in problem.fixes],
    )


def _path(found: Found) -> list[str]:
    parts = (found.pipeline, found.run, found.step, found.output)
    return [untrusted.name(part.name) for part in parts if part is not None]


def _contains(name: str, query: str) -> bool:
    return query.lower() in name.lower()
