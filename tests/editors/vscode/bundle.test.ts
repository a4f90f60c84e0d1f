/** The server in the VSIX: pure Python, and all that it needs is with it, for each Python that it says to run on. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { python, repository, vsix } from "../shared/project.ts";

/** The oldest and the newest Python from 3.10 on that this machine has, and the one of the tests. */
function pythons(): string[] {
  const versions = path.join(os.homedir(), ".pyenv/versions");
  const installed = existsSync(versions) ? readdirSync(versions) : [];
  const minor = (version: string): number => Number(version.split(".")[1]);
  const fitting = installed
    .filter((version) => version.startsWith("3.") && minor(version) >= 10)
    .sort((one, other) => minor(one) - minor(other));
  const ends = [fitting.at(0), fitting.at(-1)].filter((version) => version !== undefined);
  return [...new Set([...ends.map((version) => path.join(versions, version, "bin/python")), python])];
}

describe("the server in the VSIX", () => {
  let folder: string;
  let libs: string;

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "pipesight vsix "));
    const unpack = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])";
    execFileSync(python, ["-c", unpack, vsix(), folder]);
    libs = path.join(folder, "extension/bundled/libs");
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("has no compiled files, and keeps what packages say of themselves", () => {
    const files = readdirSync(libs, { recursive: true }).map(String);
    assert.deepEqual(
      files.filter((file) => /\.(so|pyd|dylib|pyc)$/.test(file)),
      [],
    );
    const packages = readdirSync(libs).filter((name) => name.endsWith(".dist-info"));
    assert(packages.length >= 8, packages.join());
  });

  for (const interpreter of pythons()) {
    it(`does the main job with ${path.relative(repository, interpreter)} alone`, () => {
      const env = {
        PATH: process.env.PATH,
        HOME: folder,
        PYTHONPATH: libs,
        PYTHONDONTWRITEBYTECODE: "1",
        PYTHONUTF8: "1",
      };
      const sample = path.join(folder, "sample");
      const printed = execFileSync(interpreter, ["-S", "-m", "pipesight", "demo", "--folder", sample], {
        env,
        cwd: folder,
        encoding: "utf8",
      });
      assert.match(printed, /training_pipeline[^]*completed/);
      rmSync(sample, { recursive: true });
    });
  }
});
