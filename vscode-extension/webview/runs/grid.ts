/** The table of runs. Only the rows on the screen are in the page, so its length does not matter. */
import { forScreenReaders, h, iconButton, textButton } from "../dom";
import { type Cell, type ColumnFormat, columnFormat, columnText, counted, when } from "../format";
import { status } from "../statusMark";
import { SORTS } from "../table/ordering";
import { type Arrangement, isHeading, type Line } from "./arrange";
import type { Column, Run, Runs, Value } from "./runs";
import { duration } from "./values";

/** Pixels. The style sheet gives each row this height. */
const ROW = 26;
/** Rows above and below the screen, for quick scrolling. */
const MARGIN = 20;
/** Rows that determine the format of the numbers of a column. */
const SAMPLE = 500;

interface GridHost {
  sort(column: string): void;
  /** Show what moved the number in a column. */
  blame(column: string): void;
  open(run: Run): void;
  toggle(run: Run): void;
}

/** The content of the grid. */
interface GridState {
  readonly runs: Runs;
  readonly lines: readonly Line[];
  readonly places: readonly number[];
  readonly selected: ReadonlySet<string>;
  readonly arrangement: Arrangement;
}

export class Grid {
  readonly element = h("div", { class: "grid runs-grid", role: "region", "aria-label": "Runs", tabindex: "0" });
  private readonly head = h("thead");
  private readonly body = h("tbody");
  private readonly table = h("table", {}, this.head, this.body);
  private state: GridState | undefined;
  private formats: readonly ColumnFormat[] = [];
  private first = -1;
  private focused = 0;

  constructor(private readonly host: GridHost) {
    this.element.append(this.table);
    this.element.addEventListener("scroll", () => {
      this.draw(false);
    });
    this.body.addEventListener("keydown", (event) => {
      this.press(event);
    });
  }

  show(state: GridState): void {
    this.state = state;
    this.formats = state.places.map((place) => formatOf(state, place));
    const heads = state.places.map((place) => this.columnHead(state.runs.columns[place]));
    this.head.replaceChildren(
      h("tr", {}, h("th", { class: "select", scope: "col" }, forScreenReaders("Select")), ...heads),
    );
    this.table.setAttribute("aria-rowcount", String(state.lines.length + 1));
    this.focused = Math.min(this.focused, Math.max(0, state.lines.length - 1));
    this.draw(true);
  }

  /** Draw the rows that are on the screen. Spacers stand for the others. */
  private draw(isNew: boolean): void {
    const { state } = this;
    if (!state) return;
    const height = this.element.clientHeight || 600;
    const visible = Math.ceil(height / ROW) + 2 * MARGIN;
    const wanted = Math.max(0, Math.floor(this.element.scrollTop / ROW) - MARGIN);
    const first = Math.min(wanted, Math.max(0, state.lines.length - visible));
    if (!isNew && Math.abs(first - this.first) < MARGIN / 2) return;
    this.first = first;
    const shown = state.lines.slice(first, first + visible);
    const rows = shown.map((line, at) => this.row(line, first + at, state));
    const below = state.lines.length - first - shown.length;
    const hadFocus = this.body.contains(document.activeElement);
    this.body.replaceChildren(...spacer(first, state), ...rows, ...spacer(below, state));
    if (hadFocus) this.focusRow();
  }

  private columnHead(column: Column | undefined): HTMLElement {
    const { name = "", kind = "text", group = "run" } = column ?? {};
    const sort = this.state?.arrangement.sort;
    const order = sort?.column === name ? (sort.descending ? "descending" : "ascending") : "none";
    const sorting = (): void => {
      this.host.sort(name);
    };
    const button = textButton(headWords(name, group), "sort", sorting, `${name}: ${SORTS[order]}`);
    const looks = `${group} ${isNumeric(kind) ? "number" : ""}`.trim();
    const isMetric = group === "metric" && kind === "number";
    const blame = isMetric ? this.blameButton(name) : undefined;
    const isName = name === "run" && group === "run";
    const cell = h("div", { class: "column-head" }, blame, button);
    return h("th", { scope: "col", class: isName ? "run-name" : looks, "aria-sort": order }, cell);
  }

  private blameButton(name: string): HTMLElement {
    return iconButton("moved", `What moved ${name}?`, () => {
      this.host.blame(name);
    });
  }

