"""The commands that a client may execute: read an output, show a run, list the history, ask for the status."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from lsprotocol import types as lsp

from pipesight.characters import visible
from pipesight.code.model import Position, Span, Thing
from pipesight.history.history import History
from pipesight.history.model import Output, Pipeline, Run, RunFilter, Step
from pipesight.pages import tables
from pipesight.pages.code_links import CodeLinks, definition_of
from pipesight.pages.contract.command_table import (
    ColumnsAnswer,
    ExportAnswer,
    LogAnswer,
    NewestAnswer,
    ProfileAnswer,
    ReadAnswer,
    RunAnswer,
    RunsAnswer,
    SummaryAnswer,
)
from pipesight.pages.contract.history_paths import HistoryPath, NodeKind
from pipesight.pages.contract.history_tree import HistoryArgument, HistoryNode, RunLabels
from pipesight.pages.contract.log_view import LogArgument
from pipesight.pages.contract.no_answer import Choice, Choices, Trouble
from pipesight.pages.contract.output_view import NewestOutput, OutputFacts, Reading, ReadingCode, StoredVisualization
from pipesight.pages.contract.read_argument import ReadArgument
from pipesight.pages.contract.runs_view import RunsArgument
from pipesight.pages.contract.store_status import ServerStatus, SourceStatus
from pipesight.pages.contract.table_view import TableColumns
from pipesight.pages.describe import describe, path_of, pipeline_facts, run_total
from pipesight.pages.loading import is_loadable
from pipesight.pages.log import log_part
from pipesight.pages.missing_names import missing, still_read
from pipesight.pages.reading_code import reading_code
from pipesight.pages.run import iso, metadata_facts, run_facts, run_page, step_facts
from pipesight.pages.runs import runs_page
from pipesight.pages.tables import drift_of
from pipesight.pages.words import (
    age_and_duration,
    ago,
    count,
    mark,
    short_name,
    state,
    tone,
    type_name,
    when,
)
from pipesight.workspace import same_output
from pipesight.workspace.context import Context
from pipesight.workspace.documents import View
from pipesight.workspace.find import Found, follow
from pipesight.workspace.same_output import output_before
from pipesight.workspace.target import thing_at

_PATIENCE = 10.0  # seconds for which a command waits for the steps of a run
_TRIES = 200
_CHOICES = 100
_UNNAMED = Trouble("No output is named here.")
_LABELED = 200  # newest runs whose statuses and tags are offered as filters


async def read_output(context: Context, given: Mapping[str, object]) -> ReadAnswer:
    """Return the preview of the output with the argument's names, or at its position in a document.

    If several outputs match, the answer has choices. If none matches, it is a problem with advice.
    """
    argument = ReadArgument.of(given)
    found = await named(context, argument)
    if isinstance(found, Trouble):
        return found
    history = context.history
    output = found.output or _only_output(history, found)
    if output is None:
        return _choices(history, found)
    found = _with_owner(history, found, output)
    shown = _visualized(output, argument.visualization)
    preview = await tables.rows(context, shown, argument)
    return Reading(
        title=visible(output.name, one_line=True),
        subtitle=visible(" · ".join(filter(None, (type_name(output), found.step and when(found.step))))),
        path=path_of(found),
        output=OutputFacts(output.uri, output.data_type, output.materializer, output.type, output.version),
        preview=preview,
        run=run_facts(found.run) if found.run is not None else None,
        step=step_facts(history, found.run, found.step) if found.run is not None and found.step is not None else None,
        visualizations=tuple(StoredVisualization(each.type, _file_name(each.uri)) for each in output.visualizations),
        metadata=metadata_facts(output.metadata),
        loadable=context.loader is not None and argument.visualization is None and is_loadable(output, preview),
    )


async def sum_up_table(context: Context, given: Mapping[str, object]) -> SummaryAnswer:
    """Return the statistics of the columns of the requested table."""
    argument = ReadArgument.of(given)
    output = await _one_output(context, argument)
    return output if isinstance(output, Trouble) else await tables.summary(context, output, argument)


async def profile_table(context: Context, given: Mapping[str, object]) -> ProfileAnswer:
    """Return the distributions of the values in the shown columns of a table."""
    argument = ReadArgument.of(given)
    output = await _one_output(context, argument)
    return output if isinstance(output, Trouble) else await tables.profile(context, output, argument)


async def table_columns(context: Context, given: Mapping[str, object]) -> ColumnsAnswer:
    """Return all columns of a table, and their changes since the run before."""
    argument = ReadArgument.of(given)
    named_output = await found_output(context, argument)
    if isinstance(named_output, Trouble):
        return named_output
    found, output = named_output
    if argument.visualization is not None:
        return await tables.columns(context, _visualized(output, argument.visualization))
    before = output_before(context.history, found)
    answer = await tables.columns(context, output)
    if isinstance(answer, Trouble) or before is None or before.uri == output.uri:
        return answer
    run = context.history.location(before)
    earlier = await tables.columns(context, before) if run is not None else None
    if run is None or not isinstance(earlier, TableColumns):
        return answer
    return replace(answer, drift=drift_of(earlier, answer, run_facts(run[1])))


async def newest_output(context: Context, given: Mapping[str, object]) -> NewestAnswer:
    """Return the same output in the newest run, or in the newest successful one."""
    argument = ReadArgument.of(given)
    found = await found_output(context, argument)
    if isinstance(found, Trouble):
        return found
    newest = same_output.newest_output(context.history, found[0], is_successful=argument.successful is True)
    if newest is None or newest.run is None:
        return NewestOutput()
    return NewestOutput(path_of(newest), run_facts(newest.run))


async def found_output(context: Context, argument: ReadArgument) -> tuple[Found, Output] | Trouble:
    """Return the requested output, also with its run and step."""
    found = await named(context, argument)
    if isinstance(found, Trouble):
        return found
    output = found.output or _only_output(context.history, found)
    return (_with_owner(context.history, found, output), output) if output is not None else _UNNAMED


async def export_table(context: Context, given: Mapping[str, object]) -> ExportAnswer:
    """Write the rows of the requested table to the file in the argument."""
    argument = ReadArgument.of(given)
    output = await _one_output(context, argument)
    if isinstance(output, Trouble):
        return output
    return await tables.export(context, output, argument, argument.file or "")


async def _one_output(context: Context, argument: ReadArgument) -> Output | Trouble:
    found = await found_output(context, argument)
    return found if isinstance(found, Trouble) else _visualized(found[1], argument.visualization)


async def show_run(context: Context, given: Mapping[str, object]) -> RunAnswer:
    """Return the requested run, by default the newest, with its steps and other recent runs of its pipeline."""
    found = await named(context, ReadArgument.of(given))
    if isinstance(found, Trouble):
        return found
    history = context.history
    run = found.run or newest(history, found)
    if run is None and found.pipeline is None:
        return _nothing(history)
    if run is None:
        advice = "Run the pipeline once. The run then appears here by itself."
        return still_read(history) or Trouble("There is no run to show.", advice)
    await _steps_of(history, run)
    asked = found.step.name if found.step is not None and found.run is not None else None
    found_code = ((step.id, definition_of(context.places, step)) for step in history.steps(run) or ())
    definitions = {id_: code for id_, code in found_code if code is not None}
    links, logs = CodeLinks(context.places.roots), context.previews.logs
    return await asyncio.to_thread(run_page, history, run, definitions, links, logs, asked)


async def read_log(context: Context, given: Mapping[str, object]) -> LogAnswer:
    """Return a part of the log of a run or a step: the end, or the part before or after an offset."""
    asked = LogArgument.of(given)
    found = await named(context, ReadArgument.of(given))
    if isinstance(found, Trouble):
        return found
    run = found.run or newest(context.history, found)
    if run is None:
        nothing = Trouble("There is no run whose log could be shown.", "Run the pipeline once.")
        return still_read(context.history) or nothing
    return await asyncio.to_thread(log_part, context.history, context.previews.logs, run, found.step, asked)


async def show_runs(context: Context, given: Mapping[str, object]) -> RunsAnswer:
    """Return the runs of the pipeline with the argument's name, or at its position in a document."""
    asked = RunsArgument.of(given)
    found = await named(context, ReadArgument.of(given))
    if isinstance(found, Trouble):
        return found
    pipeline = found.pipeline or _only_pipeline(context.history)
    if pipeline is None:
        advice = "Put the cursor on the name of a pipeline, or choose one in the tree of the run history."
        return Trouble("No pipeline is named here.", advice)
    ask = (context.history, context.previews, pipeline, asked.offset or 0, asked.limit)
    return await asyncio.to_thread(runs_page, *ask)


