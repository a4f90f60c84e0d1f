/** The order of the rows of a table. */
import { LARGEST_SORTED_TABLE, type Table, type TableView } from "../../src/protocol";
import { positionOf, widthOf } from "./columns";
import type { Host } from "../renderers/index";

/** Return whether the server sorted or searched the rows. It then sends their numbers in the whole table. */
export function isOrdered({ numbers, rows }: Table): boolean {
  return (numbers?.length ?? 0) > 0 || rows.length === 0;
}

/** The server sorts and searches tables of any size, and the numbers of an array up to a number of cells. */
export function canBeOrdered(table: Table, { tools }: Host): boolean {
  const { total, index = 0 } = table;
  if (typeof total !== "number") return tools !== undefined;
  return total > 1 && (tools !== undefined || total * (index + widthOf(table)) <= LARGEST_SORTED_TABLE);
}

type Order = "none" | "ascending" | "descending";

/** The effect of a click on the head of a column, by its present order. */
export const SORTS: Readonly<Record<Order, string>> = {
  none: "Sort ascending",
  ascending: "Sort descending",
  descending: "Clear sort",
};

export function orderOf(table: Table, place: number, { sort, descending }: TableView): Order {
  if (!isOrdered(table) || sort !== positionOf(table, place)) return "none";
  return descending ? "descending" : "ascending";
}

export function nextOrder(order: Order, position: number): TableView {
  if (order === "descending") return { sort: null, descending: null };
  return { sort: position, descending: order === "ascending" };
}
