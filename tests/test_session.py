"""A session without a server: finding stores again, and the search for stores whose result is used."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from pipesight.code.model import Thing
from pipesight.history.discovery import discover
from pipesight.history.history import History
from pipesight.lsp.session import Session
from pipesight.pages.contract.store_status import ServerStatus
from pipesight.settings import Settings
from pipesight.workspace.context import Client, Context
from pipesight.zenml.kinds import Generation, Kind, Which
from tests.waiting import PATIENCE, until_true


class Listener:
    """A client that requests a run when it is told to refresh its code lenses."""

    def __init__(self, runs_0: Thing) -> None:
        self.runs_0 = runs_0
        self.session = Session(self)
        self.found: list[str | None] = []
        self.looks = threading.Event()  # set once a thread looks for the stores, which waits for `goes_on`
        self.goes_on = threading.Event()

    def ask(self) -> None:
        assert self.session.context is not None
        run = self.session.context.find(self.runs_0).run
        self.found.append(run.name if run is not None else None)

    def refresh_code_lenses(self) -> None:
        self.ask()

    def folders(self) -> list[Path]:
        if threading.current_thread() is not threading.main_thread():
            self.looks.set()
            self.goes_on.wait(PATIENCE)
        return []

    def status_changed(self, status: ServerStatus) -> None: ...

    def refresh_inlay_hints(self) -> None: ...

    def refresh_diagnostics(self) -> None: ...

    def warn(self, message: str) -> None: ...

    async def publish(self, uri: str, items: list[lsp.Diagnostic], version: int | None = None) -> None: ...


async def test_a_store_s_release_counts_once_it_is_known(unpack_history: Callable[[str], Path], tmp_path: Path) -> None:
    sources = discover([tmp_path], history=[str(unpack_history("0.33.0"))]).sources
    indexed = History.open(sources, cache_folder=tmp_path, start=False)
    indexed.sync_once()
    indexed.close()
    history = History.open(sources, cache_folder=tmp_path, start=False)
    pipeline = max(history.pipelines(), key=lambda each: each.run_count).name
    oldest = history.runs(pipeline)[-1].name
    runs_0 = Thing(
        Kind.RUN, owner=Thing(Kind.PIPELINE, pipeline), which=Which.INDEX, index=0, generation=Generation.MIDDLE
    )
    listener = Listener(runs_0)
    session = listener.session
    client = Client(refresh_code_lens=True)
    session.context = Context.open([], history, session.documents, Settings(), client)
    try:
        time.sleep(1 - time.monotonic() % 1)  # what is found is remembered for the second: all this is in one
        listener.ask()
        history.sync_once()
        session.announce()
        await until_true(lambda: len(listener.found) > 1)
    finally:
        session.unload()

    assert listener.found == [None, oldest]


async def test_a_look_at_the_stores_counts_no_more_when_the_settings_have_changed(
    unpack_history: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipesight.lsp.store_watch._LOOK_AGAIN", 0.05)
    listener = Listener(Thing(Kind.RUN))
    session = listener.session
    session.read_options({"cacheFolder": str(tmp_path), "settings": {"history": [str(unpack_history("0.33.0"))]}})
    session.load(lsp.ClientCapabilities())
    try:
        assert session.context is not None
        assert await asyncio.to_thread(listener.looks.wait, PATIENCE)
        session.configure({"enable": False})
        switched_off = session.context.history
        listener.goes_on.set()
        await asyncio.sleep(0.3)
        assert session.context.history is switched_off
    finally:
        session.unload()

    assert switched_off.state.sources == ()


class Publisher(Listener):
    """A client that does not pull diagnostics."""

    def __init__(self) -> None:
        super().__init__(Thing(Kind.RUN))
        self.published: list[str] = []

    async def publish(self, uri: str, items: list[lsp.Diagnostic], version: int | None = None) -> None:
        self.published += [each.message for each in items]


async def test_a_slip_in_a_key_is_published_once_the_value_is_read(
    unpack_history: Callable[[str], Path], tmp_path: Path
) -> None:
    sources = discover([], history=[str(unpack_history("0.98.0-record"))]).sources
    history = History.open(sources, cache_folder=tmp_path, start=False)
    history.sync_once()
    client = Publisher()
    session = client.session
    session.context = Context.open([], history, session.documents, Settings(), Client())
    run = "from zenml.client import Client\nrun = Client().get_pipeline_run('training_11')\n"
    code = f"{run}report = run.steps['fit'].outputs['report'][0].load()\nreport['columsn']\n"
    session.documents.open(lsp.TextDocumentItem("file:///read.py", "python", 1, code))
    try:
        session.opened("file:///read.py")
        await until_true(lambda: client.published)
    finally:
        session.unload()

    assert client.published == ["Output 'report' (version 11) has no key 'columsn'. Did you mean 'columns'?"]
