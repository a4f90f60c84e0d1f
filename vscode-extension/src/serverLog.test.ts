import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { it } from "node:test";
import { logLines } from "./serverLog";

it("the server's log lines keep their level, and so do the lines of a traceback", async () => {
  const seen: string[] = [];
  const at = (level: string) => (message: string) => seen.push(`${level}: ${message}`);
  const input = new PassThrough();
  logLines(input, { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") });
  input.end(
    "starting\n2026-11-23 04:00:00,123 WARNING pipesight.sync: The store is locked.\n2026-11-23 04:00:01,000 ERROR pipesight: failed\nTraceback\n2026-11-23 04:00:02,000 DEBUG x: done\n",
  );
  await once(input, "close");
  assert.deepEqual(seen, [
    "info: starting",
    "warn: pipesight.sync: The store is locked.",
    "error: pipesight: failed",
    "error: Traceback",
    "debug: x: done",
  ]);
});
