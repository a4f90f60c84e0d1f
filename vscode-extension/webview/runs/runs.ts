/** The runs of a pipeline with their columns, put together from the pages that the server sends. */
import { numberIn } from "./values";
import type { RunsColumn, RunsPage, RunsRow, Tone } from "../../src/protocol";

export type Value = string | number | boolean | null;

/** A run as the table shows it. `values` has one value for each column of the table. */
export interface Run {
  readonly name: string;
  readonly short: string;
  readonly tone: Tone;
  readonly tags: readonly string[];
  readonly values: readonly Value[];
}

export type Group = "run" | RunsColumn["group"];

export interface Column {
  readonly name: string;
  readonly group: Group;
  /** The kind of the values. `time` is ISO 8601 text and `duration` is in seconds. */
  readonly kind: "text" | "number" | "time" | "duration" | "status";
}

/** The columns that every run has. Their order is the order of `builtIn`. */
const RUN_COLUMNS: readonly Column[] = [
  { name: "run", group: "run", kind: "text" },
  { name: "status", group: "run", kind: "status" },
  { name: "start", group: "run", kind: "time" },
  { name: "duration", group: "run", kind: "duration" },
  { name: "stack", group: "run", kind: "text" },
  { name: "tags", group: "run", kind: "text" },
  { name: "commit", group: "run", kind: "text" },
  { name: "error", group: "run", kind: "text" },
];

/** Collects pages. Rows keep the server's order, newest first. */
export class Runs {
  private readonly places = new Map<string, number>();
  private readonly kinds: (Column["kind"] | undefined)[] = [];
  private readonly own: RunsColumn[] = [];
  readonly rows: Run[] = [];
  total = 0;

  get columns(): readonly Column[] {
    const own = this.own.map(({ name, group }, at): Column => ({ name, group, kind: this.kinds[at] ?? "text" }));
    return [...RUN_COLUMNS, ...own];
  }

  get isComplete(): boolean {
    return this.rows.length >= this.total;
  }

  /** Add a page after the known runs. A page that starts at 0 replaces all runs. */
  add(page: RunsPage): void {
    if (page.offset === 0) this.clear();
    this.total = page.total;
    this.rows.length = Math.min(this.rows.length, page.offset);
    for (const run of this.read(page)) this.rows.push(run);
  }

  /** Replace the newest runs. Return false if the older ones do not follow them any more. */
  update(newest: RunsPage): boolean {
    const fresh = this.read(newest);
    const names = new Set(fresh.map(({ name }) => name));
    const older = this.rows.filter(({ name }) => !names.has(name));
    const isWhole = this.isComplete;
    this.total = newest.total;
    this.rows.splice(0, this.rows.length, ...fresh, ...older);
    return !isWhole || this.rows.length === this.total;
  }

  /** The value of a run in a column. Rows of earlier pages are shorter. */
  value(run: Run, column: number): Value {
    return run.values[column] ?? null;
  }

  private clear(): void {
    this.places.clear();
    this.kinds.length = this.own.length = this.rows.length = 0;
  }

  private placeOf(column: RunsColumn): number {
    const key = JSON.stringify([column.group, column.name]);
    const known = this.places.get(key);
    if (known !== undefined) return known;
    this.places.set(key, this.own.length);
    return this.own.push(column) - 1;
  }

  private read({ columns, rows }: RunsPage): Run[] {
    const places = columns.map((column) => this.placeOf(column));
    return rows.map((row) => this.run(row, places));
  }

  private run(row: RunsRow, places: readonly number[]): Run {
    const own: Value[] = Array.from({ length: this.own.length }, () => null);
    row.values.forEach((value, at) => {
      const place = places[at];
      if (place !== undefined) own[place] = this.seen(plain(value), place);
    });
    return {
      name: row.name,
      short: row.short,
      tone: row.tone,
      tags: row.tags ?? [],
      values: [...builtIn(row), ...own],
    };
  }

  /** A column is numeric while all its values are numbers. Texts such as `NaN` alone could be words. */
  private seen(value: Value, place: number): Value {
    const number = numberIn(value);
    if (value !== null && number === undefined) this.kinds[place] = "text";
    else if (Number.isFinite(Number(number))) this.kinds[place] ??= "number";
    return value;
  }
}

function builtIn({ short, status, start, seconds, stack, tags, commit, error }: RunsRow): Value[] {
  return [
    short,
    status,
    start,
    seconds,
    stack ?? null,
    tags?.length ? tags.join(", ") : null,
    commit ?? null,
    error ?? null,
  ];
}

function plain(value: unknown): Value {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return JSON.stringify(value);
}
