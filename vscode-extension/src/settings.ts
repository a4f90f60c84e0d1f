/** The settings that this side needs by itself; the server gets all of them and reads its own. */
import * as vscode from "vscode";

export const SECTION = "pipesight";

/** Changing one of these needs another server process. */
const OF_THE_PROCESS = ["enable", "interpreter", "importStrategy", "path", "args", "logLevel"].map(
  (name) => `${SECTION}.${name}`,
);

export interface ClientSettings {
  readonly enable: boolean;
  readonly interpreter: string;
  readonly importStrategy: "useBundled" | "fromEnvironment";
  readonly path: readonly string[];
  readonly args: readonly string[];
  readonly logLevel: string;
}

export function clientSettings(): ClientSettings {
  const settings = vscode.workspace.getConfiguration(SECTION);
  return {
    enable: settings.get("enable", true),
    interpreter: withFolder(settings.get("interpreter", "")),
    importStrategy: settings.get("importStrategy", "useBundled"),
    path: settings.get<string[]>("path", []).map(withFolder),
    args: settings.get<string[]>("args", []).map(withFolder),
    logLevel: settings.get("logLevel", "warning"),
  };
}

/** All settings below `pipesight`, as plain data. */
export function serverSettings(): unknown {
  return JSON.parse(JSON.stringify(vscode.workspace.getConfiguration(SECTION)));
}

export function needsRestart(change: vscode.ConfigurationChangeEvent): boolean {
  return OF_THE_PROCESS.some((name) => change.affectsConfiguration(name));
}

function withFolder(text: string): string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  return folder ? text.replaceAll("${workspaceFolder}", folder) : text;
}
