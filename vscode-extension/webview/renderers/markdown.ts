/** Markdown with the formatting that reports use; anything else stays as the text it is. */
import type { Preview } from "../../src/protocol";
import { type Child, h } from "../dom";

export function renderMarkdown(preview: Preview): HTMLElement {
  return h("article", { class: "markdown-view", tabindex: "0" }, ...blocks((preview.text ?? "").split(/\r?\n/)));
}

interface Block {
  /** Lines taken from the front; 0: this is not such a block. */
  readonly lines: number;
  readonly element?: HTMLElement;
}

const NOT: Block = { lines: 0 };
const PARSERS = [fence, heading, rule, quote, table, list] as const;

function blocks(lines: readonly string[]): HTMLElement[] {
  const elements: HTMLElement[] = [];
  let rest = lines;
  while (rest.length > 0) {
    const { lines: taken, element } = block(rest);
    if (element) elements.push(element);
    rest = rest.slice(taken);
  }
  return elements;
}

function block(lines: readonly string[]): Block {
  if (!lines[0]?.trim()) return { lines: 1 };
  for (const parse of PARSERS) {
    const found = parse(lines);
    if (found.lines > 0) return found;
  }
  return paragraph(lines);
}

function paragraph(lines: readonly string[]): Block {
  let end = 1;
  while (end < lines.length && lines[end]?.trim() && PARSERS.every((parse) => parse(lines.slice(end)).lines === 0))
    end++;
  return { lines: end, element: h("p", {}, ...inline(lines.slice(0, end).join(" "))) };
}

function fence(lines: readonly string[]): Block {
  const mark = /^\s*(```+|~~~+)/.exec(lines[0] ?? "")?.[1];
  if (!mark) return NOT;
  const close = lines.findIndex((line, index) => index > 0 && line.trim().startsWith(mark));
  const end = close < 0 ? lines.length : close;
  return {
    lines: Math.min(end + 1, lines.length),
    element: h("pre", { class: "text-view" }, lines.slice(1, end).join("\n")),
  };
}

function heading(lines: readonly string[]): Block {
  const match = /^(#{1,6})\s+(.*?)\s*#*$/.exec(lines[0] ?? "");
  const [, marks, text] = match ?? [];
  if (!marks) return NOT;
  const tag = (["h1", "h2", "h3", "h4", "h5", "h6"] as const)[marks.length - 1] ?? "h6";
  return { lines: 1, element: h(tag, {}, ...inline(text ?? "")) };
}

function rule(lines: readonly string[]): Block {
  return /^\s*([-*_])(\s*\1){2,}\s*$/.test(lines[0] ?? "") ? { lines: 1, element: h("hr") } : NOT;
}

function quote(lines: readonly string[]): Block {
  const taken = leading(lines, (line) => /^\s*>/.test(line));
  if (taken.length === 0) return NOT;
  return {
    lines: taken.length,
    element: h("blockquote", {}, ...blocks(taken.map((line) => line.replace(/^\s*> ?/, "")))),
  };
}

const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;

/** A list; items that are indented further make a list within the item before. */
function list(lines: readonly string[]): Block {
  const first = ITEM.exec(lines[0] ?? "");
  if (!first) return NOT;
  const indent = first[1]?.length ?? 0;
  const element = h(/\d/.test(first[2] ?? "") ? "ol" : "ul");
  let at = 0;
  while (at < lines.length) {
    const item = ITEM.exec(lines[at] ?? "");
    if (item?.[1]?.length !== indent) break;
    const inner = leading(lines.slice(at + 1), (line) => line.trim() !== "" && indentOf(line) > indent);
    element.append(h("li", {}, ...inline(item[3] ?? ""), ...blocks(inner)));
    at += 1 + inner.length;
  }
  return { lines: at, element };
}

function table(lines: readonly string[]): Block {
  const [head, divider] = lines;
  if (!head?.includes("|") || !divider?.includes("-") || !/^[\s|:-]+$/.test(divider)) return NOT;
  const body = leading(lines.slice(2), (line) => line.includes("|"));
  const row = (line: string, tag: "th" | "td"): HTMLElement =>
    h("tr", {}, ...cells(line).map((text) => h(tag, {}, ...inline(text))));
  const element = h(
    "table",
    {},
    h("thead", {}, row(head, "th")),
    h("tbody", {}, ...body.map((line) => row(line, "td"))),
  );
  return { lines: 2 + body.length, element };
}

function cells(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((text) => text.trim());
}

const INLINE =
  /`([^`]+)`|\*\*(.+?)\*\*|__(.+?)__|\*([^*\s][^*]*)\*|(?<!\w)_([^_\s][^_]*)_(?!\w)|\[([^\]]+)\]\((https?:\/\/[^)\s]+)\)/;

function inline(text: string): Child[] {
  const match = INLINE.exec(text);
  if (!match) return text ? [text] : [];
  const [whole, code, strong, strongToo, italic, italicToo, label, address] = match;
  const before = text.slice(0, match.index);
  const after = inline(text.slice(match.index + whole.length));
  return [before, marked({ code, strong: strong ?? strongToo, italic: italic ?? italicToo, label, address }), ...after];
}

type Marks = Readonly<Record<"code" | "strong" | "italic" | "label" | "address", string | undefined>>;

function marked({ code, strong, italic, label, address }: Marks): Child {
  if (code !== undefined) return h("code", {}, code);
  if (strong !== undefined) return h("strong", {}, ...inline(strong));
  if (italic !== undefined) return h("em", {}, ...inline(italic));
  return h("a", { href: address, title: address }, label);
}

function leading(lines: readonly string[], wanted: (line: string) => boolean): readonly string[] {
  const end = lines.findIndex((line) => !wanted(line));
  return end < 0 ? lines : lines.slice(0, end);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
