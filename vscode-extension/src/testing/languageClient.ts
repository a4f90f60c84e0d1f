/** A stand-in for `vscode-languageclient/node` in unit tests: a server that answers as a test says. */

export const State = { Stopped: 1, Running: 2, Starting: 3 };
export const RevealOutputChannelOn = { Never: 4 };
export const ExecuteCommandRequest = { method: "workspace/executeCommand" };
export const DidChangeConfigurationNotification = { type: "workspace/didChangeConfiguration" };

/** All clients that were created, and the behavior of the server that a test sets. */
export const clients: LanguageClient[] = [];
export const server = {
  startError: undefined as Error | undefined,
  answer: (command: string): unknown => (command ? { sources: [] } : undefined),
};

export class LanguageClient {
  readonly requests: unknown[] = [];
  readonly notifications: unknown[] = [];
  stateListener: (change: { newState: number }) => void = () => undefined;
  disposed = false;
  state = State.Running;

  constructor(
    _id: string,
    _name: string,
    readonly executable: { command: string; args: string[]; options: { cwd: string; env: Record<string, string> } },
    readonly options: {
      initializationOptions: () => Record<string, unknown>;
      middleware: { workspace: { configuration: (params: { items: { scopeUri?: string }[] }) => Promise<object[]> } };
    },
  ) {
    clients.push(this);
  }

  onNotification(): void {
    // no test sends one
  }

  onDidChangeState(listener: (change: { newState: number }) => void): void {
    this.stateListener = listener;
  }

  start(): Promise<void> {
    return server.startError ? Promise.reject(server.startError) : Promise.resolve();
  }

  sendRequest(_method: string, params: { command: string; arguments: unknown[] }): Promise<unknown> {
    this.requests.push([params.command, params.arguments[0]]);
    return new Promise((resolve) => {
      resolve(server.answer(params.command));
    });
  }

  sendNotification(_type: string, params: unknown): Promise<void> {
    this.notifications.push(params);
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    this.disposed = true;
    return Promise.resolve();
  }
}
