/** A JSON value: one number or word in large letters, anything else as a tree that folds, with a search. */
import type { Preview } from "../../src/protocol";
import { h, iconButton, textButton } from "../dom";
import { type Cell, cellText, count } from "../format";
import type { Host } from "./index";
import { renderText } from "./text";

/** Children that are created at a time, so that a list of a million does not block the page. */
const CHUNK = 100;
/** A branch with more children than this is closed at first. */
const OPEN_UP_TO = 20;
/** A tree with fewer values has no search. */
const SEARCHED_FROM = 8;
/** Values that a search lists. */
const FOUND = 200;
const COPIED = "The path is copied.";

type Copy = Host["copy"];
type Path = readonly (string | number)[];

export function renderJson(preview: Preview, { copy }: Pick<Host, "copy">): HTMLElement {
  const { value, numbers = [] } = preview;
  if (value === undefined || (value === null && preview.text)) return renderText(preview);
  if (!isBranch(value)) return scalar(value, numbers.length > 0);
  const words = new Words(numbers);
  const tree = new Tree(copy, words).branch([], value);
  const search = leaves(value).length >= SEARCHED_FROM ? [searchField(value, tree, copy, words)] : [];
  return h("section", { class: "json-view", "aria-label": "JSON" }, ...search, tree, cut(preview));
}

/** Values as text. The server sends numbers that JSON lacks, such as NaN, as text with their paths. */
class Words {
  private readonly numbers: ReadonlySet<string>;

  constructor(numbers: readonly Path[]) {
    this.numbers = new Set(numbers.map(pathText));
  }

  of(path: Path, value: unknown): Cell {
    const cell = cellText(value);
    return this.numbers.has(pathText(path)) ? { ...cell, kind: "number" } : cell;
  }
}

function scalar(value: unknown, isNumber: boolean): HTMLElement {
  const { text, kind } = isNumber ? ({ ...cellText(value), kind: "number" } as const) : cellText(value);
  if (kind === "text" && text.length > 80) return h("pre", { class: "text-view", tabindex: "0" }, text);
  return h("section", { class: `scalar ${kind}` }, text);
}

function cut(preview: Preview): HTMLElement | undefined {
  return preview.truncated ? h("p", { class: "note" }, "Only a part is shown.") : undefined;
}

function isBranch(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

class Tree {
  constructor(
    private readonly copy: Copy,
    private readonly words: Words,
  ) {}

  branch(path: Path, value: object): HTMLElement {
    const entries = entriesOf(value);
    const hint = Array.isArray(value) ? `[${count(entries.length)}]` : `{${count(entries.length)}}`;
    const last = path.at(-1);
    const name = last === undefined ? undefined : h("span", { class: "key" }, String(last));
    const summary = h("summary", {}, name, h("span", { class: "nested" }, hint));
    const details = h("details", {}, summary);
    const fill = (): void => {
      if (details.children.length === 1) details.append(this.children(path, entries));
    };
    details.addEventListener("toggle", fill);
    if (path.length < 3 && (path.length === 0 || entries.length <= OPEN_UP_TO)) {
      details.open = true;
      fill();
    }
    return path.length ? h("div", { class: "branch" }, details, this.copier(path)) : details;
  }

  /** A `summary` acts like a button, so it must not contain a button. */
  private copier(path: Path): HTMLElement {
    return iconButton("copy", `Copy the path ${pathText(path)}`, () => {
      this.copy(pathText(path), COPIED);
    });
  }

  leaf(path: Path, value: unknown): HTMLElement {
    const { text, kind } = this.words.of(path, value);
    const shown = kind === "text" ? JSON.stringify(text) : text;
    const key = keyButton(String(path.at(-1)), path, this.copy);
    return h("div", { class: "leaf" }, key, h("span", { class: kind }, shown));
  }

  private children(path: Path, entries: readonly Entry[]): HTMLElement {
    const list = h("div", { class: "children" });
    const add = (from: number): void => {
      const part = entries.slice(from, from + CHUNK);
      list.append(
        ...part.map(([key, value]) =>
          isBranch(value) ? this.branch([...path, key], value) : this.leaf([...path, key], value),
        ),
      );
      const rest = entries.length - from - CHUNK;
      if (rest <= 0) return;
      const more = textButton(`${count(rest)} more…`, "link", () => {
        more.remove();
        add(from + CHUNK);
      });
      list.append(more);
    };
    add(0);
    return list;
  }
}

/** The name of a value. A click copies its path, as Python writes it. */
function keyButton(words: string, path: Path, copy: Copy): HTMLElement {
  const copyPath = (): void => {
    copy(pathText(path), COPIED);
  };
  return textButton(words, "key", copyPath, `Copy the path ${pathText(path)}`);
}

type Entry = readonly [key: string | number, value: unknown];

function entriesOf(value: object): Entry[] {
  return Array.isArray(value) ? value.map((item, at) => [at, item as unknown]) : Object.entries(value);
}

/** `["layers"][0]` */
function pathText(path: Path): string {
  return path.map((key) => `[${JSON.stringify(key)}]`).join("");
}

interface Leaf {
  readonly path: Path;
  readonly value: unknown;
}

function leaves(value: unknown, path: Path = []): Leaf[] {
  if (!isBranch(value) || entriesOf(value).length === 0) return [{ path, value }];
  return entriesOf(value).flatMap(([key, item]) => leaves(item, [...path, key]));
}

/** Lists the values whose path or text contains the typed text, in place of the tree. */
function searchField(value: object, tree: HTMLElement, copy: Copy, words: Words): HTMLElement {
  const all = leaves(value).map((leaf) => ({ ...leaf, text: `${pathText(leaf.path)} ${cellText(leaf.value).text}` }));
  const field = h("input", {
    type: "search",
    placeholder: "Find a key or a value",
    "aria-label": "Find a key or a value",
  });
  field.dataset.keep = "find json";
  const found = h("span", { class: "dim", role: "status" });
  const list = h("div", { class: "json-found" });
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    const matching = wanted ? all.filter(({ text }) => text.toLowerCase().includes(wanted)) : [];
    tree.hidden = wanted !== "";
    found.textContent = wanted ? `${count(matching.length)} found` : "";
    list.replaceChildren(...matching.slice(0, FOUND).map((leaf) => foundLeaf(leaf, copy, words)));
  });
  return h("div", {}, h("div", { class: "text-tools" }, field, found), list);
}

function foundLeaf({ path, value }: Leaf, copy: Copy, words: Words): HTMLElement {
  const { text, kind } = words.of(path, value);
  return h("div", { class: "leaf" }, keyButton(pathText(path), path, copy), h("span", { class: kind }, text));
}
