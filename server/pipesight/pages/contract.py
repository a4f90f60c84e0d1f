"""The contract between server and clients: the arguments and answers of commands, as frozen dataclasses.

`vscode-extension/scripts/protocol.py` writes the extension's `protocol.ts` from this module. A field with a default is
optional on the wire, and the server leaves it out when it has that value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Literal, TypeAlias, cast

from pipesight.outputs.comparison import ValueComparison
from pipesight.outputs.loaded import ShownValue
from pipesight.outputs.preview import Column, Image, Preview, Window, to_json
from pipesight.outputs.queries import ColumnProfile, ColumnStatistics, TableQuery

from .words import Tone

READ_OUTPUT = "pipesight.readOutput"
SHOW_RUN = "pipesight.showRun"
SHOW_RUNS = "pipesight.showRuns"
COMPARE_RUNS = "pipesight.compareRuns"
COMPARE_VALUES = "pipesight.compareValues"
BLAME = "pipesight.blame"
HISTORY = "pipesight.history"
RUN_LABELS = "pipesight.runLabels"
REFRESH = "pipesight.refresh"
STATUS = "pipesight.status"
CODE = "pipesight.code"
READ_LOG = "pipesight.readLog"
CALL_TOOL = "pipesight.callTool"
SUM_UP_TABLE = "pipesight.sumUpTable"
PROFILE_TABLE = "pipesight.profileTable"
TABLE_COLUMNS = "pipesight.tableColumns"
NEWEST_OUTPUT = "pipesight.newestOutput"
EXPORT_TABLE = "pipesight.exportTable"
PLAN_LOAD = "pipesight.planLoad"
LOAD_VALUE = "pipesight.loadValue"
STATUS_CHANGED = "pipesight/statusChanged"

PAGE = 50
"""Rows of a table in an answer when the argument has no `limit`."""

RUNS_PAGE = 1000
"""Runs in an answer when the argument has no `limit`."""

NodeKind = Literal["pipeline", "run", "step", "output"]


@dataclass(frozen=True, slots=True)
class HistoryPath:
    """The names that lead to something in the run history. A missing name is chosen by the server or by the person."""

    pipeline: str | None = None
    run: str | None = None
    step: str | None = None
    output: str | None = None
    source: str | None = None

    @property
    def names(self) -> dict[str, str]:
        """The names that are there, by their kind."""
        values = {part.name: getattr(self, part.name) for part in fields(self)}
        return {kind: name for kind, name in values.items() if name is not None}


@dataclass(frozen=True, slots=True)
class CursorPosition:
    """A position in a document, in the units of the Language Server Protocol."""

    line: int
    character: int


@dataclass(frozen=True, slots=True)
class TableView:
    """The rows of a table to show: `limit` rows from `offset` on.

    With `find`, only rows that contain this text count, and with `where` those that pass a condition. `sort` is the
    position of the column that orders the rows, among all columns of the table. `first_column` counts from 0 after the
    index, for tables of many columns. `picked` are the columns to show instead, which count alike. Of an array,
    `slices` are the places on the axes before the last two, and `region` asks for an `Overview`.
    """

    offset: int | None = None
    limit: int | None = None
    sort: int | None = None
    descending: bool | None = None
    find: str | None = None
    first_column: int | None = None
    where: str | None = None
    picked: tuple[int, ...] | None = None
    slices: tuple[int, ...] | None = None
    region: tuple[int, ...] | None = None

    @property
    def query(self) -> TableQuery:
        """The same request as a question about the whole table."""
        window = self.window
        return TableQuery(
            where=self.where or "",
            find=window.find,
            sort=window.sort,
            descending=window.descending,
            offset=window.offset,
            limit=window.limit,
            first_column=window.first_column,
            picked=window.picked,
        )

    @property
    def window(self) -> Window:
        """The same request as the reader of outputs takes it."""
        return Window(
            offset=self.offset or 0,
            limit=PAGE if self.limit is None else self.limit,
            sort=-1 if self.sort is None else self.sort,
            descending=self.descending is True,
            find=self.find or "",
            first_column=self.first_column or 0,
            picked=self.picked or (),
            slices=self.slices or (),
            region=self.region or (),
        )


@dataclass(frozen=True, slots=True)
class ReadArgument:
    """The argument of `pipesight.readOutput` and `pipesight.showRun`: the names, or a position in an open document.

    `visualization` asks for one of the files that ZenML stored to show the output, by its number in `Reading`.
    `pipesight.exportTable` also takes the `file` to write. `pipesight.newestOutput` takes `successful`, to look only at
    runs that succeeded. `pipesight.loadValue` takes the `token` of `LoadPlan`.
    """

    pipeline: str | None = None
    run: str | None = None
    step: str | None = None
    output: str | None = None
    source: str | None = None
    uri: str | None = None
    position: CursorPosition | None = None
    offset: int | None = None
    limit: int | None = None
    sort: int | None = None
    descending: bool | None = None
    find: str | None = None
    first_column: int | None = None
    visualization: int | None = None
    where: str | None = None
    picked: tuple[int, ...] | None = None
    slices: tuple[int, ...] | None = None
    region: tuple[int, ...] | None = None
    successful: bool | None = None
    file: str | None = None
    token: str | None = None

    @classmethod
    def of(cls, given: Mapping[str, object]) -> ReadArgument:
        """Read what a client sent. A value of the wrong type counts as missing."""
        position = given.get("position")
        return cls(
            pipeline=_text(given, "pipeline"),
            run=_text(given, "run"),
            step=_text(given, "step"),
            output=_text(given, "output"),
            source=_text(given, "source"),
            uri=_text(given, "uri"),
            position=_position(cast("Mapping[str, object]", position)) if isinstance(position, Mapping) else None,
            offset=_number(given, "offset"),
            limit=_number(given, "limit"),
            sort=_number(given, "sort"),
            descending=given.get("descending") is True or None,
            find=_text(given, "find"),
            first_column=_number(given, "first_column"),
            visualization=_number(given, "visualization"),
            where=_text(given, "where"),
            picked=_numbers(given, "picked"),
            slices=_numbers(given, "slices"),
            region=_numbers(given, "region"),
            successful=given.get("successful") is True or None,
            file=_text(given, "file"),
            token=_text(given, "token"),
        )

    @property
    def path(self) -> HistoryPath:
        """The names alone."""
        return HistoryPath(self.pipeline, self.run, self.step, self.output, self.source)

    @property
    def view(self) -> TableView:
        """The rows and columns alone."""
        place = (self.offset, self.limit, self.sort, self.descending, self.find, self.first_column)
        return TableView(*place, self.where, self.picked, self.slices, self.region)


@dataclass(frozen=True, slots=True)
class HistoryArgument:
    """The argument of `pipesight.history`: the node whose children are wanted. Without one, these are the pipelines.

    `limit` is the greatest number of runs in the answer. `find` is a text in the name of a run, and a run has one of
    `statuses` and one of `tags`. A pipeline counts if it has such a run.
    """

    parent: HistoryPath | None = None
    limit: int | None = None
    find: str | None = None
    statuses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: Mapping[str, object]) -> HistoryArgument:
        """Read what a client sent. A value of the wrong type counts as missing."""
        parent = given.get("parent")
        path = ReadArgument.of(cast("Mapping[str, object]", parent)).path if isinstance(parent, Mapping) else None
        return cls(
            path, _number(given, "limit"), _text(given, "find"), _texts(given, "statuses"), _texts(given, "tags")
        )


@dataclass(frozen=True, slots=True)
class RunLabels:
    """Labels that runs can be filtered by. They are the statuses and tags of the newest runs."""

    statuses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutputFacts:
    """Where an output's artifact is stored, and what it is. `data_type` and `materializer` are dotted class paths."""

    uri: str
    data_type: str | None = None
    materializer: str | None = None
    type: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run. `start` and `end` are ISO 8601, `when` and `duration` say the same in words.

    `short` is the name without the pipeline's name, if ZenML made it from the pipeline's name and the time.
    """

    name: str
    short: str
    status: str
    tone: Tone
    mark: str
    path: HistoryPath
    pipeline: str | None = None
    start: str | None = None
    end: str | None = None
    when: str | None = None
    duration: str | None = None
    stack: str | None = None


@dataclass(frozen=True, slots=True)
class OutputLink:
    """An output of a step in a run, with the names that read it."""

    name: str
    path: HistoryPath
    type: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedValue:
    """A parameter or a metadata value, with its value as JSON text."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class CodeLocation:
    """A line of a file in the workspace, from 0."""

    uri: str
    line: int


