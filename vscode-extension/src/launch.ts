/** Finds the command that runs `pipesight`. */
import path from "node:path";
import { type Execute, execute, hasPipesight, type Python, readerOf, serverOf, SetupError } from "./python";
import type { ClientSettings } from "./settings";

export interface Launch {
  readonly command: string;
  readonly args: string[];
  /** A folder of the extension, because Python first looks for modules in the folder where it starts. */
  readonly cwd: string;
  /** Variables that are added to the environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** The arguments that make `pipesight` the language server. */
export function serverArguments(settings: ClientSettings): string[] {
  return ["lsp", "--log-level", settings.logLevel, ...settings.args];
}

/**
 * Return the command that runs `pipesight` with these arguments. `bundled` is the extension's folder of that name.
 *
 * @throws SetupError when no Python is new enough, or when the environment lacks the package that the settings ask for.
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
