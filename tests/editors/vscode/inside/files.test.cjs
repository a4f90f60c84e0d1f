const assert = require("node:assert/strict");
const vscode = require("vscode");
const { at, complete, eventually, file, hover, lenses, lensTitles, open, run, write } = require("./ask.cjs");

describe("in a file", () => {
  let document;

  before(async () => {
    document = await open("inspect_run.py");
    await vscode.extensions.getExtension("pipesight.pipesight").activate();
    await lensTitles(document);
  });

  const completions = [
    ["pipelines", '"training_pipeline"', ["report_pipeline", "training_pipeline"]],
    ["steps of the run", '"train")', ["evaluate", "load_data", "train"]],
    ["outputs of the step", '"model"', ["accuracy", "model", "params"]],
  ];
  for (const [what, place, expected] of completions) {
    it(`completes ${what}`, async () => {
      const offered = () => complete(document, at(document, place, 1));
      assert.deepEqual(await eventually(offered, (names) => names.length > 0), expected); // the history may still be read
    });
  }

  it("answers in the code blocks of a Markdown file", async () => {
    const fence = "```";
    const code = 'from zenml.client import Client\nClient().get_pipeline("training_pipeline")\n';
    const page = await write("notes.md", `# Notes\n\n${fence}python\n${code}${fence}\n`);
    await lensTitles(page, /^4 runs/);
    assert.deepEqual(await complete(page, at(page, '"training_pipeline"', 1)), [
      "report_pipeline",
      "training_pipeline",
    ]);
  });

  it("completes nothing in other strings", async () => {
    assert.deepEqual(await complete(document, at(document, "Look into")), []);
  });

  const hovers = [
    ["pipeline", '"training_pipeline"', /4 runs/],
    ["run", '"first_training"', /completed/],
    ["step", '"train")', /accuracy/],
    ["output", '"test"', /petal length/],
  ];
  for (const [what, place, expected] of hovers) {
    it(`tells about the ${what}`, async () => {
      assert.match(await hover(document, at(document, place, 2)), expected);
    });
  }

  it("trusts a hover's links with its own commands alone", async () => {
    const [{ contents }] = await run("vscode.executeHoverProvider", document.uri, at(document, '"test"'));
    for (const content of contents) {
      assert.deepEqual(content.isTrusted?.enabledCommands, [
        "pipesight.readOutput",
        "pipesight.showRun",
        "pipesight.showRuns",
        "pipesight.blame",
      ]);
      assert(!content.supportHtml);
    }
  });

  it("opens the panel by a lens", async () => {
    const isTest = (lens) => lens.command?.title.startsWith("test: ");
    const found = await eventually(
      () => lenses(document),
      (all) => all.some(isTest),
    );
    const { command } = found.find(isTest);
    await run(command.command, ...command.arguments);
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label));
    await eventually(tabs, (labels) => labels.includes("test"));
  });

  it("sees a text that is being typed", async () => {
    const typed = await write("typed.py", `${document.getText()}\nother = newest.get_step("`);
    assert.deepEqual(await complete(typed, typed.lineAt(typed.lineCount - 1).range.end), [
      "evaluate",
      "load_data",
      "train",
    ]);
  });
});

describe("a name that the history does not have", () => {
  let document;
  let diagnostic;

  before(async () => {
    document = await write(
      "wrong.py",
      'from zenml.client import Client\n\nrun = Client().get_pipeline("traning_pipeline").last_run\n',
    );
    const diagnostics = () =>
      vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === "pipesight");
    [diagnostic] = await eventually(diagnostics, (found) => found.length > 0);
  });

  it("is marked", () => {
    assert.equal(document.getText(diagnostic.range), "traning_pipeline");
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Warning);
  });

  it("is corrected by a quick fix", async () => {
    const actions = await run(
      "vscode.executeCodeActionProvider",
      document.uri,
      diagnostic.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const fix = actions.find(({ title }) => title.includes("training_pipeline"));
    assert(fix, actions.map(({ title }) => title).join());
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(document.getText(), /get_pipeline\("training_pipeline"\)/);
    await eventually(
      () => vscode.languages.getDiagnostics(document.uri),
      (found) => found.length === 0,
    );
  });
});

describe("an output that no code defines", () => {
  it("links to its folder", async () => {
    const pipelines = file("pipelines.py");
    const elsewhere = file("pipelines.txt");
    await vscode.workspace.fs.rename(pipelines, elsewhere);
    try {
      const document = await open("report.py");
      const links = async () => {
        const edit = new vscode.WorkspaceEdit();
        edit.insert(document.uri, document.lineAt(document.lineCount - 1).range.end, "\n");
        await vscode.workspace.applyEdit(edit);
        await document.save(); // the server looks for files that came and went when one is saved
        const found = await run("vscode.executeLinkProvider", document.uri);
        return found.filter(({ target }) => target?.scheme === "file").map(({ range }) => document.getText(range));
      };
      const found = await eventually(links, (texts) => texts.length > 0);
      assert(found.includes("accuracy"), found.join());
    } finally {
      await vscode.workspace.fs.rename(elsewhere, pipelines);
    }
  });
});

describe("between the history and the code", () => {
  let pipelines;
  let report;

  before(async () => {
    pipelines = await open("pipelines.py");
    report = await open("report.py");
    await lensTitles(report);
  });

  const lines = (locations) =>
    locations.map(
      ({ uri, targetUri, range, targetRange }) =>
        `${(uri ?? targetUri).path.split("/").at(-1)}:${(range ?? targetRange).start.line + 1}`,
    );

  it("a step's name leads to its function", async () => {
    const found = await run("vscode.executeDefinitionProvider", report.uri, at(report, '"train"'));
    const definition = pipelines.getText().slice(0, pipelines.getText().indexOf("def train(")).split("\n").length;
    assert.deepEqual(lines(found), [`pipelines.py:${definition}`]);
  });

  it("a step's function leads to the places that read it", async () => {
    const found = await run("vscode.executeReferenceProvider", pipelines.uri, at(pipelines, "def train(", 6));
    assert(
      lines(found).some((line) => line.startsWith("report.py:")),
      lines(found).join(),
    );
  });

  it("hints say which run an index is", async () => {
    const document = await open("inspect_run.py");
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = await eventually(
      () => run("vscode.executeInlayHintProvider", document.uri, whole),
      (found) => found.length > 0,
    );
    const text = hints
      .map(({ label }) => (typeof label === "string" ? label : label.map(({ value }) => value).join("")))
      .join("\n");
    assert.match(text, /\d{4}-\d\d-\d\d \d\d:\d\d/);
  });

  it("a run configuration in YAML is completed", async () => {
    const document = await write("train.yaml", "steps:\n  train:\n    parameters:\n      strength: 1\n  \n");
    const names = await eventually(
      () => complete(document, new vscode.Position(4, 2)),
      (found) => found.includes("evaluate"),
    );
    assert(!names.includes("train"));
  });

  it("the history's names are found as symbols", async () => {
    const symbols = await run("vscode.executeWorkspaceSymbolProvider", "training_pipeline");
    assert(
      symbols.some(({ name }) => name.includes("training_pipeline")),
      JSON.stringify(symbols.map(({ name }) => name)),
    );
  });
});
