/** Creates elements. Data only goes in as text, so nothing in an output can become markup. */

export type Child = Node | string | undefined;

/** An element with attributes and children. Undefined attributes are left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** An element of a drawing. Undefined attributes are left out. */
export function drawn<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly Node[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function forScreenReaders(text: string): HTMLElement {
  return h("span", { class: "for-screen-readers" }, text);
}

/** The outlines of the icons, on a grid of 16 by 16. */
const ICONS = {
  previous: "M10 3 5 8l5 5",
  next: "m6 3 5 5-5 5",
  first: "M11.5 3l-5 5 5 5M4.5 3v10",
  last: "m4.5 3 5 5-5 5M11.5 3v10",
  run: "M2.5 3h2v2h-2zM2.5 11h2v2h-2zM7 4h7M7 12h7M3.5 5v6M7 8h5",
  compare: "M3 3.5h4v9H3zM9 3.5h4v9H9zM4.5 6h1M4.5 8h1M10.5 6h1M10.5 10h1",
  refresh: "M13 8a5 5 0 1 1-1.5-3.6M13 2.5v3h-3",
  code: "M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5",
  copy: "M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1",
  folder: "M2 4h4l1.5 1.5H14V13H2z",
  more: "M3 7.5h1v1H3zM7.5 7.5h1v1h-1zM12 7.5h1v1h-1z",
  notebook: "M4 2.5h9v11H4zM4 5H2.5M4 8H2.5M4 11H2.5M6.5 5.5h4",
  sum: "M12.5 4.5v-2h-9L8 8l-4.5 5.5h9v-2",
  export: "M8 2v8M5 7l3 3 3-3M2.5 11v2.5h11V11",
  pin: "M5.5 2.5h5M6.5 2.5v4L4 9.5h8l-2.5-3v-4M8 9.5v4",
  zoomIn: "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9M10.5 10.5 14 14M5 7h4M7 5v4",
  zoomOut: "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9M10.5 10.5 14 14M5 7h4",
  wrap: "M2 4h12M2 8h9.5a2 2 0 0 1 0 4H8M9.5 10.5 8 12l1.5 1.5M2 12h3",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  table: "M2.5 3h11v10h-11zM2.5 6.5h11M6.5 3v10",
  check: "m3 8.5 3.5 3.5L13 5",
  close: "M4 4l8 8M12 4l-8 8",
  moved: "M2 11l4-4 3 3 5-6M10.5 4H14v3.5",
  load: "M5 3v10l7.5-5z",
  warning: "M8 2.5 14 13H2zM8 6.5v3M8 11v.6",
} as const;

export type Icon = keyof typeof ICONS;

export function icon(name: Icon): SVGSVGElement {
  const outline = drawn("path", { d: ICONS[name] });
  return drawn("svg", { viewBox: "0 0 16 16", "aria-hidden": "true", class: "icon" }, outline);
}

/** A button with an icon. Its name is the tooltip and the text for screen readers. */
export function iconButton(name: Icon, label: string, onClick: () => void): HTMLButtonElement {
  const button = h("button", { type: "button", class: "icon-button", title: label, "aria-label": label }, icon(name));
  button.addEventListener("click", onClick);
  return button;
}

/** A button with words. `looks` is its class. */
export function textButton(
  words: string | readonly Child[],
  looks: string,
  onClick: () => void,
  title?: string,
): HTMLButtonElement {
  const children = typeof words === "string" ? [words] : words;
  const button = h("button", { type: "button", class: looks, title }, ...children);
  button.addEventListener("click", onClick);
  return button;
}

/** Scroll a box so that an element in it can be seen. Nothing around the box moves. */
export function reveal(box: HTMLElement, element: HTMLElement): void {
  const { top, bottom, left, right } = element.getBoundingClientRect();
  const outer = box.getBoundingClientRect();
  if (top < outer.top) box.scrollTop -= outer.top - top;
  else if (bottom > outer.bottom) box.scrollTop += bottom - outer.bottom;
  if (left < outer.left) box.scrollLeft -= outer.left - left;
  else if (right > outer.right) box.scrollLeft += right - outer.right;
}
