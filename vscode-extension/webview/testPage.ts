/** A page for tests of the panel. */
import { JSDOM } from "jsdom";
import type { Preview } from "../src/protocol";

/** Create a page that the code under test finds as `document` and `window`. */
export function openPage(): JSDOM {
  const dom = new JSDOM('<div id="app"></div>', { pretendToBeVisual: true });
  Object.assign(globalThis, { window: dom.window, document: dom.window.document });
  return dom;
}

export const nothing = { view: {}, look: (): void => undefined, copy: (): void => undefined };

export function preview(kind: Preview["kind"], rest: Partial<Preview> = {}): Preview {
  return { kind, summary: "a summary", ...rest };
}

/** Return the texts of the elements that a selector finds. */
export function texts(root: ParentNode, selector: string): string[] {
  return [...root.querySelectorAll(selector)].map((element) => element.textContent);
}

/** Wait until something holds, for a minute at most. */
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 3000 && !holds(); tries++) await new Promise((resolve) => setTimeout(resolve, 20));
}
