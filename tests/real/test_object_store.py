"""Artifacts in a store that speaks S3, read by the reader in an environment that has s3fs."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pipesight.outputs.log_reader import LogReader
from pipesight.outputs.preview import Preview
from pipesight.outputs.reader.problem import Problem
from pipesight.outputs.service import PreviewService
from tests.outputs.conftest import output_at
from tests.outputs.test_histories import check, outputs_of, previews
from tests.ports import free_port
from tests.real.parts import BIN, running, wait_until_it_answers

pytestmark = pytest.mark.slow

TIMEOUT = 10.0  # seconds for one preview, as in the editor
KEY = {"AWS_ACCESS_KEY_ID": "reader", "AWS_SECRET_ACCESS_KEY": "open sesame", "AWS_DEFAULT_REGION": "us-east-1"}
UPLOAD = """
import sys, s3fs
s3fs.S3FileSystem().mkdir("artifacts")
s3fs.S3FileSystem().put(sys.argv[1], "artifacts/store", recursive=True)
"""


class Store:
    """The store with the artifacts of a history. It runs until a test stops it."""

    def __init__(self, history: Path, folder: Path) -> None:
        self._port, self._log, self._up = free_port(), folder / "moto.log", ExitStack()
        self.address = f"http://127.0.0.1:{self._port}"
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "AWS_ENDPOINT_URL": self.address, **KEY}
        self._root = next(path.parent for path in history.rglob("load_data") if path.is_dir())
        command: list[str | Path] = [BIN / "moto_server", "--host", "127.0.0.1", "--port", str(self._port)]
        process = self._up.enter_context(running(command, self._log, self.environment))
        wait_until_it_answers(self.address, process, self._log)
        upload = [BIN / "python", "-c", UPLOAD, self._root]
        subprocess.run(upload, env=self.environment, check=True, capture_output=True, timeout=120)

    def uri(self, path: str) -> str:
        """Return the URI of the artifact with this path in the history."""
        return f"s3://artifacts/store/{Path(path).relative_to(self._root).as_posix()}"

    def stop(self) -> None:
        self._up.close()


@pytest.fixture(scope="module")
def history(unpack_history: Callable[[str], Path]) -> Path:
    return unpack_history("0.98.0")


@pytest.fixture(scope="module")
def store(history: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store(history, tmp_path_factory.mktemp("store"))
    yield store
    store.stop()


@pytest.fixture
def look(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Preview]]:
    """Return a function: `look(uri)` is the preview by a reader in ZenML's environment. Other arguments change that."""
    with ExitStack() as services:

        def ask(uri: str, interpreter: str | Path = BIN / "python", **changed: str) -> Preview:
            for name, value in {**store.environment, **changed}.items():
                monkeypatch.setenv(name, value)
            service = PreviewService(str(interpreter), timeout=TIMEOUT)
            services.callback(service.close)
            return service.preview_sync(output_at(uri))

        yield ask


def test_every_output_looks_as_it_does_on_disk(store: Store, history: Path, look: Callable[..., Preview]) -> None:
    outputs = outputs_of(history)
    on_disk = previews([uri for _, _, uri in outputs], str(BIN / "python"))
    kinds: set[str] = set()
    service = PreviewService(str(BIN / "python"), timeout=TIMEOUT)
    look(store.uri(outputs[0][2]))  # so that the environment is that of the store
    try:
        for step, output, uri in outputs:
            preview = service.preview_sync(output_at(store.uri(uri)))
            check(step, output, preview)
            assert preview.summary == on_disk[uri].summary
            assert preview.table == on_disk[uri].table
            kinds.add(preview.kind)
    finally:
        service.close()
    assert kinds >= {"table", "array", "json", "pickle", "image", "html", "markdown"}


def test_a_log_is_read_in_parts(store: Store, look: Callable[..., Preview], tmp_path: Path) -> None:
    lines = [f"line {number} of the log" for number in range(20_000)]
    (tmp_path / "step.log").write_text("\n".join(lines) + "\n")
    program = UPLOAD.replace('mkdir("artifacts")', 'mkdir("logs")').replace("artifacts/store", "logs/of")
    upload = [BIN / "python", "-c", program, tmp_path / "step.log"]
    subprocess.run(upload, env=store.environment, check=True, capture_output=True, timeout=120)
    look("s3://logs/none")  # so that the environment is that of the store
    reader = LogReader(str(BIN / "python"), timeout=TIMEOUT)
    try:
        last = reader.read("s3://logs/of")
        before = reader.read("s3://logs/of", before=last.start)
        first = reader.read("s3://logs/of", after=0, limit=1_000)
        assert [line.message for line in (*before.lines, *last.lines)] == lines[-len(before.lines) - len(last.lines) :]
        assert [line.message for line in first.lines] == lines[: len(first.lines)]
        assert (first.start, last.end, last.size) == (0, last.size, (tmp_path / "step.log").stat().st_size)
        with pytest.raises(Problem, match="The log is empty or gone: s3://logs/none"):
            reader.read("s3://logs/none")
    finally:
        reader.close()


def test_an_object_that_is_not_there(look: Callable[..., Preview]) -> None:
    preview = look("s3://artifacts/store/no/such/thing")
    assert_problem(preview, "gone: s3://artifacts/store/no/such/thing", "Run the pipeline again")


def test_a_bucket_that_is_not_there(look: Callable[..., Preview]) -> None:
    assert_problem(look("s3://no-such-bucket/thing"), "s3://no-such-bucket/thing", "Run the pipeline again")


def test_no_credentials(store: Store, history: Path, look: Callable[..., Preview], tmp_path: Path) -> None:
    uri = store.uri(outputs_of(history)[0][2])
    preview = look(uri, AWS_PROFILE="nobody", AWS_CONFIG_FILE=str(tmp_path / "none"))
    assert_problem(preview, uri, "credentials")


def test_an_environment_without_the_plugin_names_what_to_install(look: Callable[..., Preview]) -> None:
    preview = look("s3://artifacts/store/x", interpreter=sys.executable)
    assert_problem(preview, "has no s3fs", f"{sys.executable} -m pip install s3fs")


def test_a_store_that_is_gone(
    history: Path, look: Callable[..., Preview], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    uri = outputs_of(history)[0][2]
    store = Store(history, tmp_path)
    store.stop()
    began = time.monotonic()
    preview = look(store.uri(uri), AWS_ENDPOINT_URL=store.address)
    took = time.monotonic() - began
    record_property("measured", f"to say that an object store does not answer: {took:.2f} s")
    assert_problem(preview, store.uri(uri), "network")
    assert took < TIMEOUT + 5


def assert_problem(preview: Preview, said: str, advised: str) -> None:
    assert preview.kind == "problem", preview
    assert said in preview.summary
    assert advised in (preview.advice or "")
    assert KEY["AWS_SECRET_ACCESS_KEY"] not in f"{preview.summary} {preview.text} {preview.advice}"
