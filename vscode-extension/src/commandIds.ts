/** The ids of the extension's commands, and the type of a request to the server. */
import { ServerCommand, type ServerCommands } from "./protocol";

/** Commands of the extension. Those of `ServerCommand` have the same id in the server. */
export const Command = {
  ...ServerCommand,
  clearCache: "pipesight.clearCache",
  restartServer: "pipesight.restartServer",
  showLogs: "pipesight.showLogs",
  showStatus: "pipesight.showStatus",
  searchRuns: "pipesight.searchRuns",
  filterRuns: "pipesight.filterRuns",
  clearFilter: "pipesight.clearFilter",
  readOutputInNewPanel: "pipesight.readOutputInNewPanel",
  copyCode: "pipesight.copyCode",
  compareOutputs: "pipesight.compareOutputs",
  openSample: "pipesight.openSample",
} as const;

/** The extension registers these itself, so the server does not offer them. */
export const CLIENT_COMMANDS: readonly string[] = Object.values(Command);

/** Only these commands may run from a link in a hover. */
export const LINK_COMMANDS: readonly string[] = [Command.readOutput, Command.showRun, Command.showRuns, Command.blame];

/** Ends a request before it is answered. */
interface Cancellation {
  readonly isCancellationRequested: boolean;
  readonly onCancellationRequested: (listener: () => void) => { dispose: () => void };
}

/** Sends a command to the server. Rejects if the server does not run or cannot answer. */
export type Request = <K extends keyof ServerCommands>(
  command: K,
  argument: ServerCommands[K]["argument"],
  token?: Cancellation,
) => Promise<ServerCommands[K]["answer"]>;
