/** The view "Run History": pipelines, their runs, the steps of the runs, and the outputs of the steps. */
import * as vscode from "vscode";
import { Command, type Request } from "./commandIds";
import { namesOf } from "./historyPath";
import type { HistoryNode, NodeKind, ServerStatus, Tone } from "./protocol";
import { troubleOf } from "./statusText";

export const VIEW = "pipesight.history";

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

export class HistoryTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly view: vscode.TreeView<Node>;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly request: Request) {
    this.view = vscode.window.createTreeView(VIEW, { treeDataProvider: this, showCollapseAll: true });
  }

  refresh(): void {
    this.changed.fire(undefined);
  }

  /** Say beside the title how many runs there are, and above the tree what is wrong with the history. */
  tell(status: ServerStatus | undefined): void {
    const words = troubleOf(status);
    this.view.message = words?.replace(/[/\\]/g, "$&\u200b") ?? ""; // paths may break there
    this.view.description = countOf(status);
    void vscode.commands.executeCommand("setContext", "pipesight.troubled", words !== undefined);
  }

  /** A server that does not run has no history. The view's welcome text then says what to do. */
  async getChildren(node?: Node): Promise<Node[]> {
    try {
      const children = await this.request(Command.history, node ? { parent: node.path } : {});
      return children.map((child) => ({ ...child, parent: node }));
    } catch {
      return [];
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const { None, Collapsed } = vscode.TreeItemCollapsibleState;
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
    this.view.dispose();
    this.changed.dispose();
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