async def list_history(context: Context, given: Mapping[str, object]) -> tuple[HistoryNode, ...]:
    """Return the children of a node of the history tree. Without a node, these are the pipelines."""
    argument = HistoryArgument.of(given)
    parent = argument.parent
    history = context.history
    wanted = RunFilter(argument.find or "", argument.statuses, argument.tags)
    if parent is None or parent == HistoryPath():
        return tuple(_pipeline_node(history, pipeline) for pipeline in history.matching_pipelines(wanted))
    found = follow(history, parent.names)
    if found.step is not None:
        outputs = history.outputs(found.step) or ()
        return tuple(_node(history, "output", _below(found, o), o.name, type_name(o)) for o in outputs)
    if found.run is not None:
        await _steps_of(history, found.run)
        steps = history.steps(found.run) or ()
        return tuple(_step_node(history, Found(found.pipeline, found.run, step), step) for step in steps)
    if found.pipeline is not None:
        runs = history.matching_runs(wanted, found.pipeline.name, limit=argument.limit or _CHOICES)
        return tuple(_run_node(history, Found(found.pipeline, run), run) for run in runs)
    return ()


def run_labels(context: Context) -> RunLabels:
    """Return the statuses and tags of the newest runs."""
    runs = context.history.runs(limit=_LABELED)
    details = filter(None, map(context.history.known_details, runs))
    return RunLabels(
        tuple(sorted({str(run.status) for run in runs})), tuple(sorted({tag for each in details for tag in each.tags}))
    )


