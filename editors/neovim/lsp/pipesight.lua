---@brief
---
--- https://github.com/pipesight/pipesight
---
--- Pipesight shows the run history of ZenML pipelines: completion, hover, code lenses and diagnostics for the names of
--- pipelines, runs, steps and outputs, with previews of what they produced.
---
--- Install the server from PyPI:
---
--- ```sh
--- pipx install pipesight
--- ```
---
--- Name the history in `pyproject.toml`, `pipesight.toml` or these settings:
---
--- ```lua
--- vim.lsp.config('pipesight', { settings = { pipesight = { history = { 'history' } } } })
--- ```

---@type vim.lsp.Config
return {
  cmd = { 'pipesight', 'lsp' },
  filetypes = { 'python', 'markdown', 'yaml' },
  root_markers = { 'pipesight.toml', '.zen', 'pyproject.toml', '.git' },
}
