/** The runs in which a number moved most, and their changes. */
import type { NumberMove, NumberMoves, RunDifference } from "../../src/protocol";
import { h, iconButton, textButton } from "../dom";
import { counted } from "../format";
import { changeOf } from "./change";
import type { Run } from "./runs";
import { short } from "./series";

interface MovesHost {
  readonly compare: (run: string, before: string) => void;
  readonly close: () => void;
}

/** A point of the chart: its run, and the run before. */
export interface Point {
  readonly run: Pick<Run, "name" | "short">;
  readonly before: Pick<Run, "name" | "short">;
}

export function movesView({ title, runs, moves }: NumberMoves, point: Point | undefined, host: MovesHost): HTMLElement {
  const close = iconButton("close", "Close", host.close);
  const words = moves.length
    ? `The largest moves over ${counted(runs, "run")}`
    : `The value is the same in ${counted(runs, "run")}`;
  const head = h("div", { class: "moves-head" }, h("h2", {}, title), h("span", { class: "dim" }, words), close);
  const section = h("section", { class: "moves", "aria-label": title }, head);
  const isListed = moves.some(({ run }) => run.name === point?.run.name);
  if (point && !isListed) section.append(unlisted(point, moves.length > 0, host));
  if (moves.length) section.append(table(moves, point, host));
  return section;
}

/** A run in which the number moved little or not at all can still be compared. */
function unlisted({ run, before }: Point, isList: boolean, host: MovesHost): HTMLElement {
  const compare = (): void => {
    host.compare(run.name, before.name);
  };
  const words = isList ? `${run.short} is not among them. ` : "";
  return h("p", {}, words, textButton(`Compare it with ${before.short}`, "link", compare));
}

function table(moves: readonly NumberMove[], point: Point | undefined, host: MovesHost): HTMLElement {
  const heads = ["Run", "Before", "After", "Change", "What changed"].map((name) => h("th", { scope: "col" }, name));
  const rows = moves.map((move) => {
    const onClick = (): void => {
      host.compare(move.run.name, move.before.name);
    };
    const title = `Compare ${move.run.name} with ${move.before.name}`;
    const compare = textButton(move.run.short, "link", onClick, title);
    const numbers = [move.was, move.value].map((value) => h("td", { class: "number" }, short(value)));
    const change = h("td", {}, changeOf(move.change, move.percent));
    const current = move.run.name === point?.run.name ? "true" : undefined;
    return h(
      "tr",
      { "aria-current": current },
      h("th", { scope: "row" }, compare),
      ...numbers,
      change,
      h("td", {}, causes(move)),
    );
  });
  return h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows));
}

function causes({ causes: all }: NumberMove): HTMLElement {
  if (!all.length) return h("span", { class: "dim" }, "No code, parameter or input changed");
  return h("ul", {}, ...all.map((cause) => h("li", {}, `${what(cause)}: `, sides(cause))));
}

function what({ kind, name }: RunDifference): string {
  if (kind === "code" && name !== "commit") return `source of ${name}`;
  return kind === name || name === "commit" ? name : `${kind} ${name}`;
}

function sides({ left, right }: RunDifference): string {
  return `${left ?? "none"} → ${right ?? "none"}`;
}
