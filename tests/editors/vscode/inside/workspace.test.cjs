const assert = require("node:assert/strict");
const fs = require("node:fs");
const vscode = require("vscode");
const { at, eventually, file, open, run, write } = require("./ask.cjs");

const CODE = 'from zenml.client import Client\nrun = Client().get_pipeline("training_pipeline").last_run\n';

describe("a notebook that is not open", () => {
  const uri = file("closed.ipynb");
  let document;

  before(async () => {
    const cell = (source) => ({ cell_type: "code", metadata: {}, source, execution_count: null, outputs: [] });
    const cells = [cell(CODE.split(/(?<=\n)/)), cell('é = "é😀", run.steps["evaluate"].outputs["score"]')];
    const notebook = { cells, metadata: { language_info: { name: "python" } }, nbformat: 4, nbformat_minor: 4 };
    fs.writeFileSync(uri.fsPath, JSON.stringify(notebook, undefined, 1));
    document = await write("reads_score.py", `${CODE}run.steps["evaluate"].outputs["score"]\n`);
  });

  after(() => fs.rmSync(uri.fsPath));

  it("is among the places that read a name", async () => {
    const there = async () => {
      const found = await run("vscode.executeReferenceProvider", document.uri, at(document, '"score"'));
      return found.filter((place) => place.uri.path === uri.path);
    };
    const [place] = await eventually(there, (found) => found.length > 0);
    const text = await vscode.workspace.openTextDocument(uri);
    assert.equal(text.getText(place.range), "score");
  });

  it("is renamed in with the other places", async () => {
    const edit = await run("vscode.executeDocumentRenameProvider", document.uri, at(document, '"score"'), "quality");
    assert(await vscode.workspace.applyEdit(edit));
    for (const [changed] of edit.entries()) await (await vscode.workspace.openTextDocument(changed)).save();
    const { cells } = JSON.parse(fs.readFileSync(uri.fsPath, "utf8"));
    assert.equal(cells[1].source, 'é = "é😀", run.steps["evaluate"].outputs["quality"]');
    assert.match(document.getText(), /outputs\["quality"\]/);
    assert.match(fs.readFileSync(file("pipelines.py").fsPath, "utf8"), /"quality"/);
  });
});

describe("a file that changes beside the editor", () => {
  const names = file("names_of_steps.py");
  const reads = `from names_of_steps import STEP\n${CODE}run.steps[STEP]\n`;

  const said = (uri, count) =>
    eventually(
      () => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "pipesight"),
      (found) => found.length === count,
    );

  it("counts where it is imported", async () => {
    fs.writeFileSync(names.fsPath, 'STEP = "trian"\n');
    const { uri } = await write("reads_names.py", reads);
    await said(uri, 1);
    fs.writeFileSync(names.fsPath, 'STEP = "train"\n');
    await said(uri, 0);
    fs.writeFileSync(names.fsPath, 'STEP = "trian"\n');
    await said(uri, 1);
    fs.rmSync(names.fsPath);
    await said(uri, 0);
  });
});

describe("a run that is found by its name", () => {
  it("is a page that opens", async () => {
    await open("report.py");
    const symbols = await eventually(
      () => run("vscode.executeWorkspaceSymbolProvider", "weak_model"),
      (found) => found.some(({ name }) => name === "weak_model"),
    );
    const { location } = symbols.find(({ name }) => name === "weak_model");
    assert.equal(vscode.workspace.asRelativePath(location.uri), "/training_pipeline/weak_model.md");
    const page = await vscode.workspace.openTextDocument(location.uri);
    assert.equal(page.languageId, "markdown");
    assert.match(page.getText(), /weak_model/);
  });
});
