/** The row below the names of a table's columns, with a summary of each column. */
import type { ColumnProfile, Table } from "../../src/protocol";
import { forScreenReaders, h } from "../dom";
import { count } from "../format";
import { frequentValues, histogram, percent, valueText } from "./columnChart";
import { positionOf } from "./columns";

/** Frequent values that a head shows. */
const TOP = 3;

interface Summaries {
  readonly columns: readonly ColumnProfile[] | undefined;
  readonly open: (position: number) => void;
}

export function summaryRow(table: Table, { columns, open }: Summaries): HTMLElement {
  const byPosition = new Map((columns ?? []).map((each) => [each.position, each]));
  const cells = table.columns.map((_, place) => {
    const looks = place < (table.index ?? 0) ? "row-head" : undefined;
    const found = byPosition.get(positionOf(table, place));
    if (!columns) return h("td", { class: looks }, h("span", { class: "fact" }, "…"));
    return h("td", { class: looks }, ...(found ? [summary(found, open)] : []));
  });
  const first = table.index ? undefined : h("td", { class: "row-head" }, forScreenReaders("Statistics"));
  return h("tr", { class: "statistics" }, first, ...cells);
}

function summary(profile: ColumnProfile, open: (position: number) => void): HTMLElement {
  const label = `Show the distribution of ${profile.column || "the column without a name"}`;
  const attributes = { type: "button", class: "summary", title: label, "data-keep": `summary ${profile.position}` };
  const lines = facts(profile).map((line) => h("span", { class: "fact", title: line }, line));
  const button = h("button", attributes, ...chart(profile), forScreenReaders(`${label}.`), ...lines);
  button.addEventListener("click", () => {
    open(profile.position);
  });
  return button;
}

function chart(profile: ColumnProfile): Element[] {
  if (profile.bars?.length) return [histogram(profile.bars)];
  return profile.top?.length ? [frequentValues(profile, TOP)] : [h("span", { class: "no-chart" })];
}

/** Return the facts of a column, one in each line. */
export function facts(profile: ColumnProfile): string[] {
  const { missing, rows, distinct, min, max, mean } = profile;
  const isThere = (value: unknown): boolean => value !== null && value !== undefined;
  return [
    `missing ${count(missing)}${missing ? ` (${percent((100 * missing) / rows)})` : ""}`,
    distinctText(profile, distinct),
    isThere(min) && isThere(max) ? `${briefly(min)} to ${briefly(max)}` : "",
    isThere(mean) ? `mean ${briefly(mean)}` : "",
    quartiles(profile),
  ].filter(Boolean);
}

function distinctText({ rows, missing }: ColumnProfile, distinct: unknown): string {
  if (typeof distinct !== "number") return "many distinct";
  return `distinct ${count(distinct)}${distinct > 1 && distinct === rows - missing ? " (all)" : ""}`;
}

function quartiles({ q25, median, q75, is_sampled }: ColumnProfile): string {
  if (median === null || median === undefined) return "";
  return `${is_sampled ? "≈ " : ""}quartiles ${[q25, median, q75].map(briefly).join(" · ")}`;
}

/** The large view of the column has the whole number. */
function briefly(value: unknown): string {
  return valueText(typeof value === "number" ? Number(value.toPrecision(5)) : value);
}
