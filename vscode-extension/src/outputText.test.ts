import assert from "node:assert/strict";
import { it } from "node:test";
import { type Extent, outputText } from "./outputText";
import type { Preview } from "./protocol";

const CASES: [Preview, string, string, Extent][] = [
  [
    { kind: "json", summary: "", value: { lr: 0.1, on: [1] } },
    '{\n  "lr": 0.1,\n  "on": [\n    1\n  ]\n}\n',
    "json",
    "all",
  ],
  [{ kind: "json", summary: "null", value: null }, "null\n", "json", "all"],
  [{ kind: "json", summary: "a list", text: "[1, …", truncated: true }, "[1, …\n", "json", "description"],
  [
    {
      kind: "array",
      summary: "float64 array (2,)",
      statistics: { mean: 1.5 },
      table: { columns: [{ name: "value", type: "float64" }], rows: [[1], [null]], offset: 0, total: 2 },
    },
    "float64 array (2,)\nmean 1.5\n\nvalue\n           1\nnull\n",
    "txt",
    "all",
  ],
  [{ kind: "markdown", summary: "", text: "# Hi" }, "# Hi\n", "md", "all"],
  [{ kind: "html", summary: "", text: "<p>" }, "<p>\n", "html", "all"],
  [{ kind: "files", summary: "", files: [{ path: "a.bin", size: 7 }] }, "a.bin  7\n", "txt", "description"],
  [{ kind: "image", summary: "8 x 8 PNG image" }, "8 x 8 PNG image\n", "txt", "description"],
  [{ kind: "problem", summary: "Gone.", text: "Gone." }, "Gone.\n", "txt", "description"],
];

for (const [preview, text, ending, extent] of CASES) {
  it(`an output of kind ${preview.kind} as text: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(outputText(preview), { text, ending, extent });
  });
}
