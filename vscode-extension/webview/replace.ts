/** Replaces a view by the same view in a new state. Focus, typed text and scroll position stay. */

export function replaceKept(place: HTMLElement, content: HTMLElement): void {
  const focused = document.activeElement;
  const key = focused instanceof window.HTMLElement ? focused.dataset.keep : undefined;
  const across = place.querySelector(".grid")?.scrollLeft ?? 0;
  place.replaceChildren(content);
  const grid = place.querySelector(".grid");
  if (grid) grid.scrollLeft = across;
  const same = key === undefined ? null : place.querySelector<HTMLElement>(`[data-keep="${key}"]`);
  if (!same) return;
  if (focused instanceof window.HTMLInputElement && same instanceof window.HTMLInputElement) goOnTyping(focused, same);
  same.focus();
}

function goOnTyping(old: HTMLInputElement, field: HTMLInputElement): void {
  const isAhead = field.value !== old.value;
  field.value = old.value;
  field.setSelectionRange(old.selectionStart, old.selectionEnd);
  if (isAhead) field.dispatchEvent(new window.Event("input"));
}
