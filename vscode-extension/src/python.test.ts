import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  type Candidate,
  type Execute,
  findPythons,
  FROM_PATH,
  probe,
  readerOf,
  remarkOn,
  serverOf,
  SetupError,
} from "./python";

/** A machine on which these commands are these Pythons: `[version, sys.executable]`. */
function machine(pythons: Record<string, [version: string, executable: string]>): Execute {
  return (command, args) => {
    const python = pythons[[command, ...args.slice(0, args.indexOf("-I"))].join(" ")];
    return python ? Promise.resolve(`${python.join("|")}\r\n`) : Promise.reject(new Error("ENOENT"));
  };
}

const selected = (command: string): Candidate => ({ command, origin: "the Python extension" });

describe("choosing Pythons", () => {
  const run = machine({
    "/my project/.venv/bin/python": ["3.12", "/my project/.venv/bin/python"],
    "/old/bin/python": ["3.8", "/old/bin/python"],
    python3: ["3.11", "/usr/bin/python3.11"],
  });
  const cases: [what: string, candidates: Candidate[], named: string, server: string, reader: string][] = [
    [
      "the selected one does both",
      [selected("/my project/.venv/bin/python")],
      "",
      "/my project/.venv/bin/python",
      "/my project/.venv/bin/python",
    ],
    [
      "an old one reads, one from the PATH serves",
      [selected("/old/bin/python")],
      "",
      "/usr/bin/python3.11",
      "/old/bin/python",
    ],
    [
      "a selected one that does not run is passed over",
      [selected("/gone/python")],
      "",
      "/usr/bin/python3.11",
      "/usr/bin/python3.11",
    ],
    ["nothing selected", [], "", "/usr/bin/python3.11", "/usr/bin/python3.11"],
    [
      "the named one comes first",
      [selected("/my project/.venv/bin/python")],
      "/old/bin/python",
      "/my project/.venv/bin/python",
      "/old/bin/python",
    ],
  ];
  for (const [what, candidates, named, server, reader] of cases) {
    it(what, async () => {
      const found = await findPythons([...candidates, ...FROM_PATH], named, run);
      assert.deepEqual([serverOf(found).path, readerOf(found)?.path], [server, reader]);
    });
  }

  it("does not look further than it must", async () => {
    const asked: string[] = [];
    await findPythons([selected("/my project/.venv/bin/python"), ...FROM_PATH], "", (command, args) => {
      asked.push(command);
      return run(command, args);
    });
    assert.deepEqual(asked, ["/my project/.venv/bin/python"]);
  });

  it("names what it found when none is new enough", async () => {
    const old = machine({ python3: ["3.9", "/usr/bin/python3"] });
    const found = await findPythons(FROM_PATH, "", old);
    assert.throws(() => serverOf(found), {
      name: SetupError.name,
      message: /3\.10 or newer.*\/usr\/bin\/python3 \(3\.9, from PATH\).*pipesight\.interpreter/,
    });
  });

  it("says that there is none", async () => {
    const found = await findPythons(FROM_PATH, "", machine({}));
    assert.throws(() => serverOf(found), /found none\. Install Python/);
  });

  it("takes the launcher of Windows with a version", async () => {
    const launcher = machine({ "py -3.12": ["3.12", String.raw`C:\Python312\python.exe`] });
    const [python] = await findPythons([], "py -3.12", launcher);
    assert.equal(python?.path, String.raw`C:\Python312\python.exe`);
    await assert.rejects(findPythons([], "py -3.7", launcher), /names py -3\.7, which does not run/);
  });

  it("does not go on without the one that the person named", async () => {
    await assert.rejects(findPythons(FROM_PATH, "/typo/python", run), /names \/typo\/python, which does not run/);
  });
});

describe("probing", () => {
  it("tells versions of two digits apart", async () => {
    const python = await probe(
      { command: "py", origin: "PATH" },
      machine({ py: ["3.14", "C:\\Python 3\\python.exe"] }),
    );
    assert.deepEqual(python, { path: "C:\\Python 3\\python.exe", version: [3, 14], origin: "PATH" });
  });

  it("asks for an answer in UTF-8, because Windows has another code page", async () => {
    const flags: string[][] = [];
    await probe({ command: "python", origin: "PATH" }, (_, args) => {
      flags.push(args.slice(0, args.indexOf("-c")));
      return Promise.resolve("3.12|C:\\Users\\Jürgen\\python.exe");
    });
    assert.deepEqual(flags, [["-I", "-X", "utf8"]]);
  });

  it("finds a real Python", async () => {
    const python = await probe({ command: "python3", origin: "PATH" });
    assert(python);
    assert.equal(python.version[0], 3);
  });

  it("takes no other program for a Python", async () => {
    assert.equal(await probe({ command: process.execPath, origin: "PATH" }), undefined);
  });
});

describe("a Python that is too old", () => {
  const python = (place: string, version: [number, number]) => ({ path: place, version, origin: "PATH" });
  const [old, older, fresh] = [python("/old", [3, 8]), python("/older", [3, 6]), python("/new", [3, 12])];
  const cases: [what: string, found: (typeof old)[], remark: RegExp][] = [
    ["nothing is said of one that is new enough", [fresh], /^$/],
    [
      "one that reads outputs",
      [old, fresh],
      /^\/old \(Python 3.8, from PATH\) is too old .* so \/new .* with yours\.$/,
    ],
    ["one that does not even read outputs", [older, fresh], /because reading needs Python 3\.7\.$/],
  ];
  for (const [what, found, remark] of cases) {
    it(what, () => {
      assert.match(remarkOn(found), remark);
    });
  }
});
