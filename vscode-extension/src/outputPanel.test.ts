import assert from "node:assert/strict";
import fs, { existsSync } from "node:fs";
import path from "node:path";
import { beforeEach, describe, it, mock } from "node:test";
import type { CancellationToken } from "vscode";
import type { Server } from "./client";
import { TemporaryFolders } from "./dataWrangler";
import { OutputPanels } from "./outputPanel";
import type { NewestOutput, Reading, ServerStatus } from "./protocol";
import { answering, builtExtension, PATH, READING, RUN_PAGE, runNode, settled } from "./testing/data";
import { answers, doneWith, EventEmitter, notebooks, panels as opened, reset, saving, Uri } from "./testing/vscode";

const RUN = { pipeline: "training", run: "run 2" };

function open(answers: Parameters<typeof answering>[0]) {
  const statuses = new EventEmitter<ServerStatus>();
  const { request, asked } = answering({ "pipesight.history": () => [runNode("run 3"), runNode("run 2")], ...answers });
  const server = { request, state: "running", onDidChangeStatus: statuses.event } as unknown as Server;
  return { panels: new OutputPanels(builtExtension() as never, server), statuses, asked };
}

const types = (posted: readonly unknown[] = []) => posted.map((message) => (message as { type: string }).type);

describe("the panel", () => {
  beforeEach(reset);

  it("is on the screen before the output is read", async () => {
    const { panels } = open({ "pipesight.readOutput": () => READING });
    const reading = panels.open(PATH, "reused");
    assert.equal(opened.length, 1);
    const html = opened[0]?.webview.html ?? "";
    assert.match(html, /<li>training<\/li><li>run 2<\/li><li>train<\/li><li>accuracy<\/li>.*Reading accuracy…/);
    assert.match(opened[0]?.title ?? "", /^accuracy$/);
    assert.match(html, /<style>main { color: red }<\/style>/);
    await reading;
    await settled();
    assert.deepEqual(types(opened[0]?.posted), ["loading", "reading", "runs"]);
    assert.equal(opened[0]?.title, "accuracy");
  });

  it("is used again, without the focus, and a new one is opened where asked for", async () => {
    const { panels } = open({ "pipesight.readOutput": () => READING });
    await panels.open(PATH, "reused");
    await panels.open(PATH, "reused");
    assert.deepEqual([opened.length, opened[0]?.reveals], [1, [false, false]]);
    await panels.open(PATH, "new");
    assert.equal(opened.length, 2);
  });

  it("takes the focus for a person at the keyboard", async () => {
    const { panels } = open({ "pipesight.readOutput": () => READING });
    await panels.open(PATH, "reused", "taken");
    await panels.open(PATH, "reused", "taken");
    assert.deepEqual(opened[0]?.reveals, [true, true]);
  });

  it("offers the same output of the other runs", async () => {
    const { panels } = open({ "pipesight.readOutput": () => READING });
    await panels.open(PATH, "reused");
    await settled();
    assert.deepEqual(opened[0]?.posted.at(-1), {
      type: "runs",
      runs: ["run 3", "run 2"].map((run) => ({
        name: run,
        short: run,
        mark: "✓",
        path: { ...PATH, run, source: "s" },
      })),
    });
  });

  it("shows a run, and shows it again when the history changes", async () => {
    const { panels, statuses, asked } = open({ "pipesight.showRun": () => RUN_PAGE });
    await panels.open(RUN, "reused");
    statuses.fire({ sources: [] });
    await settled();
    assert.deepEqual(types(opened[0]?.posted), ["loading", "run", "run"]);
    assert.deepEqual(asked, [
      ["pipesight.showRun", RUN],
      ["pipesight.showRun", RUN],
    ]);
  });

  it("shows what is wrong", async () => {
    const { panels } = open({ "pipesight.readOutput": () => ({ problem: "Gone." }) });
    await panels.open(PATH, "reused");
    const trouble = { type: "trouble", trouble: { problem: "Gone." }, steps: ["retry"] };
    assert.deepEqual(opened[0]?.posted.at(-1), trouble);
    opened[0].receive.fire({ type: "step", step: "retry" });
    await settled();
    assert.deepEqual(types(opened[0].posted), ["loading", "trouble", "loading", "trouble"]);
  });

  it("reads again once the server is back, and only then", async () => {
    let answer = (): Reading => {
      throw new Error("The server ended.");
    };
    const { panels, statuses } = open({ "pipesight.readOutput": () => answer() });
    await panels.open(PATH, "reused");
    answer = () => READING;
    for (let times = 0; times < 2; times++) {
      statuses.fire({ sources: [] });
      await settled();
    }
    assert.deepEqual(types(opened[0]?.posted), ["loading", "trouble", "loading", "reading", "runs"]);
  });

  const ended = (): never => {
    throw new Error("The server ended.");
  };
  const gone = (): object => ({ problem: "Gone." });
  const outcomes: [when: string, read: () => unknown, overview: () => unknown, again: string[]][] = [
    ["a read had no answer, although an overview has one", ended, () => READING, ["loading", "trouble"]],
    ["a read has an answer, although an overview had none", gone, ended, []],
  ];
  for (const [when, read, overview, again] of outcomes) {
    it(`${again.length ? "reads again" : "does not read again"} if ${when}`, async () => {
      const { panels, statuses } = open({
        "pipesight.readOutput": ({ limit }) => (limit === 1 ? overview() : read()),
      });
      await panels.open(PATH, "reused");
      opened[0]?.receive.fire({ type: "overview", view: {} });
      await settled();
      statuses.fire({ sources: [] });
      await settled();
      assert.deepEqual(types(opened[0]?.posted), ["loading", "trouble", "overview", ...again]);
    });
  }

  it("shows the later of two outputs, whichever comes first", async () => {
    let answerFirst: (reading: Reading) => void = () => undefined;
    const first = new Promise<Reading>((resolve) => (answerFirst = resolve));
    const later = { ...READING, title: "later" };
    const { panels } = open({ "pipesight.readOutput": ({ output }) => (output === "accuracy" ? first : later) });
    const slow = panels.open(PATH, "reused");
    await panels.open({ ...PATH, output: "other" }, "reused");
    answerFirst(READING);
    await slow;
    assert.equal(opened[0]?.title, "later");
  });

  it("does nothing after it was closed", async () => {
    const { panels, statuses } = open({ "pipesight.showRun": () => RUN_PAGE });
    await panels.open(RUN, "reused");
    const [panel] = opened;
    panel?.disposed.fire(undefined);
    statuses.fire({ sources: [] });
    await settled();
    assert.deepEqual(types(panel?.posted), ["loading", "run"]);
  });

  const asks: [message: object, did: string, details: unknown[]][] = [
    [{ type: "copyText", text: "1\t2" }, "clipboard", ["1\t2"]],
    [{ type: "copyPath" }, "clipboard", ["/store/accuracy"]],
    [{ type: "copyCode" }, "clipboard", ["accuracy = …"]],
    [{ type: "compare" }, "pipesight.compareOutputs", [PATH]],
    [{ type: "openFolder" }, "revealFileInOS", [Uri.file("/store/accuracy")]],
  ];
  for (const [message, did, details] of asks) {
    it(`does what its page asks for: ${JSON.stringify(message)}`, async () => {
      const { panels } = open({
        "pipesight.readOutput": () => READING,
        "pipesight.code": () => ({ text: "accuracy = …" }),
      });
      await panels.open(PATH, "reused");
      opened[0]?.receive.fire(message);
      await settled();
      assert.deepEqual(doneWith(did), [details]);
    });
  }

  it("asks for other rows of the same output", async () => {
    const { panels, asked } = open({ "pipesight.readOutput": () => READING });
    await panels.open(PATH, "reused");
    opened[0]?.receive.fire({ type: "page", view: { offset: 100 } });
    await settled();
    assert.deepEqual(asked.at(-1), ["pipesight.readOutput", { ...PATH, offset: 100 }]);
    assert.deepEqual(opened[0]?.posted.at(-1), { type: "page", preview: READING.preview });
  });

  it("reads the visualization of a tab, and the log of a run", async () => {
    const part = {
      title: "log",
      path: {},
      origin: "step",
      origins: [],
      entries: [],
      start: 0,
      end: 0,
      size: 0,
      live: false,
    };
    const { panels, asked } = open({
      "pipesight.readOutput": () => READING,
      "pipesight.showRun": () => RUN_PAGE,
      "pipesight.readLog": () => part,
    });
    await panels.open(PATH, "reused");
    opened[0]?.receive.fire({ type: "page", view: {}, visualization: 1 });
    await settled();
    assert.deepEqual(asked.at(-1), ["pipesight.readOutput", { ...PATH, visualization: 1 }]);
    await panels.open(RUN, "reused");
    opened[0]?.receive.fire({ type: "log", asked: { step: "train", after: 5 } });
    await settled();
    const argument = { ...RUN, step: "train", origin: null, before: null, after: 5 };
    assert.deepEqual(asked.at(-1), ["pipesight.readLog", argument]);
    assert.deepEqual(opened[0]?.posted.at(-1), { type: "log", asked: { step: "train", after: 5 }, answer: part });
  });

  it("shows the answer to the last query only", async () => {
    const { panels } = open({ "pipesight.readOutput": () => READING });
    await panels.open(PATH, "reused");
    opened[0]?.receive.fire({ type: "page", view: { where: "age > 40" } });
    opened[0]?.receive.fire({ type: "page", view: { where: "age > 41" } });
    await settled();
    assert.equal(types(opened[0]?.posted).filter((type) => type === "page").length, 1);
  });

  it("exports the rows that are shown to a file that the person chooses", async () => {
    saving.file = Uri.file("/tmp/rows.csv");
    const { panels, asked } = open({
      "pipesight.readOutput": () => READING,
      "pipesight.exportTable": () => ({ file: "/tmp/rows.csv", rows: 1203 }),
    });
    await panels.open(PATH, "reused");
    opened[0]?.receive.fire({ type: "export", view: { where: "age > 40" } });
    await settled();
    assert.deepEqual(asked.at(-1), ["pipesight.exportTable", { ...PATH, where: "age > 40", file: "/tmp/rows.csv" }]);
    assert.deepEqual(doneWith("information"), [["1,203 rows written to /tmp/rows.csv"]]);
  });

  it("shows the profiles of a table's columns", async () => {
    const columns = [{ column: "age", position: 0, type: "int64", rows: 4, missing: 0 }];
    const { panels } = open({
      "pipesight.readOutput": () => READING,
      "pipesight.profileTable": () => ({ columns }),
    });
    await panels.open(PATH, "reused");
    opened[0]?.receive.fire({ type: "profile", view: {}, isAsked: false });
    await settled();
    assert.deepEqual(opened[0]?.posted.at(-1), { type: "profile", view: {}, columns });
  });

  it("tells why there are no profiles only to a person who asked for them", async () => {
    const { panels } = open({
      "pipesight.readOutput": () => READING,
      "pipesight.profileTable": () => ({ problem: "Too large." }),
    });
    await panels.open(PATH, "reused");
    for (const isAsked of [false, true]) {
      opened[0]?.receive.fire({ type: "profile", view: {}, isAsked });
      await settled();
      assert.deepEqual(opened[0]?.posted.at(-1), { type: "profile", view: {}, columns: null });
      assert.deepEqual(doneWith("warning"), isAsked ? [["Too large."]] : []);
    }
  });

  it("says that a newer run has the output, and goes there if the person follows it", async () => {
    let newest: NewestOutput = {};
    const { panels, statuses, asked } = open({
      "pipesight.readOutput": ({ run }) => ({ ...READING, path: { ...PATH, run: run ?? null } }),
      "pipesight.newestOutput": () => newest,
    });
    await panels.open(PATH, "reused");
    newest = { path: { ...PATH, run: "run 3" } };
    statuses.fire({ sources: [] });
    statuses.fire({ sources: [] });
    await settled();
    const told = opened[0]?.posted.filter((message) => (message as { type: string }).type === "newest");
    assert.deepEqual(told, [{ type: "newest", newest, follow: null }]);
    opened[0]?.receive.fire({ type: "follow", follow: "successful" });
    await settled();
    const reads = asked.filter(([command]) => command === "pipesight.readOutput");
    assert.deepEqual(reads.at(-1), ["pipesight.readOutput", { ...PATH, run: "run 3" }]);
    const last = opened[0]?.posted.filter((message) => (message as { type: string }).type === "newest").at(-1);
    assert.deepEqual(last, { type: "newest", newest: {}, follow: "successful" });
  });

  it("goes on following after a run whose output could not be read", async () => {
    let newest: NewestOutput = {};
    let isGone = false;
    let now = 0;
    mock.method(Date, "now", () => now);
    const { panels, statuses, asked } = open({
      "pipesight.readOutput": ({ run }) =>
        isGone ? { problem: "Gone." } : { ...READING, title: run ?? "", path: { ...PATH, run: run ?? null } },
      "pipesight.newestOutput": () => newest,
    });
    await panels.open(PATH, "reused");
    opened[0]?.receive.fire({ type: "follow", follow: "newest" });
    const told = async (run: string): Promise<unknown> => {
      newest = { path: { ...PATH, run } };
      statuses.fire({ sources: [] });
      await settled();
      return types(opened[0]?.posted).findLast((type) => ["reading", "trouble"].includes(type));
    };
    isGone = true;
    assert.equal(await told("run 3"), "trouble");
    const before = opened[0]?.posted.length;
    assert.equal(await told("run 3"), "trouble");
    assert.equal(opened[0]?.posted.length, before, "the same problem is told once");
    const reads = (): number => asked.filter(([command]) => command === "pipesight.readOutput").length;
    const read = reads();
    for (const [seconds, more] of [
      [4, 0],
      [6, 1],
      [15, 1],
      [17, 2],
    ] as const) {
      now = seconds * 1000;
      await told("run 3");
      assert.equal(reads() - read, more, `after ${seconds} seconds, because the pauses become longer`);
    }
    now = 60_000;
    isGone = false;
    assert.equal(await told("run 3"), "reading");
    isGone = true;
    assert.equal(await told("run 4"), "trouble");
    isGone = false;
    assert.equal(await told("run 5"), "reading");
    assert.equal(opened[0]?.title, "run 5");
    mock.restoreAll();
  });

  it("opens the rows with Data Wrangler, by the command that it has in the menu of a file", async () => {
    const menus = { "explorer/context": [{ command: "wrangler.open", when: "resourceExtname == .csv" }] };
    answers.extensions = { "ms-toolsai.datawrangler": { contributes: { menus } } };
    const { panels, asked } = open({
      "pipesight.readOutput": () => READING,
      "pipesight.exportTable": ({ file }) =>
        file?.endsWith(".csv") ? { file, rows: 3 } : { problem: "This file is written by DuckDB or pyarrow." },
    });
    await panels.open(PATH, "reused");
    assert.equal((opened[0]?.posted[1] as { hasWrangler?: boolean }).hasWrangler, true);
    opened[0]?.receive.fire({ type: "wrangle", view: { where: "age > 40" } });
    while (doneWith("wrangler.open").length === 0) await settled();
    const files = asked.filter(([command]) => command === "pipesight.exportTable").map(([, argument]) => argument);
    assert.deepEqual(
      files.map((each) => path.extname((each as { file: string }).file)),
      [".parquet", ".csv"],
    );
    const { file } = files[1] as { file: string };
    assert.deepEqual(doneWith("wrangler.open"), [[Uri.file(file)]]);
    assert(existsSync(path.dirname(file)));
    panels.dispose();
    assert(!existsSync(path.dirname(file)));
  });

  it("removes the other folders of Data Wrangler if one of them is held", async () => {
    const folders = new TemporaryFolders();
    const [held, free] = [await folders.make(), await folders.make()];
    const { rmSync } = fs;
    const holding = mock.method(fs, "rmSync", (folder: string, options: fs.RmOptions) => {
      if (folder === held) throw new Error("EBUSY");
      rmSync(folder, options);
    });
    folders.dispose();
    holding.mock.restore();
    assert.deepEqual([existsSync(held), existsSync(free)], [true, false]);
    rmSync(held, { recursive: true });
  });

  const PLAN = {
    title: "model",
    path: PATH,
    token: "digest.proof",
    question: "Load model in Python?",
    details: ["It imports os.system.", "No network."],
  };
  const LOADED = { title: "model", path: PATH, value: { type: "Model", repr: "Model()" } };

  it("loads an output in Python once the person agrees, and asks once for each content of the artifact", async () => {
    const plan = { ...PLAN };
    const { panels, asked } = open({
      "pipesight.readOutput": () => READING,
      "pipesight.planLoad": () => ({ ...plan }),
      "pipesight.loadValue": () => LOADED,
    });
    const loads = () => asked.filter(([command]) => command === "pipesight.loadValue");
    const press = async (): Promise<void> => {
      opened[0]?.receive.fire({ type: "load" });
      for (let turns = 0; turns < 5; turns++) await settled();
    };
    await panels.open(PATH, "reused");
    await press();
    const detail = "It imports os.system.\n\nNo network.";
    assert.deepEqual(doneWith("warning"), [[PLAN.question, { modal: true, detail }, "Load in Python"]]);
    assert.deepEqual(loads(), []);
    answers.press = "Load in Python";
    await press();
    assert.deepEqual(loads(), [["pipesight.loadValue", { ...PATH, token: "digest.proof" }]]);
    const shown = [
      { type: "loaded", answer: LOADED },
      { type: "tab", view: { kind: "loaded" } },
    ];
    assert.deepEqual(opened[0]?.posted.slice(-2), shown);
    opened[0].receive.fire({ type: "tab", view: { kind: "metadata" } });
    opened[0].receive.fire({ type: "ready" });
    assert.deepEqual(opened[0].posted.slice(-2), [shown[0], { type: "tab", view: { kind: "metadata" } }]);
    await press();
    assert.equal(doneWith("warning").length, 2);
    plan.token = "changed.proof";
    await press();
    assert.equal(doneWith("warning").length, 3);
    assert.equal(loads().length, 3);
  });

  it("loads an output once however often the person presses, and stops when the panel is closed", async () => {
    answers.press = "Load in Python";
    const tokens: (CancellationToken | undefined)[] = [];
    const { panels } = open({
      "pipesight.readOutput": () => READING,
      "pipesight.planLoad": () => PLAN,
      "pipesight.loadValue": (_, token) => {
        tokens.push(token);
        return new Promise(() => undefined);
      },
    });
    await panels.open(PATH, "reused");
    const press = async (times: number): Promise<void> => {
      for (let time = 0; time < times; time++) opened[0]?.receive.fire({ type: "load" });
      for (let turns = 0; turns < 5; turns++) await settled();
    };
    const cancelled = () => tokens.map((token) => token?.isCancellationRequested);
    await press(2);
    assert.equal(doneWith("warning").length, 1);
    assert.deepEqual(cancelled(), [false]);
    await press(1);
    assert.deepEqual(cancelled(), [true, false]);
    opened[0]?.disposed.fire(undefined);
    assert.deepEqual(cancelled(), [true, true]);
  });

  it("loads nothing in a workspace that is not trusted", async () => {
    answers.isTrusted = false;
    const { panels, asked } = open({ "pipesight.readOutput": () => READING });
    await panels.open(PATH, "reused");
    opened[0]?.receive.fire({ type: "load" });
    await settled();
    const answer = { problem: "Values are loaded in Python only in a trusted workspace." };
    assert.deepEqual(opened[0]?.posted.at(-2), { type: "loaded", answer });
    assert.deepEqual(doneWith("warning"), []);
    assert(!asked.some(([command]) => command === "pipesight.planLoad"));
  });

  it("shows why an output cannot be loaded, and does not ask then", async () => {
    const answer = { problem: "The artifact's files are gone." };
    const { panels } = open({ "pipesight.readOutput": () => READING, "pipesight.planLoad": () => answer });
    await panels.open(PATH, "reused");
    opened[0]?.receive.fire({ type: "load" });
    await settled();
    await settled();
    assert.deepEqual(opened[0]?.posted.at(-2), { type: "loaded", answer });
    assert.deepEqual(doneWith("warning"), []);
  });

  it("opens a notebook with a cell that reads the output", async () => {
    const { panels } = open({
      "pipesight.readOutput": () => READING,
      "pipesight.code": () => ({ text: "accuracy = 1\n" }),
    });
    await panels.open(PATH, "reused");
    opened[0]?.receive.fire({ type: "openNotebook" });
    await settled();
    assert.deepEqual(
      notebooks.at(-1)?.cells.map(({ value }) => value),
      ["accuracy = 1"],
    );
  });

  it("sends its page again what is shown, when the page is made anew", async () => {
    const { panels } = open({ "pipesight.readOutput": () => READING });
    await panels.open(PATH, "reused");
    await settled();
    opened[0]?.receive.fire({ type: "ready" });
    assert.deepEqual(types(opened[0]?.posted.slice(3)), ["reading", "runs"]);
  });

  it("lets its page run scripts by nonce only, and load nothing", async () => {
    await open({ "pipesight.readOutput": () => READING }).panels.open(PATH, "reused");
    const html = opened[0]?.webview.html ?? "";
    assert.match(html, /default-src 'none'; script-src 'nonce-[\w+/=]+';/);
    assert.match(html, /img-src data:; font-src data:"/);
  });
});
