"""The features in notebooks: each cell gets its own answers, and all cells are one program."""

from __future__ import annotations

from lsprotocol import types as lsp

from pipesight.features.code_actions import code_actions
from pipesight.features.diagnostics import diagnostics
from pipesight.features.inlay_hints import inlay_hints
from pipesight.features.references import highlights, references

from .conftest import Desk, text_at

CELLS = (
    "from zenml.client import Client\np = Client().get_pipeline('training_pipeline')",
    "%time\nrun = p.last_run",
    "run.steps['trian']\nrun.steps['train']",
    "run.steps['train']",
)


def open_notebook(desk: Desk) -> list[str]:
    """Open a notebook, and return the URIs of its cells."""
    uris = [f"vscode-notebook-cell:/n.ipynb#W{number}" for number in range(len(CELLS))]
    cells = [lsp.NotebookCell(kind=lsp.NotebookCellKind.Code, document=uri) for uri in uris]
    notebook = lsp.NotebookDocument("file:///n.ipynb", "jupyter-notebook", 1, cells)
    texts = [lsp.TextDocumentItem(uri, "python", 1, text) for uri, text in zip(uris, CELLS, strict=True)]
    desk.context.documents.open_notebook(notebook, texts)
    return uris


def test_a_cell_closed_and_opened_in_one_change_is_open(desk: Desk) -> None:
    documents = desk.context.documents
    uris = open_notebook(desk)
    cell = lsp.NotebookCell(kind=lsp.NotebookCellKind.Code, document=uris[3])
    structure = lsp.NotebookDocumentCellChangeStructure(
        array=lsp.NotebookCellArrayChange(start=3, delete_count=1, cells=[cell]),
        did_open=[lsp.TextDocumentItem(uris[3], "python", 2, "run.steps['evaluate']")],
        did_close=[lsp.TextDocumentIdentifier(uris[3])],
    )
    change = lsp.NotebookDocumentChangeEvent(cells=lsp.NotebookDocumentCellChanges(structure=structure))
    try:
        documents.change_notebook("file:///n.ipynb", change)
        view = documents.view(uris[3])
        assert view is not None
        assert [site.name for site in view.document.sites if view.contains(site.span)] == ["evaluate"]
    finally:
        documents.close_notebook("file:///n.ipynb")


def test_answers_land_in_their_cells(desk: Desk) -> None:
    documents = desk.context.documents
    uris = open_notebook(desk)
    everything = lsp.Range(lsp.Position(0, 0), lsp.Position(99, 0))
    try:
        views = [documents.view(uri) for uri in uris]
        assert None not in views
        cells = [view for view in views if view is not None]
        wrong = [diagnostics(desk.context, view) for view in cells]
        hints = [inlay_hints(desk.context, view, everything).items for view in cells]
        third, fourth = views[2], views[3]
        assert third is not None
        assert fourth is not None
        at = lsp.Position(0, 13)
        lights = highlights(desk.context, fourth, at) or []
        read = references(desk.context, fourth, at, declaration=False) or []
        where = lsp.Range(lsp.Position(0, 12), lsp.Position(0, 12))
        actions = code_actions(desk.context, third, where, lsp.CodeActionContext([])) or []
    finally:
        documents.close_notebook("file:///n.ipynb")

    assert [len(each) for each in wrong] == [0, 0, 1, 0]
    assert text_at(third, wrong[2][0].range) == "trian"
    assert [[hint.position for hint in each] for each in hints] == [[], [lsp.Position(1, 16)], [], []]
    assert [light.range.start for light in lights] == [lsp.Position(0, 11)]
    assert {location.uri for location in read} >= {uris[2], uris[3]}
    edits = [action.edit for action in actions if isinstance(action, lsp.CodeAction) and action.edit]
    assert [change.text_document.uri for edit in edits for change in edit.document_changes or ()] == [uris[2]]  # pyright: ignore[reportAttributeAccessIssue]
