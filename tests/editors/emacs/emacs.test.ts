/** The same language server in Emacs, with Eglot and with lsp-mode. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { after, describe, it } from "node:test";
import { sampleProject, serverCommand } from "../shared/project.ts";

interface Seen {
  readonly pipeline: string | null;
  readonly output: string | null;
  readonly nothing: string | null;
  readonly completions: readonly string[];
  readonly read?: string;
}

/** What Emacs shows of the sample in the folder, with one of the scripts. */
function emacs(folder: string, script: string): Seen {
  const env = {
    ...process.env,
    PIPESIGHT_SERVER: JSON.stringify(serverCommand),
    XDG_CACHE_HOME: path.dirname(folder),
  };
  const printed = execFileSync("emacs", ["-Q", "--batch", "-l", path.join(import.meta.dirname, script)], {
    cwd: folder,
    env,
    encoding: "utf8",
    timeout: 60_000,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return JSON.parse(printed) as Seen;
}

describe("Emacs with Eglot", () => {
  const project = sampleProject();
  const seen = emacs(project.folder, "check.el");

  after(() => {
    project.remove();
  });

  it("tells about a pipeline and an output", () => {
    assert.match(seen.pipeline ?? "", /4 runs · last run completed/);
    assert.match(seen.output ?? "", /petal length/);
  });

  it("says nothing of other text", () => {
    assert.equal(seen.nothing, null);
  });

  it("offers names in a string that is just being typed", () => {
    assert.deepEqual([...seen.completions].sort(), ["evaluate", "load_data", "train"]);
  });

  it("reads an output by command", () => {
    assert.equal(seen.read, "accuracy");
  });
});

describe("Emacs with lsp-mode", () => {
  const project = sampleProject();
  const seen = emacs(project.folder, "lsp-mode.el");

  after(() => {
    project.remove();
  });

  it("tells about a pipeline and an output of the history that the project's file names", () => {
    assert.match(seen.pipeline ?? "", /4 runs · last/);
    assert.match(seen.output ?? "", /petal length/);
    assert.equal(seen.nothing, null);
  });

  it("offers names in a string that is just being typed", () => {
    assert.deepEqual([...seen.completions].sort(), ["evaluate", "load_data", "train"]);
  });
});
