import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { ComparedRun, RunDifference, RunsComparison, RunsPage, RunsRow } from "../../src/protocol";
import { h } from "../dom";
import { openPage, texts } from "../testPage";
import { columnsToShow, isHeading, lines, PLAIN, runsAmong } from "./arrange";
import type { ChartHost } from "./chart";
import { ComparisonView } from "./comparison";
import type { FromRuns, ToRuns } from "./contract";
import { toCsv, toMarkdown } from "./export";
import { parse } from "./filter";
import { RunsView } from "./page";
import { showPointMenu } from "./pointMenu";
import { type Run, Runs } from "./runs";
import { boxes, type Series, series, summary } from "./series";
import { numberIn } from "./values";

const COLUMNS: RunsPage["columns"] = [
  { name: "trainer.alpha", group: "parameter" },
  { name: "trainer.kind", group: "parameter" },
  { name: "evaluator.accuracy", group: "metric" },
];

function row(name: string, alpha: number | null, accuracy: number | null, rest: Partial<RunsRow> = {}): RunsRow {
  const values = [alpha, "linear", accuracy];
  return { name, short: name, status: "completed", tone: "passed", start: null, seconds: 1, values, ...rest };
}

function page(rows: readonly RunsRow[], rest: Partial<RunsPage> = {}): RunsPage {
  const path = { pipeline: "training" };
  return { title: "training", path, columns: COLUMNS, rows, offset: 0, total: rows.length, ...rest };
}

const ROWS = [
  row("r4", 0.1, null, { status: "failed", tone: "failed", error: "no data" }),
  row("r3", 0.1, 0.9, { tags: ["nightly", "gpu"] }),
  row("r2", 0.2, 0.7),
  row("r1", 0.2, 0.8),
];

/** Let a menu be removed as in Chromium: the focus leaves first, and what is removed twice is an error. */
function leaveAsChromium(chart: HTMLElement): void {
  const menu = chart.querySelector<HTMLElement>(".point-menu");
  if (!menu) return;
  menu.remove = () => {
    menu.dispatchEvent(new window.FocusEvent("focusout"));
    chart.removeChild(menu);
  };
}

function runsOf(...pages: readonly RunsPage[]): Runs {
  const runs = new Runs();
  for (const each of pages) runs.add(each);
  return runs;
}

function names(shown: readonly (Run | { heading: string; count: number })[]): string[] {
  return shown.map((line) => ("heading" in line ? `# ${line.heading} ${line.count}` : line.name));
}

describe("the pages of the server", () => {
  it("become one list, and a later page may bring a new column", () => {
    const later = { columns: [{ name: "loss", group: "metric" } as const], offset: 1, total: 2 };
    const runs = runsOf(page(ROWS.slice(0, 1), { total: 2 }), page([row("r0", null, null, { values: [3] })], later));
    assert.deepEqual(names(runs.rows), ["r4", "r0"]);
    assert.equal(runs.columns.at(-1)?.name, "loss");
    const [first, second] = runs.rows;
    assert.ok(first && second);
    assert.equal(runs.value(first, runs.columns.length - 1), null);
    assert.equal(runs.value(second, runs.columns.length - 1), 3);
    assert.ok(runs.isComplete);
  });

  it("change in place when the newest runs are sent again", () => {
    const runs = runsOf(page(ROWS));
    const fits = runs.update(page([row("r5", 0.3, 0.5), row("r4", 0.1, 0.6)], { total: 5 }));
    assert.ok(fits);
    assert.deepEqual(names(runs.rows), ["r5", "r4", "r3", "r2", "r1"]);
    assert.equal(runs.rows[1]?.values[1], "completed");
  });

  it("have to be read again when a run is gone", () => {
    assert.equal(runsOf(page(ROWS)).update(page(ROWS.slice(0, 2), { total: 3 })), false);
  });
});

