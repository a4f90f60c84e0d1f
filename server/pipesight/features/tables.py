"""The commands on a table: statistics, distributions, columns and an export."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipesight.history.model import Output
from pipesight.pages.contract.command_table import ColumnsAnswer, ExportAnswer, ProfileAnswer, SummaryAnswer
from pipesight.pages.contract.no_answer import Trouble
from pipesight.pages.contract.read_argument import ReadArgument
from pipesight.pages.contract.table_view import TableColumns
from pipesight.pages.requested import found_output, visualized
from pipesight.pages.run import run_facts
from pipesight.pages.tables import columns, drift_of, export, profile, summary
from pipesight.workspace.context import Context
from pipesight.workspace.same_output import output_before


async def sum_up_table(context: Context, given: Mapping[str, object]) -> SummaryAnswer:
    """Return the statistics of the columns of the requested table."""
    argument = ReadArgument.of(given)
    output = await _one_output(context, argument)
    return output if isinstance(output, Trouble) else await summary(context, output, argument)


async def profile_table(context: Context, given: Mapping[str, object]) -> ProfileAnswer:
    """Return the distributions of the values in the shown columns of a table."""
    argument = ReadArgument.of(given)
    output = await _one_output(context, argument)
    return output if isinstance(output, Trouble) else await profile(context, output, argument)


async def table_columns(context: Context, given: Mapping[str, object]) -> ColumnsAnswer:
    """Return all columns of a table, and their changes since the run before."""
    argument = ReadArgument.of(given)
    named_output = await found_output(context, argument)
    if isinstance(named_output, Trouble):
        return named_output
    found, output = named_output
    if argument.visualization is not None:
        return await columns(context, visualized(output, argument.visualization))
    before = output_before(context.history, found)
    answer = await columns(context, output)
    if isinstance(answer, Trouble) or before is None or before.uri == output.uri:
        return answer
    run = context.history.location(before)
    earlier = await columns(context, before) if run is not None else None
    if run is None or not isinstance(earlier, TableColumns):
        return answer
    return replace(answer, drift=drift_of(earlier, answer, run_facts(run[1])))


async def export_table(context: Context, given: Mapping[str, object]) -> ExportAnswer:
    """Write the rows of the requested table to the file in the argument."""
    argument = ReadArgument.of(given)
    output = await _one_output(context, argument)
    if isinstance(output, Trouble):
        return output
    return await export(context, output, argument, argument.file or "")


async def _one_output(context: Context, argument: ReadArgument) -> Output | Trouble:
    found = await found_output(context, argument)
    return found if isinstance(found, Trouble) else visualized(found[1], argument.visualization)
