/** The state of the server and its sources in words. */
import type { ServerState } from "./client";
import type { ServerStatus, SourceStatus } from "./protocol";

export interface Summary {
  readonly text: string;
  readonly detail: string;
  readonly busy: boolean;
  readonly severity: "information" | "warning" | "error";
}

export function summarize(state: ServerState, failure: string, status: ServerStatus | undefined, now: Date): Summary {
  if (state === "disabled") return calm("Pipesight: off", "Switched off in the settings");
  if (state === "failed") return { text: "Pipesight: not running", detail: failure, busy: false, severity: "error" };
  if (state === "starting" || !status) return { ...calm("Pipesight", "Starting"), busy: true };
  return summarizeSources(status.sources, now);
}

/** What is wrong with the history, and what to do about it. */
export function troubleOf(status: ServerStatus | undefined): string | undefined {
  const troubled = status?.sources.find((source) => source.error);
  return troubled && [troubled.error, troubled.advice].filter(Boolean).join(" ");
}

/** `just now`, `4 min ago`, `3 h ago`, `2 days ago`. */
export function age(then: Date, now: Date): string {
  const minutes = Math.floor((now.getTime() - then.getTime()) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ago`;
  return `${Math.floor(hours / 24)} days ago`;
}

function summarizeSources(sources: readonly SourceStatus[], now: Date): Summary {
  if (sources.length === 0) return calm("Pipesight: no run history", "No history found for this folder");
  const runs = sources.reduce((sum, source) => sum + source.runs, 0);
  const busy = sources.some((source) => source.syncing);
  const troubled = sources.find((source) => source.error);
  const text = `Pipesight: ${runs.toLocaleString("en")} ${runs === 1 ? "run" : "runs"}`;
  if (troubled) {
    const detail = [`${troubled.label}: ${troubled.error ?? ""}`, troubled.advice, checked(sources, now)];
    return { text, detail: detail.filter(Boolean).join(" · "), busy, severity: "warning" };
  }
  return { text, detail: busy ? "Indexing the run history" : checked(sources, now), busy, severity: "information" };
}

function checked(sources: readonly SourceStatus[], now: Date): string {
  const times = sources.map((source) => source.synced_at).filter((time) => typeof time === "string");
  const oldest = times.map((time) => new Date(time)).sort((one, other) => one.getTime() - other.getTime())[0];
  return oldest ? `checked ${age(oldest, now)}` : "";
}

function calm(text: string, detail: string): Summary {
  return { text, detail, busy: false, severity: "information" };
}
