import assert from "node:assert/strict";
import { before, beforeEach, describe, it } from "node:test";
import type { JSDOM } from "jsdom";
import type { HistoryPath, LogPart, RunPage, StepFacts } from "../../src/protocol";
import type { FromPage, LogAsked } from "../contract";
import { openPage, texts } from "../testPage";
import { around, graphOf, place, stepId } from "./graph";
import type { RunView } from "./runView";

const sent: FromPage[] = [];
let page: JSDOM;
let View: typeof RunView;

const at = (step: string, output: string, run = "run 2"): HistoryPath => ({ pipeline: "training", run, step, output });

function step(name: string, rest: Partial<StepFacts> = {}): StepFacts {
  return { name, status: "completed", tone: "passed", mark: "✓", parameters: [], outputs: [], ...rest };
}

const load = step("load", {
  outputs: [{ name: "rows", path: at("load", "rows"), type: "DataFrame" }],
  start: "2026-03-01T12:00:00Z",
  end: "2026-03-01T12:00:10Z",
  duration: "10 s",
});
const fit = step("fit", {
  status: "failed",
  tone: "failed",
  mark: "✗",
  inputs: [
    { name: "data", path: at("load", "rows"), type: "DataFrame" },
    { name: "old", path: at("load", "rows", "run 1") },
  ],
  parameters: [{ name: "rate", value: "0.1" }],
  metadata: [{ name: "loss", value: "0.5" }],
  code: { uri: "file:///project/steps.py", line: 11 },
  start: "2026-03-01T12:00:10Z",
  end: "2026-03-01T12:00:20Z",
  failure: {
    what: "ValueError: math domain error",
    where: "steps.py, line 20",
    code: { uri: "file:///project/steps.py", line: 19 },
    traceback: [
      { text: '  File "/project/steps.py", line 20, in fit', code: { uri: "file:///project/steps.py", line: 19 } },
      { text: "    <b>log(0)</b>" },
      { text: "ValueError: math domain error" },
    ],
  },
});

function runOf(steps: readonly StepFacts[], rest: Partial<RunPage> = {}): RunPage {
  const path = { pipeline: "training", run: "run 2" };
  const run = { name: "run 2", short: "run 2", status: "failed", tone: "failed", mark: "✗", path } as const;
  const times = { start: "2026-03-01T12:00:00Z", end: "2026-03-01T12:00:20Z" };
  return { title: "run 2", subtitle: "", path, run: { ...run, ...times }, loading: false, steps, runs: [], ...rest };
}

function logOf(messages: readonly string[], rest: Partial<LogPart> = {}): LogPart {
  const entries = messages.map((message) => ({ message, level: "info", time: "2026-03-01T12:00:00Z" }));
  const part = { title: "fit log", path: {}, origin: "step", origins: ["step"], entries };
  return { ...part, start: 0, end: 100, size: 100, live: false, ...rest };
}

function show(shown: RunPage): RunView {
  const view = new View(shown, (message) => sent.push(message));
  page.window.document.body.replaceChildren(view.element);
  return view;
}

function find(selector: string): HTMLElement {
  const element = page.window.document.querySelector<HTMLElement>(selector);
  assert(element, selector);
  return element;
}

function button(words: string): HTMLElement {
  const found = [...page.window.document.querySelectorAll("button")].find((each) => each.textContent === words);
  assert(found, words);
  return found;
}

/** The layout of the graph comes after the page is painted. */
function painted(): Promise<void> {
  return new Promise((resolve) => page.window.setTimeout(resolve, 100));
}

describe("the graph of a run", () => {
  it("leads from steps over artifacts to steps, and says which artifacts are of other runs", () => {
    const { nodes, edges } = graphOf(runOf([load, fit]));
    const names = edges.map(([from, to]) => [nodes.get(from)?.label, nodes.get(to)?.label]);
    assert.deepEqual(names, [
      ["load", "rows"],
      ["rows", "fit"],
      ["rows", "fit"],
    ]);
    assert.deepEqual(
      [...nodes.values()].filter(({ isForeign }) => isForeign).map(({ title }) => title),
      ["Artifact rows of run run 1"],
    );
  });

  it("is laid out without overlaps, what comes first above", () => {
    const { nodes, width, height } = place(graphOf(runOf([load, fit])));
    const top = (id: string): number => nodes.find((node) => node.id === id)?.y ?? NaN;
    assert(top(stepId("load")) < top(stepId("fit")));
    assert(width > 0 && height > 0);
    assert.equal(nodes.length, 4);
  });

  it("of 500 steps shows those around the selected one", () => {
    const chain = Array.from({ length: 500 }, (_, index) =>
      step(`step ${String(index)}`, {
        outputs: [{ name: "out", path: at(`step ${String(index)}`, "out") }],
        inputs: index ? [{ name: "in", path: at(`step ${String(index - 1)}`, "out") }] : [],
      }),
    );
    const near = around(graphOf(runOf(chain)), stepId("step 250"));
    assert.equal(near.nodes.size, 60);
    for (const name of ["step 240", "step 250", "step 260"]) assert(near.nodes.has(stepId(name)), name);
    assert.equal(place(near).nodes.length, 60);
  });
});

