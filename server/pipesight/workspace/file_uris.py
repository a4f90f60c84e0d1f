"""The paths in URIs of files, as clients send them."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

# jupyterlab-lsp writes open notebooks as Python files into this folder, at their path below the root of the server.
_JUPYTER_LAB = "/.virtual_documents"


def to_path(uri: str) -> str | None:
    """Return the path in a `file:` URI, or the path of the notebook for one in JupyterLab. None for another URI."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file":
        return None
    path = unquote(parts.path).replace(_JUPYTER_LAB, "", 1)
    if re.match(r"/[A-Za-z]:", path):
        return path[1].lower() + path[2:].replace("/", "\\")  # some clients write the drive in upper case
    return f"//{parts.netloc}{path}" if parts.netloc and parts.netloc != "localhost" else path
