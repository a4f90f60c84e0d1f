/** The settings of a folder have no effect until the user trusts the folder. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openSample } from "./sample.ts";

describe("a folder that is not trusted", { timeout: 600_000 }, () => {
  const { vscode } = openSample({
    trust: true,
    settings: { "security.workspace.trust.startupPrompt": "always" },
  });

  it("does not say where the history is", async () => {
    const dialog = vscode.page.locator(".monaco-dialog-box");
    await dialog.getByText(/^No, /).first().click();
    await dialog.waitFor({ state: "hidden" });
    await vscode.activity("Pipesight").click();
    const welcome = vscode.page.locator(".sidebar .welcome-view-content");
    await welcome.filter({ hasText: "This folder is not trusted" }).waitFor();
    assert.equal(await vscode.treeRow("pipeline training_pipeline").count(), 0);
  });

  it("does so once it is trusted", async () => {
    await vscode.page.locator(".sidebar .welcome-view-content .monaco-button", { hasText: "Manage Trust" }).click();
    const editor = vscode.page.locator(".workspace-trust-editor");
    await editor
      .getByText(/^Trust$/)
      .first()
      .click();
    await editor
      .getByText(/You trust this folder/i)
      .first()
      .waitFor();
    await vscode.treeRow("pipeline training_pipeline").waitFor();
  });
});
