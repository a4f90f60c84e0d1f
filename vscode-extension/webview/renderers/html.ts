/** A report in HTML, in a frame that may neither run scripts, send forms, open windows nor load anything. */
import type { Preview } from "../../src/protocol";
import { h } from "../dom";

export function renderHtml(preview: Preview): HTMLElement {
  const frame = h("iframe", { class: "html-view", sandbox: "", title: preview.summary, referrerpolicy: "no-referrer" });
  frame.srcdoc = preview.text ?? "";
  return frame;
}
