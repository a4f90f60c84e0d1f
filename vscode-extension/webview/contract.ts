/** The messages between the extension and the page of its panel. */
import type {
  CodeLocation,
  ColumnProfile,
  HistoryPath,
  LoadedValue,
  LogPart,
  NewestOutput,
  Overview,
  Preview,
  Reading,
  RunPage,
  TableColumns,
  TableView,
  Trouble,
} from "../src/protocol";

/** The end of the log of a run or a step, or the part before or after a position in it. */
export interface LogAsked {
  readonly step: string | null;
  readonly origin?: string;
  readonly before?: number;
  readonly after?: number;
}

/** The newer runs that the page shows by itself: all of them, or the successful ones. */
export type Follow = "newest" | "successful" | null;

/** Another run of the pipeline, with the path of the same output in it. */
export interface RunChoice {
  readonly name: string;
  readonly short: string;
  readonly mark: string;
  readonly path: HistoryPath;
}

/** A tab of an output: its value, a stored visualization, its metadata, or the value in Python. */
export type View =
  | { readonly kind: "value" }
  | { readonly kind: "visualization"; readonly number: number }
  | { readonly kind: "metadata" }
  | { readonly kind: "loaded" };

export const VALUE: View = { kind: "value" };
export const LOADED: View = { kind: "loaded" };

/** The next steps that a problem offers. */
export type NextStep = "retry" | "choose" | "restart" | "logs";

export type ToPage =
  /** The names of the object that is being read, for the page before its content. */
  | { readonly type: "loading"; readonly names: readonly string[]; readonly words: string }
  /** `hasWrangler` is true if the extension Data Wrangler is installed. */
  | { readonly type: "reading"; readonly reading: Reading; readonly hasWrangler?: boolean }
  | { readonly type: "run"; readonly page: RunPage }
  | { readonly type: "trouble"; readonly trouble: Trouble; readonly steps?: readonly NextStep[] }
  | { readonly type: "page"; readonly preview: Preview }
  | { readonly type: "log"; readonly asked: LogAsked; readonly answer: LogPart | Trouble }
  /** The profiles of the columns of a view, or nothing if there are none. */
  | { readonly type: "profile"; readonly view: TableView; readonly columns: readonly ColumnProfile[] | null }
  /** All columns of the table that is shown, or nothing if they are not known. */
  | { readonly type: "columns"; readonly visualization?: number; readonly columns: TableColumns | null }
  /** The same output in the newest run, if another run than this one has it, and which runs the page follows. */
  | { readonly type: "newest"; readonly newest: NewestOutput; readonly follow: Follow }
  /** An array in reduced size, or nothing if it cannot be drawn. */
  | { readonly type: "overview"; readonly view: TableView; readonly overview: Overview | null }
  /** The value of the output that is shown, loaded in Python, or why it is not. */
  | { readonly type: "loaded"; readonly answer: LoadedValue | Trouble }
  /** The tab of the value that was just loaded, or the one that was open when VS Code hid the page. */
  | { readonly type: "tab"; readonly view: View }
  | { readonly type: "cancelled" }
  | { readonly type: "runs"; readonly runs: readonly RunChoice[] };

export type FromPage =
  | { readonly type: "ready" }
  | { readonly type: "step"; readonly step: NextStep }
  /** The user chose a tab. */
  | { readonly type: "tab"; readonly view: View }
  /** Rows of the value, or of a stored visualization. */
  | { readonly type: "page"; readonly view: TableView; readonly visualization?: number }
  | { readonly type: "log"; readonly asked: LogAsked }
  | { readonly type: "openCode"; readonly code: CodeLocation }
  /** Profiles of the columns. The page requests them by itself or for the user. */
  | {
      readonly type: "profile";
      readonly view: TableView;
      readonly isAsked: boolean;
      readonly visualization?: number;
    }
  | { readonly type: "export"; readonly view: TableView; readonly visualization?: number }
  | { readonly type: "columns"; readonly visualization?: number }
  | { readonly type: "follow"; readonly follow: Follow }
  | { readonly type: "overview"; readonly view: TableView; readonly visualization?: number }
  | { readonly type: "wrangle"; readonly view: TableView; readonly visualization?: number }
  | { readonly type: "openNotebook" }
  /** The user presses *Load in Python...*. The extension asks for consent. */
  | { readonly type: "load" }
  | { readonly type: "copyText"; readonly text: string; readonly done?: string }
  | { readonly type: "open"; readonly path: HistoryPath }
  | { readonly type: "refresh" }
  | { readonly type: "copyPath" }
  | { readonly type: "copyCode" }
  | { readonly type: "compare" }
  | { readonly type: "openFolder" };
