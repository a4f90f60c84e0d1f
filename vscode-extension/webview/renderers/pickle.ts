/** A description of a pickle, from its instructions. It is never loaded. */
import type { Preview } from "../../src/protocol";
import { h } from "../dom";

export function renderPickle({ text, summary, advice }: Preview): HTMLElement {
  const description = h("pre", { class: "text-view", tabindex: "0" }, text ?? summary);
  return h("section", { class: "pickle-view" }, description, advice ? h("p", { class: "note" }, advice) : undefined);
}
