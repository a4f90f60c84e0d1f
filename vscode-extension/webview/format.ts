/** Values, times and sizes in words. */

/** What a cell or a leaf shows, with the class of its looks; `whole` where that says more. */
export interface Cell {
  readonly text: string;
  readonly kind: "null" | "number" | "boolean" | "text" | "nested";
  readonly whole?: string;
}

/** A value in full. */
export function cellText(value: unknown): Cell {
  if (value === null || value === undefined) return { text: "null", kind: "null" };
  if (typeof value === "number") return { text: String(value), kind: "number" };
  if (typeof value === "boolean") return { text: value ? "true" : "false", kind: "boolean" };
  if (typeof value === "string") return { text: value, kind: "text" };
  return { text: JSON.stringify(value), kind: "nested" };
}

/** Digits of a number in a table: enough to tell its rows apart, few enough to see some columns. */
const DIGITS = 8;

/** A cell of a column of this type: JSON has one kind of number, so whole floats get their point back. */
export function columnText(value: unknown, type: string): Cell {
  if (typeof value !== "number") return cellText(value);
  if (!Number.isInteger(value)) {
    const [text, whole] = [String(Number(value.toPrecision(DIGITS))), String(value)];
    return text === whole ? { text, kind: "number" } : { text, kind: "number", whole };
  }
  const isFloat = Math.abs(value) < 1e15 && /float|double/i.test(type);
  return isFloat ? { text: value.toFixed(1), kind: "number" } : cellText(value);
}

/** `1.5 MB`; decimal units, as file managers count. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? "B"}`;
}

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 14 min`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return joined(Math.floor(whole / 60), "min", whole % 60, "s");
  return joined(Math.floor(whole / 3600), "h", Math.floor((whole % 3600) / 60), "min");
}

/** A time of the history in the person's own time zone. */
export function when(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(time);
}

export function count(number: number): string {
  return number.toLocaleString("en");
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small ? `${large} ${largeUnit} ${small} ${smallUnit}` : `${large} ${largeUnit}`;
}
