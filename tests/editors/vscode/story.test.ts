/** Three actions lead from the code to the accuracy over 20 runs and to the changes between two of them. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { before, describe, it } from "node:test";
import { python, repository } from "../shared/project.ts";
import { openSample } from "./sample.ts";

const CODE = `from zenml.client import Client

pipeline = Client().get_pipeline("training")
`;

/** Unpacks a history of 12 runs, and lets 8 of them happen again, a day later. */
const UNPACK = `
import sqlite3, sys, uuid
from pathlib import Path
from pipesight.demo.sample import unpack_history

def again(table, condition, changed):
    for row in database.execute(f"SELECT * FROM {table} WHERE {condition}").fetchall():
        values = {**row, **changed(row)}
        marks = ", ".join("?" * len(values))
        database.execute(f"INSERT INTO {table} ({', '.join(map(repr, values))}) VALUES ({marks})", [*values.values()])

def later(row):
    return {name: row[name] and row[name].replace("2026-11-28", "2026-11-29") for name in ("created", "start_time", "end_time")}

folder = unpack_history(Path(sys.argv[1]), Path(sys.argv[2]))
with sqlite3.connect(next(folder.rglob("zenml.db"))) as database:
    database.row_factory = lambda cursor, row: {column[0]: value for column, value in zip(cursor.description, row)}
    steps = {}
    completed = "SELECT * FROM pipeline_run WHERE name LIKE 'training%' AND status = 'completed' ORDER BY created LIMIT 8"
    for number, run in enumerate(database.execute(completed).fetchall()):
        made = uuid.uuid4().hex
        fresh = {"id": made, "name": f"again_{number}", "orchestrator_run_id": made}
        again("pipeline_run", f"id = '{run['id']}'", lambda row: {**fresh, **later(row)})
        for step in database.execute(f"SELECT id FROM step_run WHERE pipeline_run_id = '{run['id']}'").fetchall():
            steps[step["id"]] = {"id": uuid.uuid4().hex, "pipeline_run_id": made}
    for step, changed in steps.items():
        again("step_run", f"id = '{step}'", lambda row: {**changed, **later(row)})
        again("step_run_output_artifact", f"step_id = '{step}'", lambda row: {"step_id": changed["id"]})
print(folder)
`;

describe("the accuracy over 20 runs", { timeout: 300_000 }, () => {
  before(() => {
    const archive = path.join(repository, "tests/histories/0.98.0-record.tar.xz");
    const history = execFileSync(python, ["-c", UNPACK, archive, path.dirname(folder)], { encoding: "utf8" }).trim();
    mkdirSync(path.join(folder, ".vscode"), { recursive: true });
    writeFileSync(path.join(folder, ".vscode/settings.json"), JSON.stringify({ "pipesight.history": [history] }));
    writeFileSync(path.join(folder, "story.py"), CODE);
  });

  const { folder, vscode } = openSample();

  it("and what changed between two of them are three actions away from the code", async (test) => {
    await vscode.openFile("story.py");
    await vscode.lenses.filter({ hasText: "20 runs" }).waitFor();
    await vscode.goTo(3, 36); // inside the name of the pipeline
    const start = performance.now();

    await vscode.run("Pipesight: Show Runs"); // the first action
    const runs = await vscode.webview(".runs-grid");
    await runs.locator(".chart canvas").waitFor(); // one of the 20 runs has no accuracy
    await runs.getByText(/^fit\.accuracy: .*\(19 runs\)/).waitFor();

    await runs.locator("thead .icon-button[title='What moved fit.accuracy?']").click(); // the second
    const moved = runs.locator(".moves li", { hasText: "fit.rate:" }).first();
    await moved.waitFor();

    await runs.locator(".moves tbody th button").first().click(); // the third
    const compared = await vscode.webview(".comparison");
    const rows = await compared.locator("tbody th[scope=row]").allInnerTexts();

    test.diagnostic(`${Math.round(performance.now() - start)} ms from the code to the answer`);
    for (const name of ["fit.rate", "fit.accuracy"]) assert.ok(rows.includes(name), rows.join(", "));
  });
});
