/** Shows the source of a step as it ran in two runs, in VS Code's diff editor. */
import * as vscode from "vscode";
import { Command, type Request } from "./commandIds";
import type { HistoryPath, RunsComparison } from "./protocol";
import { isTrouble, sentence } from "./reading";

const SCHEME = "pipesight-source";

/** The comparison that has a source, and which one it is. */
interface Place {
  readonly pipeline: string | null;
  readonly source: string | null;
  readonly left: string;
  readonly right: string;
  readonly step: string;
  readonly side: "left" | "right";
}

export class Sources implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly registered = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  constructor(private readonly request: Request) {}

  /** Show the source of a step in both runs of a comparison. */
  async show(comparison: RunsComparison, step: string): Promise<void> {
    const [left, right] = (["left", "right"] as const).map((side) => addressOf(comparison, step, side));
    const title = `${step}: ${comparison.left.short} ↔ ${comparison.right.short}`;
    await vscode.commands.executeCommand("vscode.diff", left, right, title);
  }

  /** VS Code keeps the URI alone, and asks for the text again after a restart. */
  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const { step, side, ...runs } = JSON.parse(query) as Place;
    const answer = await this.request(Command.compareRuns, runs);
    if (isTrouble(answer)) return `${sentence(answer)}\n`;
    const sources = answer.sources?.find((each) => each.step === step);
    return sources?.[side] ?? "The history does not have this source any more.\n";
  }

  dispose(): void {
    this.registered.dispose();
  }
}

/** The URI of a source. Its ending tells VS Code the language. */
function addressOf({ left, right }: RunsComparison, step: string, side: Place["side"]): vscode.Uri {
  const { pipeline = null, source = null }: HistoryPath = right.path;
  const place: Place = { pipeline, source, left: left.name, right: right.name, step, side };
  const run = side === "left" ? left.name : right.name;
  return vscode.Uri.from({ scheme: SCHEME, path: `/${run}/${step}.py`, query: JSON.stringify(place) });
}
