/** A JSON value: one number or word in large letters, anything else as a tree that folds. */
import type { Preview } from "../../src/protocol";
import { h } from "../dom";
import { cellText, count } from "../format";
import { renderText } from "./text";

/** Children that are created at a time, so that a list of a million does not block the page. */
const CHUNK = 100;
/** A branch with more children is closed at first. */
const OPEN_UP_TO = 20;

export function renderJson(preview: Preview): HTMLElement {
  const { value } = preview;
  if (value === undefined || (value === null && preview.text)) return renderText(preview);
  if (!isBranch(value)) return scalar(value);
  return h("section", { class: "json-view", "aria-label": "JSON" }, branch(undefined, value, 0), cut(preview));
}

function scalar(value: unknown): HTMLElement {
  const { text, kind } = cellText(value);
  if (kind === "text" && text.length > 80) return h("pre", { class: "text-view", tabindex: "0" }, text);
  return h("section", { class: `scalar ${kind}` }, text);
}

function cut(preview: Preview): HTMLElement | undefined {
  return preview.truncated ? h("p", { class: "note" }, "Only a part is shown.") : undefined;
}

function isBranch(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function node(key: string, value: unknown, depth: number): HTMLElement {
  return isBranch(value) ? branch(key, value, depth) : leaf(key, value);
}

function leaf(key: string, value: unknown): HTMLElement {
  const { text, kind } = cellText(value);
  const shown = kind === "text" ? JSON.stringify(text) : text;
  return h("div", { class: "leaf" }, keyOf(key), h("span", { class: kind }, shown));
}

function branch(key: string | undefined, value: object, depth: number): HTMLElement {
  const entries = Object.entries(value);
  const isList = Array.isArray(value);
  const hint = isList ? `[${count(entries.length)}]` : `{${count(entries.length)}}`;
  const summary = h("summary", {}, key === undefined ? undefined : keyOf(key), h("span", { class: "nested" }, hint));
  const details = h("details", {}, summary);
  const fill = (): void => {
    if (details.children.length === 1) details.append(children(entries, depth + 1));
  };
  details.addEventListener("toggle", fill);
  if (depth < 3 && (depth === 0 || entries.length <= OPEN_UP_TO)) {
    details.open = true;
    fill();
  }
  return details;
}

function children(entries: readonly [string, unknown][], depth: number): HTMLElement {
  const list = h("div", { class: "children" });
  const add = (from: number): void => {
    list.append(...entries.slice(from, from + CHUNK).map(([key, value]) => node(key, value, depth)));
    const rest = entries.length - from - CHUNK;
    if (rest <= 0) return;
    const more = h("button", { type: "button", class: "link" }, `${count(rest)} more…`);
    more.addEventListener("click", () => {
      more.remove();
      add(from + CHUNK);
    });
    list.append(more);
  };
  add(0);
  return list;
}

function keyOf(key: string): HTMLElement {
  return h("span", { class: "key" }, key);
}
