/** Answers of the server that several unit tests use. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { CancellationToken } from "vscode";
import type { Request } from "../commandIds";
import { Uri } from "./vscode";
import type { HistoryNode, Reading, RunPage, ServerCommands } from "../protocol";

export const PATH = { pipeline: "training", run: "run 2", step: "train", output: "accuracy" };

export const READING: Reading = {
  title: "accuracy",
  subtitle: "float",
  path: PATH,
  output: { uri: "/store/accuracy", data_type: "builtins.float" },
  run: { name: "run 2", short: "run 2", status: "completed", tone: "passed", mark: "✓", path: { run: "run 2" } },
  step: { name: "train", status: "cached", tone: "cached", mark: "≡", parameters: [], outputs: [] },
  preview: { kind: "json", summary: "0.93", value: 0.93 },
};

export const RUN_PAGE: RunPage = {
  title: "run 2",
  subtitle: "training",
  path: { pipeline: "training", run: "run 2" },
  run: { name: "run 2", short: "run 2", status: "running", tone: "running", mark: "…", path: { run: "run 2" } },
  loading: false,
  steps: [],
  runs: [],
};

export function runNode(name: string, short = name): HistoryNode {
  return {
    kind: "run",
    label: name,
    short,
    path: { pipeline: "training", run: name, source: "s" },
    expandable: true,
    description: "2 h ago",
    status: "completed",
    tone: "passed",
    mark: "✓",
  };
}

type Answers = {
  [K in keyof ServerCommands]?: (argument: ServerCommands[K]["argument"], token?: CancellationToken) => unknown;
};

/** A server with these answers. It keeps the requests. */
export function answering(answers: Answers): { request: Request; asked: unknown[][] } {
  const asked: unknown[][] = [];
  const request = ((command: keyof ServerCommands, argument: never, token?: CancellationToken) => {
    asked.push([command, argument]);
    const answer = answers[command];
    if (!answer) return Promise.reject(new Error(`no answer to ${command}`));
    return new Promise((resolve) => {
      resolve(answer(argument, token));
    });
  }) as unknown as Request;
  return { request, asked };
}

/** A folder of a built extension: its pages have style sheets. */
export function builtExtension(): Uri {
  const folder = mkdtempSync(path.join(os.tmpdir(), "pipesight-"));
  mkdirSync(path.join(folder, "dist"));
  for (const name of ["webview", "runs"])
    writeFileSync(path.join(folder, "dist", `${name}.css`), "main { color: red }");
  return Uri.file(folder);
}

/** Lets promises that are settled run their callbacks. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
