/** Python code that reads what a path of the history leads to. */
import type { HistoryPath } from "./protocol";

/** Code over Pipesight's Python API, which reads the histories of every ZenML release. */
export function snippet(path: HistoryPath): string {
  const { pipeline, run, step, output } = path;
  let expression = "Repository()";
  if (pipeline) expression += `.get_pipeline(pipeline_name=${quoted(pipeline)})`;
  if (run) expression += `.get_run(run_name=${quoted(run)})`;
  if (step) expression += `.get_step(name=${quoted(step)})`;
  if (output) expression += `.outputs[${quoted(output)}].read()`;
  return `from pipesight import Repository\n\n${variable(path)} = ${expression}\n`;
}

function variable(path: HistoryPath): string {
  if (path.output) return /^[A-Za-z_]\w*$/.test(path.output) ? path.output : "value";
  if (path.step) return "step";
  if (path.run) return "run";
  return path.pipeline ? "pipeline" : "repository";
}

/** A Python string literal; JSON's escapes are Python's too. */
function quoted(name: string): string {
  return JSON.stringify(name);
}
