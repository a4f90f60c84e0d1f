import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Command } from "./commandIds";

interface Manifest {
  readonly version: string;
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command?: string }[]>>;
    readonly keybindings: readonly { readonly command: string; readonly key: string }[];
    readonly configuration: {
      readonly properties: Readonly<
        Record<string, { readonly default: unknown; readonly markdownDescription: string }>
      >;
    };
  };
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const { commands, menus, keybindings, configuration } = manifest.contributes;
/** The server alone answers these; a person has no use for them. */
const FOR_THE_EXTENSION: readonly string[] = [
  Command.history,
  Command.status,
  Command.code,
  Command.callTool,
  Command.sumUpTable,
  Command.exportTable,
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
