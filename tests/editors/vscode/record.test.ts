/** The metadata, log, visualization and failure of a run in real VS Code, from a history that ZenML recorded. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { before, describe, it } from "node:test";
import { picture } from "../shared/pictures.ts";
import { python, repository } from "../shared/project.ts";
import { openSample } from "./sample.ts";

const EDITOR = ".part.editor";
const PANEL = ".part.editor .split-view-view:nth-child(2) .editor-group-container";

const EXPLORE = `from zenml.client import Client

client = Client()
run = client.get_pipeline_run("training_01")
fit = run.steps["fit"]
loss = fit.run_metadata["loss"]
card = fit.outputs["card"][0].load()
`;

/** The step as it is today: its code has moved since it failed. */
const TRAINING = `from typing import Annotated

import pandas as pd
from zenml import log_metadata, step


@step(name="fit", enable_cache=False)
def fit(data: pd.DataFrame, rate: float = 0.1, fail: bool = False) -> Annotated[float, "accuracy"]:
    import math

    loss = round(1 / (1 + 10 * rate), 4)
    log_metadata({"loss": loss, "epochs": 4, "schedule": "cosine"})
    print("fitting with", rate)
    if fail:
        print("about to divide")
        math.sqrt(len(data) - 10_000)
    return round(1 - loss / 3, 4)
`;

/** Unpacks the history up to the run that failed. */
const UNPACK = `
import sqlite3, sys
from pathlib import Path
from pipesight.demo.sample import unpack_history
folder = unpack_history(Path(sys.argv[1]), Path(sys.argv[2]))
with sqlite3.connect(next(folder.rglob("zenml.db"))) as database:
    newer = "start_time > (SELECT start_time FROM pipeline_run WHERE name = 'training_03')"
    database.execute(f"DELETE FROM step_run WHERE pipeline_run_id IN (SELECT id FROM pipeline_run WHERE {newer})")
    database.execute(f"DELETE FROM pipeline_run WHERE {newer}")
print(folder)
`;

describe("the record of a run", { timeout: 300_000 }, () => {
  before(() => {
    const archive = path.join(repository, "tests/histories/0.98.0-record.tar.xz");
    const place = path.dirname(folder);
    const history = execFileSync(python, ["-c", UNPACK, archive, place], { encoding: "utf8" }).trim();
    mkdirSync(path.join(folder, ".vscode"));
    writeFileSync(path.join(folder, ".vscode/settings.json"), JSON.stringify({ "pipesight.history": [history] }));
    writeFileSync(path.join(folder, "explore.py"), EXPLORE);
    writeFileSync(path.join(folder, "training.py"), TRAINING);
  });

  const sample = openSample();
  const { folder, vscode } = sample;

  it("tells what a key of the metadata holds", async () => {
    await vscode.openFile("explore.py");
    await vscode.lenses.first().waitFor();
    const hover = await vscode.rest(vscode.word("loss = fit", /loss/), "0.5");
    assert.match(await hover.first().innerText(), /training_01/);
    await picture(vscode.page, "hover-metadata", EDITOR, 330);
  });

  it("shows the failure of the last run at its line, though the code has moved", async () => {
    await vscode.openFile("training.py");
    await vscode.page.locator(".squiggly-info").first().waitFor();
    await vscode.goTo(1, 1);
    await vscode.run("Go to Next Problem (Error, Warning, Info)");
    const shown = vscode.page.locator(".marker-widget");
    await shown.filter({ hasText: "ValueError: math domain error" }).first().waitFor();
    await vscode.sized(1720, 620, () => picture(vscode.page, "last-failure", EDITOR, 520));
    await vscode.page.keyboard.press("Escape");
  });

  it("shows what the step printed before it failed", async () => {
    await vscode.openFile("training.py");
    await vscode.lenses.filter({ hasText: "failed" }).first().click();
    const page = await vscode.webview(".failure");
    await page.locator(".log-line", { hasText: "about to divide" }).waitFor();
    await page.locator(".log-lines").scrollIntoViewIfNeeded();
    await vscode.sized(1400, 900, () => sample.picture("panel-log", PANEL, 836));
  });

  it("shows the page that ZenML stored for an object of one's own", async () => {
    await vscode.openFile("explore.py");
    await vscode.goTo(7, 21);
    await vscode.run("Pipesight: Read Output");
    const panel = await vscode.webview("[role=tab]");
    await panel.locator("[role=tab]", { hasText: "card.html" }).click();
    await (await vscode.webview("h1:text('rate 0.1')")).locator("h1").waitFor();
    await sample.picture("panel-visualization", PANEL);
  });
});
