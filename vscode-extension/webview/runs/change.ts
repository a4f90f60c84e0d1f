/** The change of a number, in words. */
import { h } from "../dom";
import { count } from "../format";
import { short } from "./series";

/** `▲ 0.02 (+2.5 %)`. A screen reader gets the direction in words. */
export function changeOf(change?: number | null, percent?: number | null): HTMLElement | string {
  if (change === null || change === undefined) return "";
  const mark = change > 0 ? "▲" : change < 0 ? "▼" : "=";
  const share =
    percent === null || percent === undefined ? "" : ` (${percent > 0 ? "+" : "−"}${sized(Math.abs(percent))} %)`;
  const words = change > 0 ? "up" : change < 0 ? "down" : "unchanged";
  const text = `${short(Math.abs(change))}${share}`;
  return h("span", { role: "img", "aria-label": `${words} ${text}` }, `${mark} ${text}`);
}

function sized(percent: number): string {
  return percent < 1_000 ? short(percent) : count(Math.round(percent));
}
