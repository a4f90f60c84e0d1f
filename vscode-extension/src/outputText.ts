/** An output as lines of text, such that what differs between two of them stands on a line of its own. */
import type { Preview, Table } from "./protocol";

/** The text, and the ending that a file with it would have. */
export interface OutputText {
  readonly text: string;
  readonly ending: string;
}

export function outputText(preview: Preview): OutputText {
  switch (preview.kind) {
    case "json":
      return { text: preview.value === undefined ? told(preview) : json(preview.value), ending: "json" };
    case "table":
    case "array":
      return { text: lines([preview.summary, ...statistics(preview), "", ...rows(preview.table)]), ending: "txt" };
    case "files":
      return { text: lines((preview.files ?? []).map((file) => `${file.path}  ${String(file.size)}`)), ending: "txt" };
    case "html":
      return { text: told(preview), ending: "html" };
    case "markdown":
      return { text: told(preview), ending: "md" };
    default:
      return { text: told(preview), ending: "txt" };
  }
}

function told({ text, summary }: Preview): string {
  return lines([text ?? summary]);
}

function json(value: unknown): string {
  return lines([JSON.stringify(value, null, 2)]);
}

function statistics({ statistics: numbers }: Preview): string[] {
  return Object.entries(numbers ?? {}).map(([name, value]) => `${name} ${String(value)}`);
}

function rows(table: Table | null | undefined): string[] {
  if (!table) return [];
  const body = table.rows.map((row) => row.map((value) => (typeof value === "string" ? value : JSON.stringify(value))));
  return [table.columns.map((column) => column.name), ...body].map((cells) => cells.join("  "));
}

function lines(all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}
