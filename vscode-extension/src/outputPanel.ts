/** The panel beside the code, which shows an output or a run. It reuses one webview, and opens more on request. */
import path from "node:path";
import * as vscode from "vscode";
import { type Follow, type FromPage, LOADED, type LogAsked, type RunChoice, type ToPage } from "../webview/contract";
import type { Server } from "./client";
import { Command, type Request } from "./commandIds";
import { openWithWrangler, TemporaryFolders, wranglerCommand } from "./dataWrangler";
import { namesOf } from "./historyPath";
import { Loads } from "./loading";
import type {
  CodeLocation,
  HistoryNode,
  HistoryPath,
  NewestOutput,
  ProfileAnswer,
  ReadArgument,
  Reading,
  RunPage,
  TableView,
  Trouble,
} from "./protocol";
import { nextSteps, takeStep } from "./nextSteps";
import { type Answered, isChoices, isTrouble, sentence, troubleOf } from "./reading";
import { cancellable } from "./slowWork";
import { fill } from "./webviewPage";

const VIEW_TYPE = "pipesight.output";
const FIRST_PAUSE = 5_000; // milliseconds until a failed output is read again. The server caches a problem as long
const LONGEST_PAUSE = 300_000;

export type WhichPanel = "reused" | "new";

/** Whether the editor keeps the focus, so that the user can go on in the code, or the panel takes it. */
export type Focus = "kept" | "taken";

export class OutputPanels implements vscode.Disposable {
  private readonly panels = new Set<OutputPanel>();
  private readonly listeners: vscode.Disposable[];
  private readonly folders = new TemporaryFolders();
  private latest: OutputPanel | undefined;
  private readonly loads: Loads;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly server: Server,
  ) {
    this.loads = new Loads(server.request);
    this.listeners = [
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: (webview, state: HistoryPath | undefined) =>
          this.adopt(webview, namesOf(state ?? {})).open(namesOf(state ?? {})),
      }),
      server.onDidChangeStatus(() => {
        for (const panel of this.panels) void panel.update();
      }),
    ];
  }

  /** Open an output if all of its names are given, else a run. The panel is visible at once. */
  async open(argument: ReadArgument, which: WhichPanel, focus: Focus = "kept"): Promise<void> {
    await this.panel(which, argument, focus).open(argument);
  }

  /** Show an answer that has been read already. */
  show({ argument, answer }: Answered, which: WhichPanel, focus: Focus = "kept"): void {
    const panel = this.panel(which, argument, focus);
    panel.unfollow();
    panel.show(argument, answer);
  }

  dispose(): void {
    for (const disposable of [...this.listeners, ...this.panels, this.folders]) disposable.dispose();
  }

  private panel(which: WhichPanel, argument: ReadArgument, focus: Focus): OutputPanel {
    const preserveFocus = focus === "kept";
    if (which === "reused" && this.latest) {
      this.latest.reveal(preserveFocus);
      return this.latest;
    }
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus };
    return this.adopt(
      vscode.window.createWebviewPanel(VIEW_TYPE, allNames(argument).at(-1) ?? "Pipesight", place),
      argument,
    );
  }

  private adopt(webview: vscode.WebviewPanel, argument: ReadArgument): OutputPanel {
    const { extension, folders, loads } = this;
    const panel = new OutputPanel(webview, extension, this.server, folders, loads, argument);
    this.panels.add(panel);
    this.latest = panel;
    webview.onDidDispose(() => {
      panel.forget();
      this.panels.delete(panel);
      if (this.latest === panel) this.latest = [...this.panels].at(-1);
    });
    return panel;
  }
}