@dataclass(frozen=True, slots=True)
class InputLink:
    """An input of a step, as the parameter `name`. `path` names the output, as far as its origin is known."""

    name: str
    path: HistoryPath
    type: str | None = None


@dataclass(frozen=True, slots=True)
class TracebackLine:
    """A line of a traceback. `code` is where the line points, if that file is in the workspace."""

    text: str
    code: CodeLocation | None = None


@dataclass(frozen=True, slots=True)
class FailureFacts:
    """Why a step or a run failed. `where` is the place in words. `from_log` tells that a log says it, not the store."""

    what: str
    where: str | None = None
    code: CodeLocation | None = None
    traceback: tuple[TracebackLine, ...] = ()
    from_log: bool = False


@dataclass(frozen=True, slots=True)
class StepFacts:
    """A step of a run. `entrypoint` is the name of its function or class, where the store has it.

    `code` is where the workspace defines the step. The page of an output lacks its step's inputs, metadata and failure.
    """

    name: str
    status: str
    tone: Tone
    mark: str
    parameters: tuple[RecordedValue, ...]
    outputs: tuple[OutputLink, ...]
    entrypoint: str | None = None
    start: str | None = None
    end: str | None = None
    when: str | None = None
    duration: str | None = None
    inputs: tuple[InputLink, ...] = ()
    metadata: tuple[RecordedValue, ...] = ()
    failure: FailureFacts | None = None
    code: CodeLocation | None = None


