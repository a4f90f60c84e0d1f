/** The contract with the language server. `npm run protocol` writes this file from the server's dataclasses. */

export type Tone =
  "passed" | "cached" | "failed" | "running" | "waiting" | "paused" | "skipped" | "stopped" | "unknown";

export type NodeKind = "pipeline" | "run" | "step" | "output";

export type PreviewKind =
  "json" | "table" | "array" | "text" | "html" | "markdown" | "image" | "pickle" | "files" | "problem";

/** One column of a table. `type` is its type in the file, such as `double`, `string` or `timestamp[ns]`. */
export interface Column {
  readonly name: string;
  readonly type?: string;
}

/**
 * A page of a table: the rows from `offset` on. Cells are JSON values.
 *
 * `total` is the number of all rows, or of those that a search found. It is None if they were not counted. `numbers`
 * are the row numbers of sorted or found rows in the whole table.
 *
 * The first `index` columns are the index of the data frame. A level without a name has the name "". `width` is the
 * number of all other columns, None if the page has all of them. A page of a wide table has the columns from
 * `first_column` on, or the `picked` ones. Both count from 0 after the index.
 */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly unknown[])[];
  readonly offset?: number;
  readonly total?: number | null;
  readonly index?: number;
  readonly numbers?: readonly number[];
  readonly width?: number | null;
  readonly first_column?: number;
  readonly picked?: readonly number[];
}

/**
 * A region of an array in reduced size: every `row_step`th row, and in it every `column_step`th number.
 *
 * The `region` is the first row, the number of rows, the first column and the number of columns. For an array with one
 * axis, each row has the lowest and the highest of `row_step` numbers. Infinities and NaN are None.
 */
export interface Overview {
  readonly rows: readonly (readonly (number | null)[])[];
  readonly region: readonly number[];
  readonly row_step?: number;
  readonly column_step?: number;
}

/** A picture. `data` is base64, "" if it is too large. `width` and `height` are the original's pixels, if known. */
export interface Image {
  readonly mime: string;
  readonly data: string;
  readonly width?: number | null;
  readonly height?: number | null;
}

/** One file of an artifact: its path inside the artifact's folder and its size in bytes. */
export interface File {
  readonly path: string;
  readonly size: number;
}

/**
 * The content of one output, read without running any code of the artifact.
 *
 * `kind` says which of the fields has the content. `summary` is one line for lenses, hints and terminals
 * (`0.93`, `DataFrame 10 x 3`, `float64 array (200, 50)`). If `truncated`, the content is only a part of the output.
 * A `problem` has the problem in `text` and what to do in `advice`. Other kinds may also have `text` and `advice`, and
 * `json` may have `files`. Numbers that JSON lacks (NaN, infinities, integers beyond 2**53) are text.
 */
export interface Preview {
  readonly kind: PreviewKind;
  readonly summary: string;
  readonly text?: string | null;
  readonly value?: unknown;
  readonly numbers?: readonly (readonly (string | number)[])[];
  readonly table?: Table | null;
  readonly shape?: readonly number[] | null;
  readonly dtype?: string | null;
  readonly statistics?: Readonly<Record<string, number | string>>;
  readonly slices?: readonly number[];
  readonly overview?: Overview | null;
  readonly image?: Image | null;
  readonly files?: readonly File[];
  readonly advice?: string | null;
  readonly truncated?: boolean;
}

/** The statistics of a column. `distinct` is None if it was not counted. `min`, `max` and `mean` may be missing. */
export interface ColumnStatistics {
  readonly column: string;
  readonly type: string;
  readonly rows: number;
  readonly missing: number;
  readonly distinct?: number | null;
  readonly min?: unknown;
  readonly max?: unknown;
  readonly mean?: unknown;
}

/** The number of values from `low` to `high`. A bound that two bars share belongs to the lower bar. */
export interface Bar {
  readonly low: unknown;
  readonly high: unknown;
  readonly count: number;
}