def code(context: Context, given: Mapping[str, object]) -> ReadingCode:
    """Return code that reads the object with the argument's names."""
    return ReadingCode(reading_code(context.history, ReadArgument.of(given).path, context.runtime.release))


def status(context: Context) -> ServerStatus:
    """Return the state of each source."""
    return ServerStatus(
        tuple(
            SourceStatus(
                label=source.label,
                kind=source.kind,
                syncing=source.syncing,
                runs=source.run_count,
                synced_at=iso(source.synced_at),
                age=ago(source.synced_at) if source.synced_at is not None else None,
                error=source.error,
                advice=source.advice,
            )
            for source in context.history.state.sources
        )
    )


async def named(context: Context, argument: ReadArgument) -> Found | Trouble:
    """Return the objects with the argument's names or at its position, or the problem if there are none."""
    history = context.history
    found = _found(context, argument)
    if found.run is None and history.is_beginning:
        await _until(lambda: not history.is_beginning)
        found = _found(context, argument)
    if found.run is not None and history.steps(found.run) is None:
        await _steps_of(history, found.run)
        found = _found(context, argument)
    if argument.uri is not None and argument.position is not None:
        return found
    return missing(history, argument.path.names, found) or found


def _only_pipeline(history: History) -> Pipeline | None:
    """Return the only pipeline of a history, None if it has none or several."""
    pipelines = history.pipelines()
    return pipelines[0] if len(pipelines) == 1 else None


def _found(context: Context, argument: ReadArgument) -> Found:
    if argument.uri is not None and argument.position is not None:
        return _at(context, argument.uri, lsp.Position(argument.position.line, argument.position.character))
    return follow(context.history, argument.path.names)


def newest(history: History, found: Found) -> Run | None:
    """Return the newest run of the pipeline, or of all pipelines if none was found. None while it is not certain."""
    if found.pipeline is not None:
        return history.last_run(found.pipeline.name)
    return next(iter(history.runs(limit=1) if history.has_newest else ()), None)


async def _steps_of(history: History, run: Run) -> None:
    """Wait up to `_PATIENCE` seconds until the index has the run's steps. The request makes the sync fetch them."""
    await _until(lambda: history.steps(run) is not None)


async def _until(condition: Callable[[], bool]) -> None:
    """Wait up to `_PATIENCE` seconds until the condition is true."""
    for _ in range(_TRIES):
        if condition():
            return
        await asyncio.sleep(_PATIENCE / _TRIES)


def _at(context: Context, uri: str, position: lsp.Position) -> Found:
    view = context.documents.view(uri)
    if view is None:
        return Found()
    place = view.position(position)
    denoted = thing_at(view, place) or _on_line(view, place)
    return context.find(denoted[0]) if denoted is not None else Found()


def _on_line(view: View, position: Position) -> tuple[Thing, Span] | None:
    """Return the innermost thing on the cursor's line, so that the cursor need not be on the name."""
    sites = [site for site in view.document.sites if site.expression.start.line <= position.line <= site.span.end.line]
    deepest = max(sites, key=lambda site: len(list(site.thing.chain())), default=None)
    return (deepest.thing, deepest.span) if deepest is not None else None


