/** The command that runs `pipesight`, by the settings and the Pythons found. */
import path from "node:path";
import { type Execute, execute, hasPipesight, type Python, readerOf, serverOf, SetupError } from "./python";
import type { ClientSettings } from "./settings";

export interface Launch {
  readonly command: string;
  readonly args: string[];
  /** A folder of ours: Python looks for modules in the folder it is started in before it looks elsewhere. */
  readonly cwd: string;
  /** What is added to the environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** The arguments that make `pipesight` the language server. */
export function serverArguments(settings: ClientSettings): string[] {
  return ["lsp", "--log-level", settings.logLevel, ...settings.args];
}

/**
 * The command that runs `pipesight` with these arguments; `bundled` is the extension's folder of that name.
 *
 * @throws SetupError when no Python is new enough, or has no package `pipesight` where its own is to be used.
 */
export async function launch(
  settings: ClientSettings,
  pythons: readonly Python[],
  bundled: string,
  args: readonly string[],
  run: Execute = execute,
): Promise<Launch> {
  const [program, ...before] = settings.path;
  if (program) return { command: program, args: [...before, ...args], cwd: bundled, env: {} };
  if (settings.importStrategy === "fromEnvironment") {
    const python = await withPipesight(readerOf(pythons) ?? serverOf(pythons), run);
    return { command: python.path, args: ["-m", "pipesight", ...args], cwd: bundled, env: {} };
  }
  const env = { PYTHONPATH: path.join(bundled, "libs") };
  return { command: serverOf(pythons).path, args: ["-s", "-m", "pipesight", ...args], cwd: bundled, env };
}

async function withPipesight(python: Python, run: Execute): Promise<Python> {
  if (await hasPipesight(python, run)) return python;
  throw new SetupError(
    `pipesight.importStrategy is fromEnvironment, and ${python.path} has no package pipesight. Install it there or set pipesight.importStrategy to useBundled.`,
  );
}
