"""The longest piece of work of the server's event loop, for each request about very large documents.

A request waits until the current piece ends. So the longest piece is the longest wait on an idle machine. A piece is
measured in time of the processor, which depends little on other programs. `python benchmarks/occupied.py` runs only
this benchmark.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client import CAPABILITIES, Client
from keystroke import HEAD

GOAL = 100  # milliseconds
_SHORTEST = 0.002  # seconds of a piece that is recorded
_SETTLE = 0.1  # seconds after an answer in which the work after it is done
_PUBLISHED = 3.0  # seconds in which diagnostics are published
_READ = "client.get_pipeline('training_pipeline').last_run.steps['{step}'].outputs['model'][0].load()\n"
_KNOWN = _READ.format(step="train")
_FUNCTION = '''

def report_{n}(rows: int = {n}) -> int:
    """Report part {n}."""
    run = client.get_pipeline("training_pipeline").last_run
    total = 0
    for row in range(rows):
        total += row * {n}
    print(run.steps["train"].output.load(), run.name, total)
    return total
'''
_REQUESTS = (
    "hover",
    "codeLens",
    "inlayHint",
    "diagnostic",
    "completion",
    "documentLink",
    "references",
    "documentHighlight",
    "definition",
    "codeAction",
    "prepareRename",
    "rename",
)
_AFTER_AN_EDIT = ("completion", "hover", "codeLens", "inlayHint", "diagnostic")

# Each document has the texts of a notebook's cells, or one text. Requests are about the last line.
_DOCUMENTS: Mapping[str, Callable[[], Sequence[str]]] = {
    "20,000 lines in 2,000 functions": lambda: [HEAD + "".join(map(_function, range(2000)))],
    "9,000 reads of one output": lambda: [HEAD + _KNOWN * 9000],
    "9,000 unknown names": lambda: [HEAD + "".join(_READ.format(step=f"train_{number}") for number in range(9000))],
    "a list of 150,000 numbers": lambda: [HEAD + "ROWS = [\n" + "    1, 2, 3, 4, 5,\n" * 30_000 + "]\n" + _KNOWN],
    "1.9 MB in 310,000 lines": lambda: [HEAD + "x = 1\n" * 310_000 + _KNOWN],
    "5 MB, which is not analyzed": lambda: [HEAD + "x = 1\n" * 830_000 + _KNOWN],
    "a notebook of 500 cells": lambda: [HEAD, *(_function(number) + _KNOWN for number in range(500))],
}


def _function(number: int) -> str:
    return _FUNCTION.format(n=number)


@dataclass(frozen=True, order=True)
class Piece:
    """The longest piece of work of a request, in milliseconds of the processor."""

    milliseconds: float
    request: str


def occupied(sample: Path, root: Path, chosen: Sequence[str] = (), *, every: bool = False) -> list[str]:
    """Print the longest piece for each document, with `every` that of each request. Return what misses the goal."""
    print("| document | longest piece, ms | of the request |\n|---|---|---|")
    misses: list[str] = []
    for name, texts in _DOCUMENTS.items():
        if chosen and name not in chosen:
            continue
        pieces = [*_pulled(sample, root, texts()), *_published(sample, root, texts())]
        for piece in pieces if every else [max(pieces)]:
            print(f"| {name} | {piece.milliseconds:.0f} | {piece.request} |", flush=True)
        worst = max(pieces)
        misses += [f"{name}, {worst.request}: {worst.milliseconds:.0f} ms, goal {GOAL}"] * (worst.milliseconds > GOAL)
    print()
    return misses


def _pulled(sample: Path, root: Path, texts: Sequence[str]) -> Iterator[Piece]:
    """Yield the longest piece of each request of a client that pulls diagnostics, also after an edit."""
    server = _Server(sample, root, pulls=True)
    uris = server.open(texts)
    last = texts[-1].count("\n") - 1
    for request in _REQUESTS:
        yield server.ask(request, uris[-1], last)
    server.edit(uris[-1])
    for request in _AFTER_AN_EDIT:
        yield server.ask(request, uris[-1], last + 1, " after an edit")
    server.close()


def _published(sample: Path, root: Path, texts: Sequence[str]) -> Iterator[Piece]:
    """Yield the longest piece of the diagnostics for a client that does not pull them."""
    server = _Server(sample, root, pulls=False)
    server.ask("hover", server.open(texts)[-1], texts[-1].count("\n") - 1)
    time.sleep(_PUBLISHED)
    yield Piece(server.longest(), "publishDiagnostics")
    server.close()


class _Server:
    """A server that records the pieces of its event loop."""

    def __init__(self, sample: Path, root: Path, *, pulls: bool) -> None:
        self._folder, self._log, self._read = sample, root / "pieces.txt", 0
        self._log.write_text("")
        text = {name: each for name, each in CAPABILITIES["textDocument"].items() if pulls or name != "diagnostic"}
        options = {"cacheFolder": str(root / "index"), "settings": {"history": [str(sample / "history")]}}
        command = [sys.executable, __file__, "serve", str(self._log)]
        self._client = Client(command, sample, options, {**CAPABILITIES, "textDocument": text})
        self._client.wait_for_index()

    def open(self, texts: Sequence[str]) -> list[str]:
        """Open a document or a notebook with these texts. Return the URIs of the texts."""
        time.sleep(1)  # the rest of the server is imported after its start
        self.longest()
        if len(texts) == 1:
            uri = (self._folder / "large.py").as_uri()
            self._client.open(uri, texts[0])
            return [uri]
        notebook = (self._folder / "large.ipynb").as_uri()
        uris = [f"vscode-notebook-cell{notebook[4:]}#{number}" for number in range(len(texts))]
        cells = [{"kind": 2, "document": uri} for uri in uris]
        opened = {"uri": notebook, "notebookType": "jupyter-notebook", "version": 1, "cells": cells}
        each = [
            {"uri": uri, "languageId": "python", "version": 1, "text": text}
            for uri, text in zip(uris, texts, strict=True)
        ]
        self._client.notify("notebookDocument/didOpen", {"notebookDocument": opened, "cellTextDocuments": each})
        return uris

    def edit(self, uri: str) -> None:
        """Insert a line at the start of a text."""
        changes = [{"range": _span(0, 0, 0), "text": "# new\n"}]
        if not uri.startswith("vscode-notebook-cell"):
            document = {"uri": uri, "version": 2}
            self._client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})
            return
        content = {"document": {"uri": uri, "version": 2}, "changes": changes}
        notebook = {"uri": (self._folder / "large.ipynb").as_uri(), "version": 2}
        changed = {"notebookDocument": notebook, "change": {"cells": {"textContent": [content]}}}
        self._client.notify("notebookDocument/didChange", changed)

    def ask(self, request: str, uri: str, line: int, when: str = "") -> Piece:
        """Send a request at a name on a line and about the whole document. Return its longest piece."""
        params: dict[str, Any] = {"textDocument": {"uri": uri}, "position": {"line": line, "character": 24}}
        params |= {"range": _span(0, line + 1, 0), "newName": "other"}
        params["context"] = {"triggerKind": 1, "includeDeclaration": True, "diagnostics": []}
        self._client.request(f"textDocument/{request}", params)
        time.sleep(_SETTLE)
        return Piece(self.longest(), f"{request}{when}")

    def longest(self) -> float:
        """Return the milliseconds of the longest piece since the last call."""
        found = self._log.read_text().split()
        pieces, self._read = found[self._read :], len(found)
        return max(map(float, pieces), default=0.0)

    def close(self) -> None:
        """End the server."""
        self._client.close()


def _span(first: int, last: int, character: int) -> dict[str, Any]:
    return {"start": {"line": first, "character": 0}, "end": {"line": last, "character": character}}


def serve(log: Path) -> None:
    """Run the server, and write the milliseconds of each piece of its event loop to a file."""
    from pipesight.cli.main import main as run

    run_one = asyncio.events.Handle._run
    with log.open("a", buffering=1) as out:

        def measured(handle: asyncio.Handle) -> None:
            start = time.process_time()
            run_one(handle)
            took = time.process_time() - start  # of all threads, because long work has one of its own
            if took > _SHORTEST:
                out.write(f"{took * 1000:.1f}\n")

        setattr(asyncio.events.Handle, "_run", measured)  # noqa: B010 - the type checker wants the same parameters
        sys.argv[1:] = ["lsp"]
        sys.exit(run())


def main() -> None:
    """Print the longest piece of each request for the documents named as arguments, or for all."""
    from pipesight.demo.sample import unpack_sample

    with tempfile.TemporaryDirectory(prefix="pipesight-bench-") as temporary:
        occupied(unpack_sample(Path(temporary) / "sample"), Path(temporary), sys.argv[1:], every=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(Path(sys.argv[2]))
    else:
        main()
