/** Values, times and sizes as text. */
import type { Image } from "../src/protocol";

/** A picture as a `data:` URI. */
export function pictureUri({ mime, data }: Image): string {
  return `data:${mime};base64,${data}`;
}

/** A cell or a leaf: its text and its CSS class. `whole` is the full value if the text is shorter. */
export interface Cell {
  readonly text: string;
  readonly kind: "null" | "number" | "boolean" | "text" | "nested";
  readonly whole?: string;
}

/** Decimals of a fraction that are shown. If there are more, the head of the column and the tooltip say so. */
export const DECIMALS = 6;

/** The server sends these as text, because JSON has no numbers for them. */
const NUMBER_AS_TEXT = /^(NaN|-?Infinity|-?\d{16,})$/;

/** A value in full. */
export function cellText(value: unknown): Cell {
  if (value === null || value === undefined) return { text: "null", kind: "null" };
  if (typeof value === "number") return { text: String(value), kind: "number" };
  if (typeof value === "boolean") return { text: value ? "true" : "false", kind: "boolean" };
  if (typeof value === "string") return { text: value, kind: "text" };
  return { text: JSON.stringify(value), kind: "nested" };
}

/** A single number: as it is, or with six decimals and the full number in `whole`. */
export function numberText(value: number | string): Cell {
  if (typeof value === "string") return { text: value, kind: "number" };
  return fixed(value, Math.min(decimalsOf(value), DECIMALS));
}

/** The format of the numbers of one column. */
export interface ColumnFormat {
  readonly isNumeric: boolean;
  readonly decimals: number;
  /** At least one value has more decimals than are shown. */
  readonly isShortened: boolean;
  /** All values are times at midnight, so only their dates are shown. */
  readonly isDates: boolean;
}

/** One number of decimals for a column. JSON has one kind of number, so a column of floats has at least one decimal. */
export function columnFormat(values: readonly unknown[], type = ""): ColumnFormat {
  const known = values.filter((value) => value !== null && value !== undefined);
  const numbers = known.filter((value) => typeof value === "number");
  const areNumbers = known.every((value) => typeof value === "number" || isNumberAsText(value));
  const isNumeric = areNumbers && (numbers.length > 0 || /^(u?int|float|decimal)/i.test(type));
  const isDates = known.length > 0 && type.startsWith("datetime64") && known.every(isMidnight);
  const wanted = Math.max(/float|double/i.test(type) ? 1 : 0, ...numbers.map(decimalsOf));
  return { isNumeric, decimals: Math.min(wanted, DECIMALS), isShortened: wanted > DECIMALS, isDates };
}

/** A cell of a column with this format. */
export function columnText(value: unknown, { decimals, isDates }: ColumnFormat): Cell {
  if (isDates && typeof value === "string")
    return { text: value.split("T", 1)[0] ?? value, kind: "text", whole: value };
  if (typeof value === "number") return fixed(value, decimals);
  return isNumberAsText(value) ? { text: value, kind: "number" } : cellText(value);
}

/** `1.5 MB`, in decimal units. The server says sizes in the same way. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[unit] ?? "B"}`;
}

/** A time of the history in the time zone of the user. */
export function when(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(time);
}

export function count(number: number): string {
  return number.toLocaleString("en");
}

/** `1 row`, `4 rows`. */
export function counted(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}

function isMidnight(value: unknown): boolean {
  return typeof value === "string" && /^-?\d{4,}-\d\d-\d\dT00:00:00(\+00:00)?$/.test(value);
}

function isNumberAsText(value: unknown): value is string {
  return typeof value === "string" && NUMBER_AS_TEXT.test(value);
}

/** A value keeps its exponent if JavaScript writes it with one, or if it would be shown as zero. */
function fixed(value: number, decimals: number): Cell {
  const whole = String(value);
  const isTiny = value !== 0 && Math.abs(value) < 10 ** -(DECIMALS - 2) && decimalsOf(value) > decimals;
  if (whole.includes("e") || isTiny) return shortened(exponent(value), whole);
  return shortened(value.toFixed(decimals), whole);
}

function exponent(value: number): string {
  const [digits = "", power = ""] = value.toExponential().split("e");
  return digits.length > DECIMALS + 2 ? value.toExponential(DECIMALS) : `${digits}e${power}`;
}

function shortened(text: string, whole: string): Cell {
  return Number(text) === Number(whole) ? { text, kind: "number" } : { text, kind: "number", whole };
}

/** Decimals that write the number exactly. Numbers with an exponent do not count. */
function decimalsOf(value: number): number {
  const text = String(value);
  return text.includes("e") ? 0 : (text.split(".")[1]?.length ?? 0);
}
