/** The controls above the runs: the filter, groups, columns and the numbers of the chart. */
import { h, iconButton, textButton } from "../dom";
import type { Arrangement } from "./arrange";
import { COLORS } from "./colors";
import type { Column } from "./runs";

/** Series that one chart can show. */
const MOST_CHARTED = 4;
/** Milliseconds without a key before the filter is applied. */
const PAUSE = 150;

export type Change = (change: Partial<Arrangement>) => void;

export function filterField({ filter }: Arrangement, change: Change): HTMLElement {
  const title =
    "Examples: accuracy > 0.8, status = failed, duration > 10 min, start = 2026-03-31, tags ~ nightly, any text";
  const placeholder = "Filter: accuracy > 0.8, any text";
  const field = h("input", { type: "search", "aria-label": "Filter runs", placeholder, title });
  field.value = filter;
  let pause: ReturnType<typeof setTimeout> | undefined;
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => {
      change({ filter: field.value });
    }, PAUSE);
  });
  return field;
}

/** A list of choices. The first one stands for none. */
export function chooser(
  label: string,
  options: readonly string[],
  chosen: string,
  choose: (name: string) => void,
): HTMLElement {
  const names = options.includes(chosen) ? options : [chosen, ...options];
  const items = names.map((name) => {
    const option = h("option", { value: name }, name);
    option.selected = name === chosen;
    return option;
  });
  const select = h("select", {}, ...items);
  select.addEventListener("change", () => {
    choose(select.value);
  });
  return h("label", { class: "chooser" }, h("span", { class: "dim" }, label), select);
}

export function checkbox(label: string, isOn: boolean, change: (isOn: boolean) => void): HTMLElement {
  const box = h("input", { type: "checkbox" });
  box.checked = isOn;
  box.addEventListener("change", () => {
    change(box.checked);
  });
  return h("label", { class: "check" }, box, label);
}

/** The menu of columns: which are shown, which come first, and which the chart shows. */
export function columnsMenu(columns: readonly Column[], arrangement: Arrangement, change: Change): HTMLElement {
  const items = columns.filter(({ name }) => name !== "run").map((column) => columnItem(column, arrangement, change));
  const opener = h("summary", {}, "Columns");
  const menu = h("details", { class: "columns" }, opener, h("ul", { "aria-label": "Columns" }, ...items));
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    opener.focus();
  });
  return menu;
}

function columnItem({ name, group }: Column, { hidden, first }: Arrangement, change: Change): HTMLElement {
  const shown = checkbox(name, !hidden.includes(name), (isOn) => {
    change({ hidden: isOn ? without(hidden, name) : [...hidden, name] });
  });
  const isFirst = first.includes(name);
  const pin = iconButton("first", isFirst ? `Move ${name} back to its place` : `Move ${name} to the front`, () => {
    change({ first: isFirst ? without(first, name) : [...first, name] });
  });
  pin.setAttribute("aria-pressed", String(isFirst));
  return h("li", {}, shown, group === "run" ? undefined : h("span", { class: "dim" }, group), pin);
}

/** Up to four columns of numbers, each with a button that takes it out of the chart. */
export function chartControls(columns: readonly Column[], arrangement: Arrangement, change: Change): HTMLElement[] {
  const { charted, x } = arrangement;
  const numbers = columns.filter(({ kind }) => kind === "number" || kind === "duration").map(({ name }) => name);
  const free = numbers.filter((name) => !charted.includes(name));
  const chips = charted.map((name, at) =>
    chip(name, at, () => {
      change({ charted: without(charted, name) });
    }),
  );
  const add =
    free.length && charted.length < MOST_CHARTED
      ? [
          chooser("Chart", free, "Add a number", (name) => {
            change({ charted: [...charted, name] });
          }),
        ]
      : [];
  const over = [
    "run",
    "start",
    ...columns.filter(({ group, name }) => group !== "run" && !charted.includes(name)).map(({ name }) => name),
  ];
  return [
    ...chips,
    ...add,
    chooser("over", over, x, (name) => {
      change({ x: name });
    }),
  ];
}

/** The name of a line of the chart, with its color. */
function chip(name: string, at: number, remove: () => void): HTMLElement {
  const swatch = h("span", { class: "swatch", style: `background: var(${COLORS[at % COLORS.length] ?? ""})` });
  return textButton([swatch, name, " ×"], "chip", remove, `Take ${name} out of the chart`);
}

function without(names: readonly string[], name: string): string[] {
  return names.filter((each) => each !== name);
}
