"""Run configurations in YAML: completion, hover, definition and check of the names of steps and parameters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from lsprotocol import types as lsp

from pipesight.code.run_configuration import parse
from pipesight.features.completion import complete
from pipesight.features.definition import definition
from pipesight.features.diagnostics import diagnostics
from pipesight.features.hover import hover
from pipesight.features.references import RenameError, prepare_rename, rename
from pipesight.workspace.documents import View
from pipesight.workspace.target import target_at

from .conftest import Desk, Desks, applied, text_edits

CODE = """
from zenml import pipeline, step

@step(name="load_rows")
def first(rows: int = 5, wide: bool = True): ...

@step(name="fit")
def second(data, rate: float = 0.1, fail: bool = False): ...

@step
def publish(target: str = "here"): ...

@pipeline(name="training")
def fit_pipeline(rows: int = 5, rate: float = 0.1):
    second(first(rows), rate)
    publish()

@pipeline(name="scoring")
def use_pipeline(**options): ...

fit_pipeline.with_options(config_path="configs/train.yaml")()
"""


@pytest.fixture(scope="module")
def project(desks: Desks, unpack_history: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a desk with a project whose code names `configs/train.yaml`, and the history of its runs."""
    folder = tmp_path_factory.mktemp("configured")
    (folder / "pipelines.py").write_text(CODE)
    return desks.make(folder, unpack_history("0.98.0-record"))


def opened(desk: Desk, text: str, name: str) -> View:
    """Open the YAML file with this text."""
    uri = (desk.folder / name).as_uri()
    desk.context.documents.open(lsp.TextDocumentItem(uri, "yaml", 1, text))
    view = desk.context.documents.view(uri)
    assert view is not None
    return view


def at(desk: Desk, marked: str, name: str = "configs/train.yaml") -> tuple[View, lsp.Position]:
    """Open the file with a cursor `|` in its text. Return the document without it, and the position."""
    before, _, after = marked.partition("|")
    position = lsp.Position(before.count("\n"), len(before) - before.rfind("\n") - 1)
    return opened(desk, before + after, name), position


def offered(desk: Desk, marked: str, name: str = "configs/train.yaml") -> dict[str, str | None]:
    """Return the completion items at the mark with their details."""
    answer = complete(desk.context, *at(desk, marked, name))
    return {item.label: item.detail for item in answer.items} if answer is not None else {}


SHAPE = "steps:\n  fit:\n    parameters:\n      rate: 1\n"
OFFERED = [
    ("steps:\n  |", {"load_rows", "fit", "publish", "judge"}),
    ("steps:\n  fi|\n  load_rows:\n    enable_cache: true\n", {"fit", "publish", "judge"}),
    ("steps:\n  fit:\n    parameters:\n      |", {"rate", "fail", "data"}),
    ("steps:\n  fit:\n    parameters:\n      rate: 0.2\n      fa|\n  judge:\n", {"fail", "data"}),
    ("steps:\n  publish:\n    parameters:\n      |", {"target"}),
    ("parameters:\n  |", {"rows", "rate"}),
    ("model:\n  name: |", {"demo_model"}),
    ("settings:\n  |", {"docker", "resources", "deployment"}),
    ("steps:\n  fit:\n    settings:\n      |", {"docker", "resources", "deployment"}),
]


@pytest.mark.parametrize(("marked", "names"), OFFERED)
def test_offered(project: Desk, marked: str, names: set[str]) -> None:
    assert offered(project, marked).keys() == names


PARTS = [
    ("|", {"steps", "parameters", "model", "tags"}),
    ("steps:\n  fit:\n    |", {"parameters", "enable_cache", "settings"}),
    ("enable_cache: true\nmodel:\n  |", {"name", "version"}),
]


@pytest.mark.parametrize(("marked", "names"), PARTS)
def test_keys(project: Desk, marked: str, names: set[str]) -> None:
    assert names <= offered(project, marked).keys()


def test_what_is_said_of_an_offered_name(project: Desk) -> None:
    assert offered(project, "steps:\n  |")["fit"] == "✓ completed"
    assert offered(project, "steps:\n  fit:\n    parameters:\n      |")["rate"] == "0.6"


def test_versions_of_a_model(project: Desk) -> None:
    marked = "model:\n  name: demo_model\n  version: |"
    assert offered(project, marked) == {}  # the store has not answered yet
    project.context.history.sync_once()

    assert {"1", "2", "3"} <= offered(project, marked).keys()


def test_a_key_gets_its_colon(project: Desk) -> None:
    def written(marked: str) -> str:
        answer = complete(project.context, *at(project, marked))
        assert answer is not None
        edit = answer.items[0].text_edit
        assert isinstance(edit, lsp.TextEdit)
        return edit.new_text

    assert written("parameters:\n  |") == "rows: "
    assert written("parameters:\n  ro|: 5") == "rows"
    assert written("model:\n  name: de|") == "demo_model"


def test_a_file_that_no_code_names_is_known_by_its_keys(project: Desk) -> None:
    assert {"load_rows", "apply"} <= offered(project, SHAPE + "  |", "other.yaml").keys()


# What other tools write, and what may be anything
FRIENDS = {
    "workflow.yml": "on: push\njobs:\n  build:\n    steps:\n      - run: make\n      |",
    "action.yml": "name: x\nruns:\n  using: composite\n  steps:\n    - run: make\n    |",
    "docker-compose.yml": "services:\n  fit:\n    image: x\n    |",
    "woodpecker.yaml": "steps:\n  fit:\n    image: x\n    commands: [make]\n  |",
    "cloudbuild.yaml": "steps:\n  - name: gcr.io/x\n    |",
    "dvc.yaml": "stages:\n  fit:\n    cmd: x\n  |",
    "params.yaml": "parameters:\n  |",
    "steps.yaml": "steps:\n  |",
    "list.yaml": "- steps:\n    |",
    "broken.yaml": "}{\n|",
}


