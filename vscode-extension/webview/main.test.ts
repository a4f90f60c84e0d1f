import assert from "node:assert/strict";
import { before, beforeEach, describe, it } from "node:test";
import type { JSDOM } from "jsdom";
import type { Preview, Reading, RunFacts, RunPage, SchemaDrift, StepFacts } from "../src/protocol";
import type { FromPage, ToPage } from "./contract";
import { h } from "./dom";
import { openPage, texts } from "./testPage";

const sent: FromPage[] = [];
let page: JSDOM;
/** The page before its first answer came. */
let early: string[] = [];
/** The page that turned to another output before the first answer came. */
let other: string[] = [];

const path = { pipeline: "training", run: "run 2", step: "train", output: "accuracy" };
const run: RunFacts = {
  name: "run 2",
  short: "run 2",
  status: "failed",
  tone: "failed",
  mark: "✗",
  path: { run: "run 2" },
  start: "2026-03-01T12:00:00Z",
  duration: "40 s",
};
const step: StepFacts = {
  name: "train",
  status: "completed",
  tone: "passed",
  mark: "✓",
  start: "2026-03-01T12:00:10Z",
  duration: "12 s",
  parameters: [{ name: "C", value: "0.1" }],
  outputs: [{ name: "accuracy", type: "float", path }],
};
const reading: Reading = {
  title: "accuracy",
  subtitle: "",
  path,
  output: { uri: "/store/accuracy", data_type: "builtins.float" },
  run,
  step,
  preview: { kind: "json", summary: "0.93", value: 0.93 },
};
const runs = ["run 3", "run 2", "training-2026_02"].map((name, index) => ({
  name,
  short: name.replace("training-", "…"),
  mark: index ? "✓" : "✗",
  path: { ...path, run: name },
}));

function receive(message: ToPage): void {
  page.window.dispatchEvent(new page.window.MessageEvent("message", { data: message }));
}

function find(selector: string): HTMLElement {
  const element = page.window.document.querySelector<HTMLElement>(selector);
  assert(element, selector);
  return element;
}

