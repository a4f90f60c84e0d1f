/** A folder that is not trusted: its settings decide nothing until it is. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { python, sampleProject, vsix } from "../shared/project.ts";
import { type CodeServer, startCodeServer } from "./codeServer.ts";
import { Workbench } from "./workbench.ts";

describe("a folder that is not trusted", { timeout: 600_000 }, () => {
  const project = sampleProject();
  let server: CodeServer | undefined;
  let vscode: Workbench;

  before(async () => {
    server = await startCodeServer({
      vsix: vsix(),
      trust: true,
      settings: { "security.workspace.trust.startupPrompt": "always" },
      machine: { "pipesight.interpreter": python },
    });
    vscode = await Workbench.open(server, project.folder);
  });

  after(async () => {
    await vscode.close();
    await server?.stop();
    project.remove();
  });

  it("does not say where the history is", async () => {
    const dialog = vscode.page.locator(".monaco-dialog-box");
    await dialog.getByText(/^No, /).first().click();
    await dialog.waitFor({ state: "hidden" });
    await vscode.activity("Pipesight").click();
    await vscode.page.locator(".sidebar .welcome-view-content", { hasText: "No runs yet" }).waitFor();
    assert.equal(await vscode.treeRow("pipeline, training_pipeline").count(), 0);
  });

  it("does so once it is trusted", async () => {
    await vscode.run("Workspaces: Manage Workspace Trust");
    const editor = vscode.page.locator(".workspace-trust-editor");
    await editor
      .getByText(/^Trust$/)
      .first()
      .click();
    await editor
      .getByText(/You trust this folder/i)
      .first()
      .waitFor();
    await vscode.treeRow("pipeline, training_pipeline").waitFor();
  });
});
