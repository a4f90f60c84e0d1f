/** The panel's head: the path in the history, the status of the step and the run, and the actions. */
import type { HistoryPath, NewestOutput, Reading, RunFacts, RunPage, Tone } from "../src/protocol";
import type { Follow, FromPage, RunChoice } from "./contract";
import { type Child, h, textButton } from "./dom";
import { when } from "./format";
import { status } from "./statusMark";
import { type Action, toolbar } from "./toolbar";

export type Send = (message: FromPage) => void;

type Simple = Extract<
  FromPage["type"],
  "refresh" | "load" | "compare" | "openNotebook" | "copyPath" | "copyCode" | "openFolder"
>;

/** Tones of a run that need no mark beside the mark of the step. */
const GOOD: readonly Tone[] = ["passed", "cached"];

/** The other runs that have the same output. */
interface OtherRuns {
  readonly runs: readonly RunChoice[];
  readonly newest: NewestOutput;
  readonly follow: Follow;
}

export function outputHeader(reading: Reading, others: OtherRuns, send: Send): HTMLElement {
  const { path, output } = reading;
  const { runs, newest, follow } = others;
  const act = simple(send);
  const main = [
    ...neighbors(path, runs, send),
    ...(path.run && path.pipeline ? [pin(follow, send)] : []),
    ...(runs.length > 1 ? [{ ...act("compare", "Compare with another run"), word: "Compare" }] : []),
    ...(path.run ? [showRun(path, send)] : []),
    ...(reading.loadable ? [{ ...act("load", "Load in Python…"), word: "Load in Python…" }] : []),
  ];
  const more = [
    act("copyCode", "Copy code that reads this output"),
    act("openNotebook", "Open in a notebook"),
    act("copyPath", "Copy the artifact's path"),
    ...(isLocal(output.uri) ? [act("openFolder", "Open the artifact's folder")] : []),
    ...(path.run && path.pipeline && follow === null ? [followSuccessful(send)] : []),
    act("refresh", "Read again"),
  ];
  return head(path, runs, [...outputFacts(reading), newer(newest, send)], toolbar(main, more), send);
}

export function runHeader(page: RunPage, send: Send): HTMLElement {
  const { path, run, runs } = page;
  const act = simple(send);
  const more = [act("copyCode", "Copy code that gets this run"), act("refresh", "Read again")];
  const facts = [status(run), text(times(run)), run.stack ? text(`stack ${run.stack}`) : undefined];
  return head({ ...path, step: null }, runs, facts, toolbar(neighbors(path, runs, send), more), send);
}

/** The status of the step that produced the output. The run's status is added if it is a worse one. */
function outputFacts({ step, run, output, preview }: Reading): Child[] {
  const summary = preview.kind === "problem" ? "" : preview.summary; // the page below explains a problem
  const own = step ?? run;
  const isWorse = step && run && !GOOD.includes(run.tone) && run.tone !== step.tone;
  return [
    own ? status(own) : undefined,
    isWorse ? status({ status: `run ${run.status}`, tone: run.tone }) : undefined,
    summary ? h("span", { title: output.data_type ?? undefined }, summary) : undefined,
    own ? text(times(own)) : undefined,
  ];
}

function head(
  path: HistoryPath,
  runs: readonly RunChoice[],
  facts: readonly Child[],
  actions: HTMLElement,
  send: Send,
): HTMLElement {
  const row = h("div", { class: "head-row" }, h("div", { class: "head-facts" }, ...facts), actions);
  const title = heading(path.output ?? path.run ?? "Pipesight");
  return h("header", { class: "head" }, title, breadcrumb(path, runs, send), row);
}

/** The title of the page for screen readers. The tab already shows it to others. */
export function heading(text: string): HTMLElement {
  return h("h1", { class: "for-screen-readers" }, text);
}

