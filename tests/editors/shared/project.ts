/** Makes the project that the tests open: the sample of `pipesight demo`, unpacked by the server in the VSIX. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

export const repository = path.resolve(import.meta.dirname, "../../..");

/** The Python of the tests, which runs the server and the reader. */
export const python = process.env.PYTHON ?? path.join(repository, ".venv/bin/python");

export function vsix(): string {
  const folder = path.join(repository, "vscode-extension");
  const name = readdirSync(folder).find((file) => /^pipesight-.*\.vsix$/.test(file));
  if (!name) throw new Error("There is no VSIX: run `npm run package` first.");
  return path.join(folder, name);
}

/** A fresh copy of the sample project, with spaces in its path. `remove` deletes it. */
export function sampleProject(): { folder: string; remove: () => void } {
  const parent = mkdtempSync(path.join(os.tmpdir(), "pipesight project "));
  const folder = path.join(parent, "iris");
  const libs = path.join(repository, "vscode-extension/bundled/libs");
  const env = { ...process.env, PYTHONPATH: libs, PYTHONDONTWRITEBYTECODE: "1" };
  execFileSync(python, ["-s", "-m", "pipesight", "demo", "--folder", folder, "--no-show"], { env, stdio: "pipe" });
  return {
    folder,
    remove: () => {
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

/** The command that starts the language server for editors that are not VS Code. */
export const serverCommand: readonly string[] = [python, "-m", "pipesight", "lsp"];
