"""Features on code that is being typed: cut off anywhere, none of them fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from lsprotocol import types as lsp

from pipesight.features.code_actions import code_actions
from pipesight.features.definition import definition
from pipesight.features.diagnostics import diagnostics
from pipesight.features.document_links import document_links
from pipesight.features.inlay_hints import inlay_hints
from pipesight.features.references import highlights, prepare_rename
from tests.examples import examples

from .conftest import Desk

pytestmark = pytest.mark.slow

FILES = sorted((Path(__file__).parents[1] / "code" / "labeled" / "found").glob("*.py"))
EVERYWHERE = lsp.Range(lsp.Position(0, 0), lsp.Position(9999, 0))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cut_off_anywhere(sample_desk: Desk, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    context = sample_desk.context
    context.zenml = (0, 98, 0)

    @examples(40)
    @given(cut=st.integers(0, len(text)), again=st.sampled_from(["", '"', "'", "(", "[", "\n", ".", "é😀"]))
    def ask(cut: int, again: str) -> None:
        view = sample_desk.type(text[:cut] + again, path.name)
        last = (text[:cut] + again).split("\n")
        at = lsp.Position(len(last) - 1, len(last[-1]))
        diagnostics(context, view)
        inlay_hints(context, view, EVERYWHERE)
        document_links(context, view)
        code_actions(context, view, EVERYWHERE, lsp.CodeActionContext([]))
        definition(context, view, at)
        highlights(context, view, at)
        prepare_rename(context, view, at)

    try:
        ask()
    finally:
        context.zenml = None
        for view in context.documents.views():
            context.documents.close(view.uri)
