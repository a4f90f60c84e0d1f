"""The commands of the tree of the history: its nodes, labels to filter runs, code that reads a node, the status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipesight.characters import visible
from pipesight.history.history import History
from pipesight.history.model import Pipeline, Run, RunFilter, Step
from pipesight.pages.contract.history_paths import HistoryPath, NodeKind
from pipesight.pages.contract.history_tree import HistoryArgument, HistoryNode, RunLabels
from pipesight.pages.contract.output_view import ReadingCode
from pipesight.pages.contract.read_argument import ReadArgument
from pipesight.pages.contract.store_status import ServerStatus, SourceStatus
from pipesight.pages.describe import describe, path_of, run_total
from pipesight.pages.reading_code import reading_code
from pipesight.pages.requested import wait_for_steps
from pipesight.pages.run import iso
from pipesight.pages.words import age_and_duration, ago, mark, short_name, tone, type_name, when
from pipesight.workspace.context import Context
from pipesight.workspace.find import Found, follow

_CHOICES = 100
_LABELED = 200  # newest runs whose statuses and tags are offered as filters


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
        return tuple(_node(history, "output", replace(found, output=o), o.name, type_name(o)) for o in outputs)
    if found.run is not None:
        await wait_for_steps(history, found.run)
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
