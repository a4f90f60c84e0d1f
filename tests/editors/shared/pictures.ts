/** Screenshots that the tests leave: for a look after a failure, and, where PICTURES says so, for the documentation. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { repository } from "./project.ts";

const kept = path.join(repository, "build/pictures");
const folder = path.resolve(process.env.PICTURES ?? kept);

/** Scroll bars fade when they like. */
const STYLE = ".monaco-scrollable-element > .scrollbar { display: none }";

/** Keeps what the window shows; with `part`, only that part of it, no higher than `height`. */
export async function picture(page: Page, name: string, part?: string, height = 460): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const box = part ? await page.locator(part).first().boundingBox() : null;
  const clip = box ? { clip: { ...box, height: Math.min(box.height, height) } } : {};
  await page.screenshot({
    path: path.join(folder, `${name}.png`),
    animations: "disabled",
    caret: "hide",
    style: STYLE,
    ...clip,
  });
}

/** Keeps the whole window of a test that failed. */
export async function failure(page: Page, name: string): Promise<void> {
  mkdirSync(kept, { recursive: true });
  await page.screenshot({ path: path.join(kept, `failed: ${name}.png`) });
}