@dataclass(frozen=True, slots=True)
class StoredVisualization:
    """A file that ZenML stored beside an artifact to show it. `kind` is html, markdown, csv, image or json."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Reading:
    """An output that was read, with the step and run that produced it.

    It is `loadable` if its value can be loaded in Python and says more than the preview, and the user trusts the
    workspace.
    """

    title: str
    subtitle: str
    path: HistoryPath
    output: OutputFacts
    preview: Preview
    run: RunFacts | None = None
    step: StepFacts | None = None
    visualizations: tuple[StoredVisualization, ...] = ()
    metadata: tuple[RecordedValue, ...] = ()
    loadable: bool = False


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """The question that a person answers before an output is loaded in Python, with its details, in words.

    `imports` are the names that loading would import. `token` proves that this was shown. It is the same as long as
    the artifact is the same.
    """

    title: str
    path: HistoryPath
    token: str
    question: str
    details: tuple[str, ...]
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedValue:
    """An output that was loaded in Python, as its value shows itself."""

    title: str
    path: HistoryPath
    value: ShownValue


@dataclass(frozen=True, slots=True)
class TableSummary:
    """The columns of a table, summed up over the rows that were asked for."""

    columns: tuple[ColumnStatistics, ...]


@dataclass(frozen=True, slots=True)
class TableProfile:
    """The shown columns of a table, with how their values are distributed over the rows that were asked for."""

    columns: tuple[ColumnProfile, ...]


@dataclass(frozen=True, slots=True)
class ChangedColumn:
    """A column whose type is another than in the run before."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SchemaDrift:
    """How the columns of a table differ from those in the last run before that has the output."""

    run: RunFacts
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[ChangedColumn, ...] = ()


@dataclass(frozen=True, slots=True)
class TableColumns:
    """All columns of a table. The first `index` of them are the frame's index.

    A type is "" where a file does not say it. Without `drift`, nothing differs or there is no run before.
    """

    columns: tuple[Column, ...]
    index: int = 0
    drift: SchemaDrift | None = None


@dataclass(frozen=True, slots=True)
class NewestOutput:
    """The same output in the newest run that has it. `path` and `run` are missing if there is none."""

    path: HistoryPath | None = None
    run: RunFacts | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written, and the number of its rows."""

    file: str
    rows: int


@dataclass(frozen=True, slots=True)
class RunPage:
    """A run with its steps, and the recent runs of its pipeline, newest first.

    While `loading` the steps are still on their way from the store. A status notification follows when they arrive.
    `path` has the step that was asked for. `failure` is there if the run failed and no step tells why.
    """

    title: str
    subtitle: str
    path: HistoryPath
    run: RunFacts
    loading: bool
    steps: tuple[StepFacts, ...]
    runs: tuple[RunFacts, ...]
    metadata: tuple[RecordedValue, ...] = ()
    tags: tuple[str, ...] = ()
    commit: str | None = None
    failure: FailureFacts | None = None


@dataclass(frozen=True, slots=True)
class LogArgument:
    """The argument of `pipesight.readLog`: a run or a step, by names or by a position in an open document.

    `origin` chooses one of several logs. Without `before` and `after`, the answer is the end of the log. `before` is
    the `start` of a later part, `after` is the `end` of an earlier part.
    """

    pipeline: str | None = None
    run: str | None = None
    step: str | None = None
    source: str | None = None
    uri: str | None = None
    position: CursorPosition | None = None
    origin: str | None = None
    before: int | None = None
    after: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, object]) -> LogArgument:
        """Read what a client sent. A value of the wrong type counts as missing."""
        same = ReadArgument.of(given)
        return cls(
            same.pipeline,
            same.run,
            same.step,
            same.source,
            same.uri,
            same.position,
            _text(given, "origin"),
            _number(given, "before"),
            _number(given, "after"),
        )


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A message of a log. `time` is ISO 8601 in UTC. `level` and `time` are missing where the log does not tell."""

    message: str
    level: str | None = None
    time: str | None = None