/** One webview of the panel. It remembers what it shows, and handles the messages of its page. */
class OutputPanel {
  private shown: ToPage | undefined;
  private runs: ToPage | undefined;
  private loaded: ToPage | undefined;
  /** The tab that the page shows, undefined for the tab of the value. */
  private tab: ToPage | undefined;
  private newest: Extract<ToPage, { type: "newest" }> = { type: "newest", newest: {}, follow: null };
  /** Which newer runs the panel follows by itself. */
  private follow: Follow = null;
  /** The number of requests. Only the answer to the last one is shown, and none after the panel is closed. */
  private turn = 0;
  /** The troubles of requests that had no answer because the server did not run. */
  private readonly unanswered = new WeakSet<Trouble>();
  /** The time after which a failed output may be read again, and the next pause. Both are in milliseconds. */
  private again = { after: 0, pause: FIRST_PAUSE };
  private asking: vscode.CancellationTokenSource | undefined;
  private profiling: vscode.CancellationTokenSource | undefined;
  private loading: vscode.CancellationTokenSource | undefined;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    extension: vscode.Uri,
    private readonly server: Server,
    private readonly folders: TemporaryFolders,
    private readonly loads: Loads,
    private argument: ReadArgument,
  ) {
    panel.webview.onDidReceiveMessage((message: FromPage) => this.receive(message));
    fill(panel, extension, "webview", { names: allNames(argument), words: loading(argument) });
  }

  private get request(): Request {
    return this.server.request;
  }

  reveal(preserveFocus: boolean): void {
    this.panel.reveal(undefined, preserveFocus);
  }

  dispose(): void {
    this.panel.dispose();
  }

  /** Send nothing more, because the panel is closed and VS Code rejects messages to it. */
  forget(): void {
    this.turn++;
    this.shown = undefined;
    this.stop();
  }

  /** Show an output or a run that the user has chosen. */
  async open(argument: ReadArgument): Promise<void> {
    this.unfollow();
    await this.read(argument);
  }

  unfollow(): void {
    this.follow = null;
  }

  private async read(argument: ReadArgument): Promise<void> {
    const turn = ++this.turn;
    this.stop();
    this.argument = argument;
    this.runs = undefined;
    this.post({ type: "loading", names: allNames(argument), words: loading(argument) });
    const answer = await this.ask(argument);
    if (turn === this.turn) this.show(argument, answer);
  }

  show(argument: ReadArgument, answer: Reading | RunPage | Trouble): void {
    this.turn++;
    this.again = { after: 0, pause: FIRST_PAUSE };
    this.loaded = this.tab = undefined;
    if (isTrouble(answer)) {
      this.argument = argument;
      this.post({ type: "trouble", trouble: answer, steps: nextSteps(this.server) });
      return;
    }
    this.argument = namesOf(answer.path);
    this.panel.title = answer.title;
    if ("steps" in answer) this.post({ type: "run", page: answer });
    else {
      this.newest = { ...this.newest, newest: {} };
      this.post({ type: "reading", reading: answer, ...(wranglerCommand() ? { hasWrangler: true } : {}) });
      void this.offerRuns();
      void this.lookForNewest();
    }
  }

  /** Update the page after a change of the history: a run may have new steps, and a newer run may have the output. */
  async update(): Promise<void> {
    if (this.shown?.type === "trouble" && this.unanswered.has(this.shown.trouble)) {
      await this.read(this.argument);
      return;
    }
    if (this.shown?.type !== "run") {
      await this.lookForNewest();
      return;
    }
    const turn = this.turn;
    const answer = await this.ask(this.argument);
    if (turn === this.turn && "steps" in answer) this.show(this.argument, answer);
  }

  private async receive(message: FromPage): Promise<void> {
    switch (message.type) {
      case "ready":
        for (const known of [this.shown, this.runs, this.loaded, this.tab])
          if (known) void this.panel.webview.postMessage(known);
        if (this.newest.follow ?? this.newest.newest.path) void this.panel.webview.postMessage(this.newest);
        break;
      case "tab":
        this.tab = message;
        break;
      case "step":
        await (message.step === "retry" ? this.read(this.argument) : takeStep(message.step));
        break;
      case "page":
        await this.turnTo(message.view, message.visualization);
        break;
      case "log":
        await this.readLog(message.asked);
        break;
      case "openCode":
        await openCode(message.code);
        break;
      case "profile":
        await this.profile(message.view, message.isAsked, message.visualization);
        break;
      case "export":
        await exportRows(this.request, this.asked(message.view, message.visualization));
        break;
      case "columns":
        await this.listColumns(message.visualization);
        break;
      case "overview":
        await this.drawOverview(message.view, message.visualization);
        break;
      case "follow":
        this.follow = message.follow;
        await this.lookForNewest();
        break;
      case "wrangle":
        await this.wrangle(this.asked(message.view, message.visualization));
        break;
      case "load":
        await this.load();
        break;
      case "openNotebook":
        await openNotebook((await this.request(Command.code, this.argument)).text);
        break;
      case "copyText":
        await copy(message.text, message.done ?? "The rows are copied.");
        break;
      case "open":
        await this.open(namesOf(message.path));
        break;
      case "refresh":
        await this.read(this.argument);
        break;
      case "compare":
        await vscode.commands.executeCommand(Command.compareOutputs, this.argument);
        break;
      case "copyPath":
        await copy(this.uri, "The artifact's path is copied.");
        break;
      case "copyCode":
        await copy((await this.request(Command.code, this.argument)).text, "Code that reads this is copied.");
        break;
      case "openFolder":
        await openFolder(this.uri);
    }
  }

  private get uri(): string {
    return this.shown?.type === "reading" ? this.shown.reading.output.uri : "";
  }

  private async readLog(asked: LogAsked): Promise<void> {
    const { shown } = this;
    const { pipeline, run, source } = this.argument;
    const names = namesOf({ pipeline: pipeline ?? null, run: run ?? null, step: asked.step, source: source ?? null });
    const { origin, before, after } = asked;
    const part = { origin: origin ?? null, before: before ?? null, after: after ?? null };
    const answer = await this.request(Command.readLog, { ...names, ...part }).catch(troubleOf);
    const isSameRun = shown?.type === "run" && this.shown?.type === "run" && this.argument.run === run;
    if (isSameRun) void this.panel.webview.postMessage({ type: "log", asked, answer } satisfies ToPage);
  }

  private async turnTo(view: TableView, visualization?: number): Promise<void> {
    const turn = ++this.turn;
    const argument = this.asked(view, visualization);
    const isQuery = Boolean(view.where ?? view.find) || typeof view.sort === "number";
    const answer = isQuery
      ? await this.slowly("Reading the rows", (token) => this.ask(argument, token))
      : await this.ask(argument);
    if (turn !== this.turn) return;
    if (!answer) void this.panel.webview.postMessage({ type: "cancelled" } satisfies ToPage);
    else if (isTrouble(answer)) this.show(this.argument, answer);
    else if ("preview" in answer)
      void this.panel.webview.postMessage({ type: "page", preview: answer.preview } satisfies ToPage);
  }

  /** Return the argument that requests rows of the shown output, or of one of its stored visualizations. */
  private asked(view: TableView, visualization?: number): ReadArgument {
    return { ...this.argument, ...view, ...(visualization === undefined ? {} : { visualization }) };
  }

  /**
   * Request the profiles of the shown columns, after their rows. An answer for other rows is dropped. A problem is
   * shown only if the user requested the profiles.
   */
  private async profile(view: TableView, isAsked: boolean, visualization?: number): Promise<void> {
    this.profiling?.cancel();
    const source = (this.profiling = new vscode.CancellationTokenSource());
    const argument = this.asked(view, visualization);
    const work = (token: vscode.CancellationToken): Promise<ProfileAnswer> =>
      this.request(Command.profileTable, argument, token);
    const answer = await (isAsked
      ? cancellable("Summing up the columns", source, work)
      : work(source.token).catch((): undefined => undefined));
    if (source !== this.profiling) return;
    const columns = answer && !isTrouble(answer) ? answer.columns : null;
    void this.panel.webview.postMessage({ type: "profile", view, columns } satisfies ToPage);
    if (isAsked && answer && isTrouble(answer)) void vscode.window.showWarningMessage(sentence(answer));
  }

  /** Request all columns of a table and their changes since the run before, after the first rows. */
  private async listColumns(visualization?: number): Promise<void> {
    const { shown } = this;
    const which = visualization === undefined ? {} : { visualization };
    const answer = await this.request(Command.tableColumns, { ...this.argument, ...which }).catch(troubleOf);
    if (shown !== this.shown) return;
    const columns = isTrouble(answer) ? null : answer;
    void this.panel.webview.postMessage({ type: "columns", ...which, columns } satisfies ToPage);
  }

  /** Request the overview of an array, after its numbers. */
  private async drawOverview(view: TableView, visualization?: number): Promise<void> {
    const { shown } = this;
    const answer = await this.ask({ ...this.asked(view, visualization), limit: 1 });
    if (shown !== this.shown) return;
    const overview = "preview" in answer ? (answer.preview.overview ?? null) : null;
    void this.panel.webview.postMessage({ type: "overview", view, overview } satisfies ToPage);
  }

  /** Show that a newer run has the same output, or open it. Read an output again that could not be read. */
  private async lookForNewest(): Promise<void> {
    const { shown, follow } = this;
    const isFailed = shown?.type === "trouble" && follow !== null;
    if (!(isFailed || shown?.type === "reading") || !this.argument.pipeline || !this.argument.run) return;
    const asked = { ...this.argument, ...(follow === "successful" ? { successful: true } : {}) };
    const answer = await this.request(Command.newestOutput, asked).catch(troubleOf);
    if (shown !== this.shown || follow !== this.follow) return;
    const path = isTrouble(answer) ? undefined : answer.path;
    const isNewer = path && path.run !== this.argument.run;
    if (path && follow && isNewer) await this.read(namesOf(path));
    else if (path && isFailed) await this.retry(shown.trouble);
    else this.tellNewest(isNewer && !isTrouble(answer) ? answer : {});
  }

  /**
   * Read a failed output again, less and less often while the answer stays the same. The history may change every
   * second while a pipeline runs, and a read may take long.
   */
  private async retry(trouble: Trouble): Promise<void> {
    if (Date.now() < this.again.after) return;
    const { turn, argument } = this;
    const answer = await this.ask(argument);
    if (turn !== this.turn) return;
    if (JSON.stringify(answer) !== JSON.stringify(trouble)) this.show(argument, answer);
    else this.again = { after: Date.now() + this.again.pause, pause: Math.min(2 * this.again.pause, LONGEST_PAUSE) };
  }

  private tellNewest(newest: NewestOutput): void {
    const message = { type: "newest", newest, follow: this.follow } as const;
    const isNews = JSON.stringify(message) !== JSON.stringify(this.newest);
    this.newest = message;
    if (isNews) void this.panel.webview.postMessage(message satisfies ToPage);
  }

  /** Load the shown output in Python. The result is dropped if the user has requested another load or output since. */
  private async load(): Promise<void> {
    this.loading?.cancel();
    const source = (this.loading = new vscode.CancellationTokenSource());
    const { shown } = this;
    const answer = await this.loads.load(this.argument, source).catch(troubleOf);
    if (!answer || source !== this.loading || shown !== this.shown) return;
    this.loaded = { type: "loaded", answer };
    this.tab = { type: "tab", view: LOADED };
    for (const message of [this.loaded, this.tab]) void this.panel.webview.postMessage(message);
  }

  /** Cancel the requests for the output that was shown before. */
  private stop(): void {
    for (const work of [this.profiling, this.loading]) work?.cancel();
    this.profiling = this.loading = undefined;
  }

  /** Open the shown rows in Data Wrangler, through a temporary file. It knows few of the names that artifacts have. */
  private async wrangle(argument: ReadArgument): Promise<void> {
    const folder = await this.folders.make();
    // The prefix avoids names that Windows reserves, such as "con".
    const name = `output_${argument.output ?? "rows"}`.replace(/[^\w.-]+/g, "_");
    for (const format of ["parquet", "csv"]) {
      const asked = { ...argument, file: path.join(folder, `${name}.${format}`) };
      const answer = await this.slowly("Preparing the rows for Data Wrangler", (token) =>
        this.request(Command.exportTable, asked, token),
      );
      if (!answer) return;
      if (!isTrouble(answer)) {
        await openWithWrangler(answer.file);
        return;
      }
      if (format === "csv") void vscode.window.showWarningMessage(sentence(answer));
    }
  }

  /** Do work for a table that the user may cancel. Earlier work is canceled. */
  private slowly<T>(title: string, work: (token: vscode.CancellationToken) => Promise<T>): Promise<T | undefined> {
    this.asking?.cancel();
    this.asking = new vscode.CancellationTokenSource();
    return cancellable(title, this.asking, work);
  }

  /** Offer other runs with the shown output. The answer stays valid if the user turns to other rows of it. */
  private async offerRuns(): Promise<void> {
    const { shown } = this;
    const { pipeline, run, source } = this.argument;
    if (!pipeline || !run) return;
    const nodes = await this.request(Command.history, {
      parent: namesOf({ pipeline, source: source ?? null }),
    }).catch((): HistoryNode[] => []);
    if (shown !== this.shown) return;
    const runs = nodes.filter((node) => node.kind === "run").map((node) => this.sameIn(node));
    this.runs = { type: "runs", runs };
    void this.panel.webview.postMessage(this.runs);
  }

  /** Return the choice of the same output in another run. */
  private sameIn({ label, short, mark, path }: HistoryNode): RunChoice {
    const { step, output } = this.argument;
    return {
      name: label,
      short,
      mark: mark ?? "",
      path: namesOf({ ...path, step: step ?? null, output: output ?? null }),
    };
  }

  private async ask(argument: ReadArgument, token?: vscode.CancellationToken): Promise<Reading | RunPage | Trouble> {
    try {
      if (!argument.output) return await this.request(Command.showRun, argument);
      const answer = await this.request(Command.readOutput, argument, ...(token ? [token] : []));
      return isChoices(answer) ? { problem: "The history does not have this output any more." } : answer;
    } catch (error) {
      if (token?.isCancellationRequested) throw error;
      const trouble = troubleOf(error);
      this.unanswered.add(trouble);
      return trouble;
    }
  }

  private post(message: ToPage): void {
    this.shown = message;
    void this.panel.webview.postMessage(message);
  }
}

