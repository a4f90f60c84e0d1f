/** The tabs of an output: its value, the visualizations stored beside it, its metadata, and the value in Python. */
import type { Reading } from "../src/protocol";
import { LOADED, VALUE, type View } from "./contract";
import { h } from "./dom";

const KEYS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };

/** The tabs, if there is more than the value. */
export function viewTabs(
  reading: Reading,
  isLoaded: boolean,
  current: View,
  choose: (view: View) => void,
): HTMLElement | undefined {
  const views = [...viewsOf(reading), ...(isLoaded ? [{ label: "In Python", view: LOADED }] : [])];
  if (views.length < 2) return undefined;
  const at = views.findIndex(({ view }) => JSON.stringify(view) === JSON.stringify(current));
  const tabs = views.map(({ label, view }, index) => {
    const isCurrent = index === Math.max(0, at);
    const attributes = {
      type: "button",
      role: "tab",
      "aria-selected": String(isCurrent),
      tabindex: isCurrent ? "0" : "-1",
    };
    const tab = h("button", attributes, label);
    tab.addEventListener("click", () => {
      choose(view);
    });
    return tab;
  });
  const list = h("div", { class: "tabs", role: "tablist", "aria-label": "Views of the output" }, ...tabs);
  list.addEventListener("keydown", (event) => {
    const next = KEYS[event.key];
    const view = next === undefined ? undefined : views[at + next]?.view;
    if (!view) return;
    event.preventDefault();
    choose(view);
  });
  return list;
}

function viewsOf({ visualizations, metadata }: Reading): { readonly label: string; readonly view: View }[] {
  const stored = (visualizations ?? []).map(({ name }, number) => ({
    label: name,
    view: { kind: "visualization", number } as const,
  }));
  const logged = metadata?.length ? [{ label: "Metadata", view: { kind: "metadata" } as const }] : [];
  return [{ label: "Value", view: VALUE }, ...stored, ...logged];
}
