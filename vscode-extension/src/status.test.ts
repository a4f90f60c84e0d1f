import assert from "node:assert/strict";
import { beforeEach, describe, it, mock } from "node:test";
import type { Server, ServerState } from "./client";
import type { ServerStatus } from "./protocol";
import { StatusItem } from "./status";
import { answering, settled } from "./testing/data";
import { answers, doneWith, EventEmitter, languageStatus, reset } from "./testing/vscode";

const source = { label: "zenml.db", kind: "sqlite", syncing: false, runs: 3, synced_at: "2026-03-01T12:00:00Z" };
const aged = (age: string): ServerStatus => ({ sources: [{ ...source, age }] });

function show() {
  const states = new EventEmitter<ServerState>();
  const statuses = new EventEmitter<ServerStatus>();
  const server = {
    state: "starting" as ServerState,
    failure: "",
    remark: "",
    onDidChangeState: states.event,
    onDidChangeStatus: statuses.event,
    request: answering({ "pipesight.status": () => aged("2 min ago") }).request,
  };
  const enter = (state: ServerState, failure = ""): void => {
    Object.assign(server, { state, failure });
    states.fire(state);
  };
  return { enter, server, statuses, item: new StatusItem(server as unknown as Server) };
}

describe("the language status", () => {
  beforeEach(reset);

  it("follows the server from its start to its end", () => {
    const { enter, statuses, item } = show();
    assert.deepEqual([languageStatus.text, languageStatus.busy], ["Pipesight", true]);
    enter("running");
    statuses.fire(aged("just now"));
    assert.deepEqual([languageStatus.text, languageStatus.detail], ["Pipesight: 3 runs", "checked just now"]);
    assert.deepEqual(languageStatus.command, { command: "pipesight.refresh", title: "Refresh" });
    enter("failed", "No Python.");
    assert.deepEqual([languageStatus.detail, languageStatus.severity], ["No Python.", 2]);
    assert.deepEqual(languageStatus.command, { command: "pipesight.showLogs", title: "Show Logs" });
    item.dispose();
  });

  it("says that the folder is not trusted, with a button, and that an interpreter is too old", () => {
    answers.isTrusted = false;
    const { enter, server, statuses, item } = show();
    server.remark = "/old is too old.";
    enter("running");
    statuses.fire(aged("just now"));
    assert.equal(
      languageStatus.detail,
      "checked just now · This folder is not trusted, so its settings are not used. · /old is too old.",
    );
    assert.deepEqual(languageStatus.command, { command: "workbench.trust.manage", title: "Manage Trust" });
    item.dispose();
  });

  it("asks the server for the age again after a minute", async () => {
    mock.timers.enable({ apis: ["setInterval"] });
    const { enter, statuses, item } = show();
    enter("running");
    statuses.fire(aged("just now"));
    mock.timers.tick(60_000);
    await settled();
    assert.equal(languageStatus.detail, "checked 2 min ago");
    item.dispose();
    mock.timers.reset();
  });

  it("is told in a message where no file shows it, with what can be done", async () => {
    const { enter, item } = show();
    enter("running");
    answers.press = "Refresh";
    await item.tell();
    assert.deepEqual(doneWith("information"), [["Pipesight: 3 runs · checked 2 min ago", "Refresh"]]);
    assert.deepEqual(doneWith("pipesight.refresh"), [[]]);
    enter("failed", "No Python.");
    await item.tell();
    assert.deepEqual(doneWith("warning"), [
      ["Pipesight: not running · No Python.", "Show Logs", "Choose History Location"],
    ]);
    item.dispose();
  });
});
