/** The names that lead to something in the run history. */
import type { HistoryPath } from "./protocol";

/** The path without the names that are missing. */
export function namesOf(path: HistoryPath): HistoryPath {
  const { pipeline, run, step, output, source } = path;
  const names = Object.entries({ pipeline, run, step, output, source });
  return Object.fromEntries(names.filter(([, name]) => typeof name === "string" && name !== ""));
}
