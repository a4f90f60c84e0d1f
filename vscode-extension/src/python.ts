/** Chooses the Python that runs the language server, and the one that reads outputs. */
import { execFile } from "node:child_process";
import path from "node:path";

/** The oldest Python that runs the server. */
const OLDEST = [3, 10] as const;
/** The oldest Python that reads outputs. */
const OLDEST_READER = [3, 7] as const;

/** A Python that may exist. Its origin tells the user which setting to change. */
export interface Candidate {
  readonly command: string;
  /** Arguments for the Windows launcher, such as `-3.12` in `py -3.12`. */
  readonly args?: readonly string[];
  readonly origin: string;
}

/** A Python that runs. */
export interface Python {
  readonly path: string;
  readonly version: readonly [major: number, minor: number];
  readonly origin: string;
}

/** The server cannot start. The error has the reason and advice. */
export class SetupError extends Error {
  override readonly name = "SetupError";

  constructor(
    message: string,
    /** A command for the terminal that fixes the problem. */
    readonly remedy = "",
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Runs a program and returns what it prints. Rejects with the reason if it does not run. */
export type Execute = (command: string, args: readonly string[], where?: Where) => Promise<string>;

/** The working folder of a program, and variables that are added to its environment. */
interface Where {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const PROBE = "import sys; print('%d.%d|%s' % (sys.version_info[0], sys.version_info[1], sys.executable))";
/** Isolated mode with UTF-8 output. `-I` ignores PYTHONUTF8, and Windows would use another code page. */
const ISOLATED = ["-I", "-X", "utf8"];
const HAS_PIPESIGHT = "import importlib.util, sys; sys.exit(importlib.util.find_spec('pipesight') is None)";

/** Run a program without a shell, so that paths may contain spaces. It is stopped after ten seconds. */
export const execute: Execute = (command, args, where) =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, PYTHONUTF8: "1", ...where?.env };
    execFile(command, args, { env, cwd: where?.cwd, timeout: 10_000, windowsHide: true }, (error, stdout) => {
      if (error) reject(new Error(error.message, { cause: error }));
      else resolve(stdout);
    });
  });

/** The candidates on the PATH. */
export const FROM_PATH: readonly Candidate[] = ["python3", "python", "py"].map((command) => ({
  command,
  origin: "PATH",
}));

/** Run a candidate, and return it as a Python. Return undefined if it does not run. */
export async function probe(candidate: Candidate, run: Execute = execute): Promise<Python | undefined> {
  try {
    const answer = await run(candidate.command, [...(candidate.args ?? []), ...ISOLATED, "-c", PROBE]);
    const match = /^(\d+)\.(\d+)\|(.*)$/m.exec(answer.trim());
    if (!match) return undefined;
    const [, major, minor, executable] = match;
    const isItself = path.isAbsolute(candidate.command) && !candidate.args?.length;
    const known = isItself || !executable ? candidate.command : executable;
    return { path: known, version: [Number(major), Number(minor)], origin: candidate.origin };
  } catch {
    return undefined;
  }
}

/**
 * Try the candidates in order until one is new enough for the server. Return all that run.
 *
 * @throws SetupError if the one that the user named does not run.
 */
export async function findPythons(
  candidates: readonly Candidate[],
  named: string,
  run: Execute = execute,
): Promise<readonly Python[]> {
  const found: Python[] = named ? [await namedPython(named, run)] : [];
  for (const candidate of candidates) {
    if (found.some((python) => isNewEnough(python))) break;
    const python = await probe(candidate, run);
    if (python) found.push(python);
  }
  return found;
}

/** Return the Python that reads outputs. It is the user's environment, even if that is too old for the server. */
export function readerOf(found: readonly Python[]): Python | undefined {
  return found[0];
}

/**
 * Return the Python that is new enough to run the server.
 *
 * @throws SetupError if there is none.
 */
export function serverOf(found: readonly Python[]): Python {
  const python = found.find((candidate) => isNewEnough(candidate));
  if (!python) throw new SetupError(noneFound(found));
  return python;
}

/** Return whether the package `pipesight` is installed for this Python. */
export async function hasPipesight(python: Python, run: Execute = execute): Promise<boolean> {
  return run(python.path, ["-c", HAS_PIPESIGHT]).then(
    () => true,
    () => false,
  );
}

async function namedPython(named: string, run: Execute): Promise<Python> {
  const origin = "pipesight.interpreter";
  const [launcher = named, ...args] = named.split(/ +/);
  const python =
    (await probe({ command: named, origin }, run)) ?? (await probe({ command: launcher, args, origin }, run));
  if (python) return python;
  throw new SetupError(
    `The setting pipesight.interpreter names ${named}, which does not run as a Python. Correct the path or clear the setting.`,
  );
}

/** Return a remark for the user if the first Python is too old for the server or for reading outputs, else "". */
export function remarkOn(found: readonly Python[]): string {
  const [chosen] = found;
  const server = found.find((python) => isNewEnough(python));
  if (!chosen || !server || chosen === server) return "";
  const outputs = isNewEnough(chosen, OLDEST_READER)
    ? "Outputs are still read with yours."
    : `Outputs are read with it too, because reading needs Python ${OLDEST_READER.join(".")}.`;
  return `${described(chosen)} is too old to run Pipesight, so ${described(server)} runs it. ${outputs}`;
}

function described({ path: place, version, origin }: Python): string {
  return `${place} (Python ${version.join(".")}, from ${origin})`;
}

function isNewEnough({ version: [major, minor] }: Python, oldest: readonly [number, number] = OLDEST): boolean {
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

function noneFound(found: readonly Python[]): string {
  const needed = `Pipesight needs Python ${OLDEST.join(".")} or newer to run`;
  const names = found.map((python) => `${python.path} (${python.version.join(".")}, from ${python.origin})`);
  return names.length
    ? `${needed}, and found only ${names.join(", ")}. Install a newer Python or name one in the setting pipesight.interpreter. Outputs are still read with yours.`
    : `${needed}, and found none. Install Python or name one in the setting pipesight.interpreter.`;
}
