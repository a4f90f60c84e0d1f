/** Writes an output as lines of text, one for each value, so that a diff editor marks the exact differences. */
import type { Preview, Table } from "./protocol";

/** How much of the output the text contains: all of it, its first rows, or only a description. */
export type Extent = "all" | "rows" | "description";

/** The text, the file name ending that fits it, and how much of the output it contains. */
export interface OutputText {
  readonly text: string;
  readonly ending: string;
  readonly extent: Extent;
}

/** The width of a column if its name is shorter. It does not depend on the values, so equal rows are equal lines. */
const CELL_WIDTH = 12;

export function outputText(preview: Preview): OutputText {
  const all = preview.truncated ? "description" : "all";
  switch (preview.kind) {
    case "json":
      return { text: preview.value === undefined ? textOf(preview) : json(preview.value), ending: "json", extent: all };
    case "table":
      return { text: tableText(preview), ending: "txt", extent: preview.truncated ? "rows" : "all" };
    case "array":
      return { text: tableText(preview), ending: "txt", extent: all };
    case "html":
      return { text: textOf(preview), ending: "html", extent: all };
    case "markdown":
      return { text: textOf(preview), ending: "md", extent: all };
    case "text":
      return { text: textOf(preview), ending: "txt", extent: all };
    case "files":
      return { text: fileList(preview), ending: "txt", extent: "description" };
    default:
      return { text: textOf(preview), ending: "txt", extent: "description" };
  }
}

function textOf({ text, summary }: Preview): string {
  return lines([text ?? summary]);
}

function json(value: unknown): string {
  return lines([JSON.stringify(value, null, 2)]);
}

function fileList({ files }: Preview): string {
  return lines((files ?? []).map((file) => `${file.path}  ${String(file.size)}`));
}

function tableText(preview: Preview): string {
  const numbers = Object.entries(preview.statistics ?? {}).map(([name, value]) => `${name} ${String(value)}`);
  return lines([preview.summary, ...numbers, "", ...rows(preview.table)]);
}

function rows(table: Table | null | undefined): string[] {
  if (!table) return [];
  const names = table.columns.map((column) => column.name);
  const widths = names.map((name) => Math.max(name.length, CELL_WIDTH));
  const body = table.rows.map((row) => row.map((value, place) => cell(value, widths[place] ?? 0)));
  const head = names.map((name, place) => name.padEnd(widths[place] ?? 0));
  return [head, ...body].map((cells) => cells.join("  ").trimEnd());
}

function cell(value: unknown, width: number): string {
  return typeof value === "number" ? String(value).padStart(width) : plain(value).padEnd(width);
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
