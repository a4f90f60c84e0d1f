/** A status as a word with a colored dot. */
import type { Tone } from "../src/protocol";
import { h } from "./dom";

export function status({ status: word, tone }: { readonly status: string; readonly tone: Tone }): HTMLElement {
  return h("span", { class: `status ${tone}` }, word);
}
