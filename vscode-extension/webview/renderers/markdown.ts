/** Markdown, rendered by markdown-it. Raw HTML stays text, links lead to the web only, and remote pictures are links. */
import MarkdownIt from "markdown-it";
import type { Preview } from "../../src/protocol";
import { h } from "../dom";

const SAFE_LINK = /^(https?|mailto):/i;
const SAFE_PICTURE = /^data:image\/(png|jpeg|gif|webp);base64,/i;

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });
markdown.validateLink = (address) => SAFE_LINK.test(address) || SAFE_PICTURE.test(address);

export function renderMarkdown(preview: Preview): HTMLElement {
  const page = new window.DOMParser().parseFromString(markdown.render(preview.text ?? ""), "text/html");
  for (const picture of page.querySelectorAll("img"))
    if (!SAFE_PICTURE.test(picture.src)) picture.replaceWith(link(picture));
  for (const anchor of page.querySelectorAll("a")) anchor.title = anchor.href;
  return h("article", { class: "markdown-view", tabindex: "0" }, ...page.body.childNodes);
}

/** The panel loads nothing from the network, so a picture from there is shown as a link. */
function link({ src, alt }: HTMLImageElement): HTMLElement {
  return h("a", { href: src }, alt || src);
}
