/** The picture of an array above its numbers: a heat map or a line, with sliders for its slices, and zoom. */
import type { Overview, Preview, TableView } from "../../src/protocol";
import { h, iconButton } from "../dom";
import { numberText } from "../format";
import { between, moved, type Region, scaled, whole } from "./region";
import { heatMap, SCALE } from "./heatMap";
import { lineChart } from "./lineChart";

/** Milliseconds without a move of a slider before the slice is read. */
const PAUSE = 120;
/** The smallest share of the plot that a drag selects. */
const DRAGGED = 0.02;

interface Asks {
  /** Requests an overview of a slice. */
  readonly overview: (view: TableView) => void;
  /** Shows other numbers in the table. */
  readonly look: (change: TableView) => void;
}

export class ArrayPlot {
  readonly element = h("section", { class: "array-plot", "aria-label": "Picture of the array" });
  private readonly sliders = h("div", { class: "sliders" });
  private readonly stage = h("div", { class: "plot", tabindex: "0", role: "img" });
  private readonly selection = h("div", { class: "plot-selection" });
  private readonly scale = h("div", { class: "plot-scale" });
  private readonly about = h("span", { class: "plot-value", role: "status" });
  private shape: readonly number[] = [];
  private slices: readonly number[] = [];
  private all: Region = [0, 1, 0, 1];
  private region: Region = this.all;
  private overview: Overview | undefined;
  private bounds: readonly [low: number, high: number] = [0, 0];
  private from: readonly [number, number] | undefined;
  private pause: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly asks: Asks) {
    const buttons = [
      iconButton("zoomIn", "Zoom in", () => {
        this.zoom(scaled(this.region, 0.5, this.all));
      }),
      iconButton("zoomOut", "Zoom out", () => {
        this.zoom(scaled(this.region, 2, this.all));
      }),
    ];
    const foot = h("div", { class: "plot-foot" }, this.scale, this.about, h("span", { class: "buttons" }, ...buttons));
    this.element.append(this.sliders, this.stage, foot);
    this.element.hidden = true;
    this.listen();
  }

  /** Show the numbers of an array. A new array is drawn as a whole. */
  show({ shape = [], slices = [], dtype }: Preview): void {
    if (String(shape) === String(this.shape)) return;
    this.shape = shape ?? [];
    this.slices = slices;
    this.region = this.all = whole(this.shape);
    this.overview = undefined;
    this.element.hidden = true;
    this.drawSliders();
    if (this.all[1] * this.all[3] > 1 && !/^(str|bytes|object|complex|datetime|timedelta)/.test(dtype ?? ""))
      this.ask();
  }

  forget(): void {
    this.shape = [];
    this.element.hidden = true;
  }

  take(view: TableView, overview: Overview | null): void {
    if (String(view.region) !== String(this.region) || String(view.slices) !== String(this.slices)) return;
    this.overview = overview ?? undefined;
    this.element.hidden = overview === null && this.shape.length < 3;
    this.draw();
  }

  private ask(): void {
    this.asks.overview({ region: this.region, slices: this.slices });
  }

  private zoom(region: Region): void {
    if (String(region) === String(this.region)) return;
    this.region = region;
    this.ask();
  }

  private drawSliders(): void {
    this.sliders.replaceChildren(...this.shape.slice(0, -2).map((length, axis) => this.slider(axis, length)));
  }

  private slider(axis: number, length: number): HTMLElement {
    const field = h("input", { type: "range", min: "0", max: String(length - 1), step: "1" });
    field.value = String(this.slices[axis] ?? 0);
    const value = h("output", {}, field.value);
    field.addEventListener("input", () => {
      value.textContent = field.value;
      clearTimeout(this.pause);
      this.pause = setTimeout(() => {
        this.turn(axis, Number(field.value));
      }, PAUSE);
    });
    return h("label", { class: "slider" }, `axis ${axis}`, field, value, h("span", { class: "dim" }, `of ${length}`));
  }

  private turn(axis: number, place: number): void {
    this.slices = this.shape.slice(0, -2).map((_, each) => (each === axis ? place : (this.slices[each] ?? 0)));
    this.asks.look({ slices: this.slices });
    this.ask();
  }

  private draw(): void {
    const { overview, stage } = this;
    if (!overview) {
      stage.replaceChildren();
      return;
    }
    const numbers = overview.rows.flat().filter((value) => value !== null);
    const bounds = [Math.min(...numbers), Math.max(...numbers)] as const;
    this.bounds = bounds;
    const isLine = this.shape.length === 1;
    stage.classList.toggle("is-line", isLine);
    const ratio = Math.max(0.6, Math.min(5, this.region[3] / this.region[1]));
    stage.style.aspectRatio = isLine ? "" : String(ratio);
    stage.style.width = isLine ? "" : `calc(36vh * ${ratio})`;
    const picture = isLine ? lineChart(overview, ...bounds) : heatMap(overview, ...bounds);
    stage.replaceChildren(picture, this.selection);
    stage.setAttribute("aria-label", this.words(overview));
    this.drawScale();
    this.about.textContent = this.place();
  }

  private drawScale(): void {
    const [low, high] = this.bounds.map((value) => h("span", {}, numberText(value).text));
    const colors = h("span", { class: "plot-colors", "aria-hidden": "true" });
    colors.style.background = SCALE;
    this.scale.replaceChildren(
      ...[low, this.shape.length > 1 ? colors : h("span", {}, "to"), high].filter((each) => each !== undefined),
    );
  }

  private words({ row_step = 1, column_step = 1 }: Overview): string {
    const [low, high] = this.bounds.map((value) => numberText(value).text);
    const kind = this.shape.length === 1 ? "Line" : "Heat map";
    const steps = [
      row_step > 1 ? `, one row of ${row_step}` : "",
      column_step > 1 ? `, one column of ${column_step}` : "",
    ].join("");
    return `${kind} of ${this.place()}${steps}: ${String(low)} to ${String(high)}`;
  }

  /** The rows and columns that are shown, as Python writes them. */
  private place(): string {
    const [top, height, left, width] = this.region;
    const rows = `${top}:${top + height}`;
    const columns = this.shape.length > 1 ? [`${left}:${left + width}`] : [];
    return `[${[...this.slices, rows, ...columns].join(", ")}]`;
  }

  private listen(): void {
    const { stage } = this;
    stage.addEventListener("pointermove", (event) => {
      this.tell(this.at(event));
      if (this.from) this.select(this.from, this.at(event));
    });
    stage.addEventListener("pointerleave", () => {
      this.about.textContent = this.place();
    });
    stage.addEventListener("pointerdown", (event) => {
      this.from = this.at(event);
    });
    stage.addEventListener("pointerup", (event) => {
      this.drop(this.at(event));
    });
    stage.addEventListener("dblclick", () => {
      this.zoom(this.all);
    });
    stage.addEventListener("keydown", (event) => {
      const next = this.pressed(event.key);
      if (!next) return;
      event.preventDefault();
      this.zoom(next);
    });
  }

  private pressed(key: string): Region | undefined {
    const { region, all } = this;
    switch (key) {
      case "+":
        return scaled(region, 0.5, all);
      case "-":
        return scaled(region, 2, all);
      case "0":
        return all;
      case "ArrowUp":
        return moved(region, -0.5, 0, all);
      case "ArrowDown":
        return moved(region, 0.5, 0, all);
      case "ArrowLeft":
        return this.shape.length === 1 ? moved(region, -0.5, 0, all) : moved(region, 0, -0.5, all);
      case "ArrowRight":
        return this.shape.length === 1 ? moved(region, 0.5, 0, all) : moved(region, 0, 0.5, all);
      default:
        return undefined;
    }
  }

  /** Return the pointer's position as shares of the plot's width and height. */
  private at({ clientX, clientY }: MouseEvent): readonly [number, number] {
    const { left, top, width, height } = this.stage.getBoundingClientRect();
    const share = (value: number, size: number): number => Math.max(0, Math.min(0.999999, size ? value / size : 0));
    return [share(clientX - left, width), share(clientY - top, height)];
  }

  private tell([x, y]: readonly [number, number]): void {
    const { overview, region } = this;
    if (!overview) return;
    const { rows, row_step = 1, column_step = 1 } = overview;
    if (this.shape.length === 1) {
      const at = Math.round(x * (rows.length - 1));
      const [low, high] = rows[at] ?? [];
      const value = low === high ? valueOf(low) : `${valueOf(low)} to ${valueOf(high)}`;
      this.about.textContent = `[${region[0] + at * row_step}] = ${value}`;
      return;
    }
    const [row, column] = [Math.floor(y * rows.length), Math.floor(x * (rows[0]?.length ?? 0))];
    const place = [...this.slices, region[0] + row * row_step, region[2] + column * column_step].join(", ");
    this.about.textContent = `[${place}] = ${valueOf(rows[row]?.[column])}`;
  }

  private select([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]): void {
    const { style } = this.selection;
    const isLine = this.shape.length === 1;
    style.left = `${100 * Math.min(x0, x1)}%`;
    style.width = `${100 * Math.abs(x1 - x0)}%`;
    style.top = isLine ? "0" : `${100 * Math.min(y0, y1)}%`;
    style.height = isLine ? "100%" : `${100 * Math.abs(y1 - y0)}%`;
  }

  /** Dragging enlarges a part of the plot. A click shows the numbers at this position in the table. */
  private drop(to: readonly [number, number]): void {
    const { from, region } = this;
    this.from = undefined;
    this.selection.removeAttribute("style");
    if (!from) return;
    const isLine = this.shape.length === 1;
    const [dx, dy] = [Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
    if (dx < DRAGGED && dy < DRAGGED) this.goTo(to);
    else if (isLine) this.zoom(between(region, [0, from[0]], [1, to[0]], this.all));
    else if (dx >= DRAGGED && dy >= DRAGGED) this.zoom(between(region, from, to, this.all));
  }

  private goTo([x, y]: readonly [number, number]): void {
    const [top, height, left, width] = this.region;
    const offset = top + Math.floor((this.shape.length === 1 ? x : y) * height);
    this.asks.look({ offset, ...(this.shape.length > 1 ? { first_column: left + Math.floor(x * width) } : {}) });
  }
}

function valueOf(value: number | null | undefined): string {
  return typeof value === "number" ? numberText(value).text : "not a number";
}
