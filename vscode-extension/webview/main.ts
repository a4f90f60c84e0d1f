/** The page of the panel. It shows what the extension sends. */
import "./style.css";
import type {
  HistoryPath,
  LoadedValue,
  NewestOutput,
  Preview,
  Reading,
  RunPage,
  TableView,
  Trouble,
} from "../src/protocol";
import { ArrayPlot } from "./array/arrayPlot";
import { type Follow, type FromPage, type NextStep, type RunChoice, type ToPage, VALUE, type View } from "./contract";
import { h } from "./dom";
import { heading, outputHeader, runHeader } from "./header";
import { render } from "./renderers";
import { renderLoaded } from "./renderers/loaded";
import { troubleView } from "./renderers/problem";
import { isOrdered } from "./table/ordering";
import { replaceKept } from "./replace";
import { metadataView } from "./run/detail";
import { RunView } from "./run/runView";
import { TableState } from "./table/tableState";
import { viewTabs } from "./viewTabs";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void; setState(state: HistoryPath): void };

const vscode = acquireVsCodeApi();
const app = document.getElementById("app") ?? document.body;
const head = h("div");
const body = h("main");
/** The text that a screen reader says if the panel shows something new, wherever the focus is. */
const news = h("p", { class: "for-screen-readers", role: "status" });
let reading: Reading | undefined;
let runs: readonly RunChoice[] = [];
let view: TableView = {};
let run: RunView | undefined;
/** The tab that is shown: the value, a stored visualization, the metadata, or the value in Python. */
let tab: View = VALUE;
/** The value in Python, or the reason why it is not loaded, after the user requested it. */
let loaded: LoadedValue | Trouble | undefined;
/** The shown rows, and the view that requested them. */
let shown: Preview | undefined;
let shownView: TableView = {};
/** The same output in a newer run, and the newer runs that the page shows by itself. */
let newest: NewestOutput = {};
let follow: Follow = null;
/** The extension Data Wrangler is installed. */
let hasWrangler = false;
const table = new TableState({
  look,
  redraw,
  profile: (asked, isAsked) => {
    send({ type: "profile", view: asked, isAsked, ...visualization() });
  },
  find: (selector) => body.querySelector<HTMLElement>(selector),
});

const plot = new ArrayPlot({
  overview: (asked) => {
    send({ type: "overview", view: asked, ...visualization() });
  },
  look: (change) => {
    look({ ...view, ...change });
  },
});

function send(message: FromPage): void {
  vscode.postMessage(message);
}

function takeStep(step: NextStep): void {
  send({ type: "step", step });
}

function show(content: HTMLElement): void {
  body.classList.remove("waiting");
  replaceKept(body, content);
}

/** A table that is too large keeps its own order, so the controls must show this order. */
function showPreview(preview: Preview): void {
  if (preview.kind === "problem" && view.where && shown) {
    redraw([preview.text, preview.advice].filter(Boolean).join(" "));
    return;
  }
  if (isAsked(view) && preview.table && !isOrdered(preview.table)) {
    const { first_column, picked, slices } = view;
    view = Object.fromEntries(Object.entries({ first_column, picked, slices }).filter(([, value]) => value));
  }
  shown = preview;
  shownView = view;
  if (preview.kind === "table" && preview.table) table.show(preview.table, view);
  if (preview.kind === "array") plot.show(preview);
  redraw();
  table.shown();
}

/** Draw the present rows again, with other statistics or with the problem of a condition. */
function redraw(problem?: string): void {
  if (!shown) return;
  const tools = { ...table.tools, problem, exportRows, wrangle: hasWrangler ? wrangle : undefined };
  show(render(shown, { view, look: turn, copy, tools, plot: plot.element }));
}

function exportRows(): void {
  send({ type: "export", view: table.whole(shownView), ...visualization() });
}

function wrangle(): void {
  send({ type: "wrangle", view: table.whole(shownView), ...visualization() });
}

/** Forget the rows, because they leave the screen. Answers about them are dropped. */
function forgetRows(): void {
  view = shownView = {};
  shown = undefined;
  table.forget();
  plot.forget();
}

/** The number of the stored visualization that is shown. */
function visualization(): { visualization?: number } {
  return tab.kind === "visualization" ? { visualization: tab.number } : {};
}

/** Show a page of a stored visualization. Request its columns after the first rows. */
function showPage(preview: Preview): void {
  const isFirst = shown === undefined;
  showPreview(preview);
  if (isFirst) askColumns();
}

function showHead(): void {
  if (!reading) {
    head.replaceChildren();
    return;
  }
  const header = outputHeader(reading, { runs, newest, follow }, send);
  const tabs = viewTabs(reading, loaded !== undefined, tab, choose);
  if (tabs) header.append(tabs);
  head.replaceChildren(header);
}

/** Return whether two paths name the same output, in any run. */
function isSame(one: HistoryPath, other: HistoryPath): boolean {
  return one.pipeline === other.pipeline && one.step === other.step && one.output === other.output;
}

/** Show the tab that the user chose. */
function choose(next: View): void {
  send({ type: "tab", view: next });
  turnTo(next);
  focusTab();
}

