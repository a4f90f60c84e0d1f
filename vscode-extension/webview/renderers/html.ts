/** A report in HTML, in a frame that runs no scripts, sends no forms, opens no windows and loads nothing. */
import type { Preview } from "../../src/protocol";
import { h } from "../dom";

export function renderHtml(preview: Preview): HTMLElement {
  const frame = h("iframe", { class: "html-view", sandbox: "", title: preview.summary, referrerpolicy: "no-referrer" });
  frame.srcdoc = preview.text ?? "";
  return frame;
}
