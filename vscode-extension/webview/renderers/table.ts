/** A table, one page at a time, in the order and with the rows that the person asks for. */
import { type Column, LARGEST_SORTED_TABLE, type Preview, type Table, type TableView } from "../../src/protocol";
import { forScreenReaders, h, iconButton } from "../dom";
import { type Cell, cellText, type ColumnFormat, columnFormat, columnText, count, counted, DECIMALS } from "../format";
import { columnDetail } from "./columnDetail";
import { positionOf, shownColumns, widthOf } from "./columns";
import type { Host, TableTools } from "./index";
import { notes } from "./notes";
import { summaryRow } from "./summaryRow";
import { renderText } from "./text";

/** Columns of a part of a wide table. The server sends as many. */
const COLUMNS = 100;
/** Rows of a page that the person turns to. */
export const PAGE = 100;
/** A person finds a row in a smaller table without a search. */
const SEARCHED_FROM = 6;
/** Milliseconds without a key before the search starts. */
const PAUSE = 300;

export function renderTable(preview: Preview, host: Host): HTMLElement {
  const { table } = preview;
  if (!table) return renderText(preview);
  const given = preview.kind === "table" ? host : { view: host.view, look: host.look, copy: host.copy };
  const problem = given.tools?.problem;
  const wrong = problem ? h("p", { class: "condition-problem", role: "alert" }, problem) : undefined;
  const detail = given.tools && opened(given.tools);
  const parts = [...notes(preview), wrong, detail, grid(table, given), footer(table, given)];
  return h("section", { class: "table-view" }, ...parts);
}

/** The column that the person opened. */
function opened({ profiles, detail, openColumn }: TableTools): HTMLElement | undefined {
  const profile = profiles?.columns?.find(({ position }) => position === detail);
  if (!profile) return undefined;
  return columnDetail(profile, () => {
    openColumn(undefined);
  });
}

/** Whether the server sorted or searched the rows. It then sends the numbers that they have in the whole table. */
export function isOrdered({ numbers, rows }: Table): boolean {
  return (numbers?.length ?? 0) > 0 || rows.length === 0;
}

/** The rows under a head that stays visible. The region scrolls in both directions, also by keyboard. */
function grid(table: Table, host: Host): HTMLElement {
  const formats = table.columns.map(({ type }, place) =>
    columnFormat(
      table.rows.map((row) => row[place]),
      type,
    ),
  );
  const indexed = table.index ?? 0;
  const numberHead = h("th", { class: "row-head", scope: "col" }, forScreenReaders("Row"));
  const heads = table.columns.map((_, place) => header(table, place, formats[place], host));
  const head = h("tr", {}, indexed ? undefined : numberHead, ...heads);
  const rows = table.rows.map((row, at) => {
    const number = h("th", { class: "row-head", scope: "row" }, rowNumber(table, at));
    return h("tr", {}, indexed ? undefined : number, ...row.map((value, place) => cell(table, value, place, formats)));
  });
  const { tools } = host;
  const sums = tools?.profiles ? [summaryRow(table, { ...tools.profiles, open: tools.openColumn })] : [];
  const element = h("table", {}, h("thead", {}, head, ...sums), h("tbody", {}, ...rows));
  return h("div", { class: "grid", tabindex: "0", role: "region", "aria-label": "Table" }, element);
}

function rowNumber({ numbers, offset }: Table, at: number): string {
  return String(numbers?.[at] ?? (offset ?? 0) + at);
}

function header(table: Table, place: number, format: ColumnFormat | undefined, host: Host): HTMLElement {
  const column = table.columns[place] ?? { name: "" };
  const isIndex = place < (table.index ?? 0);
  const unnamed = forScreenReaders(isIndex ? "Index" : "Column without a name");
  const content = [h("span", { class: "column-name" }, column.name || unnamed), typeOf(column, format)];
  const looks = [isIndex ? "row-head" : "", format?.isNumeric ? "number" : ""].filter(Boolean).join(" ") || undefined;
  if (!canBeOrdered(table, host)) return h("th", { scope: "col", class: looks }, ...content);
  const order = orderOf(table, place, host.view);
  const attributes = { type: "button", class: "sort", title: SORTS[order] };
  const button = h("button", { ...attributes, "data-keep": `sort ${place}` }, ...content);
  button.addEventListener("click", () => {
    host.look({ ...host.view, offset: 0, ...next(order, positionOf(table, place)) });
  });
  return h("th", { scope: "col", class: looks, "aria-sort": order }, button);
}

function typeOf({ type }: Column, format: ColumnFormat | undefined): HTMLElement | undefined {
  const words = [type, format?.isShortened ? `${DECIMALS} decimals` : ""].filter(Boolean).join(" · ");
  return words ? h("span", { class: "column-type" }, words) : undefined;
}

type Order = "none" | "ascending" | "descending";

/** What a click on the head of a column does, by its present order. */
const SORTS: Readonly<Record<Order, string>> = {
  none: "Sort ascending",
  ascending: "Sort descending",
  descending: "Clear sort",
};

function orderOf(table: Table, place: number, { sort, descending }: TableView): Order {
  if (!isOrdered(table) || sort !== positionOf(table, place)) return "none";
  return descending ? "descending" : "ascending";
}

function next(order: Order, position: number): TableView {
  if (order === "descending") return { sort: null, descending: null };
  return { sort: position, descending: order === "ascending" };
}

