// Makes pipesight-<version>.vsix, or the file named, of what is built and bundled. The same sources give the same bytes.
import { createVSIX } from "@vscode/vsce";
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { notices } from "./notices.mjs";

const here = path.resolve(import.meta.dirname, "..");
const copies = ["LICENSE", "CHANGELOG.md"];
const NOTICES = "ThirdPartyNotices.txt";

const { version, repository } = JSON.parse(readFileSync(path.join(here, "package.json"), "utf8"));
const packagePath = path.resolve(process.argv[2] ?? path.join(here, `pipesight-${version}.vsix`));
process.chdir(here);

/** The places of the links and pictures of the README, which are named from this folder. */
function addresses() {
  const project = repository.url.replace(/\.git$/, "");
  const at = (kind) => `${project}/${kind}/HEAD/${repository.directory}`;
  return { baseContentUrl: at("blob"), baseImagesUrl: at("raw") };
}

/** The time of the last commit, in seconds, or the first that a ZIP can say. */
function sourceDate() {
  try {
    const seconds = execFileSync("git", ["log", "-1", "--format=%ct"], { encoding: "utf8", stdio: "pipe" });
    return seconds.trim();
  } catch {
    return "315532800";
  }
}

/** Gives each file of a ZIP the same mode, because the modes on disk follow the umask of whoever checked out. */
function settleModes(file) {
  const zip = readFileSync(file);
  const end = zip.lastIndexOf("PK\x05\x06", undefined, "latin1");
  let at = zip.readUInt32LE(end + 16);
  while (at < end) {
    zip.writeUInt32LE(0o100644 * 0x10000, at + 38);
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  writeFileSync(file, zip);
}

// A ZIP has local times. vsce sorts the files and sets their times when this variable is there.
process.env.TZ = "UTC";
process.env.SOURCE_DATE_EPOCH ??= sourceDate();

for (const name of copies) copyFileSync(path.join("..", name), name);
writeFileSync(NOTICES, notices(here));
try {
  const preRelease = process.env.PRE_RELEASE === "1";
  await createVSIX({ cwd: here, dependencies: false, packagePath, preRelease, ...addresses() });
} finally {
  for (const name of [...copies, NOTICES]) rmSync(name);
}
settleModes(packagePath);
console.log(`${path.basename(packagePath)}: ${(statSync(packagePath).size / 1e6).toFixed(1)} MB`);