/** A value of a column and the number of its rows. */
export interface FrequentValue {
  readonly value: unknown;
  readonly count: number;
}

/**
 * The statistics of a column with the distribution of its values. `position` counts all columns, the index first.
 *
 * Numbers and times have quantiles and the bars of a histogram. Texts and booleans have frequent values if the column
 * has at most 10,000 distinct ones. If `is_sampled`, the quantiles come from a part of the rows.
 */
export interface ColumnProfile {
  readonly column: string;
  readonly position: number;
  readonly type: string;
  readonly rows: number;
  readonly missing: number;
  readonly distinct?: number | null;
  readonly min?: unknown;
  readonly max?: unknown;
  readonly mean?: unknown;
  readonly q25?: unknown;
  readonly median?: unknown;
  readonly q75?: unknown;
  readonly bars?: readonly Bar[];
  readonly top?: readonly FrequentValue[];
  readonly is_sampled?: boolean;
}

/**
 * A value of a tree that differs, as JSON text. A side that lacks it is None.
 *
 * For two numbers, `change` is right minus left, and `percent` is the same in percent of left.
 */
export interface ValueChange {
  readonly name: string;
  readonly left?: string | null;
  readonly right?: string | null;
  readonly change?: number | null;
  readonly percent?: number | null;
}

/** A column whose type differs between left and right. */
export interface Retyped {
  readonly name: string;
  readonly left: string;
  readonly right: string;
}

/** The statistics of a column on both sides, and the number of matched rows in which its cells differ. */
export interface ColumnChange {
  readonly name: string;
  readonly changed: number;
  readonly left?: ColumnStatistics | null;
  readonly right?: ColumnStatistics | null;
}

/** A cell that differs. A side that lacks the row is None. */
export interface CellChange {
  readonly column: string;
  readonly left?: unknown;
  readonly right?: unknown;
}

/** A row that differs. `row` has the values of the keys, or the number of the row. */
export interface RowChange {
  readonly change: "added" | "removed" | "changed";
  readonly row: readonly unknown[];
  readonly cells: readonly CellChange[];
}

/**
 * The numbers of rows that differ among the `compared` ones, and the first of them.
 *
 * `is_whole` is True if all rows were compared.
 */
export interface RowChanges {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly shown: readonly RowChange[];
  readonly compared: number;
  readonly is_whole: boolean;
}

/**
 * The differences between two tables.
 *
 * `rows` are the numbers of rows, None if they were not counted. `keys` are the columns by which rows were matched.
 * Without keys, rows at the same position were compared. `changes` is None if rows could not be compared.
 */
export interface TableChanges {
  readonly rows: readonly (number | null)[];
  readonly added?: readonly Column[];
  readonly removed?: readonly Column[];
  readonly retyped?: readonly Retyped[];
  readonly columns?: readonly ColumnChange[];
  readonly keys?: readonly string[];
  readonly changes?: RowChanges | null;
  readonly note?: string | null;
}

/**
 * The differences between two arrays: shapes, types, and for equal shapes the numbers.
 *
 * `differing` of the `compared` numbers differ. `largest` is the largest |difference|, between `values` at index `at`.
 */
export interface ArrayChanges {
  readonly shapes: readonly string[];
  readonly dtypes: readonly string[];
  readonly count: number;
  readonly compared?: number;
  readonly differing?: number;
  readonly largest?: number | null;
  readonly at?: string | null;
  readonly values?: readonly unknown[];
}

/**
 * The differences between two values. `kind` says which of the fields has them.
 *
 * `left` and `right` are summaries. A tree has `changes`, and a text has `patch` (the hunks of a unified diff).
 * `added`, `removed` and `changed` count values of a tree, or lines of a text.
 */
