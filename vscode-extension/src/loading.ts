/** Loads outputs in Python, after the person agreed to what that runs. Each content of an artifact is asked for once. */
import * as vscode from "vscode";
import { Command, type Request } from "./commandIds";
import type { LoadedValue, LoadPlan, ReadArgument, Trouble } from "./protocol";
import { isTrouble } from "./reading";
import { cancellable } from "./slowWork";

const YES = "Load in Python";

export class Loads {
  /** The tokens that the person agreed to. A changed file has another token. */
  private readonly agreed = new Set<string>();

  constructor(private readonly request: Request) {}

  /** The value, or the problem. The result is undefined if the person does not want it, or cancels it. */
  async load(
    argument: ReadArgument,
    source: vscode.CancellationTokenSource,
  ): Promise<LoadedValue | Trouble | undefined> {
    if (!vscode.workspace.isTrusted) return { problem: "Values are loaded in Python only in a trusted workspace." };
    const plan = await cancellable("Looking up what loading would run", source, (token) =>
      this.request(Command.planLoad, argument, token),
    );
    if (!plan || isTrouble(plan)) return plan;
    if (source.token.isCancellationRequested || !(await this.isAgreed(plan))) return undefined;
    return cancellable("Loading the output in Python", source, (token) =>
      this.request(Command.loadValue, { ...argument, token: plan.token }, token),
    );
  }

  private async isAgreed({ token, question, details }: LoadPlan): Promise<boolean> {
    if (this.agreed.has(token)) return true;
    const options = { modal: true, detail: details.join("\n\n") };
    if ((await vscode.window.showWarningMessage(question, options, YES)) !== YES) return false;
    this.agreed.add(token);
    return true;
  }
}
