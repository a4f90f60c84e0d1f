"""Filters of runs by text, status and tag, in the index of a real history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipesight.history.discovery import discover
from pipesight.history.history import History
from pipesight.history.model import RunFilter


@pytest.fixture(scope="module")
def history(unpack_history: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    folder = unpack_history("0.98.0-record")
    sources = discover([folder], history=[str(folder)], environment={}).sources
    found = History.open(sources, cache_folder=tmp_path_factory.mktemp("index"), start=False)
    found.sync_once(full=True)
    yield found
    found.close()


def passing(history: History, wanted: RunFilter, limit: int = 100) -> set[str]:
    return {run.name for run in history.matching_runs(wanted, limit=limit)}


def tagged(history: History, tag: str) -> set[str]:
    """Return the runs that have the tag, checked one by one."""
    return {run.name for run in history.runs() if tag in (history.details(run) or pytest.fail("not mirrored")).tags}


def test_each_part_narrows_the_runs(history: History) -> None:
    everything = {run.name for run in history.runs()}
    failed = {run.name for run in history.runs() if run.status == "failed"}
    nightly = tagged(history, "nightly")

    assert failed
    assert nightly
    assert passing(history, RunFilter()) == everything
    assert passing(history, RunFilter(statuses=("failed",))) == failed
    assert passing(history, RunFilter(tags=("nightly",))) == nightly
    assert passing(history, RunFilter(tags=("nightly", "none"), statuses=("failed",))) == nightly & failed
    assert passing(history, RunFilter("TRAINING_0")) == {name for name in everything if "training_0" in name}


@pytest.mark.parametrize("tag", ["night", 'nightly"', "%", "", "math domain error"])
def test_a_tag_is_a_whole_word(history: History, tag: str) -> None:
    assert passing(history, RunFilter(tags=(tag,))) == set()


def test_the_newest_runs_come_first(history: History) -> None:
    wanted = RunFilter(statuses=("completed",))
    newest = [run for run in history.runs() if run.status == "completed"][:2]

    assert list(history.matching_runs(wanted, limit=2)) == newest


def test_the_pipelines_of_the_runs_that_pass(history: History) -> None:
    failed = {run.pipeline for run in history.runs() if run.status == "failed"}
    having = history.matching_pipelines(RunFilter(statuses=("failed",)))

    assert failed
    assert [each for each in history.pipelines() if each.name in failed] == list(having)
    assert history.matching_pipelines(RunFilter("no run is called so")) == ()
    assert history.matching_pipelines(RunFilter()) == history.pipelines()
