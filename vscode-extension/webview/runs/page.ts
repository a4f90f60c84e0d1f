/** The page of a pipeline's runs: a chart, the controls, and the table of runs. */
import type { BlameAnswer, RunsPage } from "../../src/protocol";
import { h, iconButton, textButton } from "../dom";
import { count, counted } from "../format";
import { type Arrangement, columnsToShow, differs, type Line, lines, PLAIN, runsAmong } from "./arrange";
import type { Chart, ChartHost } from "./chart";
import type { FromRuns } from "./contract";
import { chartControls, checkbox, chooser, columnsMenu, filterField } from "./controls";
import { toCsv, toMarkdown } from "./export";
import { parse } from "./filter";
import { Grid } from "./grid";
import { movesView, type Point } from "./moves";
import type { PointAction } from "./pointMenu";
import { type Column, type Run, Runs } from "./runs";
import { boxes, series } from "./series";

type Send = (message: FromRuns) => void;

/** The parts of the arrangement that the chart shows and the table does not. */
const CHART_ALONE: readonly (keyof Arrangement)[] = ["charted", "x"];
/** The parts that the chart shows. Thousands of points are not drawn again for a sort. */
const CHARTED: readonly (keyof Arrangement)[] = ["filter", ...CHART_ALONE];

type RunsChart = Pick<Chart, "element" | "showSeries" | "showBoxes" | "clear">;

export class RunsView {
  readonly element = h("div", { class: "runs" });
  private readonly runs = new Runs();
  private readonly heading = h("h1");
  private readonly empty = h("p", { class: "empty" }, "No runs yet. Run the pipeline, and its runs appear here.");
  private readonly counts = h("p", { class: "dim", role: "status" });
  private readonly controls = h("div", { class: "runs-controls", role: "toolbar", "aria-label": "Runs" });
  private readonly charting = h("div", { class: "runs-controls", role: "toolbar", "aria-label": "Chart" });
  private readonly chart: RunsChart;
  private readonly grid = new Grid({
    open: (run) => {
      this.open(run);
    },
    toggle: (run) => {
      this.toggle(run);
    },
    blame: (column) => {
      this.blame(column);
    },
    sort: (column) => {
      this.change({ sort: nextSort(this.arrangement, column) });
    },
  });
  private readonly moves = h("div", { role: "status" });
  /** The point of the chart for which the user requested the moves. */
  private asked: { readonly metric: string; readonly run: Run } | undefined;
  private selected: ReadonlySet<string> = new Set();
  private arrangement: Arrangement = PLAIN;
  private isArranged = false;
  /** Whether older runs have been requested. */
  private isAsking = false;
  private shown: readonly Line[] = [];
  private places: readonly number[] = [];

  constructor(
    private readonly send: Send,
    chart: (host: ChartHost) => RunsChart,
  ) {
    this.chart = chart({
      open: (run) => {
        this.open(run);
      },
      brush: (runs) => {
        this.select(new Set(runs.map(({ name }) => name)));
      },
      actions: (run) => this.actionsOf(run),
    });
    const head = h("header", { class: "head" }, this.heading, this.counts);
    const { charting, moves, controls, grid, empty } = this;
    this.element.append(head, empty, charting, this.chart.element, moves, controls, grid.element);
  }

  /** Add a page of runs, and request the next one. */
  add(page: RunsPage, chosen: Partial<Arrangement> = {}): void {
    this.heading.textContent = page.title;
    this.runs.add(page);
    if (!this.isArranged) this.arrange(chosen);
    this.isAsking = false;
    if (page.rows.length) this.askForOlder();
    this.showControls();
    this.showRuns();
  }

  /** Show the newest runs again. An unfinished run changes in place. */
  update(page: RunsPage): void {
    if (this.runs.update(page)) this.askForOlder();
    else this.ask(0);
    this.showControls();
    this.showRuns();
  }

  /** End the wait for an answer that does not arrive. */
  interrupt(): void {
    this.isAsking = false;
  }

