/** The page of a run: the graph, the list of steps, and the details and the log of the selected one. */
import type { LogPart, RunPage, Trouble } from "../../src/protocol";
import type { LogAsked } from "../contract";
import { h, textButton } from "../dom";
import type { Send } from "../header";
import { runDetail, stepDetail } from "./detail";
import { GraphView } from "./graphView";
import { LogView } from "./logView";
import { type Selected, StepList } from "./stepList";

export class RunView {
  readonly element: HTMLElement;
  private readonly graph: GraphView;
  private readonly list: StepList;
  private readonly facts = h("div", { class: "detail-facts" });
  private readonly place = h("div", { class: "log-place" });
  private log: { readonly step: Selected; readonly view: LogView } | undefined;
  private selected: Selected;

  constructor(
    private page: RunPage,
    private readonly send: Send,
  ) {
    const select = (step: Selected): void => {
      this.select(step);
    };
    this.graph = new GraphView(send, select);
    this.list = new StepList(select);
    const detail = h("section", { class: "detail", "aria-label": "Details" }, this.facts, this.place);
    this.element = h("div", { class: "run-view" }, this.graph.element, this.list.element, detail);
    this.selected = wanted(page);
    this.show();
  }

  get path(): RunPage["path"] {
    return this.page.path;
  }

  /** Show new facts about the same run. A step that was requested by name is selected. */
  update(page: RunPage): void {
    const isAsked = page.path.step !== this.page.path.step;
    const wasLoading = this.page.loading || this.page.steps.length === 0;
    this.page = page;
    if (isAsked || wasLoading) this.selected = wanted(page);
    this.show();
  }

  take(asked: LogAsked, answer: LogPart | Trouble): void {
    this.log?.view.take(asked, answer);
  }

  stop(): void {
    this.log?.view.stop();
  }

  private select(step: Selected): void {
    this.selected = step;
    this.show();
  }

  private show(): void {
    const step = this.page.steps.find(({ name }) => name === this.selected);
    this.graph.show(this.page, this.selected);
    this.list.show(this.page, this.selected);
    this.facts.replaceChildren(...(step ? stepDetail(step, this.send) : runDetail(this.page, this.send)));
    if (this.page.loading) this.facts.append(h("p", { class: "note" }, "Reading the run's steps…"));
    this.showLog(step?.tone ?? this.page.run.tone);
  }

  /** Read the log of a failed or running step, because most users need it. Other logs are read on request. */
  private showLog(tone: string): void {
    if (this.log && this.log.step === this.selected) return;
    this.log?.view.stop();
    this.log = undefined;
    if (this.selected !== undefined && (tone === "failed" || tone === "running")) {
      this.openLog();
      return;
    }
    const open = textButton("Show the log", "link", () => {
      this.openLog();
    });
    this.place.replaceChildren(open);
  }

  private openLog(): void {
    const view = new LogView(this.selected ?? null, this.send);
    this.log = { step: this.selected, view };
    this.place.replaceChildren(view.element);
  }
}

/** The requested step, else the one that explains a failure, else the running one. */
function wanted({ path, steps }: RunPage): Selected {
  const named = steps.find(({ name }) => name === path.step);
  const found = named ?? steps.find(({ tone }) => tone === "failed") ?? steps.find(({ tone }) => tone === "running");
  return found?.name;
}
