/** A stand-in for the module `vscode` in unit tests. It keeps what the extension does, and answers as a test says. */

type Listener<T> = (event: T) => unknown;

export class Disposable {
  constructor(private readonly end: () => void = () => undefined) {}

  static from(...all: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const one of all) one.dispose();
    });
  }

  dispose(): void {
    this.end();
  }
}

export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();

  readonly event = (listener: Listener<T>): Disposable => {
    this.listeners.add(listener);
    return new Disposable(() => this.listeners.delete(listener));
  };

  fire(event: T): void {
    for (const listener of this.listeners) listener(event);
  }

  dispose(): void {
    this.listeners.clear();
  }
}

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
    readonly query = "",
  ) {}

  static file(path: string): Uri {
    return new Uri("file", path);
  }

  static parse(text: string): Uri {
    const { protocol, pathname, search } = new URL(text);
    return new Uri(protocol.slice(0, -1), decodeURIComponent(pathname), decodeURIComponent(search.slice(1)));
  }

  static from({ scheme, path, query }: { scheme: string; path: string; query?: string }): Uri {
    return new Uri(scheme, path, query);
  }

  static joinPath(base: Uri, ...parts: string[]): Uri {
    return new Uri(base.scheme, [base.path, ...parts].join("/"));
  }

  get fsPath(): string {
    return this.path;
  }

  toString(): string {
    return `${this.scheme}://${this.path}${this.query ? `?${this.query}` : ""}`;
  }
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: ThemeColor,
  ) {}
}

export class MarkdownString {
  constructor(public value = "") {}

