/** The facts about a step or the run: its failure, parameters, metadata, inputs and outputs. */
import type {
  CodeLocation,
  FailureFacts,
  InputLink,
  OutputLink,
  RecordedValue,
  RunPage,
  StepFacts,
} from "../../src/protocol";
import { type Child, h, textButton } from "../dom";
import type { Send } from "../header";
import { status } from "../statusMark";

export function stepDetail(step: StepFacts, send: Send): HTMLElement[] {
  const { name, entrypoint, code, failure, parameters, metadata, inputs, outputs, duration } = step;
  const differs = entrypoint && entrypoint !== name ? `function ${entrypoint}` : undefined;
  return [
    head(name, [status(step), duration, differs, code ? codeLink("Open the code", code, send) : undefined]),
    ...(failure ? [failureView(failure, send)] : []),
    h(
      "div",
      { class: "detail-columns" },
      values("Parameters", parameters),
      links(
        "Inputs",
        inputs?.map((each) => inputLink(each, send)),
      ),
      links(
        "Outputs",
        outputs.map((each) => outputLink(each, send)),
      ),
      values("Metadata", metadata),
    ),
  ];
}

export function runDetail({ run, failure, metadata, tags, commit }: RunPage, send: Send): HTMLElement[] {
  const facts = [
    tags?.length ? `tags ${tags.join(", ")}` : undefined,
    commit ? `commit ${commit.slice(0, 10)}` : undefined,
  ];
  return [
    head("The run", [status(run), run.duration, ...facts]),
    ...(failure ? [failureView(failure, send)] : []),
    h("div", { class: "detail-columns" }, values("Metadata", metadata)),
  ];
}

function head(name: string, facts: readonly (Child | null)[]): HTMLElement {
  const shown = facts.filter((fact): fact is Node | string => fact !== undefined && fact !== null && fact !== "");
  const items = shown.map((fact) => h("span", {}, fact));
  return h("div", { class: "detail-head" }, h("h2", {}, name), ...items);
}

function failureView(failure: FailureFacts, send: Send): HTMLElement {
  const { what, where, code, traceback, from_log: isFromLog } = failure;
  const place = where ? (code ? codeLink(where, code, send) : h("span", {}, where)) : undefined;
  const note = isFromLog ? h("span", { class: "dim" }, "The store does not say why. This is from the log.") : undefined;
  return h(
    "div",
    { class: "failure" },
    h("p", {}, h("strong", {}, what)),
    place || note ? h("p", {}, place, place && note ? " · " : undefined, note) : undefined,
    traceback?.length
      ? h(
          "pre",
          { class: "traceback", tabindex: "0", role: "region", "aria-label": "Traceback" },
          ...frames(traceback, send),
        )
      : undefined,
  );
}

function frames(traceback: NonNullable<FailureFacts["traceback"]>, send: Send): Child[] {
  return traceback.map(({ text, code }) => {
    if (!code) return `${text}\n`;
    const start = text.length - text.trimStart().length;
    return h("span", {}, text.slice(0, start), codeLink(text.trimStart(), code, send), "\n");
  });
}

function codeLink(words: string, code: CodeLocation, send: Send): HTMLElement {
  const open = (): void => {
    send({ type: "openCode", code });
  };
  return textButton(words, "link", open, "Open the code");
}

function values(title: string, all: readonly RecordedValue[] | undefined): HTMLElement | undefined {
  if (!all?.length) return undefined;
  const rows = all.flatMap(({ name, value }) => [h("dt", {}, name), h("dd", {}, value)]);
  return h("section", { class: "values" }, h("h3", {}, title), h("dl", {}, ...rows));
}

/** The metadata of an output, as a page of its own. */
export function metadataView(metadata: readonly RecordedValue[]): HTMLElement {
  return h(
    "div",
    { class: "detail", tabindex: "0", role: "region", "aria-label": "Metadata" },
    values("Metadata", metadata),
  );
}

function links(title: string, items: readonly HTMLElement[] | undefined): HTMLElement | undefined {
  return items?.length ? h("section", {}, h("h3", {}, title), h("ul", {}, ...items)) : undefined;
}

function inputLink({ name, type, path }: InputLink, send: Send): HTMLElement {
  const origin = [path.step, path.output].filter(Boolean).join(".");
  return h("li", {}, `${name} ← `, path.step ? readLink(origin, path, send) : origin, kind(type));
}

function outputLink({ name, type, path }: OutputLink, send: Send): HTMLElement {
  return h("li", {}, readLink(name, path, send), kind(type));
}

function kind(type: string | null | undefined): HTMLElement | undefined {
  return type ? h("span", { class: "dim" }, ` ${type}`) : undefined;
}

function readLink(words: string, path: OutputLink["path"], send: Send): HTMLElement {
  const open = (): void => {
    send({ type: "open", path });
  };
  return textButton(words, "link", open, "Read this output");
}
