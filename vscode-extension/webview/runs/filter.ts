/** The filter above the runs: `accuracy > 0.8`, `status = failed`, or any text. */
import type { Column, Run, Runs, Value } from "./runs";

/** Tells if a run is shown. */
export type Filter = (run: Run) => boolean;

interface Parsed {
  readonly filter: Filter;
  /** Why a part of the text has no meaning. */
  readonly problem?: string;
}

type Operator = "=" | "!=" | ">" | ">=" | "<" | "<=" | "~";

interface Condition {
  readonly name: string;
  readonly operator: Operator;
  readonly value: string;
}

const WORD = String.raw`"[^"]*"|[^\s"=!<>~]+`;
const CONDITION = new RegExp(String.raw`(${WORD})\s*(>=|<=|!=|==|=|>|<|~)\s*("[^"]*"|[^\s"]+)`, "g");

/** Read a filter. All its conditions must hold. Words outside of conditions must occur somewhere in the run. */
export function parse(text: string, runs: Runs): Parsed {
  const conditions: Condition[] = [];
  const rest = text.replace(CONDITION, (_, name: string, operator: string, value: string) => {
    conditions.push({
      name: unquoted(name),
      operator: operator === "==" ? "=" : (operator as Operator),
      value: unquoted(value),
    });
    return " ";
  });
  const { columns } = runs;
  const unknown = conditions.find(({ name }) => placesOf(name, columns).length === 0);
  if (unknown) return { filter: () => true, problem: `No column is named “${unknown.name}”.` };
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

function check({ name, operator, value }: Condition, columns: readonly Column[], runs: Runs): Filter {
  const places = placesOf(name, columns);
  const isNegative = operator === "!=";
  return (run) => {
    const holds = (place: number): boolean => compare(runs.value(run, place), operator, value);
    return isNegative ? places.every(holds) : places.some(holds);
  };
}

function compare(value: Value, operator: Operator, wanted: string): boolean {
  if (operator === "!=") return !compare(value, "=", wanted);
  if (value === null) return operator === "=" && wanted === "";
  if (operator === "~") return String(value).toLowerCase().includes(wanted.toLowerCase());
  const number = Number(wanted);
  if (typeof value === "number" && wanted !== "" && !Number.isNaN(number)) return ordered(value - number, operator);
  if (operator === "=") return String(value).toLowerCase() === wanted.toLowerCase();
  return typeof value === "string" && ordered(value < wanted ? -1 : value > wanted ? 1 : 0, operator);
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

function wordsOf(text: string): string[] {
  const found = text.match(/"[^"]*"|\S+/g) ?? [];
  return found.map(unquoted).filter((word) => word !== "" && word.toLowerCase() !== "and");
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1) : text;
}
