/** Plain text. */
import type { Preview } from "../../src/protocol";
import { h } from "../dom";

export function renderText(preview: Preview): HTMLElement {
  const text = h("pre", { class: "text-view", tabindex: "0" }, preview.text ?? preview.summary);
  if (!preview.truncated) return text;
  return h("section", {}, text, h("p", { class: "note" }, "Only the beginning is shown."));
}
