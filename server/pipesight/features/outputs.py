"""The commands that read an output, and that find the same output in the newest run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from pipesight.characters import visible
from pipesight.history.history import History
from pipesight.history.model import Step
from pipesight.pages.contract.command_table import NewestAnswer, ReadAnswer
from pipesight.pages.contract.history_paths import HistoryPath
from pipesight.pages.contract.no_answer import Choice, Choices, Trouble
from pipesight.pages.contract.output_view import NewestOutput, OutputFacts, Reading, StoredVisualization
from pipesight.pages.contract.read_argument import ReadArgument
from pipesight.pages.describe import path_of, pipeline_facts
from pipesight.pages.loading import is_loadable
from pipesight.pages.missing_names import no_history
from pipesight.pages.requested import found_output, named, only_output, visualized, with_owner
from pipesight.pages.run import metadata_facts, run_facts, step_facts
from pipesight.pages.tables import rows
from pipesight.pages.words import count, state, type_name, when
from pipesight.workspace import same_output
from pipesight.workspace.context import Context
from pipesight.workspace.find import Found

_CHOICES = 100


async def read_output(context: Context, given: Mapping[str, object]) -> ReadAnswer:
    """Return the preview of the output with the argument's names, or at its position in a document.

    If several outputs match, the answer has choices. If none matches, it is a problem with advice.
    """
    argument = ReadArgument.of(given)
    found = await named(context, argument)
    if isinstance(found, Trouble):
        return found
    history = context.history
    output = found.output or only_output(history, found)
    if output is None:
        return _choices(history, found)
    found = with_owner(history, found, output)
    shown = visualized(output, argument.visualization)
    preview = await rows(context, shown, argument)
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


def _choices(history: History, found: Found) -> Choices | Trouble:
    """Return the next choices: pipelines, then runs, then steps with outputs, then outputs."""
    choices = tuple(_next_choices(history, found))
    if choices:
        return Choices(choices)
    if found.pipeline is None and found.run is None:
        return no_history(history)
    return Trouble("There is no output to read here.", "Choose a step that has completed.")


def _next_choices(history: History, found: Found) -> Iterable[Choice]:
    if found.step is not None:
        for output in history.outputs(found.step) or ():
            yield _choice(output.name, path_of(replace(found, output=output)), type_name(output))
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


def _file_name(uri: str) -> str:
    return visible(re.split(r"[\\/]", uri.rstrip("/"))[-1], one_line=True)


def _output_names(history: History, step: Step) -> str:
    outputs = history.outputs(step) or ()
    names = ", ".join(output.name for output in outputs)
    return names if len(names) < 60 else count(len(outputs), "output")
