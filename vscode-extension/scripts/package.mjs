// Makes pipesight-<version>.vsix of what is built and bundled.
import { createVSIX } from "@vscode/vsce";
import { copyFileSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import process from "node:process";

const here = path.resolve(import.meta.dirname, "..");
const copies = ["LICENSE", "CHANGELOG.md"];

process.chdir(here);
const { version, repository } = JSON.parse(readFileSync("package.json", "utf8"));
const packagePath = `pipesight-${version}.vsix`;

/** Where the links and pictures of the README lie, which are named from this folder. */
function addresses() {
  const project = repository.url.replace(/\.git$/, "");
  const at = (kind) => `${project}/${kind}/HEAD/${repository.directory}`;
  return { baseContentUrl: at("blob"), baseImagesUrl: at("raw") };
}

for (const name of copies) copyFileSync(path.join("..", name), name);
try {
  await createVSIX({ cwd: here, dependencies: false, packagePath, ...addresses() });
} finally {
  for (const name of copies) rmSync(name);
}
console.log(`${packagePath}: ${(statSync(packagePath).size / 1e6).toFixed(1)} MB`);
