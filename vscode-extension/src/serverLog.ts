/** Copies the lines that the server writes to standard error into VS Code's log, each at its level. */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

type Level = "error" | "warn" | "info" | "debug";

/** The part of VS Code's log output channel that is used. */
export type Log = Readonly<Record<Level, (message: string) => void>>;

const LEVELS: Readonly<Record<string, Level>> = { ERROR: "error", WARNING: "warn", INFO: "info", DEBUG: "debug" };

/** A line such as `2026-11-23 04:00:00,000 WARNING pipesight.history: …`. Any other line continues the one before. */
const LINE = /^\d{4}-\d\d-\d\d [\d:,]+ (ERROR|WARNING|INFO|DEBUG) (.*)$/;

export function logLines(input: Readable, log: Log): void {
  let level: Level = "info";
  createInterface({ input }).on("line", (line) => {
    const [, name, message] = LINE.exec(line) ?? [];
    level = LEVELS[name ?? ""] ?? level;
    log[level](message ?? line);
  });
}
