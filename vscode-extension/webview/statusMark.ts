/** A status as a word with a coloured mark. */
import { h } from "./dom";

const LOOKS: Readonly<Record<string, string>> = {
  completed: "good",
  cached: "good",
  failed: "bad",
  running: "under-way",
  initializing: "under-way",
  provisioning: "under-way",
  queued: "under-way",
  retrying: "under-way",
};

export function status(word: string): HTMLElement {
  return h("span", { class: `status ${LOOKS[word] ?? "other"}` }, word);
}
