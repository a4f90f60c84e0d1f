import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Column, PreviewKind, Table, TableView } from "../../src/protocol";
import { nothing, openPage, preview, texts } from "../testPage";
import { render } from "./index";

const MARKUP = '<img src=x onerror="alert(1)"><script>alert(2)</script>';

before(() => {
  openPage();
});

describe("a table", () => {
  const table: Table = {
    columns: [
      { name: "city", type: "string" },
      { name: "temp", type: "double" },
    ],
    rows: [
      ["Oslo", 15],
      ["Rome", null],
    ],
    offset: 100,
    total: 1203,
  };

  it("shows names, types, row numbers and values", () => {
    const page = render(preview("table", { table }), nothing);
    assert.deepEqual(texts(page, ".column-name"), ["city", "temp"]);
    assert.deepEqual(texts(page, ".column-type"), ["string", "double"]);
    assert.deepEqual(texts(page, "tbody tr:first-child > *"), ["100", "Oslo", "15.0"]);
    assert.deepEqual(texts(page, "td.null"), ["null"]);
    assert.deepEqual(texts(page, ".range"), ["Rows 101–102 of 1,203 · 2 columns"]);
  });

  const indexes: [what: string, columns: Column[], index: number, heads: string[], row: string[], range: string][] = [
    ["no index", [{ name: "" }, { name: "city" }], 0, [], ["0"], "1 row · 2 columns"],
    ["an index without a name", [{ name: "" }, { name: "city" }], 1, ["Index"], ["7"], "1 row · 1 column"],
    ["a named index", [{ name: "id" }, { name: "city" }], 1, ["id"], ["7"], "1 row · 1 column"],
    [
      "an index of two levels without names",
      [{ name: "" }, { name: "" }, { name: "city" }],
      2,
      ["Index", "Index"],
      ["7", "a"],
      "1 row · 1 column",
    ],
  ];
  for (const [what, columns, index, heads, row, range] of indexes) {
    it(`with ${what}`, () => {
      const cells = [7, "a", "Oslo"];
      const rows = [[...cells.slice(0, columns.length - 1), "Oslo"]];
      const page = render(preview("table", { table: { columns, rows, index, total: 1 } }), nothing);
      assert.deepEqual(texts(page, "thead .row-head .column-name"), heads);
      assert.deepEqual(texts(page, "tbody .row-head"), row);
      assert.deepEqual(texts(page, ".range"), [range]);
    });
  }

  const numbers: [what: string, type: string, values: unknown[], shown: string[], type_: string][] = [
    ["integers", "int64", [1, 20], ["1", "20"], "int64"],
    ["floats that are whole", "double", [15, null], ["15.0", "null"], "double"],
    ["money", "double", [99999999.99, 1234567.5], ["99999999.99", "1234567.50"], "double"],
    ["ids", "double", [123456789, 123456790], ["123456789.0", "123456790.0"], "double"],
    ["long fractions", "double", [0.1234567890123, 2.5], ["0.123457", "2.500000"], "double · 6 decimals"],
    [
      "tiny values",
      "double",
      [0.5, 1.5e-7, 0.000012345678],
      ["0.500000", "1.5e-7", "1.234568e-5"],
      "double · 6 decimals",
    ],
    ["huge values", "double", [1e300, 2], ["1e+300", "2.0"], "double"],
    ["what JSON cannot say", "double", [1.5, "NaN", "-Infinity"], ["1.5", "NaN", "-Infinity"], "double"],
    ["integers that JavaScript cannot hold", "int64", [1, "9007199254740993"], ["1", "9007199254740993"], "int64"],
  ];
  for (const [what, type, values, shown, type_] of numbers) {
    it(`has one number of decimals in a column: ${what}`, () => {
      const one = { columns: [{ name: "x", type }], rows: values.map((value) => [value]), total: values.length };
      const page = render(preview("table", { table: one }), nothing);
      assert.deepEqual(texts(page, "td"), shown);
      assert.deepEqual(texts(page, ".column-type"), [type_]);
      assert.equal(page.querySelectorAll("td.number").length, values.length, "right-aligned");
    });
  }

  it("turns pages within the table", () => {
    const asked: TableView[] = [];
    const page = render(preview("table", { table }), { ...nothing, look: (view) => asked.push(view) });
    for (const button of page.querySelectorAll<HTMLElement>(".pager button:not([aria-label^='Copy'])")) button.click();
    assert.deepEqual(asked, [
      { offset: 0, limit: 100 },
      { offset: 0, limit: 100 },
      { offset: 102, limit: 100 },
      { offset: 1200, limit: 100 },
    ]);
  });

  it("is sorted upwards, downwards and not at all by its headers", () => {
    const sortedBy = (view: TableView, numbers: number[]): [TableView | undefined, string | null | undefined] => {
      let asked: TableView | undefined;
      const shown = preview("table", { table: { ...table, numbers } });
      const page = render(shown, { ...nothing, view, look: (next) => (asked = next) });
      const header = page.querySelectorAll("thead th")[2];
      header?.querySelector("button")?.click();
      return [asked, header?.getAttribute("aria-sort")];
    };
    const find = "o";
    assert.deepEqual(sortedBy({ find }, []), [{ find, offset: 0, sort: 1, descending: false }, "none"]);
    const up = { find, sort: 1, descending: false };
    assert.deepEqual(sortedBy(up, [1, 0]), [{ find, offset: 0, sort: 1, descending: true }, "ascending"]);
    const down = { ...up, descending: true };
    const none = { find, offset: 0, sort: null, descending: null };
    assert.deepEqual(sortedBy(down, [0, 1]), [none, "descending"]);
    assert.equal(sortedBy(down, [])[1], "none", "the server could not sort it");
  });

  it("keeps the numbers of rows that were sorted or found", () => {
    const found = { ...table, offset: 0, total: 2, numbers: [7, 3] };
    const page = render(preview("table", { table: found }), { ...nothing, view: { find: "o" } });
    assert.deepEqual(texts(page, "tbody .row-head"), ["7", "3"]);
    assert.deepEqual(texts(page, ".range"), ["2 rows found · 2 columns"]);
    const none = render(preview("table", { table: { ...found, rows: [], total: 0 } }), {
      ...nothing,
      view: { find: "x" },
    });
    assert.deepEqual(texts(none, ".range"), ["No row contains this text"]);
    assert.equal(none.querySelector<HTMLInputElement>("input")?.value, "x");
  });

  it("is searched by what is typed", () => {
    const long = { ...table, rows: Array.from({ length: 20 }, () => ["Oslo", 1]) };
    let asked: TableView | undefined;
    const host = { ...nothing, view: { sort: 1 }, look: (next: TableView) => (asked = next) };
    const field = render(preview("table", { table: long }), host).querySelector("input");
    assert(field);
    field.value = "os";
    field.dispatchEvent(new window.Event("change"));
    assert.deepEqual(asked, { sort: 1, offset: 0, find: "os" });
  });

  it("is copied as spreadsheets take it", () => {
    let copied = "";
    const host = { ...nothing, copy: (text: string) => (copied = text) };
    const rows = [
      ["a\tb", 0.1234567890123],
      ["Rome", null],
    ];
    const page = render(preview("table", { table: { ...table, rows } }), host);
    assert.deepEqual(texts(page, "td.number"), ["0.123457", "null"]);
    assert.equal(page.querySelector("td.number")?.getAttribute("title"), "0.1234567890123");
    page.querySelector<HTMLElement>("[aria-label='Copy these rows']")?.click();
    assert.equal(copied, "city\ttemp\na b\t0.1234567890123\nRome\t\n");
  });

  it("says what the reader has to say of it", () => {
    const page = render(preview("table", { table, text: "Not all of it.", advice: "Install pyarrow." }), nothing);
    assert.deepEqual(texts(page, ".note"), ["Not all of it.", "Install pyarrow."]);
  });

  it("has no pager when all of it is there", () => {
    const page = render(preview("table", { table: { ...table, offset: 0, total: 2 } }), nothing);
    assert.deepEqual(texts(page, ".range"), ["2 rows · 2 columns"]);
    assert.equal(page.querySelectorAll(".pager button:not([aria-label^='Copy'])").length, 0);
  });

  it("of 500 columns is turned over in parts, whose columns are sorted by their position in the whole", () => {
    const columns = Array.from({ length: 101 }, (_, place) => ({ name: `c${place}` }));
    const rows = [columns.map(() => 1), columns.map(() => 2)];
    const wide = { columns, rows, total: 2, index: 1, width: 500, first_column: 100 };
    let asked: TableView | undefined;
    const page = render(preview("table", { table: wide }), { ...nothing, look: (next) => (asked = next) });
    assert.deepEqual(texts(page, ".range"), ["2 rows · columns 101–200 of 500"]);
    const firstOf = (label: string) => {
      page.querySelector<HTMLElement>(`[aria-label='${label}']`)?.click();
      return asked?.first_column;
    };
    assert.deepEqual([firstOf("Previous columns"), firstOf("Next columns")], [0, 200]);
    page.querySelectorAll<HTMLElement>("thead .sort")[1]?.click();
    assert.equal(asked?.sort, 101);
  });

  it("of 500 columns has nothing before the first part and after the last", () => {
    const columns = Array.from({ length: 100 }, (_, place) => ({ name: `c${place}` }));
    const disabled = (first_column: number) => {
      const wide = { columns, rows: [columns.map(() => 1)], total: 1, width: 500, first_column };
      const buttons = render(preview("table", { table: wide }), nothing).querySelectorAll("button");
      return [...buttons].filter((button) => button.disabled).map((button) => button.title);
    };
    assert.deepEqual(disabled(0), ["Previous columns"]);
    assert.deepEqual(disabled(400), ["Next columns"]);
  });

  it("that is too large is neither sorted nor searched", () => {
    const rows = Array.from({ length: 20 }, () => ["Oslo", 1]);
    const page = render(preview("table", { table: { ...table, rows, total: 600_000 } }), nothing);
    assert.equal(page.querySelectorAll(".sort, input").length, 0);
  });

  it("of unknown length goes on, but not to the end", () => {
    const page = render(preview("table", { table: { ...table, offset: 0, total: null } }), nothing);
    const disabled = [...page.querySelectorAll("button")].map((button) => button.disabled);
    assert.deepEqual(disabled, [false, true, true, false, true]);
    assert.equal(page.querySelectorAll(".sort, input").length, 0);
  });
});

