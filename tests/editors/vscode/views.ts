/** One example of a message to the panel for each of its views. */

const path = { pipeline: "training_pipeline", run: "nightly", step: "evaluate", output: "predictions" };
const run = {
  name: "nightly",
  short: "nightly",
  status: "failed",
  tone: "failed",
  mark: "✗",
  path: { pipeline: "training_pipeline", run: "nightly" },
  start: "2026-03-01T12:00:00Z",
  when: "2 h ago",
  duration: "2 min 5 s",
  stack: "default",
};
const step = {
  name: "evaluate",
  status: "completed",
  tone: "passed",
  mark: "✓",
  start: "2026-03-01T12:01:00Z",
  duration: "12 s",
  parameters: [{ name: "learning_rate", value: "0.0001" }],
  metadata: [{ name: "loss", value: "0.31" }],
  inputs: [{ name: "data", path: { ...path, step: "load", output: "rows" }, type: "DataFrame" }],
  outputs: [{ name: "predictions", path, type: "DataFrame" }],
};
const code = { uri: "file:///project/steps.py", line: 19 };
const failure = {
  what: "ValueError: math domain error",
  where: "steps.py, line 20",
  code,
  traceback: [{ text: '  File "steps.py", line 20, in fit', code }, { text: "ValueError: math domain error" }],
};
const log = {
  type: "log",
  asked: { step: "step_failed" },
  answer: {
    title: "fit log",
    path: {},
    origin: "step",
    origins: ["prepare_step", "step"],
    entries: [
      { message: "fitting", level: "info", time: "2026-03-01T12:01:00Z" },
      { message: "about to divide", level: "warning", time: "2026-03-01T12:01:01Z" },
      { message: "ValueError: math domain error", level: "error", time: "2026-03-01T12:01:02Z" },
    ],
    start: 10,
    end: 100,
    size: 100,
    live: false,
  },
};
const runs = {
  type: "runs",
  runs: ["weekly", "nightly", "first"].map((name) => ({ name, short: name, mark: "✓", path: { ...path, run: name } })),
};

function output(kind: string, rest: object): object[] {
  const preview = { kind, summary: `a ${kind} with a summary of some length`, ...rest };
  const facts = { uri: "/store/predictions", data_type: "pandas.DataFrame" };
  return [
    { type: "reading", reading: { title: "predictions", subtitle: "", path, output: facts, run, step, preview } },
    runs,
  ];
}

const columns = [
  { name: "customer", type: "int64" },
  { name: "name", type: "string" },
  { name: "score", type: "double" },
];
const rows = Array.from({ length: 60 }, (_, at) => [at, at % 7 ? `customer ${at}` : null, at / 7]);
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const tones = ["passed", "cached", "failed", "running", "waiting", "paused", "skipped", "stopped", "unknown"];

const profile = {
  type: "profile",
  view: {},
  columns: [
    {
      column: "name",
      position: 1,
      type: "string",
      rows: 600,
      missing: 86,
      distinct: 3,
      min: "customer 1",
      max: "customer 9",
      top: [
        { value: "customer 1", count: 400 },
        { value: "customer 2", count: 100 },
        { value: "", count: 14 },
      ],
    },
    {
      column: "score",
      position: 2,
      type: "float64",
      rows: 600,
      missing: 0,
      distinct: 600,
      min: 0,
      max: 8.4285714,
      mean: 4.2142857,
      q25: 2.1428571,
      median: 4.2857142,
      q75: 6.2857142,
      bars: Array.from({ length: 20 }, (_, at) => ({
        low: at / 2,
        high: (at + 1) / 2,
        count: Math.round(90 * Math.exp(-((at - 8) ** 2) / 20)),
      })),
    },
  ],
};
const profiled = [...output("table", { table: { columns, rows, offset: 0, total: 600, index: 1 } }), profile] as const;

const named = Array.from({ length: 500 }, (_, at) => ({ name: `measure_${at}`, type: at % 3 ? "float64" : "int64" }));
const wide = [
  ...output("table", {
    table: {
      columns: [{ name: "", type: "int64" }, ...named.slice(0, 100)],
      rows: rows.map((_, at) => [at, ...named.slice(0, 100).map((_column, place) => at * place)]),
      offset: 0,
      total: 60,
      index: 1,
      width: 500,
      first_column: 0,
    },
  }),
  {
    type: "columns",
    columns: {
      columns: [{ name: "", type: "int64" }, ...named],
      index: 1,
      drift: {
        run: { ...run, name: "first", short: "first" },
        added: ["measure_1"],
        removed: ["plan"],
        changed: [{ name: "measure_2", before: "int64", after: "float64" }],
      },
    },
  },
  {
    type: "newest",
    newest: { path: { ...path, run: "weekly" }, run: { ...run, name: "weekly", short: "weekly" } },
    follow: null,
  },
] as const;

