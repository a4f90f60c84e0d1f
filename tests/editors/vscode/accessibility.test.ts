/** axe-core finds no fault in any view of the panel, in light, dark and high contrast themes of real VS Code. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { before, describe, it } from "node:test";
import type { Frame } from "playwright-core";
import { picture } from "../shared/pictures.ts";
import { openSample } from "./sample.ts";
import { VIEWS } from "./views.ts";

/** The name of each theme, and the class that VS Code gives a webview in it. */
const THEMES = [
  ["Default Light Modern", "vscode-light"],
  ["Default Dark Modern", "vscode-dark"],
  ["Default High Contrast", "vscode-high-contrast"],
  ["Default High Contrast Light", "vscode-high-contrast-light"],
] as const;

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

declare const axe: { run(context: Document, options: object): Promise<{ violations: Violation[] }> };

describe("the panel for everybody", { timeout: 600_000 }, () => {
  const { folder, vscode } = openSample();
  let panel: Frame;

  const show = async (messages: readonly object[]): Promise<void> => {
    await panel.evaluate((all) => {
      for (const message of all) window.postMessage(message, "*");
    }, messages);
    // The page takes messages in order, so this one is answered after those.
    await panel.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const done = ({ data }: MessageEvent<{ type: string }>): void => {
            if (data.type !== "done") return;
            window.removeEventListener("message", done);
            requestAnimationFrame(() => resolve());
          };
          window.addEventListener("message", done);
          window.postMessage({ type: "done" }, "*");
        }),
    );
  };

  const faults = async (frame = panel): Promise<string[]> => {
    const { violations } = await frame.evaluate(() =>
      axe.run(document, { resultTypes: ["violations"], iframes: false }),
    );
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ""}`),
    );
  };

  /** Return the faults that axe-core finds in a webview, in each theme. */
  const faultsInThemes = async (frame: Frame, view: string): Promise<string[]> => {
    await frame.evaluate(AXE);
    const found: string[] = [];
    for (const [theme, mark] of THEMES) {
      write(theme);
      await frame.locator(`body.${mark}`).waitFor();
      await picture(vscode.page, `view ${view}, ${mark.replace("vscode-", "")}`);
      found.push(...(await faults(frame)).map((fault) => `${theme}: ${fault}`));
    }
    return found;
  };

  const write = (theme: string): void => {
    mkdirSync(path.join(folder, ".vscode"), { recursive: true });
    writeFileSync(path.join(folder, ".vscode/settings.json"), JSON.stringify({ "workbench.colorTheme": theme }));
  };

  const choose = async (theme: string, mark: string): Promise<void> => {
    write(theme);
    await panel.locator(`body.${mark}`).waitFor();
  };

  before(async () => {
    await vscode.openFile("report.py");
    await vscode.lenses.filter({ hasText: "accuracy: 0.9" }).first().click();
    panel = await vscode.webview(".scalar");
    await panel.evaluate(AXE);
  });

  for (const [theme, mark] of THEMES) {
    it(`has no fault in ${theme}`, async () => {
      await choose(theme, mark);
      const found: string[] = [];
      for (const [view, messages] of VIEWS) {
        await show(messages);
        await picture(vscode.page, `view ${view}, ${mark.replace("vscode-", "")}`);
        found.push(...(await faults()).map((fault) => `${view}: ${fault}`));
      }
      assert.deepEqual(found, []);
    });
  }

  it("wraps at narrow widths, and cuts nothing off", async () => {
    await vscode.sized(760, 620, async () => {
      const wide: string[] = [];
      for (const [view, messages] of VIEWS) {
        await show(messages);
        const overflow = await panel.evaluate(() => {
          const parts = [...document.querySelectorAll(".head, .head *, .pager")];
          const cut = parts.filter((part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 1);
          return cut.map((part) => part.outerHTML.slice(0, 100));
        });
        wide.push(...overflow.map((part) => `${view}: ${part}`));
      }
      await picture(vscode.page, "view narrow");
      assert.deepEqual(wide, []);
    });
  });

  it("has no fault in the page of runs, and in that of two runs", async () => {
    await choose(...THEMES[0]);
    await vscode.page.keyboard.press("Control+1");
    await vscode.goTo(6, 45); // inside the name of a pipeline
    await vscode.run("Pipesight: Show Runs");
    const frame = await vscode.webview(".runs-grid tbody tr");
    await frame.locator("thead .icon-button[title='What moved train.accuracy?']").click();
    await frame.locator(".moves table").waitFor();
    assert.deepEqual(await faultsInThemes(frame, "runs"), []);

    for (const at of [2, 3]) await frame.locator("tbody input").nth(at).check();
    await frame.locator("button", { hasText: "Compare" }).click();
    const compared = await vscode.webview(".comparison");
    await compared.locator(".value-details").last().locator("details, p.dim:not(:text('Comparing…'))").waitFor();
    await compared.locator(".value-details details").evaluateAll((all) => {
      for (const details of all) details.toggleAttribute("open", true);
    });
    assert.deepEqual(await faultsInThemes(compared, "comparison"), []);
    await vscode.run("View: Close Editor");
    await vscode.run("View: Close Editor");
  });
});
