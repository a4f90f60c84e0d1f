// Bundles the extension (dist/extension.js) and the panel's page (dist/webview.js, .css), and notes the files that went in
// (dist/inputs.json). With --tests it bundles the unit tests
// (out/test), in which stand-ins take the place of VS Code and the language client.
import { context, build } from "esbuild";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { argv } from "node:process";

const flags = new Set(argv.slice(2));
const shared = { bundle: true, logLevel: "warning", target: "es2022", minify: flags.has("--production") };
const node = {
  ...shared,
  platform: "node",
  format: "cjs",
  external: ["vscode"],
  sourcemap: !flags.has("--production"),
};

const extension = { ...node, entryPoints: ["src/extension.ts"], outfile: "dist/extension.js" };
const page = {
  ...shared,
  entryPoints: { webview: "webview/main.ts", runs: "webview/runs/main.ts" },
  outdir: "dist",
  platform: "browser",
  format: "iife",
};

function testFiles() {
  const all = ["src", "webview"].flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((name) => path.join(folder, name)),
  );
  return all.filter((name) => name.endsWith(".test.ts"));
}

if (flags.has("--watch")) {
  for (const options of [extension, page]) await (await context({ ...options, logLevel: "info" })).watch();
} else if (flags.has("--tests")) {
  rmSync("out/test", { recursive: true, force: true });
  await build({
    ...node,
    sourcemap: "inline",
    external: ["jsdom"],
    alias: { vscode: "./src/testing/vscode.ts", "vscode-languageclient/node": "./src/testing/languageClient.ts" },
    loader: { ".css": "empty" },
    entryPoints: testFiles(),
    outdir: "out/test",
    entryNames: "[name]",
  });
} else {
  const made = await Promise.all([extension, page].map((options) => build({ ...options, metafile: true })));
  const files = made.flatMap(({ metafile }) =>
    Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs)),
  );
  writeFileSync("dist/inputs.json", JSON.stringify(files));
}
