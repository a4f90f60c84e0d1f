import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { onSelectionChange, selectedPythons } from "./environments";
import { answers, createLog, EventEmitter, reset } from "./testing/vscode";

const changed = new EventEmitter<undefined>();
const environments = (executable: string) => ({
  getEnvironment: () => Promise.resolve({ execInfo: { run: { executable } } }),
  onDidChangeEnvironment: changed.event,
});
const python = (fsPath: string) => ({
  environments: {
    getActiveEnvironmentPath: () => ({ path: fsPath }),
    resolveEnvironment: () => Promise.resolve({ executable: { uri: { fsPath } } }),
    onDidChangeActiveEnvironmentPath: changed.event,
  },
});

describe("the Pythons that VS Code has selected", () => {
  beforeEach(reset);

  it("come from both Python extensions, the newer one first", async () => {
    answers.extensions = {
      "ms-python.vscode-python-envs": environments("/envs/python"),
      "ms-python.python": python("/python/python"),
    };
    assert.deepEqual(await selectedPythons(createLog() as never), [
      { command: "/envs/python", origin: "Python Environments" },
      { command: "/python/python", origin: "the Python extension" },
    ]);
  });

  it("are none where no Python extension is installed", async () => {
    assert.deepEqual(await selectedPythons(createLog() as never), []);
  });

  it("are none of an extension that fails, and the log says so", async () => {
    const broken = { getEnvironment: () => Promise.reject(new Error("not ready")) };
    answers.extensions = { "ms-python.vscode-python-envs": broken };
    const log = createLog();
    assert.deepEqual(await selectedPythons(log as never), []);
    assert.match(log.lines.join("\n"), /warn: Python Environments .*not ready/);
  });

  it("are watched for changes", async () => {
    let changes = 0;
    answers.extensions = { "ms-python.python": python("/python") };
    const listener = await onSelectionChange(() => changes++);
    changed.fire(undefined);
    listener.dispose();
    changed.fire(undefined);
    assert.equal(changes, 1);
  });
});
