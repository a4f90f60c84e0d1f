"""A history that is read for the first time: what is not certain yet is not shown as a fact."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from pipesight.code.model import Thing
from pipesight.features.completion import complete
from pipesight.features.history_tree import status
from pipesight.features.hover import hover
from pipesight.features.inlay_hints import inlay_hints
from pipesight.history.history import History
from pipesight.history.model import Pipeline
from pipesight.history.sources import RunRecord, SeenStep, StepRecord, zenml_sql
from pipesight.history.sources.database import DatabaseSource
from pipesight.history.sources.zenml_sql import ZenMLSession
from pipesight.pages.describe import describe, pipeline_facts, run_total
from pipesight.pages.missing_names import missing
from pipesight.settings import Settings
from pipesight.workspace.context import Context
from pipesight.workspace.documents import Documents, Encoding
from pipesight.workspace.find import Found, find
from pipesight.workspace.target import target_at
from pipesight.zenml.kinds import Detail, Kind, Which
from tests.waiting import eventually

from .conftest import ABLE, Desk

UNREAD = Pipeline(id="1", name="unread", source="sample")
TRAINING = Thing(Kind.PIPELINE, "training_pipeline")
LAST = Thing(Kind.RUN, owner=TRAINING, which=Which.LAST)
NEWEST = "tpl-2026_11_22-13_10_20_269220"  # the last run of the pipeline in 0.55.5
OLDER = "tpl-2026_11_22-13_05_19_988308"  # the same in 0.98.0
CODE = 'from zenml.client import Client\nlast = Client().get_pipeline("training_pipeline").last_run\n'


class Gate:
    """Holds the reading of stores at a place until the test opens it."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._opened = threading.Event()

    def open(self) -> None:
        self._opened.set()

    def hold(self) -> None:
        self.reached.set()
        self._opened.wait()


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.open()


@pytest.fixture
def start(unpack_history: Callable[[str], Path], tmp_path: Path, gate: Gate) -> Iterator[Callable[..., Desk]]:
    """Return a function: `start("0.98.0", "0.55.5")` is a desk whose stores begin to be read."""
    contexts: list[Context] = []

    def make(*names: str) -> Desk:
        databases = [next(unpack_history(name).rglob("zenml.db")) for name in names]
        history = History.open([DatabaseSource(each) for each in databases], cache_folder=tmp_path / "cache")
        contexts.append(Context.open([tmp_path], history, Documents(Encoding("utf-16")), Settings(), ABLE))
        return Desk(tmp_path, contexts[-1])

    yield make
    gate.open()
    for context in contexts:
        context.history.close()
        context.previews.close()


def hovered(desk: Desk, marked: str) -> str:
    view, position = desk.at(marked)
    target = target_at(desk.context, view, position)
    shown = hover(desk.context, target) if target is not None else None
    return str(shown.contents) if shown is not None else ""


def hints(desk: Desk) -> list[lsp.InlayHint]:
    return inlay_hints(desk.context, desk.type(CODE), lsp.Range(lsp.Position(0, 0), lsp.Position(2, 0))).items


def offered(desk: Desk, marked: str) -> lsp.CompletionList:
    found = complete(desk.context, *desk.at(marked))
    assert found is not None
    return found


def test_no_total_is_given_before_runs_are_counted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    history = desk.context.history
    assert pipeline_facts(history, UNREAD) == "0 runs"
    assert run_total(history, UNREAD) == "0 runs"

    monkeypatch.setattr(type(history), "is_beginning", True)

    assert pipeline_facts(history, UNREAD) == "runs are still being read"
    assert run_total(history, UNREAD) == ""


