/** The log of a run or a step: its end, earlier parts on request, a search, and new messages of a running run. */
import type { LogAsked } from "../contract";
import type { LogEntry, LogPart, Trouble } from "../../src/protocol";
import { h, textButton } from "../dom";
import { count, counted } from "../format";
import type { Send } from "../header";
import { marked } from "../marks";
import { problem } from "../renderers/problem";

const PAUSE = 1_000;
/** The number of messages that are kept. A run may print for days. */
const MOST = 20_000;

export class LogView {
  readonly element = h("section", { class: "log", "aria-label": "Log" });
  private readonly lines = h("div", { class: "log-lines", role: "log", tabindex: "0", "aria-label": "Messages" });
  private readonly found = h("span", { class: "dim", role: "status" });
  private readonly earlier = textButton("Earlier messages", "link", () => {
    this.ask({ before: this.part?.start ?? 0 });
  });
  private readonly search = h("input", {
    type: "search",
    placeholder: "Find in the log",
    "aria-label": "Find in the log",
  });
  private readonly follow = h("input", { type: "checkbox" });
  private readonly followed = h("label", {}, this.follow, " Follow");
  private readonly origins = h("select", { "aria-label": "Which log" });
  private entries: LogEntry[] = [];
  private part: LogPart | undefined;
  private timer: number | undefined;
  private isAsked = false;

  constructor(
    private readonly step: string | null,
    private readonly send: Send,
  ) {
    this.follow.checked = true;
    this.search.addEventListener("input", () => {
      this.fill();
    });
    this.follow.addEventListener("change", () => {
      this.wait();
    });
    this.origins.addEventListener("change", () => {
      this.part = undefined;
      this.ask({ origin: this.origins.value });
    });
    this.element.append(h("p", { class: "note" }, "Reading the log…"));
    this.ask({});
  }

  /** Show an answer: the part before or after the shown messages, or the end of a log. */
  take(asked: LogAsked, answer: LogPart | Trouble): void {
    if (asked.step !== this.step) return;
    this.isAsked = false;
    if ("problem" in answer) {
      if (!this.part) this.element.replaceChildren(heading(), problem(answer.problem, answer.advice));
      return;
    }
    const before = this.part;
    this.part = answer;
    if (asked.before !== undefined && before) {
      this.entries = [...answer.entries, ...this.entries];
      this.part = { ...before, start: answer.start };
    } else if (asked.after !== undefined && before) {
      this.entries = [...this.entries, ...answer.entries].slice(-MOST);
      this.part = { ...answer, start: before.start };
    } else this.entries = [...answer.entries];
    this.show(asked);
  }

  stop(): void {
    window.clearTimeout(this.timer);
  }

  private ask(asked: Omit<LogAsked, "step">): void {
    this.isAsked = true;
    const origin = asked.origin ?? this.part?.origin;
    this.send({ type: "log", asked: { ...asked, step: this.step, ...(origin === undefined ? {} : { origin }) } });
  }

  private show(asked: LogAsked): void {
    const { part } = this;
    if (!part) return;
    this.origins.replaceChildren(...part.origins.map((name) => h("option", { value: name }, name)));
    this.origins.value = part.origin;
    this.origins.hidden = part.origins.length < 2;
    this.earlier.hidden = part.start === 0;
    this.followed.hidden = !part.live;
    if (!this.lines.isConnected) {
      const tools = h("div", { class: "log-tools" }, heading(), this.origins, this.search, this.followed, this.found);
      this.element.replaceChildren(tools, this.earlier, this.lines);
    }
    const height = this.lines.scrollHeight;
    if (asked.after === undefined || part.end !== part.start || this.entries.length) this.fill();
    if (asked.before !== undefined) this.lines.scrollTop += this.lines.scrollHeight - height;
    else if (asked.after === undefined || this.follow.checked) this.lines.scrollTop = this.lines.scrollHeight;
    this.wait();
  }

  private fill(): void {
    const wanted = this.search.value.toLowerCase();
    const shown = wanted ? this.entries.filter(({ message }) => message.toLowerCase().includes(wanted)) : this.entries;
    this.lines.replaceChildren(...shown.map((entry) => line(entry, wanted)));
    const more = this.part?.start ? " that are loaded" : "";
    this.found.textContent = wanted
      ? `${count(shown.length)} of ${counted(this.entries.length, "message")}${more}`
      : this.entries.length
        ? ""
        : "Nothing was printed.";
  }

  private wait(): void {
    this.stop();
    if (!this.part?.live || !this.follow.checked) return;
    this.timer = window.setTimeout(() => {
      if (!this.element.isConnected) return;
      if (this.isAsked || document.visibilityState === "hidden") this.wait();
      else this.ask({ after: this.part?.end ?? 0 });
    }, PAUSE);
  }
}

function heading(): HTMLElement {
  return h("h3", {}, "Log");
}

function line({ message, level, time }: LogEntry, wanted: string): HTMLElement {
  const moment = time ? h("span", { class: "dim" }, `${time.slice(11, 19)} `) : undefined;
  const word = level && level !== "info" ? h("span", { class: "log-level" }, `${level}: `) : undefined;
  return h(
    "div",
    { class: `log-line ${level ?? ""}`.trim(), title: time ?? undefined },
    moment,
    word,
    ...marked(message, wanted),
  );
}
