/** The order of the values of a column, and times and durations as people write them. */
import type { Value } from "./runs";

/** The server sends these as text, because JSON has no numbers for them. */
const BIG = /^-?\d{16,}$/;
const OUTSIDE: Readonly<Record<string, number>> = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity };

/** The value as a number, if it is one. Integers that JavaScript would round are `bigint`. */
export function numberIn(value: Value): number | bigint | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  if (BIG.test(value)) return BigInt(value);
  return Object.hasOwn(OUTSIDE, value) ? OUTSIDE[value] : undefined; // an object also has a `constructor`
}

const collator = new Intl.Collator("en", { numeric: true });

/** Compare two values: numbers first by size, then texts with the numbers in them by size. */
export function order(left: NonNullable<Value>, right: NonNullable<Value>): number {
  const [one, other] = [numberIn(left), numberIn(right)];
  if (one !== undefined && other !== undefined) return orderNumbers(one, other);
  if (one !== undefined || other !== undefined) return one === undefined ? 1 : -1;
  return collator.compare(String(left), String(right));
}

export function orderNumbers(one: number | bigint, other: number | bigint): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Read a number that the user wrote: `0.8`, `1e6`, `-inf`, `nan`, or one with many digits. */
export function writtenNumber(text: string): number | bigint | undefined {
  if (/^nan$/i.test(text)) return NaN;
  const [, sign, infinity] = /^([+-]?)(inf(?:inity)?)$/i.exec(text) ?? [];
  if (infinity) return sign === "-" ? -Infinity : Infinity;
  if (BIG.test(text)) return BigInt(text);
  const number = text === "" ? NaN : Number(text);
  return Number.isNaN(number) ? undefined : number;
}

/** Return whether a value has no place in an order, because it is missing or not a number. */
export function isUnordered(value: Value): value is null {
  return value === null || value === "NaN";
}

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, sec: 1, min: 60, m: 60, h: 3_600, d: 86_400 };
const PART = String.raw`\d+(?:\.\d+)?\s*(?:ms|sec|s|min|m|h|d)(?![a-z])`;

/** A duration at the beginning of a text, such as `1 h 20 min`. */
export const DURATION = new RegExp(String.raw`^${PART}(?:\s*${PART})*`, "i");

/** The seconds of a duration. A number alone is in seconds. */
export function secondsIn(text: string): number {
  if (DURATION.exec(text)?.[0] !== text) return text === "" ? NaN : Number(text);
  const parts = text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi);
  return [...parts].reduce((sum, [, size, unit = ""]) => sum + Number(size) * (SECONDS[unit.toLowerCase()] ?? 0), 0);
}

/** A date at the beginning of a text, or a time of a day. */
export const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?)?(?!\S)/;

/** The first and the last millisecond of a date, or of a time of a day, in the time zone of the user. */
export function momentsIn(text: string): { readonly first: number; readonly last: number } | undefined {
  const [, date = "", time, second] = MOMENT.exec(text) ?? [];
  const first = new Date(`${date}T${time ?? "00:00"}${second ?? ""}`);
  if (Number.isNaN(first.getTime())) return undefined;
  const next = new Date(first);
  if (time === undefined) next.setDate(next.getDate() + 1);
  else next.setTime(next.getTime() + (second === undefined ? 60_000 : 1_000));
  return { first: first.getTime(), last: next.getTime() - 1 };
}

/** `1.3 s`, `2 min 5 s`, `3 h 20 min`. The server says durations in the same way. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return [`${minutes} min`, ...(whole % 60 ? [`${whole % 60} s`] : [])].join(" ");
  return [`${Math.floor(minutes / 60)} h`, ...(minutes % 60 ? [`${minutes % 60} min`] : [])].join(" ");
}
