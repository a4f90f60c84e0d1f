import assert from "node:assert/strict";
import { it } from "node:test";
import { given } from "./given";

it("only settings that somebody set are sent, so that a default does not override the project's file", () => {
  const settings = {
    enable: true,
    history: ["runs"],
    hover: { preview: true, rows: 9 },
    codeLens: { enabled: true },
  };
  const registered = new Map([
    ["enable", false],
    ["history", true],
    ["hover.preview", false],
    ["hover.rows", true],
    ["codeLens.enabled", false],
  ]);
  assert.deepEqual(
    given(settings, (name) => registered.get(name)),
    { history: ["runs"], hover: { rows: 9 } },
  );
});
