/** The HTML around the script of a webview. */
import { randomBytes } from "node:crypto";
import type * as vscode from "vscode";
import { Uri } from "vscode";

/**
 * The page of a script. It says what is being read before its script is there.
 *
 * Scripts run by nonce only. An output in HTML has its styles and pictures inside, and the page loads nothing else.
 */
export function page(webview: vscode.Webview, dist: vscode.Uri, script: "webview" | "runs", words: string): string {
  const nonce = randomBytes(18).toString("base64");
  const address = (name: string): string => webview.asWebviewUri(Uri.joinPath(dist, name)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'unsafe-inline'`,
    "img-src data:",
    "font-src data:",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${address(`${script}.css`)}">
<title>Pipesight</title>
</head>
<body>
<div id="app"><p class="loading" role="status">${escaped(words)}</p></div>
<script nonce="${nonce}" src="${address(`${script}.js`)}"></script>
</body>
</html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${String(letter.charCodeAt(0))};`);
}