/** The server sorts and searches tables of any size, and the numbers of an array up to a number of cells. */
function canBeOrdered(table: Table, { tools }: Host): boolean {
  const { total, index = 0 } = table;
  if (typeof total !== "number") return tools !== undefined;
  return total > 1 && (tools !== undefined || total * (index + widthOf(table)) <= LARGEST_SORTED_TABLE);
}

function cell(table: Table, value: unknown, place: number, formats: readonly ColumnFormat[]): HTMLElement {
  const format = formats[place] ?? columnFormat([]);
  const shown = columnText(value, format);
  const looks = [shown.kind, format.isNumeric && shown.kind === "null" ? "number" : ""].filter(Boolean).join(" ");
  if (place >= (table.index ?? 0)) return h("td", { class: looks, title: titleOf(shown) }, shown.text);
  return h("th", { class: `row-head ${looks}`, scope: "row", title: titleOf(shown) }, shown.text);
}

/** The full value, if the cell may show less. */
function titleOf({ text, whole }: Cell): string | undefined {
  return whole ?? (text.length > 40 ? text : undefined);
}

function footer(table: Table, host: Host): HTMLElement {
  const range = h("span", { class: "range", role: "status" }, rangeText(table, host.view));
  const copy = iconButton("copy", "Copy these rows", () => {
    host.copy(asText(table));
  });
  const search = canBeSearched(table, host) ? searchField(host) : undefined;
  const buttons = [table.rows.length ? copy : undefined, ...tools(host), ...pager(table, host)];
  const fields = [...columnPager(table, host), search, filterField(table, host)];
  return h("footer", { class: "pager" }, range, ...fields, h("span", { class: "buttons" }, ...buttons));
}

function tools({ tools: given }: Host): HTMLElement[] {
  if (!given) return [];
  const label = given.profiles ? "Hide the statistics" : "Sum up the columns";
  return [iconButton("sum", label, given.sumUp), iconButton("export", "Export the rows", given.exportRows)];
}

function canBeSearched(table: Table, host: Host): boolean {
  return Boolean(host.view.find) || (canBeOrdered(table, host) && table.rows.length >= SEARCHED_FROM);
}

/** A condition on the rows. It counts once the person presses Enter, because half of it is no condition. */
function filterField(table: Table, host: Host): HTMLElement | undefined {
  const { view, look } = host;
  if (!host.tools || !(view.where || canBeOrdered(table, host))) return undefined;
  const label = "Filter by a condition";
  const field = h("input", { type: "search", class: "condition", placeholder: "age > 40 and plan = 'pro'" });
  field.setAttribute("aria-label", label);
  field.title = `${label}, such as age > 40 and plan = 'pro'. Press Enter to apply it.`;
  field.dataset.keep = "where";
  field.value = view.where ?? "";
  field.addEventListener("change", () => {
    look({ ...view, offset: 0, where: field.value.trim() || null });
  });
  return field;
}

function searchField(host: Host): HTMLElement {
  const field = h("input", { type: "search", placeholder: "Find in rows", "aria-label": "Find in rows" });
  field.dataset.keep = "find";
  field.value = host.view.find ?? "";
  let pause: ReturnType<typeof setTimeout> | undefined;
  const search = (): void => {
    clearTimeout(pause);
    if (field.value !== (host.view.find ?? "")) host.look({ ...host.view, offset: 0, find: field.value || null });
  };
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(search, PAUSE);
  });
  field.addEventListener("change", search);
  return field;
}

function pager(table: Table, host: Host): HTMLElement[] {
  const { offset = 0, total = null, rows } = table;
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

/** Turns to other columns of a table that has more than one answer carries. */
function columnPager(table: Table, host: Host): HTMLElement[] {
  const { first_column: first = 0 } = table;
  const end = first + shownColumns(table);
  const turn = (to: number) => () => {
    host.look({ ...host.view, offset: table.offset ?? 0, limit: Math.max(PAGE, table.rows.length), first_column: to });
  };
  const previous = iconButton("previous", "Previous columns", turn(Math.max(0, first - COLUMNS)));
  const after = iconButton("next", "Next columns", turn(end));
  previous.disabled = first === 0;
  after.disabled = end >= widthOf(table);
  return previous.disabled && after.disabled ? [] : [previous, after];
}

function rangeText(table: Table, { find, where }: TableView): string {
  const { offset = 0, rows, total = null } = table;
  const width = widthText(table);
  if (rows.length === 0 && where) return "No row passes this condition";
  if (rows.length === 0 && find) return "No row contains this text";
  if (rows.length === 0) return total ? `No rows from ${count(offset)} on` : `No rows · ${width}`;
  const found = (find || where) && isOrdered(table) ? " found" : "";
  if (total === rows.length) return `${counted(total, "row")}${found} · ${width}`;
  const of = total === null ? "" : ` of ${count(total)}${found}`;
  return `Rows ${count(offset + 1)}–${count(offset + rows.length)}${of} · ${width}`;
}

/** Only some columns of a very wide table are shown at a time. */
function widthText(table: Table): string {
  const { first_column: first = 0 } = table;
  const shown = shownColumns(table);
  const width = widthOf(table);
  if (width <= shown) return counted(shown, "column");
  return `columns ${count(first + 1)}–${count(first + shown)} of ${count(width)}`;
}

/** The rows for a spreadsheet: full values, separated by tabs. */
function asText({ columns, rows }: Table): string {
  const lines = [columns.map((column) => column.name), ...rows.map((row) => row.map(plain))];
  return lines.map((line) => `${line.map((word) => word.replace(/[\t\r\n]+/g, " ")).join("\t")}\n`).join("");
}

function plain(value: unknown): string {
  const { text, kind } = cellText(value);
  return kind === "null" ? "" : text;
}