export interface ValueComparison {
  readonly kind: "number" | "tree" | "table" | "array" | "image" | "text" | "other";
  readonly left: string;
  readonly right: string;
  readonly changes?: readonly ValueChange[];
  readonly added?: number;
  readonly removed?: number;
  readonly changed?: number;
  readonly table?: TableChanges | null;
  readonly array?: ArrayChanges | null;
  readonly images?: readonly Image[];
  readonly patch?: string | null;
  readonly note?: string | null;
}

/** A loaded value in the form in which it represents itself. `html` comes from the value and is not trusted. */
export interface ShownValue {
  readonly type: string;
  readonly repr?: string;
  readonly html?: string | null;
  readonly picture?: Image | null;
  readonly describe?: string | null;
  readonly notes?: readonly string[];
}

/** The names that identify something in the history. For a missing name, the server or the user chooses one. */
export interface HistoryPath {
  readonly pipeline?: string | null;
  readonly run?: string | null;
  readonly step?: string | null;
  readonly output?: string | null;
  readonly source?: string | null;
}

/** A position in a document, in the units of the Language Server Protocol. */
export interface CursorPosition {
  readonly line: number;
  readonly character: number;
}

/**
 * The part of a table or an array to show: `limit` rows, beginning with the row `offset`.
 *
 * Only rows that contain the text `find` and that meet the condition `where` are shown. `sort` is the position of the
 * column to sort by, counted from 0 among all columns. `first_column` is the first column to show of a wide table,
 * counted from 0 after the index. `picked` are the columns to show instead, counted in the same way. For an array,
 * `slices` are the indexes on the axes before the last two, and `region` requests an `Overview` of this part.
 */
export interface TableView {
  readonly offset?: number | null;
  readonly limit?: number | null;
  readonly sort?: number | null;
  readonly descending?: boolean | null;
  readonly find?: string | null;
  readonly first_column?: number | null;
  readonly where?: string | null;
  readonly picked?: readonly number[] | null;
  readonly slices?: readonly number[] | null;
  readonly region?: readonly number[] | null;
}

/**
 * The argument of `pipesight.readOutput` and `pipesight.showRun`: the names, or a position in an open document.
 *
 * `visualization` requests one of the files that ZenML stored to show the output, by its index in `Reading`.
 * `pipesight.exportTable` also takes the path `file` to write. `pipesight.newestOutput` takes `successful`, which
 * restricts it to runs that succeeded. `pipesight.loadValue` takes the `token` of `LoadPlan`.
 */
export interface ReadArgument {
  readonly offset?: number | null;
  readonly limit?: number | null;
  readonly sort?: number | null;
  readonly descending?: boolean | null;
  readonly find?: string | null;
  readonly first_column?: number | null;
  readonly where?: string | null;
  readonly picked?: readonly number[] | null;
  readonly slices?: readonly number[] | null;
  readonly region?: readonly number[] | null;
  readonly pipeline?: string | null;
  readonly run?: string | null;
  readonly step?: string | null;
  readonly output?: string | null;
  readonly source?: string | null;
  readonly uri?: string | null;
  readonly position?: CursorPosition | null;
  readonly visualization?: number | null;
  readonly successful?: boolean | null;
  readonly file?: string | null;
  readonly token?: string | null;
}

/**
 * The argument of `pipesight.history`: the node whose children are requested. Without it, these are the pipelines.
 *
 * `limit` is the largest number of runs in the answer. The answer has only runs whose name contains `find`, with one
 * of `statuses` and one of `tags`. It has only pipelines with such a run.
 */
export interface HistoryArgument {
  readonly parent?: HistoryPath | null;
  readonly limit?: number | null;
  readonly find?: string | null;
  readonly statuses?: readonly string[];
  readonly tags?: readonly string[];
}

/** The statuses and tags of the newest runs, by which runs can be filtered. */
export interface RunLabels {
  readonly statuses?: readonly string[];
  readonly tags?: readonly string[];
}

