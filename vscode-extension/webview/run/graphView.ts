/** Draws the graph of a run. Nodes are buttons: one of them is reached with Tab, the others with the arrow keys. */
import type { RunPage } from "../../src/protocol";
import { h, reveal } from "../dom";
import { count } from "../format";
import type { Send } from "../header";
import { around, graphOf, type GraphNode, type Layout, place, type Placed, type RunGraph, stepId } from "./graph";

const SVG = "http://www.w3.org/2000/svg";
const KEYS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

export class GraphView {
  readonly element = h("section", { class: "graph", "aria-label": "Graph of the run" });
  private drawn = "";
  private layout: Layout | undefined;
  private shown: RunGraph = { nodes: new Map(), edges: [] };
  private total = 0;
  private selected: string | undefined;

  constructor(
    private readonly send: Send,
    private readonly select: (step: string) => void,
  ) {}

  /** Draw after the page is on the screen, because the layout takes a while. The same graph is not laid out again. */
  show(page: RunPage, selected: string | undefined): void {
    this.selected = selected === undefined ? undefined : stepId(selected);
    const whole = graphOf(page);
    this.total = whole.nodes.size;
    this.shown = around(whole, this.selected);
    const key = JSON.stringify([[...this.shown.nodes.keys()], this.shown.edges]);
    if (key === this.drawn && this.layout) {
      this.draw(this.layout);
      return;
    }
    this.drawn = key;
    this.layout = undefined;
    if (!this.element.hasChildNodes()) this.element.append(h("p", { class: "note" }, "Drawing the graph…"));
    window.requestAnimationFrame(() =>
      window.setTimeout(() => {
        this.arrange(key);
      }, 0),
    );
  }

  private arrange(key: string): void {
    if (key !== this.drawn || this.layout) return;
    this.layout = place(this.shown);
    this.draw(this.layout);
  }

  private draw(layout: Layout): void {
    const hadFocus = this.element.contains(document.activeElement);
    const size = `width: ${String(layout.width)}px; height: ${String(layout.height)}px`;
    const entry = layout.nodes.some(({ id }) => id === this.selected) ? this.selected : layout.nodes[0]?.id;
    const buttons = layout.nodes.map((placed) => this.button(placed, entry));
    const sheet = h("div", { class: "graph-sheet", style: size }, edges(layout), ...buttons);
    sheet.addEventListener("keydown", move);
    this.element.replaceChildren(h("div", { class: "graph-scroll" }, sheet), ...this.note());
    const [box, node] = [".graph-scroll", ".node.selected"].map((it) => this.element.querySelector<HTMLElement>(it));
    if (box && node) reveal(box, node);
    if (hadFocus) this.element.querySelector<HTMLElement>(".node[tabindex='0']")?.focus();
  }

  private note(): HTMLElement[] {
    if (this.shown.nodes.size === this.total) return [];
    const words = `${count(this.shown.nodes.size)} of ${count(this.total)} steps and artifacts. Select a step to see those around it.`;
    return [h("p", { class: "note" }, words)];
  }

  private button({ id, x, y, width, height }: Placed, entry: string | undefined): HTMLElement {
    const node = this.shown.nodes.get(id);
    if (!node) return h("span");
    const place = { left: x - width / 2, top: y - height / 2, width, height };
    const style = Object.entries(place).map(([name, value]) => `${name}: ${value.toFixed(1)}px`);
    const attributes = {
      type: "button",
      class: ["node", ...classes(node), id === this.selected ? "selected" : ""].join(" ").trim(),
      style: style.join("; "),
      title: node.title,
      "aria-label": node.title,
      "aria-pressed": node.step === undefined ? undefined : String(id === this.selected),
      tabindex: id === entry ? "0" : "-1",
    };
    const button = h("button", attributes, h("span", { class: "node-label" }, node.label));
    button.addEventListener("click", () => {
      this.open(node);
    });
    return button;
  }

  private open({ step, path }: GraphNode): void {
    if (step !== undefined) this.select(step);
    else if (path?.step) this.send({ type: "open", path });
  }
}

function classes({ step, tone, isForeign }: GraphNode): string[] {
  return step === undefined ? ["artifact", isForeign ? "foreign" : ""] : ["step", tone ?? ""];
}

function edges({ width, height, edges: lines }: Layout): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${String(width)} ${String(height)}`);
  svg.setAttribute("aria-hidden", "true");
  for (const points of lines) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", points.map(({ x, y }, at) => `${at ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join(""));
    svg.append(path);
  }
  return svg;
}

function move(event: KeyboardEvent): void {
  const step = KEYS[event.key];
  if (step === undefined || !(event.currentTarget instanceof window.HTMLElement)) return;
  event.preventDefault();
  const nodes = [...event.currentTarget.querySelectorAll<HTMLElement>(".node")];
  const at = nodes.indexOf(document.activeElement as HTMLElement);
  const next = nodes[Math.min(nodes.length - 1, Math.max(0, at + step))];
  for (const node of nodes) node.tabIndex = node === next ? 0 : -1;
  next?.focus();
}