/** Pipeline, run, step and output. If there are other runs, the run's name opens a list of them. */
function breadcrumb({ pipeline, run, step, output }: HistoryPath, runs: readonly RunChoice[], send: Send): HTMLElement {
  const chooser = runs.length > 1 && run ? runChooser(run, runs, send) : run;
  const names = [pipeline, chooser, step, output].filter((name) => name !== null && name !== undefined);
  const items = names.map((name, index) =>
    h("li", { "aria-current": index === names.length - 1 ? "page" : undefined }, name),
  );
  return h("nav", { "aria-label": "Path in the run history" }, h("ol", { class: "path" }, ...items));
}

/** A pin keeps the page on the newest run. */
function pin(follow: Follow, send: Send): Action {
  const words = follow === "successful" ? "Stop following successful runs" : "Stop following the newest run";
  return {
    icon: "pin",
    label: follow ? words : "Follow the newest run",
    pressed: follow !== null,
    run: () => {
      send({ type: "follow", follow: follow ? null : "newest" });
    },
  };
}

function followSuccessful(send: Send): Action {
  const run = (): void => {
    send({ type: "follow", follow: "successful" });
  };
  return { icon: "check", label: "Follow the newest successful run", run };
}

/** A dot and the name of a newer run that has the output. */
function newer({ path, run }: NewestOutput, send: Send): HTMLElement | undefined {
  if (!path || !run) return undefined;
  const open = (): void => {
    send({ type: "open", path });
  };
  return textButton(`Newer: ${run.short}`, "link newer", open, `Show the output of ${run.name}`);
}

function runChooser(run: string, runs: readonly RunChoice[], send: Send): HTMLElement {
  const options = runs.map((choice, index) => {
    const option = h("option", { value: String(index), title: choice.name }, runLabel(choice));
    option.selected = choice.path.run === run;
    return option;
  });
  const select = h("select", { "aria-label": "Run", title: `${run} (choose another run)` }, ...options);
  select.addEventListener("change", () => {
    openRun(runs, select.selectedIndex, send);
  });
  return select;
}

function runLabel({ short, mark }: RunChoice): string {
  return mark === "✓" ? short : `${mark} ${short}`;
}

/** Runs are listed newest first, so the older run is the next one in the list. */
function neighbors(path: HistoryPath, runs: readonly RunChoice[], send: Send): Action[] {
  if (runs.length < 2) return [];
  const current = runs.findIndex((choice) => choice.path.run === path.run);
  const open = (index: number) => () => {
    openRun(runs, index, send);
  };
  return [
    {
      icon: "previous",
      label: "Older run",
      run: open(current + 1),
      disabled: current < 0 || current === runs.length - 1,
    },
    { icon: "next", label: "Newer run", run: open(current - 1), disabled: current <= 0 },
  ];
}

function openRun(runs: readonly RunChoice[], index: number, send: Send): void {
  const path = runs[index]?.path;
  if (path) send({ type: "open", path });
}

function showRun({ pipeline, run, source }: HistoryPath, send: Send): Action {
  const path = { pipeline: pipeline ?? null, run: run ?? null, source: source ?? null };
  const open = (): void => {
    send({ type: "open", path });
  };
  return { icon: "run", label: "Show the run", word: "Run", run: open };
}

const ICONS = {
  refresh: "refresh",
  load: "load",
  compare: "compare",
  copyPath: "copy",
  copyCode: "code",
  openNotebook: "notebook",
  openFolder: "folder",
} as const;

function simple(send: Send): (type: Simple, label: string) => Action {
  return (type, label) => ({
    icon: ICONS[type],
    label,
    run: () => {
      send({ type });
    },
  });
}

function times({ start, duration }: Pick<RunFacts, "start" | "duration">): string {
  return [start ? when(start) : "", duration].filter(Boolean).join(" · ");
}

function text(words: string): Child {
  return words ? h("span", {}, words) : undefined;
}

function isLocal(uri: string): boolean {
  return uri.startsWith("file:") || !/^[a-z][a-z0-9+.-]+:/i.test(uri);
}