@dataclass(frozen=True, slots=True)
class LogPart:
    """Some messages of a log, oldest first, between `start` and `end` of its `size` bytes.

    `origins` are the logs that there are, in ZenML's words, such as `step` or `orchestrator`. While `live`, more may
    follow.
    """

    title: str
    path: HistoryPath
    origin: str
    origins: tuple[str, ...]
    entries: tuple[LogEntry, ...]
    start: int
    end: int
    size: int
    live: bool


@dataclass(frozen=True, slots=True)
class RunsArgument:
    """The argument of `pipesight.showRuns`: a pipeline by name, or a position in an open document.

    `offset` and `limit` choose a part of the runs, newest first.
    """

    pipeline: str | None = None
    source: str | None = None
    uri: str | None = None
    position: CursorPosition | None = None
    offset: int | None = None
    limit: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, object]) -> RunsArgument:
        """Read what a client sent. A value of the wrong type counts as missing."""
        same = ReadArgument.of(given)
        return cls(same.pipeline, same.source, same.uri, same.position, same.offset, same.limit)


@dataclass(frozen=True, slots=True)
class RunsColumn:
    """A parameter, or a number or word that runs logged or produced.

    `name` is `STEP.KEY` for what belongs to a step, `STEP.OUTPUT` for an output, and `KEY` for what belongs to the run.
    """

    name: str
    group: Literal["parameter", "metric"]


@dataclass(frozen=True, slots=True)
class RunsRow:
    """A run of a pipeline. `values` has one JSON value for each column of the page, None where the run has none.

    `start` is ISO 8601 and `seconds` is the duration. `error` is the message of the step that failed.
    """

    name: str
    short: str
    status: str
    tone: Tone
    start: str | None
    seconds: float | None
    values: tuple[object, ...]
    stack: str | None = None
    tags: tuple[str, ...] = ()
    commit: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RunsPage:
    """The runs of a pipeline from number `offset` on, newest first. `total` counts all of them.

    The columns of a later page can differ: a column appears in the first page whose runs have it.
    """

    title: str
    path: HistoryPath
    columns: tuple[RunsColumn, ...]
    rows: tuple[RunsRow, ...]
    offset: int
    total: int


@dataclass(frozen=True, slots=True)
class CompareArgument:
    """The argument of `pipesight.compareRuns` and `pipesight.compareValues`: two runs of a pipeline by name.

    Without `left`, this is the last successful run before `right`. Without `right`, this is the newest run. Values are
    those of the `output` of a `step`. With `outputs`, a comparison of runs has the details of outputs that differ.
    """

    pipeline: str | None = None
    left: str | None = None
    right: str | None = None
    source: str | None = None
    uri: str | None = None
    position: CursorPosition | None = None
    step: str | None = None
    output: str | None = None
    outputs: bool | None = None

    @classmethod
    def of(cls, given: Mapping[str, object]) -> CompareArgument:
        """Read what a client sent. A value of the wrong type counts as missing."""
        same = ReadArgument.of(given)
        left, right = _text(given, "left"), _text(given, "right") or same.run
        where = (same.source, same.uri, same.position, same.step, same.output)
        return cls(same.pipeline, left, right, *where, given.get("outputs") is True)


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """One side of a comparison. `when` and `duration` are in words. `error` says why the run failed."""

    name: str
    short: str
    status: str
    tone: Tone
    mark: str
    path: HistoryPath
    when: str | None = None
    duration: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RunDifference:
    """Something that differs between two runs. A side that lacks it has None.

    Between two numbers, `change` is right minus left, and `percent` is the same in per cent of left.
    """

    kind: Literal["parameter", "metric", "output", "code", "status", "input", "stack", "tag"]
    name: str
    left: str | None
    right: str | None
    change: float | None = None
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class StepSources:
    """The source of a step as it ran in two runs. `added` and `removed` count the lines that differ."""

    step: str
    left: str
    right: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class ComparedValues:
    """An output of a run beside the same output of the run `left`. `digest` says in one line what differs."""

    title: str
    path: HistoryPath
    left: str
    digest: str
    comparison: ValueComparison


