/** A run: its steps with their parameters, and their outputs as links. */
import type { OutputLink, RunPage, StepFacts } from "../src/protocol";
import { h } from "./dom";
import type { Send } from "./header";
import { status } from "./statusMark";

export function runPage({ loading, steps }: RunPage, send: Send): HTMLElement {
  if (loading) return h("p", { class: "loading" }, "Reading the run's steps…");
  if (steps.length === 0) return h("p", { class: "loading" }, "This run has no steps.");
  const hasParameters = steps.some((step) => step.parameters.length > 0);
  const names = ["Step", "Status", "Duration", ...(hasParameters ? ["Parameters"] : []), "Outputs"];
  const heads = names.map((name) => h("th", { scope: "col" }, name));
  const rows = steps.map((step) => row(step, hasParameters, send));
  const table = h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows));
  return h("div", { class: "run-view", tabindex: "0", role: "region", "aria-label": "Steps" }, table);
}

function row(step: StepFacts, hasParameters: boolean, send: Send): HTMLElement {
  const { name, entrypoint, duration, outputs } = step;
  const differs = entrypoint && entrypoint !== name;
  const head = h("th", { scope: "row" }, name, differs ? h("span", { class: "dim" }, ` ${entrypoint}`) : undefined);
  return h(
    "tr",
    {},
    head,
    h("td", {}, status(step)),
    h("td", { class: "duration" }, duration ?? ""),
    hasParameters ? parameters(step) : undefined,
    h("td", {}, h("ul", {}, ...outputs.map((output) => outputLink(output, send)))),
  );
}

function parameters(step: StepFacts): HTMLElement {
  const items = step.parameters.map(({ name, value }) =>
    h("li", {}, h("span", { class: "dim" }, `${name} = `), h("code", {}, value)),
  );
  return h("td", { class: "parameters" }, h("ul", {}, ...items));
}

function outputLink({ name, type, path }: OutputLink, send: Send): HTMLElement {
  const link = h("button", { type: "button", class: "link", title: "Read this output" }, name);
  link.addEventListener("click", () => {
    send({ type: "open", path });
  });
  return h("li", {}, link, type ? h("span", { class: "dim" }, ` ${type}`) : undefined);
}
