/** Works with the names that identify something in the run history. */
import type { HistoryPath } from "./protocol";

/** Return the path without fields that are undefined. */
export function namesOf(path: HistoryPath): HistoryPath {
  const { pipeline, run, step, output, source } = path;
  const names = Object.entries({ pipeline, run, step, output, source });
  return Object.fromEntries(names.filter(([, name]) => typeof name === "string" && name !== ""));
}
