/** The changes between two runs in real VS Code: pictures and the source of a step, by keyboard alone, and in hovers. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { picture } from "../shared/pictures.ts";
import { python } from "../shared/project.ts";
import { openSample } from "./sample.ts";

const EDITOR = ".part.editor";

/** Give the first report another picture and another source of its step `draw`. */
const CHANGE = `
import sqlite3, sys
from pathlib import Path
from PIL import Image
with sqlite3.connect(next(Path(sys.argv[1]).rglob("zenml.db"))) as database:
    (folder,) = database.execute(
        "SELECT uri FROM artifact_version WHERE uri LIKE '%/scatter/%' ORDER BY created LIMIT 1"
    ).fetchone()
    database.execute(
        "UPDATE step_run SET source_code = replace(source_code, '250, 250, 250', '40, 44, 52') WHERE name = 'draw'"
        " AND pipeline_run_id = (SELECT id FROM pipeline_run WHERE name = 'first_report')"
    )
for file in Path(folder).iterdir():
    Image.new("RGB", (360, 240), (40, 44, 52)).save(file)
`;

describe("what changed between two runs", { timeout: 300_000 }, () => {
  const sample = openSample();
  const { folder, vscode } = sample;
  execFileSync(python, ["-c", CHANGE, folder]);

  it("is shown since the last success of the pipeline, with both pictures under a slider", async () => {
    await vscode.openFile("report.py");
    await vscode.lenses.first().waitFor();
    await vscode.goTo(12, 36); // inside the name of the pipeline
    await vscode.run("Pipesight: Compare Runs");
    const page = await vscode.webview(".comparison .picture-slider");
    const share = page.locator(".picture-slider input");
    await share.scrollIntoViewIfNeeded();
    const clip = (): Promise<string> =>
      page.locator(".pictures .over").evaluate((over) => getComputedStyle(over).clipPath);
    const half = await clip();
    await share.fill("80");
    assert.notEqual(await clip(), half);
    await share.press("Home");
    assert.equal(await share.inputValue(), "0");
    await share.fill("50");
    await picture(vscode.page, "runs-pictures", EDITOR, 620);
  });

  it("includes the source of a step as it ran, in the diff editor", async () => {
    const page = await vscode.webview(".comparison");
    await page.locator("[title='Compare the source in the diff editor']").first().click();
    await vscode.tab("draw: first_report ↔ broken_report").waitFor();
    const diff = vscode.page.locator(".monaco-diff-editor");
    await diff.locator(".original .view-line", { hasText: /40,\s44,\s52/ }).waitFor();
    await diff.locator(".modified .view-line", { hasText: /250,\s250,\s250/ }).waitFor();
    await diff.locator(".mtk5, .mtk6, .mtk8").first().waitFor(); // colored as Python
    await picture(vscode.page, "runs-source", EDITOR);
    await vscode.run("View: Close Editors in Other Groups");
    await vscode.run("View: Close All Editors");
  });

  it("is drawn in the hover of a number as a line over its runs", async () => {
    await vscode.openFile("report.py");
    await vscode.lenses.filter({ hasText: "accuracy: 0.9" }).waitFor();
    const hover = await vscode.rest(vscode.word("accuracy =", /^"accuracy"$/), "0.9889");
    const line = hover.locator("img");
    await line.first().waitFor();
    const width = (image: Element): number => (image as HTMLImageElement).naturalWidth;
    assert((await line.first().evaluate(width)) > 0);
    await sample.picture("hover-line", EDITOR, 520);
  });

  it("is reached by the keyboard alone: from the code to the panel, and back", async () => {
    const { keyboard } = vscode.page;
    await vscode.page.mouse.move(5, 5);
    await vscode.goTo(8, 58); // inside the name of an output
    await keyboard.press("Control+Alt+H");
    await keyboard.press("o");
    const panel = await vscode.webview(".scalar");
    await panel.waitForFunction(() => document.hasFocus());
    await keyboard.press("Tab");
    assert.notEqual(await panel.evaluate(() => document.activeElement?.tagName), "BODY");
    await keyboard.press("Control+1");
    await vscode.page.waitForFunction(() => document.activeElement?.closest(".monaco-editor") !== null);
    await keyboard.type("#");
    await vscode.line("#").waitFor();
  });

  it("is summed up in the tooltips of the tree", async () => {
    await vscode.page.keyboard.press("Control+Z");
    await vscode.activity("Pipesight").click();
    await vscode.unfold("pipeline report_pipeline");
    const failed = await vscode.rest(vscode.treeRow("run broken_report"), "The report's template is missing");
    assert.match(await failed.first().innerText(), /failed/);
    const pipeline = await vscode.rest(vscode.treeRow("pipeline training_pipeline"), "weak_model");
    assert.match(await pipeline.first().innerText(), /4 runs/);
    await picture(vscode.page, "tree-tooltip");
  });
});
