/** Notes of the reader about what it shows. */
import type { Preview } from "../../src/protocol";
import { h } from "../dom";

export function notes({ text, advice }: Preview): HTMLElement[] {
  return [text, advice].filter((words) => words).map((words) => h("p", { class: "note" }, words ?? undefined));
}
