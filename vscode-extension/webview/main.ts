/** The page of the output panel: shows what the extension sends. */
import "./style.css";
import type { HistoryPath, Reading } from "../src/protocol";
import type { FromPage, RunChoice, ToPage } from "./contract";
import { h } from "./dom";
import { header } from "./header";
import { render } from "./renderers";
import { problem } from "./renderers/problem";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void; setState(state: HistoryPath): void };

const vscode = acquireVsCodeApi();
const app = document.getElementById("app") ?? document.body;
const head = h("div");
const body = h("main", { "aria-live": "polite" });
let reading: Reading | undefined;
let runs: readonly RunChoice[] = [];

function send(message: FromPage): void {
  vscode.postMessage(message);
}

function show(content: HTMLElement): void {
  body.classList.remove("waiting");
  body.replaceChildren(content);
}

function showHead(): void {
  head.replaceChildren(...(reading ? [header(reading, runs, send)] : []));
}

function showReading(next: Reading): void {
  reading = next;
  vscode.setState(next.path);
  showHead();
  show(render(next.preview, { turnTo }));
}

function turnTo(offset: number, limit: number): void {
  body.classList.add("waiting");
  send({ type: "page", offset, limit });
}

/** What is there stays while the next is on its way, a little paler; the first has nothing to stay. */
function showLoading(title: string): void {
  if (reading) body.classList.add("waiting");
  else show(h("p", { class: "loading" }, `Reading ${title}…`));
}

function receive(message: ToPage): void {
  switch (message.type) {
    case "loading":
      runs = [];
      showLoading(message.title);
      break;
    case "reading":
      showReading(message.reading);
      break;
    case "page":
      show(render(message.preview, { turnTo }));
      break;
    case "trouble":
      reading = undefined;
      showHead();
      show(problem(message.trouble.problem, message.trouble.advice));
      break;
    case "runs":
      runs = message.runs;
      showHead();
  }
}

app.append(head, body);
window.addEventListener("message", (event: MessageEvent<ToPage>) => {
  receive(event.data);
});
send({ type: "ready" });
