/** Runs the tests in `inside/` in VS Code's extension host, and reports each of them. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, it } from "node:test";
import { startCodeServer } from "./codeServer.ts";
import { python, repository, sampleProject } from "../shared/project.ts";
import { launch } from "../shared/browser.ts";

interface Result {
  readonly title: string;
  readonly error?: string;
  /** What the test measured. */
  readonly note?: string;
}

const PATIENCE = 480_000;

/** Opens a page that loads the extension from its folder and runs the tests. Returns their results. */
async function runInside(): Promise<Result[]> {
  const project = sampleProject();
  const results = path.join(os.tmpdir(), `pipesight-inside-${process.pid}.json`);
  Object.assign(process.env, {
    PIPESIGHT_TEST_RESULTS: results,
    PIPESIGHT_TEST_PYTHON: python,
    PIPESIGHT_TEST_REPOSITORY: repository,
  });
  const server = await startCodeServer({
    args: ["--vscode-option", "enable-smoke-test-driver"],
    machine: { "pipesight.interpreter": python },
  });
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const done = new Promise((resolve) => void page.exposeFunction("codeAutomationExit", resolve));
    await page.exposeFunction("codeAutomationLog", () => undefined);
    const remote = (file: string): string => `vscode-remote://${new URL(server.address).host}${file}`;
    const payload = JSON.stringify([
      ["extensionDevelopmentPath", remote(path.join(repository, "vscode-extension"))],
      ["extensionTestsPath", remote(path.join(import.meta.dirname, "inside/index.cjs"))],
    ]);
    await page.goto(
      `${server.address}/?folder=${encodeURIComponent(project.folder)}&payload=${encodeURIComponent(payload)}`,
    );
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, PATIENCE).unref())]);
    assert(existsSync(results), `no results within ${PATIENCE} ms; the server's log: ${server.log()}`);
    return JSON.parse(readFileSync(results, "utf8")) as Result[];
  } finally {
    await browser.close();
    await server.stop();
    project.remove();
    rmSync(results, { force: true });
  }
}

const results = await runInside();

describe("inside the extension host", () => {
  for (const { title, error, note } of results) {
    it(title, (context) => {
      if (note) context.diagnostic(`${title}: ${note}`);
      assert.equal(error, undefined);
    });
  }

  it("ran", () => {
    assert(results.length > 25);
  });
});
