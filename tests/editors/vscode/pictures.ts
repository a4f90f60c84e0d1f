/** Screenshots that the tests leave: for a look after a failure, and, where PICTURES says so, for the documentation. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { repository } from "./project.ts";

const folder = path.resolve(process.env.PICTURES ?? path.join(repository, "build/pictures"));

export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: "disabled", caret: "hide" });
}
