/** Builds the HTML page of a webview around its script. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import * as vscode from "vscode";
import type { ToRuns } from "../webview/runs/contract";

type Script = "webview" | "runs";

/** The content of a page before its script runs: the names of the object, and that it is being read. */
interface Skeleton {
  readonly names: readonly string[];
  readonly words: string;
}

/** Set the icon and the HTML page of a panel. */
export function fill(panel: vscode.WebviewPanel, extension: vscode.Uri, script: Script, skeleton: Skeleton): void {
  const dist = vscode.Uri.joinPath(extension, "dist");
  panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
  panel.iconPath = vscode.Uri.joinPath(extension, "media", "output.svg");
  panel.webview.html = page(panel.webview, dist, script, skeleton);
}

/** The page of runs in a panel. Messages wait until it is ready. VS Code rejects them after the panel is closed. */
export class PageOfRuns {
  private isReady = false;
  private isClosed = false;

  constructor(private readonly panel: vscode.WebviewPanel) {
    panel.onDidDispose(() => {
      this.isClosed = true;
    });
  }

  set title(title: string) {
    if (!this.isClosed) this.panel.title = title;
  }

  ready(): void {
    this.isReady = true;
  }

  post(message: ToRuns): void {
    if (this.isReady && !this.isClosed) void this.panel.webview.postMessage(message);
  }
}

/**
 * Return the page of a script. It shows the skeleton until the script has loaded.
 *
 * The style sheet is part of the page, because a page that waits for a file stays white. Only scripts with the nonce
 * run. The page loads no other files: an output in HTML has its styles and pictures inside.
 */
function page(webview: vscode.Webview, dist: vscode.Uri, script: Script, skeleton: Skeleton): string {
  const nonce = randomBytes(18).toString("base64");
  const address = webview.asWebviewUri(vscode.Uri.joinPath(dist, `${script}.js`)).toString();
  const styles = readFileSync(vscode.Uri.joinPath(dist, `${script}.css`).fsPath, "utf8");
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    "font-src data:",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>${styles}</style>
<title>Pipesight</title>
</head>
<body>
<div id="app">${markup(skeleton)}</div>
<script nonce="${nonce}" src="${address}"></script>
</body>
</html>`;
}

function markup({ names, words }: Skeleton): string {
  const path = names.map((name) => `<li>${escaped(name)}</li>`).join("");
  const bars = '<div class="skeleton" aria-hidden="true"><i></i><i></i><i></i></div>';
  return `<div class="head"><ol class="path">${path}</ol></div><p class="loading" role="status">${escaped(words)}</p>${bars}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${String(letter.charCodeAt(0))};`);
}
