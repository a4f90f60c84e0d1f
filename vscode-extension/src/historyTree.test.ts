import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { HistoryTree } from "./historyTree";
import type { HistoryNode, Tone } from "./protocol";
import { answering, runNode } from "./testing/data";
import { answers, done, doneWith, reset, selection, type ThemeIcon, treeView } from "./testing/vscode";

const pipeline: HistoryNode = {
  kind: "pipeline",
  label: "training",
  short: "training",
  path: { pipeline: "training" },
  expandable: true,
  description: "4 runs",
};

async function itemOf(node: HistoryNode) {
  const tree = new HistoryTree(answering({ "pipesight.history": () => [node] }).request);
  const [child] = await tree.getChildren();
  assert(child);
  return tree.getTreeItem(child);
}

describe("the history tree", () => {
  beforeEach(reset);

  it("asks for the children of a node by its path", async () => {
    const { request, asked } = answering({
      "pipesight.history": ({ parent }) => (parent ? [runNode("a")] : [pipeline]),
    });
    const tree = new HistoryTree(request);
    const [top] = await tree.getChildren();
    const [run] = await tree.getChildren(top);
    assert(run?.kind === "run");
    assert.equal(run.label, "a");
    assert.deepEqual(asked, [
      ["pipesight.history", {}],
      ["pipesight.history", { parent: { pipeline: "training" }, limit: 100 }],
    ]);
  });

  it("lists more runs of a pipeline when the person asks for them", async () => {
    const runs = Array.from({ length: 150 }, (_, at) => runNode(`run ${at}`));
    const tree = new HistoryTree(
      answering({
        "pipesight.history": ({ parent, limit }) => (parent ? runs.slice(0, limit ?? 0) : [pipeline]),
      }).request,
    );
    const [top] = await tree.getChildren();
    const first = await tree.getChildren(top);
    const more = first.at(-1);
    assert(more);
    assert.deepEqual([first.length, tree.getTreeItem(more).label], [101, "Load more runs…"]);
    let changed: unknown;
    tree.onDidChangeTreeData((line) => (changed = line));
    selection.fire({ selection: [more] });
    assert.equal(changed, top);
    assert.equal((await tree.getChildren(top)).length, 150);
  });

  it("lists the runs that the person searches for, and all runs again", async () => {
    const { request, asked } = answering({ "pipesight.history": ({ find }) => (find === "weak" ? [] : [pipeline]) });
    const tree = new HistoryTree(request);
    answers.pick = " weak ";
    await tree.search();
    await tree.getChildren();
    assert.deepEqual(asked.at(-1), ["pipesight.history", { find: "weak", statuses: [], tags: [] }]);
    assert.equal(treeView.message, "No run matches: “weak”");
    assert.deepEqual(doneWith("setContext").at(-1), ["pipesight.filtered", true]);
    tree.listAll();
    await tree.getChildren();
    assert.deepEqual(asked.at(-1), ["pipesight.history", {}]);
    assert.equal(treeView.message, "");
    assert.deepEqual(doneWith("setContext").at(-1), ["pipesight.filtered", false]);
  });

  it("lists the runs of the statuses and tags that the person chooses", async () => {
    const { request, asked } = answering({
      "pipesight.history": () => [pipeline],
      "pipesight.runLabels": () => ({ statuses: ["completed", "failed"], tags: ["nightly"] }),
    });
    const tree = new HistoryTree(request);
    answers.pick = "failed, nightly";
    await tree.choose();
    assert.deepEqual(doneWith("quickPick").at(-1)?.[0], ["Status", "completed", "failed", "Tag", "nightly"]);
    const [top] = await tree.getChildren();
    await tree.getChildren(top);
    const wanted = { find: "", statuses: ["failed"], tags: ["nightly"] };
    assert.deepEqual(asked.at(-1), ["pipesight.history", { parent: { pipeline: "training" }, limit: 100, ...wanted }]);
    assert.equal(treeView.message, "Runs: failed · nightly");
  });

  it("lists what it did if the person closes the box", async () => {
    const tree = new HistoryTree(answering({ "pipesight.history": () => [pipeline] }).request);
    await tree.search();
    assert.deepEqual(doneWith("setContext"), []);
  });

  it("is empty while no server runs", async () => {
    assert.deepEqual(await new HistoryTree(answering({}).request).getChildren(), []);
  });

  it("shows the short name of a run, and says the whole once to a screen reader", async () => {
    const item = await itemOf(runNode("training-2026_11_23-04_15_32", "…2026_11_23-04_15_32"));
    assert.equal(item.label, "…2026_11_23-04_15_32");
    assert.equal(item.accessibilityInformation?.label, "run training-2026_11_23-04_15_32, completed, 2 h ago");
  });

  const icons: [Tone, string, string | undefined][] = [
    ["passed", "pass", "testing.iconPassed"],
    ["cached", "history", "testing.iconPassed"],
    ["failed", "error", "testing.iconFailed"],
    ["paused", "debug-pause", undefined],
    ["unknown", "question", "testing.iconSkipped"],
  ];
  for (const [tone, icon, color] of icons) {
    it(`marks what is ${tone} with ${icon}`, async () => {
      const { iconPath } = await itemOf({ ...runNode("a"), tone });
      const { id, color: shown } = iconPath as unknown as ThemeIcon;
      assert.deepEqual([id, shown?.id], [icon, color]);
    });
  }

  it("reads an output on a click", async () => {
    const path = { pipeline: "training", run: "a", step: "train", output: "model" };
    const item = await itemOf({ ...pipeline, kind: "output", label: "model", short: "model", path, expandable: false });
    assert.deepEqual(item.command?.arguments, [path]);
    assert.equal(item.collapsibleState, 0);
  });

  it("says beside its title how many runs there are", () => {
    const tree = new HistoryTree(answering({}).request);
    const source = { label: "zenml.db", kind: "sqlite", syncing: false, runs: 1200 };
    tree.tell({ sources: [source] });
    assert.equal(treeView.description, "1,200 runs");
    tree.tell({ sources: [{ ...source, syncing: true }] });
    assert.equal(treeView.description, "indexing…");
  });

  it("says above the tree what is wrong, with line breaks in paths", () => {
    const tree = new HistoryTree(answering({}).request);
    const source = {
      label: "zenml.db",
      kind: "sqlite",
      syncing: false,
      runs: 0,
      error: "/a/b is locked.",
      advice: "Wait.",
    };
    tree.tell({ sources: [source] });
    assert.equal(treeView.message, "/\u200ba/\u200bb is locked. Wait.");
    assert.deepEqual(doneWith("setContext").at(-1), ["pipesight.troubled", true]);
    tree.tell(undefined);
    assert.equal(treeView.message, "");
    assert.equal(done.length, 2);
  });
});
