/** Asks the user for the filter of the history tree: a text in the names of runs, statuses and tags. */
import * as vscode from "vscode";
import { Command, type Request } from "./commandIds";

export interface RunFilter {
  readonly find: string;
  readonly statuses: readonly string[];
  readonly tags: readonly string[];
}

export const ALL_RUNS: RunFilter = { find: "", statuses: [], tags: [] };

/** Describe a filter, such as `failed · nightly · "weak"`. The text is empty for the filter of all runs. */
export function wordsOf({ find, statuses, tags }: RunFilter): string {
  return [statuses.join(" or "), tags.join(" or "), find && `“${find}”`].filter(Boolean).join(" · ");
}

/** Ask for the text, and return the new filter. Return undefined if the user closes the box. */
export async function withText(filter: RunFilter): Promise<RunFilter | undefined> {
  const find = await vscode.window.showInputBox({
    title: "Pipesight: Search Runs",
    prompt: "Part of a run's name. Leave it empty to list all runs.",
    value: filter.find,
  });
  return find === undefined ? undefined : { ...filter, find: find.trim() };
}

type Label = vscode.QuickPickItem & { readonly part?: "statuses" | "tags" };

/** Ask for statuses and tags, and return the new filter. Return undefined if the user closes the list. */
export async function withLabels(filter: RunFilter, request: Request): Promise<RunFilter | undefined> {
  const { statuses = [], tags = [] } = await request(Command.runLabels, {});
  const items = [...labels("statuses", statuses, filter), ...labels("tags", tags, filter)];
  const picked = await vscode.window.showQuickPick(items, {
    title: "Pipesight: Filter Runs",
    placeHolder: "Statuses and tags of the runs to list. Choose none to list all runs.",
    canPickMany: true,
  });
  if (!picked) return undefined;
  const chosen = (part: "statuses" | "tags"): string[] =>
    picked.filter((item) => item.part === part).map(({ label }) => label);
  return { ...filter, statuses: chosen("statuses"), tags: chosen("tags") };
}

/** Return the names below a heading. Names in the filter are listed even if no recent run has them. */
function labels(part: "statuses" | "tags", names: readonly string[], filter: RunFilter): Label[] {
  const all = [...new Set([...names, ...filter[part]])];
  const heading = { label: part === "statuses" ? "Status" : "Tag", kind: vscode.QuickPickItemKind.Separator };
  return all.length ? [heading, ...all.map((label) => ({ label, part, picked: filter[part].includes(label) }))] : [];
}
