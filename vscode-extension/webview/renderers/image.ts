/** A picture, as large as it is or as wide as the panel. */
import type { Preview } from "../../src/protocol";
import { h } from "../dom";
import { renderText } from "./text";

export function renderImage(preview: Preview): HTMLElement {
  const { image } = preview;
  if (!image) return renderText(preview);
  const source = `data:${image.mime};base64,${image.data}`;
  const picture = h("img", { src: source, alt: preview.summary });
  const about = [image.width && image.height ? `${image.width} × ${image.height}` : "", image.mime];
  return h("figure", { class: "image-view" }, picture, h("figcaption", {}, about.filter(Boolean).join(" · ")));
}
