"""A pipeline while its history is read for the first time: first the pipelines, then the runs, then their number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipesight.history.model import Pipeline
from pipesight.pages.describe import pipeline_facts, run_total

from .conftest import Desk

UNREAD = Pipeline(id="1", name="unread", source="sample")


def test_no_total_is_given_before_runs_are_counted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    history = desk.context.history
    assert pipeline_facts(history, UNREAD) == "0 runs"
    assert run_total(history, UNREAD) == "0 runs"

    state = replace(history.state, sources=tuple(replace(source, syncing=True) for source in history.state.sources))
    monkeypatch.setattr(type(history), "state", property(lambda _: state))

    assert pipeline_facts(history, UNREAD) == "runs are still being read"
    assert run_total(history, UNREAD) == ""
