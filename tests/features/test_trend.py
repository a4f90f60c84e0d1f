"""A number over the last runs: in hovers, lenses and inlay hints."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from pipesight.features.code_lens import code_lenses
from pipesight.features.hover import hover
from pipesight.features.inlay_hints import inlay_hints
from pipesight.history.discovery import discover
from pipesight.history.history import History
from pipesight.history.model import Output
from pipesight.history.sync import Sync
from pipesight.outputs.service import PreviewService
from pipesight.pages.sparkline import overview
from pipesight.settings import HoverSettings, Settings
from pipesight.workspace.find import follow
from pipesight.workspace.output_number import known_number
from pipesight.workspace.target import target_at
from pipesight.workspace.trend import Trend, trend_of

from .conftest import Desk

HEAD = "from zenml.client import Client\nclient = Client()\n"
EVERYWHERE = lsp.Range(lsp.Position(0, 0), lsp.Position(1000, 0))
NUMBERS = (0.7778, 0.8333, 0.8667, 0.9048, 0.9167, 0.9259, 0.9333, 0.9394, 0.9444, 0.9487, 0.9524)


def accuracy(run: str) -> str:
    """Return code that loads the accuracy of a run, with the cursor on its name."""
    return f'{HEAD}client.get_pipeline_run("{run}").steps["fit"].outputs["accu|racy"][0].load()'


def said(desk: Desk, marked: str) -> str:
    """Return the hover at the cursor."""
    view, position = desk.at(marked)
    at = target_at(desk.context, view, position)
    shown = hover(desk.context, at) if at is not None else None
    assert isinstance(shown, lsp.Hover)
    return str(shown.contents)


# the run that code names, and the text about its accuracy. Run 3 failed and has none
SHOWN = [
    ("training_11", "Over 11 runs: ▁▃▅▆▇▇█████ min 0.7778, max 0.9524, ▲ 0.0037", "= 0.9524 (▲ 0.0037)"),
    ("training_05", "Over 5 runs: ▁▄▆██ min 0.7778, max 0.9167, ▲ 0.0119", "= 0.9167 (▲ 0.0119)"),
    ("training_01", "Over 2 runs: ▁█ min 0.7778, max 0.8333, ▲ 0.0555", "= 0.8333 (▲ 0.0555)"),
]


@pytest.mark.parametrize(("run", "line", "label"), SHOWN)
def test_a_number_is_shown_over_the_runs_before(
    desk_of: Callable[[str], Desk], run: str, line: str, label: str
) -> None:
    desk = desk_of("0.98.0-record")
    view, _ = desk.at(accuracy(run))
    assert line in said(desk, accuracy(run))

    for output in inlay_hints(desk.context, view, EVERYWHERE).wanted:
        desk.context.previews.preview_sync(output)

    assert [hint.label for hint in inlay_hints(desk.context, view, EVERYWHERE).items] == [label]
    titles = [lens.command.title for lens in code_lenses(desk.context, view).items if lens.command is not None]
    value, over_time = label.split()[1], line.partition(": ")[2]
    assert [title.rpartition(" · ")[0] for title in titles] == [f"accuracy: {value} · {over_time}"]


QUIET = [
    accuracy("training-2026_11_28-22_25_35_709747"),  # the first run
    HEAD + 'client.get_pipeline_run("twin_run", project="second_project").steps["other_step"].outputs["sev|en"]',
    HEAD + 'client.get_pipeline_run("training_11").steps["fit"].outputs["rep|ort"][0].load()',  # a dict
    HEAD + 'client.get_pipeline_run("training_11").steps["judge"].outputs["go|od"][0].load()',  # a truth value
]


@pytest.mark.parametrize("marked", QUIET)
def test_silence(desk_of: Callable[[str], Desk], marked: str) -> None:
    desk = desk_of("0.98.0-record")
    desk.context.history.in_project("second_project").sync_once(full=True)

    shown = said(desk, marked)
    assert shown.count("From step ") == 1
    assert "Over " not in shown


def test_the_setting_that_switches_values_off_counts(desk_of: Callable[[str], Desk]) -> None:
    desk = desk_of("0.98.0-record")
    desk.context.settings = Settings(hover=HoverSettings(preview=False))
    try:
        assert "Over " not in said(desk, accuracy("training_11"))
    finally:
        desk.context.settings = Settings()


def test_values_that_only_files_hold_are_shown_once_they_are_read(desk_of: Callable[[str], Desk]) -> None:
    desk = desk_of("0.30.0")  # this release writes no value into the metadata
    history, previews = desk.context.history, desk.context.previews
    newest = history.runs("training_pipeline")[0]
    found = follow(history, {"run": newest.name, "step": "trainer", "output": "accuracy"})
    assert found.output is not None
    assert trend_of(history, found, previews) == Trend()

    previews.preview_sync(found.output)
    unread = trend_of(history, found, previews).unread
    assert [output.name for output in unread] == ["accuracy"]  # one, since the second run took it from the cache

    previews.preview_sync(unread[0])
    read = trend_of(history, found, previews)
    assert read.values == (0.93, 0.93, 0.93)
    assert read.unread == ()


def test_a_change_is_never_one_between_distant_runs(
    desk_of: Callable[[str], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of("0.98.0-record")

    def without_version_9(output: Output, previews: PreviewService) -> bool | float | None:
        return None if output.version == "9" else known_number(output, previews)

    monkeypatch.setattr("pipesight.workspace.trend.known_number", without_version_9)
    found = follow(desk.context.history, {"run": "training_11", "step": "fit", "output": "accuracy"})
    trend = trend_of(desk.context.history, found, desk.context.previews)

    assert trend.values == NUMBERS[-2:]
    assert [output.version for output in trend.unread] == ["9"]


def test_runs_that_are_not_mirrored_are_left_out_and_not_fetched(
    unpack_history: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("_FIRST", "_NEWEST", "_PER_PIPELINE"):
        monkeypatch.setattr(f"pipesight.history.update.{limit}", 4)
    sources = discover([tmp_path], history=[str(unpack_history("0.98.0-record"))]).sources
    with closing(History.open(sources, cache_folder=tmp_path / "index", start=False)) as history:
        history.sync_once()
        found = follow(history, {"run": "training_11", "step": "fit", "output": "accuracy"})
        asked: list[str] = []
        monkeypatch.setattr(Sync, "want", lambda _, run: asked.append(run))

        assert trend_of(history, found, PreviewService(None)).values == NUMBERS[-4:]
        assert asked == []


OVERVIEWS = [
    ([0.5, 0.7], "▁█ min 0.5, max 0.7, ▲ 0.2"),
    ([0.7, 0.5], "█▁ min 0.5, max 0.7, ▼ 0.2"),
    ([0.5, 0.7, 0.7], "▁██ min 0.5, max 0.7, no change"),
    ([150, 150, 150], "▅▅▅ always 150"),
    ([0.5, float("nan"), 0.7], "▁·█ min 0.5, max 0.7, ▲ 0.2"),
]


@pytest.mark.parametrize(("values", "text"), OVERVIEWS)
def test_numbers_over_time_in_words(values: list[float], text: str) -> None:
    assert overview(values) == text
