"""The commands that the server executes: their arguments and answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from pipesight.pages.contract.command_ids import (
    BLAME,
    CALL_TOOL,
    CODE,
    COMPARE_RUNS,
    COMPARE_VALUES,
    EXPORT_TABLE,
    HISTORY,
    LOAD_VALUE,
    NEWEST_OUTPUT,
    PLAN_LOAD,
    PROFILE_TABLE,
    READ_LOG,
    READ_OUTPUT,
    REFRESH,
    RUN_LABELS,
    SHOW_RUN,
    SHOW_RUNS,
    STATUS,
    SUM_UP_TABLE,
    TABLE_COLUMNS,
)
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
    Command(READ_OUTPUT, ReadArgument, ReadAnswer),
    Command(SHOW_RUN, ReadArgument, RunAnswer),
    Command(SHOW_RUNS, RunsArgument, RunsAnswer),
    Command(COMPARE_RUNS, CompareArgument, ComparisonAnswer),
    Command(COMPARE_VALUES, CompareArgument, ValuesAnswer),
    Command(BLAME, BlameArgument, BlameAnswer),
    Command(READ_LOG, LogArgument, LogAnswer),
    Command(HISTORY, HistoryArgument, tuple[HistoryNode, ...]),
    Command(RUN_LABELS, None, RunLabels),
    Command(REFRESH, None, None),
    Command(STATUS, None, ServerStatus),
    Command(CODE, ReadArgument, ReadingCode),
    Command(SUM_UP_TABLE, ReadArgument, SummaryAnswer),
    Command(PROFILE_TABLE, ReadArgument, ProfileAnswer),
    Command(TABLE_COLUMNS, ReadArgument, ColumnsAnswer),
    Command(NEWEST_OUTPUT, ReadArgument, NewestAnswer),
    Command(EXPORT_TABLE, ReadArgument, ExportAnswer),
    Command(PLAN_LOAD, ReadArgument, PlanAnswer),
    Command(LOAD_VALUE, ReadArgument, LoadAnswer),
    Command(CALL_TOOL, ToolArgument, CallAnswer),
)
