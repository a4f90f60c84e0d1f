// What VS Code's own providers answer, asked inside the extension host.
const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const vscode = require("vscode");

const at = (document, text, offset = 0) => document.positionAt(document.getText().indexOf(text) + offset);
const file = (name) => vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, name);
const textOf = (hovers) => hovers.flatMap((hover) => hover.contents.map((content) => content.value)).join("\n");

async function eventually(ask, accept) {
  const end = Date.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (accept(answer)) return answer;
    if (Date.now() > end) assert.fail(`not accepted: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const complete = async (uri, position) => {
  const list = await vscode.commands.executeCommand("vscode.executeCompletionItemProvider", uri, position);
  return list.items.map(({ label }) => label.label ?? label);
};
const hover = (uri, position) => vscode.commands.executeCommand("vscode.executeHoverProvider", uri, position);
const lenses = (uri) => vscode.commands.executeCommand("vscode.executeCodeLensProvider", uri, 50);

describe("in a file", () => {
  let document;

  before(async () => {
    document = await vscode.workspace.openTextDocument(file("inspect_run.py"));
    await vscode.window.showTextDocument(document);
    await vscode.extensions.getExtension("pipesight.pipesight").activate();
    await eventually(() => lenses(document.uri), (found) => found.length > 0);
  });

  const completions = [
    ["pipelines", '"training_pipeline"', ["training_pipeline", "report_pipeline"]],
    ["steps of the run", '"train")', ["load_data", "train", "evaluate"]],
    ["outputs of the step", '"model"', ["accuracy", "model", "params"]],
  ];
  for (const [what, place, expected] of completions) {
    it(`completes ${what}`, async () => {
      const labels = await complete(document.uri, at(document, place, 1));
      assert.deepEqual([...labels].sort(), [...expected].sort());
    });
  }

  it("completes nothing in other strings", async () => {
    assert.deepEqual(await complete(document.uri, at(document, "Look into", 3)), []);
  });

  const hovers = [
    ["pipeline", '"training_pipeline"', /4 runs/],
    ["run", '"first_training"', /completed/],
    ["step", '"train")', /accuracy, model, params|accuracy/],
    ["output", '"test"', /petal length/],
  ];
  for (const [what, place, expected] of hovers) {
    it(`tells about a ${what}`, async () => {
      assert.match(textOf(await hover(document.uri, at(document, place, 2))), expected);
    });
  }

  it("trusts a hover's links with its own commands alone", async () => {
    const [{ contents }] = await hover(document.uri, at(document, '"test"', 2));
    for (const content of contents) {
      assert.deepEqual(content.isTrusted?.enabledCommands, ["pipesight.readOutput", "pipesight.showRun"]);
      assert(!content.supportHtml);
    }
  });

  it("opens the panel by a lens", async () => {
    const found = await eventually(() => lenses(document.uri), (all) => all.some((lens) => lens.command?.title.startsWith("test: ")));
    const { command } = found.find((lens) => lens.command?.title.startsWith("test: "));
    await vscode.commands.executeCommand(command.command, ...command.arguments);
    await eventually(
      () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label)),
      (labels) => labels.includes("test"),
    );
  });

  it("sees a text that is being typed", async () => {
    const edit = new vscode.WorkspaceEdit();
    const end = document.lineAt(document.lineCount - 1).range.end;
    edit.insert(document.uri, end, '\nother = newest.get_step("');
    await vscode.workspace.applyEdit(edit);
    const labels = await complete(document.uri, document.lineAt(document.lineCount - 1).range.end);
    assert.deepEqual([...labels].sort(), ["evaluate", "load_data", "train"]);
    await vscode.commands.executeCommand("undo");
  });
});

describe("in a notebook", () => {
  let cells;

  before(async () => {
    const code = (text) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, "python");
    const data = new vscode.NotebookData([
      new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, "# Runs", "markdown"),
      code("from zenml.client import Client\nrun = Client().get_pipeline('training_pipeline').last_run"),
      code("accuracy = run.steps['train'].outputs['accuracy'][0].load()"),
    ]);
    const notebook = await vscode.workspace.openNotebookDocument("jupyter-notebook", data);
    await vscode.window.showNotebookDocument(notebook);
    cells = notebook.getCells().map((cell) => cell.document);
    await eventually(() => lenses(cells[1].uri), (found) => found.length > 0);
  });

  it("completes with what an earlier cell says", async () => {
    const labels = await complete(cells[2].uri, at(cells[2], "'train'", 1));
    assert.deepEqual([...labels].sort(), ["evaluate", "load_data", "train"]);
  });

  it("tells about an output", async () => {
    assert.match(textOf(await hover(cells[2].uri, at(cells[2], "'accuracy'", 2))), /0\.9889/);
  });

  it("has lenses in each cell", async () => {
    const found = await eventually(() => lenses(cells[2].uri), (all) => all.length > 0);
    assert.match(found.map((lens) => lens.command.title).join(), /accuracy/);
  });
});

describe("settings and commands", () => {
  it("offers its commands", async () => {
    const commands = await vscode.commands.getCommands(true);
    for (const name of ["readOutput", "showRun", "refresh", "restartServer", "showLogs", "clearCache"]) {
      assert(commands.includes(`pipesight.${name}`), name);
    }
  });

  it("shows no lenses when they are switched off, and shows them again", async () => {
    const settings = vscode.workspace.getConfiguration("pipesight");
    const uri = file("report.py");
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    await settings.update("codeLens.enabled", false, vscode.ConfigurationTarget.Workspace);
    await eventually(() => lenses(uri), (found) => found.length === 0);
    await settings.update("codeLens.enabled", undefined, vscode.ConfigurationTarget.Workspace);
    await eventually(() => lenses(uri), (found) => found.length > 0);
  });

  for (const command of ["pipesight.restartServer", "pipesight.clearCache", "pipesight.refresh"]) {
    it(`answers again after ${command}`, async () => {
      await vscode.commands.executeCommand(command);
      await eventually(() => lenses(file("report.py")), (found) => found.length > 0);
    });
  }

  it("answers again after the server died", async () => {
    for (const pid of serverProcesses()) process.kill(pid, "SIGKILL");
    await eventually(() => lenses(file("report.py")), (found) => found.length > 0);
  });
});

/** The language servers that this extension host started. */
function serverProcesses() {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").split(" ").filter(Boolean);
  const servers = children.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("pipesight\0lsp"));
  assert(servers.length > 0, "no server runs");
  return servers.map(Number);
}
