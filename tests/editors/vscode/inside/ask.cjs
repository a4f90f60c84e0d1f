// Asks VS Code's providers, as the editor itself does.
const assert = require("node:assert/strict");
const vscode = require("vscode");

const run = (command, ...rest) => vscode.commands.executeCommand(command, ...rest);

const file = (name) => vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, name);

/** The position in the middle of a text, or `offset` characters into it. */
const at = (document, text, offset = Math.floor(text.length / 2)) => {
  const index = document.getText().indexOf(text);
  assert(index >= 0, `${text} is not there`);
  return document.positionAt(index + offset);
};

async function open(name) {
  const document = await vscode.workspace.openTextDocument(file(name));
  await vscode.window.showTextDocument(document);
  return document;
}

/** A new file in the workspace, open in the editor. */
async function write(name, text) {
  await vscode.workspace.fs.writeFile(file(name), Buffer.from(text));
  return open(name);
}

/** The first answer that is accepted. VS Code too asks again when the server says that something changed. */
async function eventually(ask, accept, patience = 60_000) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (accept(answer)) return answer;
    if (Date.now() > end) assert.fail(`not accepted within ${patience} ms: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function complete(document, position) {
  const { items } = await run("vscode.executeCompletionItemProvider", document.uri, position);
  return items.map(({ label }) => label.label ?? label).sort();
}

async function hover(document, position) {
  const hovers = await run("vscode.executeHoverProvider", document.uri, position);
  return hovers.flatMap(({ contents }) => contents.map((content) => content.value)).join("\n");
}

const lenses = (document) => run("vscode.executeCodeLensProvider", document.uri, 50);

/** The titles of the document's lenses, once one of them matches. */
const lensTitles = async (document, expected = /./, patience = undefined) => {
  const titles = (found) => found.map(({ command }) => command?.title ?? "");
  return titles(
    await eventually(
      () => lenses(document),
      (found) => titles(found).some((title) => expected.test(title)),
      patience,
    ),
  );
};

module.exports = { at, complete, eventually, file, hover, lenses, lensTitles, open, run, write };
