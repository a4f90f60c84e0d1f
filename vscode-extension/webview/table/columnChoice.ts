/** The columns of a wide table that the user picks and freezes. Positions count from 0 after the index. */
import type { TableView } from "../../src/protocol";

/** The number of columns in a part of a wide table. It is the most that the server sends. */
const PART = 100;

export interface ColumnChoice {
  /** The columns to show, or null for all. */
  readonly picked: readonly number[] | null;
  /** The columns that stay in sight, before all others. */
  readonly frozen: readonly number[];
}

export const ALL: ColumnChoice = { picked: null, frozen: [] };

/** The columns that are shown in parts, which are all but the frozen ones. */
export function moving({ picked, frozen }: ColumnChoice, width: number): readonly number[] {
  const all = picked ?? Array.from({ length: width }, (_, column) => column);
  return frozen.length ? all.filter((column) => !frozen.includes(column)) : all;
}

/** The number of columns in a part beside the frozen ones. */
export function partOf({ frozen }: ColumnChoice): number {
  return Math.max(1, PART - frozen.length);
}

/** Return the columns to request for the part that begins at `start`. */
export function asked(choice: ColumnChoice, start: number, width: number): Pick<TableView, "picked" | "first_column"> {
  const { picked, frozen } = choice;
  if (!picked && frozen.length === 0) return { picked: null, first_column: start };
  const part = moving(choice, width).slice(start, start + partOf(choice));
  return { picked: [...frozen, ...part], first_column: start };
}

/** All columns that the user has picked, for an export. */
export function exported(choice: ColumnChoice, width: number): readonly number[] | null {
  return choice.picked ? [...choice.frozen, ...moving(choice, width)] : null;
}

/** Return the start of the part that contains a column. */
export function partWith(choice: ColumnChoice, column: number, width: number): number {
  const part = partOf(choice);
  return Math.floor(Math.max(0, moving(choice, width).indexOf(column)) / part) * part;
}

export function withShown(choice: ColumnChoice, column: number, isShown: boolean, width: number): ColumnChoice {
  const all = choice.picked ?? Array.from({ length: width }, (_, each) => each);
  const picked = isShown ? [...all, column].sort((one, other) => one - other) : all.filter((each) => each !== column);
  const isAll = picked.length === 0 || picked.length >= width;
  return { picked: isAll ? null : picked, frozen: choice.frozen.filter((each) => isShown || each !== column) };
}

export function withFrozen(choice: ColumnChoice, column: number, isFrozen: boolean): ColumnChoice {
  const others = choice.frozen.filter((each) => each !== column);
  return { ...choice, frozen: isFrozen ? [...others, column] : others };
}
