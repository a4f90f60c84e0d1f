/** Starts and restarts the language server with the right Python, and sends commands to it. */
import { rm } from "node:fs/promises";
import * as vscode from "vscode";
import {
  DidChangeConfigurationNotification,
  type Executable,
  ExecuteCommandRequest,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
} from "vscode-languageclient/node";
import { selectedPythons } from "./environments";
import { type Launch, launch, mcpLaunch, serverArguments } from "./launch";
import { CLIENT_COMMANDS, Command, LINK_COMMANDS, type Request } from "./commandIds";
import { type InitializationOptions, type ServerStatus, STATUS_CHANGED } from "./protocol";
import { execute, findPythons, FROM_PATH, type Python, readerOf, remarkOn, SetupError } from "./python";
import { messageOf } from "./reading";
import { logLines } from "./serverLog";
import { clientSettings, interpreterOf, SECTION, serverSettings, storeSettings } from "./settings";
import { Stopwatch } from "./stopwatch";

export type ServerState = "disabled" | "starting" | "running" | "failed";

/** The documents that the server gets: Python in files, unsaved documents and notebooks, Markdown, and YAML. */
const DOCUMENTS = [
  ...["file", "untitled", "vscode-notebook", "vscode-notebook-cell"].map((scheme) => ({ scheme, language: "python" })),
  ...["file", "untitled"].map((scheme) => ({ scheme, language: "markdown" })),
  { scheme: "file", language: "yaml" },
];

/** The languages of these documents. */
export const LANGUAGES: readonly string[] = [...new Set(DOCUMENTS.map(({ language }) => language))];

export class Server implements vscode.Disposable {
  private readonly stateChanged = new vscode.EventEmitter<ServerState>();
  private readonly statusChanged = new vscode.EventEmitter<ServerStatus>();
  private client: LanguageClient | undefined;
  private turn: Promise<void> = Promise.resolve();

  readonly onDidChangeState = this.stateChanged.event;
  readonly onDidChangeStatus = this.statusChanged.event;
  state: ServerState = "starting";
  /** Why the server failed, in a sentence for the user. */
  failure = "";
  /** A remark for the user about the interpreter in use, empty if there is none. */
  remark = "";