/** One line of the history tree. `tooltip` is Markdown. `short` is a label for a tree that shows the parent. */
export interface HistoryNode {
  readonly kind: NodeKind;
  readonly label: string;
  readonly short: string;
  readonly path: HistoryPath;
  readonly expandable: boolean;
  readonly description?: string | null;
  readonly tooltip?: string | null;
  readonly status?: string | null;
  readonly tone?: Tone | null;
  readonly mark?: string | null;
}

/**
 * The URI, the types and the version of an output's artifact.
 *
 * `data_type` and `materializer` are dotted class paths.
 */
export interface OutputFacts {
  readonly uri: string;
  readonly data_type?: string | null;
  readonly materializer?: string | null;
  readonly type?: string | null;
  readonly version?: string | null;
}

/** A file that ZenML stored beside an artifact to show it. `kind` is html, markdown, csv, image or json. */
export interface StoredVisualization {
  readonly kind: string;
  readonly name: string;
}

/**
 * A read output, with the step and the run that produced it.
 *
 * It is `loadable` if its value can be loaded in Python and shows more than the preview, and the user trusts the
 * workspace.
 */
export interface Reading {
  readonly title: string;
  readonly subtitle: string;
  readonly path: HistoryPath;
  readonly output: OutputFacts;
  readonly preview: Preview;
  readonly run?: RunFacts | null;
  readonly step?: StepFacts | null;
  readonly visualizations?: readonly StoredVisualization[];
  readonly metadata?: readonly RecordedValue[];
  readonly loadable?: boolean;
}

/** The same output in the newest run that has it. `path` and `run` are missing if there is none. */
export interface NewestOutput {
  readonly path?: HistoryPath | null;
  readonly run?: RunFacts | null;
}

/** Code that reads an object of the history, for the release of ZenML that the project uses. */
export interface ReadingCode {
  readonly text: string;
}

/**
 * A run. `start` and `end` are ISO 8601. `when` and `duration` are the same times in words.
 *
 * `short` is the name without the pipeline's name, if ZenML built it from the pipeline's name and the time.
 */
export interface RunFacts {
  readonly name: string;
  readonly short: string;
  readonly status: string;
  readonly tone: Tone;
  readonly mark: string;
  readonly path: HistoryPath;
  readonly pipeline?: string | null;
  readonly start?: string | null;
  readonly end?: string | null;
  readonly when?: string | null;
  readonly duration?: string | null;
  readonly stack?: string | null;
}

/** An output of a step in a run, with the names that identify it. */
export interface OutputLink {
  readonly name: string;
  readonly path: HistoryPath;
  readonly type?: string | null;
}

/** A parameter or a metadata value, with its value as JSON text. */
export interface RecordedValue {
  readonly name: string;
  readonly value: string;
}

/** A line of a file in the workspace, counted from 0. */
export interface CodeLocation {
  readonly uri: string;
  readonly line: number;
}

/** An input of a step, for its parameter `name`. `path` identifies the output, as far as its producer is known. */
export interface InputLink {
  readonly name: string;
  readonly path: HistoryPath;
  readonly type?: string | null;
}

/** A line of a traceback. `code` is the location that the line names, if its file is in the workspace. */
export interface TracebackLine {
  readonly text: string;
  readonly code?: CodeLocation | null;
}

/**
 * Why a step or a run failed. `where` is the file and the line in words.
 *
 * `from_log` is True if this was read from a log, because the store does not record it.
 */
export interface FailureFacts {
  readonly what: string;
  readonly where?: string | null;
  readonly code?: CodeLocation | null;
  readonly traceback?: readonly TracebackLine[];
  readonly from_log?: boolean;
}

/**
 * A step of a run. `entrypoint` is the name of its function or class, if the store records it.
 *
 * `code` is the definition in the workspace. The page of an output lacks the step's inputs, metadata and failure.
 */
