/** A problem with advice, and buttons for the next steps. */
import type { Preview, Trouble } from "../../src/protocol";
import type { NextStep } from "../contract";
import { h, icon, textButton } from "../dom";

const STEPS: Readonly<Record<NextStep, string>> = {
  retry: "Try again",
  choose: "Choose a pipeline",
  restart: "Restart the server",
  logs: "Show logs",
};

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

export function troubleView(
  { problem: text, advice }: Trouble,
  steps: readonly NextStep[],
  take: (step: NextStep) => void,
): HTMLElement {
  const view = problem(text, advice);
  const buttons = steps.map((step) =>
    textButton(STEPS[step], "action", () => {
      take(step);
    }),
  );
  if (buttons.length) view.lastElementChild?.append(h("p", { class: "next-steps" }, ...buttons));
  return view;
}
