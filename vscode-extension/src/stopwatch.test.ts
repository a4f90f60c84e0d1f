import assert from "node:assert/strict";
import { it } from "node:test";
import { Stopwatch } from "./stopwatch";

it("a stopwatch says how long the whole took, and its parts", () => {
  const times = [1000, 1060, 1812.4, 2000];
  const watch = new Stopwatch(() => times.shift() ?? 0);
  watch.lap("interpreters");
  watch.lap("server");
  assert.equal(String(watch), "812 ms (interpreters 60 ms, server 752 ms)");
  assert.equal(watch.elapsed, "1000 ms");
});
