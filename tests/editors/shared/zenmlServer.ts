/** Starts a real ZenML server over a database, as the tests in `tests/real` do. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { python, repository } from "./project.ts";

const SERVE = `
import sys
from pathlib import Path
from tests.real.parts import ZenMLServer

database = Path(sys.argv[1])
server = ZenMLServer(database, database.parent)
with server.up():
    print(server.url, flush=True)
    sys.stdin.read()
`;

export interface ZenMLServer {
  readonly address: string;
  stop(): Promise<void>;
}

/** Waits until the server answers. Its default user has no password. */
export async function startZenMLServer(database: string): Promise<ZenMLServer> {
  const child = spawn(python, ["-c", SERVE, database], { cwd: repository, stdio: ["pipe", "pipe", "inherit"] });
  const gone = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await gone;
  };
  for await (const address of createInterface({ input: child.stdout })) return { address, stop };
  await gone;
  throw new Error("The ZenML server did not start");
}
