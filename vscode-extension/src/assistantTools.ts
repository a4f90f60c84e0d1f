/** Registers the tools for assistants in VS Code's chat. Each tool sends a request to the language server. */
import * as vscode from "vscode";
import { Command, type Request } from "./commandIds";
import type { Image } from "./protocol";

const PREFIX = "pipesight_";

/** The server's tools, and the question to the user before a tool is called. */
const QUESTIONS: Readonly<Record<string, string>> = {
  list_pipelines: "The assistant gets the names of the pipelines and of their newest runs.",
  list_runs: "The assistant gets the names, times and states of the runs.",
  describe_run: "The assistant gets the run's parameters, metrics and errors, and the end of its log.",
  compare_runs: "The assistant gets the differences between the two runs.",
  read_output: "The assistant gets the data that the step produced, such as rows of a table.",
  find_names: "The assistant gets names of the run history.",
  check_code: "The assistant gets the problems in the code.",
};

type Input = Readonly<Record<string, unknown>>;

/** Register every tool that the manifest declares. */
export function registerTools(request: Request): vscode.Disposable {
  const tools = Object.entries(QUESTIONS).map(([name, question]) =>
    vscode.lm.registerTool<Input>(PREFIX + name, {
      prepareInvocation: ({ input }) => ({
        invocationMessage: `Asking the run history: ${words(name)}`,
        confirmationMessages: { title: `${sentence(words(name))}?`, message: confirmation(question, input) },
      }),
      invoke: ({ input }) => call(request, name, input),
    }),
  );
  return vscode.Disposable.from(...tools);
}

async function call(request: Request, tool: string, given: Input): Promise<vscode.LanguageModelToolResult> {
  const answer = await request(Command.callTool, { tool, arguments: given });
  if ("problem" in answer) throw new Error([answer.problem, answer.advice].filter(Boolean).join(" "));
  const pictures = answer.picture ? picture(answer.picture) : [];
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(answer.text), ...pictures]);
}

/** Return the picture as a part of the answer. Older releases of VS Code have no such part, so there it is left out. */
function picture({ data, mime }: Image): vscode.LanguageModelTextPart[] {
  const { LanguageModelDataPart: parts } = vscode as {
    LanguageModelDataPart?: { image(bytes: Uint8Array, mime: string): vscode.LanguageModelTextPart };
  };
  return parts ? [parts.image(Buffer.from(data, "base64"), mime)] : [];
}

/** Return the question to the user. The assistant chose the arguments, so they are no Markdown. */
function confirmation(question: string, input: Input): vscode.MarkdownString {
  const names = Object.entries(input).map(([name, value]) => `${name}: ${shortened(value)}`);
  return new vscode.MarkdownString().appendText([question, ...names].join("\n\n"));
}

function shortened(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function words(name: string): string {
  return name.replaceAll("_", " ");
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
