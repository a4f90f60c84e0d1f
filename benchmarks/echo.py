"""The floor: a bare pygls server that answers each request with a given result and does nothing else.

The first argument names a JSON file that maps methods to results.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from lsprotocol import converters, types as lsp
from pygls.lsp.server import LanguageServer

server = LanguageServer("echo", "1")
_ANSWERS = json.loads(Path(sys.argv[1]).read_text()) if len(sys.argv) > 1 else {}
_CONVERTER = converters.get_converter()
_TYPES: dict[str, Any] = {
    lsp.TEXT_DOCUMENT_COMPLETION: lsp.CompletionList,
    lsp.TEXT_DOCUMENT_HOVER: lsp.Hover,
    lsp.TEXT_DOCUMENT_CODE_LENS: list[lsp.CodeLens],
}


def _answer(method: str) -> Any:
    answer = _ANSWERS.get(method)
    return None if answer is None else _CONVERTER.structure(answer, _TYPES[method])


_COMPLETION, _HOVER, _LENSES = (_answer(method) for method in _TYPES)


@server.feature(lsp.TEXT_DOCUMENT_COMPLETION)
def complete(params: lsp.CompletionParams) -> Any:
    """The completion that was given."""
    return _COMPLETION


@server.feature(lsp.TEXT_DOCUMENT_HOVER)
def hover(params: lsp.HoverParams) -> Any:
    """The hover that was given."""
    return _HOVER


@server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
def lenses(params: lsp.CodeLensParams) -> Any:
    """The lenses that were given."""
    return _LENSES


if __name__ == "__main__":
    server.start_io()
