// Makes pipesight-<version>.vsix of what is built and bundled.
import { createVSIX } from "@vscode/vsce";
import { copyFileSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import process from "node:process";

const here = path.resolve(import.meta.dirname, "..");
const copies = ["LICENSE", "CHANGELOG.md"];

process.chdir(here);
const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const packagePath = `pipesight-${version}.vsix`;
for (const name of copies) copyFileSync(path.join("..", name), name);
try {
  await createVSIX({ cwd: here, dependencies: false, packagePath });
} finally {
  for (const name of copies) rmSync(name);
}
console.log(`${packagePath}: ${(statSync(packagePath).size / 1e6).toFixed(1)} MB`);