describe("the panel", () => {
  before(async () => {
    page = openPage();
    Object.assign(globalThis, {
      acquireVsCodeApi: () => ({ postMessage: (message: FromPage) => sent.push(message), setState: () => undefined }),
    });
    const names = h("ol", { class: "path" }, h("li", {}, "run 2"), h("li", {}, "accuracy"));
    find("#app").append(names, h("p", { class: "loading" }, "Reading accuracy…"), h("div", { class: "skeleton" }));
    await import("./main");
    receive({ type: "loading", names: ["run 2", "accuracy"], words: "Reading accuracy…" });
    early = texts(page.window.document, "main .path li, main .loading, main .skeleton");
    receive({ type: "loading", names: ["run 3", "accuracy"], words: "Reading accuracy…" });
    other = texts(page.window.document, "main .path li, main .loading, main .skeleton");
  });

  it("keeps its skeleton until the output is there, or names the other output that is read instead", () => {
    assert.deepEqual(early, ["run 2", "accuracy", "Reading accuracy…", ""]);
    assert.deepEqual(other, ["run 3", "accuracy", "Reading accuracy…"]);
    assert.deepEqual(texts(page.window.document, ".skeleton"), []);
  });

  beforeEach(() => {
    sent.length = 0;
    receive({ type: "reading", reading });
    receive({ type: "runs", runs });
  });

  it("says where the output is from, and how its step and its run went", () => {
    const { document } = page.window;
    receive({ type: "reading", reading });
    receive({ type: "runs", runs: [] });
    assert.deepEqual(texts(document, ".path li"), ["training", "run 2", "train", "accuracy"]);
    assert.deepEqual(texts(document, ".status"), ["completed", "run failed"]);
    assert.deepEqual(texts(document, ".status.passed, .status.failed").length, 2);
    assert.match(find(".head-facts").textContent, /0\.93.*2026.*12 s/);
    assert.deepEqual(texts(document, ".scalar"), ["0.93"]);
  });

  it("goes to older and newer runs", () => {
    find("[aria-label='Older run']").click();
    find("[aria-label='Newer run']").click();
    const select = find("select") as HTMLSelectElement;
    assert.deepEqual(texts(select, "option"), ["✗ run 3", "run 2", "…2026_02"]);
    assert.equal(select.selectedIndex, 1);
    select.selectedIndex = 0;
    select.dispatchEvent(new page.window.Event("change"));
    assert.deepEqual(
      sent,
      [2, 0, 0].map((index) => ({ type: "open", path: runs[index]?.path })),
    );
  });

  it("offers to load what is loadable in Python, and shows the value in a tab of its own", () => {
    const { document } = page.window;
    assert.equal(document.querySelector("[aria-label='Load in Python…']"), null);
    receive({ type: "reading", reading: { ...reading, loadable: true } });
    find("[aria-label='Load in Python…']").click();
    assert.deepEqual(sent.pop(), { type: "load" });
    const value = { type: "shop.Cart", repr: "Cart(2)", describe: "two things", notes: ["Its picture failed."] };
    find("[aria-label='Load in Python…']").focus();
    receive({ type: "loaded", answer: { title: "cart", path, value } });
    receive({ type: "tab", view: { kind: "loaded" } });
    assert.equal(document.activeElement?.textContent, "In Python");
    assert.deepEqual(texts(document, "[role=tab]"), ["Value", "In Python"]);
    assert.equal(find("[role=tab][aria-selected=true]").textContent, "In Python");
    assert.deepEqual(texts(document, ".loaded-view h2"), ["repr", "describe()"]);
    assert.deepEqual(texts(document, ".loaded-view p"), ["shop.Cart", "Its picture failed."]);
    assert.deepEqual(texts(document, ".loaded-view pre"), ["Cart(2)", "two things"]);
    find("[role=tab]").click();
    assert.deepEqual(texts(document, ".scalar"), ["0.93"]);
    receive({ type: "reading", reading });
    assert.deepEqual(texts(document, "[role=tab]"), []);
  });

  it("leaves the focus where the person is when a value is loaded or a hidden page comes back", () => {
    receive({ type: "reading", reading: { ...reading, metadata: [{ name: "rows", value: "150" }] } });
    const field = h("input");
    page.window.document.body.append(field);
    field.focus();
    for (const kind of ["loaded", "metadata"] as const) {
      receive({ type: "loaded", answer: { title: "cart", path, value: { type: "Cart", repr: "Cart(2)" } } });
      receive({ type: "tab", view: { kind } });
      assert.equal(page.window.document.activeElement, field);
    }
    field.remove();
    assert.equal(find("[role=tab][aria-selected=true]").textContent, "Metadata");
  });

  it("says why a value is not loaded", () => {
    receive({ type: "loaded", answer: { problem: "It needs sklearn.", advice: "Install it." } });
    receive({ type: "tab", view: { kind: "loaded" } });
    assert.deepEqual(texts(page.window.document, "[role=alert] p"), ["It needs sklearn.", "Install it."]);
  });

  it("asks for what its buttons say", () => {
    for (const label of [
      "Compare with another run",
      "Copy code that reads this output",
      "Copy the artifact's path",
      "Open the artifact's folder",
      "Read again",
    ]) {
      find(`[aria-label="${label}"]`).click();
    }
    assert.deepEqual(
      sent.map(({ type }) => type),
      ["compare", "copyCode", "copyPath", "openFolder", "refresh"],
    );
  });

  it("leads to the run, and from the run to its outputs", () => {
    find("[aria-label='Show the run']").click();
    assert.deepEqual(sent.pop(), { type: "open", path: { pipeline: "training", run: "run 2", source: null } });
    const steps = [{ ...step, entrypoint: "train_model", tone: "failed" as const }];
    const shown: RunPage = {
      title: "run 2",
      subtitle: "",
      path: { pipeline: "training", run: "run 2" },
      run,
      loading: false,
      steps,
      runs: [],
    };
    receive({ type: "run", page: shown });
    assert.deepEqual(texts(page.window.document, ".detail-head > *"), [
      "train",
      "completed",
      "12 s",
      "function train_model",
    ]);
    find(".detail-columns .link").click();
    assert.deepEqual(sent.pop(), { type: "open", path });
  });

  it("has a tab for each visualization that ZenML stored, and for the metadata", () => {
    const visualizations = [{ kind: "html", name: "report.html" }];
    receive({ type: "reading", reading: { ...reading, visualizations, metadata: [{ name: "rows", value: "150" }] } });
    const { document } = page.window;
    assert.deepEqual(texts(document, "[role=tab]"), ["Value", "report.html", "Metadata"]);
    find("[role=tab]:nth-child(2)").click();
    assert.deepEqual(sent.pop(), { type: "page", view: {}, visualization: 0 });
    receive({ type: "page", preview: { kind: "html", summary: "report", text: "<script>1</script>" } });
    assert.equal(find("iframe").getAttribute("sandbox"), "");
    const key = new page.window.KeyboardEvent("keydown", { key: "ArrowRight" });
    find("[role=tablist]").dispatchEvent(key);
    assert.deepEqual(texts(document, "main dt, main dd"), ["rows", "150"]);
    assert.equal(document.activeElement, find("[role=tab][aria-selected=true]"));
    receive({ type: "reading", reading });
    assert.deepEqual(texts(document, "[role=tab]"), []);
  });

  it("keeps what is there while the next is on its way", () => {
    receive({ type: "loading", names: ["next"], words: "Reading next…" });
    assert(find("main").classList.contains("waiting"));
    assert.deepEqual(texts(page.window.document, ".scalar"), ["0.93"]);
    receive({ type: "page", preview: { kind: "text", summary: "", text: "next" } });
    assert(!find("main").classList.contains("waiting"));
    assert.deepEqual(texts(page.window.document, "main pre"), ["next"]);
  });

  it("keeps focus and what is being typed when rows arrive", () => {
    const table = {
      columns: [{ name: "x", type: "" }],
      rows: Array.from({ length: 9 }, () => [1]),
      offset: 0,
      total: 9,
    };
    receive({ type: "reading", reading: { ...reading, preview: { kind: "table", summary: "", table } } });
    const field = find("input") as HTMLInputElement;
    field.focus();
    field.value = "os";
    field.dispatchEvent(new page.window.Event("change"));
    assert.deepEqual(sent.pop(), { type: "page", view: { offset: 0, find: "os" } });
    field.value = "osl";
    receive({ type: "page", preview: { kind: "table", summary: "", table } });
    const next = find("input") as HTMLInputElement;
    assert.notEqual(next, field);
    assert.equal(next, page.window.document.activeElement);
    assert.equal(next.value, "osl");
    next.dispatchEvent(new page.window.Event("change"));
    assert.deepEqual(sent.pop(), { type: "page", view: { offset: 0, find: "osl" } });
  });

  it("does not claim a search that the server refused", () => {
    const rows = Array.from({ length: 9 }, () => [1]);
    const table = { columns: [{ name: "x" }], rows, offset: 0, total: 9 };
    receive({ type: "reading", reading: { ...reading, preview: { kind: "table", summary: "", table } } });
    const field = find("input") as HTMLInputElement;
    field.value = "osl";
    field.dispatchEvent(new page.window.Event("change"));
    receive({ type: "page", preview: { kind: "table", summary: "", table, text: "This table is too large." } });
    assert.equal((find("input") as HTMLInputElement).value, "");
    assert.deepEqual(texts(page.window.document, ".note"), ["This table is too large."]);
  });

  const people = {
    columns: [
      { name: "", type: "int64" },
      { name: "age", type: "int64" },
    ],
    index: 1,
    rows: [
      [0, 41],
      [1, null],
    ],
    offset: 0,
    total: 9_000_000,
  };
  const table = (more: object = {}): Preview => ({ kind: "table", summary: "", table: { ...people, ...more } });

  it("filters a table of any size by a condition, and says what is wrong with one", () => {
    receive({ type: "reading", reading: { ...reading, preview: table() } });
    const field = find(".condition") as HTMLInputElement;
    field.value = "age >";
    field.dispatchEvent(new page.window.Event("change"));
    assert.deepEqual(sent.pop(), { type: "page", view: { offset: 0, where: "age >" } });
    receive({ type: "page", preview: { kind: "problem", summary: "", text: "It ends.", advice: "Write more." } });
    assert.deepEqual(texts(page.window.document, ".condition-problem"), ["It ends. Write more."]);
    assert.equal(texts(page.window.document, "tbody tr").length, 2);
    assert.equal((find(".condition") as HTMLInputElement).value, "age >");
    receive({ type: "page", preview: table({ rows: [[0, 41]], numbers: [0], total: 1 }) });
    assert.deepEqual(texts(page.window.document, ".condition-problem"), []);
    assert.deepEqual(texts(page.window.document, ".range"), ["1 row found · 1 column"]);
  });

  it("goes back to the rows before when a query is cancelled", () => {
    receive({ type: "reading", reading: { ...reading, preview: table() } });
    find("thead .sort").click();
    assert(find("main").classList.contains("waiting"));
    receive({ type: "cancelled" });
    assert(!find("main").classList.contains("waiting"));
    assert.equal(find("th[aria-sort]").getAttribute("aria-sort"), "none");
  });

  const age = {
    column: "age",
    position: 1,
    type: "int64",
    rows: 4,
    missing: 1,
    distinct: 3,
    min: 12,
    max: 77,
    mean: 43.25,
    q25: 20,
    median: 41,
    q75: 77,
    bars: [
      { low: 12, high: 44, count: 2 },
      { low: 45, high: 77, count: 1 },
    ],
  };

  it("sums the columns of a small table up by itself, and again for other rows but not for another order", () => {
    receive({ type: "reading", reading: { ...reading, preview: table({ total: 9 }) } });
    assert.deepEqual(sent, [{ type: "profile", view: {}, isAsked: false }, { type: "columns" }]);
    assert.equal(texts(page.window.document, ".statistics .fact").length, 2, "they are on their way");
    receive({ type: "profile", view: {}, columns: [age] });
    find("thead .sort").click();
    receive({ type: "page", preview: table({ total: 9, numbers: [0, 1] }) });
    assert.deepEqual(sent.pop()?.type, "page");
    assert.equal(texts(page.window.document, ".statistics .summary").length, 1);
    const field = find(".condition") as HTMLInputElement;
    field.value = "age > 1";
    field.dispatchEvent(new page.window.Event("change"));
    receive({ type: "page", preview: table({ total: 1, numbers: [0] }) });
    const asked = sent.pop();
    assert(asked?.type === "profile" && asked.view.where === "age > 1");
    receive({ type: "profile", view: {}, columns: [age] });
    assert.equal(texts(page.window.document, ".statistics .summary").length, 0, "an answer of other rows");
    receive({ type: "profile", view: asked.view, columns: null });
    assert.equal(texts(page.window.document, ".statistics").length, 0);
  });

  it("opens the rows with Data Wrangler where that is installed", () => {
    receive({ type: "reading", reading: { ...reading, preview: table() } });
    assert.equal(page.window.document.querySelector("[aria-label='Open with Data Wrangler']"), null);
    receive({ type: "reading", reading: { ...reading, preview: table() }, hasWrangler: true });
    find("[aria-label='Open with Data Wrangler']").click();
    assert.deepEqual(sent.pop(), { type: "wrangle", view: {} });
  });

  it("shows a column at large, and takes the focus there and back", () => {
    receive({ type: "reading", reading: { ...reading, preview: table({ total: 9 }) } });
    receive({ type: "profile", view: {}, columns: [age] });
    find(".summary").click();
    assert.equal(find(".column-detail h2").textContent, "age");
    assert.equal(find(".column-detail [role=img]").getAttribute("aria-label"), "12 to 44: 2, 45 to 77: 1");
    assert.deepEqual(texts(find(".column-detail"), "dd"), [
      "4",
      "1 (25 %)",
      "3",
      "12",
      "20",
      "41",
      "77",
      "77",
      "43.25",
    ]);
    assert.equal(page.window.document.activeElement, find("[aria-label='Close']"));
    find("[aria-label='Close']").click();
    assert.deepEqual(texts(page.window.document, ".column-detail"), []);
    assert.equal(page.window.document.activeElement, find(".summary"));
  });

  it("shows the statistics of each column under its name, and exports the rows", () => {
    receive({ type: "reading", reading: { ...reading, preview: table() } });
    find("[aria-label='Sum up the columns']").click();
    assert.deepEqual(sent.pop(), { type: "profile", view: {}, isAsked: true });
    receive({ type: "profile", view: {}, columns: [age] });
    const facts = ["missing 1 (25 %)", "distinct 3 (all)", "12 to 77", "mean 43.25", "quartiles 20 · 41 · 77"];
    assert.deepEqual(texts(page.window.document, ".statistics .fact"), facts);
    find("[aria-label='Hide the statistics']").click();
    assert.deepEqual(texts(page.window.document, ".statistics"), []);
    find("[aria-label='Export the rows']").click();
    assert.deepEqual(sent.pop(), { type: "export", view: {} });
  });

  const wide = (first: number, more: object = {}): Preview => ({
    kind: "table",
    summary: "",
    table: {
      columns: Array.from({ length: 100 }, (_, at) => ({ name: `c${first + at}`, type: "int64" })),
      rows: [Array.from({ length: 100 }, (_, at) => first + at)],
      offset: 0,
      total: 1,
      width: 500,
      first_column: first,
      ...more,
    },
  });
  const all = Array.from({ length: 500 }, (_, at) => ({ name: `c${at}`, type: "int64" }));
  const press = (element: HTMLElement, key: string) =>
    element.dispatchEvent(new page.window.KeyboardEvent("keydown", { key, bubbles: true }));
  const pages = () => sent.filter(({ type }) => type === "page").map((message) => (message as { view: object }).view);

  it("goes to one of 500 columns by its name", () => {
    receive({ type: "reading", reading: { ...reading, preview: wide(0) } });
    receive({ type: "columns", columns: { columns: all } });
    const field = find("[aria-label='Find a column']") as HTMLInputElement;
    field.value = "c321";
    field.dispatchEvent(new page.window.Event("input"));
    press(field, "Enter");
    assert.deepEqual(pages(), [{ picked: null, first_column: 300 }]);
    receive({ type: "page", preview: wide(300) });
    assert.equal(page.window.document.activeElement, find(".grid"), "a table of one row has no buttons in its head");
    assert.deepEqual(texts(page.window.document, ".range"), ["1 row · columns 301–400 of 500"]);
  });

  it("shows the columns that the person picks, and keeps frozen ones before all others", () => {
    receive({ type: "reading", reading: { ...reading, preview: wide(0) } });
    receive({ type: "columns", columns: { columns: all } });
    const field = find("[aria-label='Find a column']") as HTMLInputElement;
    field.value = "c49";
    field.dispatchEvent(new page.window.Event("input"));
    [...page.window.document.querySelectorAll<HTMLElement>(".columns-buttons button")][0]?.click();
    const picked = [49, 490, 491, 492, 493, 494, 495, 496, 497, 498, 499];
    assert.deepEqual(pages(), [{ picked, first_column: 0 }]);
    const few = { columns: picked.map((at) => ({ name: `c${at}` })), rows: [picked, picked], total: 2, picked };
    receive({ type: "page", preview: wide(0, few) });
    assert.deepEqual(texts(page.window.document, ".range"), ["2 rows · 11 of 500 columns"]);
    find("thead .sort").click();
    assert.deepEqual(pages().at(-1), { picked, first_column: 0, offset: 0, sort: 49, descending: false });
    receive({ type: "cancelled" });
    find("[aria-label='Keep c490 in sight']").click();
    const frozen = [490, 49, ...picked.slice(2)];
    assert.deepEqual(pages().at(-1), { picked: frozen, first_column: 0 });
    receive({ type: "page", preview: wide(0, { ...few, picked: frozen }) });
    assert.equal(
      page.window.document.querySelectorAll("thead tr:first-child .frozen").length,
      2,
      "with the row number",
    );
    find("[aria-label='Export the rows']").click();
    assert.deepEqual(sent.at(-1), { type: "export", view: { picked: frozen, first_column: 0 } });
  });

  it("says in a line and at the heads which columns the run before had not", () => {
    const path = { pipeline: "p", run: "monday" };
    const drift: SchemaDrift = {
      run: { name: "monday", short: "monday", status: "completed", tone: "passed", mark: "✓", path },
      added: ["age"],
      removed: ["id"],
      changed: [{ name: "c", before: "int64", after: "float64" }],
    };
    receive({ type: "reading", reading: { ...reading, preview: table() } });
    receive({ type: "columns", columns: { columns: people.columns, index: 1, drift } });
    const line = "Columns differ from monday: added age · removed id · other type c int64 → float64";
    assert.deepEqual(texts(page.window.document, ".drift"), [line]);
    assert.deepEqual(texts(page.window.document, ".drift-mark"), ["new"]);
  });

  it("follows the newest run, and says that there is a newer one", () => {
    receive({ type: "reading", reading });
    const path = { ...reading.path, run: "newer" };
    const newest = {
      path,
      run: { name: "newer", short: "newer", status: "completed", tone: "passed", mark: "✓", path },
    } as const;
    receive({ type: "newest", newest, follow: null });
    find(".newer").click();
    assert.deepEqual(sent.pop(), { type: "open", path });
    find("[aria-label='Follow the newest run']").click();
    assert.deepEqual(sent.pop(), { type: "follow", follow: "newest" });
    receive({ type: "newest", newest: {}, follow: "newest" });
    const pin = find("[aria-label='Stop following the newest run']");
    assert.equal(pin.getAttribute("aria-pressed"), "true");
    assert.deepEqual(texts(page.window.document, ".newer"), []);
    receive({ type: "newest", newest: {}, follow: null });
  });

  it("folds its other actions into a menu", () => {
    const menu = find(".menu");
    find("[aria-label='More actions']").click();
    assert.equal(menu.hidden, false);
    assert.deepEqual(texts(menu, "[role=menuitem]"), [
      "Copy code that reads this output",
      "Open in a notebook",
      "Copy the artifact's path",
      "Open the artifact's folder",
      "Follow the newest successful run",
      "Read again",
    ]);
    menu.dispatchEvent(new page.window.KeyboardEvent("keydown", { key: "ArrowUp" }));
    (page.window.document.activeElement as HTMLElement).click();
    assert.deepEqual(sent, [{ type: "refresh" }]);
    assert.equal(menu.hidden, true);
  });

  it("tells a problem of the output once", () => {
    receive({
      type: "reading",
      reading: { ...reading, preview: { kind: "problem", summary: "Gone.", text: "Gone.", advice: "Run it again." } },
    });
    assert.equal(page.window.document.body.textContent.split("Gone.").length, 2);
  });

  it("shows what is wrong and what to do", () => {
    receive({ type: "trouble", trouble: { problem: "No such run.", advice: "There are: a, b" } });
    assert.deepEqual(texts(page.window.document, ".path"), []);
    assert.deepEqual(texts(page.window.document, ".problem-view p"), ["No such run.", "There are: a, b"]);
  });
});