def _visualized(output: Output, number: int | None) -> Output:
    """Return the output, or its stored visualization with this index as an output."""
    if number is None or not 0 <= number < len(output.visualizations):
        return output
    uri = output.visualizations[number].uri
    return replace(output, uri=uri, data_type=None, materializer=None)


def _file_name(uri: str) -> str:
    return visible(re.split(r"[\\/]", uri.rstrip("/"))[-1], one_line=True)


def _only_output(history: History, found: Found) -> Output | None:
    outputs = history.outputs(found.step) or () if found.step is not None else ()
    return outputs[0] if len(outputs) == 1 else None


def _choices(history: History, found: Found) -> Choices | Trouble:
    """Return the next choices: pipelines, then runs, then steps with outputs, then outputs."""
    choices = tuple(_next_choices(history, found))
    if choices:
        return Choices(choices)
    if found.pipeline is None and found.run is None:
        return _nothing(history)
    return Trouble("There is no output to read here.", "Choose a step that has completed.")


def _next_choices(history: History, found: Found) -> Iterable[Choice]:
    if found.step is not None:
        for output in history.outputs(found.step) or ():
            yield _choice(output.name, path_of(_below(found, output)), type_name(output))
    elif found.run is not None:
        for step in history.steps(found.run) or ():
            if history.outputs(step):
                facts = f"{step.status} · {_output_names(history, step)}"
                yield _choice(step.name, path_of(Found(found.pipeline, found.run, step)), facts)
    elif found.pipeline is not None:
        for run in history.runs(found.pipeline.name, limit=_CHOICES):
            yield _choice(run.name, path_of(Found(found.pipeline, run)), state(run))
    else:
        for pipeline in history.pipelines():
            yield _choice(pipeline.name, path_of(Found(pipeline=pipeline)), pipeline_facts(history, pipeline))


def _choice(label: str, argument: HistoryPath, description: str) -> Choice:
    return Choice(visible(label, one_line=True), argument, visible(description, one_line=True))


def _nothing(history: History) -> Trouble:
    """Return why there is no pipeline to choose."""
    troubled = next((source for source in history.state.sources if source.error), None)
    if troubled is not None and troubled.error is not None:
        return Trouble(troubled.error, troubled.advice)
    if (unread := still_read(history)) is not None:
        return unread
    advice = "Run a pipeline once: it appears by itself. Is its history kept elsewhere? Name it in `pipesight.history`."
    return Trouble("There is no run history yet.", advice)


def _node(history: History, kind: NodeKind, found: Found, label: str, description: str) -> HistoryNode:
    page = describe(history, found)
    return HistoryNode(
        kind=kind,
        label=visible(label, one_line=True),
        short=visible(label, one_line=True),
        path=path_of(found),
        expandable=kind != "output",
        description=visible(description, one_line=True),
        tooltip=page.markdown() if page is not None else label,
    )


def _pipeline_node(history: History, pipeline: Pipeline) -> HistoryNode:
    """Return the node of a pipeline, with the status of its newest run."""
    run = history.last_run(pipeline.name)
    facts = " · ".join(filter(None, (run_total(history, pipeline), run and when(run))))
    node = _node(history, "pipeline", Found(pipeline=pipeline), pipeline.name, facts)
    if run is None:
        return node
    return replace(node, status=str(run.status), tone=tone(run.status), mark=mark(run.status))


def _run_node(history: History, found: Found, run: Run) -> HistoryNode:
    node = _node(history, "run", found, run.name, age_and_duration(run))
    return replace(
        node,
        short=visible(short_name(run), one_line=True),
        status=str(run.status),
        tone=tone(run.status),
        mark=mark(run.status),
    )


def _step_node(history: History, found: Found, step: Step) -> HistoryNode:
    node = _node(history, "step", found, step.name, age_and_duration(step))
    return replace(node, status=str(step.status), tone=tone(step.status), mark=mark(step.status))


def _below(found: Found, output: Output) -> Found:
    return Found(found.pipeline, found.run, found.step, output, found.assumed)


def _with_owner(history: History, found: Found, output: Output) -> Found:
    """Add the run and the step of an output that was requested without them."""
    if found.run is not None and found.step is not None:
        return _below(found, output)
    location = history.location(output)
    return Found(*location, output, assumed=True) if location is not None else _below(found, output)


def _output_names(history: History, step: Step) -> str:
    outputs = history.outputs(step) or ()
    names = ", ".join(output.name for output in outputs)
    return names if len(names) < 60 else count(len(outputs), "output")