describe("a filter", () => {
  const cases: [text: string, kept: string[]][] = [
    ["", ["r4", "r3", "r2", "r1"]],
    ["accuracy > 0.75", ["r3", "r1"]],
    ["evaluator.accuracy>=0.8 and alpha = 0.2", ["r1"]],
    ["status = failed", ["r4"]],
    ["status != failed accuracy < 0.9", ["r2", "r1"]],
    ["tags ~ gpu", ["r3"]],
    ['error = "no data"', ["r4"]],
    ["NIGHTLY", ["r3"]],
    ['accuracy = ""', ["r4"]],
    ["r2", ["r2"]],
    ["accuracy > 0.75, alpha = 0.1", ["r3"]],
    ["alpha = 0.2 and accuracy >", ["r2", "r1"]], // still being typed
    ['"trainer.alpha" < 0.15', ["r4", "r3"]],
  ];
  for (const [text, kept] of cases) {
    it(`\`${text}\``, () => {
      const runs = runsOf(page(ROWS));
      assert.deepEqual(names(runs.rows.filter(parse(text, runs).filter)), kept);
    });
  }

  const problems: [text: string, problem: string][] = [
    ["acuracy > 1", "No column is named “acuracy”."],
    ["accuracy > high", "“accuracy” is a number, and “high” is none."],
    ["duration > long", "“long” is no duration. Write “90 s” or “1 h 20 min”."],
    ["start > 3/4/2026", "“3/4/2026” is no date. Write “2026-03-31” or “2026-03-31 14:00”."],
  ];
  for (const [text, expected] of problems) {
    it(`says what is wrong with \`${text}\`, and keeps all runs`, () => {
      const runs = runsOf(page(ROWS));
      const { filter, problem } = parse(text, runs);
      assert.equal(problem, expected);
      assert.equal(runs.rows.filter(filter).length, 4);
    });
  }

  const [short, long, running] = [59.5, 4_805, null];
  const timed = [
    row("d3", 1, 1, { seconds: running, start: new Date("2026-03-02T00:00").toISOString() }),
    row("d2", 1, 1, { seconds: long, start: new Date("2026-03-01T23:59:59").toISOString() }),
    row("d1", 1, 1, { seconds: short, start: new Date("2026-03-01T08:30:10").toISOString() }),
  ];
  const times: [text: string, kept: string[]][] = [
    ["duration > 10 min", ["d2"]],
    ["duration>1h20min", ["d2"]],
    ["duration < 1 min d1", ["d1"]],
    ["duration >= 59.5", ["d2", "d1"]],
    ['duration = ""', ["d3"]],
    ["start = 2026-03-01", ["d2", "d1"]],
    ["start > 2026-03-01", ["d3"]],
    ["start <= 2026-03-01", ["d2", "d1"]],
    ["start = 2026-03-01 08:30", ["d1"]],
    ['start < "2026-03-01 08:30:10"', []],
  ];
  for (const [text, kept] of times) {
    it(`\`${text}\``, () => {
      const runs = runsOf(page(timed));
      assert.deepEqual(names(runs.rows.filter(parse(text, runs).filter)), kept);
    });
  }
});

