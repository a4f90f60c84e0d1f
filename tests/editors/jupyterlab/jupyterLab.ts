/** Starts JupyterLab with jupyterlab-lsp in temporary folders, and has functions for the actions of a user. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Locator, Page } from "playwright-core";
import { launch } from "../shared/browser.ts";
import { end, freePort, healthy } from "../shared/program.ts";
import { repository } from "../shared/project.ts";

const bin = path.join(repository, ".venvs/jupyterlab/bin");

export interface Options {
  /** Settings of JupyterLab's extensions, by their ids. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The server's configuration file. */
  readonly config?: string;
}

export class JupyterLab {
  readonly page: Page;
  readonly close: () => Promise<void>;

  private constructor(page: Page, close: () => Promise<void>) {
    this.page = page;
    this.close = close;
  }

  /** JupyterLab with a notebook of that folder open, once its language server answers. */
  static async open(folder: string, notebook: string, options: Options = {}): Promise<JupyterLab> {
    const { address, stop } = await startServer(folder, options);
    const browser = await launch();
    const page = await browser.newPage({ viewport: { width: 1300, height: 720 }, timezoneId: "UTC" });
    page.setDefaultTimeout(30_000);
    const lab = new JupyterLab(page, async () => {
      await browser.close();
      await stop();
    });
    try {
      await lab.show(`${address}/lab/tree/${notebook}?reset`);
    } catch (error) {
      await lab.close();
      throw error;
    }
    return lab;
  }

  private async show(address: string): Promise<void> {
    await this.page.goto(address);
    await this.cells.first().waitFor({ timeout: 90_000 });
    await this.page
      .locator(".jp-NotebookPanel .jp-Notebook-ExecutionIndicator[data-status='idle']")
      .waitFor({ timeout: 90_000 });
    await this.page.getByText("Fully initialized").waitFor({ timeout: 90_000 });
  }

  get cells(): Locator {
    return this.page.locator(".jp-Notebook .jp-CodeCell");
  }

  /** The code of a cell, from 0 over the code cells. */
  code(cell: number): Locator {
    return this.cells.nth(cell).locator(".cm-content");
  }

  get offered(): Locator {
    return this.page.locator(".jp-Completer .jp-Completer-item");
  }

  get marks(): Locator {
    return this.page.locator(".cm-lintRange");
  }

  get tooltip(): Locator {
    return this.page.locator(".lsp-hover .jp-Tooltip-content");
  }

  /** Types on a new line at a cell's end, as a person does. */
  async type(cell: number, text: string): Promise<void> {
    await this.code(cell).click();
    await this.page.keyboard.press("Control+End");
    await this.page.keyboard.press("Enter");
    await this.page.keyboard.type(text, { delay: 30 });
  }

  /** Rests the mouse on a text, then holds the key that shows what is known of it. */
  async hover(text: Locator): Promise<void> {
    await text.hover();
    const box = await text.boundingBox();
    if (!box) throw new Error("nothing there to hover on");
    await this.page.mouse.move(box.x + box.width / 2 + 2, box.y + box.height / 2);
    await this.page.waitForTimeout(1_000);
    await this.page.keyboard.down("Control");
    await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await this.tooltip.waitFor();
    await this.page.keyboard.up("Control");
  }
}

async function startServer(folder: string, options: Options): Promise<{ address: string; stop: () => Promise<void> }> {
  const root = mkdtempSync(path.join(os.tmpdir(), "jupyterlab-"));
  for (const [id, value] of Object.entries({ ...QUIET, ...options.settings })) {
    const file = path.join(root, "settings", `${id.replace(":", "/")}.jupyterlab-settings`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(value));
  }
  const config = path.join(root, "jupyter_server_config.py");
  writeFileSync(config, options.config ?? "");
  const port = await freePort();
  const log = path.join(root, "jupyter.log");
  const descriptor = openSync(log, "w");
  const child = spawn(
    path.join(bin, "jupyter-lab"),
    [
      "--allow-root",
      "--no-browser",
      `--config=${config}`,
      `--port=${port}`,
      "--ServerApp.ip=127.0.0.1",
      `--ServerApp.root_dir=${folder}`,
      "--IdentityProvider.token=",
      `--LabApp.user_settings_dir=${path.join(root, "settings")}`,
      `--LabApp.workspaces_dir=${path.join(root, "workspaces")}`,
    ],
    {
      cwd: folder,
      detached: true,
      stdio: ["ignore", descriptor, descriptor],
      env: {
        ...process.env,
        PATH: `${bin}:${process.env.PATH}`,
        HOME: root,
        XDG_CACHE_HOME: path.join(root, "cache"),
        PYTHONDONTWRITEBYTECODE: "1",
      },
    },
  );
  const address = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await end(child);
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await healthy(`${address}/lab`);
  } catch (error) {
    await stop();
    throw new Error(`JupyterLab did not start: ${readFileSync(log, "utf8")}`, { cause: error });
  }
  return { address, stop };
}

/** Settings without network and pop-ups, and with time for the first completion of jedi on a busy machine. */
const QUIET = {
  "@jupyterlab/completer-extension:manager": { providerTimeout: 20_000 },
  "@jupyterlab/apputils-extension:notification": { fetchNews: "false", checkForUpdates: false },
};
