/** The state of the shown table: column profiles, picked and frozen columns, and the opened column. */
import type { SchemaDrift, Table, TableColumns, TableView } from "../../src/protocol";
import { ALL, asked, type ColumnChoice, exported, partWith, withShown } from "./columnChoice";
import { Profiles } from "./profiles";
import type { TableTools } from "../renderers";
import { widthOf } from "./columns";
import { ColumnsMenu } from "./columnsMenu";
import { goToColumn } from "./frozen";

/** The number of columns from which a table has a menu of columns. */
const MANY = 5;

/** The functions of the page that the table needs. */
interface Around {
  readonly look: (view: TableView) => void;
  readonly redraw: () => void;
  readonly profile: (view: TableView, isAsked: boolean) => void;
  readonly find: (selector: string) => HTMLElement | null;
}

export class TableState {
  readonly profiles: Profiles;
  private readonly menu: ColumnsMenu;
  private choice: ColumnChoice = ALL;
  private columns: TableColumns | undefined;
  private detail: number | undefined;
  private table: Table | undefined;
  private view: TableView = {};
  /** The column to scroll to after it has arrived. */
  private wanted: number | undefined;

  constructor(private readonly around: Around) {
    this.profiles = new Profiles(around.profile);
    this.menu = new ColumnsMenu({
      goTo: (column) => {
        this.goTo(column);
      },
      choose: (choice) => {
        this.choose(choice);
      },
    });
  }

  /** Show a page of rows. */
  show(table: Table, view: TableView): void {
    this.table = table;
    this.view = view;
    this.profiles.follow(view, table);
  }

  /** Called when the rows are on the screen. */
  shown(): void {
    if (this.wanted === undefined || !this.isThere(this.wanted)) return;
    this.scrollTo(this.wanted);
    this.wanted = undefined;
  }

  takeColumns(columns: TableColumns | null): void {
    this.columns = columns ?? undefined;
    if (columns) this.menu.show(columns, this.choice);
    this.around.redraw();
  }

  forget(): void {
    this.columns = this.detail = this.table = this.wanted = undefined;
    this.choice = ALL;
    this.menu.close();
    this.profiles.forget();
  }

  /** The view with the chosen columns, also of another part. */
  arranged(view: TableView): TableView {
    if (!this.table || this.choice === ALL) return view;
    return { ...view, ...asked(this.choice, view.first_column ?? 0, widthOf(this.table)) };
  }

  /** The view with all columns that the user has picked, for an export. */
  whole(view: TableView): TableView {
    if (!this.table || this.choice === ALL) return view;
    return { ...view, picked: exported(this.choice, widthOf(this.table)) };
  }

  get tools(): Omit<TableTools, "problem" | "exportRows" | "wrangle"> {
    const { columns, profiles, choice } = this;
    const hasMany = columns !== undefined && columns.columns.length - (columns.index ?? 0) >= MANY;
    return {
      profiles: profiles.isShown ? { columns: profiles.columns } : undefined,
      detail: this.detail,
      drift: this.drift,
      choice,
      columnsMenu: hasMany ? this.menu.element : undefined,
      openColumn: (position) => {
        this.open(position);
      },
      sumUp: () => {
        this.profiles.toggle(this.view);
        this.around.redraw();
      },
    };
  }

  private get drift(): SchemaDrift | undefined {
    return this.columns?.drift ?? undefined;
  }

  /** Enlarge a column, or close the enlarged one. The focus moves there and back. */
  private open(position: number | undefined): void {
    const from = this.detail;
    this.detail = position;
    this.around.redraw();
    const target = position === undefined ? `summary ${String(from)}` : "detail";
    this.around.find(`[data-keep="${target}"]`)?.focus();
  }

  private choose(choice: ColumnChoice): void {
    this.choice = choice;
    if (this.columns) this.menu.show(this.columns, choice);
    if (this.table) this.around.look({ ...this.view, ...asked(choice, 0, widthOf(this.table)) });
  }

  private goTo(column: number): void {
    const { table } = this;
    if (!table) return;
    this.menu.close();
    if (this.isThere(column)) {
      this.scrollTo(column);
      return;
    }
    this.wanted = column;
    const { picked } = this.choice;
    if (picked && !picked.includes(column)) this.choice = withShown(this.choice, column, true, widthOf(table));
    if (this.columns) this.menu.show(this.columns, this.choice);
    const start = partWith(this.choice, column, widthOf(table));
    this.around.look({ ...this.view, ...asked(this.choice, start, widthOf(table)) });
  }

  private isThere(column: number): boolean {
    return this.headOf(column) !== null;
  }

  private headOf(column: number): HTMLElement | null {
    return this.around.find(`th[data-column="${(this.table?.index ?? 0) + column}"]`);
  }

  private scrollTo(column: number): void {
    const [grid, head] = [this.around.find(".grid"), this.headOf(column)];
    if (grid && head) goToColumn(grid, head);
  }
}
