/** The VSIX: its content and licenses, equal bytes in two builds, and a server that needs nothing else. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
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

/** The largest size of a download in bytes. It is about 2.7 MB. */
const BUDGET = 3_000_000;

/** Builds the extension from its sources into a file, as `npm run package` does. */
function build(file: string, environment: Record<string, string>): Buffer {
  const options = { cwd: path.join(repository, "vscode-extension"), env: { ...process.env, ...environment } };
  for (const step of [["scripts/build.mjs", "--production"], ["scripts/bundle.mjs"], ["scripts/package.mjs", file]]) {
    execFileSync(process.execPath, step, { ...options, stdio: "pipe" });
  }
  return readFileSync(file);
}

describe("the VSIX", () => {
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

  it("is small", () => {
    const { size } = statSync(vsix());
    assert(size < BUDGET, `${String(size)} bytes`);
  });

  it("contains the license of each project whose code it contains", () => {
    const { dependencies } = JSON.parse(readFileSync(path.join(folder, "extension/package.json"), "utf8")) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    const scripts = Object.entries(dependencies).map(([name, version]) => `${name} ${version}`);
    const libraries = readdirSync(libs).flatMap(
      (name) => /^(.*)-(.*)\.dist-info$/.exec(name)?.slice(1).join(" ") ?? [],
    );
    const carried = [...scripts, ...libraries].filter((title) => !title.startsWith("pipesight "));

    const text = readFileSync(path.join(folder, "extension/ThirdPartyNotices.txt"), "utf8");
    const titles = text.toLowerCase().matchAll(/^={80}\n(.*)\n={80}\n\n\S/gm);
    const noticed = new Set([...titles].map(([, title]) => title));
    assert.deepEqual(
      carried.filter((title) => !noticed.has(title.toLowerCase())),
      [],
    );
    assert(noticed.has("vscode-jsonrpc 10.0.0"), "a dependency of a dependency is missing");
  });

  it("lists for each Python package only files that are there", () => {
    const records = readdirSync(libs).filter((name) => existsSync(path.join(libs, name, "RECORD")));
    const rows = records.flatMap((name) =>
      readFileSync(path.join(libs, name, "RECORD"), "utf8")
        .trim()
        .split("\n"),
    );
    const files = rows.map((row) => row.split(",")[0] ?? "");
    assert.deepEqual(
      files.filter((file) => !existsSync(path.join(libs, file))),
      [],
    );
  });

  it("is a pre-release if its maker says so", () => {
    const file = path.join(folder, "early.vsix");
    execFileSync(process.execPath, ["scripts/package.mjs", file], {
      cwd: path.join(repository, "vscode-extension"),
      env: { ...process.env, PRE_RELEASE: "1" },
      stdio: "pipe",
    });
    const says = (archive: string): boolean => {
      const read = "import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read('extension.vsixmanifest').decode())";
      const manifest = execFileSync(python, ["-c", read, archive], { encoding: "utf8" });
      return manifest.includes("Microsoft.VisualStudio.Code.PreRelease");
    };
    assert.deepEqual([file, vsix()].map(says), [true, false]);
  });

  it("is the same, byte for byte, from the same sources at the same date", () => {
    const one = build(path.join(folder, "one.vsix"), { SOURCE_DATE_EPOCH: "1700000000", TZ: "Asia/Tokyo" });
    const umask = process.umask(0o077);
    try {
      const other = build(path.join(folder, "other.vsix"), { SOURCE_DATE_EPOCH: "1700000000", TZ: "America/Lima" });
      assert(one.equals(other));
    } finally {
      process.umask(umask);
    }
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
