/** The same language server in Neovim, configured by hand: what Neovim's own client shows. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { sampleProject } from "../shared/project.ts";
import { Neovim } from "./neovim.ts";

const MENU =
  "(function() local i = vim.fn.complete_info({'items', 'pum_visible'}); return i.pum_visible == 1 and vim.tbl_map(function(x) return x.word end, i.items) end)()";
/** The titles of the lenses, once the history is read. */
const LENSES =
  "(function() vim.lsp.codelens.refresh(); local t = vim.tbl_map(function(x) return x.command and x.command.title or '' end, vim.lsp.codelens.get(0)); return table.concat(t):find('runs · last run completed') and t or false end)()";
const FLOAT =
  "(function() for _, w in ipairs(vim.api.nvim_list_wins()) do if vim.api.nvim_win_get_config(w).relative ~= '' then return vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(w), 0, -1, false) end end end)()";

describe("Neovim", { timeout: 600_000 }, () => {
  const project = sampleProject();
  let neovim: Neovim;

  before(async () => {
    neovim = new Neovim(project.folder, "inspect_run.py");
    await neovim.eventually(
      "(function() local c = vim.lsp.get_active_clients()[1]; return c and c.initialized or false end)()",
    );
    await neovim.eventually(LENSES);
  });

  after(async () => {
    await neovim.quit();
    project.remove();
  });

  it("shows code lenses", async () => {
    const lenses = await neovim.eventually<string[]>(LENSES);
    assert.match(lenses.join("\n"), /4 runs · last run completed/);
  });

  it("offers names in a string that is just being typed, and takes the chosen one", async () => {
    neovim.type('Goscore = newest.get_step("');
    const names = await neovim.typeUntil<string[]>("<C-x><C-o>", MENU);
    assert.deepEqual([...names].sort(), ["evaluate", "load_data", "train"]);
    neovim.type("<C-n><C-n><C-y><Esc>");
    const line = await neovim.eventually<string>("vim.api.nvim_get_current_line()");
    assert.match(line, /^score = newest\.get_step\("(evaluate|load_data|train)$/);
    neovim.type("u");
  });

  it("shows an output's value in a window over the text", async () => {
    const lines = await neovim.typeUntil<string[]>('<Esc>13G$F"h:lua vim.lsp.buf.hover()<CR>', FLOAT);
    assert.match(lines.join("\n"), /test[^]*petal length/);
    neovim.type("<Esc>:fclose<CR>");
  });

  it("reads an output by its lens, without a panel", async () => {
    const messages = await neovim.typeUntil<string>(
      "<Esc>:messages clear<CR>10G:lua vim.lsp.codelens.run()<CR>",
      "(function() local m = vim.api.nvim_exec('messages', true); return m:find('model: ') and m end)()",
    );
    assert.match(messages, /model: .*pickle/);
  });

  it("leaves a file without pipelines alone", async () => {
    neovim.type("<Esc>:enew!<CR>:set ft=python<CR>iresult.outputs['<C-x><C-o>");
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(neovim.evaluate(MENU), false);
  });
});
