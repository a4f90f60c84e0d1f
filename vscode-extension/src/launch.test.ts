import assert from "node:assert/strict";
import path from "node:path";
import { describe, it } from "node:test";
import { inTerminal, type Launch, launch, mcpLaunch, serverArguments } from "./launch";
import type { Execute, Python } from "./python";
import type { ClientSettings } from "./settings";

const settings: ClientSettings = {
  enable: true,
  interpreter: "",
  importStrategy: "useBundled",
  path: [],
  args: ["--log-file", "/my logs/pipesight.log"],
  logLevel: "info",
};
const old: Python = { path: "/old/python", version: [3, 8], origin: "PATH" };
const fresh: Python = { path: "/new/python", version: [3, 13], origin: "PATH" };
const bundled = path.join("/extension", "bundled");
const common = ["lsp", "--log-level", "info", "--log-file", "/my logs/pipesight.log"];
const installed: Execute = () => Promise.resolve("");
const missing: Execute = () => Promise.reject(new Error("exit 1"));

describe("starting the server", () => {
  const cases: [what: string, changed: Partial<ClientSettings>, pythons: Python[], expected: Omit<Launch, "cwd">][] = [
    [
      "the bundled one runs with the first Python that is new enough, without the user's site packages",
      {},
      [old, fresh],
      {
        command: "/new/python",
        args: ["-s", "-m", "pipesight", ...common],
        env: { PYTHONPATH: path.join(bundled, "libs") },
      },
    ],
    [
      "the environment's runs as the environment has it",
      { importStrategy: "fromEnvironment" },
      [fresh],
      { command: "/new/python", args: ["-m", "pipesight", ...common], env: {} },
    ],
    [
      "another command needs no Python at all",
      { path: ["/opt/my tools/pipesight", "--verbose"] },
      [],
      { command: "/opt/my tools/pipesight", args: ["--verbose", ...common], env: {} },
    ],
  ];
  for (const [what, changed, pythons, expected] of cases) {
    it(what, async () => {
      assert.deepEqual(
        await launch({ ...settings, ...changed }, pythons, bundled, serverArguments(settings), installed),
        {
          ...expected,
          cwd: bundled,
        },
      );
    });
  }

  it("says what to do when the environment has no pipesight", async () => {
    const started = launch({ ...settings, importStrategy: "fromEnvironment" }, [fresh], bundled, [], missing);
    await assert.rejects(started, /\/new\/python has no package pipesight\. Install it there or set/);
  });

  it("serves assistants with the same Python, if that has the package mcp", async () => {
    const args = ["--folder", "/my project"];
    const { command, args: given } = await mcpLaunch(settings, [fresh], bundled, args, installed);
    assert.deepEqual([command, ...given], ["/new/python", "-s", "-m", "pipesight", "mcp", "--folder", "/my project"]);
    await assert.rejects(mcpLaunch(settings, [fresh], bundled, args, missing), {
      message: "/new/python has no package mcp, which Pipesight needs to serve the history to assistants.",
      remedy: '/new/python -m pip install "mcp>=2.3,<3"',
    });
  });

  const programs: [program: string, platform: NodeJS.Platform, typed: string][] = [
    [String.raw`C:\venv\Scripts\python.exe`, "win32", String.raw`C:\venv\Scripts\python.exe`],
    [String.raw`C:\Program Files\Python\python.exe`, "win32", String.raw`& "C:\Program Files\Python\python.exe"`],
    ["/usr/bin/python3.12", "linux", "/usr/bin/python3.12"],
    ["/Users/me/it's here/python", "darwin", String.raw`'/Users/me/it'\''s here/python'`],
  ];
  for (const [program, platform, typed] of programs) {
    it(`writes ${program} for a terminal of ${platform}`, () => {
      assert.equal(inTerminal(program, platform), typed);
    });
  }

  it("says what to do when no Python is new enough", async () => {
    await assert.rejects(launch(settings, [old], bundled, [], installed), /needs Python 3\.10 or newer/);
  });
});