  private row(line: Line, at: number, state: GridState): HTMLElement {
    const attributes = {
      "aria-rowindex": String(at + 2),
      "data-at": String(at),
      tabindex: at === this.focused ? "0" : "-1",
    };
    if (isHeading(line)) {
      const cell = h(
        "th",
        { colspan: String(state.places.length + 1), scope: "rowgroup" },
        h("span", {}, `${line.heading} · ${counted(line.count, "run")}`),
      );
      return h("tr", { ...attributes, class: "group-head" }, cell);
    }
    const isSelected = state.selected.has(line.name);
    const cells = state.places.map((place, index) => this.cell(line, place, index, state));
    const row = h("tr", {
      ...attributes,
      class: isSelected ? "selected" : undefined,
      "aria-selected": String(isSelected),
    });
    row.append(h("td", { class: "select" }, this.checkbox(line, isSelected)), ...cells);
    return row;
  }

  private checkbox(run: Run, isSelected: boolean): HTMLElement {
    const box = h("input", { type: "checkbox", tabindex: "-1", "aria-label": `Select ${run.short}` });
    box.checked = isSelected;
    box.addEventListener("change", () => {
      this.host.toggle(run);
    });
    return box;
  }

  private cell(run: Run, place: number, index: number, { runs }: GridState): HTMLElement {
    const { name = "", kind = "text", group = "run" } = runs.columns[place] ?? {};
    const value = runs.value(run, place);
    if (name === "run" && group === "run") return h("th", { class: "run-name", scope: "row" }, this.link(run));
    if (kind === "status") return h("td", {}, status({ status: String(value), tone: run.tone }));
    const { text, whole } = cellOf(value, kind, this.formats[index] ?? columnFormat([]));
    const title = whole ?? (text.length > 30 ? text : undefined);
    return h("td", { class: isNumeric(kind) ? "number" : undefined, title }, text);
  }

  private link(run: Run): HTMLElement {
    const open = (): void => {
      this.host.open(run);
    };
    const link = textButton(run.short, "link", open, run.name);
    link.tabIndex = -1; // the row has the focus, and Enter opens its run
    return link;
  }

  /** Arrow keys move between rows, Enter opens a run, and the space bar selects it. */
  private press(event: KeyboardEvent): void {
    const by = STEPS[event.key];
    const line = this.state?.lines[this.focused];
    if (by !== undefined) this.moveFocus(by);
    else if (event.key === "Enter" && line && !isHeading(line)) this.host.open(line);
    else if (event.key === " " && line && !isHeading(line)) this.host.toggle(line);
    else return;
    event.preventDefault();
  }

  private moveFocus(by: number): void {
    const last = (this.state?.lines.length ?? 1) - 1;
    this.focused = Math.max(0, Math.min(last, this.focused + by));
    const top = this.focused * ROW;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + 2 * ROW > scrollTop + clientHeight) this.element.scrollTop = top + 2 * ROW - clientHeight;
    this.draw(true);
    this.focusRow();
  }

  private focusRow(): void {
    this.body.querySelector<HTMLElement>(`[data-at="${this.focused}"]`)?.focus({ preventScroll: true });
  }
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 20,
  PageUp: -20,
  Home: -Infinity,
  End: Infinity,
};

/** `trainer.accuracy` with the step above the name. */
function headWords(name: string, group: Column["group"]): HTMLElement[] {
  const at = group === "run" ? -1 : name.indexOf(".");
  const owner = at > 0 ? [h("span", { class: "column-type" }, name.slice(0, at))] : [];
  return [...owner, h("span", { class: "column-name" }, name.slice(at + 1))];
}

function spacer(rows: number, { places }: GridState): HTMLElement[] {
  if (rows <= 0) return [];
  const cell = h("td", { colspan: String(places.length + 1), style: `height:${rows * ROW}px` });
  return [h("tr", { class: "spacer", "aria-hidden": "true" }, cell)];
}

function formatOf({ runs, lines }: GridState, place: number): ColumnFormat {
  const sample = lines.slice(0, SAMPLE).map((line) => (isHeading(line) ? null : runs.value(line, place)));
  return columnFormat(sample);
}

function cellOf(value: Value, kind: Column["kind"], format: ColumnFormat): Cell {
  if (value === null) return { text: "", kind: "null" };
  if (kind === "time") return { text: when(String(value)), kind: "text" };
  if (kind === "duration") return { text: duration(Number(value)), kind: "text" };
  return columnText(value, format);
}

function isNumeric(kind: Column["kind"]): boolean {
  return kind === "number" || kind === "duration";
}
