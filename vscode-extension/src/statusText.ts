/** Describes the state of the server and its sources in words. */
import type { ServerState } from "./client";
import type { ServerStatus, SourceStatus } from "./protocol";

export interface Summary {
  readonly text: string;
  readonly detail: string;
  readonly busy: boolean;
  readonly severity: "information" | "warning" | "error";
}

/** Describe the state. `remarks` are added while the server runs. */
export function summarize(
  state: ServerState,
  failure: string,
  status: ServerStatus | undefined,
  remarks: readonly string[] = [],
): Summary {
  if (state === "disabled") return calm("Pipesight: off", "Switched off in the settings");
  if (state === "failed") return { text: "Pipesight: not running", detail: failure, busy: false, severity: "error" };
  if (state === "starting" || !status) return { ...calm("Pipesight", "Starting"), busy: true };
  const summary = summarizeSources(status.sources);
  return { ...summary, detail: [summary.detail, ...remarks].filter(Boolean).join(" · ") };
}

/** Return the problem of the history and what to do, undefined if there is none. */
export function historyTrouble(status: ServerStatus | undefined): string | undefined {
  const troubled = status?.sources.find((source) => source.error);
  return troubled && [troubled.error, troubled.advice].filter(Boolean).join(" ");
}

function summarizeSources(sources: readonly SourceStatus[]): Summary {
  if (sources.length === 0) return calm("Pipesight: no run history", "No history found for this folder");
  const runs = sources.reduce((sum, source) => sum + source.runs, 0);
  const busy = sources.some((source) => source.syncing);
  const troubled = sources.find((source) => source.error);
  const text = `Pipesight: ${runs.toLocaleString("en")} ${runs === 1 ? "run" : "runs"}`;
  if (troubled) {
    const detail = [`${troubled.label}: ${troubled.error ?? ""}`, troubled.advice, checked(sources)];
    return { text, detail: detail.filter(Boolean).join(" · "), busy, severity: "warning" };
  }
  return { text, detail: busy ? "Indexing the run history" : checked(sources), busy, severity: "information" };
}

/** Return the age of the store that was read least recently. */
function checked(sources: readonly SourceStatus[]): string {
  const read = sources.filter((source) => source.synced_at && source.age);
  const oldest = read.reduce<SourceStatus | undefined>(
    (found, source) => (found && moment(found) <= moment(source) ? found : source),
    undefined,
  );
  return oldest ? `checked ${oldest.age ?? ""}` : "";
}

function moment({ synced_at: time }: SourceStatus): number {
  return Date.parse(time ?? "");
}

function calm(text: string, detail: string): Summary {
  return { text, detail, busy: false, severity: "information" };
}
