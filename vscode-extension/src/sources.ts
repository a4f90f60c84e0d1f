/** Shows the source code of a step in two runs in VS Code's diff editor. */
import * as vscode from "vscode";
import { Command, type Request } from "./commandIds";
import type { HistoryPath, RunsComparison } from "./protocol";
import { isTrouble, sentence } from "./reading";

const SCHEME = "pipesight-source";

/** The comparison that contains a source, the step, and the side. */
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

  /** Show the source code of a step in both runs of a comparison. */
  async show(comparison: RunsComparison, step: string): Promise<void> {
    const [left, right] = (["left", "right"] as const).map((side) => sourceUri(comparison, step, side));
    const title = `${step}: ${comparison.left.short} ↔ ${comparison.right.short}`;
    await vscode.commands.executeCommand("vscode.diff", left, right, title);
  }

  /** Return the source for a URI. VS Code keeps only the URI, and requests the text again after a restart. */
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

/** Return the URI of a source. VS Code chooses the language by its ending. */
function sourceUri({ left, right }: RunsComparison, step: string, side: Place["side"]): vscode.Uri {
  const { pipeline = null, source = null }: HistoryPath = right.path;
  const place: Place = { pipeline, source, left: left.name, right: right.name, step, side };
  const run = side === "left" ? left.name : right.name;
  return vscode.Uri.from({ scheme: SCHEME, path: `/${run}/${step}.py`, query: JSON.stringify(place) });
}
