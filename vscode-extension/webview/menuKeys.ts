/** The keys of a menu: the arrows move between its items, and Escape closes it. */

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

export function addMenuKeys(menu: HTMLElement, close: () => void): void {
  menu.addEventListener("keydown", (event) => {
    const by = STEPS[event.key];
    if (event.key === "Escape") close();
    if (by === undefined) return;
    event.preventDefault();
    move(menu, by);
  });
}

function move(menu: HTMLElement, by: number): void {
  const items = [...menu.querySelectorAll("button")];
  const current = items.findIndex((candidate) => candidate === document.activeElement);
  items.at((current + by) % items.length)?.focus();
}
