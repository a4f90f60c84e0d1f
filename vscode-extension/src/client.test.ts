import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeEach, describe, it } from "node:test";
import { Server, type ServerState } from "./client";
import { settled } from "./testing/data";
import { clients, server as remote, State } from "./testing/languageClient";
import { answers, createLog, doneWith, reset, Uri } from "./testing/vscode";

function create() {
  const storage = mkdtempSync(path.join(os.tmpdir(), "pipesight-"));
  const log = createLog();
  const extension = { globalStorageUri: Uri.file(storage), asAbsolutePath: (name: string) => path.join("/ext", name) };
  const server = new Server(extension as never, log as never);
  const states: ServerState[] = [];
  server.onDidChangeState((state) => states.push(state));
  return { server, states, log, cache: path.join(storage, "cache") };
}

describe("the server's life", () => {
  beforeEach(() => {
    reset();
    clients.length = 0;
    remote.startError = undefined;
    remote.answer = () => ({ sources: [] });
    answers.settings = { path: ["/opt/pipesight"] };
  });

  it("starts the command of the settings, and tells it what this client does itself", async () => {
    const { server, states, cache } = create();
    await server.restart();
    assert.deepEqual(states, ["starting", "running"]);
    const [client] = clients;
    assert(client);
    const { command, args } = client.executable;
    assert.deepEqual([command, ...args], ["/opt/pipesight", "lsp", "--log-level", "warning"]);
    const options = client.options.initializationOptions();
    assert.deepEqual(Object.keys(options), ["settings", "interpreter", "clientCommands", "cacheFolder", "trusted"]);
    assert.equal(options.cacheFolder, cache);
    assert.deepEqual(client.requests, [["pipesight.status", {}]]);
  });

  it("is off where the settings say so, and refuses commands", async () => {
    answers.settings = { enable: false };
    const { server, states } = create();
    await server.restart();
    assert.deepEqual([states, clients.length], [["disabled"], 0]);
    await assert.rejects(server.request("pipesight.status", {}), /switched off/);
  });

  it("says why it does not start", async () => {
    answers.settings = { interpreter: "/nowhere/python" };
    const { server, states } = create();
    await server.restart();
    assert.deepEqual(states, ["starting", "failed"]);
    assert.match(server.failure, /pipesight\.interpreter names \/nowhere\/python/);
    assert.deepEqual(doneWith("error")[0]?.slice(1), ["Open Settings", "Show Logs"]);
    await assert.rejects(server.request("pipesight.status", {}), /nowhere/);
  });

  it("says that the server ended, and that it came back", async () => {
    const { server, states } = create();
    await server.restart();
    clients[0]?.stateListener({ newState: State.Stopped });
    clients[0]?.stateListener({ newState: State.Running });
    assert.deepEqual(states.slice(2), ["failed", "running"]);
    assert.deepEqual(clients[0]?.requests, [
      ["pipesight.status", {}], // at the start
      ["pipesight.status", {}], // once it is back
    ]);
  });

  it("writes to the log that a server that came back ended before it told its status", async () => {
    const { server, states, log } = create();
    await server.restart();
    remote.answer = () => {
      throw new Error("Connection got disposed");
    };
    clients[0]?.stateListener({ newState: State.Running });
    await settled();
    assert.equal(log.lines.at(-1), "debug: The server did not return its status: Connection got disposed");
    assert.equal(states.at(-1), "running");
  });

  it("says in a sentence why a command has no answer, if the server ends meanwhile", async () => {
    const { server } = create();
    await server.restart();
    const [client] = clients;
    assert(client);
    remote.answer = () => {
      client.state = State.Stopped;
      client.stateListener({ newState: State.Stopped });
      throw new Error("Pending response rejected since connection got disposed");
    };
    await assert.rejects(server.request("pipesight.refresh", {}), /language server ended. Its log says why/);
  });

  it("waits with a command for a start that is under way", async () => {
    remote.answer = (command) => `answer to ${command}`;
    const { server } = create();
    void server.restart();
    assert.equal(await server.request("pipesight.refresh", {}), "answer to pipesight.refresh");
  });

  it("removes the cache between two servers", async () => {
    const { server, cache } = create();
    await server.restart();
    mkdirSync(cache);
    await server.clearCache();
    assert.equal(existsSync(cache), false);
    assert.deepEqual([clients.length, clients[0]?.disposed], [2, true]);
  });

  it("sends settings that changed while it runs", async () => {
    const { server } = create();
    await server.restart();
    answers.settings = { history: ["/other"] };
    await server.sendSettings();
    assert.deepEqual(clients[0]?.notifications, [
      { settings: { pipesight: { logLevel: undefined, history: ["/other"] } } },
    ]);
  });

  it("writes to the log that settings did not reach a server that ended", async () => {
    const { server, log } = create();
    await server.restart();
    const [client] = clients;
    assert(client);
    client.sendNotification = () => Promise.reject(new Error("Connection got disposed"));
    await server.sendSettings();
    assert.equal(log.lines.at(-1), "debug: The settings did not reach the server: Connection got disposed");
  });

  it("answers with the settings of the folder that the server asks for", async () => {
    const { server } = create();
    await server.restart();
    answers.settings = { history: ["/window"] };
    answers.folderSettings = { "/two": { history: ["/two/runs"] } };
    const items = [{}, { scopeUri: "file:///two" }];
    assert.deepEqual(await clients[0]?.options.middleware.workspace.configuration({ items }), [
      { logLevel: undefined, history: ["/window"] },
      { logLevel: undefined, history: ["/two/runs"], interpreter: "" },
    ]);
  });

  it("names the Python of each folder: that of its settings, or the one that is selected for it", async () => {
    const { server } = create();
    await server.restart();
    answers.folderSettings = { "/one": { interpreter: "${workspaceFolder}/.venv/bin/python" } };
    const getEnvironment = ({ path }: { path: string }) =>
      Promise.resolve({ execInfo: { run: { executable: `/envs${path}/python` } } });
    answers.extensions = { "ms-python.vscode-python-envs": { getEnvironment } };
    const named = async () => {
      const items = ["/one", "/two"].map((folder) => ({ scopeUri: `file://${folder}` }));
      const found = await clients[0]?.options.middleware.workspace.configuration({ items });
      return found?.map((settings) => (settings as { interpreter: string }).interpreter);
    };
    assert.deepEqual(await named(), ["/one/.venv/bin/python", "/envs/two/python"]);
    answers.isTrusted = false;
    assert.deepEqual(await named(), ["/one/.venv/bin/python", ""]);
  });
});