describe("the page of a run", () => {
  before(async () => {
    page = openPage();
    ({ RunView: View } = await import("./runView"));
  });

  beforeEach(() => {
    sent.length = 0;
  });

  it("begins with the step that failed: why, where in the code, and its log", () => {
    show(runOf([load, fit]));
    const { document } = page.window;
    assert.deepEqual(texts(document, "[aria-selected=true] .status"), ["failed fit"]);
    assert.deepEqual(texts(document, ".failure strong"), ["ValueError: math domain error"]);
    assert.match(find(".traceback").textContent, /<b>log\(0\)<\/b>/);
    assert.deepEqual(sent, [{ type: "log", asked: { step: "fit" } }]);
    find(".traceback .link").click();
    button("Open the code").click();
    assert.deepEqual(sent.slice(1), [
      { type: "openCode", code: { uri: "file:///project/steps.py", line: 19 } },
      { type: "openCode", code: { uri: "file:///project/steps.py", line: 11 } },
    ]);
  });

  it("has parameters, metadata, inputs and outputs of a step, and opens them", () => {
    show(runOf([load, fit]));
    const { document } = page.window;
    assert.deepEqual(texts(document, "dt"), ["rate", "loss"]);
    button("load.rows").click();
    assert.deepEqual(sent.at(-1), { type: "open", path: at("load", "rows") });
  });

  it("shows when each step ran", () => {
    show(runOf([load, fit]));
    const bars = [...page.window.document.querySelectorAll<HTMLElement>(".gantt-bar")];
    assert.deepEqual(
      bars.map(({ style }) => [style.left, style.width]),
      [
        ["0%", "100%"],
        ["0%", "50%"],
        ["50%", "50%"],
      ],
    );
  });

  it("is left to the keyboard: arrows choose a step", () => {
    show(runOf([load, fit]));
    const list = find("[role=listbox]");
    list.dispatchEvent(new page.window.KeyboardEvent("keydown", { key: "ArrowUp" }));
    assert.deepEqual(texts(page.window.document, "h2"), ["load"]);
    list.dispatchEvent(new page.window.KeyboardEvent("keydown", { key: "Home" }));
    assert.deepEqual(texts(page.window.document, "h2"), ["The run"]);
  });

  it("draws the graph after the rest, and its nodes choose steps and open artifacts", async () => {
    show(runOf([load, fit]));
    assert.equal(page.window.document.querySelectorAll(".node").length, 0);
    const nodes = (): number => page.window.document.querySelectorAll(".node").length;
    for (const end = Date.now() + 60_000; !nodes() && Date.now() < end;) await painted();
    assert.deepEqual(texts(page.window.document, ".node.step").sort(), ["fit", "load"]);
    find(".node.artifact:not(.foreign)").click();
    assert.deepEqual(sent.at(-1), { type: "open", path: at("load", "rows") });
    find(".node.passed").click();
    assert.deepEqual(texts(page.window.document, "h2"), ["load"]);
  });

  it("keeps what is selected when the run has news", () => {
    const view = show(runOf([load, fit]));
    find("[role=listbox]").dispatchEvent(new page.window.KeyboardEvent("keydown", { key: "ArrowUp" }));
    view.update(runOf([{ ...load, status: "cached", tone: "cached" }, fit]));
    assert.deepEqual(texts(page.window.document, "h2"), ["load"]);
    assert.deepEqual(texts(page.window.document, ".detail-head .status"), ["cached"]);
  });

  it("asks for earlier messages of a log, and finds words in it", () => {
    const view = show(runOf([load, fit]));
    const asked: LogAsked = { step: "fit" };
    view.take(asked, logOf(["fitting <i>", "about to divide"], { start: 40, origins: ["prepare", "step"] }));
    assert.deepEqual(texts(page.window.document, ".log-line"), ["12:00:00 fitting <i>", "12:00:00 about to divide"]);
    button("Earlier messages").click();
    const earlier: LogAsked = { step: "fit", before: 40, origin: "step" };
    assert.deepEqual(sent.at(-1), { type: "log", asked: earlier });
    view.take(earlier, logOf(["begin"], { end: 40 }));
    assert.equal(page.window.document.querySelectorAll(".log-line").length, 3);
    const field = find("input[type=search]") as HTMLInputElement;
    field.value = "DIVIDE";
    field.dispatchEvent(new page.window.Event("input"));
    assert.deepEqual(texts(page.window.document, ".log-line mark"), ["divide"]);
    assert.deepEqual(texts(page.window.document, ".log-tools [role=status]"), ["1 of 3 messages"]);
  });

  it("follows a log while the run goes on", async () => {
    const view = show(runOf([load, step("fit", { status: "running", tone: "running" })]));
    view.take({ step: "fit" }, logOf(["one"], { live: true }));
    for (const end = Date.now() + 60_000; sent.length < 2 && Date.now() < end;) await painted();
    const asked: LogAsked = { step: "fit", after: 100, origin: "step" };
    assert.deepEqual(sent[1], { type: "log", asked });
    view.take(asked, logOf(["two"], { start: 100, end: 120 }));
    assert.deepEqual(texts(page.window.document, ".log-line"), ["12:00:00 one", "12:00:00 two"]);
    view.stop();
  });

  it("says why there is no log", () => {
    const view = show(runOf([load, fit]));
    view.take({ step: "fit" }, { problem: "The log is gone.", advice: "Run it again." });
    assert.deepEqual(texts(page.window.document, ".log .problem-view p"), ["The log is gone.", "Run it again."]);
  });
});
