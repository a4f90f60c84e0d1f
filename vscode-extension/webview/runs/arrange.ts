/** The runs and columns that the table shows, and their order. */
import { type Filter, placesOf } from "./filter";
import type { Column, Run, Runs, Value } from "./runs";
import { isUnordered, order } from "./values";

/** The choices of the user. The extension remembers them for each pipeline of the workspace. */
export interface Arrangement {
  readonly filter: string;
  readonly sort: { readonly column: string; readonly descending: boolean } | null;
  readonly group: string | null;
  /** Names of the columns that are not shown. */
  readonly hidden: readonly string[];
  /** Names of the columns that come first, in this order. */
  readonly first: readonly string[];
  readonly onlyDiffering: boolean;
  readonly charted: readonly string[];
  readonly x: string;
}

export const PLAIN: Arrangement = {
  filter: "",
  sort: null,
  group: null,
  hidden: ["stack", "commit", "error"],
  first: [],
  onlyDiffering: false,
  charted: [],
  x: "run",
};

/** A line of the table: a run, or the head of a group of runs. */
export type Line = Run | { readonly heading: string; readonly count: number };

export function isHeading(line: Line): line is Extract<Line, { heading: string }> {
  return "heading" in line;
}

/** The indexes of the columns to show, in order. */
export function columnsToShow(
  runs: Runs,
  shown: readonly Run[],
  { hidden, first, onlyDiffering }: Arrangement,
): number[] {
  const { columns } = runs;
  const chosen = first.flatMap((name) => indexOf(name, columns));
  const others = columns.map((_, place) => place).filter((place) => !chosen.includes(place));
  const isWanted = (place: number): boolean => {
    const { name, group } = columns[place] ?? { name: "", group: "run" };
    if (name === "run" && group === "run") return true;
    if (hidden.includes(name)) return false;
    return !onlyDiffering || differs(runs, shown, place);
  };
  const [run = 0] = indexOf("run", columns);
  return [run, ...[...chosen, ...others].filter((place) => place !== run && isWanted(place))];
}

/**
 * The lines of the table, filtered, sorted and grouped. Runs without a value come last in both directions.
 *
 * A run with several tags is in the group of each.
 */
export function lines(runs: Runs, filter: Filter, { sort, group }: Arrangement): Line[] {
  const shown = runs.rows.filter(filter);
  const [place] = sort ? indexOf(sort.column, runs.columns) : [];
  if (place !== undefined) sortBy(shown, (run) => runs.value(run, place), sort?.descending ?? false);
  const [by] = group ? indexOf(group, runs.columns) : [];
  if (by === undefined) return shown;
  const isTags = runs.columns[by]?.name === "tags" && runs.columns[by].group === "run";
  return grouped(shown, (run) => (isTags && run.tags.length ? run.tags : [String(runs.value(run, by) ?? "none")]));
}

function sortBy(shown: Run[], value: (run: Run) => Value, descending: boolean): void {
  const keys = new Map(shown.map((run) => [run, value(run)]));
  const sign = descending ? -1 : 1;
  shown.sort((one, other) => {
    const [left = null, right = null] = [keys.get(one), keys.get(other)];
    if (isUnordered(left) || isUnordered(right)) return Number(isUnordered(left)) - Number(isUnordered(right));
    return sign * order(left, right);
  });
}

function grouped(shown: readonly Run[], keys: (run: Run) => readonly string[]): Line[] {
  const groups = new Map<string, Run[]>();
  for (const run of shown)
    for (const key of keys(run)) {
      const members = groups.get(key);
      if (members) members.push(run);
      else groups.set(key, [run]);
    }
  return [...groups].flatMap(([heading, members]): Line[] => [{ heading, count: members.length }, ...members]);
}

/** The runs among the lines. A run in several groups counts once. */
export function runsAmong(lines: readonly Line[]): Run[] {
  return [...new Set(lines.filter((line): line is Run => !isHeading(line)))];
}

/** Return whether the runs have different values in a column. */
export function differs(runs: Runs, shown: readonly Run[], place: number): boolean {
  const [first] = shown;
  return first !== undefined && shown.some((run) => runs.value(run, place) !== runs.value(first, place));
}

function indexOf(name: string, columns: readonly Column[]): number[] {
  return placesOf(name, columns).slice(0, 1);
}