describe("JSON", () => {
  it("is a tree whose branches make their leaves when they open", () => {
    const value = { lr: 0.1, name: "adam", deep: { deeper: { deepest: { last: true } } }, none: null };
    const page = render(preview("json", { value }), nothing);
    assert.deepEqual(texts(page, ".leaf"), ["lr0.1", 'name"adam"', "nonenull"]);
    const closed = page.querySelector("details:not([open])");
    assert(closed);
    assert.equal(closed.querySelector(".leaf"), null);
  });

  it("tells numbers that JSON cannot hold from texts", () => {
    const value = { loss: "NaN", word: "NaN", steps: ["-Infinity"] };
    const page = render(preview("json", { value, numbers: [["loss"], ["steps", 0]] }), nothing);
    assert.deepEqual(texts(page, ".leaf"), ["lossNaN", 'word"NaN"', "0-Infinity"]);
    assert.equal(render(preview("json", { value: "NaN", numbers: [[]] }), nothing).className, "scalar number");
  });

  it("shows a long list in parts", () => {
    const page = render(preview("json", { value: Array.from({ length: 250 }, (_, index) => index) }), nothing);
    assert.equal(page.querySelectorAll(".leaf").length, 100);
    const more = page.querySelector<HTMLElement>("button.link");
    assert.equal(more?.textContent, "150 more…");
    more.click();
    assert.equal(page.querySelectorAll(".leaf").length, 200);
  });

  it("is searched by keys and values, and copies the path of a value", () => {
    const value = {
      solver: "adam",
      layers: [64, 32],
      deep: { on: true, off: null, list: [{ name: "a b" }] },
      a: 1,
      b: 2,
    };
    const copied: (string | undefined)[][] = [];
    const page = render(preview("json", { value }), { ...nothing, copy: (...all) => copied.push(all) });
    const field = page.querySelector("input");
    assert(field);
    field.value = "NAME";
    field.dispatchEvent(new window.Event("input"));
    assert.deepEqual(texts(page, ".json-found .leaf"), ['["deep"]["list"][0]["name"]a b']);
    assert.equal(page.querySelector("details")?.hidden, true);
    page.querySelector<HTMLElement>(".json-found .key")?.click();
    assert.deepEqual(copied, [['["deep"]["list"][0]["name"]', "The path is copied."]]);
    field.value = "";
    field.dispatchEvent(new window.Event("input"));
    assert.equal(page.querySelector("details")?.hidden, false);
    page.querySelector<HTMLElement>("details .leaf .key")?.click();
    assert.equal(copied.at(-1)?.[0], '["solver"]');
  });

  it("shows one number large", () => {
    const page = render(preview("json", { value: 0.93 }), nothing);
    assert.equal(page.className, "scalar number");
    assert.equal(page.textContent, "0.93");
  });
});

