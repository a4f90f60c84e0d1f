"""The commands that the server executes: their arguments and answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from pipesight.pages.contract import command_ids
from pipesight.pages.contract.comparison_view import (
    BlameArgument,
    CompareArgument,
    ComparedValues,
    NumberMoves,
    RunsComparison,
)
from pipesight.pages.contract.history_tree import HistoryArgument, HistoryNode, RunLabels
from pipesight.pages.contract.load_view import LoadedValue, LoadPlan
from pipesight.pages.contract.log_view import LogArgument, LogPart
from pipesight.pages.contract.no_answer import Choices, Trouble
from pipesight.pages.contract.output_view import NewestOutput, Reading, ReadingCode
from pipesight.pages.contract.read_argument import ReadArgument
from pipesight.pages.contract.run_view import RunPage
from pipesight.pages.contract.runs_view import RunsArgument, RunsPage
from pipesight.pages.contract.store_status import ServerStatus
from pipesight.pages.contract.table_view import Exported, TableColumns, TableProfile, TableSummary
from pipesight.pages.contract.tool_call import ToolAnswer, ToolArgument

ReadAnswer: TypeAlias = Reading | Trouble | Choices
RunAnswer: TypeAlias = RunPage | Trouble
SummaryAnswer: TypeAlias = TableSummary | Trouble
ProfileAnswer: TypeAlias = TableProfile | Trouble
ColumnsAnswer: TypeAlias = TableColumns | Trouble
NewestAnswer: TypeAlias = NewestOutput | Trouble
ExportAnswer: TypeAlias = Exported | Trouble
PlanAnswer: TypeAlias = LoadPlan | Trouble
LoadAnswer: TypeAlias = LoadedValue | Trouble
RunsAnswer: TypeAlias = RunsPage | Trouble
ComparisonAnswer: TypeAlias = RunsComparison | Trouble
ValuesAnswer: TypeAlias = ComparedValues | Trouble
BlameAnswer: TypeAlias = NumberMoves | Trouble
LogAnswer: TypeAlias = LogPart | Trouble
CallAnswer: TypeAlias = ToolAnswer | Trouble
ComparisonResult: TypeAlias = ComparisonAnswer | ValuesAnswer | BlameAnswer
TableResult: TypeAlias = SummaryAnswer | ProfileAnswer | ColumnsAnswer | NewestAnswer | ExportAnswer
LoadResult: TypeAlias = PlanAnswer | LoadAnswer
Answer: TypeAlias = ReadAnswer | RunAnswer | RunsAnswer | ComparisonResult | LogAnswer | TableResult | LoadResult


@dataclass(frozen=True, slots=True)
class Command:
    """A command that the server executes: its id, the type of its argument, and the type of its answer."""

    id: str
    argument: object
    answer: object


COMMANDS = (
    Command(command_ids.READ_OUTPUT, ReadArgument, ReadAnswer),
    Command(command_ids.SHOW_RUN, ReadArgument, RunAnswer),
    Command(command_ids.SHOW_RUNS, RunsArgument, RunsAnswer),
    Command(command_ids.COMPARE_RUNS, CompareArgument, ComparisonAnswer),
    Command(command_ids.COMPARE_VALUES, CompareArgument, ValuesAnswer),
    Command(command_ids.BLAME, BlameArgument, BlameAnswer),
    Command(command_ids.READ_LOG, LogArgument, LogAnswer),
    Command(command_ids.HISTORY, HistoryArgument, tuple[HistoryNode, ...]),
    Command(command_ids.RUN_LABELS, None, RunLabels),
    Command(command_ids.REFRESH, None, None),
    Command(command_ids.STATUS, None, ServerStatus),
    Command(command_ids.CODE, ReadArgument, ReadingCode),
    Command(command_ids.SUM_UP_TABLE, ReadArgument, SummaryAnswer),
    Command(command_ids.PROFILE_TABLE, ReadArgument, ProfileAnswer),
    Command(command_ids.TABLE_COLUMNS, ReadArgument, ColumnsAnswer),
    Command(command_ids.NEWEST_OUTPUT, ReadArgument, NewestAnswer),
    Command(command_ids.EXPORT_TABLE, ReadArgument, ExportAnswer),
    Command(command_ids.PLAN_LOAD, ReadArgument, PlanAnswer),
    Command(command_ids.LOAD_VALUE, ReadArgument, LoadAnswer),
    Command(command_ids.CALL_TOOL, ToolArgument, CallAnswer),
)
