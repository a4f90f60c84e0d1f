const assert = require("node:assert/strict");
const vscode = require("vscode");
const { at, complete, hover, lensTitles } = require("./ask.cjs");

const code = (text) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, "python");

describe("in a notebook that is not saved yet", () => {
  let cells;

  before(async () => {
    const data = new vscode.NotebookData([
      new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, "# Runs", "markdown"),
      code("from zenml.client import Client\nrun = Client().get_pipeline('training_pipeline').last_run"),
      code("accuracy = run.steps['train'].outputs['accuracy'][0].load()"),
    ]);
    const notebook = await vscode.workspace.openNotebookDocument("jupyter-notebook", data);
    await vscode.window.showNotebookDocument(notebook);
    cells = notebook.getCells().map((cell) => cell.document);
    await lensTitles(cells[1]);
  });

  it("completes with what an earlier cell says", async () => {
    assert.deepEqual(await complete(cells[2], at(cells[2], "'train'", 1)), ["evaluate", "load_data", "train"]);
  });

  it("tells about an output", async () => {
    assert.match(await hover(cells[2], at(cells[2], "'accuracy'")), /0\.9889/);
  });

  it("has lenses in each cell", async () => {
    await lensTitles(cells[2], /accuracy/);
  });

  it("follows when the earlier cell changes", async () => {
    const edit = new vscode.WorkspaceEdit();
    const place = at(cells[1], "training_pipeline", 0);
    edit.replace(
      cells[1].uri,
      new vscode.Range(place, place.translate(0, "training_pipeline".length)),
      "report_pipeline",
    );
    await vscode.workspace.applyEdit(edit);
    assert.deepEqual(await complete(cells[2], at(cells[2], "'train'", 1)), ["draw", "load_data", "write"]);
  });
});
