/** Shows the differences between the columns of a table and those in the previous run: in a line, and at the heads. */
import type { SchemaDrift } from "../../src/protocol";
import { h } from "../dom";
import { counted } from "../format";

/** The number of names in the line. The tooltip has all of them. */
const NAMED = 5;

/** `Since monday: added plan, removed id, type of age int64 → float64`. */
export function driftLine({ run, added = [], removed = [], changed = [] }: SchemaDrift): HTMLElement {
  const types = changed.map(({ name, before, after }) => `${name} ${before} → ${after}`);
  const parts = [listed("added", added), listed("removed", removed), listed("other type", types)].filter(Boolean);
  const all = [...added.map((name) => `+ ${name}`), ...removed.map((name) => `− ${name}`), ...types];
  const line = h("p", { class: "drift", title: all.slice(0, 100).join("\n") });
  line.append(h("strong", {}, `Columns differ from ${run.short}: `), parts.join(" · "));
  return line;
}

function listed(what: string, names: readonly string[]): string {
  const rest = names.length - NAMED;
  const more = rest > 0 ? ` and ${counted(rest, "other")}` : "";
  return names.length ? `${what} ${names.slice(0, NAMED).join(", ")}${more}` : "";
}

/** Return the mark in the head of a new or retyped column. */
export function driftMark({ added = [], changed = [] }: SchemaDrift, name: string): HTMLElement | undefined {
  if (!name) return undefined;
  const before = changed.find((each) => each.name === name)?.before;
  const words = added.includes(name) ? "new" : before ? `was ${before}` : "";
  return words ? h("span", { class: "drift-mark" }, words) : undefined;
}
