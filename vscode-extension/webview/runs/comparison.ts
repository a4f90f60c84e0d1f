/** The differences between two runs, side by side, with the change of numbers and the differences in each output. */
import type { ComparedRun, RunDifference, RunsComparison, StepSources, ValuesAnswer } from "../../src/protocol";
import { h, textButton } from "../dom";
import { count, counted } from "../format";
import { status } from "../statusMark";
import { changeOf } from "./change";
import type { FromRuns } from "./contract";
import { valueDetails } from "./valueDetails";

type Send = (message: FromRuns) => void;

/** The headings of the kinds, in the order in which they are shown. */
const KINDS: Readonly<Record<RunDifference["kind"], string>> = {
  status: "Status",
  metric: "Metrics",
  parameter: "Parameters",
  output: "Outputs",
  input: "Inputs",
  code: "Code",
  stack: "Stack",
  tag: "Tags",
};

/** Outputs that are compared in depth. */
const MOST = 20;
/** The number of outputs that are unfolded at first. */
const OPEN = 3;

/** The names of an output that both runs have. */
interface OutputName {
  readonly step: string;
  readonly output: string;
}

export class ComparisonView {
  readonly element: HTMLElement;
  /** The outputs that are still to be compared. They are requested one after the other. */
  private readonly waiting: OutputName[] = [];
  private readonly places = new Map<string, HTMLElement>();

  constructor(
    private readonly comparison: RunsComparison,
    private readonly send: Send,
  ) {
    const { left, right, differences } = comparison;
    const number = differences.length ? counted(differences.length, "difference") : "No differences";
    const head = h(
      "header",
      { class: "head" },
      h("h1", {}, "Compared runs"),
      h("div", { class: "compared" }, side(left, send), h("span", { "aria-hidden": "true" }, "→"), side(right, send)),
      h("p", { class: "dim", role: "status" }, number),
    );
    this.element = h("div", { class: "runs comparison" }, head);
    if (differences.length) this.element.append(this.table());
    this.askForNext();
  }

  /** Show the differences of an output, and request the next one. */
  addValues({ step, output }: OutputName, answer: ValuesAnswer): void {
    const place = this.places.get(keyOf({ step, output }));
    place?.replaceChildren(...this.details(answer));
    this.askForNext();
  }

  private askForNext(): void {
    const next = this.waiting.shift();
    if (next) this.send({ type: "compareValues", ...next });
  }

  private details(answer: ValuesAnswer): HTMLElement[] {
    if ("problem" in answer) {
      return [h("p", { class: "dim" }, [answer.problem, answer.advice].filter(Boolean).join(" "))];
    }
    const parts = valueDetails(answer.comparison);
    if (!parts.length) return [h("p", { class: "dim" }, answer.digest)];
    const details = h("details", {}, h("summary", {}, answer.digest), ...parts);
    details.open = this.places.size <= OPEN;
    return [details];
  }

  private table(): HTMLElement {
    const { left, right, differences } = this.comparison;
    const names = ["Name", left.short, right.short, "Change"];
    const head = h("tr", {}, ...names.map((name) => h("th", { scope: "col" }, ...breakable(name))));
    const groups = (Object.keys(KINDS) as RunDifference["kind"][]).map((kind) => {
      const members = differences.filter((each) => each.kind === kind);
      return members.length ? this.group(KINDS[kind], members) : undefined;
    });
    const element = h("table", {}, h("thead", {}, head), ...groups);
    return h("div", { class: "grid", role: "region", "aria-label": "Differences", tabindex: "0" }, element);
  }

  private group(words: string, members: readonly RunDifference[]): HTMLElement {
    const heading = h("th", { colspan: "4", scope: "rowgroup" }, words);
    const rows = members.flatMap((each) => this.rows(each));
    return h("tbody", {}, h("tr", { class: "group-head" }, heading), ...rows);
  }

  /** The row of a difference. An output of both runs has a second row with the differences in its value. */
  private rows(each: RunDifference): HTMLElement[] {
    const cells = [each.left, each.right].map((value) =>
      h("td", { class: value === null ? "null" : undefined, title: value ?? undefined }, value ?? "none"),
    );
    const source = this.comparison.sources?.find(({ step }) => each.kind === "code" && step === each.name);
    const output = outputOf(each);
    const name = source
      ? this.sourceLink(source)
      : output
        ? this.outputLink(each.name, output)
        : h("span", {}, ...breakable(each.name));
    const change = source ? linesOf(source) : changeOf(each.change, each.percent);
    const row = h("tr", {}, h("th", { scope: "row" }, name), ...cells, h("td", {}, change));
    return output && this.waiting.length < MOST ? [row, this.placeOf(output)] : [row];
  }

  private placeOf(output: OutputName): HTMLElement {
    this.waiting.push(output);
    const place = h("td", { colspan: "4", class: "value-details" }, h("p", { class: "dim" }, "Comparing…"));
    this.places.set(keyOf(output), place);
    return h("tr", {}, place);
  }

  /** The name of an output leads to its two values in the diff editor. */
  private outputLink(name: string, output: OutputName): HTMLElement {
    return link(name, "Compare both values in the diff editor", () => {
      this.send({ type: "compareOutput", ...output });
    });
  }

  /** The name of a step leads to its source in both runs. */
  private sourceLink({ step }: StepSources): HTMLElement {
    return link(step, "Compare the source in the diff editor", () => {
      this.send({ type: "compareSource", step });
    });
  }
}

function keyOf({ step, output }: OutputName): string {
  return JSON.stringify([step, output]);
}

function link(words: string, title: string, onClick: () => void): HTMLElement {
  return textButton(breakable(words), "link", onClick, title);
}

/** A name that may break after a dot or an underscore in a narrow panel, but not inside a word. */
function breakable(name: string): (HTMLElement | string)[] {
  return name.split(/(?<=[._])/).flatMap((part, index) => (index ? [h("wbr", {}), part] : [part]));
}

function side(run: ComparedRun, send: Send): HTMLElement {
  const open = link(run.short, run.name, () => {
    send({ type: "open", run: run.name });
  });
  const facts = [run.when, run.duration].filter(Boolean).join(" · ");
  const error = run.error ? h("p", { class: "error" }, run.error) : undefined;
  return h("div", {}, open, " ", status(run), facts ? h("span", { class: "dim" }, ` ${facts}`) : undefined, error);
}

/** The step and the output of a difference between the outputs of both runs. */
function outputOf({ kind, name, left, right }: RunDifference): OutputName | undefined {
  const at = name.lastIndexOf(".");
  if (kind !== "output" || at < 0 || left === null || right === null) return undefined;
  return { step: name.slice(0, at), output: name.slice(at + 1) };
}

/** `+3 −1 lines`. */
function linesOf({ added, removed }: StepSources): HTMLElement {
  const label = `${counted(added, "line")} added, ${counted(removed, "line")} removed`;
  return h("span", { role: "img", "aria-label": label }, `+${count(added)} −${count(removed)} lines`);
}
