/** A table, a page at a time. */
import type { Column, Preview, Table } from "../../src/protocol";
import { h, iconButton } from "../dom";
import { cellText, count } from "../format";
import type { Host } from "./index";
import { renderText } from "./text";

/** Rows asked for when a page is turned. */
export const PAGE = 100;

export function renderTable(preview: Preview, host: Host): HTMLElement {
  const { table } = preview;
  if (!table) return renderText(preview);
  return h("section", { class: "table-view" }, grid(table), pager(table, host));
}

/** The rows under a header that stays; it scrolls in both directions, also by keyboard. */
export function grid(table: Table): HTMLElement {
  const numeric = table.columns.map((_, index) => isNumeric(table, index));
  const head = h("tr", {}, h("th", { class: "row-number", scope: "col", "aria-label": "Row" }), ...table.columns.map((column, index) => header(column, numeric[index])));
  const rows = table.rows.map((row, index) => h("tr", {}, h("th", { class: "row-number", scope: "row" }, String(table.offset + index)), ...row.map(cell)));
  const element = h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows));
  return h("div", { class: "grid", tabindex: "0", role: "region", "aria-label": "Table" }, element);
}

function header(column: Column, numeric = false): HTMLElement {
  const type = column.type ? h("span", { class: "column-type" }, column.type) : undefined;
  return h("th", { scope: "col", class: numeric ? "number" : undefined }, h("span", { class: "column-name" }, column.name), type);
}

function cell(value: unknown): HTMLElement {
  const { text, kind } = cellText(value);
  return h("td", { class: kind, title: text.length > 40 ? text : undefined }, text);
}

function isNumeric(table: Table, index: number): boolean {
  const values = table.rows.map((row) => row[index]).filter((value) => value !== null);
  return values.length > 0 && values.every((value) => typeof value === "number");
}

function pager(table: Table, host: Host): HTMLElement {
  const { offset, total, rows } = table;
  const end = offset + rows.length;
  const limit = Math.max(PAGE, rows.length);
  const turn = (to: number) => () => {
    host.turnTo(Math.max(0, to), limit);
  };
  const first = iconButton("first", "First rows", turn(0));
  const previous = iconButton("previous", "Previous rows", turn(offset - limit));
  const next = iconButton("next", "Next rows", turn(end));
  const last = iconButton("last", "Last rows", turn(total === null ? end : Math.floor((total - 1) / limit) * limit));
  first.disabled = previous.disabled = offset === 0;
  next.disabled = total !== null && end >= total;
  last.disabled = next.disabled || total === null;
  const buttons = offset === 0 && next.disabled ? [] : [first, previous, next, last];
  return h("footer", { class: "pager" }, h("span", { class: "range", role: "status" }, rangeText(table)), ...buttons);
}

function rangeText({ offset, rows, total, columns }: Table): string {
  const width = `${count(columns.length)} ${columns.length === 1 ? "column" : "columns"}`;
  if (rows.length === 0) return total ? `No rows from ${count(offset)} on` : `No rows · ${width}`;
  const last = offset + rows.length;
  if (total === rows.length) return `${count(total)} ${total === 1 ? "row" : "rows"} · ${width}`;
  const of = total === null ? "" : ` of ${count(total)}`;
  return `Rows ${count(offset + 1)}–${count(last)}${of} · ${width}`;
}
