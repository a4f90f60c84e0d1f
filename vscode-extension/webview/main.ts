/** The page of the panel. It shows what the extension sends. */
import "./style.css";
import type { HistoryPath, Preview, Reading, RunPage, TableView } from "../src/protocol";
import type { FromPage, RunChoice, ToPage } from "./contract";
import { h } from "./dom";
import { heading, outputHeader, runHeader } from "./header";
import { Profiles } from "./profiles";
import { render } from "./renderers";
import { problem } from "./renderers/problem";
import { isOrdered } from "./renderers/table";
import { replaceKept } from "./replace";
import { metadataView } from "./run/detail";
import { RunView } from "./run/runView";
import { VALUE, type View, viewTabs } from "./viewTabs";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void; setState(state: HistoryPath): void };

const vscode = acquireVsCodeApi();
const app = document.getElementById("app") ?? document.body;
const head = h("div");
const body = h("main");
/** What a screen reader says when the panel shows something new, wherever the focus is. */
const news = h("p", { class: "for-screen-readers", role: "status" });
let reading: Reading | undefined;
let runs: readonly RunChoice[] = [];
let view: TableView = {};
let run: RunView | undefined;
/** The tab that is shown: the value, a stored visualization, or the metadata. */
let tab: View = VALUE;
/** What is on the screen: the rows, how they were asked for, and the column that is shown at large. */
let shown: Preview | undefined;
let shownView: TableView = {};
let detail: number | undefined;
const profiles = new Profiles((asked, isAsked) => {
  send({ type: "profile", view: asked, isAsked, ...visualization() });
});

function send(message: FromPage): void {
  vscode.postMessage(message);
}

function show(content: HTMLElement): void {
  body.classList.remove("waiting");
  replaceKept(body, content);
}

/** A table that is too large stays in its own order. The controls then must not claim something else. */
function showPreview(preview: Preview): void {
  if (preview.kind === "problem" && view.where && shown) {
    redraw([preview.text, preview.advice].filter(Boolean).join(" "));
    return;
  }
  const isAsked = typeof view.sort === "number" || Boolean(view.find) || Boolean(view.where);
  if (isAsked && preview.table && !isOrdered(preview.table)) {
    view = view.first_column ? { first_column: view.first_column } : {};
  }
  shown = preview;
  shownView = view;
  if (preview.kind === "table" && preview.table) profiles.follow(view, preview.table);
  redraw();
}

/** Draw the present rows again: with other statistics, or with what is wrong with a condition. */
function redraw(problem?: string): void {
  if (!shown) return;
  const columns = profiles.isShown ? { columns: profiles.columns } : undefined;
  const tools = { profiles: columns, detail, openColumn, problem, sumUp, exportRows };
  show(render(shown, { view, look, copy, tools }));
}

function sumUp(): void {
  profiles.toggle(shownView);
  redraw();
}

/** Show a column at large, or no column. The focus goes there and back. */
function openColumn(position: number | undefined): void {
  const from = detail;
  detail = position;
  redraw();
  const target = position === undefined ? `summary ${String(from)}` : "detail";
  body.querySelector<HTMLElement>(`[data-keep="${target}"]`)?.focus();
}

function exportRows(): void {
  send({ type: "export", view: shownView, ...visualization() });
}

/** The rows leave the screen, and answers about them are of no use any more. */
function forgetRows(): void {
  view = shownView = {};
  shown = detail = undefined;
  profiles.forget();
}

/** The number of the stored visualization that is shown. */
function visualization(): { visualization?: number } {
  return tab.kind === "visualization" ? { visualization: tab.number } : {};
}

function showHead(): void {
  if (!reading) {
    head.replaceChildren();
    return;
  }
  const header = outputHeader(reading, runs, send);
  const tabs = viewTabs(reading, tab, choose);
  if (tabs) header.append(tabs);
  head.replaceChildren(header);
}

/** Show another tab of the output. */
function choose(next: View): void {
  tab = next;
  forgetRows();
  showHead();
  head.querySelector<HTMLElement>("[role=tab][aria-selected=true]")?.focus();
  if (tab.kind === "value" && reading) showPreview(reading.preview);
  else if (tab.kind === "metadata") show(metadataView(reading?.metadata ?? []));
  else look(view);
}

function showReading(next: Reading): void {
  reading = next;
  leaveRun();
  tab = VALUE;
  vscode.setState(next.path);
  const isProblem = next.preview.kind === "problem"; // which is an alert of its own
  news.textContent = isProblem ? "" : `${next.title}: ${next.preview.summary}`;
  showHead();
  forgetRows();
  showPreview(next.preview);
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

function look(next: TableView): void {
  view = next;
  body.classList.add("waiting");
  send({ type: "page", view, ...visualization() });
}

function copy(text: string): void {
  send({ type: "copyText", text });
}

/** While the next content is on its way, the present content stays, a little paler. */
function showLoading(words: string): void {
  if (head.hasChildNodes()) body.classList.add("waiting");
  else show(h("p", { class: "loading" }, words));
}

function receive(message: ToPage): void {
  switch (message.type) {
    case "loading":
      runs = [];
      showLoading(message.words);
      break;
    case "reading":
      showReading(message.reading);
      break;
    case "run":
      showRun(message.page);
      break;
    case "page":
      if (tab.kind !== "metadata") showPreview(message.preview);
      break;
    case "log":
      run?.take(message.asked, message.answer);
      break;
    case "profile":
      if (profiles.take(message.view, message.columns)) redraw();
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
      show(h("div", {}, heading("Pipesight"), problem(message.trouble.problem, message.trouble.advice)));
      break;
    case "runs":
      runs = message.runs;
      showHead();
  }
}

body.append(...app.childNodes); // what the page said before this script ran
app.append(head, body, news);
window.addEventListener("message", (event: MessageEvent<ToPage>) => {
  receive(event.data);
});
send({ type: "ready" });
