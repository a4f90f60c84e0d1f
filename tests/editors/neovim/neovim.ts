/** Runs Neovim without a screen: sends keys to it, and reads what it shows. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { descendants, gone } from "../shared/program.ts";
import { repository, serverCommand } from "../shared/project.ts";

const PATIENCE = 60_000;

export class Neovim {
  private readonly socket: string;
  private readonly child: ChildProcess;

  constructor(folder: string, file: string) {
    this.socket = path.join(path.dirname(folder), "nvim.sock");
    const env = {
      ...process.env,
      PIPESIGHT_SERVER: JSON.stringify(serverCommand),
      PIPESIGHT_CONFIG: path.join(repository, "editors/neovim/lsp/pipesight.lua"),
      XDG_CACHE_HOME: path.dirname(folder),
    };
    const config = path.join(import.meta.dirname, "init.lua");
    const args = ["--clean", "-u", config, "--headless", "--listen", this.socket, file];
    this.child = spawn("nvim", args, { cwd: folder, env, stdio: "ignore" });
  }

  /** Types keys in Neovim's own notation, `<C-x><C-o>`. */
  type(keys: string): void {
    this.ask("--remote-send", keys);
  }

  /** What a Lua expression is worth. */
  evaluate<T>(lua: string): T {
    const quoted = `'${lua.replaceAll("'", "''")}'`;
    return JSON.parse(this.ask("--remote-expr", `json_encode(luaeval(${quoted}))`)) as T;
  }

  /** Waits until the expression is neither nil nor false. */
  async eventually<T>(lua: string, patience = PATIENCE): Promise<T> {
    for (const end = Date.now() + patience; Date.now() < end; await sleep(50)) {
      if (!existsSync(this.socket)) continue;
      const value = this.evaluate<T | null | false>(lua);
      if (value !== null && value !== false) return value;
    }
    throw new Error(`Not within ${patience} ms: ${lua}`);
  }

  /**
   * Types the keys, and types them again until the expression is neither nil nor false.
   *
   * A person does the same: a key that comes while Neovim still asks the server is lost, and nothing says so.
   */
  async typeUntil<T>(keys: string, lua: string): Promise<T> {
    let last: unknown;
    for (const end = Date.now() + PATIENCE; Date.now() < end;) {
      this.type(keys);
      try {
        return await this.eventually<T>(lua, 5_000);
      } catch (error) {
        last = error;
      }
    }
    throw new Error(`Not within ${PATIENCE} ms, though typed again and again: ${keys}`, { cause: last });
  }

  /** Ends Neovim and waits for its language server, which ends on its own. */
  async quit(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const servers = this.child.pid === undefined ? [] : descendants(this.child.pid);
    const exit = once(this.child, "exit");
    this.type("<Esc><Esc>:qall!<CR>");
    await Promise.race([exit, sleep(5_000, undefined, { ref: false })]);
    this.child.kill("SIGKILL");
    await gone(servers);
  }

  private ask(option: string, text: string): string {
    const { stdout, stderr } = spawnSync("nvim", ["--server", this.socket, option, text], { encoding: "utf8" });
    return stdout || stderr; // older Neovims answer on standard error
  }
}
