/** From the code to all runs of a pipeline, and to what differs between two of them, in real VS Code. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { picture } from "../shared/pictures.ts";
import { openSample } from "./sample.ts";

const EDITOR = ".part.editor";

describe("the runs of a pipeline", { timeout: 300_000 }, () => {
  const { vscode } = openSample();

  it("are a table with a chart, one command away from the code", async () => {
    await vscode.openFile("report.py");
    await vscode.lenses.first().waitFor();
    await vscode.goTo(6, 36);
    await vscode.run("Pipesight: Show Runs");
    const page = await vscode.webview(".runs-grid");
    const names = await page.locator("tbody th").allInnerTexts();
    assert.equal(names.length, 4);
    assert.equal(names[2], "weak_model");
    const heads = await page.locator("thead .column-name").allInnerTexts();
    for (const name of ["status", "strength", "accuracy"]) assert.ok(heads.includes(name), name);
    await page.locator(".chart canvas").waitFor();
    await picture(vscode.page, "runs", EDITOR);
  });

  it("are filtered by a condition on a number", async () => {
    const page = await vscode.webview(".runs-grid");
    await page.locator("input[type=search]").fill("accuracy < 0.9");
    await page.locator("tbody th", { hasText: "first_training" }).waitFor({ state: "detached" });
    assert.deepEqual(await page.locator("tbody th").allInnerTexts(), ["weak_model"]);
    await page.locator("input[type=search]").fill("");
    await page.locator("tbody th", { hasText: "first_training" }).waitFor();
  });

  it("are compared when two of them are selected", async () => {
    const page = await vscode.webview(".runs-grid");
    for (const at of [2, 3]) await page.locator("tbody input").nth(at).check();
    await page.locator("button", { hasText: "Compare" }).click();
    const compared = await vscode.webview(".comparison");
    const rows = await compared.locator("tbody th[scope=row]").allInnerTexts();
    assert.ok(rows.includes("train.strength"), rows.join(", "));
    await picture(vscode.page, "runs-compared", EDITOR);
  });
});
