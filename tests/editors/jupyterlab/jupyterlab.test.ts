/** A notebook in real JupyterLab, with Pipesight inside python-lsp-server and alone. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { failure, picture } from "../shared/pictures.ts";
import { sampleProject, serverCommand } from "../shared/project.ts";
import { JupyterLab, type Options } from "./jupyterLab.ts";

const cell = (source: string): object => ({
  cell_type: "code",
  metadata: {},
  source,
  execution_count: null,
  outputs: [],
});

const notebook = {
  cells: [
    cell('from zenml.client import Client\n\nlast_run = Client().get_pipeline("training_pipeline").last_run'),
    cell('accuracy = last_run.steps["train"].outputs["accuracy"][0].load()'),
    cell('last_run.steps["trian"]'),
  ],
  metadata: {
    kernelspec: { name: "python3", display_name: "Python 3", language: "python" },
    language_info: { name: "python" },
  },
  nbformat: 4,
  nbformat_minor: 4,
};

const ALONE = `
c.LanguageServerManager.autodetect = False
c.LanguageServerManager.language_servers = {
    "pipesight": {
        "argv": ${JSON.stringify(serverCommand)},
        "languages": ["python"],
        "version": 2,
        "mime_types": ["text/x-python", "text/x-ipython"],
    }
}
`;

const server = (id: string, settings: object): Readonly<Record<string, unknown>> => ({
  "@jupyter-lsp/jupyterlab-lsp:plugin": { language_servers: { [id]: { serverSettings: settings } } },
});

const WAYS: readonly (readonly [string, Options])[] = [
  ["inside python-lsp-server", { settings: server("pylsp", { "pylsp.plugins.pipesight.history": ["history"] }) }],
  ["alone", { config: ALONE, settings: server("pipesight", { pipesight: { history: ["history"] } }) }],
];

for (const [way, options] of WAYS)
  describe(`a notebook in JupyterLab, ${way}`, { timeout: 300_000 }, () => {
    const project = sampleProject();
    let lab: JupyterLab;

    before(async () => {
      writeFileSync(path.join(project.folder, "look.ipynb"), JSON.stringify(notebook));
      lab = await JupyterLab.open(project.folder, "look.ipynb", options);
    });

    after(async () => {
      await lab.close();
      project.remove();
    });

    const step = (name: string, what: () => Promise<void>): void => {
      it(name, async () => {
        await what().catch(async (error: unknown) => {
          await failure(lab.page, `${way}, ${name}`);
          throw error;
        });
      });
    };

    step("a wrong name is underlined in its cell", async () => {
      await lab.marks.filter({ hasText: "trian" }).waitFor();
      assert.equal(await lab.marks.count(), 1);
    });

    step("a name tells what happened", async () => {
      await lab.hover(lab.code(1).getByText("train", { exact: false }).first());
      const page = await lab.tooltip.innerText();
      assert.match(page, /completed/);
      if (way.includes("python-lsp-server")) await picture(lab.page, "jupyterlab-hover", ".jp-NotebookPanel", 470);
    });

    step("names that depend on the cell before are offered in a string", async () => {
      await lab.type(1, 'score = last_run.steps["');
      await lab.page.keyboard.press("Tab");
      await lab.offered.filter({ hasText: "evaluate" }).waitFor();
      const names = (await lab.offered.allInnerTexts()).map((text) => text.split("\n")[0]);
      assert.deepEqual(names.slice(0, 3), ["load_data", "train", "evaluate"]);
      await lab.page.mouse.move(5, 5);
      if (way.includes("python-lsp-server")) await picture(lab.page, "jupyterlab", ".jp-NotebookPanel", 470);
    });

    step("a name that is accepted is the string's content", async () => {
      await lab.page.keyboard.press("ArrowDown");
      await lab.page.keyboard.press("Enter");
      await lab.code(1).getByText('score = last_run.steps["train').waitFor();
    });
  });
