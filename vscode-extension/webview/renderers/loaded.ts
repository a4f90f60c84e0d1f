/** A value that was loaded in Python, in its own representations: picture, `repr`, `describe()` and HTML. */
import type { LoadedValue, ShownValue, Trouble } from "../../src/protocol";
import { type Child, h } from "../dom";
import { harmless } from "./harmless";
import { renderHtml } from "./html";
import { renderImage } from "./image";
import { problem } from "./problem";

export function renderLoaded(answer: LoadedValue | Trouble): HTMLElement {
  return "problem" in answer ? problem(answer.problem, answer.advice) : valueView(answer);
}

function valueView({ title, value }: LoadedValue): HTMLElement {
  return h(
    "section",
    { class: "loaded-view" },
    h("p", { class: "type" }, value.type),
    ...(value.notes ?? []).map((note) => h("p", { class: "note" }, note)),
    ...parts(title, value),
  );
}

function parts(title: string, { picture, html, repr, describe }: ShownValue): readonly Child[] {
  const summary = `${title} in Python`;
  return [
    ...part("Picture", picture ? renderImage({ kind: "image", summary, image: picture }) : undefined),
    ...part("repr", text(repr)),
    ...part("describe()", text(describe)),
    ...part("HTML", html ? renderHtml({ kind: "html", summary, text: harmless(html) }) : undefined),
  ];
}

function part(name: string, content: HTMLElement | undefined): readonly Child[] {
  return content ? [h("h2", {}, name), content] : [];
}

function text(words: string | null | undefined): HTMLElement | undefined {
  return words ? h("pre", { class: "text-view", tabindex: "0" }, words) : undefined;
}
