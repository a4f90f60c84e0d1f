/** The panel's head: where the output is from, how its run went, other runs of it, and what can be done with it. */
import type { HistoryPath, Reading } from "../src/protocol";
import type { FromPage, RunChoice } from "./contract";
import { h, iconButton } from "./dom";
import { duration, shortType, when } from "./format";

export type Send = (message: FromPage) => void;

export function header(reading: Reading, runs: readonly RunChoice[], send: Send): HTMLElement {
  const top = h("div", { class: "head-row" }, breadcrumb(reading.path), toolbar(reading, runs, send));
  return h("header", { class: "head" }, top, facts(reading));
}

function breadcrumb({ pipeline, run, step, output }: HistoryPath): HTMLElement {
  const names = [pipeline, run, step].filter((name) => typeof name === "string");
  const parents = names.map((name) => h("li", {}, name));
  return h("nav", { "aria-label": "Path" }, h("ol", { class: "path" }, ...parents, h("li", { "aria-current": "page" }, output ?? "output")));
}

function facts({ run, output, preview, subtitle }: Reading): HTMLElement {
  const status = h("span", { class: `status ${statusClass(run.status)}` }, run.status);
  const type = output.data_type ? h("span", { title: output.data_type }, shortType(output.data_type)) : undefined;
  const texts = [preview.summary, times(run)].filter(Boolean).map((text) => h("span", {}, text));
  return h("div", { class: "head-facts", title: subtitle }, status, ...texts, type);
}

function times({ start, end }: Reading["run"]): string {
  if (!start) return "";
  const seconds = end ? (Date.parse(end) - Date.parse(start)) / 1000 : Number.NaN;
  return Number.isNaN(seconds) ? when(start) : `${when(start)} · ${duration(Math.max(0, seconds))}`;
}

const GOOD = new Set(["completed", "cached"]);
const BAD = new Set(["failed"]);
const UNDER_WAY = new Set(["running", "initializing", "provisioning", "queued", "retrying"]);

function statusClass(status: string): string {
  if (GOOD.has(status)) return "good";
  if (BAD.has(status)) return "bad";
  return UNDER_WAY.has(status) ? "under-way" : "other";
}

function toolbar(reading: Reading, runs: readonly RunChoice[], send: Send): HTMLElement {
  const sender = (type: "refresh" | "copyPath" | "copyCode" | "openFolder") => () => {
    send({ type });
  };
  return h(
    "div",
    { class: "toolbar", role: "toolbar", "aria-label": "Output" },
    runs.length > 1 ? runSwitch(reading, runs, send) : undefined,
    iconButton("code", "Copy code that reads this output", sender("copyCode")),
    iconButton("copy", "Copy the artifact's path", sender("copyPath")),
    isLocal(reading.output.uri) ? iconButton("folder", "Open the artifact's folder", sender("openFolder")) : undefined,
    iconButton("refresh", "Read again", sender("refresh")),
  );
}

/** Runs come newest first, so the older one is the next in the list. */
function runSwitch(reading: Reading, runs: readonly RunChoice[], send: Send): HTMLElement {
  const current = runs.findIndex((choice) => choice.path.run === reading.path.run);
  const go = (index: number) => () => {
    const path = runs[index]?.path;
    if (path) send({ type: "read", path });
  };
  const options = runs.map((choice, index) => option(choice, index, current));
  const select = h("select", { "aria-label": "Run", title: "Another run's output" }, ...options);
  select.addEventListener("change", () => {
    go(select.selectedIndex)();
  });
  const older = iconButton("previous", "Older run", go(current + 1));
  const newer = iconButton("next", "Newer run", go(current - 1));
  older.disabled = current < 0 || current === runs.length - 1;
  newer.disabled = current <= 0;
  return h("span", { class: "run-switch" }, older, select, newer);
}

function option({ label, description }: RunChoice, index: number, current: number): HTMLOptionElement {
  const element = h("option", { value: String(index) }, description ? `${label} — ${description}` : label);
  element.selected = index === current;
  return element;
}

function isLocal(uri: string): boolean {
  return uri.startsWith("file:") || !/^[a-z][a-z0-9+.-]+:/i.test(uri);
}
