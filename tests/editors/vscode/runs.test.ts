/** The table of runs and the comparison of two runs, opened from the code in real VS Code. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Locator } from "playwright-core";
import { openSample } from "./sample.ts";

const EDITOR = ".part.editor";
/** A picture with the chart and the table below it. */
const TALL = 720;

describe("the runs of a pipeline", { timeout: 300_000 }, () => {
  const sample = openSample();
  const { vscode } = sample;
  const tab = (title: string): Locator => vscode.page.locator(".tab", { hasText: title }).first();

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
    await sample.picture("runs", EDITOR, TALL);
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
    const changes = compared.locator(".value-details summary");
    await changes.filter({ hasText: "5 of 9 numbers differ" }).waitFor();
    assert.equal(await changes.filter({ hasText: "1 value changed" }).count(), 1);
    await changes.filter({ hasText: "1 value changed" }).click();
    await compared.locator(".value-details td", { hasText: "0.001" }).first().waitFor();
    await compared
      .locator(".grid")
      .first()
      .evaluate((grid) => {
        grid.scrollTop = 0;
      });
    await sample.picture("runs-compared", EDITOR, TALL);
  });

  it("tell what moved a number, from the head of its column", async () => {
    await tab("training_pipeline").click();
    const page = await vscode.webview(".runs-grid");
    await page.locator("thead .icon-button[title='What moved train.accuracy?']").click();
    await page.locator(".moves li", { hasText: "train.strength: 1.0 → 0.001" }).first().waitFor();
    await sample.picture("runs-moved", EDITOR, TALL);
    await page.locator(".moves-head .icon-button").click();
  });

  it("tell what moved a number, from a point of the chart", async () => {
    const page = await vscode.webview(".runs-grid");
    const chart = page.locator(".chart .u-over");
    const menu = page.locator(".point-menu");
    const tabs = await vscode.page.locator(".tab").count();
    await chart.click({ button: "right" });
    await menu.locator("button", { hasText: "Open" }).waitFor();
    await vscode.page.keyboard.press("Escape");
    await menu.waitFor({ state: "detached" });
    await chart.click({ button: "right" });
    await menu.waitFor();
    await chart.click({ position: { x: 5, y: 5 } });
    await menu.waitFor({ state: "detached" });
    await chart.click({ button: "right" });
    await menu.locator("button", { hasText: "What moved" }).first().click();
    await page.locator(".moves h2").waitFor();
    assert.equal(await menu.count(), 0);
    assert.equal(await vscode.page.locator(".tab").count(), tabs, "a click that closes the menu opens no run");
    await page.locator(".moves-head .icon-button").click();
  });

  it("are compared since the last success by a code action", async () => {
    await tab("report.py").click();
    await vscode.goTo(6, 45);
    await vscode.page.keyboard.press("Control+.");
    await vscode.actions.filter({ hasText: "What changed since the last successful run?" }).first().click();
    await vscode.webview(".comparison");
  });
});
