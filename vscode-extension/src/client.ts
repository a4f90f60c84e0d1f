/** The language server's life: finds its Python, starts it, restarts it, and carries commands to it. */
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
import { type Launch, launch, serverArguments } from "./launch";
import { CLIENT_COMMANDS, Command, LINK_COMMANDS, type Request } from "./commandIds";
import { type InitializationOptions, type ServerStatus, STATUS_CHANGED } from "./protocol";
import { execute, findPythons, FROM_PATH, type Python, readerOf, SetupError } from "./python";
import { logLines } from "./serverLog";
import { clientSettings, SECTION, serverSettings } from "./settings";

export type ServerState = "disabled" | "starting" | "running" | "failed";

/** Python in files, in documents not saved yet and in the cells of notebooks of any type. */
const DOCUMENTS = ["file", "untitled", "vscode-notebook", "vscode-notebook-cell"].map((scheme) => ({
  scheme,
  language: "python",
}));

export class Server implements vscode.Disposable {
  private readonly stateChanged = new vscode.EventEmitter<ServerState>();
  private readonly statusChanged = new vscode.EventEmitter<ServerStatus>();
  private client: LanguageClient | undefined;
  private turn: Promise<void> = Promise.resolve();

  readonly onDidChangeState = this.stateChanged.event;
  readonly onDidChangeStatus = this.statusChanged.event;
  state: ServerState = "starting";
  /** Why the server failed, in a sentence for the person. */
  failure = "";

  constructor(
    private readonly extension: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Starts the server anew. Calls are carried out one after the other. */
  restart(): Promise<void> {
    return this.restartAfter(() => Promise.resolve());
  }

  /** Forgets the index of the history, which is read anew. */
  clearCache(): Promise<void> {
    return this.restartAfter(async () => {
      await rm(this.cacheFolder, { recursive: true, force: true });
    });
  }

  /** Puts the sample project, with its history, into a folder of the extension's own. */
  async unpackSample(): Promise<vscode.Uri> {
    const folder = vscode.Uri.joinPath(this.extension.globalStorageUri, "sample");
    const pythons = await this.findPythons(clientSettings().interpreter);
    const { command, args, ...where } = await this.launch(pythons, ["demo", "--no-show", "--folder", folder.fsPath]);
    await execute(command, args, where);
    return folder;
  }

  /** Send a command. A start that is under way is awaited first. */
  request: Request = async (command, argument) => {
    await this.turn;
    if (!this.client || this.state !== "running") {
      throw new Error(this.failure || "Pipesight's language server is not running.");
    }
    return this.client.sendRequest(ExecuteCommandRequest.method, { command, arguments: [argument] });
  };

  /** Tells the server that settings changed; it may take them from here or ask for them. */
  async sendSettings(): Promise<void> {
    if (this.state !== "running") return;
    const settings = { [SECTION]: serverSettings() };
    await this.client?.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (!client) return;
    try {
      await client.dispose(2_000);
    } catch (error) {
      this.log.debug(`The server did not stop in good order: ${String(error)}`);
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
    try {
      const pythons = await this.findPythons(settings.interpreter);
      const { command, args, cwd, env } = await this.launch(pythons, serverArguments(settings));
      this.log.info(`Starting ${[command, ...args].join(" ")}`);
      const executable = { command, args, options: { cwd, env: { ...process.env, ...env } } };
      await this.run(executable, readerOf(pythons)?.path ?? "");
      this.enter("running");
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
    return found;
  }

  private async run(executable: Executable, interpreter: string): Promise<void> {
    const client = new LanguageClient(SECTION, "Pipesight", executable, this.options(interpreter));
    client.onNotification(STATUS_CHANGED, (status: ServerStatus) => {
      this.statusChanged.fire(status);
    });
    client.onDidChangeState(({ newState }) => {
      if (client !== this.client) return;
      if (newState === State.Running) this.enter("running");
      if (newState === State.Stopped) this.enter("failed", "Pipesight's language server ended. Its log says why.");
    });
    await client.start();
    this.client = client;
    this.statusChanged.fire(
      await client.sendRequest<ServerStatus>(ExecuteCommandRequest.method, {
        command: Command.status,
        arguments: [{}],
      }),
    );
  }

  private options(interpreter: string): LanguageClientOptions {
    return {
      documentSelector: DOCUMENTS,
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      stdioOptions: { stdout: logLines, stderr: logLines },
      markdown: { isTrusted: { enabledCommands: LINK_COMMANDS }, supportHtml: false },
      initializationFailedHandler: () => false,
      initializationOptions: (): InitializationOptions => ({
        settings: serverSettings(),
        interpreter,
        clientCommands: CLIENT_COMMANDS,
        cacheFolder: this.cacheFolder,
      }),
    };
  }

  private enter(state: ServerState, failure = ""): void {
    this.state = state;
    this.failure = failure;
    void vscode.commands.executeCommand("setContext", `${SECTION}.state`, state);
    this.stateChanged.fire(state);
  }

  private async fail(error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
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
