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

  async function shown(): Promise<{ diff: unknown[]; texts: string[]; later: string; asked: unknown[] }> {
    const { request, asked } = answering({ "pipesight.compareRuns": () => COMPARISON });
    const sources = new Sources(request);
    await sources.show(COMPARISON, "train");
    const [diff = []] = doneWith("vscode.diff");
    const [left, right] = diff as [Uri, Uri];
    const texts = await Promise.all([left, right].map((uri) => sources.provideTextDocumentContent(uri as never)));
    const later = await new Sources(request).provideTextDocumentContent(right as never);
    return { diff, texts, later, asked };
  }

  it("is shown in the diff editor, as Python", async () => {
    const { diff, texts } = await shown();
    assert.equal(diff[2], "train: r1 ↔ r2");
    assert.deepEqual(texts, ["a\n", "b\n"]);
    assert.match((diff[0] as Uri).path, /r1\/train\.py$/);
  });

  it("is asked for again after a restart", async () => {
    const { later, asked } = await shown();
    assert.equal(later, "b\n");
    assert.deepEqual(asked, [
      ["pipesight.compareRuns", { pipeline: "training", source: "s", left: "r1", right: "r2" }],
    ]);
  });
});
