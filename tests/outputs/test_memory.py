"""The memory limit of the reader, on systems that support it and on others."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipesight.outputs.preview import Window
from pipesight.outputs.process import ReaderProcess
from pipesight.outputs.reader import memory
from tests.outputs.conftest import READER, output_at

LIMIT = 120 * 1024**2
NO_LIMIT_OF_THE_SYSTEM = {
    "Windows": "sys.modules['resource'] = None",
    "macOS": "import resource; resource.setrlimit = None; sys.platform = 'darwin'",
}


@pytest.fixture
def hungry(tmp_path: Path) -> Path:
    """Return a pickle that announces 400 MB of bytes."""
    with (tmp_path / "artifact.pkl").open("wb") as file:
        file.write(b"\x80\x04\x8e" + (400_000_000).to_bytes(8, "little"))
        file.truncate(400_000_020)
    return tmp_path


@pytest.mark.parametrize("system", NO_LIMIT_OF_THE_SYSTEM)
@pytest.mark.thorough
def test_a_reader_that_no_system_holds_watches_itself_and_ends(tmp_path: Path, hungry: Path, system: str):
    code = (
        f"import sys; {NO_LIMIT_OF_THE_SYSTEM[system]}\n"
        f"sys.argv = ['reader', '{LIMIT}']; sys.path.insert(0, {str(READER.parent)!r})\n"
        "from reader import serve; sys.exit(serve.main())"
    )
    (tmp_path / "small.json").write_text("1")
    requests = "".join(json.dumps({"id": 1, "uri": str(uri)}) + "\n" for uri in (tmp_path / "small.json", hungry))
    done = subprocess.run([sys.executable, "-c", code], input=requests.encode(), capture_output=True, timeout=60)
    assert done.returncode == memory.TOO_MUCH
    assert len(done.stdout.splitlines()) == 2, "the small artifact was shown"


def test_the_person_is_told_what_happened(tmp_path: Path):
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho '{{\"ready\": [3, 11, 0]}}'\nread line\nexit {memory.TOO_MUCH}\n")
    python.chmod(0o755)
    reader = ReaderProcess(str(python), timeout=30, memory_limit=LIMIT)
    preview, _ = reader.ask(output_at("x"), Window())
    reader.close()
    assert preview.summary == "This artifact needs more memory than previews may use."
    assert "Raise the limit in the settings" in (preview.advice or "")


def test_memory_is_measured_in_bytes():
    code = (
        f"import sys; sys.path.insert(0, {str(READER.parent)!r}); from reader import memory\n"
        "measure = memory._measure(); before = measure()\n"
        "held = bytearray(b'x') * 50_000_000; print(before, measure() - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    before, more = map(int, done.stdout.split())
    assert 1_000_000 < before < 1_000_000_000
    assert 40_000_000 < more < 100_000_000


def test_a_system_that_tells_no_memory_is_not_watched(monkeypatch: pytest.MonkeyPatch):
    for name in ("_of_proc", "_of_macos"):
        monkeypatch.setattr(memory, name, memory._of_windows)  # which this system is not
    assert memory._measure() is None