def test_no_run_is_the_last_while_another_store_may_have_a_newer_one(
    start: Callable[..., Desk], gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = ZenMLSession.runs

    def runs(self: ZenMLSession) -> Iterator[Sequence[RunRecord]]:
        if self.release == "0.55.5":
            gate.hold()
        return read(self)

    monkeypatch.setattr(ZenMLSession, "runs", runs)
    desk = start("0.98.0", "0.55.5")
    history = desk.context.history
    eventually(lambda: history.state.sources[0].synced_at and gate.reached.is_set())
    pipeline = history.pipeline("training_pipeline")
    assert pipeline is not None

    page = describe(history, Found(pipeline))
    assert page is not None
    assert "runs are still being read" in page.plain()
    assert OLDER not in page.plain()
    assert desk.context.find(LAST).run is None
    assert "still being read" in hovered(desk, CODE.replace("last_run", "last|_run"))
    assert "still being read" in hovered(desk, CODE.replace("training_pipeline", "no|_such"))
    assert missing(history, {"pipeline": "x"}, Found()) != missing(History(()), {"pipeline": "x"}, Found())
    assert hints(desk) == []
    names = offered(desk, CODE.replace("training_pipeline", "|"))
    assert names.is_incomplete
    assert not any(each.label_details or each.detail for each in names.items)

    gate.open()
    eventually(lambda: not history.is_beginning and not history.state.syncing)
    desk.context.forget()

    run = desk.context.find(LAST).run
    assert run is not None
    assert run.name == NEWEST
    assert pipeline_facts(history, history.pipelines()[-1]).startswith("8 runs · last run completed")
    assert "Not in the history of" in hovered(desk, CODE.replace("training_pipeline", "no|_such"))
    assert [each.label for each in hints(desk)] != []
    assert not offered(desk, CODE.replace("training_pipeline", "|")).is_incomplete


def test_the_newest_runs_of_the_only_store_are_shown_before_older_ones_are_read(
    start: Callable[..., Desk], gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zenml_sql, "_FIRST", 8)
    read = ZenMLSession.runs

    def runs(self: ZenMLSession) -> Iterator[Sequence[RunRecord]]:
        batches = read(self)
        yield next(batches)
        gate.hold()
        yield from batches

    monkeypatch.setattr(ZenMLSession, "runs", runs)
    history = start("0.98.0").context.history
    eventually(gate.reached.is_set)
    prefix = Thing(Kind.RUN, "training_pipeline-", owner=TRAINING, details=((Detail.PREFIX, True),))
    picked = {index: Thing(Kind.RUN, owner=TRAINING, which=Which.INDEX, index=index) for index in (0, -1)}

    assert find(history, LAST).name_of(Kind.RUN) == OLDER
    assert find(history, picked[0]).name_of(Kind.RUN) == OLDER
    assert find(history, picked[-1]).run is None
    assert find(history, prefix).run is None  # another run has this prefix too
    assert pipeline_facts(history, history.pipelines()[-1]).startswith("last run completed")

    gate.open()
    eventually(lambda: not history.is_beginning)

    assert find(history, picked[-1]).name_of(Kind.RUN) == "first_training"
    assert find(history, prefix).run is None
    assert pipeline_facts(history, history.pipelines()[-1]).startswith("4 runs · last run completed")


def test_the_runs_of_a_small_store_are_counted_before_their_steps_are_read(
    start: Callable[..., Desk], gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = ZenMLSession.steps

    def steps(
        self: ZenMLSession, run_ids: Collection[str], *, full: bool = False
    ) -> Mapping[str, Sequence[StepRecord]]:
        gate.hold()
        return read(self, run_ids, full=full)

    monkeypatch.setattr(ZenMLSession, "steps", steps)
    history = start("0.98.0").context.history
    eventually(gate.reached.is_set)

    assert pipeline_facts(history, history.pipelines()[-1]).startswith("4 runs · last run completed")
    run = history.last_run("training_pipeline")
    assert run is not None
    assert history.steps(run) is None

    gate.open()
    eventually(lambda: history.steps(run))


def test_an_output_without_a_run_is_the_newest_so_far_until_all_recent_steps_are_read(
    start: Callable[..., Desk], gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = ZenMLSession.step_names

    def step_names(self: ZenMLSession) -> Iterator[SeenStep]:
        gate.hold()
        return read(self)

    monkeypatch.setattr(ZenMLSession, "step_names", step_names)
    history = start("0.98.0").context.history
    output = Thing(Kind.OUTPUT, "accuracy", owner=Thing(Kind.STEP, "train", owner=TRAINING))
    eventually(lambda: find(history, output).output)

    def page() -> str:
        found = describe(history, find(history, output))
        return found.plain() if found is not None else ""

    assert "Newest so far: " in page()
    gate.open()
    eventually(lambda: "Newest: " in page())


@pytest.mark.thorough
def test_an_index_that_was_lost_begins_again(
    start: Callable[..., Desk], gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = start("0.98.0")
    history = desk.context.history
    eventually(lambda: not history.is_beginning and not history.state.syncing)
    read = ZenMLSession.runs

    def runs(self: ZenMLSession) -> Iterator[Sequence[RunRecord]]:
        gate.hold()
        return read(self)

    monkeypatch.setattr(ZenMLSession, "runs", runs)
    file = history._mirrors[0].index.file
    file._rebuild(file._readers)
    assert history.is_beginning
    eventually(gate.reached.is_set)
    assert history.is_beginning
    assert status(desk.context).sources[0].synced_at is None

    gate.open()
    eventually(lambda: not history.is_beginning)
