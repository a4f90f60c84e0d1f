import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { registerCommands } from "./commands";
import { Command } from "./commandIds";
import { answering, PATH, READING, runNode } from "./testing/data";
import { answers, createLog, doneWith, handlers, reset, window } from "./testing/vscode";

const log = createLog();

function register(answered: Parameters<typeof answering>[0] = {}) {
  const { request, asked } = answering(answered);
  const opened: unknown[] = [];
  const panels = {
    open: (...details: unknown[]) => Promise.resolve(opened.push(["open", ...details])),
    show: (...details: unknown[]) => opened.push(["show", ...details]),
  };
  const comparisons = { compare: (path: unknown) => Promise.resolve(opened.push(["compare", path])) };
  const server = { request, restart: () => opened.push(["restart"]) };
  registerCommands({ server, tree: { refresh: () => opened.push(["refresh"]) }, panels, comparisons, log } as never);
  const run = (id: string, given?: unknown) => handlers.get(id)?.(given);
  return { run, asked, opened };
}

describe("the commands", () => {
  beforeEach(reset);

  it("open an output that is fully named at once", async () => {
    const { run, opened, asked } = register();
    await run(Command.readOutput, PATH);
    await run(Command.readOutputInNewPanel, PATH);
    assert.deepEqual(opened, [
      ["open", PATH, "reused", "kept"],
      ["open", PATH, "new", "kept"],
    ]);
    assert.deepEqual(asked, []);
  });

  it("take a node of the tree for its path", async () => {
    const { run, opened } = register();
    await run(Command.showRun, runNode("a"));
    assert.deepEqual(opened, [["open", { pipeline: "training", run: "a", source: "s" }, "reused", "kept"]]);
  });

  it("read what is at the cursor", async () => {
    const uri = { toString: () => "file:///a.py" };
    window.activeTextEditor = {
      document: { languageId: "python", uri },
      selection: { active: { line: 3, character: 7 } },
    };
    const { run, asked, opened } = register({ "pipesight.readOutput": () => READING });
    await run(Command.readOutput);
    const argument = { uri: "file:///a.py", position: { line: 3, character: 7 } };
    assert.deepEqual(asked, [["pipesight.readOutput", argument]]);
    assert.deepEqual(doneWith("progress"), [["Reading the output"]]);
    assert.deepEqual(opened, [["show", { argument, answer: READING }, "reused", "taken"]]);
  });

  it("ask for what is missing by its kind", async () => {
    answers.pick = "training";
    const { run } = register({
      "pipesight.readOutput": ({ pipeline }) =>
        pipeline ? READING : { choices: [{ label: "training", argument: { pipeline: "training" } }] },
    });
    await run(Command.readOutput);
    assert.deepEqual(doneWith("quickPick"), [[["training"], "Which pipeline?"]]);
  });

  it("compare what is there, and say why nothing is", async () => {
    const { run, opened } = register({ "pipesight.readOutput": () => READING });
    await run(Command.compareOutputs, PATH);
    assert.deepEqual(opened, [["compare", PATH]]);
    const other = register({ "pipesight.readOutput": () => ({ problem: "Gone.", advice: "Run it again." }) });
    await other.run(Command.compareOutputs, PATH);
    assert.deepEqual(doneWith("error"), [["Gone. Run it again.", "Show Logs"]]);
  });

  it("refresh the history and the tree", async () => {
    const { run, asked, opened } = register({ "pipesight.refresh": () => null });
    await run(Command.refresh);
    assert.deepEqual([asked, opened], [[["pipesight.refresh", {}]], [["refresh"]]]);
  });

  it("copy code", async () => {
    const { run, asked } = register({ "pipesight.code": () => ({ text: "run = …" }) });
    await run(Command.copyCode, runNode("a"));
    assert.deepEqual(asked, [["pipesight.code", { pipeline: "training", run: "a", source: "s" }]]);
    assert.deepEqual(doneWith("clipboard"), [["run = …"]]);
  });

  it("open the log from an error", async () => {
    answers.press = "Show Logs";
    await register().run(Command.refresh);
    assert.equal(doneWith("error").length, 1);
    assert.equal(doneWith("showLog").length, 1);
  });
});
