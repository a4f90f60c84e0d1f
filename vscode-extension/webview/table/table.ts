/** A table, page by page, in the requested order and with the requested rows. */
import type { Column, Preview, Table } from "../../src/protocol";
import { forScreenReaders, h, textButton } from "../dom";
import { type Cell, type ColumnFormat, columnFormat, columnText, DECIMALS } from "../format";
import { columnDetail } from "./columnDetail";
import { positionOf } from "./columns";
import { driftLine, driftMark } from "./drift";
import { freeze } from "./frozen";
import type { Host, TableTools } from "../renderers/index";
import { notes } from "../renderers/notes";
import { canBeOrdered, nextOrder, orderOf, SORTS } from "./ordering";
import { summaryRow } from "./summaryRow";
import { footer } from "./tableFooter";
import { renderText } from "../renderers/text";

export function renderTable(preview: Preview, host: Host): HTMLElement {
  const { table } = preview;
  if (!table) return renderText(preview);
  const given = preview.kind === "table" ? host : { view: host.view, look: host.look, copy: host.copy };
  const problem = given.tools?.problem;
  const wrong = problem ? h("p", { class: "condition-problem", role: "alert" }, problem) : undefined;
  const { tools } = given;
  const detail = tools && opened(tools);
  const drift = tools?.drift ? driftLine(tools.drift) : undefined;
  const parts = [...notes(preview), drift, wrong, detail, grid(table, given), footer(table, given)];
  return h("section", { class: "table-view" }, ...parts);
}

/** The column that the user opened. */
function opened({ profiles, detail, openColumn }: TableTools): HTMLElement | undefined {
  const profile = profiles?.columns?.find(({ position }) => position === detail);
  if (!profile) return undefined;
  return columnDetail(profile, () => {
    openColumn(undefined);
  });
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
  const region = h("div", { class: "grid", tabindex: "0", role: "region", "aria-label": "Table" }, element);
  const frozen = tools?.choice.frozen.length ?? 0;
  if (frozen) freeze(region, Math.max(1, indexed) + frozen);
  return region;
}

function rowNumber({ numbers, offset }: Table, at: number): string {
  return String(numbers?.[at] ?? (offset ?? 0) + at);
}

function header(table: Table, place: number, format: ColumnFormat | undefined, host: Host): HTMLElement {
  const column = table.columns[place] ?? { name: "" };
  const isIndex = place < (table.index ?? 0);
  const unnamed = forScreenReaders(isIndex ? "Index" : "Column without a name");
  const mark = host.tools?.drift && driftMark(host.tools.drift, column.name);
  const content = [h("span", { class: "column-name" }, column.name || unnamed), mark, typeOf(column, format)];
  const looks = [isIndex ? "row-head" : "", format?.isNumeric ? "number" : ""].filter(Boolean).join(" ") || undefined;
  const attributes = { scope: "col", class: looks, "data-column": String(positionOf(table, place)) };
  if (!canBeOrdered(table, host)) return h("th", attributes, ...content);
  const order = orderOf(table, place, host.view);
  const sort = (): void => {
    host.look({ ...host.view, offset: 0, ...nextOrder(order, positionOf(table, place)) });
  };
  const button = textButton(content, "sort", sort, SORTS[order]);
  button.dataset.keep = `sort ${place}`;
  return h("th", { ...attributes, "aria-sort": order }, button);
}

function typeOf({ type }: Column, format: ColumnFormat | undefined): HTMLElement | undefined {
  const words = [type, format?.isShortened ? `${DECIMALS} decimals` : ""].filter(Boolean).join(" · ");
  return words ? h("span", { class: "column-type" }, words) : undefined;
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