@dataclass(frozen=True, slots=True)
class RunsComparison:
    """Two runs side by side, with what differs. `sources` has the steps whose source differs.

    `outputs` has the details of outputs that differ, if the argument asks for them.
    """

    title: str
    left: ComparedRun
    right: ComparedRun
    differences: tuple[RunDifference, ...]
    sources: tuple[StepSources, ...] = ()
    outputs: tuple[ComparedValues, ...] = ()


@dataclass(frozen=True, slots=True)
class BlameArgument:
    """The argument of `pipesight.blame`: a number by its column in `RunsPage`, or the output at a position.

    `limit` is the number of moves to return.
    """

    pipeline: str | None = None
    metric: str | None = None
    source: str | None = None
    uri: str | None = None
    position: CursorPosition | None = None
    limit: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, object]) -> BlameArgument:
        """Read what a client sent. A value of the wrong type counts as missing."""
        same = ReadArgument.of(given)
        return cls(same.pipeline, _text(given, "metric"), same.source, same.uri, same.position, same.limit)


@dataclass(frozen=True, slots=True)
class NumberMove:
    """A run in which a number differs from the run before, and what changed in what went into it."""

    run: ComparedRun
    before: ComparedRun
    was: float
    value: float
    change: float
    percent: float | None
    causes: tuple[RunDifference, ...]


@dataclass(frozen=True, slots=True)
class NumberMoves:
    """The largest moves of a number over `runs` runs, the largest first."""

    title: str
    path: HistoryPath
    metric: str
    runs: int
    moves: tuple[NumberMove, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no answer, and what the person can do about it."""

    problem: str
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several outputs, steps, runs or pipelines that fit, with the argument that asks for it."""

    label: str
    argument: HistoryPath
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """The person has to choose one of these before an output can be read."""

    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ReadingCode:
    """Code that reads something in the history, for the release of ZenML that the project uses."""

    text: str


@dataclass(frozen=True, slots=True)
class HistoryNode:
    """One line of the history tree. `tooltip` is Markdown. `short` is the label for where the parent is visible."""

    kind: NodeKind
    label: str
    short: str
    path: HistoryPath
    expandable: bool
    description: str | None = None
    tooltip: str | None = None
    status: str | None = None
    tone: Tone | None = None
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class ToolArgument:
    """The argument of `pipesight.callTool`: a tool for assistants, and the object of its arguments."""

    tool: str
    arguments: object = None

    @classmethod
    def of(cls, given: Mapping[str, object]) -> ToolArgument:
        """Read what a client sent."""
        return cls(_text(given, "tool") or "", given.get("arguments"))


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """The answer of a tool to an assistant: JSON as text, and a picture if an output is one."""

    text: str
    picture: Image | None = None


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """The state of one store. `synced_at` is ISO 8601 and `age` says the same in words."""

    label: str
    kind: str
    syncing: bool
    runs: int
    synced_at: str | None = None
    age: str | None = None
    error: str | None = None
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """The state of every store, also sent as the notification `pipesight/statusChanged`."""

    sources: tuple[SourceStatus, ...]


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


def encode(answer: object) -> object:
    """Return an answer as JSON data."""
    if isinstance(answer, Preview):
        return to_json(answer)
    if is_dataclass(answer):
        values = ((part, getattr(answer, part.name)) for part in fields(answer))
        return {part.name: encode(value) for part, value in values if part.default is MISSING or value != part.default}
    if isinstance(answer, tuple):
        return [encode(item) for item in cast("tuple[object, ...]", answer)]
    return answer


def _text(given: Mapping[str, object], name: str) -> str | None:
    value = given.get(name)
    return value if isinstance(value, str) else None


def _texts(given: Mapping[str, object], name: str) -> tuple[str, ...]:
    values = given.get(name)
    return (
        tuple(each for each in cast("list[object]", values) if isinstance(each, str))
        if isinstance(values, list)
        else ()
    )


def _number(given: Mapping[str, object], name: str) -> int | None:
    value = given.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _numbers(given: Mapping[str, object], name: str) -> tuple[int, ...] | None:
    value = given.get(name)
    if not isinstance(value, list):
        return None
    items = cast("list[object]", value)
    found = tuple(item for item in items if isinstance(item, int) and not isinstance(item, bool) and item >= 0)
    return found if found and len(found) == len(items) else None


def _position(given: Mapping[str, object]) -> CursorPosition:
    return CursorPosition(_number(given, "line") or 0, _number(given, "character") or 0)