  private askForOlder(): void {
    if (!this.runs.isComplete && !this.isAsking) this.ask(this.runs.rows.length);
  }

  private ask(offset: number): void {
    this.isAsking = true;
    this.send({ type: "more", offset });
  }

  /** Show what moved a number, or the reason why that is not known. */
  showMoves(answer: BlameAnswer): void {
    if ("problem" in answer) {
      this.moves.replaceChildren(h("p", { class: "dim" }, [answer.problem, answer.advice].filter(Boolean).join(" ")));
      return;
    }
    if (this.asked?.metric !== answer.metric) this.asked = undefined; // a hover or a command made the request
    const host = {
      compare: (run: string, before: string) => {
        this.send({ type: "compare", runs: [run, before] });
      },
      close: () => {
        this.moves.replaceChildren();
      },
    };
    this.moves.replaceChildren(movesView(answer, this.pointAsked(), host));
  }

  /** The run of the requested point, with the previous run that has the number. */
  private pointAsked(): Point | undefined {
    if (!this.asked) return undefined;
    const { metric, run } = this.asked;
    const place = this.runs.columns.findIndex(({ name }) => name === metric);
    const older = this.runs.rows.slice(this.runs.rows.findIndex(({ name }) => name === run.name) + 1);
    const before = older.find((each) => this.runs.value(each, place) !== null);
    return before && { run, before };
  }

  /** The menu of a point: its run, and what moved each number that was logged or saved. */
  private actionsOf(run: Run): PointAction[] {
    const open = (): void => {
      this.open(run);
    };
    const { charted } = this.arrangement;
    const metrics = this.runs.columns.filter(({ name, group }) => group === "metric" && charted.includes(name));
    const moves = metrics.map(({ name }) => {
      const blame = (): void => {
        this.blame(name, run);
      };
      return { words: `What moved ${name}?`, run: blame };
    });
    return [{ words: `Open ${run.short}`, run: open }, ...moves];
  }

  private blame(metric: string, run?: Run): void {
    this.asked = run && { metric, run };
    this.moves.replaceChildren(h("p", { class: "dim" }, `Looking for what moved ${metric}…`));
    this.send({ type: "blame", metric });
  }

  private arrange(chosen: Partial<Arrangement>): void {
    const { columns } = this.runs;
    const numbers = columns.filter(({ group, kind }) => group === "metric" && kind === "number");
    const moving = numbers.find((column) => differs(this.runs, this.runs.rows, columns.indexOf(column)));
    const charted = [(moving ?? numbers[0])?.name ?? "duration"];
    this.arrangement = { ...PLAIN, charted, ...chosen };
    this.isArranged = true;
  }

  private change(change: Partial<Arrangement>): void {
    this.arrangement = { ...this.arrangement, ...change };
    this.send({ type: "arranged", arrangement: this.arrangement });
    if (!("filter" in change || "sort" in change)) this.showControls();
    const parts = Object.keys(change) as (keyof Arrangement)[];
    if (parts.some((part) => !CHART_ALONE.includes(part))) this.showTable();
    if (parts.some((part) => CHARTED.includes(part))) this.showChart();
  }

  private showControls(): void {
    const { arrangement, runs } = this;
    const change = (part: Partial<Arrangement>): void => {
      this.change(part);
    };
    const wasOpen = this.controls.querySelector("details")?.open ?? false;
    const menu = columnsMenu(runs.columns, arrangement, change);
    menu.toggleAttribute("open", wasOpen);
    const groups = ["nothing", ...runs.columns.filter(groupsRuns).map(({ name }) => name)];
    const { comparing, sharing } = this.actions();
    this.controls.replaceChildren(
      filterField(arrangement, change),
      menu,
      sharing,
      checkbox("Only columns that differ", arrangement.onlyDiffering, (onlyDiffering) => {
        this.change({ onlyDiffering });
      }),
      chooser("Group by", groups, arrangement.group ?? "nothing", (name) => {
        this.change({ group: name === "nothing" ? null : name });
      }),
      comparing,
    );
    this.charting.replaceChildren(...chartControls(runs.columns, arrangement, change));
  }

