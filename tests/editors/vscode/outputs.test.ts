/** What a person does with outputs in real VS Code: sorts, searches and copies a table, compares two runs; and the sample. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { failure, picture } from "../shared/pictures.ts";
import { python, sampleProject, vsix } from "../shared/project.ts";
import { type CodeServer, startCodeServer } from "./codeServer.ts";
import { Workbench } from "./workbench.ts";

const EDITOR = ".part.editor";
/** The second group of editors, where the panel is. */
const PANEL = ".part.editor .split-view-view:nth-child(2) .editor-group-container";

describe("a person with an output", { timeout: 600_000 }, () => {
  const project = sampleProject();
  let server: CodeServer | undefined;
  let vscode: Workbench;

  before(async () => {
    server = await startCodeServer({ vsix: vsix(), machine: { "pipesight.interpreter": python } });
    vscode = await Workbench.open(server, project.folder, { width: 1400, height: 620 });
  });

  afterEach(async (context) => {
    if (!("passed" in context) || context.passed !== false) return;
    await failure(vscode.page, context.name);
    console.error(server?.log());
  });

  after(async () => {
    await vscode.close();
    await server?.stop();
    project.remove();
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
    await panel.locator("input[type=search]").pressSequentially("virg");
    await panel.locator(".range", { hasText: "20 rows found" }).waitFor();
    const lengths = await column();
    assert.deepEqual(
      lengths,
      lengths.toSorted((one, other) => other - one),
    );
    assert.equal(await panel.locator("input[type=search]").inputValue(), "virg");
    await picture(vscode.page, "panel-table", PANEL, 620);
    await vscode.page.keyboard.press("Control+B");
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
    await picture(vscode.page, "compare", EDITOR);
  });

  it("opens the sample where there is no history", async () => {
    const empty = mkdtempSync(path.join(os.tmpdir(), "pipesight empty "));
    writeFileSync(path.join(empty, "main.py"), "");
    try {
      assert(server);
      const other = await Workbench.open(server, empty);
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
