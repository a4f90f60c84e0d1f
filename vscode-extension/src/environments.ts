/** Asks VS Code's Python extensions, if they are installed, which interpreter is selected. */
import * as vscode from "vscode";
import type { Candidate } from "./python";

/** The part of the API of the extension "Python Environments" that is used. */
interface EnvironmentsApi {
  getEnvironment(
    scope: vscode.Uri | undefined,
  ): Promise<{ execInfo?: { run?: { executable?: string } }; displayName?: string } | undefined>;
  onDidChangeEnvironment?: vscode.Event<unknown>;
}

/** The part of the API of the extension "Python" that is used. */
interface PythonApi {
  environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(path: { path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
    onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

/** Milliseconds for which the start waits for another extension. */
const PATIENCE = 5_000;

/** Return the selected interpreters of a workspace folder (by default the first one), the best one first. */
export async function selectedPythons(
  log: vscode.LogOutputChannel,
  folder = vscode.workspace.workspaceFolders?.[0]?.uri,
): Promise<Candidate[]> {
  const answers = await Promise.all([
    named("Python Environments", fromEnvironments(folder), log),
    named("the Python extension", fromPython(folder), log),
  ]);
  return answers.filter((candidate) => candidate !== undefined);
}

/** Call `changed` whenever the user selects another interpreter. */
export async function onSelectionChange(changed: () => void): Promise<vscode.Disposable> {
  const [environments, python] = await Promise.all([
    exportsOf<EnvironmentsApi>("ms-python.vscode-python-envs").catch(() => undefined),
    exportsOf<PythonApi>("ms-python.python").catch(() => undefined),
  ]);
  const listeners = [
    environments?.onDidChangeEnvironment?.(changed),
    python?.environments.onDidChangeActiveEnvironmentPath(changed),
  ];
  return vscode.Disposable.from(...listeners.filter((listener) => listener !== undefined));
}

async function fromEnvironments(folder: vscode.Uri | undefined): Promise<string | undefined> {
  const api = await exportsOf<EnvironmentsApi>("ms-python.vscode-python-envs");
  const environment = await api?.getEnvironment(folder);
  return environment?.execInfo?.run?.executable;
}

async function fromPython(folder: vscode.Uri | undefined): Promise<string | undefined> {
  const api = await exportsOf<PythonApi>("ms-python.python");
  if (!api) return undefined;
  const resolved = await api.environments.resolveEnvironment(api.environments.getActiveEnvironmentPath(folder));
  return resolved?.executable.uri?.fsPath;
}

async function exportsOf<T>(id: string): Promise<T | undefined> {
  const extension = vscode.extensions.getExtension<T>(id);
  return extension?.activate();
}

async function named(
  origin: string,
  answer: Promise<string | undefined>,
  log: vscode.LogOutputChannel,
): Promise<Candidate | undefined> {
  try {
    const command = await withPatience(answer);
    return command ? { command, origin } : undefined;
  } catch (error) {
    log.warn(`${origin} did not say which interpreter is selected: ${String(error)}`);
    return undefined;
  }
}

function withPatience<T>(answer: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => {
      reject(new Error(`no answer within ${PATIENCE} ms`));
    }, PATIENCE);
  });
  return Promise.race([answer, late]);
}
