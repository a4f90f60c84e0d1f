/** The numbers of a chart: a line for each column over the runs, two columns against each other, or boxes by a parameter. */
import { counted } from "../format";
import type { Run, Runs, Value } from "./runs";
import { duration, numberIn } from "./values";

/** Points of one or more columns over the same x, oldest run first. */
export interface Series {
  readonly runs: readonly Run[];
  /** Seconds since 1970 for times, otherwise the number of the run from 1 or the value of the x column. */
  readonly x: readonly number[];
  readonly isTime: boolean;
  /** x is the number of the run. */
  readonly isCounted: boolean;
  readonly lines: readonly { readonly name: string; readonly y: readonly (number | null)[] }[];
}

/** Smallest value, quartiles and largest value of the runs that share a value of a parameter. */
export interface Box {
  readonly label: string;
  readonly count: number;
  readonly low: number;
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
  readonly high: number;
}

/** Columns over the runs, over time, or over another column. Runs without an x are left out. */
export function series(runs: Runs, shown: readonly Run[], x: string, names: readonly string[]): Series {
  const place = runs.columns.findIndex((column) => column.name === x);
  const isTime = runs.columns[place]?.kind === "time";
  const oldestFirst = [...shown].reverse();
  const points = oldestFirst
    .map((run, at) => ({ run, x: x === "run" ? at + 1 : numberOf(runs.value(run, place), isTime) }))
    .filter((point): point is { run: Run; x: number } => point.x !== null);
  points.sort((one, other) => one.x - other.x);
  const lines = names.map((name) => {
    const column = runs.columns.findIndex((each) => each.name === name);
    return { name, y: points.map(({ run }) => numberOf(runs.value(run, column), false)) };
  });
  return {
    runs: points.map(({ run }) => run),
    x: points.map((point) => point.x),
    isTime,
    isCounted: x === "run",
    lines,
  };
}

/** The spread of a column for each value of another column. */
export function boxes(runs: Runs, shown: readonly Run[], by: string, name: string): Box[] {
  const places = [by, name].map((wanted) => runs.columns.findIndex((column) => column.name === wanted));
  const [key = -1, column = -1] = places;
  const groups = new Map<string, number[]>();
  for (const run of shown) {
    const value = numberOf(runs.value(run, column), false);
    if (value === null) continue;
    const label = String(runs.value(run, key) ?? "none");
    const members = groups.get(label);
    if (members) members.push(value);
    else groups.set(label, [value]);
  }
  return [...groups].map(([label, values]) => box(label, values)).sort(byLabel);
}

/** A sentence for a screen reader and for the caption. It counts the runs that have the number. */
export function summary({ lines }: Series): string {
  return lines.map(summed).join("; ");
}

function summed({ name, y }: Series["lines"][number]): string {
  const known = y.filter((value) => value !== null);
  const last = known.at(-1);
  if (last === undefined) return `${name} has no numbers`;
  let [low, high] = [last, last];
  for (const value of known) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const write = name === "duration" ? duration : short;
  const range = low === high ? write(last) : `${write(low)} to ${write(high)}, last ${write(last)}`;
  return `${name}: ${range} (${counted(known.length, "run")})`;
}

export function short(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

function box(label: string, values: readonly number[]): Box {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number): number => quantile(sorted, share);
  return { label, count: sorted.length, low: at(0), lower: at(0.25), median: at(0.5), upper: at(0.75), high: at(1) };
}

/** Linear between the two nearest values, as NumPy does. */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? 0;
  return below + ((sorted[Math.ceil(place)] ?? below) - below) * (place - Math.floor(place));
}

function byLabel(one: Box, other: Box): number {
  const [left, right] = [Number(one.label), Number(other.label)];
  if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right;
  return one.label < other.label ? -1 : 1;
}

function numberOf(value: Value, isTime: boolean): number | null {
  if (isTime) return typeof value === "string" ? Date.parse(value) / 1000 : null;
  const number = typeof value === "boolean" ? Number(value) : Number(numberIn(value) ?? NaN);
  return Number.isFinite(number) ? number : null;
}
