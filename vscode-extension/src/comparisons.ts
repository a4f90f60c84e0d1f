/** Compares an output with the same output in another run, in VS Code's diff editor. */
import * as vscode from "vscode";
import { Command, type Request } from "./commandIds";
import { namesOf } from "./historyPath";
import { type OutputText, outputText } from "./outputText";
import type { HistoryNode, HistoryPath } from "./protocol";
import { isChoices, isTrouble, sentence } from "./reading";

const SCHEME = "pipesight-output";
/** Rows of a table that are compared, which is the most that the server sends in one answer. */
const ROWS = 1000;

export class Comparisons implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly registered = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  constructor(private readonly request: Request) {}

  /** Let the user choose a run to compare with, and show both outputs side by side. */
  async compare(path: HistoryPath): Promise<void> {
    const runs = await this.runsOf(path);
    const others = runs.filter((run) => run.path.run !== path.run);
    if (others.length === 0) {
      void vscode.window.showInformationMessage("This pipeline has no other run to compare with.");
      return;
    }
    const items = others.map((run) => ({
      label: run.short,
      description: [run.status, run.description].filter(Boolean).join(" "),
      run,
    }));
    const picked = await vscode.window.showQuickPick(items, {
      title: `Pipesight: Compare ${path.output ?? ""}`,
      placeHolder: "Compare with which run?",
      matchOnDescription: true,
    });
    if (!picked) return;
    const own = runs.find((run) => run.path.run === path.run)?.short ?? path.run ?? "";
    await this.show(path, picked.run.path.run ?? "", `${path.output ?? ""}: ${picked.run.short} ↔ ${own}`);
  }

  /** Show an output beside the same output in another run. */
  async between(path: HistoryPath, otherRun: string): Promise<void> {
    await this.show(path, otherRun, `${path.output ?? ""}: ${otherRun} ↔ ${path.run ?? ""}`);
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    return (await this.read(JSON.parse(query) as HistoryPath)).text;
  }

  dispose(): void {
    this.registered.dispose();
  }

  private async show(path: HistoryPath, run: string, title: string): Promise<void> {
    const other = namesOf({ ...path, run });
    const [left, right] = await Promise.all([this.read(other), this.read(path)]);
    if (left.text === right.text && left.extent !== "description") {
      const part = left.extent === "rows" ? ` in the first ${ROWS.toLocaleString("en")} rows` : "";
      void vscode.window.showInformationMessage(`${title}: no differences${part}.`);
      return;
    }
    await vscode.commands.executeCommand("vscode.diff", outputUri(other, left), outputUri(path, right), title);
  }

  private async runsOf({ pipeline, source }: HistoryPath): Promise<readonly HistoryNode[]> {
    if (!pipeline) return [];
    const nodes = await this.request(Command.history, {
      parent: namesOf({ pipeline, source: source ?? null }),
    });
    return nodes.filter((node) => node.kind === "run");
  }

  private async read(path: HistoryPath): Promise<OutputText> {
    const answer = await this.request(Command.readOutput, { ...path, limit: ROWS });
    if (isChoices(answer)) return explained("The history does not have this output.");
    return isTrouble(answer) ? explained(sentence(answer)) : outputText(answer.preview);
  }
}

function explained(words: string): OutputText {
  return { text: `${words}\n`, ending: "txt", extent: "description" };
}

/** Return the URI of an output's text. VS Code chooses the language by its ending. */
function outputUri(path: HistoryPath, { ending }: OutputText): vscode.Uri {
  const name = `${path.run ?? ""}/${path.output ?? ""}.${ending}`;
  return vscode.Uri.from({ scheme: SCHEME, path: `/${name}`, query: JSON.stringify(namesOf(path)) });
}
