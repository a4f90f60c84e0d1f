import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Comparisons } from "./comparisons";
import type { Preview, ReadArgument } from "./protocol";
import { answering, PATH, READING, runNode } from "./testing/data";
import { answers, doneWith, reset, Uri } from "./testing/vscode";

const runs = [runNode("run 3", "…3"), runNode("run 2", "…2")];

function comparing(previewOf: (run: string) => Preview) {
  const { request } = answering({
    "pipesight.history": () => runs,
    "pipesight.readOutput": ({ run }: ReadArgument) => ({ ...READING, preview: previewOf(run ?? "") }),
  });
  return new Comparisons(request);
}

const json = (value: unknown): Preview => ({ kind: "json", summary: "", value });

describe("comparing an output with that of another run", () => {
  beforeEach(() => {
    reset();
    answers.pick = "…3";
  });

  it("asks which run, and shows both in the diff editor", async () => {
    const comparisons = comparing((run) => json({ run }));
    await comparisons.compare(PATH);
    assert.deepEqual(doneWith("quickPick"), [[["…3"], "Compare with which run?"]]);
    const [[left, right, title] = []] = doneWith("vscode.diff");
    assert(left instanceof Uri && right instanceof Uri);
    assert.deepEqual([left.path, right.path], ["/run 3/accuracy.json", "/run 2/accuracy.json"]);
    assert.equal(title, "accuracy: …3 ↔ …2");
    assert.equal(await comparisons.provideTextDocumentContent(left as never), '{\n  "run": "run 3"\n}\n');
  });

  const table = (truncated: boolean): Preview => ({
    kind: "table",
    summary: "a table",
    table: { columns: [{ name: "x" }], rows: [[1]], total: 9 },
    truncated,
  });
  const equal: [what: string, preview: Preview, message: string][] = [
    ["equal values", json(1), "accuracy: …3 ↔ …2: no differences."],
    ["equal tables", table(false), "accuracy: …3 ↔ …2: no differences."],
    ["equal first rows", table(true), "accuracy: …3 ↔ …2: no differences in the first 1,000 rows."],
  ];
  for (const [what, preview, message] of equal) {
    it(`says that ${what} have no differences`, async () => {
      await comparing(() => preview).compare(PATH);
      assert.deepEqual(doneWith("information"), [[message]]);
      assert.deepEqual(doneWith("vscode.diff"), []);
    });
  }

  it("claims nothing of outputs that it only describes", async () => {
    await comparing(() => ({ kind: "image", summary: "8 x 8 PNG image" })).compare(PATH);
    assert.equal(doneWith("vscode.diff").length, 1);
  });

  it("says that there is no other run", async () => {
    const { request } = answering({ "pipesight.history": () => [runNode("run 2")] });
    await new Comparisons(request).compare(PATH);
    assert.deepEqual(doneWith("information"), [["This pipeline has no other run to compare with."]]);
  });

  it("shows a problem in place of an output", async () => {
    const { request } = answering({
      "pipesight.history": () => runs,
      "pipesight.readOutput": () => ({ problem: "Gone.", advice: "Run it again." }),
    });
    const comparisons = new Comparisons(request);
    await comparisons.compare(PATH);
    const [[left] = []] = doneWith("vscode.diff");
    assert.equal(await comparisons.provideTextDocumentContent(left as never), "Gone. Run it again.\n");
  });

  it("stops when the person cancels", async () => {
    answers.pick = undefined;
    await comparing(json).compare(PATH);
    assert.deepEqual(doneWith("vscode.diff"), []);
  });
});
