/** One renderer for each kind of preview. */
import type { ColumnProfile, Preview, PreviewKind, SchemaDrift, TableView } from "../../src/protocol";
import type { ColumnChoice } from "../table/columnChoice";
import { renderArray } from "../array/array";
import { renderFiles } from "./files";
import { renderHtml } from "./html";
import { renderImage } from "./image";
import { renderJson } from "./json";
import { renderMarkdown } from "./markdown";
import { renderPickle } from "./pickle";
import { renderProblem } from "./problem";
import { renderTable } from "../table/table";
import { renderText } from "./text";

/** The services of the page that a renderer may use. */
export interface Host {
  /** The rows of a table that are shown. */
  readonly view: TableView;
  /** Requests other rows. The answer is rendered again. */
  readonly look: (view: TableView) => void;
  /** Copies a text. `done` says what was copied, unless these are the rows. */
  readonly copy: (text: string, done?: string) => void;
  readonly tools?: TableTools;
  /** The picture of the array that is shown. */
  readonly plot?: HTMLElement;
}

/** The requests for a whole table. */
export interface TableTools {
  /** The profiles of the columns over the rows of all pages. Without `columns`, they have not arrived yet. */
  readonly profiles: { readonly columns: readonly ColumnProfile[] | undefined } | undefined;
  /** The position of the column that is shown at large. */
  readonly detail: number | undefined;
  readonly openColumn: (position: number | undefined) => void;
  /** The differences from the columns of the run before. */
  readonly drift: SchemaDrift | undefined;
  readonly choice: ColumnChoice;
  readonly columnsMenu: HTMLElement | undefined;
  /** The problem of the condition. */
  readonly problem: string | undefined;
  readonly sumUp: () => void;
  readonly exportRows: () => void;
  /** Opens the rows with Data Wrangler, if it is installed. */
  readonly wrangle: (() => void) | undefined;
}

type Renderer = (preview: Preview, host: Host) => HTMLElement;

const RENDERERS: Readonly<Record<PreviewKind, Renderer>> = {
  json: renderJson,
  table: renderTable,
  array: renderArray,
  text: renderText,
  html: renderHtml,
  markdown: renderMarkdown,
  image: renderImage,
  pickle: renderPickle,
  files: renderFiles,
  problem: renderProblem,
};

export function render(preview: Preview, host: Host): HTMLElement {
  return RENDERERS[preview.kind](preview, host);
}
