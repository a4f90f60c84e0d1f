/** The panel that shows two runs side by side. Finished runs do not change, so it asks for nothing again. */
import * as vscode from "vscode";
import type { FromRuns, ToRuns } from "../webview/runs/contract";
import { Command, type Request } from "./commandIds";
import type { HistoryPath, RunsComparison, ValuesAnswer } from "./protocol";
import { troubleOf } from "./reading";
import { fill, poster } from "./webviewPage";

/** The actions that the panel needs from the extension. */
export interface ComparisonHost {
  readonly open: (pipeline: string, run: string, source: string | null) => Promise<void>;
  /** Show an output beside the same output of another run. */
  readonly compareOutput: (path: HistoryPath, otherRun: string) => Promise<void>;
  /** Show the source of a step in both runs. */
  readonly compareSource: (comparison: RunsComparison, step: string) => Promise<void>;
}

export class ComparisonPanel {
  private readonly post: (message: ToRuns) => void;

  constructor(
    panel: vscode.WebviewPanel,
    extension: vscode.Uri,
    private readonly request: Request,
    private readonly host: ComparisonHost,
    private readonly comparison: RunsComparison,
  ) {
    this.post = poster(panel);
    panel.webview.onDidReceiveMessage((message: FromRuns) => this.receive(message));
    fill(panel, extension, "runs", { names: [comparison.title], words: "Comparing the runs…" });
  }

  private async receive(message: FromRuns): Promise<void> {
    const { comparison, host } = this;
    const { left, right } = comparison;
    switch (message.type) {
      case "ready":
        this.post({ type: "comparison", comparison });
        break;
      case "open":
        await host.open(right.path.pipeline ?? "", message.run, right.path.source ?? null);
        break;
      case "compareOutput": {
        const { step, output } = message;
        await host.compareOutput({ ...right.path, step, output }, left.name);
        break;
      }
      case "compareSource":
        await host.compareSource(comparison, message.step);
        break;
      case "compareValues": {
        const { step, output } = message;
        this.post({ type: "values", step, output, answer: await this.values(step, output) });
      }
    }
  }

  private values(step: string, output: string): Promise<ValuesAnswer> {
    const { left, right } = this.comparison;
    const { pipeline = null, source = null } = right.path;
    const runs = { pipeline, source, left: left.name, right: right.name };
    return this.request(Command.compareValues, { ...runs, step, output }).catch(troubleOf);
  }
}
