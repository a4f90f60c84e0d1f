/** Plain text, with a search and lines that wrap. */
import type { Preview } from "../../src/protocol";
import { h, iconButton, reveal } from "../dom";
import { count } from "../format";
import { marked } from "../marks";

/** Matches that are marked at most. */
const MARKED = 2000;
/** Characters from which on a text has a search. */
const SEARCHED_FROM = 200;

export function renderText(preview: Preview): HTMLElement {
  const text = preview.text ?? preview.summary;
  const note = preview.truncated ? h("p", { class: "note" }, "Only the beginning is shown.") : undefined;
  if (preview.kind !== "text" || text.length < SEARCHED_FROM) {
    const plain = h("pre", { class: "text-view", tabindex: "0" }, text);
    return note ? h("section", {}, plain, note) : plain;
  }
  return h("section", { class: "text-page" }, ...new TextSearch(text).elements, note);
}

/** A text whose matches are marked. Enter goes to the next one, Shift+Enter to the one before. */
class TextSearch {
  readonly elements: readonly HTMLElement[];
  private readonly view = h("pre", { class: "text-view", tabindex: "0" });
  private readonly field = h("input", {
    type: "search",
    placeholder: "Find in the text",
    "aria-label": "Find in the text",
  });
  private readonly found = h("span", { class: "dim", role: "status" });
  private marks: readonly HTMLElement[] = [];
  private current = 0;

  constructor(private readonly text: string) {
    const wrap = iconButton("wrap", "Wrap long lines", () => {
      const isOn = this.view.classList.toggle("unwrapped");
      wrap.setAttribute("aria-pressed", String(!isOn));
    });
    wrap.setAttribute("aria-pressed", "true");
    const before = iconButton("previous", "Match before", () => {
      this.go(-1);
    });
    const next = iconButton("next", "Next match", () => {
      this.go(1);
    });
    this.field.dataset.keep = "find text";
    this.field.addEventListener("input", () => {
      this.search();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.go(event.shiftKey ? -1 : 1);
    });
    this.view.append(text);
    this.elements = [h("div", { class: "text-tools" }, this.field, before, next, this.found, wrap), this.view];
  }

  private search(): void {
    const parts = marked(this.text, this.field.value, MARKED);
    this.marks = parts.filter((part) => typeof part !== "string");
    this.view.replaceChildren(...parts);
    this.current = 0;
    this.tell();
  }

  private go(by: number): void {
    if (!this.marks.length) return;
    this.current = (this.current + by + this.marks.length) % this.marks.length;
    this.tell();
  }

  private tell(): void {
    const { marks, current } = this;
    marks.forEach((mark, at) => mark.classList.toggle("current", at === current));
    const match = marks[current];
    if (match) reveal(this.view, match);
    const more = marks.length === MARKED ? " or more" : "";
    const words = marks.length ? `${count(current + 1)} of ${count(marks.length)}${more}` : "No match";
    this.found.textContent = this.field.value ? words : "";
  }
}