function focusTab(): void {
  head.querySelector<HTMLElement>("[role=tab][aria-selected=true]")?.focus();
}

/** Show the tab that the extension names. The focus is taken only from the head, which is drawn again. */
function takeTab(next: View): void {
  const isFocused = document.hasFocus() && head.contains(document.activeElement);
  turnTo(next);
  if (isFocused) focusTab();
}

/** Show another tab of the output. */
function turnTo(next: View): void {
  tab = next;
  forgetRows();
  showHead();
  if (tab.kind === "value" && reading) {
    showPreview(reading.preview);
    askColumns();
  } else if (tab.kind === "metadata") show(metadataView(reading?.metadata ?? []));
  else if (tab.kind === "loaded") showLoaded();
  else look(view);
}

function showLoaded(): void {
  if (loaded) show(renderLoaded(loaded));
}

function takeLoaded(answer: LoadedValue | Trouble): void {
  loaded = answer;
  news.textContent = "problem" in answer ? "" : `${answer.title} in Python: ${answer.value.type}`;
}

function showReading(next: Reading): void {
  const isFollowed = follow !== null && reading !== undefined && isSame(reading.path, next.path);
  newest = {};
  loaded = undefined;
  reading = next;
  leaveRun();
  tab = VALUE;
  vscode.setState(next.path);
  const isProblem = next.preview.kind === "problem"; // which is an alert of its own
  news.textContent = isProblem ? "" : `${next.title}: ${next.preview.summary}`;
  showHead();
  const before = isFollowed ? view : {};
  forgetRows();
  showPreview(next.preview);
  askColumns();
  if (next.preview.kind === "table" && isAsked(before)) look(before);
}

/** Return whether a view differs from the first rows. */
function isAsked({ where, find, sort }: TableView): boolean {
  return Boolean(where) || Boolean(find) || typeof sort === "number";
}

function showRun(page: RunPage): void {
  reading = undefined;
  forgetRows();
  vscode.setState(page.path);
  news.textContent = `${page.title}: ${page.run.status}`;
  head.replaceChildren(runHeader(page, send));
  body.classList.remove("waiting");
  if (run && run.path.run === page.path.run && run.path.source === page.path.source) {
    run.update(page);
    return;
  }
  leaveRun();
  run = new RunView(page, send);
  show(run.element);
}

function leaveRun(): void {
  run?.stop();
  run = undefined;
}

/** Show the rows or columns that the user chose. */
function turn(next: TableView): void {
  look(table.arranged(next));
}

/** Request all columns of the table on the screen, after its first rows. */
function askColumns(): void {
  if (shown?.kind === "table") send({ type: "columns", ...visualization() });
}

function look(next: TableView): void {
  view = next;
  body.classList.add("waiting");
  send({ type: "page", view, ...visualization() });
}

function copy(text: string, done?: string): void {
  send({ type: "copyText", text, ...(done ? { done } : {}) });
}

/** Keep the present content or its skeleton, a little paler, until the next content arrives. */
function showLoading(names: readonly string[], words: string): void {
  const said = [...body.querySelectorAll(".path li, .loading")].map(({ textContent }) => textContent);
  if (head.hasChildNodes()) body.classList.add("waiting");
  else if (JSON.stringify(said) !== JSON.stringify([...names, words])) show(skeleton(names, words));
}

function skeleton(names: readonly string[], words: string): HTMLElement {
  const path = h("ol", { class: "path" }, ...names.map((name) => h("li", {}, name)));
  return h("div", {}, h("div", { class: "head" }, path), h("p", { class: "loading" }, words));
}

function receive(message: ToPage): void {
  switch (message.type) {
    case "loading":
      runs = [];
      showLoading(message.names, message.words);
      break;
    case "reading":
      hasWrangler = message.hasWrangler ?? false;
      showReading(message.reading);
      break;
    case "run":
      showRun(message.page);
      break;
    case "page":
      if (tab.kind === "value" || tab.kind === "visualization") showPage(message.preview);
      break;
    case "log":
      run?.take(message.asked, message.answer);
      break;
    case "profile":
      if (table.profiles.take(message.view, message.columns)) redraw();
      break;
    case "columns":
      if (message.visualization === visualization().visualization) table.takeColumns(message.columns);
      break;
    case "overview":
      plot.take(message.view, message.overview);
      break;
    case "newest":
      newest = message.newest;
      follow = message.follow;
      showHead();
      break;
    case "loaded":
      takeLoaded(message.answer);
      break;
    case "tab":
      takeTab(message.view);
      break;
    case "cancelled":
      view = shownView;
      redraw();
      break;
    case "trouble":
      reading = undefined;
      forgetRows();
      leaveRun();
      showHead();
      show(h("div", {}, heading("Pipesight"), troubleView(message.trouble, message.steps ?? [], takeStep)));
      break;
    case "runs":
      runs = message.runs;
      showHead();
  }
}

body.append(...app.childNodes); // the content of the page before this script ran
app.append(head, body, news);
window.addEventListener("message", (event: MessageEvent<ToPage>) => {
  receive(event.data);
});
send({ type: "ready" });
