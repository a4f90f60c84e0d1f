---@brief
---
--- https://github.com/pipesight/pipesight
---
--- Pipesight shows the run history of ZenML pipelines: completion, hover, code lenses and diagnostics for the names of
--- pipelines, runs, steps and outputs, with previews of what they produced.
---
--- It can be installed from PyPI:
---
--- ```sh
--- pipx install pipesight
--- ```
---
--- A project names its history in `pyproject.toml` or `pipesight.toml`, or in the settings below:
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
