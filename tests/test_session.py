"""A session by itself: what the client is told to ask for again is found anew."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp

from pipesight.code.model import Generation, Kind, Thing, Which
from pipesight.features.context import Client, Context
from pipesight.history.discovery import discover
from pipesight.history.history import History
from pipesight.outputs.service import PreviewService
from pipesight.session import Session
from pipesight.settings import Settings


class Listener:
    """A client that asks for the oldest run, or the newest, as soon as it is told that its lenses are old."""

    def __init__(self, runs_0: Thing) -> None:
        self.runs_0 = runs_0
        self.session = Session(self)
        self.found: list[str | None] = []

    def ask(self) -> None:
        assert self.session.context is not None
        run = self.session.context.find(self.runs_0).run
        self.found.append(run.name if run is not None else None)

    def refresh_code_lenses(self) -> None:
        self.ask()

    def folders(self) -> list[Path]:
        return []

    def status_changed(self, status: Mapping[str, Any]) -> None: ...

    def refresh_inlay_hints(self) -> None: ...

    def refresh_diagnostics(self) -> None: ...

    def publish(self, uri: str, items: list[lsp.Diagnostic], version: int | None = None) -> None: ...


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
    session.context = Context(history, session.documents, PreviewService(None), Settings(), client)
    try:
        time.sleep(1 - time.monotonic() % 1)  # what is found is remembered for the second: all this is in one
        listener.ask()
        history.sync_once()
        session.announce()
        await asyncio.sleep(0.2)
    finally:
        session.unload()

    assert listener.found == [None, oldest]
