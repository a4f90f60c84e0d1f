/** The foot of a table: the range of the shown rows, the search, the condition and the buttons. */
import type { Table } from "../../src/protocol";
import { ALL, type ColumnChoice, moving, partOf } from "./columnChoice";
import { h, iconButton } from "../dom";
import { cellText, count, counted } from "../format";
import { shownColumns, widthOf } from "./columns";
import type { Host } from "../renderers/index";
import { canBeOrdered, isOrdered } from "./ordering";

/** The number of rows of a later page. */
const PAGE = 100;
/** A table with fewer rows has no search. */
const SEARCHED_FROM = 6;
/** Milliseconds without a key before the search starts. */
const PAUSE = 300;

export function footer(table: Table, host: Host): HTMLElement {
  const range = h("span", { class: "range", role: "status" }, rangeText(table, host));
  const copy = iconButton("copy", "Copy these rows", () => {
    host.copy(asText(table));
  });
  const search = canBeSearched(table, host) ? searchField(host) : undefined;
  const buttons = [table.rows.length ? copy : undefined, ...tools(host), ...pager(table, host)];
  const fields = [host.tools?.columnsMenu, ...columnPager(table, host), search, filterField(table, host)];
  return h("footer", { class: "pager" }, range, ...fields, h("span", { class: "buttons" }, ...buttons));
}

function tools({ tools: given }: Host): HTMLElement[] {
  if (!given) return [];
  const label = given.profiles ? "Hide the statistics" : "Sum up the columns";
  const wrangle = given.wrangle ? [iconButton("table", "Open with Data Wrangler", given.wrangle)] : [];
  return [iconButton("sum", label, given.sumUp), iconButton("export", "Export the rows", given.exportRows), ...wrangle];
}

function canBeSearched(table: Table, host: Host): boolean {
  return Boolean(host.view.find) || (canBeOrdered(table, host) && table.rows.length >= SEARCHED_FROM);
}

/** A condition on the rows. It applies after Enter, because a half-typed condition is not valid. */
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

/** The buttons for other columns of a table with more columns than one answer has. */
function columnPager(table: Table, host: Host): HTMLElement[] {
  const { start, end, total } = partShown(table, host);
  const turn = (to: number) => () => {
    host.look({ ...host.view, offset: table.offset ?? 0, limit: Math.max(PAGE, table.rows.length), first_column: to });
  };
  const previous = iconButton("previous", "Previous columns", turn(Math.max(0, start - partOf(choiceOf(host)))));
  const after = iconButton("next", "Next columns", turn(end));
  previous.disabled = start === 0;
  after.disabled = end >= total;
  return previous.disabled && after.disabled ? [] : [previous, after];
}

function choiceOf({ tools: given }: Host): ColumnChoice {
  return given?.choice ?? ALL;
}

/** The columns of the part that is shown, among those that are shown in parts. */
function partShown(table: Table, host: Host): { readonly start: number; readonly end: number; readonly total: number } {
  const choice = choiceOf(host);
  const start = (table.picked?.length ? host.view.first_column : table.first_column) ?? 0;
  const frozen = table.picked?.length ? choice.frozen.length : 0;
  const total = table.picked?.length ? moving(choice, widthOf(table)).length : widthOf(table);
  return { start, end: start + shownColumns(table) - frozen, total };
}

function rangeText(table: Table, host: Host): string {
  const { find, where } = host.view;
  const { offset = 0, rows, total = null } = table;
  const width = widthText(table, host);
  if (rows.length === 0 && where) return "No row passes this condition";
  if (rows.length === 0 && find) return "No row contains this text";
  if (rows.length === 0) return total ? `No rows from ${count(offset)} on` : `No rows · ${width}`;
  const found = (find || where) && isOrdered(table) ? " found" : "";
  if (total === rows.length) return `${counted(total, "row")}${found} · ${width}`;
  const of = total === null ? "" : ` of ${count(total)}${found}`;
  return `Rows ${count(offset + 1)}–${count(offset + rows.length)}${of} · ${width}`;
}

/** Only some columns of a very wide table are shown at a time. */
function widthText(table: Table, host: Host): string {
  const shown = shownColumns(table);
  const width = widthOf(table);
  if (width <= shown) return counted(shown, "column");
  if (choiceOf(host).picked) return `${count(shown)} of ${counted(width, "column")}`;
  const { start, end, total } = partShown(table, host);
  return `columns ${count(start + 1)}–${count(end)} of ${count(total)}`;
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
