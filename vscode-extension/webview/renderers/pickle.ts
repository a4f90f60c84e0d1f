/** A pickle, described by what its instructions say; it is never loaded. */
import type { Preview } from "../../src/protocol";
import { h } from "../dom";

export function renderPickle(preview: Preview): HTMLElement {
  const note = h("p", { class: "note" }, preview.advice ?? "Described without loading it: a pickle runs code when it is loaded.");
  return h("section", { class: "pickle-view" }, h("pre", { class: "text-view", tabindex: "0" }, preview.text ?? preview.summary), note);
}
