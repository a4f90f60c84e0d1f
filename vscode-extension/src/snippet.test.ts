import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import type { HistoryPath } from "./protocol";
import { snippet } from "./snippet";

describe("code that reads it", () => {
  const all = { pipeline: "training", run: "first", step: "train", output: "model" };
  const cases: [HistoryPath, string][] = [
    [
      all,
      'model = Repository().get_pipeline(pipeline_name="training").get_run(run_name="first").get_step(name="train").outputs["model"].read()',
    ],
    [
      { ...all, output: null },
      'step = Repository().get_pipeline(pipeline_name="training").get_run(run_name="first").get_step(name="train")',
    ],
    [{ pipeline: "training" }, 'pipeline = Repository().get_pipeline(pipeline_name="training")'],
    [
      { ...all, output: "output 0" },
      'value = Repository().get_pipeline(pipeline_name="training").get_run(run_name="first").get_step(name="train").outputs["output 0"].read()',
    ],
  ];
  for (const [path, code] of cases) {
    it(code.slice(0, 40), () => {
      assert.equal(snippet(path), `from pipesight import Repository\n\n${code}\n`);
    });
  }

  it("names with quotes, line ends and other letters stay the names they are", () => {
    const name = 'a "b" \\ \n ü \u2028 🙂';
    const expression = /name=(.*)\)\n$/s.exec(snippet({ pipeline: name }))?.[1] ?? "";
    const seen = execFileSync("python3", ["-c", `import json; print(json.dumps(${expression}))`], { encoding: "utf8" });
    assert.equal(JSON.parse(seen), name);
  });
});
