/** Starts programs for tests: finds a free port, waits for the first answer, and ends all of their processes. */
import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A free port below those that the system gives to connections, so that no connection takes it meanwhile. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 22_000);
    const server = createServer();
    const opened = once(server, "listening").then(
      () => true,
      () => false,
    );
    server.listen(port, "127.0.0.1");
    if (await opened) {
      server.close();
      return port;
    }
  }
}

/** Waits until the address answers. */
export async function healthy(address: string): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > end) throw new Error("no answer within 60 s");
    await sleep(50);
  }
}

/** Ends a program that was started as the head of its process group, and waits for the end of all that it started. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const started = descendants(child.pid);
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    await Promise.race([exit, sleep(5_000, undefined, { ref: false })]);
  }
  for (const pid of [-child.pid, ...started]) kill(pid);
  await gone(started);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it ended by itself
  }
}

/** The processes that a process started, and those that they started. */
export function descendants(pid: number): number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)]);
  const children = parents.filter(([, parent]) => parent === pid).map(([child]) => child as number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Waits until none of these processes is left: what they write in a folder would be in the way of its removal. */
export async function gone(pids: readonly number[]): Promise<void> {
  const limit = Date.now() + 20_000;
  while (pids.some((pid) => parentOf(String(pid)) !== undefined)) {
    if (Date.now() > limit) throw new Error(`still running: ${pids.join(", ")}`);
    await sleep(20);
  }
}

/** The parent of a process. A process that ended has none, though its entry may wait for its parent to look. */
function parentOf(pid: string): number | undefined {
  try {
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return state === "Z" ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}
