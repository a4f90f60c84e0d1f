/** The next steps that a panel offers below a problem, and their actions. */
import * as vscode from "vscode";
import type { NextStep } from "../webview/contract";
import type { Server } from "./client";
import { Command } from "./commandIds";
import type { HistoryPath } from "./protocol";

/** Return the next steps for the state of the server. If the server runs, the request can be tried again. */
export function nextSteps({ state }: Pick<Server, "state">): readonly NextStep[] {
  if (state === "disabled") return [];
  return state === "failed" ? ["restart", "logs"] : ["retry"];
}

/** Take a next step that works the same in all panels. */
export async function takeStep(step: NextStep): Promise<void> {
  if (step === "restart") await vscode.commands.executeCommand(Command.restartServer);
  if (step === "logs") await vscode.commands.executeCommand(Command.showLogs);
}

/** Let the user choose a pipeline. Return undefined if the user cancels. */
export async function choosePipeline({ request }: Pick<Server, "request">): Promise<HistoryPath | undefined> {
  const pipelines = (await request(Command.history, {})).filter(({ kind }) => kind === "pipeline");
  const items = pipelines.map(({ label, description, path }) => ({ label, description: description ?? "", path }));
  const picked = await vscode.window.showQuickPick(items, {
    title: "Pipesight: Show Runs",
    placeHolder: "Which pipeline?",
    matchOnDescription: true,
  });
  return picked?.path;
}
