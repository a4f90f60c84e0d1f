const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const { readFileSync } = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");
const { eventually, lenses, lensTitles, open, run } = require("./ask.cjs");

/** The language servers that this extension host started and that have not ended. */
function runningServers() {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").split(" ").filter(Boolean);
  return children.filter((pid) => commandOf(pid).includes("pipesight\0lsp")).map(Number);
}

function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // it has ended by now
  }
}

/** The same, where there is one. */
function serverProcesses() {
  const servers = runningServers();
  assert(servers.length > 0, "no server runs");
  return servers;
}

/** Records a run as ZenML does, in the store that the editor watches. */
function record(name) {
  const folder = vscode.workspace.workspaceFolders[0].uri.fsPath;
  const database = path.join(folder, "history/config/local_stores/default_zen_store/zenml.db");
  const script =
    "import sys; from pathlib import Path; from tests.history.recorder import record_run; record_run(Path(sys.argv[1]), 'first_training', sys.argv[2])";
  const { PIPESIGHT_TEST_PYTHON: python, PIPESIGHT_TEST_REPOSITORY: cwd } = process.env;
  execFileSync(python, ["-c", script, database, name], { cwd });
}

describe("the server", () => {
  let document;

  before(async () => {
    document = await open("inspect_run.py");
    await lensTitles(document);
  });

  it("shows a run that is recorded while the editor is open", async function () {
    const waits = [];
    for (const runs of [5, 6, 7]) {
      record(`recorded_${runs}`);
      const start = Date.now();
      await lensTitles(document, new RegExp(`^${runs} runs`));
      waits.push(Date.now() - start);
    }
    this.test.note = `${waits.join(", ")} ms`;
    assert(Math.min(...waits) < 10_000, this.test.note);
  });

  it("shows no lenses when they are switched off, and shows them again", async () => {
    const settings = vscode.workspace.getConfiguration("pipesight");
    await settings.update("codeLens.enabled", false, vscode.ConfigurationTarget.Workspace);
    await eventually(
      () => lenses(document),
      (found) => found.length === 0,
    );
    await settings.update("codeLens.enabled", undefined, vscode.ConfigurationTarget.Workspace);
    await lensTitles(document);
  });

  it("may answer when the panel that asked is closed", async () => {
    const servers = serverProcesses();
    const output = { pipeline: "training_pipeline", run: "weak_model", step: "evaluate", output: "score" };
    const panels = () =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.filter((tab) => tab.label === output.output));
    for (const pid of servers) process.kill(pid, "SIGSTOP");
    const reading = run("pipesight.readOutputInNewPanel", output);
    try {
      await vscode.window.tabGroups.close(await eventually(panels, (found) => found.length > 0));
    } finally {
      for (const pid of servers) process.kill(pid, "SIGCONT");
    }
    await reading; // it would wait for somebody to read an error message
  });

  for (const command of ["pipesight.restartServer", "pipesight.clearCache", "pipesight.refresh"]) {
    it(`answers again after ${command}`, async () => {
      await run(command);
      await lensTitles(document);
    });
  }

  it("answers again after it died", async () => {
    for (const pid of serverProcesses()) process.kill(pid, "SIGKILL");
    await lensTitles(document);
  });

  it("starts with another interpreter when the setting changes, and says why it cannot", async () => {
    const [before] = serverProcesses();
    const settings = vscode.workspace.getConfiguration("pipesight");
    await settings.update("interpreter", "/nowhere/python", vscode.ConfigurationTarget.Workspace);
    await eventually(
      () => Promise.resolve(runningServers()),
      (pids) => !pids.includes(before),
    );
    await eventually(
      () => lenses(document),
      (found) => found.length === 0,
    );
    await settings.update("interpreter", undefined, vscode.ConfigurationTarget.Workspace);
    await lensTitles(document);
    assert(!serverProcesses().includes(before));
  });

  it("runs the package of the environment where the setting says so", async () => {
    const settings = vscode.workspace.getConfiguration("pipesight");
    const options = () => readFileSync(`/proc/${serverProcesses()[0]}/cmdline`, "utf8").split("\0");
    assert(options().includes("-s"));
    await settings.update("importStrategy", "fromEnvironment", vscode.ConfigurationTarget.Workspace);
    await eventually(
      () =>
        Promise.resolve()
          .then(options)
          .catch(() => ["-s"]),
      (found) => !found.includes("-s"),
    );
    await lensTitles(document);
    await settings.update("importStrategy", undefined, vscode.ConfigurationTarget.Workspace);
    await lensTitles(document);
  });
});
