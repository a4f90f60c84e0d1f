import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { clientSettings, needsRestart, serverSettings } from "./settings";
import { answers, reset } from "./testing/vscode";

describe("the settings", () => {
  beforeEach(reset);

  it("have defaults", () => {
    assert.deepEqual(clientSettings(), {
      enable: true,
      interpreter: "",
      importStrategy: "useBundled",
      path: [],
      args: [],
      logLevel: "warning",
    });
  });

  it("may name the first folder", () => {
    answers.settings = {
      interpreter: "${workspaceFolder}/.venv/bin/python",
      args: ["--log-file", "${workspaceFolder}/p.log"],
    };
    const { interpreter, args } = clientSettings();
    assert.deepEqual([interpreter, ...args], ["/project/.venv/bin/python", "--log-file", "/project/p.log"]);
  });

  it("go to the server as plain data", () => {
    answers.settings = { history: ["/history"], hover: { rows: 3 }, logLevel: "info" };
    assert.deepEqual(serverSettings(), { history: ["/history"], hover: { rows: 3 }, logLevel: "info" });
  });

  it("that nobody set stay on this side", () => {
    answers.settings = { history: [], enable: true };
    answers.inspected = { history: { defaultValue: [] }, enable: { defaultValue: true, globalValue: true } };
    assert.deepEqual(serverSettings(), { enable: true, logLevel: undefined });
  });

  const cases: [string, boolean][] = [
    ["pipesight.interpreter", true],
    ["pipesight.logLevel", true],
    ["pipesight.history", false],
    ["pipesight.hover.rows", false],
  ];
  for (const [setting, restarts] of cases) {
    it(`${setting} ${restarts ? "needs" : "needs no"} other process`, () => {
      const change = { affectsConfiguration: (name: string) => name === setting };
      assert.equal(needsRestart(change), restarts);
    });
  }
});
