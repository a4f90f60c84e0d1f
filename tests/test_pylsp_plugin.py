"""The plug-in in the real python-lsp-server, through the protocol, beside jedi's own plug-ins."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast, get_type_hints

import pytest
from lsprotocol import converters, types as lsp
from pygls.protocol import default_converter
from pytest_lsp import ClientServerConfig, LanguageClient
from pytest_lsp.client import register_lsp_features

from pipesight.demo.sample import unpack_sample
from pipesight.workspace.documents import Encoding
from tests.waiting import until, until_true

pytestmark = pytest.mark.slow

CAPABILITIES = Path(__file__).parent / "lsp" / "clients" / "jupyterlab.json"
CODE = """from zenml.client import Client
run = Client().get_pipeline_run("first_training")
step = run.steps["train"]
step.outputs["accuracy"][0].load()
run.steps["trian"]
"""
PLAIN = '''import json

def greeting(name: str, loud: bool = False) -> str:
    """How to greet."""
    words = {"hello": name, "bye": name}
    return words["hello"].upper() if loud else words["hello"]

class Repository:
    """Not ZenML's."""
    def get_pipeline(self, pipeline_name: str) -> list[str]:
        return [pipeline_name]

repo = Repository()
steps = repo.get_pipeline("training_pipeline")
text = greeting(json.dumps(steps))
'''


class Editor:
    """An editor whose Python server is python-lsp-server."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.uri = ""
        self._opened = 0

    def open(self, text: str) -> lsp.TextDocumentIdentifier:
        self._opened += 1
        self.uri = (self.folder / f"typed_{self._opened}.py").as_uri()
        item = lsp.TextDocumentItem(uri=self.uri, language_id="python", version=1, text=text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        return lsp.TextDocumentIdentifier(self.uri)

    def at(self, text: str, marked: str) -> tuple[lsp.TextDocumentIdentifier, lsp.Position]:
        """Open a document. Return its URI and the position of the `|` in `marked`."""
        before = text[: text.index(marked.replace("|", ""))] + marked.partition("|")[0]
        line = before.rsplit("\n", 1)[-1]
        return self.open(text), lsp.Position(before.count("\n"), Encoding().to_character(line, len(line)))

    async def complete(self, text: str, marked: str) -> list[lsp.CompletionItem]:
        answer = await self.client.text_document_completion_async(lsp.CompletionParams(*self.at(text, marked)))
        return list(answer.items if isinstance(answer, lsp.CompletionList) else answer or ())

    async def hover(self, text: str, marked: str) -> str:
        answer = await self.client.text_document_hover_async(lsp.HoverParams(*self.at(text, marked)))
        contents: Any = answer.contents if answer is not None else ""
        return contents.value if isinstance(contents, lsp.MarkupContent) else str(contents)

    async def answers(self, text: str, marked: str) -> dict[str, Any]:
        """Return all answers of the server at a position."""
        document, place = self.at(text, marked)
        client = self.client
        hover = await client.text_document_hover_async(lsp.HoverParams(document, place))
        completion = await client.text_document_completion_async(lsp.CompletionParams(document, place))
        context = lsp.ReferenceContext(include_declaration=True)
        answers = {
            "hover": hover,
            "completion": completion,
            "signature": await client.text_document_signature_help_async(lsp.SignatureHelpParams(document, place)),
            "definition": await client.text_document_definition_async(lsp.DefinitionParams(document, place)),
            "highlight": await client.text_document_document_highlight_async(
                lsp.DocumentHighlightParams(document, place)
            ),
            "references": await client.text_document_references_async(lsp.ReferenceParams(context, document, place)),
        }
        shown = json.dumps({name: converters.get_converter().unstructure(each) for name, each in answers.items()})
        return json.loads(shown.replace(self.uri, "here"))


def make_client() -> LanguageClient:
    """Return the tests' client, which accepts a notebook selector without a notebook."""

    def converter() -> Any:
        made = default_converter()
        notebook = get_type_hints(lsp.NotebookDocumentFilterWithCells)["notebook"]
        made.register_structure_hook_func(lambda kind: kind == notebook, lambda value, _: value)
        return made

    client = LanguageClient(converter_factory=converter)
    register_lsp_features(client)
    return client


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the sample project."""
    return unpack_sample(tmp_path_factory.mktemp("spyder project"))


@asynccontextmanager
async def started(folder: Path, cache: Path, **settings: Any) -> AsyncGenerator[Editor]:
    """Open an editor on the sample. `settings` are the plug-in's."""
    command = [sys.executable, "-m", "pylsp"]
    config = ClientServerConfig(command, make_client, server_env={**os.environ, "XDG_CACHE_HOME": str(cache)})
    client = cast("LanguageClient", await config.start())
    await client.initialize_session(
        lsp.InitializeParams(
            capabilities=converters.get_converter().structure(
                json.loads(CAPABILITIES.read_text()), lsp.ClientCapabilities
            ),
            root_uri=folder.as_uri(),
            workspace_folders=[lsp.WorkspaceFolder(folder.as_uri(), "sample")],
            initialization_options={"pylsp": {"plugins": {"pipesight": settings}}},
        )
    )
    yield Editor(client, folder)
    await client.shutdown_session()
    await client.stop()


@pytest.fixture(scope="module")
async def editor(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    """Yield an editor on the sample, once its history is read."""
    async with started(folder, tmp_path_factory.mktemp("cache"), history=["history"]) as editor:
        assert await said(editor, CODE)
        yield editor


@pytest.fixture(scope="module")
async def without(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    """Yield the same editor without the plug-in."""
    async with started(folder, tmp_path_factory.mktemp("cache"), enabled=False) as editor:
        yield editor


async def said(editor: Editor, text: str) -> list[lsp.Diagnostic]:
    """Return the diagnostics of a text, once there are some of ours."""
    editor.open(text)

    async def ours() -> list[lsp.Diagnostic]:
        return [each for each in editor.client.diagnostics.get(editor.uri, ()) if each.source == "pipesight"]

    return await until(ours)


async def test_diagnostics_come_with_the_first_file(folder: Path, tmp_path: Path) -> None:
    """The client asks only once, so the first answer waits until the history is read. The project's file names it."""
    async with started(folder, tmp_path) as editor:
        (only,) = await said(editor, CODE)

    assert only.code == "unknown-name"
    assert only.range == lsp.Range(lsp.Position(4, 11), lsp.Position(4, 16))


async def test_completion_inside_a_name(editor: Editor) -> None:
    items = await editor.complete(CODE, 'steps["trai|n"]')

    ours = [item for item in items if item.text_edit]
    assert [item.label for item in ours] == ["load_data", "train", "evaluate"]
    assert [item.text_edit and item.text_edit.new_text for item in ours] == ["load_data", "train", "evaluate"]
    resolved = await editor.client.completion_item_resolve_async(ours[1])
    assert isinstance(resolved.documentation, lsp.MarkupContent)
    assert "step **train**" in resolved.documentation.value


async def test_jedi_s_items_are_resolved_by_jedi(editor: Editor, without: Editor) -> None:
    async def documented(editor: Editor) -> object:
        items = await editor.complete(PLAIN, "greet|ing(json")
        item = next(item for item in items if item.label.startswith("greeting"))
        return (await editor.client.completion_item_resolve_async(item)).documentation

    theirs = await documented(without)
    assert theirs
    assert await documented(editor) == theirs


async def test_hover_on_a_name_is_ours(editor: Editor) -> None:
    page = await editor.hover(CODE, 'outputs["accu|racy"]')

    assert page.startswith("output **accuracy**")
    assert "str(object" not in page


async def test_hover_on_a_variable_is_both(editor: Editor, without: Editor) -> None:
    code = CODE.replace("run = ", "run: Run = ").replace("run:", "class Run:\n    'A run of mine.'\nrun:")
    theirs = await without.hover(code, "ru|n.steps")
    assert "A run of mine." in theirs

    page = await editor.hover(code, "ru|n.steps")

    assert page.startswith("run **first_training**")
    assert page.endswith(theirs)


async def test_navigation(editor: Editor) -> None:
    document, place = editor.at(CODE, 'steps["tr|ain"]')
    client = editor.client

    definitions: Any = await client.text_document_definition_async(lsp.DefinitionParams(document, place))
    context = lsp.ReferenceContext(include_declaration=False)
    read = await client.text_document_references_async(lsp.ReferenceParams(context, document, place))
    lights = await client.text_document_document_highlight_async(lsp.DocumentHighlightParams(document, place))

    assert [Path(each.uri).name for each in definitions] == ["pipelines.py"]
    assert {Path(each.uri).name for each in read or ()} >= {Path(editor.uri).name, "report.py", "inspect_run.py"}
    assert [each.range.start.line for each in lights or ()] == [2]


async def test_actions_and_lenses_carry_commands(editor: Editor) -> None:
    document, place = editor.at(CODE, 'steps["tri|an"]')
    asked = lsp.CodeActionContext(diagnostics=[])
    where = lsp.Range(place, place)
    actions = await editor.client.text_document_code_action_async(lsp.CodeActionParams(document, where, asked))
    lenses = await editor.client.text_document_code_lens_async(lsp.CodeLensParams(document))
    commands = [lens.command for lens in lenses or () if lens.command is not None]
    results: list[Any] = []
    for name in ("pipesight.readOutput", "pipesight.showRun"):
        command = next(each for each in commands if each.command == name)
        asked_for = lsp.ExecuteCommandParams(command.command, command.arguments)
        results.append(await editor.client.workspace_execute_command_async(asked_for))

    assert not any(isinstance(action, lsp.CodeAction) for action in actions or ())  # JupyterLab knows commands only
    assert [choice["label"] for choice in results[0]["choices"]] == ["accuracy", "model", "params"]
    assert results[1]["title"] == "first_training"


async def test_the_text_is_followed(editor: Editor) -> None:
    assert await said(editor, CODE)
    version = lsp.VersionedTextDocumentIdentifier(uri=editor.uri, version=2)
    change = lsp.TextDocumentContentChangeWholeDocument(CODE.replace("trian", "train"))
    editor.client.text_document_did_change(lsp.DidChangeTextDocumentParams(version, [change]))

    await until_true(lambda: not editor.client.diagnostics[editor.uri])


@pytest.mark.parametrize(
    "marked",
    [
        "gree|ting(json",
        "json.dum|ps(steps)",
        'words["hel|lo"].upper',
        'words[|"hello"].upper',
        ".upper|()",
        "lou|d else",
        'get_pipeline("training_|pipeline")',
        'get_pipe|line("training',
        "rep|o = Repo",
        "How |to greet",
    ],
)
async def test_what_is_not_zenml_s_is_jedi_s_alone(editor: Editor, without: Editor, marked: str) -> None:
    assert await editor.answers(PLAIN, marked) == await without.answers(PLAIN, marked)


@pytest.mark.parametrize("marked", ["Cli|ent()", "import Cli|ent", "from zen|ml.", "get_pipeline|_run("])
async def test_in_a_zenml_file_jedi_says_what_it_said(editor: Editor, without: Editor, marked: str) -> None:
    assert await editor.answers(CODE, marked) == await without.answers(CODE, marked)


async def test_settings_that_change_count(editor: Editor) -> None:
    async def offered() -> list[str]:
        return [item.label for item in await editor.complete(CODE, 'steps["trai|n"]') if item.text_edit]

    def configure(**settings: Any) -> None:
        told = {"pylsp": {"plugins": {"pipesight": settings}}}
        editor.client.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(told))

    configure(enable=False)
    assert await offered() == []
    configure(enable=True)
    assert await said(editor, CODE)
    assert await offered() == ["load_data", "train", "evaluate"]

    configure(enable=True, reader={"memory": 1})
    assert "may need more memory" in await editor.hover(CODE, 'outputs["accu|racy"]')
    configure(enable=True)
    assert await said(editor, CODE)


async def test_a_notebook_s_cells_are_one_program(editor: Editor) -> None:
    notebook = (editor.folder / "typed.ipynb").as_uri()
    texts = {f"{notebook}#0": "".join(CODE.splitlines(True)[:2]), f"{notebook}#1": 'run.steps["train"]\n'}
    cells = [lsp.NotebookCell(lsp.NotebookCellKind.Code, uri) for uri in texts]
    cells.insert(1, lsp.NotebookCell(lsp.NotebookCellKind.Markup, f"{notebook}#words"))
    items = [lsp.TextDocumentItem(uri, "python", 1, text) for uri, text in texts.items()]
    editor.client.notebook_document_did_open(
        lsp.DidOpenNotebookDocumentParams(lsp.NotebookDocument(notebook, "jupyter-notebook", 1, cells), items)
    )

    hover = await editor.client.text_document_hover_async(
        lsp.HoverParams(lsp.TextDocumentIdentifier(f"{notebook}#1"), lsp.Position(0, 13))
    )

    assert hover is not None
    assert isinstance(hover.contents, lsp.MarkupContent)
    assert "run first_training" in hover.contents.value
    assert hover.range is not None
    assert hover.range.start == lsp.Position(0, 11)

    async def read_in() -> set[str]:
        asked = lsp.ReferenceContext(include_declaration=False)
        at = editor.at(CODE, 'steps["tra|in"]')
        places = await editor.client.text_document_references_async(lsp.ReferenceParams(asked, *at)) or ()
        return {place.uri for place in places}

    assert f"{notebook}#1" in await read_in()
    closed = [lsp.TextDocumentIdentifier(uri) for uri in texts]
    editor.client.notebook_document_did_close(
        lsp.DidCloseNotebookDocumentParams(lsp.NotebookDocumentIdentifier(notebook), closed)
    )
    assert f"{notebook}#1" not in await read_in()
