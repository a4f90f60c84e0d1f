/** Opens a file with the extension Data Wrangler, where a person has installed it. */
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
