/** Shows the progress of work that takes a while, with a button that cancels it. */
import * as vscode from "vscode";

/** Milliseconds after which the progress is shown. */
const PAUSE = 700;

/** Do work that the user may cancel. Return undefined if the user cancels. */
export async function cancellable<T>(
  title: string,
  source: vscode.CancellationTokenSource,
  work: (token: vscode.CancellationToken) => Promise<T>,
): Promise<T | undefined> {
  const result = work(source.token);
  const ended = result.then(
    () => "ended",
    () => "ended",
  );
  const timer = new Promise<string>((resolve) => setTimeout(resolve, PAUSE, "slow"));
  if ((await Promise.race([ended, timer])) === "slow") void shown(title, source, ended);
  try {
    return await result;
  } catch (error) {
    if (source.token.isCancellationRequested) return undefined;
    throw error;
  }
}

function shown(title: string, source: vscode.CancellationTokenSource, ended: Promise<string>): Thenable<unknown> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, (_, token) => {
    token.onCancellationRequested(() => {
      source.cancel();
    });
    return ended;
  });
}
