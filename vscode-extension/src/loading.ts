/** Loads outputs in Python after the user has agreed to the code that this runs. An artifact needs one consent. */
import * as vscode from "vscode";
import { Command, type Request } from "./commandIds";
import type { LoadedValue, LoadPlan, ReadArgument, Trouble } from "./protocol";
import { isTrouble } from "./reading";
import { cancellable } from "./slowWork";

const YES = "Load in Python";

export class Loads {
  /** The tokens of the plans that the user has agreed to. A changed artifact has another token. */
  private readonly agreed = new Set<string>();

  constructor(private readonly request: Request) {}

  /** Return the loaded value or the problem. Return undefined if the user does not agree or cancels. */
  async load(
    argument: ReadArgument,
    source: vscode.CancellationTokenSource,
  ): Promise<LoadedValue | Trouble | undefined> {
    if (!vscode.workspace.isTrusted) return { problem: "Values are loaded in Python only in a trusted workspace." };
    const plan = await cancellable("Finding out what loading would run", source, (token) =>
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
