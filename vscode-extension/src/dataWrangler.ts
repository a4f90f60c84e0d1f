/** Opens rows in the extension Data Wrangler, if it is installed. */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import * as vscode from "vscode";

const ID = "ms-toolsai.datawrangler";

interface Manifest {
  readonly contributes?: { readonly menus?: Readonly<Record<string, readonly { readonly command?: string }[]>> };
}

/** Return the id of Data Wrangler's command in the menu of a file, read from its manifest as it is not documented. */
export function wranglerCommand(): string | undefined {
  const manifest = vscode.extensions.getExtension(ID)?.packageJSON as Manifest | undefined;
  return manifest?.contributes?.menus?.["explorer/context"]?.find(({ command }) => command)?.command;
}

/** Open a file in Data Wrangler. Return false if Data Wrangler is not installed. */
export async function openWithWrangler(file: string): Promise<boolean> {
  const command = wranglerCommand();
  if (!command) return false;
  await vscode.commands.executeCommand(command, vscode.Uri.file(file));
  return true;
}

/** Temporary folders that exist as long as the window, because Data Wrangler may read their files at any time. */
export class TemporaryFolders implements vscode.Disposable {
  private readonly made: string[] = [];

  async make(): Promise<string> {
    const folder = await mkdtemp(path.join(os.tmpdir(), "pipesight-"));
    this.made.push(folder);
    return folder;
  }

  /** Remove the folders synchronously, because VS Code does not wait for a promise when it closes. */
  dispose(): void {
    for (const folder of this.made.splice(0)) remove(folder);
  }
}

/** Remove a folder. On Windows this fails while a program has one of its files open, and the system cleans up later. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // An error must not keep the other folders from being removed.
  }
}
