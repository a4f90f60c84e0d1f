/** Reads the settings: those that the extension uses itself, and those that it sends to the server. */
import * as vscode from "vscode";
import { given } from "./given";

export const SECTION = "pipesight";

/** The settings of the server process. A change of one needs a restart of the server. */
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

/** Return the Python in the settings of a folder, "" if there is none. */
export function interpreterOf(folder: vscode.Uri): string {
  const named = vscode.workspace.getConfiguration(SECTION, folder).get("interpreter", "");
  return named.replaceAll("${workspaceFolder}", folder.fsPath);
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

/** Return the stores and the project in the settings of a folder. They are empty if ZenML's own rules find them. */
export function storeSettings(folder: vscode.Uri): { readonly history: readonly string[]; readonly project: string } {
  const settings = vscode.workspace.getConfiguration(SECTION, folder);
  return { history: settings.get<string[]>("history", []), project: settings.get("project", "") };
}

/**
 * Return the settings below `pipesight` that the user has set, as plain data. The log level is always there, because an
 * empty object would tell the server that the client has no settings.
 */
export function serverSettings(scope?: vscode.Uri): object {
  const settings = vscode.workspace.getConfiguration(SECTION, scope);
  const isSet = (name: string): boolean | undefined => {
    const found = settings.inspect(name);
    if (found?.defaultValue === undefined) return undefined;
    return [found.globalValue, found.workspaceValue, found.workspaceFolderValue].some((value) => value !== undefined);
  };
  const plain = JSON.parse(JSON.stringify(settings)) as object;
  return { logLevel: settings.get("logLevel"), ...given(plain, isSet) };
}

export function needsRestart(change: vscode.ConfigurationChangeEvent): boolean {
  return OF_THE_PROCESS.some((name) => change.affectsConfiguration(name));
}

function withFolder(text: string): string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  return folder ? text.replaceAll("${workspaceFolder}", folder) : text;
}
