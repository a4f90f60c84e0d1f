"""The commands that show a run, its log, and the runs of a pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from pipesight.history.history import History
from pipesight.history.model import Pipeline
from pipesight.pages.code_links import CodeLinks, definition_of
from pipesight.pages.contract.command_table import LogAnswer, RunAnswer, RunsAnswer
from pipesight.pages.contract.log_view import LogArgument
from pipesight.pages.contract.no_answer import Trouble
from pipesight.pages.contract.read_argument import ReadArgument
from pipesight.pages.contract.runs_view import RunsArgument
from pipesight.pages.log import log_part
from pipesight.pages.missing_names import no_history, still_read
from pipesight.pages.requested import named, newest, wait_for_steps
from pipesight.pages.run import run_page
from pipesight.pages.runs import runs_page
from pipesight.workspace.context import Context


async def show_run(context: Context, given: Mapping[str, object]) -> RunAnswer:
    """Return the requested run, by default the newest, with its steps and other recent runs of its pipeline."""
    found = await named(context, ReadArgument.of(given))
    if isinstance(found, Trouble):
        return found
    history = context.history
    run = found.run or newest(history, found)
    if run is None and found.pipeline is None:
        return no_history(history)
    if run is None:
        advice = "Run the pipeline once. The run then appears here by itself."
        return still_read(history) or Trouble("There is no run to show.", advice)
    await wait_for_steps(history, run)
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


def _only_pipeline(history: History) -> Pipeline | None:
    """Return the only pipeline of a history, None if it has none or several."""
    pipelines = history.pipelines()
    return pipelines[0] if len(pipelines) == 1 else None