describe("an array", () => {
  it("shows shape, type, statistics and numbers", () => {
    const table: Table = { columns: [{ name: "0", type: "" }], rows: [[1], [2]], offset: 0, total: 2 };
    const page = render(
      preview("array", { shape: [2, 1], dtype: "float64", statistics: { min: 1, mean: 1.23456789 }, table }),
      nothing,
    );
    assert.deepEqual(texts(page, "dd"), ["2 × 1", "float64", "1", "1.234568"]);
    assert.deepEqual(texts(page, "td"), ["1", "2"]);
  });
});

describe("a text", () => {
  const text = `${"A line of words\n".repeat(20)}the end`;

  it("marks what is found, and goes from one match to the next", () => {
    const page = render(preview("text", { text }), nothing);
    const field = page.querySelector("input");
    assert(field);
    field.value = "LINE";
    field.dispatchEvent(new window.Event("input"));
    assert.equal(page.querySelectorAll("mark").length, 20);
    assert.deepEqual(texts(page, "[role=status]"), ["1 of 20"]);
    field.dispatchEvent(new window.KeyboardEvent("keydown", { key: "Enter", shiftKey: true }));
    assert.deepEqual(texts(page, "[role=status]"), ["20 of 20"]);
    assert.equal(page.querySelector("pre")?.textContent, text);
    field.value = "nowhere";
    field.dispatchEvent(new window.Event("input"));
    assert.deepEqual(texts(page, "[role=status]"), ["No match"]);
  });

  it("wraps lines or does not", () => {
    const page = render(preview("text", { text }), nothing);
    page.querySelector<HTMLElement>("[aria-label='Wrap long lines']")?.click();
    assert(page.querySelector("pre")?.classList.contains("unwrapped"));
  });
});

