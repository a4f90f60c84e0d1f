/** The menu of a point of the chart. */
import { h, textButton } from "../dom";

export interface PointAction {
  readonly words: string;
  readonly run: () => void;
}

/** Show the actions of a point at a place of its chart. The menu goes with its choice, with Escape or with the focus. */
export function showPointMenu(chart: HTMLElement, left: number, top: number, actions: readonly PointAction[]): void {
  const items = actions.map(({ words, run }) => {
    const choose = (): void => {
      menu.remove();
      run();
    };
    return textButton(words, "menu-item", choose);
  });
  for (const item of items) item.setAttribute("role", "menuitem");
  const menu = h("div", { class: "menu point-menu", role: "menu", "aria-label": "Point" }, ...items);
  menu.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") menu.remove();
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (!menu.contains(relatedTarget as Node | null)) menu.remove();
  });
  chart.querySelector(".point-menu")?.remove();
  chart.append(menu);
  menu.style.left = `${Math.max(0, Math.min(left, chart.clientWidth - menu.offsetWidth))}px`;
  menu.style.top = `${top}px`;
  items[0]?.focus();
}
