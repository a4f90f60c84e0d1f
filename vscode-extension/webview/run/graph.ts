/** Computes the graph of a run from the inputs and outputs of its steps, and lays it out with dagre. */
import { Graph, layout } from "@dagrejs/dagre";
import type { HistoryPath, RunPage, StepFacts, Tone } from "../../src/protocol";

export interface GraphNode {
  readonly id: string;
  readonly label: string;
  /** The text of the tooltip. */
  readonly title: string;
  /** A step's name. An artifact has a path instead. */
  readonly step?: string;
  readonly tone?: Tone;
  readonly path?: HistoryPath;
  /** The artifact belongs to another run. */
  readonly isForeign?: boolean;
}

export interface RunGraph {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly edges: readonly (readonly [from: string, to: string])[];
}

export interface Placed {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Placed[];
  readonly edges: readonly (readonly Point[])[];
}

/** Nodes that are laid out at once. The work grows faster than their number, and a larger graph is not readable. */
const LARGEST = 60;

const STEP = { width: 148, height: 32 };
const ARTIFACT = { width: 124, height: 24 };

export function graphOf({ run, steps }: RunPage): RunGraph {
  const nodes = new Map<string, GraphNode>();
  const edges: [string, string][] = [];
  for (const step of steps) nodes.set(stepId(step.name), stepNode(step));
  for (const step of steps) {
    for (const { path, type } of step.outputs) {
      edges.push([stepId(step.name), artifact(nodes, path, type, run.name)]);
    }
  }
  for (const step of steps) {
    for (const { path, type } of step.inputs ?? []) {
      edges.push([artifact(nodes, path, type, run.name), stepId(step.name)]);
    }
  }
  return { nodes, edges };
}

export function stepId(name: string): string {
  return `step ${name}`;
}

function stepNode({ name, status, tone, duration }: StepFacts): GraphNode {
  const title = [`Step ${name}: ${status}`, duration].filter(Boolean).join(", ");
  return { id: stepId(name), label: name, title, step: name, tone };
}

function artifact(
  nodes: Map<string, GraphNode>,
  path: HistoryPath,
  type: string | undefined | null,
  run: string,
): string {
  const id = JSON.stringify([path.run ?? null, path.step ?? null, path.output ?? null]);
  if (!nodes.has(id)) {
    const label = path.output ?? "artifact";
    const isForeign = path.run !== run;
    const origin = isForeign ? ` of ${path.run ? `run ${path.run}` : "no run that is known"}` : "";
    nodes.set(id, { id, label, title: `Artifact ${label}${type ? `, ${type}` : ""}${origin}`, path, isForeign });
  }
  return id;
}

/** The nodes of a large graph that are nearest to a given node, in all directions. */
export function around(graph: RunGraph, center: string | undefined, most = LARGEST): RunGraph {
  if (graph.nodes.size <= most) return graph;
  const near = neighbors(graph);
  const [first] = graph.nodes.keys();
  const queue = [center !== undefined && graph.nodes.has(center) ? center : (first ?? "")];
  const kept = new Set(queue);
  for (const id of queue) {
    for (const next of near.get(id) ?? []) {
      if (kept.size >= most || kept.has(next)) continue;
      kept.add(next);
      queue.push(next);
    }
  }
  return {
    nodes: new Map([...graph.nodes].filter(([id]) => kept.has(id))),
    edges: graph.edges.filter(([from, to]) => kept.has(from) && kept.has(to)),
  };
}

function neighbors({ edges }: RunGraph): Map<string, string[]> {
  const near = new Map<string, string[]>();
  const add = (one: string, other: string): void => {
    const known = near.get(one);
    if (known) known.push(other);
    else near.set(one, [other]);
  };
  for (const [from, to] of edges) {
    add(from, to);
    add(to, from);
  }
  return near;
}

export function place(graph: RunGraph): Layout {
  const drawn = new Graph();
  drawn.setGraph({ rankdir: "TB", nodesep: 14, ranksep: 22, marginx: 10, marginy: 10, ranker: "tight-tree" });
  drawn.setDefaultEdgeLabel(() => ({}));
  for (const { id, step } of graph.nodes.values()) drawn.setNode(id, { ...(step === undefined ? ARTIFACT : STEP) });
  for (const [from, to] of graph.edges) drawn.setEdge(from, to);
  layout(drawn);
  const { width = 0, height = 0 } = drawn.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    nodes: drawn.nodes().map((id) => ({ ...(drawn.node(id) as Placed), id })),
    edges: drawn.edges().map((edge) => (drawn.edge(edge) as { points: Point[] }).points),
  };
}
