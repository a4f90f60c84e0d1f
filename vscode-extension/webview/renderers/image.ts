/** A picture in its own size or as wide as the panel, with zoom and the color of a pixel. */
import type { Image, Preview } from "../../src/protocol";
import { h, iconButton } from "../dom";
import { pictureUri } from "../format";
import { notes } from "./notes";
import { renderText } from "./text";

/** The factor of one step of zoom, and the bounds of the zoom. */
const STEP = 1.5;
const BOUNDS = [0.1, 32] as const;

export function renderImage(preview: Preview): HTMLElement {
  const { image } = preview;
  if (!image?.data) return h("section", {}, renderText({ ...preview, text: preview.summary }), ...notes(preview));
  return h("figure", { class: "image-view" }, ...new Picture(image, preview.summary).elements, ...notes(preview));
}

class Picture {
  readonly elements: readonly HTMLElement[];
  private readonly picture: HTMLImageElement;
  private readonly value = h("span", { class: "pixel", role: "status" });
  private readonly size = h("span", { class: "dim" });
  /** The size of a pixel of the picture on the screen, or nothing while the picture fits the panel. */
  private scale: number | undefined;
  private pixels: CanvasRenderingContext2D | null | undefined;

  constructor(
    private readonly image: Image,
    summary: string,
  ) {
    this.picture = h("img", { src: pictureUri(image), alt: summary, draggable: "false" });
    const about = [image.width && image.height ? `${image.width} × ${image.height}` : "", image.mime];
    const buttons = [
      iconButton("zoomIn", "Zoom in", () => {
        this.zoom(STEP);
      }),
      iconButton("zoomOut", "Zoom out", () => {
        this.zoom(1 / STEP);
      }),
      iconButton("fit", "Fit the panel", () => {
        this.resize(undefined);
      }),
    ];
    const caption = h(
      "figcaption",
      {},
      h("span", {}, about.filter(Boolean).join(" · ")),
      this.value,
      this.size,
      ...buttons,
    );
    this.elements = [
      h("div", { class: "image-scroll", tabindex: "0", role: "region", "aria-label": "Picture" }, this.picture),
      caption,
    ];
    this.listen();
  }

  private listen(): void {
    this.picture.addEventListener("pointermove", (event) => {
      this.tell(event);
    });
    this.picture.addEventListener("pointerleave", () => {
      this.value.textContent = "";
    });
    this.picture.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? STEP : 1 / STEP);
    });
    this.elements[0]?.addEventListener("keydown", ({ key }) => {
      if (key === "+") this.zoom(STEP);
      else if (key === "-") this.zoom(1 / STEP);
      else if (key === "0") this.resize(undefined);
    });
  }

  private zoom(factor: number): void {
    const { picture } = this;
    const shown =
      this.scale ?? (picture.naturalWidth ? picture.getBoundingClientRect().width / picture.naturalWidth : 1);
    this.resize(Math.max(BOUNDS[0], Math.min(BOUNDS[1], shown * factor)));
  }

  private resize(scale: number | undefined): void {
    const { picture } = this;
    this.scale = scale;
    picture.style.width = scale === undefined ? "" : `${picture.naturalWidth * scale}px`;
    picture.style.maxWidth = scale === undefined ? "" : "none";
    picture.classList.toggle("pixelated", (scale ?? 1) >= 2);
    this.size.textContent = scale === undefined ? "" : `${Math.round(100 * scale)} %`;
  }

  /** The pixel under the pointer. A reduced picture has fewer pixels than its file. */
  private tell({ clientX, clientY }: PointerEvent): void {
    const { picture, image } = this;
    const { left, top, width, height } = picture.getBoundingClientRect();
    const [columns, rows] = [picture.naturalWidth, picture.naturalHeight];
    if (!width || !columns) return;
    const x = Math.max(0, Math.min(columns - 1, Math.floor(((clientX - left) / width) * columns)));
    const y = Math.max(0, Math.min(rows - 1, Math.floor(((clientY - top) / height) * rows)));
    const [red = 0, green = 0, blue = 0, alpha = 255] = this.context()?.getImageData(x, y, 1, 1).data ?? [];
    const ratio = (image.width ?? columns) / columns;
    const place = `(${Math.floor(x * ratio)}, ${Math.floor(y * ratio)})`;
    const see = alpha < 255 ? `, alpha ${alpha}` : "";
    this.value.textContent = `${ratio > 1 ? "≈ " : ""}${place} rgb ${red}, ${green}, ${blue}${see}`;
  }

  private context(): CanvasRenderingContext2D | null {
    if (this.pixels !== undefined) return this.pixels;
    const { picture } = this;
    const canvas = h("canvas", { width: String(picture.naturalWidth), height: String(picture.naturalHeight) });
    this.pixels = canvas.getContext("2d", { willReadFrequently: true });
    this.pixels?.drawImage(picture, 0, 0);
    return this.pixels;
  }
}