/** Show a line of a workspace file beside the panel. */
async function openCode({ uri, line }: CodeLocation): Promise<void> {
  const file = vscode.Uri.parse(uri);
  if (!vscode.workspace.getWorkspaceFolder(file)) return;
  const viewColumn = vscode.window.visibleTextEditors[0]?.viewColumn ?? vscode.ViewColumn.One;
  const selection = new vscode.Range(line, 0, line, 0);
  await vscode.window.showTextDocument(file, { viewColumn, selection });
}

/** Write all rows of the shown table, not only the visible page, to a file that the user chooses. */
async function exportRows(request: Request, argument: ReadArgument): Promise<void> {
  const filters = { CSV: ["csv"], Parquet: ["parquet"] };
  const file = await vscode.window.showSaveDialog({ filters, saveLabel: "Export", title: "Export the rows" });
  if (!file) return;
  const asked = { ...argument, file: file.fsPath };
  const source = new vscode.CancellationTokenSource();
  const answer = await cancellable("Exporting the rows", source, (token) => request(Command.exportTable, asked, token));
  if (!answer) return;
  if (isTrouble(answer)) void vscode.window.showWarningMessage(sentence(answer));
  else void vscode.window.showInformationMessage(`${answer.rows.toLocaleString("en")} rows written to ${answer.file}`);
}

