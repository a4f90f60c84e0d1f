/** The same language server in Emacs with Eglot. */
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
  readonly read: string;
}

describe("Emacs with Eglot", () => {
  const project = sampleProject();
  const env = {
    ...process.env,
    PIPESIGHT_SERVER: JSON.stringify(serverCommand),
    XDG_CACHE_HOME: path.dirname(project.folder),
  };
  const printed = execFileSync("emacs", ["-Q", "--batch", "-l", path.join(import.meta.dirname, "check.el")], {
    cwd: project.folder,
    env,
    encoding: "utf8",
    timeout: 60_000,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const seen = JSON.parse(printed) as Seen;

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
