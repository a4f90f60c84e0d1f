/** An array: its shape and type, its statistics, and its numbers where it has one or two dimensions. */
import type { Preview } from "../../src/protocol";
import { h } from "../dom";
import { notes } from "./notes";
import { renderTable } from "./table";
import type { Host } from "./index";

export function renderArray(preview: Preview, host: Host): HTMLElement {
  const shown = preview.table ? [renderTable(preview, host)] : notes(preview);
  return h("section", { class: "array-view" }, facts(preview), ...shown);
}

function facts({ shape, dtype, statistics }: Preview): HTMLElement {
  const rows: [string, string][] = [];
  if (shape) rows.push(["shape", shape.length ? shape.join(" × ") : "scalar"]);
  if (dtype) rows.push(["dtype", dtype]);
  for (const [name, value] of Object.entries(statistics ?? {})) rows.push([name, short(value)]);
  return h(
    "dl",
    { class: "facts" },
    ...rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );
}

/** Enough digits to tell numbers apart. */
function short(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}
