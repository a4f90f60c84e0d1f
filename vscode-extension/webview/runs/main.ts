/** The script of the page that shows a pipeline's runs. */
import "../style.css";
import "./runs.css";
import { h } from "../dom";
import { problem } from "../renderers/problem";
import { Chart } from "./chart";
import { ComparisonView } from "./comparison";
import type { FromRuns, ToRuns } from "./contract";
import { RunsView } from "./page";

declare function acquireVsCodeApi(): { postMessage(message: FromRuns): void };

const vscode = acquireVsCodeApi();
const app = document.getElementById("app") ?? document.body;
const send = (message: FromRuns): void => {
  vscode.postMessage(message);
};
let compared: ComparisonView | undefined;
const view = new RunsView(send, (host) => new Chart(host));

/** Put the runs on the page, where a problem may have been. */
function attach(): void {
  if (!view.element.isConnected) app.replaceChildren(h("main", {}, view.element));
}

window.addEventListener("message", ({ data }: MessageEvent<ToRuns>) => {
  switch (data.type) {
    case "runs":
      attach();
      view.add(data.page, data.arrangement);
      break;
    case "newest":
      attach();
      view.update(data.page);
      break;
    case "comparison":
      compared = new ComparisonView(data.comparison, send);
      app.replaceChildren(h("main", {}, compared.element));
      break;
    case "values":
      compared?.addValues(data, data.answer);
      break;
    case "moves":
      attach();
      view.showMoves(data.answer);
      break;
    case "trouble":
      app.replaceChildren(h("main", {}, problem(data.trouble.problem, data.trouble.advice)));
  }
});
send({ type: "ready" });
