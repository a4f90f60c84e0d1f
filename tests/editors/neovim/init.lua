-- Neovim as a person sets it up for Pipesight, with nothing but what Neovim brings.
vim.o.completeopt = "menuone,noinsert"
vim.o.swapfile = false
vim.o.more = false

-- The file for Neovim 0.11 and nvim-lspconfig, taken by the client of older releases.
local config = dofile(vim.env.PIPESIGHT_CONFIG)

vim.api.nvim_create_autocmd("FileType", {
  pattern = config.filetypes,
  callback = function(event)
    local client = vim.lsp.start_client({
      name = "pipesight",
      cmd = vim.fn.json_decode(vim.env.PIPESIGHT_SERVER),
      root_dir = vim.fn.getcwd(),
    })
    vim.lsp.buf_attach_client(event.buf, client)
    vim.bo[event.buf].omnifunc = "v:lua.vim.lsp.omnifunc"
  end,
})
