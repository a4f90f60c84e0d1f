/** The messages between the extension and the page of a pipeline's runs. */
import type { BlameAnswer, RunsComparison, RunsPage, Trouble, ValuesAnswer } from "../../src/protocol";
import type { Arrangement } from "./arrange";
import type { NextStep } from "../contract";

export type ToRuns =
  /** Runs from `page.offset` on. The first page may come with the user's earlier choices. */
  | { readonly type: "runs"; readonly page: RunsPage; readonly arrangement?: Partial<Arrangement> }
  /** The newest runs again, after a change of the history. */
  | { readonly type: "newest"; readonly page: RunsPage }
  /** Two runs side by side, in a panel of their own. */
  | { readonly type: "comparison"; readonly comparison: RunsComparison }
  /** One output of both runs in depth, as the page requested it. */
  | { readonly type: "values"; readonly step: string; readonly output: string; readonly answer: ValuesAnswer }
  /** The largest moves of a number. The page or a link in a hover requested them. */
  | { readonly type: "moves"; readonly answer: BlameAnswer }
  | { readonly type: "trouble"; readonly trouble: Trouble; readonly steps: readonly NextStep[] };

/** The state of a page that VS Code keeps while its window is reloaded. A page of two runs has the names of both. */
export interface KeptState {
  readonly pipeline?: string;
  readonly source?: string;
  readonly left?: string;
  readonly right?: string;
}

export type FromRuns =
  | { readonly type: "ready" }
  | { readonly type: "step"; readonly step: NextStep }
  | { readonly type: "more"; readonly offset: number }
  | { readonly type: "open"; readonly run: string }
  | { readonly type: "compare"; readonly runs: readonly string[] }
  | { readonly type: "blame"; readonly metric: string }
  | { readonly type: "compareOutput"; readonly step: string; readonly output: string }
  | { readonly type: "compareValues"; readonly step: string; readonly output: string }
  | { readonly type: "compareSource"; readonly step: string }
  | { readonly type: "arranged"; readonly arrangement: Arrangement }
  | { readonly type: "copy"; readonly text: string; readonly words: string }
  | { readonly type: "save"; readonly text: string };
