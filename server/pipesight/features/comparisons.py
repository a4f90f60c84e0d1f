"""The commands that compare two runs of a pipeline, or one output in two runs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from pipesight.characters import visible
from pipesight.history.model import Run
from pipesight.outputs.comparison import ValueComparison
from pipesight.outputs.preview import Preview
from pipesight.pages.compared_values import digest
from pipesight.pages.contract.command_table import ComparisonAnswer, ValuesAnswer
from pipesight.pages.contract.comparison_view import CompareArgument, ComparedValues, RunsComparison
from pipesight.pages.contract.no_answer import Trouble
from pipesight.pages.contract.read_argument import ReadArgument
from pipesight.pages.describe import path_of
from pipesight.pages.missing_names import still_read
from pipesight.pages.requested import named, newest
from pipesight.pages.runs import runs_comparison
from pipesight.workspace.context import Context
from pipesight.workspace.find import Found

_OUTPUTS = 20  # differing outputs whose details a comparison of runs has


async def compare_runs(context: Context, given: Mapping[str, object]) -> ComparisonAnswer:
    """Return the differences between two runs of a pipeline, by default the newest run and the last success before it.

    A client without the panel also gets the details of outputs, because it shows the answer as a document.
    """
    asked = CompareArgument.of(given)
    found = await named(context, ReadArgument.of({**given, "run": asked.right, "step": None, "output": None}))
    if isinstance(found, Trouble):
        return found
    history = context.history
    right = found.run or newest(history, found)
    if right is None:
        return still_read(history) or Trouble("There is no run to compare.", "Run the pipeline twice.")
    left = history.run(asked.left, right.pipeline) if asked.left is not None else history.success_before(right)
    if left is None:
        what = f"run {asked.left!r}" if asked.left is not None else f"successful run before {right.name!r}"
        return still_read(history) or Trouble(f"The history has no {what}.", "Choose another run to compare with.")
    answer = await asyncio.to_thread(runs_comparison, history, context.previews, left, right)
    return await _with_outputs(context, answer, left, right) if asked.outputs or not context.client.panel else answer


async def _with_outputs(context: Context, answer: RunsComparison, left: Run, right: Run) -> RunsComparison:
    """Add the details of differing outputs that both runs have."""
    names = [each.name for each in answer.differences if each.kind == "output" and None not in (each.left, each.right)]
    details: list[ComparedValues] = []
    for name in names[:_OUTPUTS]:
        step, _, output = name.rpartition(".")
        path = {"pipeline": right.pipeline, "source": right.source, "step": step, "output": output}
        values = await compare_values(context, {**path, "left": left.name, "right": right.name})
        if isinstance(values, ComparedValues):
            details.append(values)
    return replace(answer, outputs=tuple(details))


async def compare_values(context: Context, given: Mapping[str, object]) -> ValuesAnswer:
    """Return the differences of one output between two runs."""
    asked = CompareArgument.of(given)
    sides: list[Found] = []
    for run in (asked.left, asked.right):
        found = await named(context, ReadArgument.of({**given, "run": run}))
        if isinstance(found, Trouble):
            return found
        sides.append(found)
    left, right = sides
    if left.output is None or right.output is None or left.run is None:
        return Trouble("An output of two runs is needed.", "Name the pipeline, both runs, the step and the output.")
    compared = await context.previews.compare(left.output, right.output)
    return _answer(left.run.name, right, compared)


def _answer(left: str, right: Found, compared: ValueComparison | Preview) -> ValuesAnswer:
    """Return the reader's comparison as an answer, or its problem."""
    if isinstance(compared, Preview):
        return Trouble(compared.text or compared.summary, compared.advice)
    path = path_of(right)
    title = visible(f"{path.step}.{path.output}", one_line=True)
    return ComparedValues(title, path, left, visible(digest(compared), one_line=True), compared)
