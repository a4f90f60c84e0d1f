/** Registers `pipesight mcp` in VS Code, which starts it when an assistant needs the run history. */
import * as vscode from "vscode";
import type { Launch } from "./launch";
import { SetupError } from "./python";

export const MCP_PROVIDER = "pipesight.history";

/** Returns the command that serves the history of a folder. Rejects with a SetupError if a requirement is missing. */
export type FindServer = (folder: string) => Promise<Launch>;

/** Register the provider of servers. A trusted workspace has one server for each folder. */
export function registerMcpServers(find: FindServer): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.McpServerDefinitionProvider<vscode.McpStdioServerDefinition> = {
    onDidChangeMcpServerDefinitions: changed.event,
    provideMcpServerDefinitions: offered,
    resolveMcpServerDefinition: (server) => resolved(server, find),
  };
  return vscode.Disposable.from(
    changed,
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      changed.fire();
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      changed.fire();
    }),
    vscode.lm.registerMcpServerDefinitionProvider(MCP_PROVIDER, provider),
  );
}

/** Return the servers without their commands, because finding a Python takes time and few users need it. */
function offered(): vscode.McpStdioServerDefinition[] {
  const folders = vscode.workspace.isTrusted ? (vscode.workspace.workspaceFolders ?? []) : [];
  return folders
    .filter(({ uri }) => uri.scheme === "file")
    .map(({ name, uri }) => {
      const label = folders.length > 1 ? `Pipesight (${name})` : "Pipesight";
      const server = new vscode.McpStdioServerDefinition(label, "pipesight", ["mcp"]);
      server.cwd = uri;
      return server;
    });
}

async function resolved(
  server: vscode.McpStdioServerDefinition,
  find: FindServer,
): Promise<vscode.McpStdioServerDefinition | undefined> {
  try {
    const { command, args, env } = await find(server.cwd?.fsPath ?? "");
    return Object.assign(server, { command, args, env: { ...env } });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    await explain(error);
    return undefined;
  }
}

async function explain(error: SetupError): Promise<void> {
  const { remedy } = error;
  const choice = await vscode.window.showErrorMessage(error.message, ...(remedy ? ["Copy Command"] : []));
  if (choice && remedy) await vscode.env.clipboard.writeText(remedy);
}