export const VIEWS: readonly (readonly [view: string, messages: readonly object[]])[] = [
  ["table", output("table", { table: { columns, rows, offset: 0, total: 600, index: 1 }, text: "Not all of it." })],
  ["profiles", profiled],
  ["columns", wide],
  [
    "array",
    output("array", {
      shape: [60, 3],
      dtype: "float64",
      statistics: { mean: 1.2345678 },
      table: { columns: columns.map(({ name }) => ({ name })), rows: rows.map((row) => row.map(Number)), total: 60 },
    }),
  ],
  [
    "heat map",
    [
      ...output("array", {
        shape: [4, 60, 90],
        dtype: "float64",
        slices: [0],
        statistics: { min: -1, max: 1, mean: 0.1 },
        table: { columns: columns.map(({ name }) => ({ name })), rows: rows.map((row) => row.map(Number)), total: 60 },
      }),
      {
        type: "overview",
        view: { region: [0, 60, 0, 90], slices: [0] },
        overview: {
          region: [0, 60, 0, 90],
          row_step: 1,
          column_step: 1,
          rows: rows.map((_, y) =>
            Array.from({ length: 90 }, (_each, x) => (x + y < 6 ? null : Math.sin(x / 9) * Math.cos(y / 11))),
          ),
        },
      },
    ],
  ],
  [
    "line",
    [
      ...output("array", {
        shape: [4000],
        dtype: "float64",
        table: { columns: [{ name: "value" }], rows: rows.map(([at]) => [at]), total: 4000 },
      }),
      {
        type: "overview",
        view: { region: [0, 4000, 0, 1], slices: [] },
        overview: {
          region: [0, 4000, 0, 1],
          row_step: 10,
          rows: Array.from({ length: 400 }, (_, at) => [Math.sin(at / 30) - at / 900, Math.sin(at / 30) + at / 900]),
        },
      },
    ],
  ],
  ["number", output("json", { value: 0.93 })],
  [
    "JSON",
    output("json", {
      value: { solver: "adam", layers: [64, 32], deep: { on: true, off: null }, a: 1, b: 2, c: 3, d: 4 },
    }),
  ],
  ["text", output("text", { text: "A line\n".repeat(80), truncated: true })],
  [
    "Markdown",
    output("markdown", {
      text: "# Report\n\nSome `code`, a [link](https://example.org).\n\n| a | b |\n|-|-|\n| 1 | 2 |\n\n> quoted\n\n```\nx = 1\n```\n",
    }),
  ],
  ["HTML", output("html", { text: "<h1>Report</h1>" })],
  ["picture", output("image", { image: { mime: "image/png", data: pixel, width: 1, height: 1 } })],
  ["pickle", output("pickle", { text: "sklearn.linear_model.LogisticRegression", advice: "It is never loaded." })],
  [
    "in Python",
    [
      ...output("pickle", { text: "sklearn.linear_model.LogisticRegression" }),
      {
        type: "loaded",
        answer: {
          title: "predictions",
          path,
          value: {
            type: "sklearn.linear_model._logistic.LogisticRegression",
            repr: "LogisticRegression(C=0.1)",
            html: "<b>LogisticRegression</b>",
            picture: { mime: "image/png", data: pixel, width: 1, height: 1 },
            describe: "count 3\nmean  2",
            notes: ["The repr has 300,000 characters. The first 100,000 are shown."],
          },
        },
      },
    ],
  ],
  ["files", output("files", { files: [{ path: "model/weights.bin", size: 1_230_000 }], text: "Not read." })],
  ["problem", output("problem", { text: "The file is gone.", advice: "Run the pipeline again." })],
  [
    "run",
    [
      {
        type: "run",
        page: {
          title: "nightly",
          subtitle: "",
          path: run.path,
          run,
          loading: false,
          steps: tones.map((tone) => ({
            ...step,
            name: `step_${tone}`,
            status: tone,
            tone,
            entrypoint: "function",
            ...(tone === "failed" ? { failure } : {}),
          })),
          runs: [run, { ...run, name: "first", short: "first", path: { run: "first" } }],
        },
      },
      log,
    ],
  ],
  [
    "tabs",
    [
      {
        type: "reading",
        reading: {
          title: "predictions",
          subtitle: "",
          path,
          output: { uri: "/store/predictions" },
          run,
          step,
          preview: { kind: "json", summary: "0.93", value: 0.93 },
          visualizations: [{ kind: "html", name: "report.html" }],
          metadata: [{ name: "rows", value: "150" }],
        },
      },
    ],
  ],
  ["trouble", [{ type: "trouble", trouble: { problem: "The history has no such run.", advice: "There are: a, b" } }]],
];
