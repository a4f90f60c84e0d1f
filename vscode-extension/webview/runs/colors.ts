/** The colors of the lines of a chart. */

/** VS Code's chart colors. They fit every theme. Red is for failed runs, and orange is too dark in dark themes. */
export const COLORS = ["blue", "green", "purple", "yellow"].map((name) => `--vscode-charts-${name}`);
