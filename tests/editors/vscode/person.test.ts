/** The main actions of the built extension in real VS Code, and what they show. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { picture } from "../shared/pictures.ts";
import { openSample } from "./sample.ts";

const EDITOR = ".part.editor";
/** The second group of editors, where the panel is. */
const PANEL = ".part.editor .split-view-view:nth-child(2) .editor-group-container";

describe("a person with the sample project", { timeout: 600_000 }, () => {
  const sample = openSample();
  const { vscode } = sample;

  it("sees above the code what happened in the runs", async () => {
    await vscode.openFile("report.py");
    for (const value of ["accuracy: 0.9", "HTML “Iris”"]) await vscode.lenses.filter({ hasText: value }).waitFor();
    const lenses = await vscode.lenses.allInnerTexts();
    assert.match(lenses.join("\n"), /completed .* ago · .* s[^]*page: HTML “Iris”/);
    await picture(vscode.page, "code-lens", EDITOR);
  });

  it("completes a step's name inside the string", async () => {
    await vscode.openFile("inspect_run.py");
    await vscode.lenses.first().waitFor();
    await vscode.goTo(9, 27);
    await vscode.page.keyboard.press("Control+Space");
    await vscode.suggestions.first().waitFor();
    const labels = await vscode.suggestions.locator(".label-name").allInnerTexts();
    assert.deepEqual(labels.slice(0, 3), ["load_data", "train", "evaluate"]);
    await picture(vscode.page, "completion", EDITOR);
    await vscode.page.keyboard.press("Escape");
  });

  it("is offered names while typing, and accepts one", async () => {
    await vscode.goTo(13, 200);
    await vscode.page.keyboard.press("Enter");
    await vscode.page.keyboard.type('score = newest.get_step("', { delay: 30 });
    await vscode.suggestions.filter({ hasText: "evaluate" }).waitFor();
    await vscode.page.keyboard.type("ev", { delay: 30 });
    await vscode.page.locator(".suggest-widget.visible .monaco-list-row.focused", { hasText: "evaluate" }).waitFor();
    await vscode.page.keyboard.press("Enter");
    await vscode.line('score = newest.get_step("evaluate")').waitFor();
    await vscode.page.keyboard.press("Control+Z");
    await vscode.run("File: Revert File");
    await vscode.line("score =").waitFor({ state: "hidden" });
  });

  it("rests the pointer on an output and sees its table", async () => {
    const last = vscode.word("test_set =", /^"test"$/);
    const hover = await vscode.rest(last, "petal");
    const link = hover.locator("a", { hasText: "side panel" });
    assert.equal(await link.count(), 1);
    assert((await hover.locator("table").count()) > 0);
    await vscode.page.mouse.move(5, 5);
    await hover.waitFor({ state: "hidden" });
    // VS Code gives a hover a quarter of the editor's height: here all of it is seen.
    await vscode.sized(1400, 1400, async () => {
      await vscode.rest(last, "petal");
      await picture(vscode.page, "hover", EDITOR);
      await vscode.page.mouse.move(5, 5);
      await hover.waitFor({ state: "hidden" });
    });
  });

  it("opens the table beside the code by its lens, and turns pages", async () => {
    await vscode.lenses.filter({ hasText: "test: " }).first().click();
    const panel = await vscode.webview(".table-view");
    assert.deepEqual(
      await panel
        .locator(".path li")
        .allInnerTexts()
        .then((names) => names.at(-1)),
      "test",
    );
    assert.match(await panel.locator(".range").innerText(), /60/);
    const cells = await panel.locator("tbody tr").first().locator("td").allInnerTexts();
    assert.equal(cells.length, 5);
    assert(
      cells.slice(0, 4).every((cell) => Number.isFinite(Number(cell))),
      cells.join(),
    );
    await vscode.page.keyboard.press("Control+B");
    await vscode.page.keyboard.press("Control+1");
    await vscode.page.keyboard.press("Control+Home");
    await vscode.page.mouse.move(5, 5);
    await vscode.sized(1720, 620, () => sample.picture("overview"));
    await vscode.page.keyboard.press("Control+B");
    const firstCells = cells.join();
    await panel.locator("[aria-label='Next rows']").click();
    await panel.locator(".range", { hasText: "51" }).waitFor();
    assert.notEqual((await panel.locator("tbody tr").first().locator("td").allInnerTexts()).join(), firstCells);
  });

  it("goes from the output to its run, and on to another output", async () => {
    const panel = await vscode.webview(".table-view");
    await panel.locator("[aria-label='Show the run']").click();
    await panel.locator(".run-view").waitFor();
    const lines = panel.locator("[role=option]");
    const names = await lines.evaluateAll((all) => all.map((line) => line.getAttribute("title")?.split(" · ")[0]));
    assert.deepEqual(names, ["The run", "load_data", "train", "evaluate"]);
    await lines.filter({ hasText: "evaluate" }).click();
    await panel.locator(".detail .link", { hasText: "confusion" }).waitFor();
    await sample.picture("panel-run", PANEL);
    await panel.locator(".detail .link", { hasText: "confusion" }).click();
    await panel.locator(".array-view").waitFor();
    assert.match(await panel.locator(".facts").innerText(), /3 × 3/);
    await sample.picture("panel-array", PANEL);
  });

  it("looks at the same output of an older run", async () => {
    const panel = await vscode.webview(".array-view");
    const chooser = panel.locator("select[aria-label=Run]");
    const before = await chooser.inputValue();
    await panel.locator("[aria-label='Older run']").click();
    await panel.waitForFunction((old) => document.querySelector("select")?.value !== old, before);
    await panel.locator(".array-view").waitFor();
  });

  it("sees a report in a frame that may do nothing", async () => {
    await vscode.openFile("report.py");
    await vscode.lenses.filter({ hasText: "page: HTML" }).click();
    const report = await vscode.webview("h1:text('Iris')");
    assert.equal(await report.evaluate(() => window.origin), "null");
    await sample.picture("panel-html", PANEL);
  });

  it("learns why the last run failed by one click on the code", async () => {
    await vscode.openFile("pipelines.py");
    await vscode.goTo(86, 1);
    await vscode.lenses.filter({ hasText: "last run failed" }).first().click();
    const panel = await vscode.webview(".failure");
    assert.match(await panel.locator(".failure").innerText(), /RuntimeError: The report's template is missing\./);
    await panel.locator(".detail", { hasText: "The log is gone" }).waitFor();
    await sample.picture("panel-failure", PANEL);
  });

  it("sees a number large, and a dictionary as a tree", async () => {
    await vscode.openFile("report.py");
    await vscode.lenses.filter({ hasText: "accuracy: 0.9" }).click();
    const panel = await vscode.webview(".scalar");
    assert.equal(await panel.locator(".scalar").innerText(), "0.9889");
    await vscode.lenses.filter({ hasText: "params: dict" }).click();
    await panel.locator(".json-view").waitFor();
    await sample.picture("panel-json", PANEL);
  });

  it("reads an output by the command palette, choosing step by step", async () => {
    await vscode.openFile("pipelines.py");
    await vscode.goTo(1, 1);
    await vscode.run("Pipesight: Read Output");
    await vscode.pick("report_pipeline");
    await vscode.quickPicks.filter({ hasText: "completed" }).first().click();
    await vscode.pick("draw");
    const panel = await vscode.webview(".image-view img");
    assert((await panel.locator("img").evaluate((image: HTMLImageElement) => image.naturalWidth)) === 360);
    await sample.picture("panel-picture", PANEL);
  });

  it("finds pipelines, runs, steps and outputs in the activity bar", async () => {
    await vscode.activity("Pipesight").click();
    for (const label of ["pipeline training_pipeline", "run first_training", "step train,"]) await vscode.unfold(label);
    await vscode.treeRow("output params").click();
    const panel = await vscode.webview(".json-view");
    assert.match(await panel.locator(".json-view").innerText(), /solver"lbfgs"/);
    await vscode.page.keyboard.press("Control+1");
    await vscode.run("View: Close All Editors in Group");
    await vscode.widenSideBar(160);
    await vscode.sized(1400, 460, () => sample.picture("history-tree"));
  });

  it("lists only the runs that failed, and all runs again", async () => {
    await vscode.run("Pipesight: Filter Runs by Status and Tag");
    await vscode.pick("failed");
    await vscode.page.keyboard.press("Enter");
    await vscode.page.locator(".sidebar .message", { hasText: "Runs: failed" }).waitFor();
    await vscode.treeRow("pipeline training_pipeline").waitFor({ state: "hidden" });
    await vscode.treeRow("pipeline report_pipeline").waitFor();
    await vscode.run("Pipesight: List All Runs");
    await vscode.treeRow("pipeline training_pipeline").waitFor();
  });

  it("is told the status where no Python file is open", async () => {
    await vscode.run("Pipesight: Show Status");
    await vscode.page.locator(".notification-toast", { hasText: "Pipesight: 6 runs · checked" }).waitFor();
    await vscode.run("Notifications: Clear All Notifications");
  });

  it("finds the panel again after the window is reloaded", async () => {
    await vscode.reload();
    // The view depends on when the browser stored it last.
    await vscode.webview(".path [aria-current]");
  });
});
