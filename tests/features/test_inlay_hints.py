"""Inlay hints: the name of a run, or a value, directly after the expression."""

from __future__ import annotations

import pytest
from lsprotocol import types as lsp

from pipesight.features.inlay_hints import Hints, inlay_hints
from pipesight.settings import InlayHintSettings, Settings

from .conftest import Desk
from .test_diagnostics import FALSE_FRIENDS, LEGACY, MODERN

NEWEST = "2026-11-23 04:15:32"
EVERYWHERE = lsp.Range(lsp.Position(0, 0), lsp.Position(1000, 0))


def hints_of(desk: Desk, text: str, where: lsp.Range = EVERYWHERE) -> Hints:
    return inlay_hints(desk.context, desk.type(text), where)


# the document with `|` where the hint stands, and its label
HINTS = [
    (MODERN + "p.last_run|.steps", f"✓ {NEWEST}"),
    (MODERN + "p.runs[0]|", f"✓ {NEWEST}"),
    (MODERN + "p.runs[-1]|", "✓ first_training"),
    (LEGACY + "p.runs[-1]|", f"✓ {NEWEST}"),
    (MODERN + 'client.get_pipeline("report_pipeline").last_run|', "✗ broken_report"),
    (MODERN + 'client.get_pipeline("report_pipeline").last_successful_run|', "✓ first_report"),
]


@pytest.mark.parametrize(("marked", "label"), HINTS)
def test_runs(desk: Desk, marked: str, label: str) -> None:
    before, _, after = marked.partition("|")
    hints = hints_of(desk, before + after)

    assert [(hint.label, hint.position) for hint in hints.items] == [
        (label, lsp.Position(before.count("\n"), len(before.rsplit("\n", 1)[-1])))
    ]


def test_values_appear_once_they_are_read(desk: Desk) -> None:
    text = MODERN + 'run.steps["train"].outputs["accuracy"][0].load()'
    first = hints_of(desk, text)
    assert [output.name for output in first.wanted] == ["accuracy"]

    for output in first.wanted:
        desk.context.previews.preview_sync(output)

    hints = hints_of(desk, text)
    assert hints.wanted == []
    assert [hint.position.character for hint in hints.items] == [len(text.rsplit("\n", 1)[-1])]
    assert [str(hint.label)[:4] for hint in hints.items] == ["= 0."]
    assert [hint.tooltip for hint in hints.items if "accuracy of step train, run first_training" in str(hint.tooltip)]


QUIET = [
    *FALSE_FRIENDS,
    MODERN + "client.get_pipeline_run('first_training')",  # the code says which run it is
    MODERN + "for r in p.runs: pass",
    MODERN + 'run.steps["train"].outputs["model"][0].load()',  # no number and no word
    MODERN + 'run.steps["train"].outputs["accuracy"][0].load',
]


@pytest.mark.parametrize("text", QUIET)
def test_silence(desk: Desk, text: str) -> None:
    assert hints_of(desk, text) == Hints()


def test_only_what_is_shown(desk: Desk) -> None:
    text = MODERN + "p.runs[0]\np.runs[1]\np.runs[2]"

    assert len(hints_of(desk, text, lsp.Range(lsp.Position(5, 0), lsp.Position(6, 0))).items) == 1


def test_settings(desk: Desk) -> None:
    desk.context.settings = Settings(inlay_hints=InlayHintSettings(runs=False, values=False))

    assert hints_of(desk, MODERN + 'p.runs[0].steps["train"].outputs["accuracy"][0].load()') == Hints()
