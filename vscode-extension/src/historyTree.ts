/** The view "Run History": pipelines, their runs, the steps of the runs, and the outputs of the steps. */
import * as vscode from "vscode";
import { Command, type Request } from "./commandIds";
import { namesOf } from "./historyPath";
import type { HistoryNode, NodeKind, ServerStatus, Tone } from "./protocol";
import { ALL_RUNS, type RunFilter, withLabels, withText, wordsOf } from "./runFilter";
import { historyTrouble } from "./statusText";

const VIEW = "pipesight.history";

interface Node extends HistoryNode {
  readonly parent: Node | undefined;
}

const KIND_ICONS: Readonly<Record<NodeKind, string>> = {
  pipeline: "git-merge",
  run: "circle-outline",
  step: "circle-outline",
  output: "symbol-field",
};

const TONE_ICONS: Readonly<Record<Tone, readonly [icon: string, color?: string]>> = {
  passed: ["pass", "testing.iconPassed"],
  cached: ["history", "testing.iconPassed"],
  failed: ["error", "testing.iconFailed"],
  running: ["sync"],
  waiting: ["clock"],
  paused: ["debug-pause"],
  skipped: ["debug-step-over", "testing.iconSkipped"],
  stopped: ["circle-slash", "testing.iconSkipped"],
  unknown: ["question", "testing.iconSkipped"],
};

/** Runs of a pipeline that are listed at first, and that are added each time the user requests more. */
const RUNS = 100;

/** The last line below a pipeline that has more runs than are listed. */
interface More {
  readonly kind: "more";
  readonly parent: Node;
}

type Line = Node | More;

export class HistoryTree implements vscode.TreeDataProvider<Line>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Line | undefined>();
  private readonly view: vscode.TreeView<Line>;
  private readonly listener: vscode.Disposable;
  /** The number of runs to list, for the pipelines of which the user requested more. */
  private readonly limits = new Map<string, number>();
  private filter = ALL_RUNS;
  private isEmpty = false;
  private trouble = "";
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly request: Request) {
    this.view = vscode.window.createTreeView(VIEW, { treeDataProvider: this, showCollapseAll: true });
    this.listener = this.view.onDidChangeSelection(({ selection: [line] }) => {
      if (line?.kind === "more") this.listMore(line.parent);
    });
  }

  refresh(): void {
    this.changed.fire(undefined);
  }

  /** Show the number of runs beside the title, and the problem of the history above the tree. */
  tell(status: ServerStatus | undefined): void {
    const words = historyTrouble(status);
    this.trouble = words?.replace(/[/\\]/g, "$&\u200b") ?? ""; // long paths may break after a slash
    this.view.description = countOf(status);
    void vscode.commands.executeCommand("setContext", "pipesight.troubled", words !== undefined);
    this.say();
  }

  /** Let the user type a text, and list the runs whose name contains it. */
  async search(): Promise<void> {
    this.list(await withText(this.filter));
  }

  /** Let the user choose statuses and tags, and list the runs that have them. */
  async choose(): Promise<void> {
    this.list(await withLabels(this.filter, this.request));
  }

  listAll(): void {
    this.list(ALL_RUNS);
  }

  /** Return the children of a line, none while the server does not run. The view then shows its welcome text. */
  async getChildren(line?: Line): Promise<Line[]> {
    if (line?.kind === "more") return [];
    try {
      if (line?.kind === "pipeline") return await this.runsOf(line);
      const lines = await this.below(line, {});
      if (!line) this.found(lines.length);
      return lines;
    } catch {
      return [];
    }
  }

  getTreeItem(node: Line): vscode.TreeItem {
    const { None, Collapsed } = vscode.TreeItemCollapsibleState;
    if (node.kind === "more") return new vscode.TreeItem("Load more runs…", None);
    const item = new vscode.TreeItem(node.short, node.expandable ? Collapsed : None);
    item.id = idOf(node);
    item.description = node.description ?? "";
    item.tooltip = new vscode.MarkdownString(node.tooltip ?? "");
    item.contextValue = node.kind;
    item.iconPath = iconOf(node);
    item.accessibilityInformation = {
      label: [`${node.kind} ${node.label}`, node.status, node.description].filter(Boolean).join(", "),
    };
    if (node.kind === "output") {
      item.command = { command: Command.readOutput, title: "Read Output", arguments: [node.path] };
    }
    return item;
  }

  dispose(): void {
    this.listener.dispose();
    this.view.dispose();
    this.changed.dispose();
  }

  private async runsOf(pipeline: Node): Promise<Line[]> {
    const limit = this.limits.get(idOf(pipeline)) ?? RUNS;
    const runs = await this.below(pipeline, { limit });
    return runs.length < limit ? runs : [...runs, { kind: "more", parent: pipeline }];
  }

  private async below(node: Node | undefined, rest: { readonly limit?: number }): Promise<Node[]> {
    const { find, statuses, tags } = this.filter;
    const wanted = this.filter === ALL_RUNS ? {} : { find, statuses, tags };
    const parent = node ? { parent: node.path } : {};
    const children = await this.request(Command.history, { ...parent, ...rest, ...wanted });
    return children.map((child) => ({ ...child, parent: node }));
  }

  private list(filter: RunFilter | undefined): void {
    if (!filter) return;
    this.filter = wordsOf(filter) ? filter : ALL_RUNS;
    this.limits.clear();
    void vscode.commands.executeCommand("setContext", "pipesight.filtered", this.filter !== ALL_RUNS);
    this.say();
    this.refresh();
  }

  private found(count: number): void {
    this.isEmpty = count === 0;
    this.say();
  }

  /** Show the problem above the tree, or else the filter. */
  private say(): void {
    const words = wordsOf(this.filter);
    const listed = words && `${this.isEmpty ? "No run matches:" : "Runs:"} ${words}`;
    this.view.message = [this.trouble, listed].filter(Boolean).join(" ");
  }

  private listMore(pipeline: Node): void {
    const id = idOf(pipeline);
    this.limits.set(id, (this.limits.get(id) ?? RUNS) + RUNS);
    this.changed.fire(pipeline);
  }
}

function countOf(status: ServerStatus | undefined): string {
  if (!status?.sources.length) return "";
  const runs = status.sources.reduce((sum, source) => sum + source.runs, 0);
  const isSyncing = status.sources.some((source) => source.syncing);
  return isSyncing ? "indexing…" : `${runs.toLocaleString("en")} ${runs === 1 ? "run" : "runs"}`;
}

function idOf(node: Node): string {
  return JSON.stringify([node.kind, namesOf(node.path), node.parent ? idOf(node.parent) : null]);
}

function iconOf(node: Node): vscode.ThemeIcon {
  const [icon, color] = node.tone ? TONE_ICONS[node.tone] : [KIND_ICONS[node.kind]];
  return new vscode.ThemeIcon(icon, color ? new vscode.ThemeColor(color) : undefined);
}
