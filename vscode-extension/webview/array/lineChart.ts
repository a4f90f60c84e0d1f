/** Draws the numbers of one axis as a line, or as the band between the bounds of blocks of numbers. */
import type { Overview } from "../../src/protocol";
import { drawn } from "../dom";

const HEIGHT = 100;

export function lineChart({ rows }: Overview, low: number, high: number): SVGSVGElement {
  const span = high - low || 1;
  const y = (value: number): string => String(HEIGHT - (HEIGHT * (value - low)) / span);
  const paths = pieces(rows).map((piece) => {
    const tops = piece.map(({ at, bounds }) => `${at},${y(bounds[1])}`);
    const feet = piece.map(({ at, bounds }) => `${at},${y(bounds[0])}`).reverse();
    return drawn("polygon", { points: [...tops, ...feet].join(" "), class: "line" });
  });
  const box = `0 -2 ${Math.max(1, rows.length - 1)} ${HEIGHT + 4}`;
  const attributes = { viewBox: box, preserveAspectRatio: "none", class: "line-chart", "aria-hidden": "true" };
  return drawn("svg", attributes, ...paths);
}

interface Point {
  readonly at: number;
  readonly bounds: readonly [low: number, high: number];
}

/** Split the points into pieces without gaps. */
function pieces(rows: Overview["rows"]): Point[][] {
  const found: Point[][] = [[]];
  rows.forEach(([low, high], at) => {
    if (typeof low === "number" && typeof high === "number") found.at(-1)?.push({ at, bounds: [low, high] });
    else found.push([]);
  });
  return found.filter((piece) => piece.length > 0);
}