describe("Markdown", () => {
  const text = [
    "# Report",
    "",
    "Some **bold**, *slanted* and `code`, snake_case_name,",
    "and [a link](https://example.org/x).",
    "",
    "- one",
    "  - nested",
    "- two",
    "",
    "1. first",
    "",
    "> quoted",
    "",
    "| a | b |",
    "|---|:-:|",
    "| 1 | 2 |",
    "",
    "```python",
    "x = '**not bold**'",
    "```",
    "---",
  ].join("\n");

  it("is formatted", () => {
    const page = render(preview("markdown", { text }), nothing);
    assert.deepEqual(texts(page, "h1"), ["Report"]);
    assert.deepEqual(texts(page, "p")[0], "Some bold, slanted and code, snake_case_name,\nand a link.");
    assert.deepEqual(texts(page, "strong, em, p code"), ["bold", "slanted", "code"]);
    assert.equal(page.querySelector("a")?.getAttribute("href"), "https://example.org/x");
    assert.deepEqual(texts(page, "ul ul li"), ["nested"]);
    assert.deepEqual(texts(page, "ol li"), ["first"]);
    assert.deepEqual(texts(page, "blockquote p"), ["quoted"]);
    assert.deepEqual(texts(page, "th, td"), ["a", "b", "1", "2"]);
    assert.deepEqual(texts(page, "pre"), ["x = '**not bold**'\n"]);
    assert.equal(page.querySelectorAll("hr").length, 1);
  });

  const links: [text: string, addresses: string[]][] = [
    ["[x](https://example.org)", ["https://example.org"]],
    ["[x]\n\n[x]: mailto:a@example.org", ["mailto:a@example.org"]],
    ["<https://example.org>", ["https://example.org"]],
    ["[x](javascript:alert(1))", []],
    ["[x](command:pipesight.refresh)", []],
    ["[x](vscode://file/etc)", []],
    ["[x](file:///etc/passwd)", []],
    ["[x](other.md)", []],
    ["[x](data:text/html;base64,AAAA)", []],
    ["<a href='https://example.org'>x</a>", []],
  ];
  for (const [text, addresses] of links) {
    it(`makes links of web addresses only: ${JSON.stringify(text)}`, () => {
      const page = render(preview("markdown", { text }), nothing);
      assert.deepEqual(
        [...page.querySelectorAll("a")].map((anchor) => anchor.getAttribute("href")),
        addresses,
      );
    });
  }

  it("shows pictures that it carries, and links to others", () => {
    const text = "![in it](data:image/png;base64,AAAA) ![elsewhere](https://example.org/x.png)";
    const page = render(preview("markdown", { text }), nothing);
    assert.deepEqual(
      [...page.querySelectorAll("img")].map(({ alt }) => alt),
      ["in it"],
    );
    assert.equal(page.querySelector("a")?.textContent, "elsewhere");
  });
});

