/** A run on a real ZenML server has links to its page in the server's dashboard, in real VS Code. */
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { picture } from "../shared/pictures.ts";
import { startZenMLServer, type ZenMLServer } from "../shared/zenmlServer.ts";
import { openSample } from "./sample.ts";

const DATABASE = "history/config/local_stores/default_zen_store/zenml.db";

describe("a person with a run on a ZenML server", { timeout: 600_000 }, () => {
  const place = mkdtempSync(path.join(os.tmpdir(), "pipesight server "));
  let zenml: ZenMLServer | undefined;

  // VS Code starts after this, and finds the server in its settings.
  before(async () => {
    const database = path.join(place, "zenml.db");
    copyFileSync(path.join(folder, DATABASE), database);
    zenml = await startZenMLServer(database);
    const history = [zenml.address.replace("//", "//default@")];
    mkdirSync(path.join(folder, ".vscode"));
    writeFileSync(path.join(folder, ".vscode/settings.json"), JSON.stringify({ "pipesight.history": history }));
  });

  const { folder, vscode } = openSample();

  after(async () => {
    await zenml?.stop();
    rmSync(place, { recursive: true, force: true });
  });

  it("opens its page in the dashboard", async () => {
    await vscode.openFile("inspect_run.py");
    await vscode.rest(vscode.word("run = pipeline", /first_training/), "Open in the dashboard");
    await vscode.openFile("report.py"); // links are asked for when a file comes into sight
    const hover = await vscode.rest(vscode.link("last_run"), "Open the run in the dashboard");
    await picture(vscode.page, "links-dashboard", ".part.editor");
    const opened = vscode.page.context().waitForEvent("page");
    await hover.locator("a", { hasText: "Open the run in the dashboard" }).click();
    assert.match((await opened).url(), /\/projects\/default\/runs\/[0-9a-f-]{36}$/);
  });
});
