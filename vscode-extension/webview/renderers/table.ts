/** A table, a page at a time, in the order and with the rows that the person asks for. */
import type { Column, Preview, Table, TableView } from "../../src/protocol";
import { h, iconButton } from "../dom";
import { type Cell, cellText, columnText, count } from "../format";
import type { Host } from "./index";
import { notes } from "./notes";
import { renderText } from "./text";

/** Rows asked for when a page is turned. */
export const PAGE = 100;
/** A table with fewer rows is searched by eye. */
const SEARCHED_FROM = 6;
/** Milliseconds without a key that end a word. */
const PAUSE = 300;

export function renderTable(preview: Preview, host: Host): HTMLElement {
  const { table } = preview;
  if (!table) return renderText(preview);
  return h("section", { class: "table-view" }, ...notes(preview), grid(table, host), footer(table, host));
}

/** The rows under a header that stays; it scrolls in both directions, also by keyboard. */
function grid(table: Table, host: Host): HTMLElement {
  const indexed = indexWidth(table);
  const columns = table.columns.slice(indexed);
  const rowHead = (row: readonly unknown[], at: number): string =>
    indexed ? cellText(row[0]).text : String(table.numbers?.[at] ?? table.offset + at);
  const headers = columns.map((column, at) => header(column, at + indexed, table, host));
  const head = h("tr", {}, h("th", { class: "row-number", scope: "col", "aria-label": "Row" }), ...headers);
  const rows = table.rows.map((row, at) =>
    h(
      "tr",
      {},
      h("th", { class: "row-number", scope: "row" }, rowHead(row, at)),
      ...row.slice(indexed).map((value, place) => cell(columnText(value, columns[place]?.type ?? ""))),
    ),
  );
  const element = h("table", {}, h("thead", {}, head), h("tbody", {}, ...rows));
  return h("div", { class: "grid", tabindex: "0", role: "region", "aria-label": "Table" }, element);
}

/** A first column without a name is a data frame's index: it names the rows. */
function indexWidth({ columns }: Table): 0 | 1 {
  return columns.length > 1 && columns[0]?.name === "" ? 1 : 0;
}

function header(column: Column, place: number, table: Table, host: Host): HTMLElement {
  const type = column.type ? h("span", { class: "column-type" }, column.type) : undefined;
  const name = h("span", { class: "column-name" }, column.name);
  const numeric = isNumeric(table, place) ? "number" : undefined;
  if (!canBeOrdered(table)) return h("th", { scope: "col", class: numeric }, name, type);
  const { sort, descending } = isOrdered(table) ? host.view : {};
  const order = sort !== place ? "none" : descending ? "descending" : "ascending";
  const title = order === "none" ? "Sort by this column" : order === "ascending" ? "Sort downwards" : "Sort no more";
  const button = h("button", { type: "button", class: "sort", title, "data-keep": `sort ${place}` }, name, type);
  button.addEventListener("click", () => {
    host.look({ ...host.view, offset: 0, ...next(order, place) });
  });
  return h("th", { scope: "col", class: numeric, "aria-sort": order }, button);
}

function next(order: "none" | "ascending" | "descending", place: number): Partial<TableView> {
  if (order === "descending") return { sort: undefined, descending: undefined };
  return { sort: place, descending: order === "ascending" };
}

function canBeOrdered({ total, rows }: Table): boolean {
  return rows.length > 1 && total !== null;
}

/** The server numbers the rows that it sorted or searched. */
function isOrdered({ numbers }: Table): boolean {
  return numbers !== undefined && numbers.length > 0;
}

function cell({ text, kind, whole }: Cell): HTMLElement {
  return h("td", { class: kind, title: whole ?? (text.length > 40 ? text : undefined) }, text);
}

function isNumeric(table: Table, place: number): boolean {
  const values = table.rows.map((row) => row[place]).filter((value) => value !== null);
  return values.length > 0 && values.every((value) => typeof value === "number");
}

function footer(table: Table, host: Host): HTMLElement {
  const range = h("span", { class: "range", role: "status" }, rangeText(table, host.view.find));
  const copy = iconButton("copy", "Copy these rows", () => {
    host.copy(asText(table));
  });
  const search = canBeSearched(table, host.view) ? searchField(host) : undefined;
  return h("footer", { class: "pager" }, range, search, table.rows.length ? copy : undefined, ...pager(table, host));
}

function canBeSearched({ total, rows }: Table, { find }: TableView): boolean {
  return Boolean(find) || (total !== null && rows.length >= SEARCHED_FROM);
}

function searchField(host: Host): HTMLElement {
  const field = h("input", { type: "search", placeholder: "Find in rows", "aria-label": "Find in rows" });
  field.dataset.keep = "find";
  field.value = host.view.find ?? "";
  let pause: ReturnType<typeof setTimeout> | undefined;
  const search = (): void => {
    clearTimeout(pause);
    if (field.value !== (host.view.find ?? "")) host.look({ ...host.view, offset: 0, find: field.value || undefined });
  };
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(search, PAUSE);
  });
  field.addEventListener("change", search);
  return field;
}

function pager(table: Table, host: Host): HTMLElement[] {
  const { offset, total, rows } = table;
  const end = offset + rows.length;
  const limit = Math.max(PAGE, rows.length);
  const turn = (to: number) => () => {
    host.look({ ...host.view, offset: Math.max(0, to), limit });
  };
  const first = iconButton("first", "First rows", turn(0));
  const previous = iconButton("previous", "Previous rows", turn(offset - limit));
  const after = iconButton("next", "Next rows", turn(end));
  const last = iconButton("last", "Last rows", turn(total === null ? end : Math.floor((total - 1) / limit) * limit));
  first.disabled = previous.disabled = offset === 0;
  after.disabled = total !== null && end >= total;
  last.disabled = after.disabled || total === null;
  return offset === 0 && after.disabled ? [] : [first, previous, after, last];
}

function rangeText(table: Table, find: string | undefined): string {
  const { offset, rows, total } = table;
  const columns = table.columns.length - indexWidth(table);
  const width = `${count(columns)} ${columns === 1 ? "column" : "columns"}`;
  if (rows.length === 0 && find) return "No row has this";
  if (rows.length === 0) return total ? `No rows from ${count(offset)} on` : `No rows · ${width}`;
  const last = offset + rows.length;
  const found = find && isOrdered(table) ? " found" : "";
  if (total === rows.length) return `${count(total)} ${total === 1 ? "row" : "rows"}${found} · ${width}`;
  const of = total === null ? "" : ` of ${count(total)}${found}`;
  return `Rows ${count(offset + 1)}–${count(last)}${of} · ${width}`;
}

/** The rows as spreadsheets take them: values in full, a tab between two. */
function asText({ columns, rows }: Table): string {
  const lines = [columns.map((column) => column.name), ...rows.map((row) => row.map(plain))];
  return lines.map((line) => `${line.map((word) => word.replace(/[\t\r\n]+/g, " ")).join("\t")}\n`).join("");
}

function plain(value: unknown): string {
  const { text, kind } = cellText(value);
  return kind === "null" ? "" : text;
}
