/** Names in code in real VS Code: completion, diagnostics, quick fixes, and the way to the history and back. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { before, describe, it } from "node:test";
import { picture } from "../shared/pictures.ts";
import { python } from "../shared/project.ts";
import { openSample } from "./sample.ts";

const EDITOR = ".part.editor";
const MISSPELT = `"""Is the model of the first training still good?"""

from zenml.client import Client

client = Client()
run = client.get_pipeline_run("first_training")

model = run.steps["train"].outputs["modle"][0].load()
score = run.steps["evalute"].outputs["score"][0].load()
`;

describe("a person between the code and the history", { timeout: 600_000 }, () => {
  const { folder, vscode } = openSample({
    settings: {
      "terminal.integrated.defaultProfile.linux": "plain",
      "terminal.integrated.profiles.linux": { plain: { path: "/bin/bash", args: ["--norc", "--noprofile"] } },
      "terminal.integrated.env.linux": { PATH: `${path.dirname(python)}:${process.env.PATH}`, PS1: "$ " },
      "terminal.integrated.gpuAcceleration": "off",
    },
  });
  mkdirSync(path.join(folder, ".vscode"));
  const configure = (settings: object): void => {
    writeFileSync(path.join(folder, ".vscode/settings.json"), JSON.stringify(settings));
  };
  writeFileSync(path.join(folder, "compare.py"), MISSPELT);

  before(async () => {
    await vscode.openFile("report.py");
    await vscode.lenses.filter({ hasText: "accuracy: 0.9" }).waitFor();
  });

  it("looks at the definition of a step from the code that reads it, and goes there", async () => {
    await vscode.goTo(8, 30);
    await vscode.run("Peek Definition");
    await vscode.peek.locator(".view-line", { hasText: "def train(" }).waitFor();
    await picture(vscode.page, "definition", EDITOR, 620);
    await vscode.page.keyboard.press("Escape");
    await vscode.peek.waitFor({ state: "hidden" });
    await vscode.page.keyboard.press("F12");
    await vscode.tab("pipelines.py").waitFor();
    await vscode.page.locator(".statusbar", { hasText: "Ln 28," }).waitFor();
  });

  it("sees every place that reads a step", async () => {
    await vscode.run("Peek References");
    for (const name of ["report.py", "inspect_run.py", "compare.py"]) await vscode.reference(name).waitFor();
    await vscode.reference("inspect_run.py").click();
    await vscode.reference("get_step(").waitFor();
    await vscode.reference("report.py").click();
    await vscode.reference("steps[").click();
    await vscode.peek.locator(".view-line", { hasText: "params = " }).waitFor();
    await picture(vscode.page, "references", EDITOR, 700);
    await vscode.page.keyboard.press("Escape");
    await vscode.peek.waitFor({ state: "hidden" });
  });

  it("searches the history by name", async () => {
    await vscode.page.keyboard.press("Control+T");
    await vscode.page.keyboard.type("train", { delay: 30 });
    for (const name of ["training_pipeline", "train", "first_training"])
      await vscode.quickPicks.filter({ hasText: name }).first().waitFor();
    await picture(vscode.page, "symbols", EDITOR, 220);
    await vscode.quickPicks.filter({ hasText: "first_training" }).first().click();
    await vscode.tab("first_training").waitFor();
    await vscode.run("View: Close All Editors");
  });

  it("sees hints alone where lenses are switched off", async () => {
    await vscode.openFile("report.py");
    await vscode.lenses.first().waitFor();
    await vscode.goTo(1, 1);
    configure({ "pipesight.codeLens.enabled": false });
    await vscode.lenses.first().waitFor({ state: "detached" });
    await vscode.line("accuracy =").filter({ hasText: "= 0.9889" }).waitFor();
    await vscode
      .line("last_run =")
      .filter({ hasText: /\d{4}-\d\d-\d\d\s\d\d:\d\d/ })
      .waitFor();
    await picture(vscode.page, "inlay-hints", EDITOR, 350);
    configure({});
    await vscode.lenses.first().waitFor();
  });

  it("is offered to write down the run that an index is now", async () => {
    await vscode.goTo(6, 58);
    await vscode.page.keyboard.press("Control+.");
    await vscode.actions.filter({ hasText: "Use the run's name" }).waitFor();
    await picture(vscode.page, "code-actions", EDITOR);
    await vscode.page.keyboard.press("Escape");
  });

  it("opens the panel by the link in a hover", async () => {
    const hover = await vscode.rest(vscode.word("accuracy =", /^"accuracy"$/), "0.9889");
    await hover.locator("a", { hasText: "side panel" }).click();
    const panel = await vscode.webview(".scalar");
    assert.equal(await panel.locator(".scalar").innerText(), "0.9889");
    await vscode.page.keyboard.press("Control+1");
    await vscode.run("View: Close Editors in Other Groups");
  });

  it("checks all files in the terminal", async () => {
    await vscode.openFile("compare.py");
    await vscode.page.keyboard.press("Control+B");
    await vscode.run("Terminal: Create New Terminal");
    const terminal = vscode.page.locator(".terminal.xterm .xterm-rows");
    const prompt = terminal.getByText("$", { exact: true });
    await prompt.waitFor();
    await vscode.page.keyboard.type("pipesight check . --source history\n");
    await terminal.getByText("Did you mean 'evaluate'?").waitFor();
    await prompt.waitFor();
    await vscode.sized(1400, 560, () => picture(vscode.page, "check"));
    await vscode.run("Terminal: Kill All Terminals");
    await terminal.waitFor({ state: "detached" });
    await vscode.page.keyboard.press("Control+B");
    await vscode.page.keyboard.press("Control+1");
  });

  it("sees what is wrong with a name, and takes the quick fix", async () => {
    await vscode.openFile("compare.py");
    await vscode.page.locator(".squiggly-warning").nth(1).waitFor();
    await vscode.goTo(9, 18);
    await vscode.page.keyboard.press("Alt+F8");
    const problem = vscode.page.locator(".marker-widget", {
      hasText: "has no step 'evalute'. Did you mean 'evaluate'?",
    });
    await problem.waitFor();
    await picture(vscode.page, "diagnostics", EDITOR, 330);
    await vscode.page.keyboard.press("Escape");
    await problem.waitFor({ state: "hidden" });
    await vscode.page.keyboard.press("Control+.");
    await vscode.actions.filter({ hasText: "evaluate" }).first().waitFor();
    await picture(vscode.page, "quick-fix", EDITOR, 320);
    await vscode.page.keyboard.press("Enter");
    await vscode.line('run.steps["evaluate"]').waitFor();
    await vscode.page.keyboard.press("Control+S");
  });

  const rename = async (name: string, other: string): Promise<void> => {
    await vscode.page.keyboard.press("F2");
    const box = vscode.page.locator(".rename-box input");
    await box.waitFor();
    assert.equal(await box.inputValue(), name);
    await box.fill(other);
    await box.press("Enter");
  };

  it("is told why the name of a function is not renamed in quotes", async () => {
    await vscode.goTo(8, 23);
    await rename("train", "fit");
    await vscode.page.locator(".notification-toast", { hasText: "'train' is the name of a function" }).waitFor();
    await vscode.run("Notifications: Clear All Notifications");
  });

  it("renames an output wherever it is read", async () => {
    await vscode.goTo(9, 42);
    await rename("score", "quality");
    await vscode.line('run.steps["evaluate"].outputs["quality"]').waitFor();
    await vscode.openFile("pipelines.py");
    await vscode.line('"quality"').waitFor();
  });
});
