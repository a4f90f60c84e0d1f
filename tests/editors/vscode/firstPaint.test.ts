/** A new panel shows the names of the output before the server has read anything. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, describe, it, type TestContext } from "node:test";
import type { Frame } from "playwright-core";
import { picture } from "../shared/pictures.ts";
import { python } from "../shared/project.ts";
import { openSample } from "./sample.ts";

/** The time at which a page is made and that of its first text or picture, in milliseconds since 1970. */
function painted(frame: Frame): Promise<{ made: number; painted: number }> {
  return frame.evaluate(async () => {
    for (;;) {
      const [entry] = performance.getEntriesByName("first-contentful-paint");
      const made = performance.timeOrigin;
      if (entry) return { made, painted: made + entry.startTime };
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
}

describe("the first panel of a window", { timeout: 300_000 }, () => {
  const place = mkdtempSync(path.join(os.tmpdir(), "pipesight reader "));
  const [interpreter, start] = ["python", "start"].map((name) => path.join(place, name)) as [string, string];
  // A Python whose reader of outputs waits until the test lets it start.
  const wait = `[ "$1" != -E ] || while [ ! -e '${start}' ]; do sleep 0.05; done`;
  writeFileSync(interpreter, `#!/bin/sh\n${wait}\nexec '${python}' "$@"\n`, { mode: 0o755 });
  const { folder, vscode, signal } = openSample({ machine: { "pipesight.interpreter": interpreter } });
  writeFileSync(path.join(folder, "notes.md"), "# Notes\n");

  after(() => {
    rmSync(place, { recursive: true });
  });

  /** Open a panel, and say how long it stayed white. */
  const measure = async (
    context: TestContext,
    what: string,
    marker: string,
    open: () => Promise<void>,
  ): Promise<Frame> => {
    const began = Date.now();
    await open();
    const frame = await vscode.webview(marker);
    const { made, painted: at } = await painted(frame);
    const words = `${(at - began).toFixed(0)} ms after the click, ${(at - made).toFixed(0)} ms after the page was made`;
    context.diagnostic(`${what}: first text ${words}`);
    return frame;
  };

  it("shows the names of an output while the output is still to be read", async (context) => {
    await vscode.activity("Pipesight").click();
    for (const label of ["pipeline training_pipeline", "run first_training", "step train,"]) await vscode.unfold(label);
    const params = vscode.treeRow("output params");
    await params.waitFor();

    const panel = await measure(context, "panel", ".skeleton", () => params.click());
    assert.deepEqual(await panel.locator(".path li").allInnerTexts(), [
      "training_pipeline",
      "first_training",
      "train",
      "params",
    ]);
    assert.equal(await panel.locator(".loading").innerText(), "Reading params…");
    assert.equal(await vscode.tab("params").count(), 1);
    await picture(vscode.page, "panel-skeleton");
    writeFileSync(start, "");
    await panel.locator(".json-view").waitFor();
    assert.equal(await panel.locator(".skeleton").count(), 0);

    await vscode.activity("Explorer").click();
    await vscode.openFile("notes.md");
    await measure(context, "Markdown preview of VS Code", "h1:text('Notes')", () =>
      vscode.run("Markdown: Open Preview to the Side"),
    );
  });

  it("shows that runs are read and compared while the server does not answer", async (context) => {
    /** The server can answer only once the page was on the screen. */
    const openAndRead = async (
      what: string,
      marker: string,
      words: string,
      open: () => Promise<void>,
    ): Promise<void> => {
      signal("SIGSTOP");
      const frame = await measure(context, what, `.loading:text-is("${words}")`, open);
      signal("SIGCONT");
      await frame.locator(marker).first().waitFor();
      assert.equal(await frame.locator(".skeleton").count(), 0);
    };
    await vscode.openFile("report.py");
    await vscode.lenses.first().waitFor();
    await vscode.goTo(6, 36); // inside the name of the pipeline
    await openAndRead("runs", ".runs-grid tbody th", "Reading the runs…", () => vscode.run("Pipesight: Show Runs"));
    await vscode.openFile("report.py");
    await openAndRead("comparison", ".comparison tbody th", "Comparing the runs…", () =>
      vscode.run("Pipesight: Compare Runs"),
    );
  });
});
