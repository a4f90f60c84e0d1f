/** The large view of one column: its histogram or its frequent values, and its statistics. */
import type { ColumnProfile } from "../../src/protocol";
import { type Child, h, iconButton } from "../dom";
import { count } from "../format";
import { frequentValues, histogram, percent, spoken, valueText } from "./columnChart";

/** The number of frequent values. It is the most that the server sends. */
const TOP = 10;

export function columnDetail(profile: ColumnProfile, close: () => void): HTMLElement {
  const name = profile.column || "Column without a name";
  const type = h("span", { class: "column-type" }, profile.type);
  const closer = iconButton("close", "Close", close);
  closer.dataset.keep = "detail";
  const head = h("header", {}, h("h2", {}, name), type, closer);
  const detail = h("section", { class: "column-detail", "aria-label": `Column ${name}` }, head, ...chart(profile));
  detail.append(h("dl", { class: "facts" }, ...factsOf(profile)));
  detail.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  return detail;
}

function chart(profile: ColumnProfile): Child[] {
  const { bars = [], top = [] } = profile;
  const [first, last] = [bars[0], bars.at(-1)];
  if (first && last) {
    const axis = [first.low, last.high].map((value) => h("span", {}, valueText(value)));
    const picture = h("div", { role: "img", "aria-label": spoken(profile) }, histogram(bars));
    return [h("figure", {}, picture, h("figcaption", {}, ...axis))];
  }
  return top.length ? [frequentValues(profile, TOP)] : [];
}

function factsOf(profile: ColumnProfile): HTMLElement[] {
  const { rows, missing, distinct, min, q25, median, q75, max, mean, is_sampled, top = [] } = profile;
  const about = is_sampled ? " (about)" : "";
  const facts: [name: string, value: unknown][] = [
    ["rows", count(rows)],
    ["missing", missing ? `${count(missing)} (${percent((100 * missing) / rows)})` : "0"],
    ["distinct", typeof distinct === "number" ? count(distinct) : "not counted"],
    ["min", min],
    [`25 %${about}`, q25],
    [`median${about}`, median],
    [`75 %${about}`, q75],
    ["max", max],
    ["mean", mean],
    ["others", top.length < (distinct ?? 0) && top.length ? count((distinct ?? 0) - top.length) : undefined],
  ];
  return facts
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", { title: valueText(value) }, valueText(value))));
}