  constructor(
    private readonly extension: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Start the server again. Calls run one after the other. */
  restart(): Promise<void> {
    return this.restartAfter(() => Promise.resolve());
  }

  /** Remove the index of the history, and start the server again, which then reads the whole history. */
  clearCache(): Promise<void> {
    return this.restartAfter(async () => {
      // The stopped server may still write to this folder while it ends.
      await rm(this.cacheFolder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    });
  }

  /** Unpack the sample project, with its history, into a folder of the extension. */
  async unpackSample(): Promise<vscode.Uri> {
    const folder = vscode.Uri.joinPath(this.extension.globalStorageUri, "sample");
    const pythons = await this.findPythons(clientSettings().interpreter);
    const { command, args, ...where } = await this.launch(pythons, ["demo", "--no-show", "--folder", folder.fsPath]);
    await execute(command, args, where);
    return folder;
  }

  /** Return the command that serves the history of a folder to assistants, with the user's settings. */
  async mcpServer(folder: string): Promise<Launch> {
    const settings = clientSettings();
    const pythons = await this.findPythons(settings.interpreter);
    const { history, project } = storeSettings(vscode.Uri.file(folder));
    const reader = readerOf(pythons)?.path;
    const args = [
      ...["--folder", folder],
      ...history.flatMap((place) => ["--source", place]),
      ...(project ? ["--project", project] : []),
      ...(reader ? ["--interpreter", reader] : []),
    ];
    return mcpLaunch(settings, pythons, this.extension.asAbsolutePath("bundled"), args);
  }

  /** Send a command to the server. If the server is starting, wait for it first. */
  request: Request = async (command, argument, token) => {
    await this.turn;
    const { client } = this;
    if (!client || this.state !== "running") throw new Error(this.whyNot);
    const params = { command, arguments: [argument] };
    const { method } = ExecuteCommandRequest;
    try {
      if (!token) return await client.sendRequest(method, params);
      return await client.sendRequest(method, params, token as vscode.CancellationToken);
    } catch (error) {
      const isThere = client === this.client && client.state === State.Running;
      throw isThere || token?.isCancellationRequested ? error : new Error(this.whyNot);
    }
  };

  /** The reason why a request cannot be answered now. */
  private get whyNot(): string {
    if (this.failure) return this.failure;
    if (this.state === "disabled") return "Pipesight is switched off. Set `pipesight.enable` to true.";
    return "Pipesight's language server was restarted before it answered.";
  }

  /** Notify the server that settings have changed. */
  async sendSettings(): Promise<void> {
    if (this.state !== "running") return;
    const settings = { [SECTION]: serverSettings() };
    try {
      await this.client?.sendNotification(DidChangeConfigurationNotification.type, { settings });
    } catch (error) {
      this.log.debug(`The settings did not reach the server: ${messageOf(error)}`); // it reads them after its restart
    }
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (!client) return;
    try {
      await client.dispose(2_000);
    } catch (error) {
      this.log.debug(`The server did not stop normally: ${String(error)}`);
    }
  }

  dispose(): void {
    this.stateChanged.dispose();
    this.statusChanged.dispose();
  }

  private get cacheFolder(): string {
    return vscode.Uri.joinPath(this.extension.globalStorageUri, "cache").fsPath;
  }

  private restartAfter(change: () => Promise<void>): Promise<void> {
    const done = this.turn.then(async () => {
      await this.stop();
      await change().finally(() => this.start());
    });
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async start(): Promise<void> {
    const settings = clientSettings();
    if (!settings.enable) {
      this.enter("disabled");
      return;
    }
    this.enter("starting");
    const watch = new Stopwatch();
    try {
      const pythons = await this.findPythons(settings.interpreter);
      const { command, args, cwd, env } = await this.launch(pythons, serverArguments(settings));
      watch.lap("interpreters");
      this.log.info(`Starting ${[command, ...args].join(" ")}`);
      const executable = { command, args, options: { cwd, env: { ...process.env, ...env } } };
      await this.run(executable, readerOf(pythons)?.path ?? "", watch);
      this.enter("running");
      this.log.info(`Started within ${String(watch)}`);
    } catch (error) {
      await this.fail(error);
    }
  }

  private launch(pythons: readonly Python[], args: readonly string[]): Promise<Launch> {
    return launch(clientSettings(), pythons, this.extension.asAbsolutePath("bundled"), args);
  }

  private async findPythons(named: string): Promise<readonly Python[]> {
    const selected = vscode.workspace.isTrusted && !named ? await selectedPythons(this.log) : [];
    const found = await findPythons([...selected, ...FROM_PATH], named);
    for (const { path: python, version, origin } of found) {
      this.log.info(`Found ${python} (Python ${version.join(".")}, from ${origin})`);
    }
    this.remark = remarkOn(found);
    if (this.remark) this.log.warn(this.remark);
    return found;
  }

  private async run(executable: Executable, interpreter: string, watch: Stopwatch): Promise<void> {
    const client = new LanguageClient(SECTION, "Pipesight", executable, this.options(interpreter, watch));
    client.onNotification(STATUS_CHANGED, (status: ServerStatus) => {
      this.statusChanged.fire(status);
    });
    client.onDidChangeState(({ newState }) => {
      if (client !== this.client) return;
      if (newState === State.Running) {
        this.enter("running"); // the language client restarts a server that has crashed
        this.tellStatus(client).catch((error: unknown) => {
          this.log.debug(`The server did not return its status: ${messageOf(error)}`);
        });
      }
      if (newState === State.Stopped) this.enter("failed", "Pipesight's language server ended. Its log says why.");
    });
    await client.start();
    watch.lap("server");
    this.client = client;
    await this.tellStatus(client);
    watch.lap("status");
  }

  private async tellStatus(client: LanguageClient): Promise<void> {
    const params = { command: Command.status, arguments: [{}] };
    this.statusChanged.fire(await client.sendRequest<ServerStatus>(ExecuteCommandRequest.method, params));
  }

  private options(interpreter: string, watch: Stopwatch): LanguageClientOptions {
    let hasLenses = false;
    return {
      documentSelector: DOCUMENTS,
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      stdioOptions: { stdout: logLines, stderr: logLines },
      markdown: { isTrusted: { enabledCommands: LINK_COMMANDS }, supportHtml: false },
      initializationFailedHandler: () => false,
      middleware: {
        workspace: {
          configuration: ({ items }) =>
            Promise.all(
              items.map(({ scopeUri }) => this.settingsOf(scopeUri ? vscode.Uri.parse(scopeUri) : undefined)),
            ),
        },
        provideCodeLenses: async (document, token, next) => {
          const lenses = await next(document, token);
          if (lenses?.length && !hasLenses) this.log.info(`First code lenses after ${watch.elapsed}`);
          hasLenses ||= Boolean(lenses?.length);
          return lenses;
        },
      },
      initializationOptions: (): InitializationOptions => ({
        settings: serverSettings(),
        interpreter,
        clientCommands: CLIENT_COMMANDS,
        cacheFolder: this.cacheFolder,
        trusted: vscode.workspace.isTrusted,
      }),
    };
  }

  /** Return the settings of a folder, with the Python that reads its outputs. Without a folder, return the window's. */
  private async settingsOf(folder: vscode.Uri | undefined): Promise<object> {
    if (!folder) return serverSettings();
    const selected = async () => (await selectedPythons(this.log, folder))[0]?.command ?? "";
    const interpreter = interpreterOf(folder) || (vscode.workspace.isTrusted ? await selected() : "");
    return { ...serverSettings(folder), interpreter };
  }

  private enter(state: ServerState, failure = ""): void {
    this.state = state;
    this.failure = failure;
    void vscode.commands.executeCommand("setContext", `${SECTION}.state`, state);
    this.stateChanged.fire(state);
  }

  private async fail(error: unknown): Promise<void> {
    const message = messageOf(error);
    this.log.error(error instanceof SetupError ? message : `The language server did not start: ${message}`);
    this.enter(
      "failed",
      error instanceof SetupError ? message : `Pipesight's language server did not start: ${message}`,
    );
    await this.stop();
    if (error instanceof SetupError) void this.offerSettings(message);
  }

  private async offerSettings(message: string): Promise<void> {
    const choice = await vscode.window.showErrorMessage(message, "Open Settings", "Show Logs");
    if (choice === "Open Settings") {
      await vscode.commands.executeCommand("workbench.action.openSettings", `${SECTION}.interpreter`);
    } else if (choice === "Show Logs") this.log.show();
  }
}
