/** The chart above the runs: lines over the runs or over time, a scatter of two columns, or boxes by a parameter. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { h } from "../dom";
import { count, counted, when } from "../format";
import { COLORS } from "./colors";
import { hasPointMenu, type PointAction, showPointMenu } from "./pointMenu";
import type { Run } from "./runs";
import { type Box, type Series, short, summary } from "./series";
import { duration } from "./values";

/** The height of the chart. It leaves most of a low panel to the table. */
const height = (): number => Math.round(Math.min(180, Math.max(100, window.innerHeight * 0.3)));
/** Runs are counted in whole numbers. */
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000];
/** Durations are counted in seconds, minutes and hours. */
const ROUND_TIMES = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 18_000, 36_000, 86_400];
export interface ChartHost {
  open(run: Run): void;
  /** The user dragged over these runs. */
  brush(runs: readonly Run[]): void;
  /** The entries of the menu of a point. */
  actions(run: Run): readonly PointAction[];
}

export class Chart {
  readonly element = h("figure", { class: "chart", tabindex: "-1" });
  private readonly caption = h("figcaption", { class: "dim" });
  private readonly place = h("div", { class: "chart-place" });
  private readonly tip = h("div", { class: "chart-tip", role: "status" });
  private plot: uPlot | undefined;
  private again: () => void = () => undefined;

  constructor(private readonly host: ChartHost) {
    this.element.append(this.place, this.tip, this.caption);
    new ResizeObserver(() => this.plot?.setSize({ width: this.place.clientWidth, height: height() })).observe(
      this.place,
    );
    // A canvas keeps the colors of the theme in which it was drawn. VS Code shows a new theme by a class of the body.
    new MutationObserver(() => {
      this.again();
    }).observe(document.body, { attributeFilter: ["class"] });
  }

  showSeries(series: Series, isScatter: boolean): void {
    this.again = () => {
      this.showSeries(series, isScatter);
    };
    const failed = series.runs.map(({ tone }) => tone === "failed");
    this.caption.replaceChildren(summary(series), failures(failed));
    this.tip.textContent = "";
    this.draw(
      {
        ...this.common(
          series.isCounted,
          series.lines.every(({ name }) => name === "duration"),
        ),
        scales: { x: { time: series.isTime, range: padded } },
        cursor: { drag: { x: true, y: false, setScale: false } },
        series: [{}, ...series.lines.map(({ name }, at) => this.line(name, at, isScatter))],
        hooks: {
          draw: [
            (plot) => {
              markFailed(plot, series, failed);
            },
          ],
          setCursor: [
            (plot) => {
              this.tell(plot, series);
            },
          ],
          setSelect: [
            (plot) => {
              this.select(plot, series);
            },
          ],
          ready: [
            (plot) => {
              this.openOnClick(plot, series);
              this.offerActions(plot, series);
            },
          ],
        },
      },
      [[...series.x], ...series.lines.map(({ y }) => [...y])],
    );
  }

  showBoxes(boxes: readonly Box[], name: string): void {
    this.again = () => {
      this.showBoxes(boxes, name);
    };
    this.tip.textContent = "";
    this.caption.textContent = boxes
      .map((box) => `${box.label}: median ${short(box.median)} of ${counted(box.count, "run")}`)
      .join(", ");
    const x = boxes.map((_, at) => at);
    const low = boxes.map((box) => box.low);
    const high = boxes.map((box) => box.high);
    const labels = (_: uPlot, ticks: number[]): string[] => ticks.map((tick) => boxes[tick]?.label ?? "");
    const common = this.common();
    const [axis = {}, ...axes] = common.axes ?? [];
    this.draw(
      {
        ...common,
        axes: [{ ...axis, values: labels, splits: () => x }, ...axes],
        scales: { x: { time: false, range: [-0.5, boxes.length - 0.5] } },
        series: [
          {},
          { label: `${name} low`, show: true, stroke: "transparent" },
          { label: `${name} high`, show: true, stroke: "transparent" },
        ],
        hooks: {
          draw: [
            (plot) => {
              drawBoxes(plot, boxes, color(0));
            },
          ],
        },
      },
      [x, low, high],
    );
  }

  clear(words: string): void {
    this.again = () => undefined;
    this.plot?.destroy();
    this.plot = undefined;
    this.place.replaceChildren();
    this.tip.textContent = "";
    this.caption.textContent = words;
  }

  private draw(options: uPlot.Options, data: uPlot.AlignedData): void {
    this.plot?.destroy();
    this.place.replaceChildren();
    this.plot = new uPlot(options, data, this.place);
  }

  private common(isCounted = false, isDuration = false): uPlot.Options {
    const axis = {
      stroke: variable("--vscode-foreground"),
      grid: { stroke: gridColor(), width: 1 },
      ticks: { show: false },
    };
    return {
      width: this.place.clientWidth || 600,
      height: height(),
      axes: [
        { ...axis, size: 30, ...(isCounted ? { incrs: WHOLE } : {}) },
        { ...axis, size: 60, ...(isDuration ? { values: durations, incrs: ROUND_TIMES } : {}) },
      ],
      legend: { show: false },
      series: [],
    };
  }

