import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import type { Server } from "./client";
import type {
  BlameArgument,
  CompareArgument,
  ComparedRun,
  NumberMoves,
  RunsArgument,
  RunsComparison,
  RunsPage,
  ServerStatus,
} from "./protocol";
import { RunsPanels } from "./runsPanel";
import { builtExtension, answering, settled } from "./testing/data";
import {
  answers,
  createWebviewPanel,
  doneWith,
  EventEmitter,
  panels as opened,
  reset,
  serializers,
} from "./testing/vscode";

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

interface Given {
  readonly showRuns?: (argument: RunsArgument) => unknown;
  readonly compareRuns?: (argument: CompareArgument) => unknown;
  readonly blame?: (argument: BlameArgument) => unknown;
}

function open({ showRuns = () => PAGE, compareRuns = () => COMPARISON, blame = () => MOVES }: Given = {}) {
  const statuses = new EventEmitter<ServerStatus>();
  const { request, asked } = answering({
    "pipesight.showRuns": showRuns,
    "pipesight.compareRuns": compareRuns,
    "pipesight.blame": blame,
    "pipesight.history": () => [{ kind: "pipeline", label: "training", path: { pipeline: "training" } }],
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
  const server = { request, state: "running", onDidChangeStatus: statuses.event };
  const panels = new RunsPanels(context as never, server as unknown as Server, host);
  return { panels, statuses, asked, shown, remembered, server };
}

/** An answer that comes when the test says so. */
function later<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const text = (at = 0): string =>
  (opened[at]?.webview.html ?? "").replace(/[^]*<div id="app">/, "").replace(/<[^>]+>/g, " ");
const types = (at = 0): string[] => (opened[at]?.posted ?? []).map((message) => (message as { type: string }).type);
const titles = (): string[] => opened.map(({ title }) => title);

describe("the panel of runs", () => {
  beforeEach(reset);

  it("is one for each pipeline, and begins with the runs that were asked for", async () => {
    const { panels, asked } = open();
    await panels.open({ pipeline: "training" });
    await panels.open({ pipeline: "training" });
    assert.deepEqual(titles(), ["training"]);
    opened[0]?.receive.fire({ type: "ready" });
    assert.deepEqual(opened[0]?.posted, [{ type: "runs", page: PAGE, arrangement: {} }]);
    assert.deepEqual(asked[0], ["pipesight.showRuns", { pipeline: "training", limit: 500 }]);
  });

  it("asks for older runs, and takes the newest again when the history changes", async () => {
    const { panels, asked, statuses } = open();
    await panels.open({ pipeline: "training" });
    opened[0]?.receive.fire({ type: "ready" });
    opened[0]?.receive.fire({ type: "more", offset: 500 });
    statuses.fire({ sources: [] });
    await settled();
    const path = { pipeline: "training", source: "s" };
    assert.deepEqual(asked.slice(1), [
      ["pipesight.showRuns", { ...path, offset: 500, limit: 5000 }],
      ["pipesight.showRuns", { ...path, limit: 500 }],
    ]);
    assert.deepEqual(types(), ["runs", "runs", "newest"]);
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
    opened[0]?.receive.fire({ type: "ready" });
    opened[0]?.receive.fire({ type: "compareValues", step: "train", output: "model" });
    await settled();
    const runs = { pipeline: "training", source: null, left: "r1", right: "r2" };
    assert.deepEqual(asked.at(-1), ["pipesight.compareValues", { ...runs, step: "train", output: "model" }]);
    assert.deepEqual(opened[0]?.posted.slice(1), [{ type: "values", step: "train", output: "model", answer: VALUES }]);
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

  it("reads the runs again after a problem, also if it has shown what moved a number", async () => {
    for (const step of ["update", "retry"]) {
      reset();
      let isGone = false;
      const { panels, statuses, asked } = open({ showRuns: () => (isGone ? VALUES : PAGE) });
      const change = async (): Promise<void> => {
        statuses.fire({ sources: [] });
        await settled();
      };
      await panels.open({ pipeline: "training" });
      opened[0]?.receive.fire({ type: "ready" });
      await panels.blame({ pipeline: "training", metric: "fit.loss" });
      isGone = true;
      await change();
      isGone = false;
      if (step === "retry") opened[0]?.receive.fire({ type: "step", step });
      else statuses.fire({ sources: [] });
      await settled();
      await change();
      assert.deepEqual(types(), ["runs", "moves", "trouble", "newest", "moves", "newest"], step);
      assert.deepEqual(
        asked.slice(2).map(([command]) => command),
        ["pipesight.showRuns", "pipesight.showRuns", "pipesight.showRuns"],
        step,
      );
    }
  });

  it("shows what moved a number only together with the runs, so that no problem is hidden", async () => {
    let isGone = false;
    const { panels, statuses } = open({ showRuns: () => (isGone ? VALUES : PAGE) });
    await panels.open({ pipeline: "training" });
    opened[0]?.receive.fire({ type: "ready" });
    isGone = true;
    statuses.fire({ sources: [] });
    await settled();
    await panels.blame({ pipeline: "training", metric: "fit.loss" });
    assert.deepEqual(types(), ["runs", "trouble", "trouble"]);
    isGone = false;
    await panels.blame({ pipeline: "training", metric: "fit.loss" });
    assert.deepEqual(types().slice(3), ["newest", "moves"]);
  });

  it("shows the moves that were asked for last, whichever come first", async () => {
    const first = later<NumberMoves>();
    const { panels } = open({
      blame: ({ metric }) => (metric === "first" ? first.promise : { ...MOVES, metric }),
    });
    await panels.open({ pipeline: "training" });
    opened[0]?.receive.fire({ type: "ready" });
    for (const metric of ["first", "second"]) opened[0]?.receive.fire({ type: "blame", metric });
    await settled();
    first.resolve({ ...MOVES, metric: "first" });
    await settled();
    assert.deepEqual(opened[0]?.posted.slice(1), [{ type: "moves", answer: { ...MOVES, metric: "second" } }]);
  });

  it("does nothing after it was closed while it waited", async () => {
    const { panels, statuses } = open();
    await panels.open({ pipeline: "training" });
    await panels.compare({ pipeline: "training" });
    for (const { receive } of opened) receive.fire({ type: "ready" });
    void panels.open({ pipeline: "scoring" });
    void panels.compare({ pipeline: "scoring" });
    void panels.blame({ metric: "fit.loss" });
    opened[0]?.receive.fire({ type: "blame", metric: "fit.loss" });
    opened[0]?.receive.fire({ type: "more", offset: 500 });
    statuses.fire({ sources: [] });
    opened[1]?.receive.fire({ type: "compareValues", step: "train", output: "model" });
    for (const { disposed } of opened) disposed.fire(undefined);
    await settled();
    assert.deepEqual(
      opened.map((_, at) => types(at)),
      [["runs"], ["comparison"], [], [], []],
    );
  });

  it("is on the screen before the server has answered, with the names that are known", async () => {
    const answer = later<RunsPage>();
    const { panels } = open({
      showRuns: () => answer.promise,
      compareRuns: () => later().promise,
      blame: () => answer.promise,
    });
    void panels.open({ pipeline: "training" });
    void panels.compare({ pipeline: "training", left: "r1", right: "r2" });
    void panels.blame({ uri: "file:///a.py", position: { line: 1, character: 2 }, metric: "loss" });
    assert.deepEqual(titles(), ["training", "r1 ↔ r2", "Runs"]);
    assert.match(text(0), /training\s+Reading the runs…/);
    assert.match(text(1), /r1 ↔ r2\s+Comparing the runs…/);
    assert.match(text(2), /Reading the runs…/);
    opened[0]?.receive.fire({ type: "ready" });
    assert.deepEqual(types(), []);
    answer.resolve(PAGE);
    await settled();
    assert.deepEqual(types()[0], "runs");
  });

  it("gives way to the one that shows the pipeline at the cursor already", async () => {
    const { panels } = open();
    await panels.open({ pipeline: "training" });
    await panels.open({ uri: "file:///a.py", position: { line: 1, character: 2 } });
    await panels.blame({ uri: "file:///a.py", position: { line: 1, character: 2 } });
    for (const at of [0, 1, 2]) opened[at]?.receive.fire({ type: "ready" });
    assert.deepEqual([types(0), types(1), types(2)], [["runs", "moves"], [], []]);
    assert.equal(opened[0]?.reveals.length, 3); // when it was made, and for both of the others
  });

  it("says why there are no runs, and what to do next", async () => {
    const trouble = { problem: "No pipeline is named here.", advice: "Choose one." };
    const { panels, asked } = open({ showRuns: ({ pipeline }) => (pipeline ? PAGE : trouble) });
    await panels.open({});
    opened[0]?.receive.fire({ type: "ready" });
    assert.deepEqual(opened[0]?.posted, [{ type: "trouble", trouble, steps: ["choose", "retry"] }]);
    answers.pick = "training";
    opened[0].receive.fire({ type: "step", step: "choose" });
    await settled();
    assert.deepEqual(doneWith("quickPick"), [[["training"], "Which pipeline?"]]);
    assert.deepEqual(asked.at(-1), ["pipesight.showRuns", { pipeline: "training", limit: 500 }]);
    assert.deepEqual([types(), titles()], [["trouble", "runs"], ["training"]]);
  });

  it("offers to restart a server that ended, and reads again once it is back", async () => {
    const problem = "Pipesight's language server ended.";
    let isThere = false;
    const answer =
      <T>(value: T) =>
      (): T => {
        if (!isThere) throw new Error(problem);
        return value;
      };
    const { panels, server, statuses } = open({
      showRuns: ({ pipeline }) => answer({ ...PAGE, path: { pipeline } })(),
      compareRuns: answer(COMPARISON),
      blame: answer({ ...MOVES, path: { pipeline: "scoring" } }),
    });
    server.state = "failed";
    const asked = { pipeline: "training" };
    await Promise.all([
      panels.open(asked),
      panels.compare(asked),
      panels.blame({ pipeline: "scoring", metric: "loss" }),
    ]);
    const trouble = { type: "trouble", trouble: { problem }, steps: ["restart", "logs"] };
    for (const panel of opened) {
      panel.receive.fire({ type: "ready" });
      assert.deepEqual(panel.posted.at(-1), trouble);
      panel.receive.fire({ type: "step", step: "restart" });
    }
    assert.equal(doneWith("pipesight.restartServer").length, 3);
    [isThere, server.state] = [true, "running"];
    statuses.fire({ sources: [] });
    await settled();
    assert.deepEqual(
      [types(0), types(1)],
      [
        ["trouble", "runs"],
        ["trouble", "comparison"],
      ],
    );
    assert.deepEqual(types(2), ["trouble", "runs", "moves"]);
  });

  it("keeps the runs on the screen while the server does not answer", async () => {
    let isThere = true;
    const { panels, statuses } = open({
      showRuns: () => {
        if (!isThere) throw new Error("It ended.");
        return PAGE;
      },
    });
    await panels.open({ pipeline: "training" });
    opened[0]?.receive.fire({ type: "ready" });
    isThere = false;
    statuses.fire({ sources: [] });
    await settled();
    assert.deepEqual(types(), ["runs"]);
  });

  it("shows what it knows now to a page that VS Code made again in another window", async () => {
    let total = 1;
    const { panels, statuses } = open({ showRuns: () => ({ ...PAGE, total: total++ }) });
    await panels.open({ pipeline: "training" });
    opened[0]?.receive.fire({ type: "ready" });
    statuses.fire({ sources: [] });
    await settled();
    opened[0]?.receive.fire({ type: "ready" });
    assert.deepEqual(opened[0]?.posted.at(-1), { type: "runs", page: { ...PAGE, total: 2 }, arrangement: {} });
  });

  it("compares runs that go on again when the history changes, and keeps to the runs that it shows", async () => {
    const running: RunsComparison = { ...COMPARISON, right: { ...side("r2"), status: "running", tone: "running" } };
    let answer = running;
    const { panels, statuses, asked } = open({ compareRuns: () => answer });
    await panels.compare({ pipeline: "training" });
    opened[0]?.receive.fire({ type: "ready" });
    for (const next of [running, COMPARISON, COMPARISON]) {
      answer = next;
      statuses.fire({ sources: [] });
      await settled();
    }
    assert.deepEqual(types(), ["comparison", "comparison"]);
    const named = { pipeline: "training", source: null, left: "r1", right: "r2" };
    assert.deepEqual(
      asked.slice(1).map(([, argument]) => argument),
      [named, named],
    );
  });

  it("keeps to the runs that it shows after a problem", async () => {
    const running: RunsComparison = { ...COMPARISON, right: { ...side("r2"), status: "running", tone: "running" } };
    let answer: object = running;
    const { panels, statuses, asked } = open({ compareRuns: () => answer });
    await panels.compare({ pipeline: "training" });
    for (const next of [VALUES, running]) {
      answer = next;
      statuses.fire({ sources: [] });
      await settled();
    }
    const named = { pipeline: "training", source: null, left: "r1", right: "r2" };
    assert.deepEqual(
      asked.slice(1).map(([, argument]) => argument),
      [named, named],
    );
  });

  it("shows the later of two comparisons, whichever comes first", async () => {
    const running: RunsComparison = { ...COMPARISON, right: { ...side("r2"), status: "running", tone: "running" } };
    const slow = later<RunsComparison>();
    const ready: unknown[] = [running, slow.promise, COMPARISON];
    const { panels, statuses } = open({ compareRuns: () => ready.shift() });
    await panels.compare({ pipeline: "training" });
    opened[0]?.receive.fire({ type: "ready" });
    for (let times = 0; times < 2; times++) statuses.fire({ sources: [] });
    await settled();
    slow.resolve(running);
    await settled();
    assert.deepEqual(opened[0]?.posted.at(-1), { type: "comparison", comparison: COMPARISON });
  });

  it("comes back after the window is reloaded, and closes if it kept nothing", async () => {
    const { asked } = open();
    const restore = async (type: string, state: unknown): Promise<void> => {
      const panel = createWebviewPanel(type, "", { preserveFocus: true });
      opened.at(-1)?.disposed.event(() => closed++);
      await serializers.get(type)?.deserializeWebviewPanel(panel, state);
    };
    let closed = 0;
    const kept = { pipeline: "training", source: "s" };
    await restore("pipesight.runs", kept);
    await restore("pipesight.comparison", { ...kept, left: "r1", right: "r2" });
    assert.equal(closed, 0);
    for (const type of ["pipesight.runs", "pipesight.comparison"]) await restore(type, undefined);
    assert.deepEqual(asked, [
      ["pipesight.showRuns", { ...kept, limit: 500 }],
      ["pipesight.compareRuns", { ...kept, left: "r1", right: "r2" }],
    ]);
    assert.equal(closed, 2);
  });
});
