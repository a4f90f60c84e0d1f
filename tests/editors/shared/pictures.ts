/** Takes screenshots in tests, to inspect failures and, if PICTURES is set, for the documentation. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { python, repository } from "./project.ts";

const kept = path.join(repository, "build/pictures");
const folder = path.resolve(process.env.PICTURES ?? kept);

/** The pictures are for the documentation. */
export const isDocumentation = process.env.PICTURES !== undefined;

/** Writes a picture with a palette of 256 colors that are close to the original ones. The file is a third as large. */
const SHRINK = `
import sys
from PIL import Image
picture = Image.open(sys.argv[1]).convert("RGB")
palette = picture.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
palette.save(sys.argv[1], optimize=True)
`;

/** Scroll bars fade when they like. */
const STYLE = ".monaco-scrollable-element > .scrollbar { display: none }";

/** Keeps what the window or its `part` shows. A part is cut to `height`. */
export async function picture(page: Page, name: string, part?: string, height = 460): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const box = part ? await page.locator(part).first().boundingBox() : null;
  const clip = box ? { clip: { ...box, height: Math.min(box.height, height) } } : {};
  const file = path.join(folder, `${name}.png`);
  await page.screenshot({
    path: file,
    animations: "disabled",
    caret: "hide",
    style: STYLE,
    ...clip,
  });
  if (isDocumentation) execFileSync(python, ["-c", SHRINK, file]);
}

/** Keeps the whole window of a test that failed. */
export async function failure(page: Page, name: string): Promise<void> {
  mkdirSync(kept, { recursive: true });
  await page.screenshot({ path: path.join(kept, `failed: ${name}.png`) });
}
