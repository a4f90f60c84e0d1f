/** Writes the shown runs as CSV for a spreadsheet, and as a Markdown table. */
import { type Line, runsAmong } from "./arrange";
import type { Runs, Value } from "./runs";
import { numberIn } from "./values";

/** A spreadsheet runs text that starts like this as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

export function toCsv(runs: Runs, shown: readonly Line[], places: readonly number[]): string {
  return rows(runs, shown, places)
    .map((row) => `${row.map(csvCell).join(",")}\r\n`)
    .join("");
}

export function toMarkdown(runs: Runs, shown: readonly Line[], places: readonly number[]): string {
  const [head = [], ...body] = rows(runs, shown, places);
  const lines = [head, head.map(() => "---"), ...body];
  return lines.map((row) => `| ${row.map(markdownCell).join(" | ")} |\n`).join("");
}

function rows(runs: Runs, shown: readonly Line[], places: readonly number[]): Value[][] {
  const { columns } = runs;
  const head = places.map((place) => columns[place]?.name ?? "");
  const isRunName = (place: number): boolean => columns[place]?.name === "run" && columns[place].group === "run";
  const body = runsAmong(shown).map((run) =>
    places.map((place) => (isRunName(place) ? run.name : runs.value(run, place))),
  );
  return [head, ...body];
}

function csvCell(value: Value): string {
  if (value === null) return "";
  if (typeof value !== "string" || numberIn(value) !== undefined) return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function markdownCell(value: Value): string {
  return String(value ?? "")
    .replace(/[\\|`*_<>[\]]/g, "\\$&")
    .replace(/\s+/g, " ");
}
