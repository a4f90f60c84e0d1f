/** Measures the page of runs in headless Chromium: 10,000 runs in the table, a sort, and a chart of 10,000 points. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { launch } from "./browser.ts";

const RUNS = 10_000;
const FIRST = 500;
const ROUNDS = 7;
const DIST = path.resolve(import.meta.dirname, "../../../vscode-extension/dist");

interface Measured {
  readonly rows: number;
  readonly sort: number;
  readonly chart: number;
  readonly floor: number;
}

/** Runs in the page. Every time ends with the frame that shows the result. */
function measure([runs, first]: [number, number]): Promise<Measured> {
  const columns = ["fit.rate", "fit.rows", "fit.loss", "fit.accuracy"].map((name, at) => ({
    name,
    group: at < 2 ? "parameter" : "metric",
  }));
  const row = (at: number): object => ({
    name: `training-${at}`,
    short: `…${at}`,
    status: at % 17 ? "completed" : "failed",
    tone: at % 17 ? "passed" : "failed",
    start: new Date(Date.UTC(2026, 0, 1) + (runs - at) * 60_000).toISOString(),
    seconds: at % 90,
    values: [at % 7, at % 101, Math.sin(at / 50), Math.cos(at / 80)],
  });
  const page = (offset: number, end: number): object => ({
    title: "training",
    path: { pipeline: "training" },
    columns,
    rows: Array.from({ length: end - offset }, (_, at) => row(offset + at)),
    offset,
    total: runs,
  });
  const frame = (): Promise<number> =>
    new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))));
  const send = (message: object): Promise<void> =>
    new Promise((resolve) => {
      window.addEventListener("message", () => setTimeout(resolve), { once: true });
      window.postMessage(message, "*");
    });
  const timed = async (act: () => unknown): Promise<number> => {
    await frame();
    const began = performance.now();
    await act();
    document.body.getBoundingClientRect();
    return (await frame()) - began;
  };
  return (async () => {
    const firstPage = { type: "runs", page: page(0, first) };
    const rows = await timed(() => send(firstPage));
    await send({ type: "runs", page: page(first, runs) });
    const head = [...document.querySelectorAll<HTMLElement>("thead .sort")].find((each) =>
      each.title.startsWith("fit.loss"),
    );
    if (!head) throw new Error("There is no column fit.loss");
    const sort = await timed(() => head.click());
    const over = [...document.querySelectorAll("select")].at(1);
    const chart = await timed(() => {
      if (!over) throw new Error("There is no chart");
      over.value = "start";
      over.dispatchEvent(new Event("change"));
    });
    const markup = document.querySelector(".runs-grid table")?.outerHTML;
    if (!markup) throw new Error("There is no table");
    const place = document.body.appendChild(document.createElement("div"));
    const floor = await timed(() => {
      place.innerHTML = markup;
    });
    return { rows, sort, chart, floor };
  })();
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

const browser = await launch();
try {
  const script = readFileSync(path.join(DIST, "runs.js"), "utf8");
  const style = readFileSync(path.join(DIST, "runs.css"), "utf8");
  const all: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
    await page.setContent(`<style>html, body { height: 100% }${style}</style><div id="app"></div>`);
    await page.evaluate("window.acquireVsCodeApi = () => ({ postMessage() {}, setState() {} })");
    await page.evaluate(script);
    all.push(await page.evaluate(measure, [RUNS, FIRST] as [number, number]));
    await page.close();
  }
  const medians = (["rows", "sort", "chart", "floor"] as const).map((name) => [
    name,
    median(all.map((each) => each[name])),
  ]);
  console.log(JSON.stringify(Object.fromEntries(medians)));
} finally {
  await browser.close();
}
