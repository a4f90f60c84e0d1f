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
  private readonly texts = new Map<string, string>();

  constructor(private readonly request: Request) {}

  /** Show the source of a step in both runs of a comparison. */
  async show(comparison: RunsComparison, step: string): Promise<void> {
    const sources = comparison.sources?.find((each) => each.step === step);
    if (!sources) return;
    const [left, right] = (["left", "right"] as const).map((side) => {
      const address = addressOf(comparison, step, side);
      this.texts.set(address.toString(), sources[side]);
      return address;
    });
    const title = `${step}: ${comparison.left.short} ↔ ${comparison.right.short}`;
    await vscode.commands.executeCommand("vscode.diff", left, right, title);
  }

  /** The text that was shown, or after a restart of VS Code what the server says once more. */
  async provideTextDocumentContent(address: vscode.Uri): Promise<string> {
    return this.texts.get(address.toString()) ?? (await this.read(JSON.parse(address.query) as Place));
  }

  dispose(): void {
    this.registered.dispose();
  }

  private async read({ step, side, ...runs }: Place): Promise<string> {
    const answer = await this.request(Command.compareRuns, runs);
    if (isTrouble(answer)) return `${sentence(answer)}\n`;
    const sources = answer.sources?.find((each) => each.step === step);
    return sources?.[side] ?? "The history does not have this source any more.\n";
  }
}

/** The URI of a source. Its ending tells VS Code the language. */
function addressOf({ left, right }: RunsComparison, step: string, side: Place["side"]): vscode.Uri {
  const { pipeline = null, source = null }: HistoryPath = right.path;
  const place: Place = { pipeline, source, left: left.name, right: right.name, step, side };
  const run = side === "left" ? left.name : right.name;
  return vscode.Uri.from({ scheme: SCHEME, path: `/${run}/${step}.py`, query: JSON.stringify(place) });
}
