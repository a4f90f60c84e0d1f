/** Finds the command that runs `pipesight`. */
import path from "node:path";
import { type Execute, execute, hasPipesight, type Python, readerOf, serverOf, SetupError } from "./python";
import type { ClientSettings } from "./settings";

export interface Launch {
  readonly command: string;
  readonly args: string[];
  /** The working folder. It belongs to the extension, because Python searches modules in its working folder first. */
  readonly cwd: string;
  /** Environment variables to add. */
  readonly env: Readonly<Record<string, string>>;
}

/** Return the arguments with which `pipesight` is the language server. */
export function serverArguments(settings: ClientSettings): string[] {
  return ["lsp", "--log-level", settings.logLevel, ...settings.args];
}

/**
 * Return the command that runs `pipesight` with these arguments. `bundled` is the extension's folder of that name.
 *
 * @throws SetupError if no Python is new enough, or if the environment lacks the package that the settings require.
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

/** The package that `pipesight mcp` needs, with the same versions as in pyproject.toml. */
export const MCP_PACKAGE = "mcp>=2.3,<3";

/**
 * Return the command that serves the history of a folder to assistants.
 *
 * @throws SetupError if no Python is new enough, or if it lacks the package `mcp`.
 */
export async function mcpLaunch(
  settings: ClientSettings,
  pythons: readonly Python[],
  bundled: string,
  args: readonly string[],
  run: Execute = execute,
): Promise<Launch> {
  const found = await launch(settings, pythons, bundled, ["mcp", ...args], run);
  if (settings.path.length > 0) return found;
  const flags = found.args.slice(0, found.args.indexOf("-m"));
  await run(found.command, [...flags, "-c", "import mcp"], found).catch((error: unknown) => {
    const missing = `${found.command} has no package mcp, which Pipesight needs to serve the history to assistants.`;
    throw new SetupError(missing, `${inTerminal(found.command)} -m pip install "${MCP_PACKAGE}"`, { cause: error });
  });
  return found;
}

/** Return the program as text for a terminal. In PowerShell, VS Code's default on Windows, a quoted name needs `&`. */
export function inTerminal(program: string, platform = process.platform): string {
  if (/^[\w./:\\-]+$/.test(program)) return program;
  return platform === "win32" ? `& "${program}"` : `'${program.replaceAll("'", String.raw`'\''`)}'`;
}

async function withPipesight(python: Python, run: Execute): Promise<Python> {
  if (await hasPipesight(python, run)) return python;
  throw new SetupError(
    `pipesight.importStrategy is fromEnvironment, and ${python.path} has no package pipesight. Install it there or set pipesight.importStrategy to useBundled.`,
  );
}
