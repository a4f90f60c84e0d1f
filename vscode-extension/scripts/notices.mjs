// Gathers the licenses of the packages whose code the VSIX carries: JavaScript in dist, Python in bundled/libs.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";

const LICENCE = /^(licen[cs]e|copying|notice|authors|third-?party-?notices)/i;

/** The folders of the packages that esbuild took files from. */
function scripts(folder) {
  const inputs = JSON.parse(readFileSync(path.join(folder, "dist", "inputs.json"), "utf8"));
  const packages = inputs.map((file) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0]).filter(Boolean);
  return [...new Set(packages)].map((name) => path.join(folder, name));
}

function libraries(folder) {
  const libs = path.join(folder, "bundled", "libs");
  const names = readdirSync(libs).filter((name) => name.endsWith(".dist-info") && !name.startsWith("pipesight-"));
  return names.map((name) => path.join(libs, name));
}

/** What a package calls itself, as `name version`. */
function title(folder) {
  if (!folder.endsWith(".dist-info")) {
    const { name, version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    return `${name} ${version}`;
  }
  const metadata = readFileSync(path.join(folder, "METADATA"), "utf8");
  return ["Name", "Version"].map((key) => new RegExp(`^${key}: (.*)$`, "m").exec(metadata)[1]).join(" ");
}

function licenses(folder) {
  const places = [folder, path.join(folder, "licenses")].filter(existsSync);
  const files = places.flatMap((place) => readdirSync(place).map((name) => path.join(place, name)));
  const texts = files.filter((file) => LICENCE.test(path.basename(file)) && path.basename(file) !== "licenses").sort();
  if (texts.length === 0) throw new Error(`${folder} has no license that could be passed on.`);
  return texts.map((file) => readFileSync(file, "utf8").replace(/\r\n/g, "\n").trim());
}

function section(folder) {
  return [`${"=".repeat(80)}\n${title(folder)}\n${"=".repeat(80)}`, ...licenses(folder)].join("\n\n");
}

/** The text of the notices for the extension in a folder that is built and bundled. */
export function notices(folder) {
  const sections = [...scripts(folder), ...libraries(folder)].map(section);
  const order = [...new Set(sections)].sort((one, other) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1));
  return `Pipesight carries code of these projects, under their own licenses.\n\n${order.join("\n\n\n")}\n`;
}
