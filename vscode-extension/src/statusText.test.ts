import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SourceStatus } from "./protocol";
import { summarize, historyTrouble } from "./statusText";

const source: SourceStatus = {
  label: "zenml.db",
  kind: "sqlite",
  synced_at: "2026-03-01T11:56:00Z",
  age: "4 min ago",
  syncing: false,
  runs: 1200,
};

describe("the status in words", () => {
  const cases: [
    what: string,
    sources: SourceStatus[],
    text: string,
    detail: string,
    severity: string,
    busy: boolean,
  ][] = [
    ["in order", [source], "Pipesight: 1,200 runs", "checked 4 min ago", "information", false],
    ["one run", [{ ...source, runs: 1 }], "Pipesight: 1 run", "checked 4 min ago", "information", false],
    [
      "indexing",
      [{ ...source, syncing: true }],
      "Pipesight: 1,200 runs",
      "Indexing the run history",
      "information",
      true,
    ],
    ["nothing there", [], "Pipesight: no run history", "No history found for this folder", "information", false],
    [
      "the oldest of several counts",
      [source, { ...source, synced_at: "2026-02-27T11:00:00Z", age: "2 d ago" }],
      "Pipesight: 2,400 runs",
      "checked 2 d ago",
      "information",
      false,
    ],
    [
      "in trouble, with what to do",
      [{ ...source, error: "The database is locked.", advice: "Pipesight tries again." }],
      "Pipesight: 1,200 runs",
      "zenml.db: The database is locked. · Pipesight tries again. · checked 4 min ago",
      "warning",
      false,
    ],
  ];
  for (const [what, sources, text, detail, severity, busy] of cases) {
    it(what, () => {
      assert.deepEqual(summarize("running", "", { sources }), { text, detail, severity, busy });
    });
  }

  it("a server that failed says why", () => {
    const { severity, detail } = summarize("failed", "No Python.", undefined);
    assert.deepEqual([severity, detail], ["error", "No Python."]);
  });

  it("the trouble alone, for above the tree", () => {
    const troubled = { ...source, error: "It is locked.", advice: "Pipesight tries again." };
    assert.equal(historyTrouble({ sources: [source, troubled] }), "It is locked. Pipesight tries again.");
    assert.equal(historyTrouble({ sources: [source] }), undefined);
    assert.equal(historyTrouble(undefined), undefined);
  });
});
