/** Opens rows with the extension Data Wrangler, where a person has installed it. */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import * as vscode from "vscode";

const ID = "ms-toolsai.datawrangler";

interface Manifest {
  readonly contributes?: { readonly menus?: Readonly<Record<string, readonly { readonly command?: string }[]>> };
}

/** The command that Data Wrangler has in the menu of a file. Its name is not documented, so its manifest is asked. */
export function wranglerCommand(): string | undefined {
  const manifest = vscode.extensions.getExtension(ID)?.packageJSON as Manifest | undefined;
  return manifest?.contributes?.menus?.["explorer/context"]?.find(({ command }) => command)?.command;
}

/** Open a file. Returns whether Data Wrangler is there. */
export async function openWithWrangler(file: string): Promise<boolean> {
  const command = wranglerCommand();
  if (!command) return false;
  await vscode.commands.executeCommand(command, vscode.Uri.file(file));
  return true;
}

/** Folders of files that live as long as the window, because Data Wrangler reads them whenever it likes. */
export class TemporaryFolders implements vscode.Disposable {
  private readonly made: string[] = [];

  async make(): Promise<string> {
    const folder = await mkdtemp(path.join(os.tmpdir(), "pipesight-"));
    this.made.push(folder);
    return folder;
  }

  /** VS Code does not wait when it closes, so this is synchronous. */
  dispose(): void {
    for (const folder of this.made.splice(0)) remove(folder);
  }
}

/** Windows keeps a folder while a program has a file in it open. The person's system cleans up what stays. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // The other folders are still to be removed.
  }
}
