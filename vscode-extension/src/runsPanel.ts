/** The panel that shows all runs of a pipeline. Each pipeline has one panel, and its layout is remembered. */
import * as vscode from "vscode";
import type { NextStep } from "../webview/contract";
import type { Arrangement } from "../webview/runs/arrange";
import type { FromRuns, KeptState, ToRuns } from "../webview/runs/contract";
import type { Server } from "./client";
import { Command } from "./commandIds";
import { namesOf } from "./historyPath";
import { type ComparisonHost, ComparisonPanel } from "./comparisonPanel";
import { choosePipeline, nextSteps, takeStep } from "./nextSteps";
import type {
  BlameAnswer,
  BlameArgument,
  CompareArgument,
  HistoryPath,
  RunsArgument,
  RunsPage,
  Trouble,
} from "./protocol";
import { isTrouble, troubleOf } from "./reading";
import { fill, PageOfRuns } from "./webviewPage";

const VIEW_TYPE = "pipesight.runs";
const COMPARISON_TYPE = "pipesight.comparison";
/** Runs of the first page. It is small, because it must be visible at once. */
const FIRST = 500;
/** Runs of a later page. */
const LATER = 5_000;

export class RunsPanels implements vscode.Disposable {
  private readonly panels = new Set<RunsPanel>();
  private readonly comparisons = new Set<ComparisonPanel>();
  private readonly listeners: vscode.Disposable[];

  constructor(
    private readonly context: Pick<vscode.ExtensionContext, "extensionUri" | "workspaceState">,
    private readonly server: Server,
    private readonly host: ComparisonHost,
  ) {
    this.listeners = [
      server.onDidChangeStatus(() => {
        for (const panel of [...this.panels, ...this.comparisons]) void panel.update();
      }),
      serializer(VIEW_TYPE, (panel, state) => this.adopt(panel, namesOf(state)).read()),
      serializer(COMPARISON_TYPE, (panel, state) => this.adoptComparison(panel, state).read()),
    ];
  }

  /** Show the runs of the given pipeline, or of the one at the cursor. The panel is visible at once. */
  async open(argument: RunsArgument): Promise<void> {
    await this.panel(argument).read();
  }

  /** Show the differences between two runs. The server chooses runs that the argument does not name. */
  async compare(argument: CompareArgument): Promise<void> {
    const { left, right } = argument;
    // With `left`, the user chose both runs in the table of runs, so the comparison opens there.
    const column = left ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
    const title = left && right ? `${left} ↔ ${right}` : "Compare Runs";
    await this.adoptComparison(newPanel(COMPARISON_TYPE, title, column), argument).read();
  }

  /** Show the runs that moved a number, in the panel of its pipeline. */
  async blame(argument: BlameArgument): Promise<void> {
    await this.panel(argument).blame(argument);
  }

  dispose(): void {
    for (const disposable of [...this.listeners, ...this.panels, ...this.comparisons]) disposable.dispose();
  }

  /** Return the panel of a pipeline. For a position, the pipeline is known only after the server has answered. */
  private panel(argument: RunsArgument): RunsPanel {
    const known = argument.pipeline ? this.find(argument) : undefined;
    known?.reveal();
    return known ?? this.adopt(newPanel(VIEW_TYPE, argument.pipeline ?? "Runs"), argument);
  }

  private find({ pipeline, source }: RunsArgument, except?: RunsPanel): RunsPanel | undefined {
    return [...this.panels].find(
      (panel) =>
        panel !== except &&
        panel.path.pipeline === pipeline &&
        (!source || !panel.path.source || panel.path.source === source),
    );
  }

  private adopt(panel: vscode.WebviewPanel, argument: RunsArgument): RunsPanel {
    const { extensionUri, workspaceState } = this.context;
    const created: RunsPanel = new RunsPanel(panel, extensionUri, this.server, workspaceState, argument, {
      open: this.host.open,
      compare: (chosen) => this.compare(chosen),
      other: (path) => this.find(path, created),
    });
    this.panels.add(created);
    panel.onDidDispose(() => this.panels.delete(created));
    return created;
  }

  private adoptComparison(panel: vscode.WebviewPanel, argument: CompareArgument): ComparisonPanel {
    const created = new ComparisonPanel(panel, this.context.extensionUri, this.server, this.host, argument);
    this.comparisons.add(created);
    panel.onDidDispose(() => this.comparisons.delete(created));
    return created;
  }
}

interface RunsHost extends Pick<ComparisonHost, "open">, Pick<RunsPanels, "compare"> {
  /** Return another panel that shows the runs of this pipeline, undefined if there is none. */
  readonly other: (path: HistoryPath) => RunsPanel | undefined;
}