  private line(name: string, at: number, isScatter: boolean): uPlot.Series {
    const stroke = color(at);
    const points = { show: true, size: 5, fill: stroke, stroke };
    return { label: name, stroke, width: 1.5, points, spanGaps: true, ...(isScatter ? { paths: () => null } : {}) };
  }

  private tell(plot: uPlot, { runs, x, isTime, lines }: Series): void {
    const at = plot.cursor.idx;
    const run = typeof at === "number" ? runs[at] : undefined;
    if (!run || typeof at !== "number") {
      this.tip.textContent = "";
      return;
    }
    const moment = isTime ? ` · ${when(new Date((x[at] ?? 0) * 1000).toISOString())}` : "";
    const values = lines.map(
      ({ name, y }) => `${name} ${y[at] === null || y[at] === undefined ? "none" : shown(name, y[at])}`,
    );
    this.tip.textContent = `${run.short}${moment} · ${values.join(", ")}`;
  }

  private select(plot: uPlot, { runs, x }: Series): void {
    const { left, width } = plot.select;
    if (width < 3) return;
    const [from, to] = [plot.posToVal(left, "x"), plot.posToVal(left + width, "x")];
    this.host.brush(runs.filter((_, at) => (x[at] ?? NaN) >= from && (x[at] ?? NaN) <= to));
  }

  private openOnClick(plot: uPlot, { runs }: Series): void {
    let isClosing = false; // a click that closes the menu of a point opens no run
    plot.over.addEventListener("mousedown", () => {
      isClosing = hasPointMenu(this.element);
    });
    plot.over.addEventListener("click", () => {
      if (isClosing) return;
      const run = plot.select.width < 3 && typeof plot.cursor.idx === "number" ? runs[plot.cursor.idx] : undefined;
      if (run) this.host.open(run);
    });
  }

  private offerActions(plot: uPlot, { runs }: Series): void {
    plot.over.addEventListener("contextmenu", (event) => {
      const run = typeof plot.cursor.idx === "number" ? runs[plot.cursor.idx] : undefined;
      if (!run) return;
      event.preventDefault();
      const { left, top } = this.element.getBoundingClientRect();
      showPointMenu(this.element, event.clientX - left, event.clientY - top, this.host.actions(run));
    });
  }
}

/** The number of failed runs, which explains the red marks. */
function failures(failed: readonly boolean[]): HTMLElement | string {
  const number = failed.filter(Boolean).length;
  return number ? h("span", { class: "chart-failures" }, `${count(number)} failed`) : "";
}

/** A red mark at the foot of the chart for each run that failed. */
function markFailed(plot: uPlot, { x }: Series, failed: readonly boolean[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = variable("--vscode-charts-red");
  failed.forEach((isFailed, at) => {
    if (!isFailed) return;
    const left = plot.valToPos(x[at] ?? 0, "x", true);
    ctx.fillRect(left - 2, bbox.top + bbox.height - 8, 4, 8);
  });
  ctx.restore();
}

function drawBoxes(plot: uPlot, boxes: readonly Box[], stroke: string): void {
  const { ctx } = plot;
  const y = (value: number): number => plot.valToPos(value, "y", true);
  const half = Math.min(30, plot.bbox.width / boxes.length / 4);
  ctx.save();
  ctx.strokeStyle = stroke;
  ctx.lineWidth = 2;
  boxes.forEach((box, at) => {
    const middle = plot.valToPos(at, "x", true);
    ctx.strokeRect(middle - half, y(box.upper), 2 * half, y(box.lower) - y(box.upper));
    ctx.beginPath();
    for (const [from, to] of [
      [box.upper, box.high],
      [box.lower, box.low],
    ] as const) {
      ctx.moveTo(middle, y(from));
      ctx.lineTo(middle, y(to));
    }
    ctx.moveTo(middle - half, y(box.median));
    ctx.lineTo(middle + half, y(box.median));
    ctx.stroke();
  });
  ctx.restore();
}

/** A little room at both sides, so that the first and the last point are whole. */
function padded(_: uPlot, low: number, high: number): [number, number] {
  const room = (high - low || 1) * 0.03;
  return [low - room, high + room];
}

function durations(_: uPlot, ticks: number[]): string[] {
  return ticks.map((seconds) => (seconds === 0 ? "0" : duration(seconds)));
}

/** In high contrast, borders are as strong as the lines of the chart, so the grid has a weaker color. */
function gridColor(): string {
  const isStrong = document.body.matches(".vscode-high-contrast, .vscode-high-contrast-light");
  return isStrong ? "rgba(128, 128, 128, 0.45)" : variable("--vscode-panel-border");
}

/** A canvas does not know the theme's variables. */
function variable(name: string): string {
  return getComputedStyle(document.body).getPropertyValue(name).trim() || "#888888";
}

function shown(name: string, value: number): string {
  return name === "duration" ? duration(value) : short(value);
}

export function color(at: number): string {
  return variable(COLORS[at % COLORS.length] ?? "--vscode-charts-blue");
}
