/** A picture, as large as it is or as wide as the panel. */
import type { Preview } from "../../src/protocol";
import { h } from "../dom";
import { notes } from "./notes";
import { renderText } from "./text";

export function renderImage(preview: Preview): HTMLElement {
  const { image } = preview;
  if (!image?.data) return h("section", {}, renderText({ ...preview, text: preview.summary }), ...notes(preview));
  const source = `data:${image.mime};base64,${image.data}`;
  const picture = h("img", { src: source, alt: preview.summary });
  const about = [image.width && image.height ? `${image.width} × ${image.height}` : "", image.mime];
  const caption = h("figcaption", {}, about.filter(Boolean).join(" · "));
  return h("figure", { class: "image-view" }, picture, caption, ...notes(preview));
}
