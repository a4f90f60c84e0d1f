"""The tests of previews use the reader in this process, or in its own process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipesight.history.model import Output
from pipesight.outputs import reader
from pipesight.outputs.preview import Preview, from_json
from pipesight.outputs.reader.bounds import Request
from pipesight.outputs.reader.choose import preview
from pipesight.outputs.service import PreviewService

READER = Path(reader.__file__).parent

Look = Callable[..., Preview]
Artifact = Callable[..., Path]


def output_at(uri: str | Path, *, materializer: str = "", data_type: str = "") -> Output:
    """Return an output of a step, with its artifact at `uri`."""
    return Output(
        id=str(uri), step_id="s", name="x", source="t", uri=str(uri), materializer=materializer, data_type=data_type
    )


@pytest.fixture
def look() -> Look:
    """Return a function that previews an artifact in this process: `look(uri, data_type=..., limit=...)`."""

    def ask(uri: str | Path, **fields: Any) -> Preview:
        picture = preview(Request(str(uri), **fields))
        return from_json(json.loads(json.dumps(picture, allow_nan=False)))

    return ask


@pytest.fixture
def artifact(tmp_path: Path) -> Artifact:
    """Return a function that writes the folder of an artifact: `artifact({"data.json": b"1"})`."""

    def write(files: dict[str, bytes | str]) -> Path:
        folder = tmp_path / "artifact"
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return write


@pytest.fixture
def service() -> Iterator[PreviewService]:
    """Yield a preview service with the tests' own interpreter."""
    service = PreviewService(None)
    yield service
    service.close()


def ask_python(uri: str | Path, interpreter: str | Path, *flags: str) -> Preview:
    """Return a function that requests one preview from a reader in `interpreter`."""
    request = json.dumps({"id": 1, "method": "preview", "uri": str(uri)}) + "\n"
    command = [str(interpreter), "-E", *flags, str(READER), "0"]
    done = subprocess.run(command, input=request.encode(), capture_output=True, timeout=60, check=True)
    return from_json(json.loads(done.stdout.splitlines()[1])["preview"])


def previews(uris: Sequence[str], interpreter: str | Path, *flags: str) -> dict[str, Preview]:
    """Return the preview of each artifact, all by one reader in `interpreter`."""
    requests = "".join(json.dumps({"id": i, "uri": uri}) + "\n" for i, uri in enumerate(uris))
    command = [str(interpreter), "-E", *flags, str(READER), "0"]
    done = subprocess.run(command, input=requests.encode(), capture_output=True, timeout=120, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()[1:]]
    return {uris[int(answer["id"])]: from_json(answer["preview"]) for answer in answers}


def ask_bare_python(uri: str | Path) -> Preview:
    """Return a function that requests one preview from a reader that has only the standard library."""
    return ask_python(uri, sys.executable, "-S")
