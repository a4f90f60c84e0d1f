"""Definition, references, highlights, renaming, links and workspace symbols, over the sample project's files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from pipesight.features.definition import definition
from pipesight.features.document_links import document_links
from pipesight.features.references import RenameError, highlights, prepare_rename, references, rename
from pipesight.features.symbols import workspace_symbols
from pipesight.pages.uris import names_of, uri_of
from pipesight.settings import LinkSettings, Settings

from .conftest import ABLE, Desk, applied, text_edits
from .test_diagnostics import FALSE_FRIENDS, LEGACY, MODERN


def line_of(desk: Desk, uri: str, number: int) -> str:
    return (desk.folder / uri.rsplit("/", 1)[-1]).read_text().splitlines()[number]


AFTER = "from zenml import pipeline\nfrom pipelines import draw, train\n@pipeline\ndef body():\n  draw()\n"
# the marked document, the file and a part of the line where it is defined
DEFINED = [
    (LEGACY.replace('"training_', '"trai|ning_'), "pipelines.py", "def training_pipeline("),
    (LEGACY.replace('"first_', '"fir|st_'), "pipelines.py", "def training_pipeline("),
    (LEGACY + 'run.get_step(name="tra|in")', "pipelines.py", "def train("),
    (LEGACY + 'run.get_step(name="train").outputs["mo|del"]', "pipelines.py", '"model"'),
    (MODERN + 'run.steps["evaluate"].outputs["sco|re"]', "pipelines.py", '"score"'),
    (MODERN + "p.last|_run", "pipelines.py", "def training_pipeline("),
    (AFTER + "  train(after=['dra|w'])", "pipelines.py", "def draw("),
    (MODERN + 'run.steps["dr|aw_2"]', "pipelines.py", "def draw("),
    # the input of a step leads to the output of the step that made it
    (MODERN + 'run.steps["evaluate"].inputs["mo|del"]', "pipelines.py", '"model"'),
    (MODERN + 'run.steps["evaluate"].inputs["da|ta"]', "pipelines.py", '"test"'),
    (MODERN + 'run.steps["train"].inputs["da|ta"][0].load()', "pipelines.py", '"train"'),
]


@pytest.mark.parametrize(("marked", "file", "part"), DEFINED)
def test_definition(desk: Desk, marked: str, file: str, part: str) -> None:
    view, position = desk.at(marked)

    links = definition(desk.context, view, position)

    assert links
    for link in links:
        assert isinstance(link, lsp.LocationLink)
        assert link.target_uri.endswith(file)
        assert part in line_of(desk, link.target_uri, link.target_selection_range.start.line)
        assert link.origin_selection_range is not None


def test_definition_for_a_client_without_links(desk: Desk) -> None:
    desk.context.client = replace(ABLE, definition_links=False)
    view, position = desk.at(LEGACY + 'run.get_step(name="tra|in")')

    assert [type(each) for each in definition(desk.context, view, position) or ()] == [lsp.Location]


# the marked document, the files with the number of places that read it, the number that define it
READ = [
    (LEGACY + 'run.get_step("tra|in")', {"typed.py": 1, "report.py": 2, "inspect_run.py": 1}, 1),
    (MODERN + 'run.steps["train"].outputs["accu|racy"]', {"typed.py": 1, "report.py": 1}, 1),
    (MODERN + 'client.get_pipeline("report_pip|eline")', {"typed.py": 1, "report.py": 1}, 1),
    ("from zenml import step\n@step\ndef tra|in(): ...", {"report.py": 2, "inspect_run.py": 1}, 2),
]


@pytest.mark.parametrize(("marked", "expected", "definitions"), READ)
def test_references(desk: Desk, marked: str, expected: dict[str, int], definitions: int) -> None:
    view, position = desk.at(marked)

    read = references(desk.context, view, position, declaration=False) or []
    everything = references(desk.context, view, position, declaration=True) or []

    files = [location.uri.rsplit("/", 1)[-1] for location in read]
    assert {file: files.count(file) for file in files} == expected
    assert len(everything) - len(read) == definitions


# the marked document, and the lines that the references of an output lead to beside those that say its name
TAKEN = [
    (MODERN + 'run.steps["train"].outputs["mo|del"]', ["def evaluate("]),
    (MODERN + 'run.steps["load_data"].outputs["tra|in"]', ["def train("]),
    (MODERN + 'run.steps["evaluate"].inputs["mo|del"]', ["def evaluate("]),
    (MODERN + 'run.steps["evaluate"].outputs["sc|ore"]', []),
]


@pytest.mark.parametrize(("marked", "expected"), TAKEN)
def test_references_of_an_output_lead_to_the_steps_that_took_it(desk: Desk, marked: str, expected: list[str]) -> None:
    view, position = desk.at(marked)
    found = references(desk.context, view, position, declaration=False) or []

    lines = [line_of(desk, each.uri, each.range.start.line) for each in found if each.uri.endswith("pipelines.py")]
    assert [line.strip()[: len(part)] for line, part in zip(lines, expected, strict=True)] == expected


def test_an_input_is_a_reference_of_the_output_that_was_fed_in(desk: Desk) -> None:
    view, position = desk.at(MODERN + 'run.steps["train"].outputs["mo|del"]\nrun.steps["evaluate"].inputs["model"]')
    found = references(desk.context, view, position, declaration=False) or []

    own = [each.range.start.line for each in found if each.uri == view.uri]
    assert own == [position.line, position.line + 1]


def test_highlights(desk: Desk) -> None:
    view, position = desk.at(
        MODERN + 'a = run.steps["tra|in"]\nb = p.last_run.steps["train"]\nc = run.steps["evaluate"]'
    )

    found = highlights(desk.context, view, position) or []

    assert [highlight.range.start.line for highlight in found] == [4, 5]


def test_renaming_writes_every_place_in_quotes(desk: Desk) -> None:
    view, position = desk.at(MODERN + 'run.steps["train"].outputs["accu|racy"]')

    prepared = prepare_rename(desk.context, view, position)
    renaming = rename(desk.context, view, position, "precision")

    assert prepared is not None
    assert prepared.placeholder == "accuracy"
    assert renaming is not None
    assert renaming.warning is not None
    assert renaming.warning.startswith("Runs that are recorded already keep the name 'accuracy'.")
    changes = [change for change in renaming.edit.document_changes or () if isinstance(change, lsp.TextDocumentEdit)]
    assert sorted(change.text_document.uri.rsplit("/", 1)[-1] for change in changes) == [
        "pipelines.py",
        "report.py",
        "typed.py",
    ]
    versions = {change.text_document.uri.rsplit("/", 1)[-1]: change.text_document.version for change in changes}
    assert versions == {"typed.py": 1, "report.py": None, "pipelines.py": None}
    assert {each.new_text for change in changes for each in change.edits if isinstance(each, lsp.TextEdit)} == {
        "precision"
    }


def test_renaming_tells_of_the_places_it_cannot_reach(desk: Desk) -> None:
    view, position = desk.at(MODERN + 'NAME = "scatter"\nload_artifact("scat|ter")\nload_artifact(NAME)', "a b.py")

    read = references(desk.context, view, position, declaration=False) or []
    renaming = rename(desk.context, view, position, "points")

    assert [place.range.start.line for place in read if place.uri == view.uri] == [5, 6]
    assert renaming is not None
    assert renaming.warning is not None
    assert "'scatter' is also read through a variable" in renaming.warning
    assert "a b.py, line 7." in renaming.warning


def test_a_function_is_not_ours_to_rename(desk: Desk) -> None:
    view, position = desk.at("from zenml import step\n@step\ndef tra|in(): ...")

    assert prepare_rename(desk.context, view, position) is None
    assert rename(desk.context, view, position, "other") is None


REFUSED = [
    (MODERN + 'run.steps["tra|in"]', "pipelines.py"),  # `def train` of the sample
    (MODERN + "from zenml import step\n@step\ndef fit(): ...\nrun.steps['f|it']", "typed.py, line 7"),
    (MODERN + "from zenml import step\n@step\ndef fit(): ...\nrun.steps['fit|_2']", "typed.py, line 7"),
    (MODERN + "from zenml import pipeline\n@pipeline\ndef fitting(): ...\nclient.get_pipeline('fit|ting')", "line 7"),
]


@pytest.mark.parametrize(("marked", "where"), REFUSED)
def test_the_name_of_a_function_is_not_renamed_in_quotes_alone(desk: Desk, marked: str, where: str) -> None:
    view, position = desk.at(marked)

    with pytest.raises(RenameError, match="Rename that with your Python language server") as refused:
        rename(desk.context, view, position, "other")

    assert where in str(refused.value)


GIVEN = "from zenml import pipeline, step\n"


@pytest.mark.parametrize(
    ("marked", "renamed"),
    [
        ("@step(name='fit|ter')\ndef fit(): ...\nrun.steps['fitter']", ["@step(name='new')", "run.steps['new']"]),
        ("@step(name='fitter')\ndef fit(): ...\nrun.steps['fit|ter']", ["@step(name='new')", "run.steps['new']"]),
        ("@step(name='fit')\ndef fit(): ...\nrun.steps['fi|t']", ["@step(name='new')", "run.steps['new']"]),
        ("@step(\n  enable_cache=False,\n  name='fit|ter',\n)\ndef fit(): ...", ["  name='new',"]),
        (
            "@pipeline(name='whole')\ndef part(): ...\nclient.get_pipeline('who|le')",
            ["@pipeline(name='new')", "client.get_pipeline('new')"],
        ),
        (
            "@step\ndef fit(): ...\n@pipeline\ndef p():\n  fit(id='fit|ter')\n  fit(after=['fitter'])\n"
            "  fit(after='fitter')\n  fit(after='other')\np.with_options(steps={'fitter': {}})",
            ["  fit(id='new')", "  fit(after=['new'])", "  fit(after='new')", "p.with_options(steps={'new': {}})"],
        ),
    ],
)
def test_a_name_that_a_decorator_gives_is_renamed_there_too(desk: Desk, marked: str, renamed: list[str]) -> None:
    view, position = desk.at(MODERN + GIVEN + marked)

    renaming = rename(desk.context, view, position, "new")

    assert renaming is not None
    changes = renaming.edit.document_changes or ()
    (change,) = [each for each in changes if isinstance(each, lsp.TextDocumentEdit)]
    edits = [each for each in change.edits if isinstance(each, lsp.TextEdit)]
    assert [line for line in applied(view, edits).splitlines() if "new" in line] == renamed


def test_renaming_names_the_configurations_that_it_leaves(desk: Desk) -> None:
    code = "@step(name='fit|ter')\ndef fit(): ...\n@pipeline\ndef p():\n  fit()\n"
    view, position = desk.at(f"{GIVEN}{code}p.with_options(config_path='runs/a.yaml')()")

    renaming = rename(desk.context, view, position, "new")

    assert renaming is not None
    assert renaming.warning == "Run configurations are not changed. Look for 'fitter' in runs/a.yaml."


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("client.get_pipeline_run('first_tr|ain')", "beginning of the name 'first_training'"),
        ("client.get_pipeline('train|ing')", "beginning of the name 'training_pipeline'"),
        (GIVEN + "N = 'fitter'\n@step(name=N)\ndef fit(): ...\nrun.steps['fit|ter']", "expression in the decorator"),
        (GIVEN + "@step(name='fit' 'ter')\ndef fit(): ...\nrun.steps['fit|ter']", "expression in the decorator"),
    ],
)
def test_what_is_no_whole_name_is_not_renamed(desk: Desk, marked: str, said: str) -> None:
    view, position = desk.at(MODERN + marked)

    with pytest.raises(RenameError, match=said):
        rename(desk.context, view, position, "other")


def test_a_name_that_a_decorator_gives_has_one_definition(desk: Desk) -> None:
    view, position = desk.at(MODERN + GIVEN + "@step(name='fitter')\ndef fit(): ...\nrun.steps['fit|ter']")

    found = definition(desk.context, view, position)

    assert found is not None
    assert len(found) == 1


@pytest.mark.parametrize("name", ["", " ", 'a"b', "a\\b", "a\nb", "a\tb", "{a}"])
def test_names_that_cannot_be_written(desk: Desk, name: str) -> None:
    view, position = desk.at(MODERN + 'run.steps["tra|in"]')

    with pytest.raises(RenameError):
        rename(desk.context, view, position, name)


@pytest.mark.parametrize("text", FALSE_FRIENDS)
def test_silence(desk: Desk, text: str) -> None:
    view, position = desk.at(text + "|")
    context = desk.context

    assert definition(context, view, position) is None
    assert references(context, view, position, declaration=True) is None
    assert highlights(context, view, position) is None
    assert prepare_rename(context, view, position) is None
    assert document_links(context, view) is None


def test_an_output_without_a_definition_links_to_its_folder(desk: Desk) -> None:
    places = desk.context.places
    assert places is not None
    (desk.folder / "pipelines.py").rename(desk.folder / "pipelines.txt")
    view = desk.type(MODERN + 'run.steps["train"].outputs["accuracy"]')
    try:
        places.scan()
        links = document_links(desk.context, view) or []
        desk.context.settings = Settings(document_links=LinkSettings(outputs=False))
        without = document_links(desk.context, view)
    finally:
        (desk.folder / "pipelines.txt").rename(desk.folder / "pipelines.py")
        places.scan()

    assert [link.target for link in links] == [Path(desk_output(desk)).as_uri()]
    assert without is None


def desk_output(desk: Desk) -> str:
    history = desk.context.history
    run = history.run("first_training")
    assert run is not None
    step = history.step(run, "train")
    assert step is not None
    return next(output.uri for output in history.outputs(step) or () if output.name == "accuracy")


SYMBOLS = [
    ("training_pipeline", ("training_pipeline", lsp.SymbolKind.Class), "pipelines.py"),
    ("trpip", ("training_pipeline", lsp.SymbolKind.Class), "pipelines.py"),
    ("evaluate", ("evaluate", lsp.SymbolKind.Function), "pipelines.py"),
    ("weak", ("weak_model", lsp.SymbolKind.Event), "weak_model.md"),
]


@pytest.mark.parametrize(("query", "expected", "file"), SYMBOLS)
def test_symbols(desk: Desk, query: str, expected: tuple[str, lsp.SymbolKind], file: str) -> None:
    found = workspace_symbols(desk.context, query, "file:///pages") or []

    assert expected in [(symbol.name, symbol.kind) for symbol in found]
    assert next(symbol for symbol in found if symbol.name == expected[0]).location.uri.endswith(file)


def test_symbols_that_no_code_defines_are_pages(desk: Desk) -> None:
    desk.context.client = replace(ABLE, opens_pages=True)

    (found,) = workspace_symbols(desk.context, "weak", "file:///pages") or []

    assert found.location.uri.startswith("pipesight:/training_pipeline/weak_model.md?")
    assert names_of(found.location.uri)["run"] == "weak_model"


@pytest.mark.parametrize("name", ["a b", "50%/é?#&", 'né\n"x"', "😀"])
def test_addresses_of_pages_keep_names(name: str) -> None:
    names = {"pipeline": name, "run": name, "source": "/a/b.db"}

    assert names_of(uri_of(names)) == names


@pytest.mark.parametrize("uri", ["file:///a?{}", "pipesight:/x.md", "pipesight:/x.md?[]", "pipesight:/x.md?{", ""])
def test_other_addresses_have_no_names(uri: str) -> None:
    assert names_of(uri) == {}


def test_symbols_without_a_place_are_left_out_where_they_cannot_be_resolved(desk: Desk) -> None:
    desk.context.client = replace(ABLE, resolves_symbols=False)

    assert workspace_symbols(desk.context, "weak", "file:///pages") is None


def test_a_name_of_several_owners_is_one_place(desk: Desk) -> None:
    code = "r = client.get_pipeline_run('first_training') if x else client.get_pipeline('training_pipeline').last_run\n"
    view, position = desk.at(MODERN + code + "r.steps['shar|ed']")

    renaming = rename(desk.context, view, position, "new")
    found = references(desk.context, view, position, declaration=True)
    marked = highlights(desk.context, view, position)

    assert renaming is not None
    assert [len(change.edits) for change in text_edits(renaming.edit)] == [1]
    assert len(found or ()) == len(marked or ()) == 1
