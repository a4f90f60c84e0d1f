/** Reads the settings: those that the extension uses itself, and those that it sends to the server. */
import * as vscode from "vscode";
import { given } from "./given";

export const SECTION = "pipesight";

/** A change of one of these needs a new server process. */
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

/** The Python that the settings of a folder name, or "". */
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

/** The stores and the project that the settings name for a folder. Nothing if ZenML's own rules find them. */
export function storeSettings(folder: vscode.Uri): { readonly history: readonly string[]; readonly project: string } {
  const settings = vscode.workspace.getConfiguration(SECTION, folder);
  return { history: settings.get<string[]>("history", []), project: settings.get("project", "") };
}

/** The settings below `pipesight` that somebody set, as plain data. The log level tells the server that these are all. */
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
