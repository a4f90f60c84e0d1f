/** Activates the extension: creates its parts, and restarts the server when its settings or its Python change. */
import * as vscode from "vscode";
import { Server } from "./client";
import { Comparisons } from "./comparisons";
import { registerTools } from "./assistantTools";
import { registerCommands } from "./commands";
import { onSelectionChange } from "./environments";
import { namesOf } from "./historyPath";
import { HistoryTree } from "./historyTree";
import { registerMcpServers } from "./mcpServer";
import { OutputPanels } from "./outputPanel";
import { RunsPanels } from "./runsPanel";
import { clientSettings, needsRestart, SECTION } from "./settings";
import { Sources } from "./sources";
import { StatusItem } from "./status";

let running: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Pipesight", { log: true });
  const server = new Server(context, log);
  const tree = new HistoryTree(server.request);
  const panels = new OutputPanels(context.extensionUri, server);
  const comparisons = new Comparisons(server.request);
  const sources = new Sources(server.request);
  const status = new StatusItem(server);
  const runs = new RunsPanels(context, server, {
    open: (pipeline, run, source) => panels.open(namesOf({ pipeline, run, source }), "reused"),
    compareOutput: (path, otherRun) => comparisons.between(path, otherRun),
    compareSource: (comparison, step) => sources.show(comparison, step),
  });
  running = server;
  context.subscriptions.push(
    log,
    server,
    tree,
    panels,
    runs,
    comparisons,
    sources,
    status,
    registerTools(server.request),
    registerMcpServers((folder) => server.mcpServer(folder)),
    registerCommands({ server, tree, panels, runs, comparisons, status, log }),
    server.onDidChangeState((state) => {
      if (state !== "running") tree.tell(undefined);
      tree.refresh();
    }),
    server.onDidChangeStatus((sources) => {
      tree.tell(sources);
      tree.refresh();
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (needsRestart(change)) void server.restart();
      else if (change.affectsConfiguration(SECTION)) void server.sendSettings();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      void server.restart();
    }),
  );
  void server.restart();
  void onSelectionChange(() => {
    if (!clientSettings().interpreter) void server.restart();
  }).then((listener) => context.subscriptions.push(listener));
}

export function deactivate(): Promise<void> | undefined {
  return running?.stop();
}