describe("numbers that JSON does not have", () => {
  // The server sends them as text: see `numberIn`.
  const values = ["NaN", 2, "Infinity", "12345678901234567891", "12345678901234567890", "-Infinity", null];
  const columns = [{ name: "fit.loss", group: "metric" }] as const;
  const rows = values.map((value) => row(String(value), null, null, { values: [value] }));
  const runs = runsOf(page(rows, { columns }));
  const ordered = ["-Infinity", "2", "12345678901234567890", "12345678901234567891", "Infinity"];

  it("are numbers of their column, sorted by size, and what has no size comes last", () => {
    assert.equal(runs.columns.at(-1)?.kind, "number");
    for (const descending of [false, true]) {
      const sorted = lines(runs, () => true, { ...PLAIN, sort: { column: "loss", descending } });
      assert.deepEqual(names(sorted), [...(descending ? [...ordered].reverse() : ordered), "NaN", "null"]);
    }
  });

  const cases: [text: string, kept: string[]][] = [
    ["loss > 1e6", ["Infinity", "12345678901234567891", "12345678901234567890"]],
    ["loss = 12345678901234567891", ["12345678901234567891"]],
    ["loss = inf", ["Infinity"]],
    ["loss <= -inf", ["-Infinity"]],
    ["loss = nan", ["NaN"]],
    ["loss > nan", []],
    ["loss != nan loss < 3", ["2", "-Infinity"]],
  ];
  for (const [text, kept] of cases) {
    it(`\`${text}\``, () => {
      assert.deepEqual(names(runs.rows.filter(parse(text, runs).filter)), kept);
    });
  }

  it("are not what an object of JavaScript has", () => {
    const texts = ["constructor", "toString", "__proto__", "hasOwnProperty"];
    const noted = runsOf(
      page(
        texts.map((text) => row(text, null, null, { values: [text] })),
        { columns },
      ),
    );
    assert.equal(noted.columns.at(-1)?.kind, "text");
    assert.deepEqual(texts.map(numberIn), [undefined, undefined, undefined, undefined]);
  });

  it("are not drawn, and not written as formulas", () => {
    const drawn = series(runs, runs.rows.slice(0, 3), "run", ["fit.loss"]);
    assert.deepEqual(drawn.lines[0]?.y, [null, 2, null]);
    assert.equal(summary(drawn), "fit.loss: 2 (1 run)");
    assert.equal(
      toCsv(runs, runs.rows.slice(5, 6), [0, runs.columns.length - 1]),
      "run,fit.loss\r\n-Infinity,-Infinity\r\n",
    );
  });
});

describe("the order of the runs", () => {
  const sorts: [column: string, descending: boolean, sorted: string[]][] = [
    ["evaluator.accuracy", false, ["r2", "r1", "r3", "r4"]],
    ["evaluator.accuracy", true, ["r3", "r1", "r2", "r4"]],
    ["run", false, ["r1", "r2", "r3", "r4"]],
  ];
  for (const [column, descending, sorted] of sorts) {
    it(`by ${column}, ${descending ? "descending" : "ascending"}`, () => {
      const runs = runsOf(page(ROWS));
      assert.deepEqual(names(lines(runs, () => true, { ...PLAIN, sort: { column, descending } })), sorted);
    });
  }

  it("in groups", () => {
    const grouped = lines(runsOf(page(ROWS)), () => true, { ...PLAIN, group: "tags" });
    assert.deepEqual(names(grouped), ["# none 3", "r4", "r2", "r1", "# nightly 1", "r3", "# gpu 1", "r3"]);
    assert.deepEqual(names(runsAmong(grouped)), ["r4", "r2", "r1", "r3"]);
  });

  it("with numbers before texts, and the numbers in texts by size", () => {
    const columns = [{ name: "note", group: "parameter" }] as const;
    const notes = ["fold 10", 3, "fold 9", true, 20];
    const runs = runsOf(
      page(
        notes.map((note) => row(String(note), null, null, { values: [note] })),
        { columns },
      ),
    );
    const sorted = lines(runs, () => true, { ...PLAIN, sort: { column: "note", descending: false } });
    assert.deepEqual(names(sorted), ["3", "20", "fold 9", "fold 10", "true"]);
  });
});

describe("the columns", () => {
  const shown = (change: Partial<typeof PLAIN>): string[] => {
    const runs = runsOf(page(ROWS));
    return columnsToShow(runs, runs.rows, { ...PLAIN, ...change }).map((place) => runs.columns[place]?.name ?? "");
  };

  it("are those of the run, then parameters and metrics", () => {
    assert.deepEqual(
      shown({}).slice(-3),
      COLUMNS.map(({ name }) => name),
    );
    assert.equal(shown({})[0], "run");
  });

  it("that are the same in all runs can be left out", () => {
    assert.ok(!shown({ onlyDiffering: true }).includes("trainer.kind"));
    assert.ok(shown({ onlyDiffering: true }).includes("trainer.alpha"));
  });

  it("can be hidden, and put first", () => {
    const chosen = shown({ hidden: ["status"], first: ["evaluator.accuracy"] });
    assert.deepEqual(chosen.slice(0, 2), ["run", "evaluator.accuracy"]);
    assert.ok(!chosen.includes("status"));
  });
});

