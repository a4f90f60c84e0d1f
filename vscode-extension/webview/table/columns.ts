/** Positions of the shown columns among all columns of a table. */
import type { Table } from "../../src/protocol";

/** The position of a shown column among all columns of the table, the index first. */
export function positionOf({ index = 0, first_column = 0, picked }: Table, place: number): number {
  if (place < index) return place;
  return picked?.length ? index + (picked[place - index] ?? 0) : place + first_column;
}

/** All columns after the index, also those that are not shown. */
export function widthOf(table: Table): number {
  return table.width ?? shownColumns(table);
}

export function shownColumns({ columns, index = 0 }: Table): number {
  return columns.length - index;
}
