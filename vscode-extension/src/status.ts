/** The language status item, which shows whether the history is being indexed, its age, and its problems. */
import * as vscode from "vscode";
import { LANGUAGES, type Server } from "./client";
import { Command } from "./commandIds";
import type { ServerStatus } from "./protocol";
import { type Summary, summarize } from "./statusText";

const SEVERITIES = {
  information: vscode.LanguageStatusSeverity.Information,
  warning: vscode.LanguageStatusSeverity.Warning,
  error: vscode.LanguageStatusSeverity.Error,
};

/** Milliseconds after which the status is requested again. The server gives ages in minutes. */
const TICK = 60_000;

const CHOOSE: vscode.Command = {
  command: "workbench.action.openSettings",
  title: "Choose History Location",
  arguments: ["pipesight.history"],
};

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem(
    "pipesight",
    LANGUAGES.map((language) => ({ language })),
  );
  private readonly listeners: vscode.Disposable[];
  private status: ServerStatus | undefined;

  constructor(private readonly server: Server) {
    this.item.name = "Pipesight";
    const clock = setInterval(() => void this.ask(), TICK);
    this.listeners = [
      server.onDidChangeState((state) => {
        if (state !== "running") this.status = undefined;
        this.show();
      }),
      server.onDidChangeStatus((status) => {
        this.status = status;
        this.show();
      }),
      new vscode.Disposable(() => {
        clearInterval(clock);
      }),
    ];
    this.show();
  }

  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
    this.item.dispose();
  }

  /** Show the state as a message, for users without an open file that shows the status item. */
  async tell(): Promise<void> {
    await this.ask();
    const { text, detail, severity } = this.summary();
    const offered = [this.action(severity === "information"), ...(this.status?.sources.length ? [] : [CHOOSE])];
    const show = severity === "information" ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
    const pressed = await show(detail ? `${text} · ${detail}` : text, ...offered.map(({ title }) => title));
    const chosen = offered.find(({ title }) => title === pressed);
    if (chosen)
      await vscode.commands.executeCommand(chosen.command, ...((chosen.arguments as unknown[] | undefined) ?? []));
  }

  private async ask(): Promise<void> {
    if (this.server.state !== "running") return;
    this.status = await this.server.request(Command.status, {}).catch(() => this.status);
    this.show();
  }

  private show(): void {
    const { text, detail, busy, severity } = this.summary();
    this.item.text = text;
    this.item.detail = detail;
    this.item.busy = busy;
    this.item.severity = SEVERITIES[severity];
    this.item.command = this.action(severity === "information");
  }

  private summary(): Summary {
    return summarize(this.server.state, this.server.failure, this.status, this.remarks());
  }

  private remarks(): readonly string[] {
    const trust = vscode.workspace.isTrusted ? "" : "This folder is not trusted, so its settings are not used.";
    return [trust, this.server.remark].filter(Boolean);
  }

  private action(isInOrder: boolean): vscode.Command {
    if (!isInOrder) return { command: Command.showLogs, title: "Show Logs" };
    if (!vscode.workspace.isTrusted) return { command: "workbench.trust.manage", title: "Manage Trust" };
    return { command: Command.refresh, title: "Refresh" };
  }
}
