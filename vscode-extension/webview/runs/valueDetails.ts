/** The differences between two values of an output: keys, columns, rows, lines, numbers and pictures. */
import type {
  ArrayChanges,
  ColumnChange,
  RowChange,
  TableChanges,
  ValueChange,
  ValueComparison,
} from "../../src/protocol";
import { type Child, h } from "../dom";
import { cellText, count, counted, numberText } from "../format";
import { changeOf } from "./change";
import { pictureSlider } from "./pictureSlider";

/** The statistics of a column that are shown side by side. */
const STATISTICS = ["type", "missing", "distinct", "min", "max", "mean"] as const;

/** The parts after the summary line of the differences. There may be none. */
export function valueDetails(found: ValueComparison): HTMLElement[] {
  const parts = [
    ...(found.kind !== "number" && found.changes?.length ? valuesTable(found, found.changes) : []),
    ...(found.patch ? [patch(found.patch)] : []),
    ...(found.table ? tableDetails(found.table) : []),
    ...(found.array ? arrayDetails(found.array) : []),
    ...(found.images?.length === 2 ? [pictureSlider(found.images)] : []),
  ];
  return found.note ? [...parts, note(found.note)] : parts;
}

function valuesTable(found: ValueComparison, changes: readonly ValueChange[]): HTMLElement[] {
  const rows = changes.map(({ name, left, right, change, percent }) => [
    name,
    side(left),
    side(right),
    changeOf(change, percent),
  ]);
  const all = (found.added ?? 0) + (found.removed ?? 0) + (found.changed ?? 0);
  return [
    grid("Values that differ", ["Value", "Left", "Right", "Change"], rows),
    ...more(all - changes.length, "change"),
  ];
}

/** The hunks of a diff. The sign at the start of a line says the same as its color. */
function patch(text: string): HTMLElement {
  const lines = text.split("\n").map((line) => h("span", { class: LOOKS[line.charAt(0)] }, `${line}\n`));
  return h("pre", { class: "patch", tabindex: "0", role: "region", "aria-label": "Lines that differ" }, ...lines);
}

const LOOKS: Readonly<Record<string, string>> = { "+": "added", "-": "removed", "@": "hunk" };

function tableDetails(table: TableChanges): HTMLElement[] {
  const { added = [], removed = [], retyped = [], columns = [] } = table;
  const schema = [
    ...removed.map(({ name, type = "" }) => [name, type, h("em", {}, "removed")]),
    ...added.map(({ name, type = "" }) => [name, h("em", {}, "added"), type]),
    ...retyped.map(({ name, left, right }) => [name, left, right]),
  ];
  return [
    ...(schema.length ? [grid("Columns and types", ["Column", "Type on the left", "Type on the right"], schema)] : []),
    ...(columns.length ? [statistics(columns)] : []),
    ...rowDetails(table),
    ...(table.note ? [note(table.note)] : []),
  ];
}

function statistics(columns: readonly ColumnChange[]): HTMLElement {
  const rows = columns.map(({ name, changed, left, right }) => [
    name,
    ...STATISTICS.map((each) => both(left?.[each], right?.[each])),
    count(changed),
  ]);
  const heads = ["Column", "Type", "Missing", "Distinct", "Min", "Max", "Mean", "Cells that differ"];
  return grid("Statistics of columns that differ", heads, rows);
}

/** `2.5 → 4.5`, or the value once if both sides have it. */
function both(left: unknown, right: unknown): Child {
  const [one, other] = [words(left), words(right)];
  return one === other ? h("span", { class: "dim" }, one) : `${one} → ${other}`;
}

function rowDetails({ changes, keys = [] }: TableChanges): HTMLElement[] {
  if (!changes?.shown.length) return [];
  const matched = keys.length ? `matched by ${keys.join(", ")}` : "matched by their position";
  const rows = changes.shown.flatMap((row) =>
    row.cells.map(({ column, left, right }, at) => [
      at === 0 ? row.row.map(words).join(", ") : "",
      at === 0 ? h("span", { class: row.change }, MARKS[row.change]) : "",
      column,
      row.change === "added" ? "" : words(left),
      row.change === "removed" ? "" : words(right),
    ]),
  );
  const all = changes.added + changes.removed + changes.changed;
  const table = grid(`Rows that differ, ${matched}`, ["Row", "Change", "Column", "Left", "Right"], rows);
  return [table, ...more(all - changes.shown.length, "row")];
}

const MARKS: Readonly<Record<RowChange["change"], string>> = {
  added: "+ added",
  removed: "− removed",
  changed: "changed",
};

function arrayDetails({ largest, at, values = [] }: ArrayChanges): HTMLElement[] {
  if (largest === null || largest === undefined) return [];
  return [
    note(`The largest difference is ${words(largest)} at ${at ?? ""}, between ${values.map(words).join(" and ")}.`),
  ];
}

function grid(label: string, heads: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement {
  const head = h("tr", {}, ...heads.map((name) => h("th", { scope: "col" }, name)));
  const body = rows.map(([first, ...cells]) =>
    h("tr", {}, first ? h("th", { scope: "row" }, first) : h("td"), ...cells.map((cell) => h("td", {}, cell))),
  );
  const table = h("table", {}, h("caption", {}, label), h("thead", {}, head), h("tbody", {}, ...body));
  return h("div", { class: "part", role: "region", "aria-label": label, tabindex: "0" }, table);
}

function more(number: number, word: string): HTMLElement[] {
  return number > 0 ? [note(`and ${counted(number, word)} more`)] : [];
}

function note(text: string): HTMLElement {
  return h("p", { class: "dim" }, text);
}

function side(value: string | null | undefined): Child {
  return value ?? h("span", { class: "null" }, "none");
}

function words(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "number" ? numberText(value).text : cellText(value).text;
}
