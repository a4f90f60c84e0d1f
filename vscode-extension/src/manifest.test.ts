import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { registerTools } from "./assistantTools";
import { Command } from "./commandIds";
import { MCP_PACKAGE } from "./launch";
import { MCP_PROVIDER } from "./mcpServer";
import { answering } from "./testing/data";
import { reset, tools } from "./testing/vscode";

interface Manifest {
  readonly version: string;
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command?: string }[]>>;
    readonly keybindings: readonly { readonly command: string; readonly key: string }[];
    readonly languageModelTools: readonly { readonly name: string }[];
    readonly mcpServerDefinitionProviders: readonly { readonly id: string }[];
    readonly configuration: {
      readonly properties: Readonly<
        Record<string, { readonly default: unknown; readonly markdownDescription: string }>
      >;
    };
  };
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const { commands, menus, keybindings, configuration, languageModelTools, mcpServerDefinitionProviders } =
  manifest.contributes;
/** The commands that only clients use, and no person. */
const FOR_THE_EXTENSION: readonly string[] = [
  Command.history,
  Command.runLabels,
  Command.status,
  Command.code,
  Command.callTool,
  Command.sumUpTable,
  Command.exportTable,
  Command.newestOutput,
  Command.profileTable,
  Command.tableColumns,
  Command.compareValues,
  Command.planLoad,
  Command.loadValue,
];

describe("the manifest", () => {
  it("offers every command that is registered, and no other", () => {
    const registered = Object.values(Command).filter((command) => !FOR_THE_EXTENSION.includes(command));
    assert.deepEqual(commands.map(({ command }) => command).sort(), registered.sort());
  });

  it("puts only its own commands in menus", () => {
    const known = new Set(commands.map(({ command }) => command));
    const strangers = Object.values(menus)
      .flat()
      .filter(({ command }) => command !== undefined && !known.has(command));
    assert.deepEqual(strangers, []);
  });

  it("documents every key binding", () => {
    const page = readFileSync("../docs/editors/vscode.md", "utf8").toLowerCase();
    const silent = keybindings.filter(({ key }) => !page.includes(`\`${key.replaceAll(" ", "` `")}\``));
    assert.deepEqual(silent, []);
  });

  it("declares every tool for assistants that is registered, and the provider of MCP servers", () => {
    reset();
    registerTools(answering({}).request);
    assert.deepEqual(languageModelTools.map(({ name }) => name).sort(), [...tools.keys()].sort());
    assert.deepEqual(
      mcpServerDefinitionProviders.map(({ id }) => id),
      [MCP_PROVIDER],
    );
  });

  it("asks for the package mcp as pyproject.toml does", () => {
    assert(readFileSync("../pyproject.toml", "utf8").includes(`mcp = ["${MCP_PACKAGE}"]`));
  });

  it("has the server's version", () => {
    const source = readFileSync("../server/pipesight/__init__.py", "utf8");
    assert.equal(/__version__ = "(.*)"/.exec(source)?.[1], manifest.version);
  });

  it("describes every setting in the README", () => {
    const readme = readFileSync("README.md", "utf8");
    const silent = Object.keys(configuration.properties).filter((name) => !readme.includes(`\`${name}\``));
    assert.deepEqual(silent, []);
  });
});