describe("a chart", () => {
  it("shows the runs from the oldest to the newest", () => {
    const runs = runsOf(page(ROWS));
    const drawn = series(runs, runs.rows, "run", ["evaluator.accuracy"]);
    assert.deepEqual(drawn.x, [1, 2, 3, 4]);
    assert.deepEqual(drawn.lines[0]?.y, [0.8, 0.7, 0.9, null]);
    assert.equal(summary(drawn), "evaluator.accuracy: 0.7 to 0.9, last 0.9 (3 runs)");
  });

  it("orders a scatter by its x", () => {
    const runs = runsOf(page(ROWS));
    const drawn = series(runs, runs.rows, "evaluator.accuracy", ["trainer.alpha"]);
    assert.deepEqual(drawn.x, [0.7, 0.8, 0.9]);
    assert.deepEqual(drawn.lines[0]?.y, [0.2, 0.2, 0.1]);
  });

  it("has a box for each value of a parameter", () => {
    const runs = runsOf(page(ROWS));
    const [one, two] = boxes(runs, runs.rows, "trainer.alpha", "evaluator.accuracy");
    assert.deepEqual([one?.label, one?.count, one?.median], ["0.1", 1, 0.9]);
    assert.deepEqual([two?.label, two?.low, two?.median, two?.high], ["0.2", 0.7, 0.75, 0.8]);
  });
});

describe("what is exported", () => {
  const runs = runsOf(page([row("=cmd()", 1, 2, { status: 'a "b", c', short: "…cmd" })]));
  const places = [0, 1].concat(runs.columns.length - 1);

  it("is CSV without formulas", () => {
    assert.equal(toCsv(runs, runs.rows, places), `run,status,evaluator.accuracy\r\n'=cmd(),"a ""b"", c",2\r\n`);
  });

  it("is a Markdown table without markup of its own", () => {
    const marked = runsOf(page([row("a|b <i>", 1, 2)]));
    assert.match(toMarkdown(marked, marked.rows, [0]), /\| a\\\|b \\<i\\> \|/);
  });
});

describe("two runs side by side", () => {
  before(() => {
    openPage();
  });
  const side = (name: string, rest: Partial<ComparedRun> = {}): ComparedRun => {
    return { name, short: name, status: "completed", tone: "passed", mark: "✓", path: { run: name }, ...rest };
  };
  const shown = (
    differences: RunsComparison["differences"],
    sources: RunsComparison["sources"] = [],
  ): { view: ComparisonView; page: HTMLElement; sent: FromRuns[] } => {
    const sent: FromRuns[] = [];
    const [left, right] = [side("r1"), side("r2", { status: "failed", tone: "failed", error: "no data" })];
    const compared = { title: "", left, right, differences, sources };
    const view = new ComparisonView(compared, (message) => sent.push(message));
    return { view, page: view.element, sent };
  };
  const output = (name: string): RunDifference => ({ kind: "output", name, left: "a", right: "b" });

  it("show the change of numbers, the kinds in order", () => {
    const { page: view } = shown([
      { kind: "parameter", name: "train.rate", left: "0.1", right: "0.2", change: 0.1, percent: 100 },
      { kind: "metric", name: "accuracy", left: "0.8", right: "0.6", change: -0.2, percent: -25 },
      { kind: "tag", name: "nightly", left: null, right: "nightly" },
    ]);
    assert.deepEqual(texts(view, ".group-head"), ["Metrics", "Parameters", "Tags"]);
    assert.deepEqual(texts(view, "td:last-child"), ["▼ 0.2 (−25 %)", "▲ 0.1 (+100 %)", ""]);
    assert.deepEqual(texts(view, "td.null"), ["none"]);
    assert.deepEqual(texts(view, ".error"), ["no data"]);
  });

  it("lead to the values of an output", () => {
    const { page: view, sent } = shown([output("train.model")]);
    view.querySelector<HTMLElement>("tbody button")?.click();
    assert.deepEqual(sent.at(-1), { type: "compareOutput", step: "train", output: "model" });
  });

  it("lead to the source of a step", () => {
    const sources = [{ step: "train", left: "a", right: "b", added: 2, removed: 1 }];
    const { page: view, sent } = shown([{ kind: "code", name: "train", left: "9 lines", right: "10 lines" }], sources);
    assert.deepEqual(texts(view, "td:last-child"), ["+2 −1 lines"]);
    view.querySelector<HTMLElement>("tbody button")?.click();
    assert.deepEqual(sent, [{ type: "compareSource", step: "train" }]);
  });

  it("ask for one output after the other, and show what differs in each", () => {
    const { view, page: element, sent } = shown([output("train.model"), output("load.rows")]);
    assert.deepEqual(sent, [{ type: "compareValues", step: "train", output: "model" }]);
    const name = { step: "train", output: "model" };
    const changes = [{ name: "depth", left: "2", right: "3", change: 1, percent: 50 }];
    const comparison = { kind: "tree", left: "", right: "", changes, changed: 1 } as const;
    view.addValues(name, { title: "", path: {}, left: "r1", digest: "1 value changed", comparison });
    assert.deepEqual(texts(element, ".value-details summary"), ["1 value changed"]);
    assert.deepEqual(texts(element, ".value-details td"), ["2", "3", "▲ 1 (+50 %)"]);
    assert.deepEqual(sent.at(-1), { type: "compareValues", step: "load", output: "rows" });
    view.addValues({ step: "load", output: "rows" }, { problem: "It is gone." });
    assert.deepEqual(texts(element, ".value-details > p"), ["It is gone."]);
  });

  it("may not differ", () => {
    assert.deepEqual(texts(shown([]).page, "[role=status]"), ["No differences"]);
  });
});

