const assert = require("node:assert/strict");
const vscode = require("vscode");
const { eventually } = require("./ask.cjs");

const DATA = /^pipesight_/;

/** Calls a tool as an assistant's extension does, and gives the data of its answer. */
async function call(name, input) {
  const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
  return JSON.parse(result.content[0].value);
}

describe("the tools for assistants", () => {
  before(async () => {
    await eventually(
      () => vscode.lm.tools.filter(({ name }) => DATA.test(name)).map(({ name }) => name),
      (names) => names.length === 7,
    );
  });

  it("answer from the history that the editor has open", async () => {
    const { from_history: pipelines } = await call("pipesight_list_pipelines", {});
    assert.deepEqual(pipelines.map(({ name }) => name).sort(), ["report_pipeline", "training_pipeline"]);
  });

  it("say what is there instead of a wrong name", async () => {
    await assert.rejects(
      call("pipesight_list_runs", { pipeline: "trainin_pipeline" }),
      /Did you mean 'training_pipeline'/,
    );
  });
});