  appendText(text: string): this {
    this.value += text.replaceAll(/[\\`*_{}[\]()#+\-.!<>]/g, String.raw`\$&`);
    return this;
  }
}

export class TreeItem {
  constructor(
    readonly label: string,
    readonly collapsibleState: number,
  ) {}
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export const LanguageStatusSeverity = { Information: 0, Warning: 1, Error: 2 };
export const ViewColumn = { Active: -1, Beside: -2 };
export const QuickPickItemKind = { Separator: -1, Default: 0 };
export const UIKind = { Desktop: 1, Web: 2 };
export const ProgressLocation = { Window: 10, Notification: 15 };

export class CancellationTokenSource {
  private readonly cancelled = new EventEmitter<undefined>();
  readonly token = { isCancellationRequested: false, onCancellationRequested: this.cancelled.event };

  cancel(): void {
    this.token.isCancellationRequested = true;
    this.cancelled.fire(undefined);
  }
}

export const NotebookCellKind = { Markup: 1, Code: 2 };

export class NotebookCellData {
  constructor(
    readonly kind: number,
    readonly value: string,
    readonly languageId: string,
  ) {}
}

export class NotebookData {
  constructor(readonly cells: readonly NotebookCellData[]) {}
}

/** The file that the user chooses to save to. */
export const saving: { file: Uri | undefined } = { file: undefined };
/** The notebooks that were opened. */
export const notebooks: NotebookData[] = [];

export interface WebviewPanelStub {
  title: string;
  readonly posted: unknown[];
  readonly receive: EventEmitter<unknown>;
  readonly disposed: EventEmitter<undefined>;
  reveals: boolean[];
  webview: { html: string };
}

/** The calls of the extension in order: the name of the function and its arguments. */
export const done: [what: string, ...details: unknown[]][] = [];

/** The answers of VS Code and the user, as a test sets them. */
export const answers = {
  settings: {} as Record<string, unknown>,
  folderSettings: {} as Record<string, Record<string, unknown>>,
  isTrusted: true,
  extensions: {} as Record<string, unknown>,
  /** The label of the item that the user picks. */
  pick: undefined as string | undefined,
  /** The button that the user presses in a message. */
  press: undefined as string | undefined,
  inspected: {} as Record<string, unknown>,
};

export const panels: WebviewPanelStub[] = [];

interface PanelSerializer {
  readonly deserializeWebviewPanel: (panel: unknown, state: unknown) => Promise<void>;
}

export const serializers = new Map<string, PanelSerializer>();
export const handlers = new Map<string, (...args: unknown[]) => unknown>();
export const languageStatus = { text: "", detail: "", busy: false, severity: 0, command: undefined as unknown };
export const treeView = { message: "", description: "", badge: undefined as unknown };
export const selection = new EventEmitter<{ selection: unknown[] }>();
export const grantTrust = new EventEmitter<undefined>();

/** Forget the calls and answers of earlier tests. */
export function reset(): void {
  done.length = 0;
  panels.length = 0;
  handlers.clear();
  Object.assign(answers, {
    settings: {},
    folderSettings: {},
    isTrusted: true,
    extensions: {},
    pick: undefined,
    press: undefined,
    inspected: {},
  });
  workspace.workspaceFolders = [{ uri: Uri.file("/project"), name: "project", index: 0 }];
  window.activeTextEditor = undefined;
}

/** The details of all calls of one kind by the extension. */
export function doneWith(what: string): unknown[][] {
  return done.filter(([name]) => name === what).map(([, ...details]) => details);
}

function message(what: string) {
  return (text: string, ...buttons: string[]): Promise<string | undefined> => {
    done.push([what, text, ...buttons]);
    return Promise.resolve(buttons.find((button) => button === answers.press));
  };
}

export function createWebviewPanel(_: string, title: string, place: { preserveFocus: boolean }): unknown {
  const stub: WebviewPanelStub = {
    title,
    posted: [],
    receive: new EventEmitter<unknown>(),
    disposed: new EventEmitter<undefined>(),
    reveals: [!place.preserveFocus],
    webview: { html: "" },
  };
  panels.push(stub);
  let isClosed = false;
  stub.disposed.event(() => {
    isClosed = true;
  });
  const post = (posted: unknown): Promise<boolean> => {
    if (isClosed) throw new Error("Webview is disposed");
    return Promise.resolve(stub.posted.push(posted) > 0);
  };
  let shown = title;
  Object.defineProperty(stub, "title", {
    get: () => shown,
    set: (words: string) => {
      if (isClosed) throw new Error("Webview is disposed");
      shown = words;
    },
  });
  return Object.assign(stub, {
    webview: Object.assign(stub.webview, {
      cspSource: "self",
      asWebviewUri: (uri: Uri) => uri,
      postMessage: post,
      onDidReceiveMessage: stub.receive.event,
    }),
    reveal: (_column: unknown, preserveFocus: boolean) => stub.reveals.push(!preserveFocus),
    onDidDispose: stub.disposed.event,
    dispose: () => {
      stub.disposed.fire(undefined);
    },
  });
}

export const window = {
  activeTextEditor: undefined as unknown,
  createWebviewPanel,
  createTreeView: () => Object.assign(treeView, { dispose: () => undefined, onDidChangeSelection: selection.event }),
  registerWebviewPanelSerializer: (type: string, serializer: PanelSerializer) => {
    serializers.set(type, serializer);
    return new Disposable(() => serializers.delete(type));
  },
  showInformationMessage: message("information"),
  showWarningMessage: message("warning"),
  showErrorMessage: message("error"),
  setStatusBarMessage: (text: string) => done.push(["statusBar", text]),
  withProgress: ({ title }: { title: string }, run: () => Promise<unknown>) => {
    done.push(["progress", title]);
    return run();
  },
  showSaveDialog: () => Promise.resolve(saving.file),
  showNotebookDocument: () => Promise.resolve(),
  showOpenDialog: (options: unknown) => Promise.resolve(void done.push(["openDialog", options])),
  showInputBox: ({ value }: { value: string }) => {
    done.push(["inputBox", value]);
    return Promise.resolve(answers.pick);
  },
  showQuickPick: (
    items: readonly { label: string }[],
    { placeHolder, canPickMany }: { placeHolder: string; canPickMany?: boolean },
  ) => {
    done.push(["quickPick", items.map((item) => item.label), placeHolder]);
    if (canPickMany) return Promise.resolve(items.filter((item) => answers.pick?.split(", ").includes(item.label)));
    return Promise.resolve(items.find((item) => item.label === answers.pick));
  },
};

export class LanguageModelTextPart {
  constructor(readonly value: string) {}
}

export class LanguageModelToolResult {
  constructor(readonly content: readonly unknown[]) {}
}

export class McpStdioServerDefinition {
  cwd: Uri | undefined;

  constructor(
    readonly label: string,
    public command: string,
    public args: string[] = [],
    public env: Record<string, string> = {},
  ) {}
}

export const tools = new Map<string, unknown>();
export const mcpProviders = new Map<string, unknown>();

export const lm = {
  registerTool: (name: string, tool: unknown) => {
    tools.set(name, tool);
    return new Disposable(() => tools.delete(name));
  },
  registerMcpServerDefinitionProvider: (id: string, provider: unknown) => {
    mcpProviders.set(id, provider);
    return new Disposable(() => mcpProviders.delete(id));
  },
};

function none(): Disposable {
  return new Disposable();
}

export const workspace = {
  workspaceFolders: [{ uri: Uri.file("/project"), name: "project", index: 0 }] as unknown[] | undefined,
  get isTrusted(): boolean {
    return answers.isTrusted;
  },
  getConfiguration: (_section: string, scope?: { path: string }) => {
    const values = { ...answers.settings, ...(scope ? answers.folderSettings[scope.path] : {}) };
    return {
      ...values,
      get: (name: string, otherwise?: unknown) => values[name] ?? otherwise,
      inspect: (name: string) => answers.inspected[name],
    };
  },
  registerTextDocumentContentProvider: none,
  openNotebookDocument: (_: string, data: NotebookData) => Promise.resolve(void notebooks.push(data)),
  onDidChangeWorkspaceFolders: none,
  onDidGrantWorkspaceTrust: grantTrust.event,
};

export const commands = {
  registerCommand: (id: string, handler: (...args: unknown[]) => unknown) => {
    handlers.set(id, handler);
    return new Disposable(() => handlers.delete(id));
  },
  executeCommand: (id: string, ...args: unknown[]) => Promise.resolve(void done.push([id, ...args])),
};

export const env = {
  remoteName: undefined,
  uiKind: UIKind.Desktop,
  clipboard: { writeText: (text: string) => Promise.resolve(void done.push(["clipboard", text])) },
};

export const languages = {
  createLanguageStatusItem: () => Object.assign(languageStatus, { dispose: () => undefined }),
};

export const extensions = {
  getExtension: (id: string) =>
    id in answers.extensions
      ? { activate: () => Promise.resolve(answers.extensions[id]), packageJSON: answers.extensions[id] }
      : undefined,
};

/** A log that keeps its lines. */
export function createLog() {
  const lines: string[] = [];
  const write = (level: string) => (text: string) => void lines.push(`${level}: ${text}`);
  return {
    lines,
    show: () => void done.push(["showLog"]),
    ...{ debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") },
  };
}

export class Range {
  constructor(
    readonly startLine: number,
    readonly startCharacter: number,
    readonly endLine: number,
    readonly endCharacter: number,
  ) {}
}
