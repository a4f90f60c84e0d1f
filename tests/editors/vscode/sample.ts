/** Opens the sample project in real VS Code with the built extension, for the tests of one suite. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, afterEach, before } from "node:test";
import { failure, isDocumentation, picture } from "../shared/pictures.ts";
import { python, sampleProject, vsix } from "../shared/project.ts";
import { type CodeServer, type Options, startCodeServer } from "./codeServer.ts";
import { Workbench } from "./workbench.ts";

export interface Sample {
  readonly folder: string;
  readonly vscode: Workbench;
  /** What the language servers of all windows logged so far. */
  log(): string;
  /** Keeps what the window shows. For the documentation it keeps the same in a dark theme too. */
  picture(name: string, part?: string, height?: number): Promise<void>;
  /** Sends a signal to the language servers of all windows. */
  signal(name: NodeJS.Signals): void;
  /** Opens another folder in another browser. */
  open(folder: string): Promise<Workbench>;
}

/** To be called in a suite: VS Code is there for its tests, ends after them, and is pictured when one of them fails. */
export function openSample(options: Options = {}): Sample {
  const project = sampleProject();
  const vscode = new Workbench();
  let server: CodeServer | undefined;

  const open = async (workbench: Workbench, folder: string): Promise<Workbench> => {
    if (!server) throw new Error("VS Code does not run");
    await workbench.open(server, folder);
    return workbench;
  };

  before(async () => {
    const home = path.dirname(project.folder);
    server = await startCodeServer({ vsix: vsix(), machine: { "pipesight.interpreter": python }, home, ...options });
    await open(vscode, project.folder);
  });

  afterEach(async (context) => {
    if (!("passed" in context) || context.passed !== false) return;
    await failure(vscode.page, context.name);
    console.error(server?.log());
  });

  after(async () => {
    await vscode.close();
    await server?.stop();
    project.remove();
  });

  return {
    folder: project.folder,
    vscode,
    log: () => server?.log() ?? "",
    picture: async (name, ...part) => {
      await picture(vscode.page, name, ...part);
      if (!isDocumentation) return;
      const file = path.join(project.folder, ".vscode/settings.json");
      const settings = existsSync(file) ? readFileSync(file, "utf8") : "{}";
      const dark = { ...(JSON.parse(settings) as object), "workbench.colorTheme": "Default Dark Modern" };
      mkdirSync(path.dirname(file), { recursive: true });
      await vscode.inTheme("vs-dark", () => writeFileSync(file, JSON.stringify(dark)));
      await picture(vscode.page, `${name}-dark`, ...part);
      await vscode.inTheme("vs", () => writeFileSync(file, settings));
    },
    signal: (name) => {
      const servers = server?.languageServers() ?? [];
      assert(servers.length > 0, "no language server runs");
      for (const id of servers) process.kill(id, name);
    },
    open: (folder) => open(new Workbench(), folder),
  };
}
