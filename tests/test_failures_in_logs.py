"""The first hover on a failed run of an old store says why it failed, because it waits a moment for the step's log."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from lsprotocol import types as lsp

from pipesight.demo import sample
from pipesight.history.discovery import discover
from pipesight.history.history import History
from pipesight.history.model import Failure, Status, Step
from pipesight.lsp import pylsp_plugin
from pipesight.lsp.document_handlers import show_hover
from pipesight.lsp.pygls_server import PipesightServer
from pipesight.lsp.session import Session
from pipesight.outputs.log_reader import LogReader
from pipesight.outputs.reader.logs import LogPage, read_log
from pipesight.outputs.reader.problem import Problem
from pipesight.settings import Settings
from pipesight.workspace import logged_failures
from pipesight.workspace.context import Client, Context
from pipesight.workspace.logged_failures import LoggedFailures
from tests.conftest import HISTORIES
from tests.test_session import Listener
from tests.waiting import eventually, until_true

RELEASE = "0.80.2"  # its stores have no column for exceptions
FAILED_RUN = 'from zenml.client import Client\nrun = Client().get_pipeline_run("failing run")\n'
FAILED_STEP = f'{FAILED_RUN}run.steps["boom"]\n'
LOG = """[2026-11-22 13:14:17 UTC] Step boom has started.
[2026-11-22 13:14:17 UTC] Failed to run step boom.
[2026-11-22 13:14:17 UTC] bad rows
Traceback (most recent call last):
  File "/app/pipelines.py", line 31, in boom
    raise ValueError("bad rows")
ValueError: bad rows
"""


class Slow(LogReader):
    """A reader of logs that waits for the test, as for a remote store."""

    def __init__(self) -> None:
        super().__init__(None)
        self.began, self.goes_on = threading.Event(), threading.Event()

    def read(self, *args: Any, **options: Any) -> LogPage:
        self.began.set()
        self.goes_on.wait()
        return read_log(*args, **options)


@pytest.fixture
async def session(tmp_path: Path) -> AsyncIterator[Session]:
    """Yield a session on an old store whose only failed step has a log."""
    folder = sample.unpack_history(HISTORIES / f"{RELEASE}.tar.xz", tmp_path)
    with closing(sqlite3.connect(next(folder.rglob("zenml.db")))) as store:
        query = "SELECT logs.uri FROM logs JOIN step_run ON step_run.id = logs.step_run_id WHERE status = 'failed'"
        (uri,) = (Path(uri) for (uri,) in store.execute(query))
    uri.parent.mkdir(parents=True, exist_ok=True)
    uri.write_text(LOG)
    history = History.open(discover([], history=[str(folder)]).sources, cache_folder=tmp_path / "cache", start=False)
    history.sync_once()
    made = Listener(cast("Any", None)).session
    made.context = Context.open([], history, made.documents, Settings(), Client())
    yield made
    made.unload()


@pytest.fixture
def slow() -> Iterator[Slow]:
    made = Slow()
    yield made
    made.goes_on.set()


def failed_step(session: Session) -> Step:
    assert session.context is not None
    history = session.context.history
    run = history.run("failing run")
    step = history.step(run, "boom") if run is not None else None
    assert step is not None
    return step


async def hovered(session: Session, text: str) -> str:
    """Return the hover of the last string in the text."""
    item = lsp.TextDocumentItem("file:///project/read.py", "python", 1, text)
    session.documents.open(item)
    line = text.splitlines()[-1]
    where = lsp.Position(text.count("\n") - 1, line.rindex('"') - 1)
    ls = cast("PipesightServer", SimpleNamespace(session=session))
    handling = show_hover(ls, lsp.HoverParams(lsp.TextDocumentIdentifier(item.uri), where))
    result: Any = None
    while True:  # as pygls does
        try:
            work, arguments, _ = handling.send(result)
        except StopIteration as end:
            return str(end.value.contents) if end.value is not None else ""
        result = await work(*arguments)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FAILED_RUN, "Step boom failed: ValueError: bad rows (pipelines.py, line 31)"),
        (FAILED_STEP, "ValueError: bad rows (pipelines.py, line 31)"),
    ],
    ids=["run", "step"],
)
async def test_the_first_hover_says_why(
    text: str, said: str, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipesight.workspace.context.PATIENCE", 60.0)
    assert said in await hovered(session, text)


@pytest.mark.thorough
async def test_a_hover_does_not_wait_long_for_a_slow_store(
    session: Session, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert session.context is not None
    monkeypatch.setattr("pipesight.workspace.context.PATIENCE", 0.01)
    session.context.previews.logs = slow
    for _ in range(3):
        shown = await hovered(session, FAILED_RUN)
        assert "Step boom failed." in shown
        assert "bad rows" not in shown
    await until_true(slow.began.is_set)
    assert not session.context.failures.wants_to_look  # no other thread waits for the same log

    slow.goes_on.set()
    failures, step = session.context.failures, failed_step(session)
    await until_true(lambda: failures.reading(step) is None)
    assert "bad rows" in await hovered(session, FAILED_RUN)


@pytest.mark.thorough
async def test_python_lsp_server_waits_too(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    context = session.context
    assert context is not None
    monkeypatch.setattr("pipesight.lsp.pylsp_plugin.PATIENCE", 60.0)
    step = failed_step(session)
    reading = context.failures.reading(step)
    assert reading is not None

    pylsp_plugin._PylspSession.read_logs(cast("Any", SimpleNamespace(context=context)), [reading])

    failure = context.failures.of(step)
    assert failure is not None
    assert failure.message == "bad rows"


def failed(name: str) -> Step:
    return Step(id=name, run_id="1", name=name, source="", status=Status.FAILED)


def test_each_log_is_read_once_and_that_asked_for_last_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    failures, read = LoggedFailures(), list[str]()

    def failure_in_logs(_history: History, step: Step, _logs: LogReader) -> Failure:
        read.append(step.id)
        failures.of(step)  # while it is read
        return Failure("ValueError", step.id)

    monkeypatch.setattr(logged_failures, "failure_in_logs", failure_in_logs)
    for name in ("a", "b", "c", "a"):
        failures.of(failed(name))
    done = failures.reading(failed("b"))

    assert failures.look(History(()), LogReader(None))

    assert read == ["b", "a", "c"]
    assert done is not None
    assert done.done()
    assert not failures.wants_to_look
    assert failures.of(failed("c")) == Failure("ValueError", "c")


class Reader:
    """A reader process that does not answer before the test lets it."""

    def __init__(self) -> None:
        self.began, self.goes_on, self.is_closed = threading.Event(), threading.Event(), False

    def ask_log(self, *_: object, **_options: object) -> LogPage:
        self.began.set()
        self.goes_on.wait()
        return LogPage([], 0, 0, 0)

    def stop(self) -> None:
        self.goes_on.set()

    def close(self) -> None:
        self.is_closed = True


def test_who_reads_a_remote_log_when_the_server_ends_closes_the_reader() -> None:
    logs, reader = LogReader(None), Reader()
    logs._reader = cast("Any", reader)
    thread = threading.Thread(target=logs.read, args=("s3://bucket/log",), daemon=True)
    thread.start()
    eventually(reader.began.is_set)

    logs.close()

    eventually(lambda: not thread.is_alive())
    assert reader.is_closed
    with pytest.raises(Problem, match="shutting down"):
        logs.read("s3://bucket/log")
