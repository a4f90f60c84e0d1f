/** A pickle is loaded in Python once after a question. A hostile pickle does no harm. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { after, describe, it } from "node:test";
import type { Frame } from "playwright-core";
import { isDocumentation, picture } from "../shared/pictures.ts";
import { python } from "../shared/project.ts";
import { openSample } from "./sample.ts";

/** The second group of editors, where the panel is. */
const PANEL = ".part.editor .split-view-view:nth-child(2) .editor-group-container";

/** A class of the project, whose objects show themselves in each way. */
const SHOP = `
import struct, zlib

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

class Basket:
    def __init__(self, sales):
        self.sales = sales
    def __repr__(self):
        return f"Basket({self.sales})"
    def _repr_html_(self):
        cells = "".join(f"<td>{each}</td>" for each in self.sales)
        return f"<table border=1><tr>{cells}</tr></table><script>document.body.textContent = 'script'</script>"
    def describe(self):
        return f"{len(self.sales)} sales, {sum(self.sales)} in all"
    def savefig(self, file, format, dpi):
        rows = [b"\\0" + bytes(200 if y < 60 - each else 60 for each in self.sales for _ in range(40)) for y in range(60)]
        head = struct.pack(">IIBBBBB", 40 * len(self.sales), 60, 8, 0, 0, 0, 0)
        file.write(b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"".join(rows))) + chunk(b"IEND", b""))
`;

const READS = `from zenml.client import Client

model = Client().get_pipeline_run("first_training").steps["train"].outputs["model"][0].load()
`;

const FRIENDLY = `import shop; found = shop.Basket([10, 50, 25, 40])`;

/** Code that tries to call home and to write into the project, and shows how that went. */
function hostile(port: number, file: string): string {
  return `
import os, socket, subprocess
found = []
for attempt in (
    lambda: socket.create_connection(("127.0.0.1", ${String(port)})),
    lambda: open(${JSON.stringify(file)}, "w").write("pwned"),
    lambda: subprocess.run(["touch", ${JSON.stringify(file)}]),
    lambda: os.kill(os.getppid(), 9),
    lambda: os.environ["PIPESIGHT_TEST_SECRET"],
):
    try:
        attempt()
        found.append("done")
    except Exception as error:
        found.append(type(error).__name__)
`;
}

const PICKLED = `
import pickle, sys
class Runs:
    def __reduce__(self):
        return eval, (f"(lambda names: (exec({sys.argv[1]!r}, names), names['found'])[1])({{}})",)
for file in sys.argv[2:]:
    pickle.dump(Runs() if "attempt" in sys.argv[1] else __import__("shop").Basket([10, 50, 25, 40]), open(file, "wb"))
`;

describe("a value in Python", { timeout: 600_000 }, () => {
  process.env.PIPESIGHT_TEST_SECRET = "hush";
  const sample = openSample();
  const { folder, vscode } = sample;
  const calls: unknown[] = [];
  const server = createServer((request) => calls.push(request)).on("connection", (socket) => calls.push(socket));
  const models = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.includes("/train/model/") && file.endsWith("artifact.pkl"))
    .map((file) => path.join(folder, file));
  const written = path.join(folder, "pwned");

  const pickle = (code: string): void => {
    execFileSync(python, ["-c", PICKLED, code, ...models], { env: { ...process.env, PYTHONPATH: folder } });
  };

  const panel = (): Promise<Frame> => vscode.webview("[aria-label='Load in Python…']");

  const dialog = (): ReturnType<typeof vscode.page.locator> => vscode.page.locator(".monaco-dialog-box");

  writeFileSync(path.join(folder, "shop.py"), SHOP);
  writeFileSync(path.join(folder, "reads_model.py"), READS);
  pickle(FRIENDLY);

  after(() => {
    server.close();
  });

  it("is loaded once the person agrees to what that runs", async () => {
    await vscode.openFile("reads_model.py");
    await vscode.lenses.filter({ hasText: "model: " }).first().click();
    const page = await panel();
    await page.locator("[aria-label='Load in Python…']").click();
    await dialog().getByText("It imports names that are not known to be harmless: shop.Basket.").waitFor();
    await dialog().getByText("No network. It changes no file of yours. It starts no program.").waitFor();
    if (!isDocumentation) await picture(vscode.page, "load-question", ".monaco-dialog-box"); // it shows the path of a Python
    await dialog().getByText("Cancel").first().click();
    await dialog().waitFor({ state: "hidden" });
    assert.equal(await page.locator(".loaded-view").count(), 0);

    await page.locator("[aria-label='Load in Python…']").click();
    await dialog().getByText("Load in Python", { exact: true }).click();
    await page.locator(".loaded-view .type", { hasText: "shop.Basket" }).waitFor();
    assert.deepEqual(await page.locator(".loaded-view pre").allInnerTexts(), [
      "Basket([10, 50, 25, 40])",
      "4 sales, 125 in all",
    ]);
    assert.equal(await page.locator(".loaded-view img").getAttribute("alt"), "model in Python");
    const frame = await page.locator(".loaded-view iframe").contentFrame();
    assert.equal(await frame.locator("td").count(), 4);
    assert.equal(await frame.locator("script").count(), 0);
    await vscode.sized(1400, 900, () => sample.picture("panel-loaded", PANEL, 900));
  });

  it("is not asked about again", async () => {
    const page = await panel();
    await page.locator("[role=tab]", { hasText: "Value" }).click();
    await page.locator(".loaded-view").waitFor({ state: "detached" });
    await page.locator("[aria-label='Load in Python…']").click();
    await page.locator(".loaded-view .type").waitFor();
    assert.equal(await dialog().count(), 0);
  });

  it("that is hostile reaches no network, no file, no program and no secret", async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    pickle(hostile((server.address() as AddressInfo).port, written));
    const page = await panel();
    await page.locator("[aria-label='Load in Python…']").click();
    await dialog().getByText("Warning: it imports names that can do anything: builtins.eval.").waitFor();
    await dialog().getByText("Load in Python", { exact: true }).click();
    await page.locator(".loaded-view pre", { hasText: "Error" }).waitFor();
    assert.equal(
      await page.locator(".loaded-view pre").innerText(),
      "['PermissionError', 'PermissionError', 'PermissionError', 'PermissionError', 'KeyError']",
    );
    assert.deepEqual(calls, []);
    assert(!existsSync(written));
  });
});
