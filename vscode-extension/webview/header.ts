/** The panel's head: where this is in the history, how its run went, the same in other runs, and what can be done. */
import type { HistoryPath, Reading, RunFacts, RunPage } from "../src/protocol";
import type { FromPage, RunChoice } from "./contract";
import { type Child, h, iconButton } from "./dom";
import { duration, shortType, when } from "./format";
import { status } from "./statusMark";

export type Send = (message: FromPage) => void;

export function outputHeader(reading: Reading, runs: readonly RunChoice[], send: Send): HTMLElement {
  const { path, run, output, preview } = reading;
  const type = output.data_type ? h("span", { title: output.data_type }, shortType(output.data_type)) : undefined;
  const facts = [run ? status(run.status) : undefined, text(preview.summary), text(times(run)), type];
  const buttons = [
    button("code", "Copy code that reads this output", "copyCode", send),
    button("copy", "Copy the artifact's path", "copyPath", send),
    isLocal(output.uri) ? button("folder", "Open the artifact's folder", "openFolder", send) : undefined,
    button("refresh", "Read again", "refresh", send),
  ];
  return head(path, facts, [runSwitch(path, runs, send), ...buttons], send);
}

export function runHeader(page: RunPage, send: Send): HTMLElement {
  const { path, run, runs } = page;
  const facts = [status(run.status), text(times(run)), text(run.stack ?? "")];
  const choices = runs.map((other) => ({ label: other.name, description: [other.status, other.when].filter(Boolean).join(" · "), path: other.path }));
  const buttons = [button("code", "Copy code that gets this run", "copyCode", send), button("refresh", "Read again", "refresh", send)];
  return head(path, facts, [runSwitch(path, choices, send), ...buttons], send);
}

function head(path: HistoryPath, facts: readonly Child[], tools: readonly Child[], send: Send): HTMLElement {
  const toolbar = h("div", { class: "toolbar", role: "toolbar", "aria-label": "Actions" }, ...tools);
  const top = h("div", { class: "head-row" }, breadcrumb(path, send), toolbar);
  return h("header", { class: "head" }, top, h("div", { class: "head-facts" }, ...facts));
}

/** The run leads to its page; the last name is what is shown. */
function breadcrumb({ pipeline, run, step, output, source }: HistoryPath, send: Send): HTMLElement {
  const names: Child[] = [pipeline ?? undefined, run ?? undefined, step ?? undefined, output ?? undefined];
  if (run && output) {
    const link = h("button", { type: "button", class: "link", title: "Show this run" }, run);
    link.addEventListener("click", () => {
      send({ type: "open", path: { pipeline: pipeline ?? null, run, source: source ?? null } });
    });
    names[1] = link;
  }
  const known = names.filter((name) => name !== undefined);
  const items = known.map((name, index) => h("li", { "aria-current": index === known.length - 1 ? "page" : undefined }, name));
  return h("nav", { "aria-label": "Place in the history" }, h("ol", { class: "path" }, ...items));
}

function times(run: RunFacts | null): string {
  if (!run?.start) return "";
  const seconds = run.end ? (Date.parse(run.end) - Date.parse(run.start)) / 1000 : Number.NaN;
  return Number.isNaN(seconds) ? when(run.start) : `${when(run.start)} · ${duration(Math.max(0, seconds))}`;
}

function text(words: string): Child {
  return words ? h("span", {}, words) : undefined;
}

function button(
  name: Parameters<typeof iconButton>[0],
  label: string,
  type: "refresh" | "copyPath" | "copyCode" | "openFolder",
  send: Send,
): HTMLElement {
  return iconButton(name, label, () => {
    send({ type });
  });
}

/** Runs come newest first, so the older one is the next in the list. */
function runSwitch(path: HistoryPath, runs: readonly RunChoice[], send: Send): Child {
  if (runs.length < 2) return undefined;
  const current = runs.findIndex((choice) => choice.path.run === path.run);
  const go = (index: number) => () => {
    const chosen = runs[index]?.path;
    if (chosen) send({ type: "open", path: chosen });
  };
  const select = h("select", { "aria-label": "Run", title: "The same in another run" }, ...runs.map((choice, index) => option(choice, index, current)));
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
