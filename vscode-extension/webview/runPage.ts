/** A run: its steps, and what they produced as links to read it. */
import type { RunPage, StepFacts } from "../src/protocol";
import { h } from "./dom";
import type { Send } from "./header";
import { status } from "./statusMark";

export function runPage(page: RunPage, send: Send): HTMLElement {
  if (page.loading) return h("p", { class: "loading" }, "Reading the run's steps…");
  if (page.steps.length === 0) return h("p", { class: "loading" }, "This run has no steps.");
  const columns = ["Step", "Status", "Duration", "Outputs"].map((name) => h("th", { scope: "col" }, name));
  const rows = page.steps.map((step) => row(step, send));
  return h(
    "div",
    { class: "run-view" },
    h("table", {}, h("thead", {}, h("tr", {}, ...columns)), h("tbody", {}, ...rows)),
  );
}

function row(step: StepFacts, send: Send): HTMLElement {
  const differs = step.entrypoint && step.entrypoint !== step.name;
  const name = h(
    "th",
    { scope: "row" },
    step.name,
    differs ? h("span", { class: "dim" }, ` ${step.entrypoint ?? ""}`) : undefined,
  );
  const outputs = h("ul", {}, ...step.outputs.map((output) => outputLink(output, send)));
  return h(
    "tr",
    {},
    name,
    h("td", {}, status(step.status)),
    h("td", { class: "duration" }, step.duration ?? ""),
    h("td", {}, outputs),
  );
}

function outputLink(output: StepFacts["outputs"][number], send: Send): HTMLElement {
  const link = h("button", { type: "button", class: "link", title: "Read this output" }, output.name);
  link.addEventListener("click", () => {
    send({ type: "open", path: output.path });
  });
  return h("li", {}, link, output.type ? h("span", { class: "dim" }, ` ${output.type}`) : undefined);
}
