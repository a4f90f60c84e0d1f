/** VS Code as a person sees it: a page in headless Chromium, with words for what people do there. */
import { type Browser, chromium, type Frame, type Locator, type Page } from "playwright-core";
import type { CodeServer } from "./codeServer.ts";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** Something that the extension contributes: until it is there, VS Code is still looking for extensions. Milliseconds. */
const SCAN_TIME = 60_000;

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });

export class Workbench {
  readonly page: Page;
  private readonly browser: Browser;

  private constructor(page: Page, browser: Browser) {
    this.page = page;
    this.browser = browser;
  }

  static async open(server: CodeServer, folder: string, size = { width: 1400, height: 860 }): Promise<Workbench> {
    const browser = await launch();
    const context = await browser.newContext({ viewport: size, locale: "en-US", timezoneId: "UTC" });
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.address });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(`${server.address}/?folder=${encodeURIComponent(folder)}`, { waitUntil: "domcontentloaded" });
    const workbench = new Workbench(page, browser);
    await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor({ timeout: SCAN_TIME });
    await workbench.activity("Pipesight").waitFor({ timeout: SCAN_TIME });
    return workbench;
  }

  async reload(): Promise<void> {
    await this.page.reload({ waitUntil: "domcontentloaded" });
    await this.activity("Pipesight").waitFor({ timeout: SCAN_TIME });
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  activity(name: string): Locator {
    return this.page.locator(`.activitybar [aria-label^="${name}"]`).first();
  }

  /** A line of the open side bar's tree, by the beginning of what a screen reader says of it. */
  treeRow(label: string): Locator {
    return this.page.locator(`.sidebar .pane-body .monaco-list-row[aria-label^="${label}"]`).first();
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

  line(text: string): Locator {
    return this.page.locator(".view-line", { hasText: text }).first();
  }

  /** Opens it in the first group of editors, wherever the focus is. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press("Control+1");
    await this.page.locator(".explorer-folders-view .monaco-list-row", { hasText: name }).first().dblclick();
    await this.page.locator(".tabs-container .tab.active", { hasText: name }).first().waitFor();
  }

  /** Line and column count from 1. */
  async goTo(line: number, column: number): Promise<void> {
    await this.page.keyboard.press("Control+G");
    await this.answer(`:${line}:${column}`);
  }

  async run(command: string): Promise<void> {
    await this.page.keyboard.press("F1");
    const box = this.quickInput;
    await box.waitFor();
    await box.fill(`>${command}`);
    await this.quickPicks.filter({ hasText: command }).first().waitFor();
    await this.page.keyboard.press("Enter");
  }

  /** Chooses the first entry with this text. */
  async pick(text: string): Promise<void> {
    await this.quickPicks.filter({ hasText: text }).first().click();
  }

  /** The frame of the webview that holds this; every webview is a frame within a frame. */
  async webview(marker: string, timeout = 20_000): Promise<Frame> {
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

  private get quickInput(): Locator {
    return this.page.locator(".quick-input-widget .quick-input-box input").first();
  }

  private async answer(text: string): Promise<void> {
    const box = this.quickInput;
    await box.waitFor();
    await box.fill(text);
    await this.page.keyboard.press("Enter");
    await this.page.locator(".quick-input-widget").first().waitFor({ state: "hidden" });
  }
}
