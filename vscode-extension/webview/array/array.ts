/** An array: its shape, its type, its statistics, and a grid of its numbers. */
import type { Preview } from "../../src/protocol";
import { h } from "../dom";
import { type Cell, numberText } from "../format";
import { notes } from "../renderers/notes";
import { renderTable } from "../table/table";
import type { Host } from "../renderers/index";

export function renderArray(preview: Preview, host: Host): HTMLElement {
  const shown = preview.table ? [renderTable(preview, host)] : notes(preview);
  return h("section", { class: "array-view" }, facts(preview), host.plot, ...shown);
}

function facts({ shape, dtype, statistics }: Preview): HTMLElement {
  const rows: [name: string, value: Pick<Cell, "text" | "whole">][] = [];
  if (shape) rows.push(["shape", { text: shape.length ? shape.join(" × ") : "scalar" }]);
  if (dtype) rows.push(["dtype", { text: dtype }]);
  for (const [name, value] of Object.entries(statistics ?? {})) rows.push([name, numberText(value)]);
  return h("dl", { class: "facts" }, ...rows.map(([name, value]) => fact(name, value)));
}

function fact(name: string, { text, whole }: Pick<Cell, "text" | "whole">): HTMLElement {
  return h("div", {}, h("dt", {}, name), h("dd", { title: whole }, text));
}
