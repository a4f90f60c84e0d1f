/** Measures the bundled server without an editor: from its start to its first completion that has names. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { python, repository } from "./project.ts";

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly result?: { readonly items?: readonly unknown[] } | null;
}

/** Milliseconds from the start of the process to the names of the steps of a run. */
export async function serverStart(folder: string): Promise<number> {
  const libs = path.join(repository, "vscode-extension/bundled/libs");
  const env = { ...process.env, PYTHONPATH: libs, PYTHONDONTWRITEBYTECODE: "1" };
  const start = performance.now();
  const child = spawn(python, ["-s", "-m", "pipesight", "lsp"], { env, stdio: ["pipe", "pipe", "ignore"] });
  const client = new Client(child.stdin, child.stdout);
  const file = path.join(folder, "inspect_run.py");
  const textDocument = { uri: pathToFileURL(file).href, languageId: "python", version: 1 };
  await client.ask("initialize", {
    processId: null,
    capabilities: {},
    workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "iris" }],
    initializationOptions: { cacheFolder: path.join(folder, "..", `index ${start}`) },
  });
  client.tell("initialized", {});
  client.tell("textDocument/didOpen", { textDocument: { ...textDocument, text: readFileSync(file, "utf8") } });
  const position = { line: 8, character: 26 };
  for (;;) {
    const answer = await client.ask("textDocument/completion", { textDocument, position });
    if (answer.result?.items?.length) break;
  }
  const time = performance.now() - start;
  await client.ask("shutdown", undefined);
  client.tell("exit", undefined);
  await once(child, "exit");
  return time;
}

/** As little of a client as it takes. */
class Client {
  private received = Buffer.alloc(0);
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private asked = 0;
  private readonly input: NodeJS.WritableStream;

  constructor(input: NodeJS.WritableStream, output: NodeJS.ReadableStream) {
    this.input = input;
    output.on("data", (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      for (let answer = this.next(); answer; answer = this.next()) this.take(answer);
    });
  }

  ask(method: string, params: unknown): Promise<Answer> {
    const id = ++this.asked;
    this.send({ id, method, params });
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }

  tell(method: string, params: unknown): void {
    this.send({ method, params });
  }

  private send(message: object): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.input.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  private next(): Answer | undefined {
    const end = this.received.indexOf("\r\n\r\n");
    if (end < 0) return undefined;
    const length = Number(/Content-Length: (\d+)/i.exec(this.received.toString("latin1", 0, end))?.[1]);
    const body = this.received.subarray(end + 4, end + 4 + length);
    if (body.length < length) return undefined;
    this.received = this.received.subarray(end + 4 + length);
    return JSON.parse(body.toString()) as Answer;
  }

  /** A request of the server is answered with nothing, which says that its files are not watched. */
  private take(answer: Answer): void {
    if (answer.id === undefined) return;
    if (answer.method) this.send({ id: answer.id, result: null });
    else this.waiting.get(answer.id)?.(answer);
  }
}
