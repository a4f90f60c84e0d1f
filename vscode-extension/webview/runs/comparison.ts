/** Two runs side by side: only what differs, with the change of numbers. */
import type { ComparedRun, RunDifference, RunsComparison } from "../../src/protocol";
import { h } from "../dom";
import { counted } from "../format";
import { status } from "../statusMark";
import type { FromRuns } from "./contract";
import { short } from "./series";

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

export function comparison({ left, right, differences }: RunsComparison, send: Send): HTMLElement {
  const count = differences.length ? counted(differences.length, "difference") : "No differences";
  const head = h(
    "header",
    { class: "head" },
    h("h1", {}, "Compared runs"),
    h("div", { class: "compared" }, side(left, send), h("span", { "aria-hidden": "true" }, "→"), side(right, send)),
    h("p", { class: "dim", role: "status" }, count),
  );
  const element = h("div", { class: "runs comparison" }, head);
  if (differences.length) element.append(table(left, right, differences, send));
  return element;
}

function side(run: ComparedRun, send: Send): HTMLElement {
  const link = h("button", { type: "button", class: "link", title: run.name }, run.short);
  link.addEventListener("click", () => {
    send({ type: "open", run: run.name });
  });
  const facts = [run.when, run.duration].filter(Boolean).join(" · ");
  const error = run.error ? h("p", { class: "error" }, run.error) : undefined;
  return h("div", {}, link, " ", status(run), facts ? h("span", { class: "dim" }, ` ${facts}`) : undefined, error);
}

function table(left: ComparedRun, right: ComparedRun, differences: readonly RunDifference[], send: Send): HTMLElement {
  const names = ["Name", left.short, right.short, "Change"];
  const head = h("tr", {}, ...names.map((name) => h("th", { scope: "col" }, name)));
  const groups = (Object.keys(KINDS) as RunDifference["kind"][]).map((kind) => {
    const members = differences.filter((each) => each.kind === kind);
    return members.length ? group(KINDS[kind], members, send) : undefined;
  });
  const element = h("table", {}, h("thead", {}, head), ...groups);
  return h("div", { class: "grid", role: "region", "aria-label": "Differences", tabindex: "0" }, element);
}

function group(words: string, members: readonly RunDifference[], send: Send): HTMLElement {
  const heading = h("th", { colspan: "4", scope: "rowgroup" }, words);
  return h("tbody", {}, h("tr", { class: "group-head" }, heading), ...members.map((each) => row(each, send)));
}

function row(each: RunDifference, send: Send): HTMLElement {
  const cells = [each.left, each.right].map((value) =>
    h("td", { class: value === null ? "null" : undefined, title: value ?? undefined }, value ?? "none"),
  );
  return h("tr", {}, h("th", { scope: "row" }, nameOf(each, send)), ...cells, h("td", {}, changeOf(each)));
}

/** The name of an output leads to its two values side by side. */
function nameOf({ kind, name, left, right }: RunDifference, send: Send): HTMLElement | string {
  const [step, output, ...rest] = name.split(".");
  if (kind !== "output" || !step || !output || rest.length || left === null || right === null) return name;
  const link = h("button", { type: "button", class: "link", title: "Compare both values" }, name);
  link.addEventListener("click", () => {
    send({ type: "compareOutput", step, output });
  });
  return link;
}

/** `▲ 0.02 (+2.5 %)`. The words say the direction to a screen reader. */
function changeOf({ change, percent }: RunDifference): HTMLElement | string {
  if (change === null || change === undefined) return "";
  const mark = change > 0 ? "▲" : change < 0 ? "▼" : "=";
  const share = percent === null || percent === undefined ? "" : ` (${percent > 0 ? "+" : ""}${short(percent)} %)`;
  const words = change > 0 ? "up" : change < 0 ? "down" : "unchanged";
  const text = `${short(Math.abs(change))}${share}`;
  return h("span", { "aria-label": `${words} ${text}` }, `${mark} ${text}`);
}