@pytest.mark.parametrize("name", FRIENDS)
def test_false_friends(project: Desk, name: str) -> None:
    view, position = at(project, FRIENDS[name], name)

    assert complete(project.context, view, position) is None
    assert diagnostics(project.context, view) == []


FOUND = [
    (
        "steps:\n  fitt:\n    enable_cache: true\n",
        ["Pipeline 'training' has no step 'fitt', so ZenML ignores its configuration. Did you mean 'fit'?"],
    ),
    (
        "steps:\n  fit:\n    parameters:\n      rat: 0.1\n",
        ["Step 'fit' has no parameter 'rat'. Did you mean 'rate'?"],
    ),
    ("parameters:\n  row: 3\n", ["Pipeline 'training' has no parameter 'row'. Did you mean 'rows'?"]),
    ("steps:\n  fit_2:\n    enable_cache: true\n  publish:\n  judge:\n", []),
    ("steps:\n  judge:\n    parameters:\n      anything: 1\n", []),
    ("steps:\n  {{ step }}:\n    enable_cache: true\n", []),
    ("steps:\n  fitt:  # pipesight: ignore[unknown-name]\n    enable_cache: true\n", []),
    ("steps: &all\n  fit: {enable_cache: true, parameters: {rate: 1, fail: true}}\n", []),
]


@pytest.mark.parametrize(("text", "messages"), FOUND)
def test_check(project: Desk, text: str, messages: list[str]) -> None:
    view = opened(project, text, "configs/train.yaml")

    assert [each.message for each in diagnostics(project.context, view)] == messages


def test_the_range_of_a_finding_is_the_name(project: Desk) -> None:
    view = opened(project, 'steps:\n  "fitt":\n    enable_cache: true\n', "configs/train.yaml")

    [found] = diagnostics(project.context, view)

    assert found.range == lsp.Range(lsp.Position(1, 3), lsp.Position(1, 7))


HOVERS = [
    ("steps:\n  fi|t:\n", ("step fit", "completed", "rate=0.6")),
    ("steps:\n  fit:\n    parameters:\n      ra|te: 3\n", ("parameter rate", "0.6 in step fit", "training_11")),
]


@pytest.mark.parametrize(("marked", "said"), HOVERS)
def test_hover(project: Desk, marked: str, said: tuple[str, ...]) -> None:
    target = target_at(project.context, *at(project, marked))
    assert target is not None

    shown = hover(project.context, target)

    assert shown is not None
    assert [part for part in said if part not in str(shown.contents)] == []


def test_definition(project: Desk) -> None:
    links = definition(project.context, *at(project, "steps:\n  fi|t:\n"))

    assert links
    link = links[0]
    assert isinstance(link, lsp.LocationLink)
    assert CODE.split("\n")[link.target_range.start.line].startswith("def second(")


def test_a_step_is_renamed_with_the_code_that_names_it(project: Desk) -> None:
    view, position = at(project, "steps:\n  fi|t:\n    parameters: {rate: 0.5}\n")

    assert prepare_rename(project.context, view, position) is not None
    renaming = rename(project.context, view, position, "fitted")

    assert renaming is not None
    edited = {change.text_document.uri.rsplit("/", 1)[-1]: change.edits for change in text_edits(renaming.edit)}
    assert sorted(edited) == ["pipelines.py", "train.yaml"]
    assert applied(view, cast("list[lsp.TextEdit]", edited["train.yaml"])).startswith("steps:\n  fitted:\n")
    assert renaming.warning is not None
    assert "Run configurations" not in renaming.warning  # the only one is changed


KEPT = [
    ("steps:\n  publi|sh:\n    enable_cache: true\n", "Rename that with your Python language server", "other"),
    (
        "steps:\n  jud|ge:\n    enable_cache: true\n",
        "No string in this workspace gives a step the name 'judge'",
        "other",
    ),
    ("steps:\n  fi|t:\n    enable_cache: true\n", "letters, digits and underscores", "a: b"),
]


@pytest.mark.parametrize(("marked", "said", "new"), KEPT)
def test_a_step_that_is_not_renamed(project: Desk, marked: str, said: str, new: str) -> None:
    view, position = at(project, marked)

    with pytest.raises(RenameError, match=said):
        rename(project.context, view, position, new)


def test_a_parameter_is_not_renamed(project: Desk) -> None:
    assert prepare_rename(project.context, *at(project, "steps:\n  fit:\n    parameters:\n      ra|te: 1\n")) is None


# What is half typed loses its own line and nothing else
HALF = [
    ("steps:\n  tr\n  b:\n    enable_cache: true\n", ["b"]),
    ("steps:\n  a:\n    parameters:\n      x: [1\n  b:\n    retry: {}\n", ["a"]),
    ("steps:\n  a:\n    parameters: {x: 1}\n  'b\n", ["a", "x"]),
    ("a: 1\nsteps:\n  b: {}\n\tc: 2\n", ["b"]),
]


@pytest.mark.parametrize(("text", "names"), HALF)
def test_half_typed(text: str, names: list[str]) -> None:
    found = parse(text)

    assert found is not None
    assert {each.name for each in found.names} >= set(names)


HOSTILE = [
    "[" * 100_000,
    "&a [*a, *a]",
    "a: &a {b: *a}",
    "? [x]\n: y",
    "!!python/object/apply:os.system [x]",
    "\x00",
    "%",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile(text: str) -> None:
    assert parse(text) is None or parse(text) is not None
