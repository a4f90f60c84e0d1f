/** The ids of the extension's commands, and the type of a request to the server. */
import { ServerCommand, type ServerCommands } from "./protocol";

/** The ids of the extension's commands. Those that are also in `ServerCommand` have the same id in the server. */
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

/** The commands that the extension registers itself, so that the server does not advertise them. */
export const CLIENT_COMMANDS: readonly string[] = Object.values(Command);

/** The commands that links in hovers may execute. */
export const LINK_COMMANDS: readonly string[] = [Command.readOutput, Command.showRun, Command.showRuns, Command.blame];

/** Something that can cancel a request. */
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
