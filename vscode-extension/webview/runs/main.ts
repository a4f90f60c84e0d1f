/** The script of the page that shows a pipeline's runs. */
import "../style.css";
import "./runs.css";
import type { HistoryPath } from "../../src/protocol";
import { h } from "../dom";
import type { NextStep } from "../contract";
import { troubleView } from "../renderers/problem";
import { Chart } from "./chart";
import { ComparisonView } from "./comparison";
import type { FromRuns, KeptState, ToRuns } from "./contract";
import { RunsView } from "./page";

declare function acquireVsCodeApi(): { postMessage(message: FromRuns): void; setState(state: KeptState): void };

const vscode = acquireVsCodeApi();
const app = document.getElementById("app") ?? document.body;
const send = (message: FromRuns): void => {
  vscode.postMessage(message);
};
let compared: ComparisonView | undefined;
const view = new RunsView(send, (host) => new Chart(host));

/** Show the runs on the page, in place of a problem. */
function attach(): void {
  if (!view.element.isConnected) app.replaceChildren(h("main", {}, view.element));
}

function take(step: NextStep): void {
  send({ type: "step", step });
}

/** Have VS Code open the page again after its window is reloaded. */
function keep({ pipeline, source }: HistoryPath, runs: Pick<KeptState, "left" | "right">): void {
  vscode.setState({ ...(pipeline ? { pipeline } : {}), ...(source ? { source } : {}), ...runs });
}

window.addEventListener("message", ({ data }: MessageEvent<ToRuns>) => {
  switch (data.type) {
    case "runs":
      attach();
      keep(data.page.path, {});
      view.add(data.page, data.arrangement);
      break;
    case "newest":
      attach();
      view.update(data.page);
      break;
    case "comparison":
      compared = new ComparisonView(data.comparison, send);
      keep(data.comparison.right.path, { left: data.comparison.left.name, right: data.comparison.right.name });
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
      view.interrupt();
      app.replaceChildren(h("main", {}, troubleView(data.trouble, data.steps, take)));
  }
});
send({ type: "ready" });
