/** A table, a page at a time. */
import type { Column, Preview, Table } from "../../src/protocol";
import { h, iconButton } from "../dom";
import { cellText, columnText, count } from "../format";
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
  const indexed = hasIndex(table);
  const columns = table.columns.slice(indexed ? 1 : 0);
  const rowHead = (row: readonly unknown[], index: number): string =>
    indexed ? cellText(row[0]).text : String(table.offset + index);
  const headers = columns.map((column, index) => header(column, isNumeric(table, index + (indexed ? 1 : 0))));
  const head = h("tr", {}, h("th", { class: "row-number", scope: "col", "aria-label": "Row" }), ...headers);
  const rows = table.rows.map((row, index) =>
    h(
      "tr",
      {},
      h("th", { class: "row-number", scope: "row" }, rowHead(row, index)),
      ...row.slice(indexed ? 1 : 0).map((value, at) => cell(value, columns[at]?.type ?? "")),
    ),
  );
  const element = h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows));
  return h("div", { class: "grid", tabindex: "0", role: "region", "aria-label": "Table" }, element);
}

/** A first column without a name is a data frame's index: it names the rows. */
function hasIndex({ columns }: Table): boolean {
  return columns.length > 1 && columns[0]?.name === "";
}

function header(column: Column, numeric: boolean): HTMLElement {
  const type = column.type ? h("span", { class: "column-type" }, column.type) : undefined;
  return h(
    "th",
    { scope: "col", class: numeric ? "number" : undefined },
    h("span", { class: "column-name" }, column.name),
    type,
  );
}

function cell(value: unknown, type: string): HTMLElement {
  const { text, kind } = columnText(value, type);
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

function rangeText(table: Table): string {
  const { offset, rows, total } = table;
  const columns = table.columns.length - (hasIndex(table) ? 1 : 0);
  const width = `${count(columns)} ${columns === 1 ? "column" : "columns"}`;
  if (rows.length === 0) return total ? `No rows from ${count(offset)} on` : `No rows · ${width}`;
  const last = offset + rows.length;
  if (total === rows.length) return `${count(total)} ${total === 1 ? "row" : "rows"} · ${width}`;
  const of = total === null ? "" : ` of ${count(total)}`;
  return `Rows ${count(offset + 1)}–${count(last)}${of} · ${width}`;
}