describe("the page", () => {
  before(() => {
    openPage();
  });

  function open(first: RunsPage): { view: RunsView; sent: FromRuns[]; charts: Series[]; hosts: ChartHost[] } {
    const hosts: ChartHost[] = [];
    const sent: FromRuns[] = [];
    const charts: Series[] = [];
    const nothing = (): void => undefined;
    const chart = {
      element: h("figure"),
      showSeries: (drawn: Series) => charts.push(drawn),
      showBoxes: nothing,
      clear: nothing,
    };
    const view = new RunsView(
      (message) => sent.push(message),
      (host) => {
        hosts.push(host);
        return chart;
      },
    );
    document.body.replaceChildren(view.element);
    view.add(first);
    return { view, sent, charts, hosts };
  }

  it("shows runs with their values, and the first metric in the chart", () => {
    const { view, charts } = open(page(ROWS));
    assert.deepEqual(texts(view.element, "tbody th"), ["r4", "r3", "r2", "r1"]);
    assert.deepEqual(texts(view.element, "tbody tr:first-child .status"), ["failed"]);
    assert.deepEqual(texts(view.element, ".head p"), ["4 runs"]);
    assert.equal(charts.at(-1)?.lines[0]?.name, "evaluator.accuracy");
  });

  it("begins with a number that moves", () => {
    const columns = ["rows", "loss"].map((name) => ({ name, group: "metric" as const }));
    const rows = [1, 2].map((loss) => row(`r${loss}`, null, null, { values: [150, loss] }));
    const { charts } = open(page(rows, { columns }));
    assert.deepEqual(
      charts.at(-1)?.lines.map(({ name }) => name),
      ["loss"],
    );
  });

  it("has only the rows on the screen in the document", () => {
    const many = Array.from({ length: 10_000 }, (_, at) => row(`r${at}`, at, at));
    const { view } = open(page(many));
    assert.ok(view.element.querySelectorAll("tbody tr").length < 200);
    assert.equal(view.element.querySelector("table")?.getAttribute("aria-rowcount"), "10001");
  });

  it("asks for the rest of the runs", () => {
    const { sent } = open(page(ROWS, { total: 9 }));
    assert.deepEqual(sent, [{ type: "more", offset: 4 }]);
  });

  it("opens a run by a click and by Enter", () => {
    const { view, sent } = open(page(ROWS));
    view.element.querySelector<HTMLElement>("tbody th button")?.click();
    const body = view.element.querySelector("tbody");
    body?.dispatchEvent(new window.KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
    body?.dispatchEvent(new window.KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    assert.deepEqual(sent, [
      { type: "open", run: "r4" },
      { type: "open", run: "r3" },
    ]);
  });

  it("compares the two runs that are selected", () => {
    const { view, sent } = open(page(ROWS));
    const compare = (): HTMLButtonElement | undefined =>
      [...view.element.querySelectorAll<HTMLButtonElement>(".action")].find((each) => each.textContent === "Compare");
    assert.equal(compare()?.disabled, true);
    for (const at of [1, 2]) view.element.querySelectorAll<HTMLElement>("tbody input")[at]?.click();
    compare()?.click();
    assert.deepEqual(sent, [{ type: "compare", runs: ["r3", "r2"] }]);
  });

  it("tells what moved a number, and compares the run with the one before", () => {
    const { view, sent } = open(page(ROWS));
    view.element.querySelector<HTMLElement>("thead .icon-button")?.click();
    assert.deepEqual(sent.at(-1), { type: "blame", metric: "evaluator.accuracy" });
    const run = (name: string): ComparedRun => ({
      name,
      short: name,
      status: "completed",
      tone: "passed",
      mark: "✓",
      path: {},
    });
    const cause = { kind: "parameter", name: "train.rate", left: "0.1", right: "0.2" } as const;
    const move = { run: run("r2"), before: run("r1"), was: 0.5, value: 0.75, change: 0.25, percent: 50 };
    const title = "What moved evaluator.accuracy";
    const moves = [{ ...move, causes: [cause] }];
    view.showMoves({ title, path: {}, metric: "evaluator.accuracy", runs: 4, moves });
    assert.deepEqual(texts(view.element, ".moves h2"), [title]);
    assert.deepEqual(texts(view.element, ".moves td"), [
      "0.5",
      "0.75",
      "▲ 0.25 (+50 %)",
      "parameter train.rate: 0.1 → 0.2",
    ]);
    view.element.querySelector<HTMLElement>(".moves .link")?.click();
    assert.deepEqual(sent.at(-1), { type: "compare", runs: ["r2", "r1"] });
    view.element.querySelector<HTMLElement>(".moves-head .icon-button")?.click();
    assert.deepEqual(texts(view.element, ".moves"), []);
  });

  it("tells what moved a number from a point of the chart, and compares its run with the one before", () => {
    const { view, sent, hosts } = open(page(ROWS));
    const point = (name: string): Run => ({ name, short: name, tone: "passed", tags: [], values: [] });
    const [openRun, blame] = hosts[0]?.actions(point("r3")) ?? [];
    assert.deepEqual([openRun?.words, blame?.words], ["Open r3", "What moved evaluator.accuracy?"]);
    blame?.run();
    assert.deepEqual(sent.at(-1), { type: "blame", metric: "evaluator.accuracy" });
    const answer = { title: "Moves", path: {}, metric: "evaluator.accuracy", runs: 4, moves: [] };
    view.showMoves(answer);
    assert.deepEqual(texts(view.element, ".moves p"), ["Compare it with r2"]);
    view.element.querySelector<HTMLElement>(".moves p .link")?.click();
    assert.deepEqual(sent.at(-1), { type: "compare", runs: ["r3", "r2"] });
    const run = { name: "r2", short: "r2", status: "completed", tone: "passed", mark: "✓", path: {} } as const;
    const move = {
      run,
      before: { ...run, name: "r1" },
      was: 0.8,
      value: 0.7,
      change: -0.1,
      percent: -12.5,
      causes: [],
    };
    view.showMoves({ ...answer, moves: [move] });
    assert.deepEqual(texts(view.element, ".moves p"), ["r3 is not among them. Compare it with r2"]);
    view.showMoves({ ...answer, metric: "trainer.loss", moves: [move] });
    view.showMoves({ ...answer, moves: [move] });
    assert.deepEqual(texts(view.element, ".moves p"), [], "a hover asked for another number meanwhile");
  });

  it("shows the menu of a point, which goes with a choice and with Escape", () => {
    const chart = h("figure", { tabindex: "-1" });
    document.body.replaceChildren(chart);
    const chosen: string[] = [];
    const actions = ["Open r3", "What moved loss?"].map((words) => ({ words, run: () => chosen.push(words) }));
    const show = (): void => {
      showPointMenu(chart, 10, 10, actions);
      leaveAsChromium(chart);
    };
    const press = (key: string): unknown =>
      document.activeElement?.dispatchEvent(new window.KeyboardEvent("keydown", { key, bubbles: true }));
    show();
    show();
    assert.deepEqual(texts(chart, "[role=menuitem]"), ["Open r3", "What moved loss?"]);
    assert.equal(document.activeElement?.textContent, "Open r3");
    press("ArrowDown");
    assert.equal(document.activeElement.textContent, "What moved loss?");
    press("Escape");
    assert.deepEqual(texts(chart, "[role=menuitem]"), []);
    assert.equal(document.activeElement, chart);
    show();
    press("ArrowUp");
    document.activeElement.click();
    assert.deepEqual(chosen, ["What moved loss?"]);
    assert.deepEqual(texts(chart, "[role=menuitem]"), []);
  });

  it("sorts by a click on a head, and remembers it", () => {
    const { view, sent, charts } = open(page(ROWS));
    const head = [...view.element.querySelectorAll<HTMLElement>("thead .sort")].at(-1);
    head?.click();
    assert.deepEqual(texts(view.element, "tbody th"), ["r2", "r1", "r3", "r4"]);
    assert.equal(charts.length, 1, "the chart does not depend on the order");
    const last = sent.at(-1);
    assert.ok(last?.type === "arranged");
    assert.deepEqual(last.arrangement.sort, { column: "evaluator.accuracy", descending: false });
  });

  it("shows the heads of groups", () => {
    const { view } = open(page(ROWS));
    view.add(page(ROWS));
    const grouped = lines(runsOf(page(ROWS)), () => true, { ...PLAIN, group: "status" });
    assert.deepEqual(
      grouped.filter(isHeading).map(({ heading }) => heading),
      ["failed", "completed"],
    );
  });
});

describe("the script of the page", () => {
  it("shows the runs again after an update that failed", async () => {
    const { window: own } = openPage();
    const ResizeObserver = class {
      observe = (): void => undefined;
    };
    const matchMedia = (): unknown => ({ addEventListener: () => undefined });
    const sent: FromRuns[] = [];
    const acquireVsCodeApi = (): unknown => ({
      postMessage: (message: FromRuns) => sent.push(message),
      setState: () => undefined,
    });
    const { CustomEvent, MutationObserver, navigator } = own;
    const browser = {
      CustomEvent,
      MutationObserver,
      navigator,
      devicePixelRatio: 1,
      ResizeObserver,
      matchMedia,
      acquireVsCodeApi,
    };
    for (const [name, value] of Object.entries(browser))
      Object.defineProperty(globalThis, name, { value, configurable: true });
    await import("./main");
    const receive = (data: ToRuns): boolean => own.dispatchEvent(new own.MessageEvent("message", { data }));
    const shown = (): string[] => texts(own.document, "h1, .problem-text");
    receive({ type: "runs", page: page([]), arrangement: {} });
    assert.deepEqual(shown(), ["training"]);
    receive({ type: "trouble", trouble: { problem: "The history is locked." }, steps: ["retry", "logs"] });
    assert.deepEqual(shown(), ["The history is locked."]);
    assert.deepEqual(texts(own.document, ".next-steps button"), ["Try again", "Show logs"]);
    own.document.querySelector<HTMLElement>(".next-steps button")?.click();
    assert.deepEqual(sent.at(-1), { type: "step", step: "retry" });
    receive({ type: "newest", page: page([]) });
    assert.deepEqual(shown(), ["training"]);
  });
});
