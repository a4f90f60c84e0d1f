import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Choice, ReadAnswer, ReadArgument } from "./protocol";
import { isTrouble, readWithChoices } from "./reading";
import { answering } from "./testing/data";

/** A server that asks for what is missing, one name after the other. */
const server = answering({
  "pipesight.readOutput": (asked: ReadArgument): ReadAnswer => {
    const missing = (["pipeline", "run"] as const).find((kind) => !asked[kind]);
    return missing
      ? { choices: [{ label: missing, argument: { ...asked, [missing]: `a ${missing}` } }] }
      : { problem: `read ${String(asked.pipeline)}, ${String(asked.run)}` };
  },
}).request;
const first = (choices: readonly Choice[]) => Promise.resolve(choices[0]);

describe("reading an output", () => {
  it("asks on until the output is known, and tells which one it was", async () => {
    const answered = await readWithChoices(server, {}, first);
    assert(answered && isTrouble(answered.answer));
    assert.equal(answered.answer.problem, "read a pipeline, a run");
    assert.deepEqual(answered.argument, { pipeline: "a pipeline", run: "a run" });
  });

  it("asks nothing that is known", async () => {
    const never = () => assert.fail("asked");
    const answered = await readWithChoices(server, { pipeline: "p", run: "r" }, never);
    assert(answered);
  });

  it("stops when the person turns away", async () => {
    assert.equal(await readWithChoices(server, {}, () => Promise.resolve(undefined)), undefined);
  });
});
