/** The panel's head: where this is in the history, how its run went, the same in other runs, and what can be done. */
import { type HistoryPath, type Reading, type RunFacts, type RunPage, shortRunName } from "../src/protocol";
import type { FromPage, RunChoice } from "./contract";
import { type Child, h, type Icon, iconButton } from "./dom";
import { duration, when } from "./format";
import { status } from "./statusMark";

export type Send = (message: FromPage) => void;

type Simple = Extract<FromPage["type"], "refresh" | "compare" | "copyPath" | "copyCode" | "openFolder">;

export function outputHeader(reading: Reading, runs: readonly RunChoice[], send: Send): HTMLElement {
  const { path, run, output, preview } = reading;
  const said = preview.kind === "problem" ? "" : preview.summary; // a problem is told below, with what to do
  const summary = said ? h("span", { title: output.data_type ?? undefined }, said) : undefined;
  const facts = [run ? status(run.status) : undefined, summary, text(times(run))];
  const buttons = [
    ...neighbours(path, runs, send),
    runs.length > 1 ? button("compare", "Compare with another run", "compare", send) : undefined,
    showRun(path, send),
    button("code", "Copy code that reads this output", "copyCode", send),
    button("copy", "Copy the artifact's path", "copyPath", send),
    isLocal(output.uri) ? button("folder", "Open the artifact's folder", "openFolder", send) : undefined,
    button("refresh", "Read again", "refresh", send),
  ];
  return head(path, runs, facts, buttons, send);
}

export function runHeader(page: RunPage, send: Send): HTMLElement {
  const { path, run } = page;
  const runs = page.runs.map((other) => ({ name: other.name, status: other.status, path: other.path }));
  const facts = [status(run.status), text(times(run)), run.stack ? text(`stack ${run.stack}`) : undefined];
  const buttons = [
    ...neighbours(path, runs, send),
    button("code", "Copy code that gets this run", "copyCode", send),
    button("refresh", "Read again", "refresh", send),
  ];
  return head(path, runs, facts, buttons, send);
}

function head(
  path: HistoryPath,
  runs: readonly RunChoice[],
  facts: readonly Child[],
  buttons: readonly Child[],
  send: Send,
): HTMLElement {
  const toolbar = h("div", { class: "toolbar", role: "toolbar", "aria-label": "Actions" }, ...buttons);
  const row = h("div", { class: "head-row" }, h("div", { class: "head-facts" }, ...facts), toolbar);
  return h("header", { class: "head" }, breadcrumb(path, runs, send), row);
}

/** Pipeline, run, step, output; where there are other runs, the run's name lets one choose. */
function breadcrumb({ pipeline, run, step, output }: HistoryPath, runs: readonly RunChoice[], send: Send): HTMLElement {
  const chooser = runs.length > 1 && run ? runChooser(run, pipeline, runs, send) : run;
  const names = [pipeline, chooser, step, output].filter((name) => name !== null && name !== undefined);
  const items = names.map((name, index) =>
    h("li", { "aria-current": index === names.length - 1 ? "page" : undefined }, name),
  );
  return h("nav", { "aria-label": "Place in the history" }, h("ol", { class: "path" }, ...items));
}

function runChooser(
  run: string,
  pipeline: string | null | undefined,
  runs: readonly RunChoice[],
  send: Send,
): HTMLElement {
  const options = runs.map((choice, index) => {
    const option = h("option", { value: String(index), title: choice.name }, runLabel(choice, pipeline));
    option.selected = choice.path.run === run;
    return option;
  });
  const select = h("select", { "aria-label": "Run", title: `${run} (choose another run)` }, ...options);
  select.addEventListener("change", () => {
    openRun(runs, select.selectedIndex, send);
  });
  return select;
}

function runLabel({ name, status: word }: RunChoice, pipeline: string | null | undefined): string {
  const short = shortRunName(name, pipeline);
  return word === "failed" ? `✗ ${short}` : short;
}

/** Runs come newest first, so the older one is the next in the list. */
function neighbours(path: HistoryPath, runs: readonly RunChoice[], send: Send): Child[] {
  if (runs.length < 2) return [];
  const current = runs.findIndex((choice) => choice.path.run === path.run);
  const older = iconButton("previous", "Older run", () => {
    openRun(runs, current + 1, send);
  });
  const newer = iconButton("next", "Newer run", () => {
    openRun(runs, current - 1, send);
  });
  older.disabled = current < 0 || current === runs.length - 1;
  newer.disabled = current <= 0;
  return [older, newer];
}

function openRun(runs: readonly RunChoice[], index: number, send: Send): void {
  const path = runs[index]?.path;
  if (path) send({ type: "open", path });
}

function showRun({ pipeline, run, source }: HistoryPath, send: Send): Child {
  if (!run) return undefined;
  return iconButton("run", "Show the whole run", () => {
    send({ type: "open", path: { pipeline: pipeline ?? null, run, source: source ?? null } });
  });
}

function button(icon: Icon, label: string, type: Simple, send: Send): HTMLElement {
  return iconButton(icon, label, () => {
    send({ type });
  });
}

function times(run: RunFacts | null): string {
  if (!run?.start) return "";
  const seconds = run.end ? (Date.parse(run.end) - Date.parse(run.start)) / 1000 : Number.NaN;
  return Number.isNaN(seconds) ? when(run.start) : `${when(run.start)} · ${duration(Math.max(0, seconds))}`;
}

function text(words: string): Child {
  return words ? h("span", {}, words) : undefined;
}

function isLocal(uri: string): boolean {
  return uri.startsWith("file:") || !/^[a-z][a-z0-9+.-]+:/i.test(uri);
}
