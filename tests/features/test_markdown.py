"""Markdown documents: their Python blocks are one program, and answers have the lines of the document."""

from __future__ import annotations

from lsprotocol import types as lsp

from pipesight.features.code_lens import code_lenses
from pipesight.features.completion import complete
from pipesight.workspace.documents import python_of

from .conftest import Desk

PAGE = """# How to look into a run

```python
from zenml.client import Client

run = Client().get_pipeline("training_pipeline").last_run
```

Then take a *step*:

```python
run.steps["train"]
```

```console
$ run.steps["x"]
```
"""


def test_all_but_python_is_blank() -> None:
    lines = python_of(PAGE).split("\n")

    assert len(lines) == len(PAGE.split("\n"))
    assert [line for line in lines if line] == [
        "from zenml.client import Client",
        'run = Client().get_pipeline("training_pipeline").last_run',
        'run.steps["train"]',
    ]


def test_answers_land_on_the_page_s_lines(desk: Desk) -> None:
    uri = (desk.folder / "page.md").as_uri()
    documents = desk.context.documents
    documents.open(lsp.TextDocumentItem(uri, "markdown", 1, PAGE))
    view = documents.view(uri)
    assert view is not None

    lines = [lens.range.start.line for lens in code_lenses(desk.context, view).items]
    answer = complete(desk.context, view, lsp.Position(11, len('run.steps["')))

    assert lines == [5, 11]
    assert answer is not None
    assert [item.label for item in answer.items] == ["load_data", "train", "evaluate"]

    edit = lsp.Range(lsp.Position(11, 11), lsp.Position(11, 16))
    documents.change(uri, [lsp.TextDocumentContentChangePartial(range=edit, text="evaluate")], 2)
    assert [site.name for site in view.document.sites][-1] == "evaluate"
    documents.close(uri)
