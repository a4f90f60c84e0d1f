/** The menu of a point of the chart. */
import { h, textButton } from "../dom";
import { addMenuKeys } from "../menuKeys";

export interface PointAction {
  readonly words: string;
  readonly run: () => void;
}

/** Show the menu of a point. It closes after a choice, with Escape, or if it loses the focus. */
export function showPointMenu(chart: HTMLElement, left: number, top: number, actions: readonly PointAction[]): void {
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return; // Chromium reports the loss of focus while it removes the menu
    isOpen = false;
    menu.remove();
  };
  const leave = (): void => {
    close();
    chart.focus();
  };
  const items = actions.map(({ words, run }) => {
    const choose = (): void => {
      leave();
      run();
    };
    return textButton(words, "menu-item", choose);
  });
  for (const item of items) item.setAttribute("role", "menuitem");
  const menu = h("div", { class: "menu point-menu", role: "menu", "aria-label": "Point" }, ...items);
  addMenuKeys(menu, leave);
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (!menu.contains(relatedTarget as Node | null)) close();
  });
  chart.append(menu);
  menu.style.left = `${Math.max(0, Math.min(left, chart.clientWidth - menu.offsetWidth))}px`;
  menu.style.top = `${top}px`;
  items[0]?.focus(); // this closes a menu that was open
}

/** Return whether the menu of a point is open. */
export function hasPointMenu(chart: HTMLElement): boolean {
  return chart.querySelector(".point-menu") !== null;
}
