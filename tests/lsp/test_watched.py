"""Opening a folder, observed from inside the server's process: no network, one kind of program, no foreign code."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pipesight.demo.sample import unpack_sample
from tests.lsp.wire import Wire

WATCHED = """
import json, os, sys
out = os.open(sys.argv.pop(), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
names = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind", "socket.sendto", "os.system",
    "subprocess.Popen", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "os.forkpty", "pickle.find_class", "import")
def hear(event, arguments):
    writes = event == "open" and isinstance(arguments[0], str) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if event in names or writes:
        what = repr(arguments[1]) if event == "subprocess.Popen" else str(arguments[0])
        os.write(out, (json.dumps([event, what]) + "\\n").encode())
sys.addaudithook(hear)
from pipesight.cli.main import main
sys.exit(main(sys.argv[1:]))
"""

pytestmark = pytest.mark.thorough  # the server that is observed is no fork, so it starts slowly

CODE = """\
from pipesight import Repository
import zenml, evil

run = Repository().get_pipeline("churn_pipeline").runs[-1]
step = run.get_step("train_model")
"""


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[tuple[str, str]], Path]:
    """Return the events of a server that opens a folder, until it ends, and the folder that it may write to."""
    root = tmp_path_factory.mktemp("watched")
    folder, events = unpack_sample(root / "sample"), root / "events"
    (folder / "evil.py").write_text("raise SystemExit('imported')\n")
    (root / "tmp").mkdir()
    command = [sys.executable, "-c", WATCHED, "lsp", str(events)]
    server = Wire(command, folder, root / "log", TMPDIR=str(root / "tmp"), HOME=str(root / "home"))
    try:
        server.initialize(folder, cacheFolder=str(root / "cache"), settings={"history": ["history"]}, trusted=True)
        item = {"uri": (folder / "reads.py").as_uri(), "languageId": "python", "version": 1, "text": CODE}
        server.notify("textDocument/didOpen", {"textDocument": item})
        document = {"textDocument": {"uri": item["uri"]}}
        status: Any = {"sources": []}
        while not status["sources"] or status["sources"][0]["syncing"] or not status["sources"][0].get("syncedAt", 1):
            status = server.request("workspace/executeCommand", {"command": "pipesight.status", "arguments": [{}]})
            time.sleep(0.05)
        for method in ("codeLens", "inlayHint", "diagnostic", "documentLink", "documentHighlight", "references"):
            place = {"position": {"line": 3, "character": 40}, "context": {"includeDeclaration": True}}
            whole = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 5, "character": 0}}}
            server.request(f"textDocument/{method}", {**document, **place, **whole})
        for line in range(3, 5):
            server.request("textDocument/hover", {**document, "position": {"line": line, "character": 42}})
        path: Any = {}
        for _ in range(4):  # a pipeline, a run, a step, an output
            listed = {"command": "pipesight.history", "arguments": [{"parent": path}]}
            path = server.request("workspace/executeCommand", listed)[0]["path"]
        read = server.request("workspace/executeCommand", {"command": "pipesight.readOutput", "arguments": [path]})
        assert read["preview"]
        assert server.end() == 0
    finally:
        server.kill()
    return [(event, what) for event, what in map(json.loads, events.read_text().splitlines())], root


def test_it_speaks_to_no_network(heard: tuple[list[tuple[str, str]], Path]) -> None:
    events, _ = heard
    assert [each for each in events if each[0].startswith("socket.")] == []


def test_it_starts_no_program_but_the_reader(heard: tuple[list[tuple[str, str]], Path]) -> None:
    events, _ = heard
    started = [each for each in events if each[0].startswith(("subprocess.", "os."))]
    assert started
    assert all(event == "subprocess.Popen" and "outputs/reader" in what.replace("\\", "/") for event, what in started)


def test_it_runs_no_code_of_the_folder_and_unpickles_nothing(heard: tuple[list[tuple[str, str]], Path]) -> None:
    events, _ = heard
    imported = {what.split(".")[0] for event, what in events if event == "import"}
    assert "pygls" in imported  # the hook hears imports
    assert not imported & {"zenml", "evil", "reads"}
    assert not [each for each in events if each[0] == "pickle.find_class"]


def test_it_writes_to_its_cache_and_to_temporary_files_only(heard: tuple[list[tuple[str, str]], Path]) -> None:
    events, root = heard
    own = (str(root / "cache"), str(root / "tmp"), "/dev/null")
    written = [what for event, what in events if event == "open" and "__pycache__" not in what]
    assert [what for what in written if not what.startswith(own)] == []
