/** The toolbar of the panel: main actions, and more actions that fold into a menu in a narrow panel. */
import { h, type Icon, icon, iconButton } from "./dom";
import { addMenuKeys } from "./menuKeys";

export interface Action {
  readonly icon: Icon;
  readonly label: string;
  readonly run: () => void;
  /** The word beside the icon. */
  readonly word?: string;
  readonly disabled?: boolean;
  /** Set for a button that switches something on and off. */
  readonly pressed?: boolean;
}

export function toolbar(main: readonly Action[], more: readonly Action[]): HTMLElement {
  const buttons = h("span", { class: "more-buttons" }, ...more.map(button));
  return h(
    "div",
    { class: "toolbar", role: "toolbar", "aria-label": "Actions" },
    ...main.map(button),
    buttons,
    menu(more),
  );
}

function button({ icon: name, label, run, word, disabled, pressed }: Action): HTMLElement {
  const element = iconButton(name, label, run);
  if (word) element.append(h("span", { class: "button-word" }, word));
  element.disabled = disabled ?? false;
  if (pressed !== undefined) element.setAttribute("aria-pressed", String(pressed));
  return element;
}

/** The style sheet shows either the buttons or this menu. */
function menu(actions: readonly Action[]): HTMLElement {
  const list = h("div", { class: "menu", role: "menu" });
  const opener = iconButton("more", "More actions", () => {
    open(opener.getAttribute("aria-expanded") !== "true");
  });
  opener.setAttribute("aria-haspopup", "menu");
  const element = h("span", { class: "more-menu" }, opener, list);
  const open = (isOpen: boolean): void => {
    list.hidden = !isOpen;
    opener.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) list.querySelector("button")?.focus();
  };
  open(false);
  const leave = (): void => {
    open(false);
    opener.focus();
  };
  list.append(...actions.map((action) => item(action, leave)));
  addMenuKeys(list, leave);
  element.addEventListener("focusout", (event) => {
    if (!element.contains(event.relatedTarget as Node | null)) open(false);
  });
  return element;
}

function item({ icon: name, label, run }: Action, close: () => void): HTMLElement {
  const element = h("button", { type: "button", class: "menu-item", role: "menuitem" }, icon(name), label);
  element.addEventListener("click", () => {
    close();
    run();
  });
  return element;
}
