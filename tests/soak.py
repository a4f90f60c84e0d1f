"""Run a server for a long time, with random edits and a growing store, and compare its answers with a new server's.

    python -m tests.soak [--seconds 120] [--seed 0]

The same seed makes the same edits. It fails if an answer is missing or differs, or if memory, open files or the log
grow.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pipesight.demo.sample import unpack_sample
from tests.history import recorder
from tests.lsp.wire import Wire

LINES = [
    "from zenml.client import Client",
    "run = Client().get_pipeline('churn_pipeline').last_run",
    "step = run.steps['train_model']",
    "accuracy = step.outputs['accuracy'][0].load()",
    "for each in Client().list_pipeline_runs(size=5): print(each.name)",
    "def read(name): return Client().get_pipeline_run(name)",
    "if run: step = run.steps['evaluate_model'",
    "value = f\"{Client().get_pipeline('chur",
    "class Reader:",
    "    def last(self): return Client().get_pipeline('training').runs[0]",
    "\u00fc\U0001f600 = 'x' # \ud7ff",
    "",
]
COMPARED = ("completion", "documentHighlight", "definition", "diagnostic")
ASKED = (*COMPARED, "hover", "codeLens", "inlayHint", "references", "prepareRename", "documentLink", "codeAction")
MEMORY, FILES, LOG = 1.3, 8, 2_000_000  # times the memory after warming up; open files more; bytes


class Soak:
    """One server, its document, and the requests to it."""

    def __init__(self, folder: Path, root: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.folder, self.root = folder, root
        self.lines = self.random.choices(LINES, k=20)
        self.version = 1
        self.server = self.start("server")

    @property
    def uri(self) -> str:
        """The URI of the edited document."""
        return (self.folder / "soaked.py").as_uri()

    def start(self, name: str) -> Wire:
        """Start a server that has the document open and the history read."""
        server = Wire([sys.executable, "-m", "pipesight", "lsp"], self.folder, self.root / f"{name}.log")
        server.initialize(self.folder, cacheFolder=str(self.root / "cache"), settings={"history": ["history"]})
        item = {"uri": self.uri, "languageId": "python", "version": self.version, "text": "\n".join(self.lines)}
        server.notify("textDocument/didOpen", {"textDocument": item})
        self.settle(server)
        return server

    def settle(self, server: Wire) -> None:
        """Wait until all runs of the store are known."""
        give_up = time.monotonic() + 60
        while True:
            call = {"command": "pipesight.status", "arguments": [{}]}
            sources = server.request("workspace/executeCommand", call)["sources"]
            if sources and not any(each["syncing"] for each in sources) and time.monotonic() > give_up - 58:
                return
            assert time.monotonic() < give_up, sources
            time.sleep(0.1)

    def edit(self) -> None:
        """Replace, insert or delete lines, or send an invalid edit."""
        line = self.random.randrange(len(self.lines))
        count = self.random.choice((0, 1, 1, 2))
        new = self.random.choices(LINES, k=self.random.choice((0, 1, 1, 2)))
        end = min(line + count, len(self.lines) - 1)
        self.lines[line:end] = new
        start, stop = {"line": line, "character": 0}, {"line": end, "character": 0}
        text = "".join(f"{each}\n" for each in new)
        self.version += 1
        document = {"uri": self.uri, "version": self.version}
        change = {"range": {"start": start, "end": stop}, "text": text}
        self.server.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        if self.random.random() < 0.05:
            self.server.notify("textDocument/didChange", {"textDocument": document, "contentChanges": "nonsense"})

    def ask(self, server: Wire, method: str, line: int, character: int) -> Any:
        """Return the answer to a request at a position."""
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": len(self.lines), "character": 0}}
        asked: dict[str, Any] = {
            "textDocument": {"uri": self.uri},
            "position": {"line": line, "character": character},
            "range": whole,
        }
        asked["context"] = {"includeDeclaration": True, "diagnostics": [], "triggerKind": 1}
        return server.request(f"textDocument/{method}", asked)

    def place(self) -> tuple[int, int]:
        """Return a position in the document."""
        line = self.random.randrange(len(self.lines))
        return line, self.random.randint(0, len(self.lines[line].encode("utf-16-le")) // 2)

    def compare(self) -> None:
        """Compare answers with those of a server that just started."""
        self.settle(self.server)
        fresh = self.start("fresh")
        try:
            for _ in range(10):
                place = self.place()
                for method in COMPARED:
                    ours, theirs = (self.ask(server, method, *place) for server in (self.server, fresh))
                    assert shown(ours) == shown(theirs), (method, place, self.lines, ours, theirs)
            assert fresh.end() == 0
        finally:
            fresh.kill()

    def size(self) -> tuple[int, int, int]:
        """Return the memory of the server in bytes, the number of its open files, and the length of its log."""
        process = Path("/proc", str(self.server.process.pid))
        pages = int((process / "statm").read_text().split()[1])
        return pages * 4096, len(list((process / "fd").iterdir())), (self.root / "server.log").stat().st_size


def shown(answer: Any) -> Any:
    """Return the parts of an answer that do not depend on the time."""
    if isinstance(answer, dict) and "items" in answer:
        return [(each.get("label"), each.get("code"), each.get("range")) for each in answer["items"]]
    return answer


def soak(seconds: float, seed: int) -> str:
    """Run the server under load, and return the measurements."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        folder = unpack_sample(root / "sample")
        store = next((folder / "history").rglob("zenml.db"))
        like = recorder.newest(store)
        soaked, began, asked, edits, runs = Soak(folder, root, seed), time.monotonic(), 0, 0, 0
        first: tuple[int, int, int] | None = None
        try:
            while time.monotonic() - began < seconds:
                soaked.edit()
                edits += 1
                soaked.ask(soaked.server, soaked.random.choice(ASKED), *soaked.place())
                asked += 1
                if edits % 50 == 0:
                    runs += 1
                    recorder.record_run(store, like, f"soaked-{runs}")
                if edits % 500 == 0:
                    soaked.compare()
                if first is None and time.monotonic() - began > seconds / 4:
                    first = soaked.size()
            soaked.compare()
            last = soaked.size()
            assert first is not None
            assert last[0] < first[0] * MEMORY, ("memory", first, last)
            assert last[1] < first[1] + FILES, ("files", first, last)
            assert last[2] < LOG, ("log", last)
            assert soaked.server.end() == 0
        finally:
            soaked.server.kill()
    size = f"{first[0] >> 20} -> {last[0] >> 20} MB, {first[1]} -> {last[1]} files, log {last[2]} bytes"
    return f"seed {seed}: {edits} edits, {asked} requests, {runs} runs recorded, {size}"


def main() -> None:
    """Read the options, and run the soak test."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(soak(options.seconds, options.seed))


if __name__ == "__main__":
    main()
