/** VS Code as a page in headless Chromium, with functions for the actions of a user. */
import assert from "node:assert/strict";
import type { Browser, Frame, Locator, Page } from "playwright-core";
import { launch } from "../shared/browser.ts";
import type { CodeServer } from "./codeServer.ts";

/** Something that the extension contributes: until it is there, VS Code is still looking for extensions. Milliseconds. */
const SCAN_TIME = 120_000;

const SIZE = { width: 1400, height: 760 };

export class Workbench {
  private browser: Browser | undefined;
  private opened: Page | undefined;

  get page(): Page {
    if (!this.opened) throw new Error("VS Code was not opened");
    return this.opened;
  }

  async open(server: CodeServer, folder: string): Promise<void> {
    this.browser = await launch();
    const context = await this.browser.newContext({ viewport: SIZE, locale: "en-US", timezoneId: "UTC" });
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.address });
    const page = (this.opened = await context.newPage());
    page.setDefaultTimeout(30_000);
    await page.goto(`${server.address}/?folder=${encodeURIComponent(folder)}`, { waitUntil: "domcontentloaded" });
    await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor({ timeout: SCAN_TIME });
    await this.activity("Pipesight").waitFor({ timeout: SCAN_TIME });
  }

  /** VS Code keeps its layout when it reloads itself. A reload by the browser may lose what changed last. */
  async reload(): Promise<void> {
    const reloaded = this.page.waitForEvent("domcontentloaded");
    await this.run("Developer: Reload Window");
    await reloaded;
    await this.activity("Pipesight").waitFor({ timeout: SCAN_TIME });
  }

  /** Waits until the window and its webviews have the theme that was chosen. */
  async inTheme(theme: "vs" | "vs-dark", choose: () => void): Promise<void> {
    const webview = theme === "vs" ? "vscode-light" : "vscode-dark";
    const themed = await Promise.all(
      this.page.frames().map(async (frame) => ((await frame.locator("body[class*=vscode-]").count()) ? [frame] : [])),
    );
    choose();
    await this.page.locator(`.monaco-workbench.${theme}`).waitFor();
    for (const frame of themed.flat()) await frame.locator(`body.${webview}`).waitFor({ state: "attached" });
  }

  /** A picture may want another size, for as long as it is taken. */
  async sized(width: number, height: number, take: () => Promise<void>): Promise<void> {
    await this.resize({ width, height });
    await take();
    await this.resize(SIZE);
  }

  async close(): Promise<void> {
    await this.browser?.close();
  }

  activity(name: string): Locator {
    return this.page.locator(`.activitybar [aria-label^="${name}"]`).first();
  }

  /** A line of the open side bar's tree, by the beginning of what a screen reader says of it. */
  treeRow(label: string): Locator {
    return this.page.locator(`.sidebar .pane-body .monaco-list-row[aria-label^="${label}"]`).first();
  }

  /** Unfolds a line of the tree. A click that comes while the tree moves falls on another line, so it may take several. */
  async unfold(label: string): Promise<void> {
    const row = this.treeRow(label);
    for (let tries = 0; (await row.getAttribute("aria-expanded")) !== "true"; tries++) {
      assert(tries < 10, `${label} does not unfold`);
      await row.click();
      await this.page.mouse.move(5, 5); // the tooltip of this line would cover the next ones
      await this.page.waitForTimeout(1_000);
    }
  }

  get lenses(): Locator {
    return this.page.locator(".codelens-decoration a");
  }

  get suggestions(): Locator {
    return this.page.locator(".suggest-widget.visible .monaco-list-row");
  }

  get hover(): Locator {
    return this.page.locator(".monaco-hover:not(.hidden) .hover-contents");
  }

  get quickPicks(): Locator {
    return this.page.locator(".quick-input-widget .quick-input-list .monaco-list-row");
  }

  /** The editor within the editor that shows definitions and references. */
  get peek(): Locator {
    return this.page.locator(".peekview-widget");
  }

  /** What the peeked editor lists beside itself: files, and lines of those that are open. */
  reference(text: string): Locator {
    return this.peek.locator(".ref-tree .monaco-list-row", { hasText: text }).first();
  }

  /** The entries of the light bulb's menu. */
  get actions(): Locator {
    return this.page.locator(".action-widget .monaco-list-row.action");
  }

  tab(name: string): Locator {
    return this.page.locator(".tabs-container .tab.active", { hasText: name }).first();
  }

  line(text: string): Locator {
    return this.page.locator(".view-line", { hasText: text }).first();
  }

  /** A word in a line, as it is colored. */
  word(line: string, word: RegExp): Locator {
    return this.line(line).locator("span", { hasText: word }).last();
  }

  /** A link in the code. */
  link(text: string): Locator {
    return this.page.locator(".detected-link", { hasText: text }).first();
  }

  /** Rests the pointer on something until a hover says `text`: one that is asked while the editor still moves comes to nothing. */
  async rest(target: Locator, text: string, patience = 60_000): Promise<Locator> {
    const hover = this.hover.filter({ hasText: text });
    for (const end = Date.now() + patience; ; await this.page.mouse.move(5, 5)) {
      await target.hover();
      try {
        await hover.first().waitFor({ timeout: 5_000 });
        return hover;
      } catch (error) {
        if (Date.now() > end) throw error;
      }
    }
  }

  /** Opens it in the first group of editors, wherever the focus is. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press("Control+1");
    await this.page.locator(".explorer-folders-view .monaco-list-row", { hasText: name }).first().dblclick();
    await this.tab(name).waitFor();
  }

  /** Line and column count from 1. */
  async goTo(line: number, column: number): Promise<void> {
    await this.openQuickInput("Control+G");
    await this.answer(`:${line}:${column}`);
  }

  /** Makes the side bar wider, by so many pixels. */
  async widenSideBar(pixels: number): Promise<void> {
    const box = await this.page.locator(".part.sidebar").boundingBox();
    if (!box) throw new Error("The side bar is not open");
    const [x, y] = [box.x + box.width + 1, box.y + box.height / 2];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x + pixels, y, { steps: 5 });
    await this.page.mouse.up();
    await this.page.mouse.move(5, 5);
  }

  async run(command: string): Promise<void> {
    await this.openQuickInput("F1");
    await this.quickInput.fill(`>${command}`);
    await this.quickPicks.filter({ hasText: command }).first().waitFor();
    await this.page.keyboard.press("Enter");
  }

  /** Chooses the first entry with this text. */
  async pick(text: string): Promise<void> {
    await this.quickPicks.filter({ hasText: text }).first().click();
  }

  /** The inner frame of the webview that holds this. Every webview is a frame within a frame. */
  async webview(marker: string, timeout = 60_000): Promise<Frame> {
    for (const end = Date.now() + timeout; Date.now() < end; await this.page.waitForTimeout(50)) {
      for (const frame of this.page.frames()) {
        if (frame === this.page.mainFrame()) continue;
        if (
          await frame
            .locator(marker)
            .count()
            .catch(() => 0)
        )
          return frame;
      }
    }
    throw new Error(`No webview holds ${marker}`);
  }

  /** VS Code lays itself out some time after its window has another size. */
  private async resize(size: { width: number; height: number }): Promise<void> {
    await this.page.setViewportSize(size);
    await this.page.waitForFunction(({ width, height }) => {
      const box = document.querySelector(".monaco-workbench")?.getBoundingClientRect();
      return box?.width === width && box.height === height;
    }, size);
    await this.page.waitForTimeout(500);
  }

  private get quickInput(): Locator {
    return this.page.locator(".quick-input-widget .quick-input-box input").first();
  }

  /** The key is pressed again if no box comes: a webview that is about to lose the focus may swallow it. */
  private async openQuickInput(key: string): Promise<void> {
    for (let left = 6; ; left--) {
      await this.page.keyboard.press(key);
      try {
        await this.quickInput.waitFor({ timeout: 10_000 });
        return;
      } catch (error) {
        if (left === 0) throw error;
      }
    }
  }

  private async answer(text: string): Promise<void> {
    const box = this.quickInput;
    await box.waitFor();
    await box.fill(text);
    await this.page.keyboard.press("Enter");
    await this.page.locator(".quick-input-widget").first().waitFor({ state: "hidden" });
  }
}
