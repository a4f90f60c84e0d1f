/** How soon the first lens is there: at most twice what the server alone takes from its start to its first answer. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { serverStart } from "../shared/serverStart.ts";
import { openSample } from "./sample.ts";

const ROUNDS = 3;

describe("the first lens", { timeout: 600_000 }, () => {
  const { folder, log, open } = openSample({ settings: { "pipesight.logLevel": "info" } });

  const starts = (): number => log().split("The history was opened").length;

  it("comes soon after a file is opened", async (context) => {
    const alone: number[] = [];
    const lens: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      alone.push(await serverStart(folder));
      const before = starts();
      const vscode = await open(folder);
      while (starts() === before) await vscode.page.waitForTimeout(50); // the server starts with the window
      const start = performance.now();
      await vscode.openFile("report.py");
      await vscode.lenses.first().waitFor();
      lens.push(performance.now() - start);
      await vscode.close();
    }
    const [server, seen] = [median(alone), median(lens)];
    const words = `${(seen / server).toFixed(2)} times the server's own start`;
    context.diagnostic(`first lens ${seen.toFixed(0)} ms after the double click, ${words} (${server.toFixed(0)} ms)`);
    assert(seen < 2 * server, words);
  });
});

function median(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN;
}
