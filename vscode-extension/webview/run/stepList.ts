/** The steps of a run as a list, with a bar for the time of each. The run itself is the first line. */
import type { RunPage, StepFacts } from "../../src/protocol";
import { h, reveal } from "../dom";

const RUN = "The run";

/** The line of the run has no step. */
export type Selected = string | undefined;

export class StepList {
  readonly element = h("div", { class: "step-list", role: "listbox", tabindex: "0", "aria-label": "Steps" });
  private names: readonly Selected[] = [];
  private selected: Selected;

  constructor(private readonly select: (step: Selected) => void) {
    this.element.addEventListener("keydown", (event) => {
      this.move(event);
    });
    this.element.addEventListener("click", ({ target }) => {
      const line = target instanceof window.Element ? target.closest("[role=option]") : null;
      const at = line ? [...this.element.children].indexOf(line) : -1;
      if (at >= 0) this.select(this.names[at]);
    });
  }

  show({ run, steps }: RunPage, selected: Selected, now = Date.now()): void {
    this.names = [undefined, ...steps.map(({ name }) => name)];
    this.selected = selected;
    const whole = span([run, ...steps], now);
    const lines = [
      option(RUN, run, bar(run, whole, now)),
      ...steps.map((step) => option(step.name, step, bar(step, whole, now))),
    ];
    const { scrollTop } = this.element;
    this.element.replaceChildren(...lines);
    this.element.scrollTop = scrollTop;
    this.mark();
  }

  private mark(): void {
    [...this.element.children].forEach((line, at) => {
      line.id = `step-${String(at)}`;
      const isSelected = this.names[at] === this.selected;
      line.setAttribute("aria-selected", String(isSelected));
      if (!isSelected) return;
      this.element.setAttribute("aria-activedescendant", line.id);
      reveal(this.element, line as HTMLElement);
    });
  }

  private move(event: KeyboardEvent): void {
    const last = this.names.length - 1;
    const at = this.names.indexOf(this.selected);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last, PageDown: at + 10, PageUp: at - 10 }[
      event.key
    ];
    if (next === undefined) return;
    event.preventDefault();
    this.select(this.names[Math.min(last, Math.max(0, next))]);
  }
}

type Timed = Pick<StepFacts, "start" | "end" | "status" | "tone" | "duration">;

interface Span {
  readonly from: number;
  readonly to: number;
}

function option(name: string, { status, tone, duration }: Timed, line: HTMLElement): HTMLElement {
  return h(
    "div",
    { role: "option", class: "step-line", title: [name, status, duration].filter(Boolean).join(" · ") },
    h("span", { class: `status ${tone}` }, h("span", { class: "for-screen-readers" }, `${status} `), name),
    line,
    h("span", { class: "duration" }, duration ?? (tone === "running" ? "…" : "")),
  );
}

/** The time span of the whole run. An unfinished step ends now. */
function span(all: readonly Timed[], now: number): Span {
  const times = all.flatMap((each) => Object.values(timeOf(each, now) ?? {}) as number[]);
  return times.length ? { from: Math.min(...times), to: Math.max(...times) } : { from: 0, to: 0 };
}

function timeOf({ start, end, tone }: Timed, now: number): Span | undefined {
  const from = start ? Date.parse(start) : NaN;
  const to = end ? Date.parse(end) : tone === "running" ? now : from;
  return Number.isNaN(from) || Number.isNaN(to) ? undefined : { from, to: Math.max(from, to) };
}

function bar(timed: Timed, whole: Span, now: number): HTMLElement {
  const time = timeOf(timed, now);
  const line = h("span", { class: "gantt", "aria-hidden": "true" });
  const length = whole.to - whole.from;
  if (!time || length <= 0) return line;
  const left = (100 * (time.from - whole.from)) / length;
  const width = (100 * (time.to - time.from)) / length;
  const style = `left: ${left.toFixed(2)}%; width: ${width.toFixed(2)}%`;
  line.append(h("span", { class: `gantt-bar ${timed.tone}`, style }));
  return line;
}
