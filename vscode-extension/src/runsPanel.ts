/** The panel that shows all runs of a pipeline. Each pipeline has one, and its arrangement is remembered. */
import * as vscode from "vscode";
import type { Arrangement } from "../webview/runs/arrange";
import type { FromRuns, ToRuns } from "../webview/runs/contract";
import type { Server } from "./client";
import { Command, type Request } from "./commandIds";
import { namesOf } from "./historyPath";
import { type ComparisonHost, ComparisonPanel } from "./comparisonPanel";
import type { BlameArgument, CompareArgument, RunsAnswer, RunsArgument, RunsPage } from "./protocol";
import { isTrouble, sentence, troubleOf } from "./reading";
import { fill, poster } from "./webviewPage";

const VIEW_TYPE = "pipesight.runs";
const COMPARISON_TYPE = "pipesight.comparison";
/** Runs of the first page. It has to be on the screen at once. */
const FIRST = 500;
/** Runs of a later page. */
const LATER = 5_000;

export class RunsPanels implements vscode.Disposable {
  private readonly panels = new Map<string, RunsPanel>();
  private readonly listener: vscode.Disposable;

  constructor(
    private readonly context: Pick<vscode.ExtensionContext, "extensionUri" | "workspaceState">,
    private readonly server: Server,
    private readonly host: ComparisonHost,
  ) {
    this.listener = server.onDidChangeStatus(() => {
      for (const panel of this.panels.values()) void panel.update();
    });
  }

  /** Show the runs of a pipeline, or of the one at the cursor. */
  async open(argument: RunsArgument): Promise<RunsPanel> {
    const answer = await this.server.request(Command.showRuns, { ...argument, limit: FIRST });
    if (isTrouble(answer)) throw new Error(sentence(answer));
    const key = JSON.stringify(namesOf(answer.path));
    const known = this.panels.get(key);
    known?.reveal();
    return known ?? this.create(key, answer);
  }

  /** Show what differs between two runs. The server chooses the runs that the argument does not name. */
  async compare(argument: CompareArgument): Promise<void> {
    const answer = await this.server.request(Command.compareRuns, argument);
    if (isTrouble(answer)) throw new Error(sentence(answer));
    const column = argument.left ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside; // chosen in the table of runs
    const panel = newPanel(COMPARISON_TYPE, answer.title, column);
    new ComparisonPanel(panel, this.context.extensionUri, this.server.request, this.host, answer);
  }

  /** Show what moved a number, in the panel of its pipeline's runs. */
  async blame(argument: BlameArgument): Promise<void> {
    const answer = await this.server.request(Command.blame, argument);
    if (isTrouble(answer)) throw new Error(sentence(answer));
    const panel = await this.open(namesOf(answer.path));
    panel.show({ type: "moves", answer });
  }

  dispose(): void {
    for (const disposable of [this.listener, ...this.panels.values()]) disposable.dispose();
  }

  private create(key: string, first: RunsPage): RunsPanel {
    const panel = newPanel(VIEW_TYPE, first.title);
    const host = { open: this.host.open, compare: (argument: CompareArgument) => this.compare(argument) };
    const { extensionUri, workspaceState } = this.context;
    const created = new RunsPanel(panel, extensionUri, this.server.request, workspaceState, host, key, first);
    this.panels.set(key, created);
    panel.onDidDispose(() => this.panels.delete(key));
    return created;
  }
}

class RunsPanel {
  /** Messages for a page that is not ready yet. Undefined once the page is ready. */
  private waiting: ToRuns[] | undefined = [];
  private readonly post: (message: ToRuns) => void;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    extension: vscode.Uri,
    private readonly request: Request,
    private readonly memory: vscode.Memento,
    private readonly host: Pick<ComparisonHost, "open"> & Pick<RunsPanels, "compare">,
    private readonly key: string,
    private readonly first: RunsPage,
  ) {
    this.post = poster(panel);
    panel.webview.onDidReceiveMessage((message: FromRuns) => this.receive(message));
    fill(panel, extension, "runs", { names: [first.title], words: "Reading the runs…" });
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.panel.dispose();
  }

  /** Show something as soon as the page is there. */
  show(message: ToRuns): void {
    if (this.waiting) this.waiting.push(message);
    else this.post(message);
  }

  /** The history changed: take the newest runs again. */
  async update(): Promise<void> {
    const answer = await this.ask({ limit: FIRST });
    this.post(isTrouble(answer) ? { type: "trouble", trouble: answer } : { type: "newest", page: answer });
  }

  private async receive(message: FromRuns): Promise<void> {
    const { pipeline = null, source = null } = this.first.path;
    switch (message.type) {
      case "ready":
        this.post({ type: "runs", page: this.first, arrangement: this.arrangement });
        for (const each of this.waiting ?? []) this.post(each);
        this.waiting = undefined;
        break;
      case "blame":
        await this.sendMoves(message.metric);
        break;
      case "more":
        await this.sendFrom(message.offset);
        break;
      case "open":
        await this.host.open(pipeline ?? "", message.run, source);
        break;
      case "compare": {
        const [right = null, left = null] = message.runs;
        await this.host.compare({ pipeline, source, left, right });
        break;
      }
      case "arranged":
        await this.memory.update(this.memoryKey, message.arrangement);
        break;
      case "copy":
        await vscode.env.clipboard.writeText(message.text);
        vscode.window.setStatusBarMessage(message.words, 3_000);
        break;
      case "save":
        await save(message.text, `${this.first.title} runs.csv`);
    }
  }

  private async sendMoves(metric: string): Promise<void> {
    const asked = { ...namesOf(this.first.path), metric };
    this.post({ type: "moves", answer: await this.request(Command.blame, asked).catch(troubleOf) });
  }

  private async sendFrom(offset: number): Promise<void> {
    const answer = await this.ask({ offset, limit: offset ? LATER : FIRST });
    this.post(isTrouble(answer) ? { type: "trouble", trouble: answer } : { type: "runs", page: answer });
  }

  private ask(part: RunsArgument): Promise<RunsAnswer> {
    return this.request(Command.showRuns, { ...namesOf(this.first.path), ...part }).catch(troubleOf);
  }

  private get memoryKey(): string {
    return `runs ${this.key}`;
  }

  private get arrangement(): Partial<Arrangement> {
    return this.memory.get<Partial<Arrangement>>(this.memoryKey, {});
  }
}

function newPanel(type: string, title: string, column = vscode.ViewColumn.Beside): vscode.WebviewPanel {
  const options = { enableScripts: true, retainContextWhenHidden: true };
  return vscode.window.createWebviewPanel(type, title, column, options);
}

async function save(text: string, name: string): Promise<void> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const defaultUri = folder ? vscode.Uri.joinPath(folder.uri, name) : vscode.Uri.file(name);
  const file = await vscode.window.showSaveDialog({ defaultUri, filters: { CSV: ["csv"] }, title: "Export Runs" });
  if (file) await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(text));
}