class RunsPanel {
  /** The last answer of the server with the newest runs. */
  private newest: RunsPage | undefined;
  private moves: BlameAnswer | undefined;
  private trouble: Extract<ToRuns, { type: "trouble" }> | undefined;
  /** The number of requests for the newest runs. Only the answer to the last one is shown. */
  private turn = 0;
  /** The number of requests for moves. Only the answer to the last one is shown. */
  private movesTurn = 0;
  /** The request to repeat if a trouble is shown. */
  private again: () => Promise<void> = () => this.read();
  private readonly page: PageOfRuns;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    extension: vscode.Uri,
    private readonly server: Server,
    private readonly memory: vscode.Memento,
    private argument: RunsArgument,
    private readonly host: RunsHost,
  ) {
    this.page = new PageOfRuns(panel);
    panel.webview.onDidReceiveMessage((message: FromRuns) => this.receive(message));
    fill(panel, extension, "runs", { names: argument.pipeline ? [argument.pipeline] : [], words: "Reading the runs…" });
  }

  /** The names of the pipeline, as far as they are known. */
  get path(): HistoryPath {
    const { pipeline = null, source = null } = this.newest?.path ?? this.argument;
    return namesOf({ pipeline, source });
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.panel.dispose();
  }

  /** Read the newest runs. */
  async read(): Promise<void> {
    this.again = () => this.read();
    const turn = ++this.turn;
    const answer = await this.ask({ limit: FIRST }).catch(troubleOf);
    if (turn !== this.turn) return;
    if (isTrouble(answer)) this.fail(answer);
    else if (!this.giveWay(answer.path)) this.show(answer);
  }

  /** Read the runs that moved a number, and the table of runs if it is not shown yet. */
  async blame(argument: BlameArgument): Promise<void> {
    const answer = await this.askMoves(argument);
    if (!answer) return;
    if (!isTrouble(answer)) await (this.giveWay(answer.path) ?? this).tell(answer);
    else if (this.newest) await this.tell(answer);
    else this.fail(answer, () => this.blame(argument));
  }

  /** Read the newest runs again after a change of the history. If the server does not answer, the page stays. */
  async update(): Promise<void> {
    if (this.trouble) {
      await this.again();
      return;
    }
    if (!this.newest) return;
    const turn = ++this.turn;
    const answer = await this.ask({ limit: FIRST }).catch(() => undefined);
    if (!answer || turn !== this.turn) return;
    if (isTrouble(answer)) this.fail(answer);
    else this.show(answer);
  }

  /** Show the moves of a number above the runs. If the runs are not shown, read them, and show both. */
  private async tell(moves: BlameAnswer): Promise<void> {
    this.moves = moves;
    if (!isTrouble(moves)) this.argument = namesOf(moves.path);
    if (!this.newest || this.trouble) await this.read();
    else this.showMoves();
  }

  /** Close this panel if another one shows the same pipeline, and show that one. */
  private giveWay(path: HistoryPath): RunsPanel | undefined {
    const other = this.newest ? undefined : this.host.other(path);
    if (!other) return undefined;
    this.dispose();
    other.reveal();
    return other;
  }

  private show(page: RunsPage): void {
    const isFirst = !this.newest;
    const wasTroubled = this.trouble !== undefined;
    this.newest = page;
    this.trouble = undefined;
    this.page.title = page.title;
    if (isFirst) this.showAll();
    else {
      this.page.post({ type: "newest", page });
      if (wasTroubled) this.showMoves(); // they may have come while the trouble was shown
    }
  }

  private showAll(): void {
    if (this.newest) {
      this.page.post({ type: "runs", page: this.newest, arrangement: this.arrangement });
      this.showMoves();
    }
    if (this.trouble) this.page.post(this.trouble);
  }

  private showMoves(): void {
    if (this.moves) this.page.post({ type: "moves", answer: this.moves });
  }

  /** Show a trouble, and keep the request that may end it. */
  private fail(trouble: Trouble, again = (): Promise<void> => this.read()): void {
    this.again = again;
    const choose: NextStep[] = this.path.pipeline ? [] : ["choose"];
    this.trouble = { type: "trouble", trouble, steps: [...choose, ...nextSteps(this.server)] };
    this.page.post(this.trouble);
  }

  private async receive(message: FromRuns): Promise<void> {
    const { pipeline = null, source = null } = this.path;
    switch (message.type) {
      case "ready":
        this.page.ready();
        this.showAll();
        break;
      case "step":
        await this.take(message.step);
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
        await save(message.text, `${this.newest?.title ?? ""} runs.csv`);
    }
  }

  private async take(step: NextStep): Promise<void> {
    if (step === "retry") await this.again();
    else if (step === "choose") {
      const path = await choosePipeline(this.server).catch(() => undefined);
      if (!path) return;
      this.argument = namesOf(path);
      await this.read();
    } else await takeStep(step);
  }

  private async sendMoves(metric: string): Promise<void> {
    const answer = await this.askMoves({ ...this.path, metric });
    if (answer) await this.tell(answer);
  }

  /** Request the moves of a number. Return undefined if others have been requested since. */
  private async askMoves(argument: BlameArgument): Promise<BlameAnswer | undefined> {
    const turn = ++this.movesTurn;
    const answer = await this.server.request(Command.blame, argument).catch(troubleOf);
    return turn === this.movesTurn ? answer : undefined;
  }

  private async sendFrom(offset: number): Promise<void> {
    const answer = await this.ask({ offset, limit: offset ? LATER : FIRST }).catch(troubleOf);
    if (isTrouble(answer)) this.fail(answer);
    else this.page.post({ type: "runs", page: answer });
  }

  private ask(part: RunsArgument): ReturnType<typeof this.server.request<typeof Command.showRuns>> {
    const argument = this.newest ? this.path : this.argument;
    return this.server.request(Command.showRuns, { ...argument, ...part });
  }

  private get memoryKey(): string {
    return `runs ${JSON.stringify(namesOf(this.newest?.path ?? {}))}`;
  }

  private get arrangement(): Partial<Arrangement> {
    return this.memory.get<Partial<Arrangement>>(this.memoryKey, {});
  }
}

/** Restore panels after a reload of the window. A panel whose page had no answer yet has no state, and is closed. */
function serializer(
  type: string,
  restore: (panel: vscode.WebviewPanel, state: KeptState) => Promise<void>,
): vscode.Disposable {
  return vscode.window.registerWebviewPanelSerializer(type, {
    deserializeWebviewPanel: async (panel, state: KeptState | undefined) => {
      if (state?.pipeline) await restore(panel, state);
      else panel.dispose();
    },
  });
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
