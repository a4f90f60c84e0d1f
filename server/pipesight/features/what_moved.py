"""The command that finds the runs in which a number changed most, with the other changes in each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from pipesight.pages.contract.command_table import BlameAnswer
from pipesight.pages.contract.comparison_view import BlameArgument
from pipesight.pages.contract.no_answer import Trouble
from pipesight.pages.contract.read_argument import ReadArgument
from pipesight.pages.moved_numbers import number_moves
from pipesight.pages.requested import named
from pipesight.workspace.context import Context
from pipesight.workspace.find import Found
from pipesight.workspace.output_number import is_number


async def blame(context: Context, given: Mapping[str, object]) -> BlameAnswer:
    """Return the largest moves of the number with the argument's name, or of the output at its position."""
    asked = BlameArgument.of(given)
    found = await named(context, ReadArgument.of(given))
    if isinstance(found, Trouble):
        return found
    metric = asked.metric or _metric(found)
    if found.pipeline is None or metric is None:
        advice = "Put the cursor on an output that is a number, or choose a number in the table of runs."
        return Trouble("No number is named here.", advice)
    ask = (context.history, context.previews, found.pipeline, metric, asked.limit)
    return await asyncio.to_thread(number_moves, *ask)


def _metric(found: Found) -> str | None:
    """Return the name that the table of runs has for an output."""
    if found.step is None or found.output is None or not is_number(found.output):
        return None
    return f"{found.step.name}.{found.output.name}"
