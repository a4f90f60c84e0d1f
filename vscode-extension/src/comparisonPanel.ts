/** The panel that shows two runs side by side. An unfinished run is compared again when the history changes. */
import * as vscode from "vscode";
import type { FromRuns } from "../webview/runs/contract";
import type { Server } from "./client";
import { Command } from "./commandIds";
import { nextSteps, takeStep } from "./nextSteps";
import type { CompareArgument, ComparisonAnswer, HistoryPath, RunsComparison, ValuesAnswer } from "./protocol";
import { isTrouble, troubleOf } from "./reading";
import { fill, PageOfRuns } from "./webviewPage";

/** The actions that the panel needs from the extension. */
export interface ComparisonHost {
  readonly open: (pipeline: string, run: string, source: string | null) => Promise<void>;
  /** Show an output beside the same output in another run. */
  readonly compareOutput: (path: HistoryPath, otherRun: string) => Promise<void>;
  /** Show the source of a step in both runs. */
  readonly compareSource: (comparison: RunsComparison, step: string) => Promise<void>;
}

export class ComparisonPanel {
  private answer: ComparisonAnswer | undefined;
  /** The number of requests for the comparison. Only the answer to the last one is shown. */
  private turn = 0;
  private readonly page: PageOfRuns;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    extension: vscode.Uri,
    private readonly server: Server,
    private readonly host: ComparisonHost,
    private argument: CompareArgument,
  ) {
    const { left, right } = argument;
    this.page = new PageOfRuns(panel);
    panel.webview.onDidReceiveMessage((message: FromRuns) => this.receive(message));
    fill(panel, extension, "runs", {
      names: left && right ? [`${left} ↔ ${right}`] : [],
      words: "Comparing the runs…",
    });
  }

  dispose(): void {
    this.panel.dispose();
  }

  /** Request the comparison, and show it. If the answer is the same as before, the page stays as it is. */
  async read(): Promise<void> {
    const turn = ++this.turn;
    const answer = await this.server.request(Command.compareRuns, this.argument).catch(troubleOf);
    if (turn !== this.turn || JSON.stringify(answer) === JSON.stringify(this.answer)) return;
    this.answer = answer;
    if (!isTrouble(answer)) {
      this.argument = named(answer);
      this.page.title = answer.title;
    }
    this.show();
  }

  /** Compare the runs again after a change of the history, unless both runs are finished. */
  async update(): Promise<void> {
    const { answer } = this;
    const goesOn = answer && !isTrouble(answer) && [answer.left, answer.right].some(({ tone }) => tone === "running");
    if (goesOn || (answer && isTrouble(answer))) await this.read();
  }

  private show(): void {
    const { answer, server } = this;
    if (!answer) return;
    if (isTrouble(answer)) this.page.post({ type: "trouble", trouble: answer, steps: nextSteps(server) });
    else this.page.post({ type: "comparison", comparison: answer });
  }

  private async receive(message: FromRuns): Promise<void> {
    const { answer, host } = this;
    if (message.type === "ready") {
      this.page.ready();
      this.show();
    } else if (message.type === "step") {
      await (message.step === "retry" ? this.read() : takeStep(message.step));
    }
    if (!answer || isTrouble(answer)) return;
    const { left, right } = answer;
    switch (message.type) {
      case "open":
        await host.open(right.path.pipeline ?? "", message.run, right.path.source ?? null);
        break;
      case "compareOutput": {
        const { step, output } = message;
        await host.compareOutput({ ...right.path, step, output }, left.name);
        break;
      }
      case "compareSource":
        await host.compareSource(answer, message.step);
        break;
      case "compareValues": {
        const { step, output } = message;
        this.page.post({ type: "values", step, output, answer: await this.values(step, output) });
      }
    }
  }

  private values(step: string, output: string): Promise<ValuesAnswer> {
    return this.server.request(Command.compareValues, { ...this.argument, step, output }).catch(troubleOf);
  }
}

/** Return the argument that requests the same two runs again. Without names, the server chooses newer runs. */
function named({ left, right }: RunsComparison): CompareArgument {
  const { pipeline = null, source = null } = right.path;
  return { pipeline, source, left: left.name, right: right.name };
}
