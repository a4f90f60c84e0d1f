/** Keeps the first columns of a grid in view while the others scroll. */

/** Freeze the first `count` cells of each row, once the grid is on the page and has its widths. */
export function freeze(grid: HTMLElement, count: number): void {
  const rows = [...grid.querySelectorAll("tr")];
  for (const row of rows) for (const cell of [...row.children].slice(0, count)) cell.classList.add("frozen");
  window.requestAnimationFrame(() => {
    const lefts = leftsOf(rows[0], count);
    for (const row of rows) {
      lefts.forEach((left, place) => {
        const cell = row.children[place];
        if (cell instanceof window.HTMLElement) cell.style.left = `${left}px`;
      });
    }
  });
}

function leftsOf(row: HTMLTableRowElement | undefined, count: number): number[] {
  let left = 0;
  return [...(row?.children ?? [])].slice(0, count).map((cell) => {
    const start = left;
    left += cell.getBoundingClientRect().width;
    return start;
  });
}

/** Scroll a column into view beside the frozen ones, and move the focus to its head. */
export function goToColumn(grid: HTMLElement, head: HTMLElement): void {
  const frozen = [...grid.querySelectorAll("thead tr:first-child > .frozen, thead tr:first-child > .row-head")];
  const covered = frozen.reduce((width, cell) => width + cell.getBoundingClientRect().width, 0);
  const isFrozen = head.classList.contains("frozen");
  const by = head.getBoundingClientRect().left - grid.getBoundingClientRect().left - covered;
  if (!isFrozen) grid.scrollLeft += by;
  const target = head.querySelector<HTMLElement>("button") ?? grid;
  target.focus({ preventScroll: true });
}
