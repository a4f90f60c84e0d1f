"""Open documents: after edits in every encoding, the text is that of the client."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from lsprotocol import types as lsp

from pipesight.code.model import Position
from pipesight.code.workspace import Workspace
from pipesight.workspace.documents import Documents, Encoding, SourceText, split_lines
from pipesight.workspace.file_uris import to_path

ENCODINGS = ("utf-8", "utf-16", "utf-32")
TEXTS = st.text(alphabet="ab\n\r\t'\"\x0c\x1c\u2028é😀", max_size=30)


def units(text: str, encoding: str) -> int:
    widths = {
        "utf-8": lambda c: len(c.encode()),
        "utf-16": lambda c: 2 if ord(c) > 0xFFFF else 1,
        "utf-32": lambda _: 1,
    }
    return sum(widths[encoding](letter) for letter in text)


def lsp_position(text: str, offset: int, encoding: str) -> lsp.Position:
    before = split_lines(text[:offset])
    if text[offset - 1 : offset] == "\r" and text[offset : offset + 1] == "\n":
        return lsp_position(text, offset + 1, encoding)  # the protocol has no position inside a CRLF
    return lsp.Position(len(before) - 1, units(before[-1], encoding))


@given(text=TEXTS, insert=TEXTS, start=st.integers(0, 30), end=st.integers(0, 30), encoding=st.sampled_from(ENCODINGS))
def test_an_edit_gives_the_client_s_text(text: str, insert: str, start: int, end: int, encoding: str) -> None:
    start, end = sorted((min(start, len(text)), min(end, len(text))))
    start += text[start - 1 : start] == "\r" and text[start : start + 1] == "\n"
    end += text[end - 1 : end] == "\r" and text[end : end + 1] == "\n"
    document = SourceText(text, 1, Encoding(encoding))
    edit = lsp.Range(lsp_position(text, start, encoding), lsp_position(text, end, encoding))

    document.apply([lsp.TextDocumentContentChangePartial(range=edit, text=insert)], 2)

    assert document.text == text[:start] + insert + text[end:]
    assert document.text == SourceText(document.text, 2, Encoding(encoding)).text
    assert document.position(lsp.Position(10**6, 10**6)) == Position(
        len(split_lines(document.text)) - 1, len(split_lines(document.text)[-1])
    )


@given(text=TEXTS, column=st.integers(0, 40), encoding=st.sampled_from(ENCODINGS))
def test_columns_go_there_and_back(text: str, column: int, encoding: str) -> None:
    line = split_lines(text)[0].rstrip("\r\n")
    column = min(column, len(line))
    codec = Encoding(encoding)

    assert codec.to_column(line, codec.to_character(line, column)) == column


LINES = [
    ("", [""]),
    ("a", ["a"]),
    ("a\n", ["a\n", ""]),
    ("a\r\nb\rc\n", ["a\r\n", "b\r", "c\n", ""]),
    ("form\x0cfeed\u2028stay", ["form\x0cfeed\u2028stay"]),
]


@pytest.mark.parametrize(("text", "lines"), LINES)
def test_only_cr_lf_and_crlf_end_a_line(text: str, lines: list[str]) -> None:
    assert split_lines(text) == lines


PATHS = [
    ("file:///home/a%20b/c.py", "/home/a b/c.py"),
    ("file://localhost/c.py", "/c.py"),
    ("file:///C:/a/b.py", "c:\\a\\b.py"),
    ("file://server/share/b.py", "//server/share/b.py"),
    ("file:///home/me/.virtual_documents/runs/look.ipynb", "/home/me/runs/look.ipynb"),
    ("file:///home/me/.virtual_documents", "/home/me"),
    ("untitled:Untitled-1", None),
    ("vscode-notebook-cell://host/n.ipynb#W1", None),
    ("file://[no-host/c.py", None),
    ("", None),
]


@pytest.mark.parametrize(("uri", "path"), PATHS)
def test_paths_of_uris(uri: str, path: str | None) -> None:
    assert to_path(uri) == path


def test_a_file_that_is_open_twice_stays_open_when_one_is_closed(tmp_path: Path) -> None:
    (tmp_path / "names.py").write_text("STEP = 'on disk'\n")
    one = (tmp_path / "names.py").as_uri()
    other = one.replace("names", "%6Eames")
    reads = (tmp_path / "reads.py").as_uri()
    code = "from zenml.client import Client\nfrom names import STEP\nClient().get_pipeline_run('r').steps[STEP]"
    documents = Documents(Encoding(), Workspace([tmp_path]))
    for uri, text in ((one, "STEP = 'first'"), (other, "STEP = 'first'"), (reads, code)):
        documents.open(lsp.TextDocumentItem(uri, "python", 1, text))

    def step() -> str | None:
        view = documents.view(reads)
        assert view is not None
        return view.document.sites[-1].name

    documents.close(other)
    assert step() == "first"
    documents.change(one, [lsp.TextDocumentContentChangeWholeDocument("STEP = 'second'")], 2)
    assert step() == "second"
    documents.close(one)
    assert step() == "on disk"


@pytest.mark.parametrize("uri", ["file:///c.py", "untitled:Untitled-1", "git://[no-host/c.py", ""])
def test_a_document_may_have_any_address(uri: str) -> None:
    documents = Documents(Encoding(), Workspace())
    documents.open(lsp.TextDocumentItem(uri, "markdown", 1, "zenml\n```python\nx\n```"))
    documents.open(lsp.TextDocumentItem(uri, "python", 1, "x"))
    documents.change(uri, [lsp.TextDocumentContentChangeWholeDocument("x = 1")], 2)

    assert [(view.uri, view.document.flow().program.lines) for view in documents.views()] == [(uri, ["x = 1"])]
    documents.close(uri)
    assert documents.views() == []
