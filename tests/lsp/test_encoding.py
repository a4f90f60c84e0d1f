"""Large messages are encoded in slices, as the same JSON."""

from __future__ import annotations

import json

import pytest
from lsprotocol import types as lsp
from pygls.protocol import default_converter

from pipesight.lsp.encoding import encoded, is_large
from pipesight.slices import SlicedWork

plain = default_converter().unstructure
MANY = 600
PLACES = [lsp.Range(lsp.Position(line, 0), lsp.Position(line, 4)) for line in range(MANY)]
LENSES = [lsp.CodeLens(place, lsp.Command("Ä \u2028", "x", arguments=[{"a": None}])) for place in PLACES]
FINDINGS = [lsp.Diagnostic(place, "no", lsp.DiagnosticSeverity.Hint, tags=[]) for place in PLACES]
EDITS = [lsp.TextEdit(place, "new") for place in PLACES]
DOCUMENT = lsp.OptionalVersionedTextDocumentIdentifier("file:///a.py", None)

LARGE: dict[str, object] = {
    "code lenses": LENSES,
    "a report": lsp.RelatedFullDocumentDiagnosticReport(FINDINGS, result_id="1"),
    "published diagnostics": lsp.PublishDiagnosticsParams("file:///a.py", FINDINGS, 3),
    "edits of a version": lsp.WorkspaceEdit(document_changes=[lsp.TextDocumentEdit(DOCUMENT, EDITS)]),
    "edits of a document": lsp.WorkspaceEdit(changes={"file:///a.py": EDITS, "file:///b.py": []}),
    "rows of a table": {"rows": [[number, None, "x"] for number in range(MANY)], "total": MANY},
    "a whole response": {"id": 1, "result": LENSES},
}


@pytest.mark.parametrize("name", LARGE)
def test_large_messages(name: str) -> None:
    value = LARGE[name]
    assert is_large(value)

    pauses, work = 0, SlicedWork(lambda: encoded(value, plain))
    while not work.go_on(0.0):
        pauses += 1
    assert pauses >= MANY / 100
    assert json.loads(work.result) == json.loads(json.dumps(plain(value), default=plain))


@pytest.mark.parametrize("value", [None, "text" * MANY, lsp.Hover("page"), LENSES[:9], {"rows": [[1] * 20] * 9}])
def test_other_messages_are_not_large(value: object) -> None:
    assert not is_large(value)
    assert json.loads(encoded(value, plain)) == json.loads(json.dumps(plain(value), default=plain))
