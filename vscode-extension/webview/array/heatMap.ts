/** Draws numbers as a heat map. */
import type { Overview } from "../../src/protocol";
import { h } from "../dom";

/** Nine evenly spaced colors of Viridis, which people with any color vision can distinguish. */
const COLORS = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
] as const;

export const SCALE = `linear-gradient(to right, ${COLORS.map((color) => `rgb(${color.join(",")})`).join(", ")})`;

/** A canvas with a pixel for each number. The style sheet enlarges it. A number that is not finite is transparent. */
export function heatMap({ rows }: Overview, low: number, high: number): HTMLCanvasElement {
  const [height, width] = [rows.length, rows[0]?.length ?? 0];
  const canvas = h("canvas", { width: String(width), height: String(height), "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const image = context.createImageData(width, height);
  rows.forEach((row, at) => {
    row.forEach((value, place) => {
      if (value === null) return;
      const share = high > low ? (value - low) / (high - low) : 0.5;
      image.data.set([...colorOf(share), 255], 4 * (at * width + place));
    });
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

/** The color of a value from 0 to 1. */
export function colorOf(share: number): [red: number, green: number, blue: number] {
  const place = Math.max(0, Math.min(1, share)) * (COLORS.length - 1);
  const at = Math.min(COLORS.length - 2, Math.floor(place));
  const [from, to] = [COLORS[at] ?? COLORS[0], COLORS[at + 1] ?? COLORS[0]];
  const mix = (channel: 0 | 1 | 2): number => Math.round(from[channel] + (to[channel] - from[channel]) * (place - at));
  return [mix(0), mix(1), mix(2)];
}
