/** The files of an artifact that is not read, and their sizes. */
import type { Preview } from "../../src/protocol";
import { h } from "../dom";
import { size } from "../format";

export function renderFiles(preview: Preview): HTMLElement {
  const rows = (preview.files ?? []).map((file) =>
    h("tr", {}, h("td", { class: "text" }, file.path), h("td", { class: "number" }, size(file.size))),
  );
  const head = h("tr", {}, h("th", { scope: "col" }, "File"), h("th", { scope: "col", class: "number" }, "Size"));
  const table = h(
    "div",
    { class: "grid", tabindex: "0", role: "region", "aria-label": "Files" },
    h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows)),
  );
  const note = preview.text ?? preview.advice;
  return h("section", { class: "files-view" }, note ? h("p", { class: "note" }, note) : undefined, table);
}
