/** Compares an output with the same one of another run, in VS Code's own editor of differences. */
import * as vscode from "vscode";
import { outputText } from "./outputText";
import {
  Command,
  type HistoryNode,
  type HistoryPath,
  namesOf,
  type ReadAnswer,
  type Request,
  shortRunName,
} from "./protocol";
import { isChoices, isTrouble } from "./reading";

const SCHEME = "pipesight-output";
/** Rows of a table that are compared; the server gives no more at once. */
const ROWS = 1000;

export class Comparisons implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly registered = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  constructor(private readonly request: Request) {}

  /** Asks which run to compare with, and shows both outputs side by side. */
  async compare(path: HistoryPath): Promise<void> {
    const others = await this.otherRuns(path);
    if (others.length === 0) {
      void vscode.window.showInformationMessage("This pipeline has no other run to compare with.");
      return;
    }
    const picked = await vscode.window.showQuickPick(others, {
      title: `Pipesight: Compare ${path.output ?? ""}`,
      placeHolder: "With which run?",
      matchOnDescription: true,
    });
    if (!picked) return;
    const other = namesOf({ ...path, run: picked.run });
    const title = `${path.output ?? ""}: ${picked.label} ↔ ${shortRunName(path.run ?? "", path.pipeline)}`;
    const [left, right] = await Promise.all([this.place(other), this.place(path)]);
    await vscode.commands.executeCommand("vscode.diff", left, right, title);
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    return (await this.read(JSON.parse(query) as HistoryPath)).text;
  }

  dispose(): void {
    this.registered.dispose();
  }

  private async otherRuns({ pipeline, run, source }: HistoryPath): Promise<(vscode.QuickPickItem & { run: string })[]> {
    const parent = namesOf({ pipeline: pipeline ?? null, source: source ?? null });
    const nodes = pipeline ? await this.request<HistoryNode[]>(Command.history, { parent }) : [];
    return nodes
      .filter((node) => node.kind === "run" && node.label !== run)
      .map((node) => ({
        label: shortRunName(node.label, pipeline),
        description: node.description ?? "",
        run: node.label,
      }));
  }

  /** The address of an output's text; its ending tells VS Code how to colour it. */
  private async place(path: HistoryPath): Promise<vscode.Uri> {
    const { ending } = await this.read(path);
    const name = `${path.run ?? ""}/${path.output ?? ""}.${ending}`;
    return vscode.Uri.from({ scheme: SCHEME, path: `/${name}`, query: JSON.stringify(namesOf(path)) });
  }

  private async read(path: HistoryPath): Promise<{ text: string; ending: string }> {
    const answer = await this.request<ReadAnswer>(Command.readOutput, { ...path, limit: ROWS });
    if (isChoices(answer)) return { text: "The history does not have this output.\n", ending: "txt" };
    if (isTrouble(answer)) return { text: `${answer.problem}\n${answer.advice ?? ""}\n`, ending: "txt" };
    return outputText(answer.preview);
  }
}
