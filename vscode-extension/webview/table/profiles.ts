/** Requests the profiles of a table's columns, and keeps those of the shown rows and columns. */
import type { ColumnProfile, Table, TableView } from "../../src/protocol";

/** The number of cells up to which a table is profiled without a request of the user. */
const LARGEST_SUMMED_UP = 5_000_000;

type AskProfile = (view: TableView, isAsked: boolean) => void;

export class Profiles {
  columns: readonly ColumnProfile[] | undefined;
  /** Whether profiles have been requested. */
  isPending = false;
  /** The user's choice to show or hide the profiles. Without a choice, they are shown if they cost little. */
  private choice: boolean | undefined;
  private asked = "";

  constructor(private readonly ask: AskProfile) {}

  get isShown(): boolean {
    return this.isPending || this.columns !== undefined;
  }

  /** Show other rows. Profiles are requested again if the condition, the search or the columns have changed. */
  follow(view: TableView, table: Table): void {
    if (keyOf(view) === this.asked) return;
    this.forget();
    if (this.choice ?? isSmall(table)) this.request(view, false);
  }

  toggle(view: TableView): void {
    this.choice = !this.isShown;
    if (this.choice) this.request(view, true);
    else this.forget();
  }

  /** Returns whether the answer belongs to what is shown. */
  take(view: TableView, columns: readonly ColumnProfile[] | null): boolean {
    if (!this.isPending || keyOf(view) !== this.asked) return false;
    this.isPending = false;
    this.columns = columns ?? undefined;
    return true;
  }

  forget(): void {
    this.columns = undefined;
    this.isPending = false;
    this.asked = "";
  }

  private request(view: TableView, isAsked: boolean): void {
    this.asked = keyOf(view);
    this.isPending = true;
    this.columns = undefined;
    this.ask(view, isAsked);
  }
}

/** Return a key of the view. Profiles depend on neither the row order nor the page. */
function keyOf({ where, find, first_column, picked }: TableView): string {
  return JSON.stringify([where ?? "", find ?? "", first_column ?? 0, picked ?? []]);
}

function isSmall({ total, width, columns, index = 0 }: Table): boolean {
  return typeof total === "number" && total * (width ?? columns.length - index) <= LARGEST_SUMMED_UP;
}