  private actions(): { readonly comparing: HTMLElement; readonly sharing: HTMLElement } {
    const compare = (): void => {
      this.send({ type: "compare", runs: [...this.selected] });
    };
    const comparing = textButton("Compare", "action", compare);
    comparing.disabled = this.selected.size !== 2;
    comparing.title = comparing.disabled ? "Select two runs to compare them" : "Compare the two selected runs";
    const copying = iconButton("copy", "Copy the runs as a Markdown table", () => {
      const text = toMarkdown(this.runs, this.shown, this.places);
      this.send({ type: "copy", text, words: "The runs are copied." });
    });
    const exporting = iconButton("export", "Export the runs as CSV", () => {
      this.send({ type: "save", text: toCsv(this.runs, this.shown, this.places) });
    });
    return { comparing, sharing: h("span", { class: "buttons" }, copying, exporting) };
  }

  private showRuns(): void {
    this.showTable();
    this.showChart();
  }

  private showTable(): void {
    const { runs, arrangement, selected } = this;
    const { filter, problem } = parse(arrangement.filter, runs);
    this.shown = lines(runs, filter, arrangement);
    const kept = runsAmong(this.shown);
    this.places = columnsToShow(runs, kept, arrangement);
    this.counts.textContent = problem ?? countsOf(runs, kept.length, selected.size);
    this.counts.classList.toggle("filter-problem", problem !== undefined);
    this.element.classList.toggle("without-runs", runs.total === 0);
    this.grid.show({ runs, lines: this.shown, places: this.places, selected, arrangement });
  }

  /** The selected runs if there are several, otherwise all runs that the filter keeps, in the order of time. */
  private showChart(): void {
    const { runs, selected } = this;
    const { filter } = parse(this.arrangement.filter, runs);
    const { charted, x } = this.arrangement;
    const kept = runs.rows.filter((run) => filter(run) && (selected.size < 2 || selected.has(run.name)));
    const column = runs.columns.find(({ name }) => name === x);
    const [first] = charted;
    if (first === undefined || kept.length === 0)
      this.chart.clear(kept.length ? "Add a number to see it over the runs." : "No run matches the filter.");
    else if (x === "run" || column?.kind === "time") this.chart.showSeries(series(runs, kept, x, charted), false);
    else if (column?.kind === "number") this.chart.showSeries(series(runs, kept, x, charted), true);
    else this.chart.showBoxes(boxes(runs, kept, x, first), first);
  }

  private open({ name }: Run): void {
    this.send({ type: "open", run: name });
  }

  private toggle({ name }: Run): void {
    const selected = new Set(this.selected);
    if (!selected.delete(name)) selected.add(name);
    this.select(selected);
  }

  private select(selected: ReadonlySet<string>): void {
    this.selected = selected;
    this.showControls();
    this.showRuns();
  }
}

/** Return whether a column can form groups: parameters, words and tags, but not names, times and measured numbers. */
function groupsRuns({ name, group, kind }: Column): boolean {
  if (group === "run") return ["status", "stack", "tags", "commit", "error"].includes(name);
  return group === "parameter" || kind !== "number";
}

function nextSort({ sort }: Arrangement, column: string): Arrangement["sort"] {
  if (sort?.column !== column) return { column, descending: false };
  return sort.descending ? null : { column, descending: true };
}

function countsOf({ rows, total }: Runs, shown: number, selected: number): string {
  const loaded =
    rows.length < total ? `${count(rows.length)} of ${counted(total, "run")} loaded` : counted(total, "run");
  return [loaded, shown < rows.length ? `${count(shown)} shown` : "", selected ? `${count(selected)} selected` : ""]
    .filter(Boolean)
    .join(" · ");
}