export interface StepFacts {
  readonly name: string;
  readonly status: string;
  readonly tone: Tone;
  readonly mark: string;
  readonly parameters: readonly RecordedValue[];
  readonly outputs: readonly OutputLink[];
  readonly entrypoint?: string | null;
  readonly start?: string | null;
  readonly end?: string | null;
  readonly when?: string | null;
  readonly duration?: string | null;
  readonly inputs?: readonly InputLink[];
  readonly metadata?: readonly RecordedValue[];
  readonly failure?: FailureFacts | null;
  readonly code?: CodeLocation | null;
}

/**
 * A run with its steps, and the recent runs of its pipeline, newest first.
 *
 * While `loading`, the steps are being read from the store. A status notification follows when they arrive.
 * `path` has the requested step. `failure` is set if the run failed and no step has a failure.
 */
export interface RunPage {
  readonly title: string;
  readonly subtitle: string;
  readonly path: HistoryPath;
  readonly run: RunFacts;
  readonly loading: boolean;
  readonly steps: readonly StepFacts[];
  readonly runs: readonly RunFacts[];
  readonly metadata?: readonly RecordedValue[];
  readonly tags?: readonly string[];
  readonly commit?: string | null;
  readonly failure?: FailureFacts | null;
}

/** The statistics of the columns of a table over the requested rows. */
export interface TableSummary {
  readonly columns: readonly ColumnStatistics[];
}

/** The distributions of the values in the shown columns of a table over the requested rows. */
export interface TableProfile {
  readonly columns: readonly ColumnProfile[];
}

