// Puts the language server and its dependencies, all pure Python, in bundled/libs.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";

const here = path.resolve(import.meta.dirname, "..");
const repository = path.dirname(here);
const libs = path.join(here, "bundled", "libs");

/** What the oldest Python needs and the one that makes the bundle may not. */
const BACKPORTS = ["exceptiongroup", "tomli", "typing_extensions"];
/** Compiled and not needed: SQLAlchemy uses greenlet for asyncio only. */
const COMPILED_ONLY = ["greenlet"];
/** Parts of SQLAlchemy that the server does not import. They are half of it. */
const UNUSED = ["dialects/mssql", "dialects/oracle", "dialects/postgresql", "ext", "orm", "testing"];
const COMPILED = /\.(so|pyd|dylib)$/;
/** `direct_url.json` tells in which folder of this machine the bundle was made, and `sboms` lists for auditors what a package is made of. */
const UNWANTED = new Set(["__pycache__", "direct_url.json", "sboms"]);

function findPython() {
  const wanted = [process.env.PYTHON, path.join(repository, ".venv", "bin", "python"), "python3", "python"];
  for (const python of wanted.filter(Boolean)) {
    try {
      execFileSync(python, ["-c", "import sys, pip; assert sys.version_info >= (3, 10)"], { stdio: "ignore" });
      return python;
    } catch {
      continue;
    }
  }
  throw new Error("No Python >= 3.10 with pip found. Install one, or name it: PYTHON=/path/to/python npm run package");
}

function walk(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    return entry.isDirectory() ? [full, ...walk(full)] : [full];
  });
}

function install(python) {
  rmSync(libs, { recursive: true, force: true });
  const quiet = ["-qq", "--disable-pip-version-check", "--root-user-action=ignore"];
  const tested = path.join(repository, "constraints.txt");
  const options = ["--target", libs, "--constraint", tested, "--no-compile", "--no-warn-conflicts"];
  execFileSync(python, ["-m", "pip", "install", ...quiet, ...options, repository, ...BACKPORTS], { stdio: "inherit" });
}

function removeUnwanted() {
  const folders = readdirSync(libs).filter((name) =>
    COMPILED_ONLY.some((it) => name === it || name.startsWith(`${it}-`)),
  );
  const unused = UNUSED.map((name) => `sqlalchemy/${name}`);
  for (const name of ["bin", ...folders, ...unused]) rmSync(path.join(libs, name), { recursive: true, force: true });
  for (const file of walk(libs)) {
    const name = path.basename(file);
    if (COMPILED.test(name) || UNWANTED.has(name)) rmSync(file, { recursive: true, force: true });
  }
}

/** Takes the files that are not in the bundle, and the hashes that name this machine, out of what each package lists. */
function mendRecords() {
  for (const record of walk(libs).filter((file) => path.basename(file) === "RECORD")) {
    const rows = readFileSync(record, "utf8").split("\n");
    const kept = rows.filter((row) => existsSync(path.join(libs, row.split(",")[0])));
    writeFileSync(record, kept.join("\n"));
  }
}

const DATABASES = ["sqlalchemy", "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.mysql.pymysql"];

function check(python) {
  const { version } = JSON.parse(readFileSync(path.join(here, "package.json"), "utf8"));
  const metadata = path.join(libs, `pipesight-${version}.dist-info`);
  if (!existsSync(metadata))
    throw new Error(`The server's version is not the extension's, ${version}: change both together.`);
  const modules = ["pipesight", "pygls.lsp.server", ...DATABASES, "yaml", "pymysql", "urllib3", "platformdirs"];
  const script = `import sys; sys.path.insert(0, sys.argv[1]); import ${modules.join(", ")}`;
  execFileSync(python, ["-I", "-S", "-B", "-c", script, libs], { stdio: "inherit" });
}

const python = findPython();
install(python);
removeUnwanted();
mendRecords();
check(python);
const size = walk(libs).reduce((sum, file) => sum + (statSync(file).isFile() ? statSync(file).size : 0), 0);
console.log(`bundled/libs: ${(size / 1e6).toFixed(1)} MB, made with ${python}`);
