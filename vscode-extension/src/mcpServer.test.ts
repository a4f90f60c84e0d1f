import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import type * as vscode from "vscode";
import { type FindServer, MCP_PROVIDER, registerMcpServers } from "./mcpServer";
import { SetupError } from "./python";
import { answers, doneWith, mcpProviders, reset, Uri, workspace } from "./testing/vscode";

type Provider = Required<vscode.McpServerDefinitionProvider<vscode.McpStdioServerDefinition>>;

const LAUNCH = { command: "/venv/bin/python", args: ["-m", "pipesight", "mcp"], cwd: "/bundled", env: { A: "b" } };

function provider(find: FindServer = () => Promise.resolve(LAUNCH)): Provider {
  registerMcpServers(find);
  return mcpProviders.get(MCP_PROVIDER) as Provider;
}

async function offered(given: Provider): Promise<vscode.McpStdioServerDefinition[]> {
  return (await given.provideMcpServerDefinitions(undefined as never)) ?? [];
}

describe("the MCP servers that VS Code may start", () => {
  beforeEach(reset);

  it("are one for each folder", async () => {
    assert.deepEqual(
      (await offered(provider())).map(({ label, cwd }) => [label, cwd?.fsPath]),
      [["Pipesight", "/project"]],
    );
    workspace.workspaceFolders = ["a", "b"].map((name, index) => ({ uri: Uri.file(`/${name}`), name, index }));
    assert.deepEqual(
      (await offered(provider())).map(({ label }) => label),
      ["Pipesight (a)", "Pipesight (b)"],
    );
  });

  it("are none before the workspace is trusted", async () => {
    answers.isTrusted = false;
    assert.deepEqual(await offered(provider()), []);
  });

  it("get their command when they start", async () => {
    const folders: string[] = [];
    const given = provider((folder) => {
      folders.push(folder);
      return Promise.resolve(LAUNCH);
    });
    const [server] = await offered(given);
    assert(server);
    const started = await given.resolveMcpServerDefinition(server, undefined as never);
    assert.deepEqual([started?.command, started?.args, started?.env], ["/venv/bin/python", LAUNCH.args, { A: "b" }]);
    assert.deepEqual(folders, ["/project"]);
  });

  it("say what is missing, with the command that installs it", async () => {
    answers.press = "Copy Command";
    const given = provider(() => Promise.reject(new SetupError("No package mcp.", "pip install mcp")));
    const [server] = await offered(given);
    assert(server);
    assert.equal(await given.resolveMcpServerDefinition(server, undefined as never), undefined);
    assert.deepEqual(doneWith("error"), [["No package mcp.", "Copy Command"]]);
    assert.deepEqual(doneWith("clipboard"), [["pip install mcp"]]);
  });
});
