/** The part of an array that a plot shows. */

/** The first row, the number of rows, the first column and the number of columns. */
export type Region = readonly [top: number, height: number, left: number, width: number];

/** Rows and columns that a plot shows at least. */
const LEAST = 2;

/** All of the last two axes. An array of one axis has one column. */
export function whole(shape: readonly number[]): Region {
  const width = shape.length > 1 ? (shape.at(-1) ?? 1) : 1;
  const height = (shape.length > 1 ? shape.at(-2) : shape[0]) ?? 1;
  return [0, height, 0, width];
}

/** The region with the same center, larger or smaller. */
export function scaled([top, height, left, width]: Region, factor: number, all: Region): Region {
  const [rows, columns] = [Math.round(height * factor), Math.round(width * factor)];
  return within([top + (height - rows) / 2, rows, left + (width - columns) / 2, columns], all);
}

/** The region moved by shares of its size. */
export function moved([top, height, left, width]: Region, down: number, right: number, all: Region): Region {
  return within([top + down * height, height, left + right * width, width], all);
}

/** The part of a region between two points, which are shares of its size. */
export function between(region: Region, from: readonly number[], to: readonly number[], all: Region): Region {
  const [top, height, left, width] = region;
  const [x0 = 0, y0 = 0] = from;
  const [x1 = 1, y1 = 1] = to;
  const rows = Math.abs(y1 - y0) * height;
  const columns = Math.abs(x1 - x0) * width;
  return within([top + Math.min(y0, y1) * height, rows, left + Math.min(x0, x1) * width, columns], all);
}

function within(region: Region, all: Region): Region {
  const [top, height] = along(region[0], region[1], all[1]);
  const [left, width] = along(region[2], region[3], all[3]);
  return [top, height, left, width];
}

function along(start: number, length: number, most: number): [start: number, length: number] {
  const kept = Math.max(Math.min(LEAST, most), Math.min(most, Math.round(length)));
  const first = Math.round(start + (length - kept) / 2); // the center stays the same
  return [Math.max(0, Math.min(most - kept, first)), kept];
}
