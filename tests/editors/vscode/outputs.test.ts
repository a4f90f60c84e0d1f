/** Outputs in real VS Code: a table is sorted, searched and copied, two runs are compared, and the sample is opened. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, it } from "node:test";
import { picture } from "../shared/pictures.ts";
import { openSample } from "./sample.ts";

const EDITOR = ".part.editor";
/** The second group of editors, where the panel is. */
const PANEL = ".part.editor .split-view-view:nth-child(2) .editor-group-container";

describe("a person with an output", { timeout: 600_000 }, () => {
  const sample = openSample();
  const { folder, vscode, open } = sample;
  rmSync(path.join(folder, "pipelines.py")); // an output that code defines leads there instead of to its folder

  it("follows it to its folder, where no code here defines it", async () => {
    await vscode.openFile("inspect_run.py");
    await vscode.lenses.first().waitFor();
    await vscode.openFile("report.py"); // links are asked for when a file comes into sight
    await vscode.lenses.filter({ hasText: "accuracy: 0.9" }).waitFor();
    await vscode.rest(vscode.link("accuracy"), "Open the output's folder");
    await picture(vscode.page, "links", EDITOR);
  });

  it("sorts a table by a column, and finds rows in it", async () => {
    await vscode.openFile("inspect_run.py");
    await vscode.lenses.filter({ hasText: "test: " }).first().click();
    await vscode.page.keyboard.press("Control+B");
    const panel = await vscode.webview(".table-view");
    const column = (): Promise<number[]> =>
      panel
        .locator("tbody td:nth-child(4)")
        .allInnerTexts()
        .then((cells) => cells.map(Number));
    await panel.locator(".sort", { hasText: "petal length" }).click();
    await panel.locator("th[aria-sort=ascending]").waitFor();
    assert.deepEqual(
      await column(),
      (await column()).toSorted((one, other) => one - other),
    );
    await panel.locator(".sort", { hasText: "petal length" }).click();
    await panel.locator("th[aria-sort=descending]").waitFor();
    const search = panel.locator("[aria-label='Find in rows']");
    await search.pressSequentially("virg");
    await panel.locator(".range", { hasText: "20 rows found" }).waitFor();
    const lengths = await column();
    assert.deepEqual(
      lengths,
      lengths.toSorted((one, other) => other - one),
    );
    assert.equal(await search.inputValue(), "virg");
    await vscode.page.mouse.move(5, 5);
    await vscode.sized(1720, 620, () => sample.picture("panel-table", PANEL, 620));
    await vscode.page.keyboard.press("Control+B");
  });

  it("sees how the values of a column are distributed, and goes to a column by its name", async () => {
    const panel = await vscode.webview(".table-view");
    await panel.locator(".statistics .histogram").first().waitFor();
    await panel.locator("[aria-label='Show the distribution of petal length (cm).'], .summary").nth(2).click();
    await panel.locator(".column-detail h2", { hasText: "petal length" }).waitFor();
    await sample.picture("panel-column", PANEL, 620);
    await vscode.page.keyboard.press("Escape");
    await panel.locator(".column-detail").waitFor({ state: "detached" });
    await panel.locator(".columns-menu summary").click();
    await vscode.page.keyboard.type("species");
    await vscode.page.keyboard.press("Enter");
    await panel.locator("th:focus-within", { hasText: "species" }).waitFor();
  });

  it("pins the newest run, and lets it go", async () => {
    const panel = await vscode.webview(".table-view");
    const pin = panel.locator(".toolbar > [aria-label='Follow the newest run']");
    await pin.click();
    const stop = panel.locator("[aria-label='Stop following the newest run']");
    await stop.waitFor();
    assert.equal(await panel.locator(".newer").count(), 0);
    await stop.click();
    await pin.waitFor();
  });

  it("copies the rows", async () => {
    const panel = await vscode.webview(".table-view");
    await panel.locator("[aria-label='Copy these rows']").click();
    await vscode.page.locator(".statusbar", { hasText: "The rows are copied" }).waitFor();
    const copied = await vscode.page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied.split("\n").length, 22);
    assert.match(copied, /^\tsepal length \(cm\)\t.*\tspecies\n\d+\t[\d.]+\t.*virginica\n/);
  });

  it("compares a dictionary with that of another run", async () => {
    await vscode.openFile("report.py");
    await vscode.lenses.filter({ hasText: "params: dict" }).first().click();
    const panel = await vscode.webview(".json-view");
    await panel.locator("[aria-label='Compare with another run']").click();
    await vscode.pick("weak_model");
    await vscode.tab("params: weak_model ↔").waitFor();
    await vscode.page.locator(".diff-editor .line-delete, .monaco-diff-editor .char-delete").first().waitFor();
    const lines = await vscode.page.locator(".monaco-diff-editor .view-line").allInnerTexts();
    assert(lines.some((line) => /"C":\s0.001/.test(line)));
    await vscode.run("View: Close Editors in Other Groups");
    await vscode.page.keyboard.press("Control+B");
    await picture(vscode.page, "compare", EDITOR, 290);
    await vscode.page.keyboard.press("Control+B");
  });

  it("opens the sample where there is no history", async () => {
    const empty = mkdtempSync(path.join(os.tmpdir(), "pipesight empty "));
    writeFileSync(path.join(empty, "main.py"), "");
    try {
      const other = await open(empty);
      await other.activity("Pipesight").click();
      const opened = other.page.context().waitForEvent("page");
      await other.run("Pipesight: Open Sample Project");
      const page = await opened;
      await page.locator(".explorer-folders-view .monaco-list-row", { hasText: "inspect_run.py" }).waitFor();
      await other.close();
    } finally {
      rmSync(empty, { recursive: true, force: true });
    }
  });
});
