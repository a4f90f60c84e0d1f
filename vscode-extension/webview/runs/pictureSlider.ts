/** Two pictures, one over the other. A slider moves the line between them. */
import type { Image } from "../../src/protocol";
import { h } from "../dom";
import { pictureUri } from "../format";

export function pictureSlider(images: readonly Image[]): HTMLElement {
  const [left, right] = images;
  if (!left?.data || !right?.data) return h("p", { class: "dim" }, "A picture is too large to be shown here.");
  const over = h("img", { src: pictureUri(left), alt: "Left picture", class: "over" });
  const under = h("img", { src: pictureUri(right), alt: "Right picture" });
  const slider = h("input", {
    type: "range",
    min: "0",
    max: "100",
    value: "50",
    "aria-label": "Share of the left picture",
  });
  const box = h("div", { class: "pictures" }, under, over);
  const show = (): void => {
    box.style.setProperty("--share", `${slider.value}%`);
  };
  slider.addEventListener("input", show);
  show();
  return h("figure", { class: "picture-slider" }, box, slider);
}
