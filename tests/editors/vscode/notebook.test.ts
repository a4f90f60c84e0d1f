/** The features in the cells of a notebook, in real VS Code without Jupyter. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { before, describe, it } from "node:test";
import { picture } from "../shared/pictures.ts";
import { openSample } from "./sample.ts";

const cell = (type: "code" | "markdown", source: string): object => ({
  cell_type: type,
  metadata: {},
  source: source.split(/(?<=\n)/),
  ...(type === "code" ? { execution_count: null, outputs: [] } : {}),
});

const notebook = {
  cells: [
    cell("markdown", "# The last training"),
    cell("code", 'from zenml.client import Client\n\nlast_run = Client().get_pipeline("training_pipeline").last_run'),
    cell("code", 'accuracy = last_run.steps["train"].outputs["accuracy"][0].load()'),
  ],
  metadata: { language_info: { name: "python" } },
  nbformat: 4,
  nbformat_minor: 5,
};

describe("a person with a notebook", { timeout: 600_000 }, () => {
  const { folder, vscode } = openSample();
  writeFileSync(path.join(folder, "look.ipynb"), JSON.stringify(notebook));

  before(() => vscode.openFile("look.ipynb"));

  it("sees lenses in the cells", async () => {
    await vscode.lenses.filter({ hasText: "accuracy: 0.9889" }).waitFor();
  });

  it("is offered names that depend on the cell before", async () => {
    await vscode.page.locator(".notebook-editor .code-cell-row").nth(1).locator(".view-line").first().click();
    await vscode.page.keyboard.press("Control+End");
    await vscode.page.keyboard.press("Enter");
    await vscode.page.keyboard.type('score = last_run.steps["', { delay: 30 });
    await vscode.suggestions.filter({ hasText: "evaluate" }).waitFor();
    const names = await vscode.suggestions.locator(".label-name").allInnerTexts();
    assert.deepEqual([...names].sort(), ["evaluate", "load_data", "train"]);
    await picture(vscode.page, "notebook", ".part.editor");
    await vscode.page.keyboard.press("Escape");
  });

  it("opens the panel by a lens", async () => {
    await vscode.lenses.filter({ hasText: "accuracy: 0.9889" }).click();
    const panel = await vscode.webview(".scalar");
    assert.equal(await panel.locator(".scalar").innerText(), "0.9889");
  });
});
