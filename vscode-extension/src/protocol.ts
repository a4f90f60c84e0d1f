/** What the language server and its client say to each other beyond the Language Server Protocol, as types. */

/** A place in the run history. What is left out is chosen by the server, or by the person when it cannot tell. */
export interface HistoryPath {
  readonly pipeline?: string | null;
  readonly run?: string | null;
  readonly step?: string | null;
  readonly output?: string | null;
  readonly source?: string | null;
}

/** The rows of a table to show: `limit` from `offset` on, of those that hold `find`, sorted by the column `sort`. */
export interface TableView {
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
  readonly sort?: number | undefined;
  readonly descending?: boolean | undefined;
  readonly find?: string | undefined;
}

/** The argument of `pipesight.readOutput`: a place in the history, or one in the code, and the rows of a table. */
export interface ReadArgument extends HistoryPath, TableView {
  readonly uri?: string;
  readonly position?: { readonly line: number; readonly character: number };
}

export interface Column {
  readonly name: string;
  readonly type: string;
}

/**
 * Rows `offset` to `offset + rows.length` of a table of `total` rows; `null`: not known. Rows that were sorted or
 * searched have `numbers`, those of the whole table.
 */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly unknown[])[];
  readonly offset: number;
  readonly total: number | null;
  readonly numbers?: readonly number[];
}

export interface Image {
  readonly mime: string;
  readonly data: string;
  readonly width: number | null;
  readonly height: number | null;
}

export interface ArtifactFile {
  readonly path: string;
  readonly size: number;
}

export type PreviewKind =
  "json" | "table" | "array" | "text" | "html" | "markdown" | "image" | "pickle" | "files" | "problem";

/** What an output looks like; the server's `outputs/preview.py` is where its fields are explained. */
export interface Preview {
  readonly kind: PreviewKind;
  readonly summary: string;
  readonly text?: string | null;
  readonly value?: unknown;
  readonly table?: Table | null;
  readonly shape?: readonly number[] | null;
  readonly dtype?: string | null;
  readonly statistics?: Readonly<Record<string, number>>;
  readonly image?: Image | null;
  readonly files?: readonly ArtifactFile[];
  readonly advice?: string | null;
  readonly truncated?: boolean;
}

export interface OutputFacts {
  readonly uri: string;
  readonly data_type?: string | null;
  readonly materializer?: string | null;
  readonly type?: string | null;
}

/** Times are ISO 8601; `when` and `duration` are the same in words. */
export interface RunFacts {
  readonly name: string;
  readonly status: string;
  readonly start?: string | null;
  readonly end?: string | null;
  readonly when?: string | null;
  readonly duration?: string | null;
  readonly stack?: string | null;
}

/** An output that was read. */
export interface Reading {
  readonly title: string;
  readonly subtitle: string;
  readonly path: HistoryPath;
  readonly output: OutputFacts;
  readonly run: RunFacts | null;
  readonly preview: Preview;
}

/** A run with what it did, and the other recent runs of its pipeline, newest first; the answer of `pipesight.showRun`. */
export interface RunPage {
  readonly title: string;
  readonly subtitle: string;
  readonly path: HistoryPath;
  readonly run: RunFacts;
  /** The steps are still on their way from the store; the server says when it has them. */
  readonly loading: boolean;
  readonly steps: readonly StepFacts[];
  readonly runs: readonly (RunFacts & { readonly path: HistoryPath })[];
}

export interface StepFacts {
  readonly name: string;
  readonly entrypoint?: string | null;
  readonly status: string;
  readonly duration?: string | null;
  readonly outputs: readonly { readonly name: string; readonly type?: string | null; readonly path: HistoryPath }[];
}

/** Why nothing was read, and what to do about it. */
export interface Trouble {
  readonly problem: string;
  readonly advice?: string | null;
}

/** What the person has to choose from before an output can be read. */
export interface Choices {
  readonly choices: readonly Choice[];
  readonly placeholder?: string | null;
}

export interface Choice {
  readonly label: string;
  readonly description?: string | null;
  readonly argument: ReadArgument;
}

export type ReadAnswer = Reading | Trouble | Choices;

export type NodeKind = "pipeline" | "run" | "step" | "output";

/** One line of the run history's tree; `tooltip` is Markdown. */
export interface HistoryNode {
  readonly label: string;
  readonly description?: string | null;
  readonly tooltip?: string | null;
  readonly kind: NodeKind;
  readonly status?: string | null;
  readonly path: HistoryPath;
  readonly expandable: boolean;
}

export interface SourceStatus {
  readonly label: string;
  readonly kind: string;
  readonly synced_at?: string | null;
  readonly syncing: boolean;
  readonly error?: string | null;
  readonly advice?: string | null;
  readonly runs: number;
}

/** The state of every source; also the content of the notification `pipesight/statusChanged`. */
export interface ServerStatus {
  readonly sources: readonly SourceStatus[];
}

export const STATUS_CHANGED = "pipesight/statusChanged";

/** The ids of commands, the same in the server and here. */
export const Command = {
  readOutput: "pipesight.readOutput",
  history: "pipesight.history",
  refresh: "pipesight.refresh",
  status: "pipesight.status",
  showRun: "pipesight.showRun",
  clearCache: "pipesight.clearCache",
  restartServer: "pipesight.restartServer",
  showLogs: "pipesight.showLogs",
  readOutputInNewPanel: "pipesight.readOutputInNewPanel",
  copyCode: "pipesight.copyCode",
  compareOutputs: "pipesight.compareOutputs",
  openSample: "pipesight.openSample",
} as const;

/** Commands that this client registers by itself; the server leaves them out of what it offers to register. */
export const CLIENT_COMMANDS: readonly string[] = Object.values(Command);

/** The only commands that a link in a hover may run. */
export const LINK_COMMANDS: readonly string[] = [Command.readOutput, Command.showRun];

/** Sends a command to the server; rejects when the server does not run or cannot answer. */
export type Request = <T>(command: string, argument?: object) => Promise<T>;

/** The path with nothing in it but names that are known. */
export function namesOf(path: HistoryPath): HistoryPath {
  const { pipeline, run, step, output, source } = path;
  const names = Object.entries({ pipeline, run, step, output, source });
  return Object.fromEntries(names.filter(([, name]) => typeof name === "string" && name !== ""));
}

/** The kind of thing a path leads to; undefined for the whole history. */
export function kindOf(path: HistoryPath): NodeKind | undefined {
  const kinds: readonly NodeKind[] = ["output", "step", "run", "pipeline"];
  return kinds.find((kind) => path[kind]);
}

/** ZenML begins a run's name with its pipeline's; where that stands beside it already, the rest is enough. */
export function shortRunName(run: string, pipeline: string | null | undefined): string {
  return pipeline && run.startsWith(`${pipeline}-`) ? `…${run.slice(pipeline.length + 1)}` : run;
}
