import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import type { ComparedRun, RunsComparison } from "./protocol";
import { Sources } from "./sources";
import { answering } from "./testing/data";
import { doneWith, reset, type Uri } from "./testing/vscode";

const side = (name: string): ComparedRun => ({
  name,
  short: name,
  status: "completed",
  tone: "passed",
  mark: "✓",
  path: { pipeline: "training", run: name, source: "s" },
});
const COMPARISON: RunsComparison = {
  title: "",
  left: side("r1"),
  right: side("r2"),
  differences: [],
  sources: [{ step: "train", left: "a\n", right: "b\n", added: 1, removed: 1 }],
};

describe("the source of a step", () => {
  beforeEach(reset);

  it("is shown in the diff editor, as Python", async () => {
    const { request, asked } = answering({ "pipesight.compareRuns": () => COMPARISON });
    const sources = new Sources(request);
    await sources.show(COMPARISON, "train");
    const [[left, right, title] = []] = doneWith("vscode.diff") as [Uri, Uri, string][];
    assert.equal(title, "train: r1 ↔ r2");
    assert.match(left?.path ?? "", /r1\/train\.py$/);
    const texts = await Promise.all([left, right].map((uri) => sources.provideTextDocumentContent(uri as never)));
    assert.deepEqual(texts, ["a\n", "b\n"]);
    assert.deepEqual(asked.at(-1), [
      "pipesight.compareRuns",
      { pipeline: "training", source: "s", left: "r1", right: "r2" },
    ]);
  });

  it("is gone where the history has it no more", async () => {
    const { request } = answering({ "pipesight.compareRuns": () => ({ ...COMPARISON, sources: [] }) });
    const sources = new Sources(request);
    await sources.show(COMPARISON, "train");
    const [[left] = []] = doneWith("vscode.diff") as [Uri, Uri, string][];
    assert.match(await sources.provideTextDocumentContent(left as never), /does not have this source any more/);
  });
});
