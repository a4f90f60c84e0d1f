"""The language server, one client's session, and the plug-in of python-lsp-server."""
