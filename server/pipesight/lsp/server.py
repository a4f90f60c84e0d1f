"""The language server with all its handlers. Importing their modules registers them."""

from . import document_handlers, history_handlers, workspace_handlers
from .pygls_server import PipesightServer, server

__all__ = ["PipesightServer", "document_handlers", "history_handlers", "server", "workspace_handlers"]
