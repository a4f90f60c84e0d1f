/** The menu of a table's columns, to find, pick and freeze them. It stays open while answers arrive. */
import type { Column, TableColumns } from "../../src/protocol";
import { ALL, type ColumnChoice, withFrozen, withShown } from "./columnChoice";
import { h, iconButton, textButton } from "../dom";
import { count } from "../format";

/** Columns that are listed at a time. */
const LISTED = 200;

interface Asks {
  readonly goTo: (column: number) => void;
  readonly choose: (choice: ColumnChoice) => void;
}

interface Entry {
  readonly column: Column;
  /** From 0 after the index. */
  readonly position: number;
}

export class ColumnsMenu {
  readonly element = h("details", { class: "columns-menu" });
  private readonly field = h("input", { type: "search", "aria-label": "Find a column", placeholder: "Find a column" });
  private readonly list = h("ul", { "aria-label": "Columns", tabindex: "-1" });
  private readonly buttons = h("div", { class: "columns-buttons" });
  private readonly opener = h("summary", { title: "Find, pick and freeze columns" }, "Columns");
  private entries: readonly Entry[] = [];
  private choice: ColumnChoice = ALL;

  constructor(private readonly asks: Asks) {
    this.field.dataset.keep = "columns";
    const box = h("div", { class: "columns-box" }, this.field, this.buttons, this.list);
    this.element.append(this.opener, box);
    this.field.addEventListener("input", () => {
      this.draw();
    });
    this.element.addEventListener("toggle", () => {
      if (this.element.open) this.field.focus();
    });
    this.element.addEventListener("keydown", (event) => {
      this.press(event);
    });
  }

  show({ columns, index = 0 }: TableColumns, choice: ColumnChoice): void {
    this.entries = columns.slice(index).map((column, position) => ({ column, position }));
    this.choice = choice;
    this.draw();
  }

  close(): void {
    this.element.open = false;
    this.field.value = "";
  }

  private press(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      this.element.open = false;
      this.opener.focus();
      return;
    }
    const [first] = this.matches();
    if (event.key !== "Enter" || event.target !== this.field || !first) return;
    event.preventDefault();
    this.asks.goTo(first.position);
  }

  private matches(): readonly Entry[] {
    const wanted = this.field.value.trim().toLowerCase();
    return wanted ? this.entries.filter(({ column }) => column.name.toLowerCase().includes(wanted)) : this.entries;
  }

  private draw(): void {
    const found = this.matches();
    const scrolled = this.list.scrollTop;
    const items = found.slice(0, LISTED).map((entry) => this.item(entry));
    const rest = found.length - LISTED;
    const more = rest > 0 ? h("li", { class: "dim" }, `${count(rest)} more. Type to find one.`) : undefined;
    const none = found.length ? undefined : h("li", { class: "dim" }, "No column has this text in its name.");
    this.list.replaceChildren(...[...items, more, none].filter((each) => each !== undefined));
    this.list.scrollTop = scrolled;
    this.drawButtons(found);
  }

  private drawButtons(found: readonly Entry[]): void {
    const button = (words: string, isOff: boolean, choose: () => ColumnChoice): HTMLElement => {
      const element = textButton(words, "link", () => {
        this.asks.choose(choose());
      });
      element.disabled = isOff;
      return element;
    };
    const isNarrower = found.length > 0 && found.length < this.entries.length;
    const only = button("Show only these", !isNarrower, () => {
      const picked = found.map(({ position }) => position);
      return { picked, frozen: this.choice.frozen.filter((column) => picked.includes(column)) };
    });
    const all = button("Show all", this.choice.picked === null, () => ({ ...this.choice, picked: null }));
    this.buttons.replaceChildren(only, all);
  }

  private item({ column, position }: Entry): HTMLElement {
    const { choice, asks } = this;
    const name = column.name || "(no name)";
    const box = h("input", { type: "checkbox", "aria-label": `Show ${name}`, "data-keep": `show ${position}` });
    box.checked = choice.picked?.includes(position) ?? true;
    box.addEventListener("change", () => {
      asks.choose(withShown(choice, position, box.checked, this.entries.length));
    });
    const goTo = (): void => {
      asks.goTo(position);
    };
    const go = textButton(name, "link", goTo, `Go to ${name}`);
    const isFrozen = choice.frozen.includes(position);
    const pin = iconButton("pin", isFrozen ? `Do not keep ${name} in sight` : `Keep ${name} in sight`, () => {
      asks.choose(withFrozen(choice, position, !isFrozen));
    });
    pin.setAttribute("aria-pressed", String(isFrozen));
    pin.dataset.keep = `freeze ${position}`;
    return h("li", {}, box, go, h("span", { class: "column-type" }, column.type), pin);
  }
}
