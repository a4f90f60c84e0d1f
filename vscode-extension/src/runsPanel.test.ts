import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import type { Server } from "./client";
import type { ComparedRun, NumberMoves, RunsArgument, RunsComparison, RunsPage, ServerStatus } from "./protocol";
import { RunsPanels } from "./runsPanel";
import { builtExtension, answering, settled } from "./testing/data";
import { EventEmitter, panels as opened, reset } from "./testing/vscode";

const PAGE: RunsPage = {
  title: "training",
  path: { pipeline: "training", source: "s" },
  columns: [],
  rows: [],
  offset: 0,
  total: 0,
};

const side = (name: string): ComparedRun => ({
  name,
  short: name,
  status: "completed",
  tone: "passed",
  mark: "✓",
  path: { pipeline: "training", run: name },
});
const COMPARISON: RunsComparison = { title: "r1 ↔ r2", left: side("r1"), right: side("r2"), differences: [] };

const MOVES: NumberMoves = { title: "", path: PAGE.path, metric: "fit.loss", runs: 2, moves: [] };
const VALUES = { problem: "It is gone." };

function open(answer: (argument: RunsArgument) => unknown = () => PAGE) {
  const statuses = new EventEmitter<ServerStatus>();
  const { request, asked } = answering({
    "pipesight.showRuns": answer,
    "pipesight.compareRuns": () => COMPARISON,
    "pipesight.blame": () => MOVES,
    "pipesight.compareValues": () => VALUES,
  });
  const remembered = new Map<string, unknown>();
  const context = {
    extensionUri: builtExtension(),
    workspaceState: {
      get: (key: string, otherwise: unknown) => remembered.get(key) ?? otherwise,
      update: (key: string, value: unknown) => Promise.resolve(void remembered.set(key, value)),
    },
  };
  const shown: unknown[][] = [];
  const show = (...given: unknown[]) => Promise.resolve(void shown.push(given));
  const host = { open: show, compareOutput: show, compareSource: show };
  const server = { request, onDidChangeStatus: statuses.event } as unknown as Server;
  return { panels: new RunsPanels(context as never, server, host), statuses, asked, shown, remembered };
}

describe("the panel of runs", () => {
  beforeEach(reset);

  it("is one for each pipeline, and begins with the runs that were asked for", async () => {
    const { panels, asked } = open();
    await panels.open({ pipeline: "training" });
    await panels.open({ pipeline: "training" });
    assert.deepEqual(
      opened.map(({ title }) => title),
      ["training"],
    );
    opened[0]?.receive.fire({ type: "ready" });
    assert.deepEqual(opened[0]?.posted, [{ type: "runs", page: PAGE, arrangement: {} }]);
    assert.deepEqual(asked[0], ["pipesight.showRuns", { pipeline: "training", limit: 500 }]);
  });

  it("asks for older runs, and takes the newest again when the history changes", async () => {
    const { panels, asked, statuses } = open();
    await panels.open({ pipeline: "training" });
    opened[0]?.receive.fire({ type: "more", offset: 500 });
    statuses.fire({ sources: [] });
    await settled();
    const path = { pipeline: "training", source: "s" };
    assert.deepEqual(asked.slice(1), [
      ["pipesight.showRuns", { ...path, offset: 500, limit: 5000 }],
      ["pipesight.showRuns", { ...path, limit: 500 }],
    ]);
    assert.deepEqual(
      opened[0]?.posted.map((message) => (message as { type: string }).type),
      ["runs", "newest"],
    );
  });

  it("opens a run in the panel of outputs", async () => {
    const { panels, shown } = open();
    await panels.open({ pipeline: "training" });
    opened[0]?.receive.fire({ type: "open", run: "r1" });
    assert.deepEqual(shown, [["training", "r1", "s"]]);
  });

  it("remembers how the person arranged it", async () => {
    const { panels, remembered } = open();
    await panels.open({ pipeline: "training" });
    opened[0]?.receive.fire({ type: "arranged", arrangement: { filter: "accuracy > 0.8" } });
    opened[0]?.receive.fire({ type: "ready" });
    assert.deepEqual([...remembered.values()], [{ filter: "accuracy > 0.8" }]);
    assert.deepEqual(opened[0]?.posted.at(-1), {
      type: "runs",
      page: PAGE,
      arrangement: { filter: "accuracy > 0.8" },
    });
  });

  it("compares two runs, the newer one on the right, and their outputs", async () => {
    const { panels, asked, shown } = open();
    await panels.open({ pipeline: "training" });
    opened[0]?.receive.fire({ type: "compare", runs: ["r2", "r1"] });
    await settled();
    assert.deepEqual(asked.at(-1), [
      "pipesight.compareRuns",
      { pipeline: "training", source: "s", left: "r1", right: "r2" },
    ]);
    opened[1]?.receive.fire({ type: "ready" });
    assert.deepEqual(opened[1]?.posted, [{ type: "comparison", comparison: COMPARISON }]);
    opened[1].receive.fire({ type: "compareOutput", step: "train", output: "model" });
    assert.deepEqual(shown, [[{ pipeline: "training", run: "r2", step: "train", output: "model" }, "r1"]]);
  });

  it("compares an output in depth, and shows the source of a step", async () => {
    const { panels, asked, shown } = open();
    await panels.compare({ pipeline: "training" });
    opened[0]?.receive.fire({ type: "compareValues", step: "train", output: "model" });
    await settled();
    const runs = { pipeline: "training", source: null, left: "r1", right: "r2" };
    assert.deepEqual(asked.at(-1), ["pipesight.compareValues", { ...runs, step: "train", output: "model" }]);
    assert.deepEqual(opened[0]?.posted, [{ type: "values", step: "train", output: "model", answer: VALUES }]);
    opened[0].receive.fire({ type: "compareSource", step: "train" });
    assert.deepEqual(shown, [[COMPARISON, "train"]]);
  });

  it("shows what moved a number once the page is there, and later at once", async () => {
    const { panels, asked } = open();
    await panels.blame({ pipeline: "training", metric: "loss" });
    const [panel] = opened;
    assert.equal(panel?.posted.length, 0);
    panel.receive.fire({ type: "ready" });
    assert.deepEqual(panel.posted.at(-1), { type: "moves", answer: MOVES });
    panel.receive.fire({ type: "blame", metric: "fit.loss" });
    await settled();
    assert.deepEqual(asked.at(-1), ["pipesight.blame", { pipeline: "training", source: "s", metric: "fit.loss" }]);
    assert.equal(panel.posted.length, 3);
  });

  it("does nothing after it was closed while it waited", async () => {
    const { panels, statuses } = open();
    await panels.open({ pipeline: "training" });
    await panels.compare({ pipeline: "training" });
    opened[0]?.receive.fire({ type: "blame", metric: "fit.loss" });
    opened[0]?.receive.fire({ type: "more", offset: 500 });
    statuses.fire({ sources: [] });
    opened[1]?.receive.fire({ type: "compareValues", step: "train", output: "model" });
    for (const { disposed } of opened) disposed.fire(undefined);
    await settled();
    assert.deepEqual(
      opened.map(({ posted }) => posted),
      [[], []],
    );
  });

  it("says why there are no runs", async () => {
    const { panels } = open(() => ({ problem: "No such pipeline.", advice: "Choose another." }));
    await assert.rejects(panels.open({}), /No such pipeline. Choose another./);
    assert.equal(opened.length, 0);
  });
});
