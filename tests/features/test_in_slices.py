"""Features that go through a whole document pause at least once a line, and find the same as at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lsprotocol import types as lsp

from pipesight.features.code_actions import code_actions
from pipesight.features.code_lens import code_lenses
from pipesight.features.diagnostics import diagnostics
from pipesight.features.document_links import document_links
from pipesight.features.inlay_hints import inlay_hints
from pipesight.features.references import highlights, references, rename
from pipesight.slices import SlicedWork
from pipesight.workspace.context import Context
from pipesight.workspace.documents import View
from tests.examples import mostly_slow

from .conftest import Desk

LINES = 40
LINE = "print(client.get_pipeline('training_pipeline').last_run.steps['{step}'].outputs['model'][0].load())\n"
CODE = "from zenml.client import Client\nclient = Client()\n" + LINES * (
    LINE.format(step="train") + LINE.format(step="t")
)
EVERYWHERE = lsp.Range(lsp.Position(0, 0), lsp.Position(2 + 2 * LINES, 0))
PIPELINE, STEP = (lsp.Position(3, LINE.index(word) + 1) for word in ("training", "{step}"))

FEATURES: dict[str, Callable[[Context, View], object]] = {
    "code actions": lambda context, view: code_actions(context, view, EVERYWHERE, lsp.CodeActionContext([])),
    "code lenses": lambda context, view: code_lenses(context, view).items,
    "diagnostics": diagnostics,
    "document links": document_links,
    "highlights": lambda context, view: highlights(context, view, PIPELINE),
    "inlay hints": lambda context, view: inlay_hints(context, view, EVERYWHERE).items,
    "references": lambda context, view: references(context, view, PIPELINE, declaration=True),
    "rename": lambda context, view: rename(context, view, STEP, "other"),
}


@pytest.mark.parametrize("feature", mostly_slow([*FEATURES], quick=("document links", "highlights", "inlay hints")))
def test_a_feature_pauses(feature: str, desk: Desk) -> None:
    view = desk.type(CODE)
    at_once = FEATURES[feature](desk.context, view)
    assert at_once or feature == "document links"

    pauses, work = 0, SlicedWork(lambda: FEATURES[feature](desk.context, view))
    while not work.go_on(0.0):
        pauses += 1
    assert pauses >= LINES
    assert work.result == at_once
