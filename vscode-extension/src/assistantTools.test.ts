import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import type * as vscode from "vscode";
import { registerTools } from "./assistantTools";
import { answering } from "./testing/data";
import { type LanguageModelTextPart, type MarkdownString, reset, tools } from "./testing/vscode";

type Tool = Required<vscode.LanguageModelTool<unknown>>;

function register(answer: unknown) {
  const { request, asked } = answering({ "pipesight.callTool": () => answer });
  const registered = registerTools(request);
  return { asked, registered, tool: (name: string) => tools.get(`pipesight_${name}`) as Tool };
}

async function invoke(tool: Tool, input: unknown): Promise<unknown[]> {
  const result = await tool.invoke({ input, toolInvocationToken: undefined }, undefined as never);
  return result?.content.map((part) => (part as LanguageModelTextPart).value) ?? [];
}

async function asking(tool: Tool, input: unknown): Promise<string> {
  const prepared = await tool.prepareInvocation({ input }, undefined as never);
  return (prepared?.confirmationMessages?.message as unknown as MarkdownString).value;
}

describe("the tools for assistants", () => {
  beforeEach(reset);

  it("ask the language server, and give its text", async () => {
    const { tool, asked } = register({ text: '{"total": 4}' });
    assert.deepEqual(await invoke(tool("list_runs"), { pipeline: "training" }), ['{"total": 4}']);
    assert.deepEqual(asked, [["pipesight.callTool", { tool: "list_runs", arguments: { pipeline: "training" } }]]);
  });

  it("tell the assistant what went wrong, and what to do", async () => {
    const { tool } = register({ problem: "There is no run 'x'.", advice: "Call list_runs to see them all." });
    await assert.rejects(invoke(tool("describe_run"), { pipeline: "training", run: "x" }), {
      message: "There is no run 'x'. Call list_runs to see them all.",
    });
  });

  it("leave a picture out where VS Code takes none", async () => {
    const { tool } = register({ text: "{}", picture: { mime: "image/png", data: "iVBORw0K" } });
    assert.deepEqual(await invoke(tool("read_output"), {}), ["{}"]);
  });

  it("ask the person first, with the assistant's arguments as plain text", async () => {
    const { tool } = register({ text: "{}" });
    const asked = await asking(tool("read_output"), { pipeline: "[a](command:x)", rows: 5, find: "y".repeat(300) });
    assert.match(asked, /^The assistant gets the data that the step produced/);
    assert.match(asked, /pipeline: \\\[a\\\]\\\(command:x\\\)\n\nrows: 5/);
    assert.match(asked, /y{200}…$/);
  });

  it("end with the extension", () => {
    const { registered } = register({ text: "{}" });
    assert.equal(tools.size, 7);
    registered.dispose();
    assert.equal(tools.size, 0);
  });
});
