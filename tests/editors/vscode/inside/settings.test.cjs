const assert = require("node:assert/strict");
const fs = require("node:fs");
const vscode = require("vscode");
const { eventually, file, write } = require("./ask.cjs");

const { Error, Information, Warning } = vscode.DiagnosticSeverity;

describe("[tool.pipesight] in pyproject.toml", () => {
  const project = file("pyproject.toml").fsPath;
  const text = fs.readFileSync(project, "utf8");
  let document;

  /** The diagnostics of the misspelled name, once they have a severity. */
  const said = (severity) =>
    eventually(
      () => vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === "pipesight"),
      (found) => found.length === 1 && found[0].severity === severity,
    );

  const choose = (severity) =>
    vscode.workspace
      .getConfiguration("pipesight")
      .update("diagnostics.unknownName", severity, vscode.ConfigurationTarget.Workspace);

  before(async () => {
    document = await write(
      "reads_typo.py",
      'from zenml.client import Client\nClient().get_pipeline("training_pipeline").last_run.steps["trian"]\n',
    );
  });

  after(async () => {
    fs.writeFileSync(project, text);
    await choose(undefined);
    fs.rmSync(document.uri.fsPath);
  });

  it("says where the history is, and no setting of the editor does", async () => {
    const { globalValue, workspaceValue, workspaceFolderValue } = vscode.workspace
      .getConfiguration("pipesight", document.uri)
      .inspect("history");
    assert.deepEqual([globalValue, workspaceValue, workspaceFolderValue], [undefined, undefined, undefined]);
    assert.match(text, /\[tool\.pipesight\]\nhistory = /);
    await said(Warning);
  });

  it("sets what the editor leaves at its default, as soon as it is saved", async () => {
    fs.writeFileSync(project, `${text}\n[tool.pipesight.diagnostics]\nunknownName = "error"\n`);
    await said(Error);
  });

  it("is overridden by a setting of the editor, while there is one", async () => {
    await choose("information");
    await said(Information);
    await choose(undefined);
    await said(Error);
  });

  it("leaves the defaults where it says nothing", async () => {
    fs.writeFileSync(project, text);
    await said(Warning);
  });
});
