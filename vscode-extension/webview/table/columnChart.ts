/** Draws the distribution of a column's values: a histogram, or bars of the most frequent values. */
import type { Bar, ColumnProfile } from "../../src/protocol";
import { drawn, h } from "../dom";
import { cellText, count, counted, numberText } from "../format";

/** The least height of a bar, of 100, so that a few values among millions are visible. */
const LOWEST = 3;

/** A histogram that fills its box. */
export function histogram(bars: readonly Bar[]): SVGSVGElement {
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  const columns = bars.map((bar, at) => {
    const height = bar.count && Math.max(LOWEST, (100 * bar.count) / most);
    const place = { x: String(at + 0.04), y: String(100 - height), width: "0.92", height: String(height) };
    const title = drawn("title");
    title.textContent = `${rangeOf(bar)}: ${counted(bar.count, "row")}`;
    const area = drawn("rect", { x: String(at), y: "0", width: "1", height: "100", class: "bar-area" });
    return drawn("g", {}, title, area, drawn("rect", { ...place, class: "bar" }));
  });
  const attributes = { viewBox: `0 0 ${bars.length} 100`, preserveAspectRatio: "none", class: "histogram" };
  return drawn("svg", { ...attributes, "aria-hidden": "true" }, ...columns);
}

/** The most frequent values, each with its share as a bar. */
export function frequentValues({ top, rows, missing }: ColumnProfile, most: number): HTMLElement {
  const held = Math.max(1, rows - missing);
  const items = (top ?? []).slice(0, most).map((each) => {
    const share = (100 * each.count) / held;
    const fill = h("span", { class: "share" });
    fill.style.width = `${share}%`;
    const name = h("span", { class: "value" }, valueText(each.value));
    return h("li", { title: `${valueText(each.value)}: ${counted(each.count, "row")}` }, fill, name, percent(share));
  });
  return h("ul", { class: "frequent" }, ...items);
}

/** `1.5`, or `1.5 to 2.25`. */
function rangeOf({ low, high }: Bar): string {
  const [from, to] = [valueText(low), valueText(high)];
  return from === to ? from : `${from} to ${to}`;
}

/** A value in a few letters. An empty or blank text is in quotes. */
export function valueText(value: unknown): string {
  if (typeof value === "number") return numberText(value).text;
  const { text } = cellText(value);
  return text.trim() ? text.replace(/T00:00:00(\+00:00)?$/, "") : JSON.stringify(text);
}

export function percent(share: number): string {
  if (share > 0 && share < 0.1) return "< 0.1 %";
  return `${share > 0 && share < 10 && !Number.isInteger(share) ? share.toFixed(1) : share.toFixed(0)} %`;
}

/** Describe the chart for a screen reader. */
export function spoken({ bars = [], top = [] }: ColumnProfile): string {
  if (bars.length) return bars.map((bar) => `${rangeOf(bar)}: ${count(bar.count)}`).join(", ");
  return top.map(({ value, count: times }) => `${valueText(value)}: ${count(times)}`).join(", ");
}
