/** Panels stay when the server or the window ends: no error message and no outdated content, in real VS Code. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openSample } from "./sample.ts";

describe("panels", { timeout: 300_000 }, () => {
  const { vscode, signal } = openSample();
  const messages = (): Promise<string[]> => vscode.page.locator(".notification-list-item").allInnerTexts();

  it("read again what a server did not answer before it ended", async () => {
    await vscode.openFile("report.py");
    await vscode.lenses.first().waitFor();
    await vscode.goTo(6, 36); // inside the name of the pipeline
    await vscode.run("Pipesight: Show Runs");
    const runs = await vscode.webview(".runs-grid tbody th");
    await vscode.openFile("report.py");
    signal("SIGSTOP");
    await vscode.run("Pipesight: Compare Runs");
    const compared = await vscode.webview(".loading:text-is('Comparing the runs…')");
    signal("SIGKILL"); // VS Code starts another one
    await compared.locator(".comparison tbody th").first().waitFor();
    assert.equal(await runs.locator("tbody th").count(), 4);
    assert.equal(await runs.locator("[role=alert]").count(), 0);
    assert.deepEqual(await messages(), []);
  });

  it("come back after the window is reloaded, and after one of them was dragged to another group", async () => {
    await vscode.run("View: Move Editor into Next Group");
    await vscode.webview(".comparison tbody th");
    await vscode.reload();
    await vscode.webview(".comparison tbody th");
    await vscode.page.locator(".tab", { hasText: "training_pipeline" }).first().click();
    const runs = await vscode.webview(".runs-grid tbody th");
    assert.equal(await runs.locator("tbody th").count(), 4);
    assert.deepEqual(await messages(), []);
  });
});
