import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { TableView } from "../../src/protocol";
import { ArrayPlot } from "./arrayPlot";
import { between, moved, type Region, scaled, whole } from "./region";
import { colorOf } from "./heatMap";
import { lineChart } from "./lineChart";
import { openPage, preview, texts, until } from "../testPage";

before(() => {
  openPage();
});

const ALL: Region = [0, 100, 0, 40];

describe("the region of a plot", () => {
  const regions: [what: string, region: Region, expected: Region][] = [
    ["all of two axes", whole([7, 100, 40]), ALL],
    ["all of one axis", whole([9]), [0, 9, 0, 1]],
    ["zoomed in", scaled(ALL, 0.5, ALL), [25, 50, 10, 20]],
    ["zoomed out no further than all", scaled([90, 10, 0, 4], 2, ALL), [80, 20, 0, 8]],
    ["zoomed in as far as it goes", scaled([50, 2, 20, 2], 0.5, ALL), [50, 2, 20, 2]],
    ["moved to the edge", moved([80, 20, 0, 8], 0.5, 0.5, ALL), [80, 20, 4, 8]],
    ["dragged over, from below and the right", between(ALL, [0.75, 0.5], [0.25, 0.25], ALL), [25, 25, 10, 20]],
  ];
  for (const [what, region, expected] of regions) {
    it(what, () => {
      assert.deepEqual(region, expected);
    });
  }
});

describe("the picture of an array", () => {
  function open() {
    const asked: TableView[] = [];
    const looked: TableView[] = [];
    const plot = new ArrayPlot({ overview: (view) => asked.push(view), look: (view) => looked.push(view) });
    return { plot, asked, looked };
  }
  const press = (element: Element | null, key: string) =>
    element?.dispatchEvent(new window.KeyboardEvent("keydown", { key, bubbles: true }));

  it("is asked for once an array is shown, and says what it shows", () => {
    const { plot, asked } = open();
    plot.show(preview("array", { shape: [100, 40], dtype: "float64" }));
    assert.deepEqual(asked, [{ region: ALL, slices: [] }]);
    plot.take(asked[0] ?? {}, {
      rows: [
        [1, 2.5],
        [null, 4],
      ],
      region: ALL,
      row_step: 50,
      column_step: 20,
    });
    const words = "Heat map of [0:100, 0:40], one row of 50, one column of 20: 1 to 4";
    assert.equal(plot.element.querySelector("[role=img]")?.getAttribute("aria-label"), words);
    plot.show(preview("array", { shape: [100, 40], dtype: "float64" }));
    assert.equal(asked.length, 1, "other rows of the same array");
  });

  it("is zoomed by keys and buttons", () => {
    const { plot, asked } = open();
    plot.show(preview("array", { shape: [100, 40], dtype: "float64" }));
    press(plot.element.querySelector(".plot"), "+");
    assert.deepEqual(asked.at(-1)?.region, [25, 50, 10, 20]);
    press(plot.element.querySelector(".plot"), "ArrowDown");
    assert.deepEqual(asked.at(-1)?.region, [50, 50, 10, 20]);
    plot.element.querySelector<HTMLElement>("[aria-label='Zoom out']")?.click();
    assert.deepEqual(asked.at(-1)?.region, ALL);
  });

  it("has a slider for each axis before the last two", async () => {
    const { plot, asked, looked } = open();
    plot.show(preview("array", { shape: [3, 5, 100, 40], slices: [0, 0], dtype: "uint8" }));
    const [, second] = plot.element.querySelectorAll<HTMLInputElement>("input[type=range]");
    assert(second);
    assert.equal(second.max, "4");
    second.value = "2";
    second.dispatchEvent(new window.Event("input"));
    assert.deepEqual(texts(plot.element, "output"), ["0", "2"]);
    await until(() => looked.length > 0);
    assert.deepEqual(looked, [{ slices: [0, 2] }]);
    assert.deepEqual(asked.at(-1), { region: ALL, slices: [0, 2] });
  });

  it("is not asked for where there are no numbers to draw", () => {
    const { plot, asked } = open();
    for (const [shape, dtype] of [
      [[3], "str2"],
      [[], "float64"],
      [[1], "int64"],
    ] as const) {
      plot.show(preview("array", { shape, dtype }));
    }
    assert.deepEqual(asked, []);
    assert(plot.element.hidden);
  });

  it("of one axis is a band with gaps where numbers are missing", () => {
    const rows = [
      [0, 1],
      [2, 2],
      [null, null],
      [4, 5],
    ] as const;
    const chart = lineChart({ rows, region: [0, 8, 0, 1], row_step: 2 }, 0, 5);
    const points = [...chart.querySelectorAll("polygon")].map((piece) => piece.getAttribute("points"));
    assert.deepEqual(points, ["0,80 1,60 1,60 0,100", "3,0 3,20"]);
  });

  it("goes from dark to light", () => {
    assert.deepEqual(
      [colorOf(0), colorOf(1), colorOf(7)],
      [
        [68, 1, 84],
        [253, 231, 37],
        [253, 231, 37],
      ],
    );
  });
});
