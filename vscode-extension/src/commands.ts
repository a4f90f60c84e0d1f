/** Registers the commands with VS Code. */
import * as vscode from "vscode";
import { LANGUAGES, type Server } from "./client";
import type { Comparisons } from "./comparisons";
import type { HistoryTree } from "./historyTree";
import type { Focus, OutputPanels, WhichPanel } from "./outputPanel";
import { Command } from "./commandIds";
import type { RunsPanels } from "./runsPanel";
import { namesOf } from "./historyPath";
import type { Choice, HistoryNode, ReadArgument } from "./protocol";
import { isTrouble, messageOf, readWithChoices, sentence } from "./reading";
import type { StatusItem } from "./status";

interface Parts {
  readonly server: Server;
  readonly tree: HistoryTree;
  readonly panels: OutputPanels;
  readonly runs: RunsPanels;
  readonly comparisons: Comparisons;
  readonly status: StatusItem;
  readonly log: vscode.LogOutputChannel;
}

/** Lenses and links pass an argument, the tree passes a node, and the palette passes nothing. */
type Given = ReadArgument | HistoryNode | undefined;

export function registerCommands({ server, tree, panels, runs, comparisons, status, log }: Parts): vscode.Disposable {
  const readOutput = async (given: Given, panel: WhichPanel): Promise<void> => {
    const argument = argumentOf(given) ?? placeAtCursor();
    if (argument.output) {
      await panels.open(argument, panel, focusOf(given));
      return;
    }
    const answered = await underWay("Reading the output", () => readWithChoices(server.request, argument, choose));
    if (answered) panels.show(answered, panel, focusOf(given));
  };

  const compare = async (given: Given): Promise<void> => {
    const argument = argumentOf(given) ?? placeAtCursor();
    const answered = await underWay("Reading the output", () => readWithChoices(server.request, argument, choose));
    if (!answered) return;
    const { answer } = answered;
    if (isTrouble(answer)) throw new Error(sentence(answer));
    await comparisons.compare(answer.path);
  };

  const handlers: Record<string, (given?: Given) => unknown> = {
    [Command.readOutput]: (given) => readOutput(given, "reused"),
    [Command.readOutputInNewPanel]: (given) => readOutput(given, "new"),
    [Command.showRun]: (given) => panels.open(argumentOf(given) ?? placeAtCursor(), "reused", focusOf(given)),
    [Command.readLog]: (given) => panels.open(argumentOf(given) ?? placeAtCursor(), "reused", focusOf(given)),
    [Command.showRuns]: (given) => runs.open(argumentOf(given) ?? placeAtCursor()),
    [Command.compareRuns]: (given) => runs.compare(argumentOf(given) ?? placeAtCursor()),
    [Command.blame]: (given) => runs.blame(argumentOf(given) ?? placeAtCursor()),
    [Command.compareOutputs]: compare,
    [Command.copyCode]: async (given) => {
      const { text } = await server.request(Command.code, argumentOf(given) ?? {});
      await vscode.env.clipboard.writeText(text);
    },
    [Command.refresh]: async () => {
      await server.request(Command.refresh, {});
      tree.refresh();
    },
    [Command.searchRuns]: () => tree.search(),
    [Command.filterRuns]: () => tree.choose(),
    [Command.clearFilter]: () => {
      tree.listAll();
    },
    [Command.showStatus]: () => status.tell(),
    [Command.openSample]: async () => {
      const folder = await server.unpackSample();
      const forceNewWindow = vscode.workspace.workspaceFolders !== undefined;
      await vscode.commands.executeCommand("vscode.openFolder", folder, { forceNewWindow });
    },
    [Command.restartServer]: () => server.restart(),
    [Command.clearCache]: () => server.clearCache(),
    [Command.showLogs]: () => {
      log.show();
    },
  };
  const registered = Object.entries(handlers).map(([id, handler]) =>
    vscode.commands.registerCommand(id, (given?: Given) => told(() => handler(given), log)),
  );
  return vscode.Disposable.from(...registered);
}

/** Run a function, and show its title in the status bar until it ends. */
function underWay<T>(title: string, run: () => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, run);
}

/** Return where the focus goes. A command without an argument comes from the keyboard, so the panel takes the focus. */
function focusOf(given: Given): Focus {
  return given ? "kept" : "taken";
}

/** Run a command, and show an error as a message. */
async function told(run: () => unknown, log: vscode.LogOutputChannel): Promise<void> {
  try {
    await run();
  } catch (error) {
    const message = messageOf(error);
    log.error(message);
    const choice = await vscode.window.showErrorMessage(message, "Show Logs");
    if (choice) log.show();
  }
}

function argumentOf(given: Given): ReadArgument | undefined {
  return given && "path" in given ? namesOf(given.path) : given;
}

function placeAtCursor(): ReadArgument {
  const editor = vscode.window.activeTextEditor;
  if (!editor || !LANGUAGES.includes(editor.document.languageId)) return {};
  const { line, character } = editor.selection.active;
  return { uri: editor.document.uri.toString(), position: { line, character } };
}

async function choose(choices: readonly Choice[]): Promise<Choice | undefined> {
  const items = choices.map((choice) => ({ label: choice.label, description: choice.description ?? "", choice }));
  const picked = await vscode.window.showQuickPick(items, {
    title: "Pipesight: Read Output",
    placeHolder: `Which ${kindOf(choices)}?`,
    matchOnDescription: true,
  });
  return picked?.choice;
}

/** Return the kind of object to choose, which is that of the innermost name of a choice. */
function kindOf(choices: readonly Choice[]): string {
  const names = choices[0]?.argument ?? {};
  return (["output", "step", "run"] as const).find((kind) => names[kind]) ?? "pipeline";
}