describe("HTML", () => {
  it("goes in a frame that may do nothing", () => {
    const page = render(preview("html", { text: MARKUP }), nothing);
    assert.equal(page.tagName, "IFRAME");
    assert.equal(page.getAttribute("sandbox"), "");
    assert.equal((page as HTMLIFrameElement).srcdoc, MARKUP);
  });
});

describe("other kinds", () => {
  it("a picture says what it shows and how large it is", () => {
    const image = { mime: "image/png", data: "iVBORw0KGgo=", width: 640, height: 480 };
    const page = render(preview("image", { image }), nothing);
    assert.equal(page.querySelector("img")?.src, "data:image/png;base64,iVBORw0KGgo=");
    assert.equal(page.querySelector("img")?.alt, "a summary");
    assert.equal(page.textContent, "640 × 480 · image/png");
    page.querySelector<HTMLElement>("[aria-label='Zoom in']")?.click();
    assert.deepEqual(texts(page, ".dim"), ["150 %"]);
    page.querySelector<HTMLElement>("[aria-label='Fit the panel']")?.click();
    assert.deepEqual(texts(page, ".dim"), [""]);
  });

  it("files have sizes that people read", () => {
    const files = [812, 1230, 2_500_000, 200_000_000].map((size) => ({ path: `f${size}`, size }));
    const page = render(preview("files", { files }), nothing);
    assert.deepEqual(texts(page, "td.number"), ["812 B", "1.2 kB", "2.5 MB", "200 MB"]);
  });

  it("a problem comes with what to do", () => {
    const page = render(preview("problem", { text: "The file is gone.", advice: "Run the pipeline again." }), nothing);
    assert.deepEqual(texts(page, "p"), ["The file is gone.", "Run the pipeline again."]);
  });
});

describe("what an output holds is never markup", () => {
  const table: Table = { columns: [{ name: MARKUP, type: MARKUP }], rows: [[MARKUP]], offset: 0, total: 1 };
  const cases: [PreviewKind, Parameters<typeof preview>[1]][] = [
    ["table", { table }],
    ["array", { table, dtype: MARKUP, statistics: { [MARKUP]: 1 } }],
    ["json", { value: { [MARKUP]: [MARKUP] } }],
    ["json", { value: MARKUP }],
    ["text", { text: MARKUP }],
    ["markdown", { text: `${MARKUP}\n\n# ${MARKUP}\n\n- ${MARKUP}\n\n| ${MARKUP} |\n|-|\n| ${MARKUP} |` }],
    ["pickle", { text: MARKUP }],
    ["files", { files: [{ path: MARKUP, size: 1 }], text: MARKUP }],
    ["problem", { text: MARKUP, advice: MARKUP }],
  ];
  for (const [kind, rest] of cases) {
    it(kind, () => {
      const page = render(preview(kind, rest), nothing);
      assert.equal(page.querySelectorAll("img, script").length, 0);
      assert(page.textContent.includes("<script>"));
    });
  }
});
