/** A problem and advice. */
import type { Preview } from "../../src/protocol";
import { h, icon } from "../dom";

export function renderProblem(preview: Preview): HTMLElement {
  return problem(preview.text ?? preview.summary, preview.advice);
}

export function problem(text: string, advice: string | null | undefined): HTMLElement {
  const words = h(
    "div",
    {},
    h("p", { class: "problem-text" }, text),
    advice ? h("p", { class: "advice" }, advice) : undefined,
  );
  return h("section", { class: "problem-view", role: "alert" }, icon("warning"), words);
}
