/** The filter above the runs: `accuracy > 0.8`, `status = failed`, `duration > 10 min`, or any text. */
import type { Column, Run, Runs, Value } from "./runs";
import { DURATION, MOMENT, momentsIn, numberIn, orderNumbers, secondsIn, writtenNumber } from "./values";

/** Returns whether a run is shown. */
export type Filter = (run: Run) => boolean;

interface Parsed {
  readonly filter: Filter;
  /** The reason why a part of the text cannot be read. */
  readonly problem?: string;
}

type Operator = "=" | "!=" | ">" | ">=" | "<" | "<=" | "~";

interface Condition {
  readonly name: string;
  readonly operator: Operator;
  readonly value: string;
}

const WORD = String.raw`"[^"]*"|[^\s"=!<>~,;]+`;
const BEGINNING = new RegExp(String.raw`(${WORD})\s*(>=|<=|!=|==|=|>|<|~)\s*`);
const VALUE = /^(?:"[^"]*"|[^\s",;]+)/;

/** Read a filter. All its conditions must hold. Words outside of conditions must occur somewhere in the run. */
export function parse(text: string, runs: Runs): Parsed {
  const { columns } = runs;
  const { conditions, rest } = split(text, columns);
  const problem = conditions.map((condition) => problemOf(condition, columns)).find((words) => words !== undefined);
  if (problem !== undefined) return { filter: () => true, problem };
  const checks = conditions.map((condition) => check(condition, columns, runs));
  const words = wordsOf(rest).map((word) => word.toLowerCase());
  if (words.length) checks.push((run) => contains(run, words));
  return { filter: (run) => checks.every((holds) => holds(run)) };
}

/** The columns that a name means: the one of this name, or those whose last part is this name (`trainer.accuracy`). */
export function placesOf(name: string, columns: readonly Column[]): number[] {
  const wanted = name.toLowerCase();
  const names = columns.map((column) => column.name.toLowerCase());
  const exact = names.indexOf(wanted);
  if (exact >= 0) return [exact];
  return names.flatMap((each, place) => (each.endsWith(`.${wanted}`) ? [place] : []));
}

/** The conditions in a text, and the words around them. A condition without a value is still being typed. */
function split(text: string, columns: readonly Column[]): { conditions: Condition[]; rest: string } {
  const conditions: Condition[] = [];
  const words: string[] = [];
  let left = text;
  for (let found = BEGINNING.exec(left); found; found = BEGINNING.exec(left)) {
    const [whole, name = "", operator = ""] = found;
    words.push(left.slice(0, found.index));
    left = left.slice(found.index + whole.length);
    const value = valueAt(left, unquoted(name), columns);
    left = left.slice(value.length);
    if (value === "") continue;
    conditions.push({
      name: unquoted(name),
      operator: operator === "==" ? "=" : (operator as Operator),
      value: unquoted(value.trim()),
    });
  }
  return { conditions, rest: [...words, left].join(" ") };
}

/** The value at the beginning of a text. A duration and a time may have several words. */
function valueAt(text: string, name: string, columns: readonly Column[]): string {
  const kinds = placesOf(name, columns).map((place) => columns[place]?.kind);
  const several = kinds.includes("duration") ? DURATION : kinds.includes("time") ? MOMENT : undefined;
  return several?.exec(text)?.[0] ?? VALUE.exec(text)?.[0] ?? "";
}

/** The reason why a condition cannot hold for any run. */
function problemOf({ name, operator, value }: Condition, columns: readonly Column[]): string | undefined {
  const places = placesOf(name, columns);
  if (places.length === 0) return `No column is named “${name}”.`;
  const kinds = places.map((place) => columns[place]?.kind);
  if (operator === "~" || value === "") return undefined;
  if (kinds.every((kind) => kind === "number") && writtenNumber(value) === undefined)
    return `“${name}” is a number, and “${value}” is none.`;
  if (kinds.every((kind) => kind === "duration") && Number.isNaN(secondsIn(value)))
    return `“${value}” is no duration. Write “90 s” or “1 h 20 min”.`;
  if (kinds.every((kind) => kind === "time") && !momentsIn(value))
    return `“${value}” is no date. Write “2026-03-31” or “2026-03-31 14:00”.`;
  return undefined;
}

function check({ name, operator, value }: Condition, columns: readonly Column[], runs: Runs): Filter {
  const places = placesOf(name, columns);
  const isNegative = operator === "!=";
  return (run) => {
    const holds = (place: number): boolean =>
      compare(runs.value(run, place), operator, value, columns[place]?.kind ?? "text");
    return isNegative ? places.every(holds) : places.some(holds);
  };
}

function compare(value: Value, operator: Operator, wanted: string, kind: Column["kind"]): boolean {
  if (operator === "!=") return !compare(value, "=", wanted, kind);
  if (value === null) return operator === "=" && wanted === "";
  if (operator === "~") return String(value).toLowerCase().includes(wanted.toLowerCase());
  if (kind === "duration") return ordered(Number(value) - secondsIn(wanted), operator);
  if (kind === "time") return ordered(fromMoments(Date.parse(String(value)), wanted), operator);
  const [own, number] = [numberIn(value), writtenNumber(wanted)];
  if (own !== undefined && number !== undefined) {
    if (Number.isNaN(own) || Number.isNaN(number)) return operator === "=" && Object.is(own, number);
    return ordered(orderNumbers(own, number), operator);
  }
  if (operator === "=") return String(value).toLowerCase() === wanted.toLowerCase();
  return typeof value === "string" && ordered(value < wanted ? -1 : value > wanted ? 1 : 0, operator);
}

/** The distance of a time from the period that a date means. */
function fromMoments(time: number, wanted: string): number {
  const { first = NaN, last = NaN } = momentsIn(wanted) ?? {};
  return time < first ? time - first : time > last ? time - last : 0;
}

function ordered(difference: number, operator: Operator): boolean {
  switch (operator) {
    case ">":
      return difference > 0;
    case ">=":
      return difference >= 0;
    case "<":
      return difference < 0;
    case "<=":
      return difference <= 0;
    default:
      return difference === 0;
  }
}

function contains(run: Run, words: readonly string[]): boolean {
  const text = [run.name, ...run.values].join("\n").toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Return the words, without `and` and the commas between conditions. */
function wordsOf(rest: string): string[] {
  const found = rest.match(/"[^"]*"|\S+/g) ?? [];
  return found.map(unquoted).filter((word) => !/^([,;]*|and)$/i.test(word));
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1) : text;
}