/** Open a new notebook with one cell. */
async function openNotebook(code: string): Promise<void> {
  const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, code.trimEnd(), "python");
  const notebook = await vscode.workspace.openNotebookDocument("jupyter-notebook", new vscode.NotebookData([cell]));
  await vscode.window.showNotebookDocument(notebook);
}

async function copy(text: string, done: string): Promise<void> {
  if (!text) return;
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(done, 3_000);
}

/** Show a local artifact folder in the system's file manager. If VS Code is remote, show it in VS Code's dialog. */
async function openFolder(uri: string): Promise<void> {
  const folder = uri.startsWith("file:") ? vscode.Uri.parse(uri) : vscode.Uri.file(uri);
  if (vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop) {
    await vscode.commands.executeCommand("revealFileInOS", folder);
    return;
  }
  const files = await vscode.window.showOpenDialog({ defaultUri: folder, openLabel: "Open", title: "Artifact" });
  if (files?.[0]) await vscode.commands.executeCommand("vscode.open", files[0]);
}

function allNames({ pipeline, run, step, output }: ReadArgument): string[] {
  return [pipeline, run, step, output].filter((name) => typeof name === "string");
}

function loading({ output, run }: ReadArgument): string {
  return `Reading ${output ?? run ?? "the run history"}…`;
}
