/** The script of the page that shows a pipeline's runs. */
import "../style.css";
import "./runs.css";
import { h } from "../dom";
import { problem } from "../renderers/problem";
import { comparison } from "./comparison";
import { Chart } from "./chart";
import type { FromRuns, ToRuns } from "./contract";
import { RunsView } from "./page";

declare function acquireVsCodeApi(): { postMessage(message: FromRuns): void };

const vscode = acquireVsCodeApi();
const app = document.getElementById("app") ?? document.body;
const send = (message: FromRuns): void => {
  vscode.postMessage(message);
};
const view = new RunsView(send, (host) => new Chart(host));

window.addEventListener("message", ({ data }: MessageEvent<ToRuns>) => {
  switch (data.type) {
    case "runs":
      if (!view.element.isConnected) app.replaceChildren(h("main", {}, view.element));
      view.add(data.page, data.arrangement);
      break;
    case "newest":
      view.update(data.page);
      break;
    case "comparison":
      app.replaceChildren(h("main", {}, comparison(data.comparison, send)));
      break;
    case "trouble":
      app.replaceChildren(h("main", {}, problem(data.trouble.problem, data.trouble.advice)));
  }
});
send({ type: "ready" });