/** A column whose type differs from the run before. */
export interface ChangedColumn {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** The changes of a table's columns since the newest earlier run that has the output. */
export interface SchemaDrift {
  readonly run: RunFacts;
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
  readonly changed?: readonly ChangedColumn[];
}

/**
 * All columns of a table. The first `index` columns are the index of the data frame.
 *
 * The type of a column is "" if the file does not have it. Without `drift`, nothing differs or there is no earlier
 * run.
 */
export interface TableColumns {
  readonly columns: readonly Column[];
  readonly index?: number;
  readonly drift?: SchemaDrift | null;
}

/** The path of the written file, and the number of its rows. */
export interface Exported {
  readonly file: string;
  readonly rows: number;
}

/**
 * The question to the user before an output is loaded in Python, with its details.
 *
 * `imports` are the names that loading would import. `token` proves that the user saw this plan. It stays the same as
 * long as the artifact does.
 */
export interface LoadPlan {
  readonly title: string;
  readonly path: HistoryPath;
  readonly token: string;
  readonly question: string;
  readonly details: readonly string[];
  readonly imports?: readonly string[];
}

/** An output that was loaded in Python, in the form in which the value represents itself. */
export interface LoadedValue {
  readonly title: string;
  readonly path: HistoryPath;
  readonly value: ShownValue;
}

/**
 * The argument of `pipesight.readLog`: a run or a step, by names or by a position in an open document.
 *
 * `origin` chooses one of several logs. Without `before` and `after`, the answer is the end of the log. `before` is
 * the `start` of the part that follows, and `after` is the `end` of the part before.
 */
export interface LogArgument {
  readonly pipeline?: string | null;
  readonly run?: string | null;
  readonly step?: string | null;
  readonly source?: string | null;
  readonly uri?: string | null;
  readonly position?: CursorPosition | null;
  readonly origin?: string | null;
  readonly before?: number | null;
  readonly after?: number | null;
}

/** A message of a log. `time` is ISO 8601 in UTC. `level` and `time` are missing if the log does not have them. */
export interface LogEntry {
  readonly message: string;
  readonly level?: string | null;
  readonly time?: string | null;
}

/**
 * Some messages of a log, oldest first, between `start` and `end` of its `size` bytes.
 *
 * `origins` are all logs of the run or step in ZenML's words, such as `step` or `orchestrator`. If `live`, more
 * messages may follow.
 */
export interface LogPart {
  readonly title: string;
  readonly path: HistoryPath;
  readonly origin: string;
  readonly origins: readonly string[];
  readonly entries: readonly LogEntry[];
  readonly start: number;
  readonly end: number;
  readonly size: number;
  readonly live: boolean;
}

/**
 * The argument of `pipesight.showRuns`: a pipeline by name, or a position in an open document.
 *
 * `offset` and `limit` choose a part of the runs, newest first.
 */
export interface RunsArgument {
  readonly pipeline?: string | null;
  readonly source?: string | null;
  readonly uri?: string | null;
  readonly position?: CursorPosition | null;
  readonly offset?: number | null;
  readonly limit?: number | null;
}

/**
 * A column of the table of runs: a parameter, or a value that runs logged or produced.
 *
 * `name` is `STEP.KEY` for a parameter or value of a step, `STEP.OUTPUT` for an output, and `KEY` for a value of the
 * run.
 */
export interface RunsColumn {
  readonly name: string;
  readonly group: "parameter" | "metric";
}

/**
 * A run of a pipeline. `values` has one JSON value for each column of the page, None if the run has no value.
 *
 * `start` is ISO 8601 and `seconds` is the duration. `error` says why the run failed.
 */
export interface RunsRow {
  readonly name: string;
  readonly short: string;
  readonly status: string;
  readonly tone: Tone;
  readonly start: string | null;
  readonly seconds: number | null;
  readonly values: readonly unknown[];
  readonly stack?: string | null;
  readonly tags?: readonly string[];
  readonly commit?: string | null;
  readonly error?: string | null;
}

/**
 * The runs of a pipeline, newest first, beginning with the run `offset`. `total` is the number of all runs.
 *
 * The columns of a later page can differ, because a page has only the columns of its own runs.
 */
export interface RunsPage {
  readonly title: string;
  readonly path: HistoryPath;
  readonly columns: readonly RunsColumn[];
  readonly rows: readonly RunsRow[];
  readonly offset: number;
  readonly total: number;
}

/**
 * The argument of `pipesight.compareRuns` and `pipesight.compareValues`: two runs of a pipeline by name.
 *
 * Without `left`, it is the last successful run before `right`. Without `right`, it is the newest run. The compared
 * values are those of the `output` of a `step`. With `outputs`, a comparison of runs has the details of outputs that
 * differ.
 */
export interface CompareArgument {
  readonly pipeline?: string | null;
  readonly left?: string | null;
  readonly right?: string | null;
  readonly source?: string | null;
  readonly uri?: string | null;
  readonly position?: CursorPosition | null;
  readonly step?: string | null;
  readonly output?: string | null;
  readonly outputs?: boolean | null;
}

/** One side of a comparison. `when` and `duration` are in words. `error` says why the run failed. */
export interface ComparedRun {
  readonly name: string;
  readonly short: string;
  readonly status: string;
  readonly tone: Tone;
  readonly mark: string;
  readonly path: HistoryPath;
  readonly when?: string | null;
  readonly duration?: string | null;
  readonly error?: string | null;
}

/**
 * One difference between two runs. A side is None if that run lacks the value.
 *
 * For two numbers, `change` is right minus left, and `percent` is the same in percent of left.
 */
export interface RunDifference {
  readonly kind: "parameter" | "metric" | "output" | "code" | "status" | "input" | "stack" | "tag";
  readonly name: string;
  readonly left: string | null;
  readonly right: string | null;
  readonly change?: number | null;
  readonly percent?: number | null;
}

/** The source code of a step in two runs. `added` and `removed` are the numbers of lines that differ. */
export interface StepSources {
  readonly step: string;
  readonly left: string;
  readonly right: string;
  readonly added: number;
  readonly removed: number;
}

/** An output of a run, compared with the same output of the run `left`. `digest` has the differences in one line. */
export interface ComparedValues {
  readonly title: string;
  readonly path: HistoryPath;
  readonly left: string;
  readonly digest: string;
  readonly comparison: ValueComparison;
}

/**
 * Two runs and their differences. `sources` has the steps whose source code differs.
 *
 * `outputs` has the details of outputs that differ, if the argument requests them.
 */
export interface RunsComparison {
  readonly title: string;
  readonly left: ComparedRun;
  readonly right: ComparedRun;
  readonly differences: readonly RunDifference[];
  readonly sources?: readonly StepSources[];
  readonly outputs?: readonly ComparedValues[];
}

/**
 * The argument of `pipesight.blame`: a number by its column in `RunsPage`, or the output at a position.
 *
 * `limit` is the number of moves to return.
 */
export interface BlameArgument {
  readonly pipeline?: string | null;
  readonly metric?: string | null;
  readonly source?: string | null;
  readonly uri?: string | null;
  readonly position?: CursorPosition | null;
  readonly limit?: number | null;
}

/** A run in which a number differs from the run before, with the other differences that may have caused it. */
export interface NumberMove {
  readonly run: ComparedRun;
  readonly before: ComparedRun;
  readonly was: number;
  readonly value: number;
  readonly change: number;
  readonly percent: number | null;
  readonly causes: readonly RunDifference[];
}

/** The largest moves of a number over `runs` runs, the largest first. */
export interface NumberMoves {
  readonly title: string;
  readonly path: HistoryPath;
  readonly metric: string;
  readonly runs: number;
  readonly moves: readonly NumberMove[];
}

/** Why there is no answer, and what the user can do about it. */
export interface Trouble {
  readonly problem: string;
  readonly advice?: string | null;
}

/** One of several outputs, steps, runs or pipelines that match, with the argument that requests it. */
export interface Choice {
  readonly label: string;
  readonly argument: HistoryPath;
  readonly description?: string | null;
}

/** The choices for the user. One of them must be taken before an output can be read. */
export interface Choices {
  readonly choices: readonly Choice[];
}

/** The argument of `pipesight.callTool`: a tool for assistants, and the object of its arguments. */
export interface ToolArgument {
  readonly tool: string;
  readonly arguments?: unknown;
}

/** The answer of a tool to an assistant: JSON as text, and a picture if an output is one. */
export interface ToolAnswer {
  readonly text: string;
  readonly picture?: Image | null;
}

/** The state of one store. `synced_at` is ISO 8601, and `age` is the same time in words. */
export interface SourceStatus {
  readonly label: string;
  readonly kind: string;
  readonly syncing: boolean;
  readonly runs: number;
  readonly synced_at?: string | null;
  readonly age?: string | null;
  readonly error?: string | null;
  readonly advice?: string | null;
}

/** The state of every store, also sent as the notification `pipesight/statusChanged`. */
export interface ServerStatus {
  readonly sources: readonly SourceStatus[];
}

/**
 * The options that a client may send with `initialize`.
 *
 * `interpreter` is the path of the user's Python, which reads outputs. `client_commands` are commands that the client
 * registers itself, so that the server does not advertise them. A client that lists `pipesight.readOutput` shows
 * outputs in its own panel. `cache_folder` is the folder of the index, by default the user's cache folder. If the
 * workspace is not `trusted`, the project's own file cannot choose stores. Values are loaded in Python only for a
 * client that sends `trusted: true`.
 */
export interface InitializationOptions {
  readonly settings?: unknown;
  readonly interpreter?: string;
  readonly clientCommands?: readonly string[];
  readonly cacheFolder?: string;
  readonly trusted?: boolean;
}

export type ReadAnswer = Reading | Trouble | Choices;

export type RunAnswer = RunPage | Trouble;

export type RunsAnswer = RunsPage | Trouble;

export type ComparisonAnswer = RunsComparison | Trouble;

export type ValuesAnswer = ComparedValues | Trouble;

export type BlameAnswer = NumberMoves | Trouble;

export type LogAnswer = LogPart | Trouble;

export type SummaryAnswer = TableSummary | Trouble;

export type ProfileAnswer = TableProfile | Trouble;

export type ColumnsAnswer = TableColumns | Trouble;

export type NewestAnswer = NewestOutput | Trouble;

export type ExportAnswer = Exported | Trouble;

export type PlanAnswer = LoadPlan | Trouble;

export type LoadAnswer = LoadedValue | Trouble;

export type CallAnswer = ToolAnswer | Trouble;

/** The commands that the server executes. */
export const ServerCommand = {
  readOutput: "pipesight.readOutput",
  showRun: "pipesight.showRun",
  showRuns: "pipesight.showRuns",
  compareRuns: "pipesight.compareRuns",
  compareValues: "pipesight.compareValues",
  blame: "pipesight.blame",
  readLog: "pipesight.readLog",
  history: "pipesight.history",
  runLabels: "pipesight.runLabels",
  refresh: "pipesight.refresh",
  status: "pipesight.status",
  code: "pipesight.code",
  sumUpTable: "pipesight.sumUpTable",
  profileTable: "pipesight.profileTable",
  tableColumns: "pipesight.tableColumns",
  newestOutput: "pipesight.newestOutput",
  exportTable: "pipesight.exportTable",
  planLoad: "pipesight.planLoad",
  loadValue: "pipesight.loadValue",
  callTool: "pipesight.callTool",
} as const;

/** What each command takes and answers. */
export interface ServerCommands {
  readonly "pipesight.readOutput": { readonly argument: ReadArgument; readonly answer: ReadAnswer };
  readonly "pipesight.showRun": { readonly argument: ReadArgument; readonly answer: RunAnswer };
  readonly "pipesight.showRuns": { readonly argument: RunsArgument; readonly answer: RunsAnswer };
  readonly "pipesight.compareRuns": { readonly argument: CompareArgument; readonly answer: ComparisonAnswer };
  readonly "pipesight.compareValues": { readonly argument: CompareArgument; readonly answer: ValuesAnswer };
  readonly "pipesight.blame": { readonly argument: BlameArgument; readonly answer: BlameAnswer };
  readonly "pipesight.readLog": { readonly argument: LogArgument; readonly answer: LogAnswer };
  readonly "pipesight.history": { readonly argument: HistoryArgument; readonly answer: readonly HistoryNode[] };
  readonly "pipesight.runLabels": { readonly argument: object; readonly answer: RunLabels };
  readonly "pipesight.refresh": { readonly argument: object; readonly answer: null };
  readonly "pipesight.status": { readonly argument: object; readonly answer: ServerStatus };
  readonly "pipesight.code": { readonly argument: ReadArgument; readonly answer: ReadingCode };
  readonly "pipesight.sumUpTable": { readonly argument: ReadArgument; readonly answer: SummaryAnswer };
  readonly "pipesight.profileTable": { readonly argument: ReadArgument; readonly answer: ProfileAnswer };
  readonly "pipesight.tableColumns": { readonly argument: ReadArgument; readonly answer: ColumnsAnswer };
  readonly "pipesight.newestOutput": { readonly argument: ReadArgument; readonly answer: NewestAnswer };
  readonly "pipesight.exportTable": { readonly argument: ReadArgument; readonly answer: ExportAnswer };
  readonly "pipesight.planLoad": { readonly argument: ReadArgument; readonly answer: PlanAnswer };
  readonly "pipesight.loadValue": { readonly argument: ReadArgument; readonly answer: LoadAnswer };
  readonly "pipesight.callTool": { readonly argument: ToolArgument; readonly answer: CallAnswer };
}

export const STATUS_CHANGED = "pipesight/statusChanged";

/** Cells of the largest table that can be sorted. */
export const LARGEST_SORTED_TABLE = 1000000;
