"""Names that come from other files, and what their edits change."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipesight.code.syntax import program
from pipesight.code.syntax.parser import parse
from pipesight.code.syntax.tree import Node
from pipesight.code.workspace import Workspace
from pipesight.zenml.kinds import Kind

SERVE = "from zenml.client import Client\nfrom names import PIPELINE\nClient().get_pipeline(PIPELINE)\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "names.py").write_text("PIPELINE = 'training'\n")
    (tmp_path / "serve.py").write_text(SERVE)
    return tmp_path


def name(workspace: Workspace, path: Path) -> str | None:
    document = workspace.document(str(path))
    assert document is not None
    return document.sites[0].name if document.sites else None


def test_an_imported_constant(folder: Path) -> None:
    assert name(Workspace([folder]), folder / "serve.py") == "training"


def test_an_edit_in_the_editor_counts_at_once(folder: Path) -> None:
    workspace = Workspace([folder])
    serve = workspace.open(str(folder / "serve.py"), SERVE)
    assert serve.sites[0].name == "training"
    names = workspace.open(str(folder / "names.py"), "PIPELINE = 'other'\n")
    assert serve.sites[0].name == "other"
    names.update("PIPELINE = 'third'\n")
    assert serve.sites[0].name == "third"
    workspace.close(str(folder / "names.py"))
    assert serve.sites[0].name == "training"


def test_a_change_on_disk_counts_when_told(folder: Path) -> None:
    workspace = Workspace([folder])
    assert name(workspace, folder / "serve.py") == "training"
    (folder / "names.py").write_text("PIPELINE = 'new'\n")
    workspace.changed_on_disk()
    assert name(workspace, folder / "serve.py") == "new"
    (folder / "names.py").unlink()
    workspace.changed_on_disk()
    assert name(workspace, folder / "serve.py") is None
    (folder / "names.py").write_text("PIPELINE = 'back'\n")
    workspace.changed_on_disk()
    assert name(workspace, folder / "serve.py") == "back"


@pytest.mark.parametrize(
    ("layout", "importing"),
    [
        ({"app/names.py": "PIPELINE = 'p'"}, "from app.names import PIPELINE"),
        ({"src/names.py": "PIPELINE = 'p'"}, "from names import PIPELINE"),
        (
            {"app/names.py": "PIPELINE = 'p'", "app/__init__.py": "from .names import PIPELINE"},
            "from app import PIPELINE",
        ),
        ({"app/names.py": "PIPELINE = 'p'"}, "import app.names\nPIPELINE = app.names.PIPELINE"),
        ({"app/names.py": "PIPELINE = 'p'"}, "import app.names as n\nPIPELINE = n.PIPELINE"),
        ({"app/names.py": "PIPELINE = 'p'"}, "from app import names\nPIPELINE = names.PIPELINE"),
        ({"names.py": "PIPELINE = 'p'"}, "from names import *"),
        ({"names.py": "from other import PIPELINE", "other.py": "PIPELINE = 'p'"}, "from names import PIPELINE"),
        ({"names.py": "class N:\n    P = 'p'\n"}, "from names import N\nPIPELINE = N.P"),
        ({"names.py": "def n():\n    return 'p'\n"}, "from names import n\nPIPELINE = n()"),
        ({"app/deep/names.py": "PIPELINE = 'p'"}, "from app.deep import names\nPIPELINE = names.PIPELINE"),
        ({"app/names.py": "NAME = 'p'", "app/__init__.py": "from .names import *"}, "from app import NAME as PIPELINE"),
        (
            {"names.py": "SETTINGS = {'train': {'name': 'p'}}"},
            "import names\nPIPELINE = names.SETTINGS['train']['name']",
        ),
        (
            {"names.py": "from enum import Enum\nclass N(Enum):\n    P = 'p'\n"},
            "from names import N\nPIPELINE = N.P.value",
        ),
        (
            {"names.py": "PIPELINE = 'p'"},
            "try:\n    from names import PIPELINE\nexcept ImportError:\n    PIPELINE = None",
        ),
        (
            {"names.py": "PIPELINE = 'p'"},
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from names import PIPELINE",
        ),
        ({"names.py": "PIPELINE = 'p'\ndef broken(:\n    x = ["}, "from names import PIPELINE"),
        ({"names.py": "PIPELINE = 'p'", "names.pyi": "PIPELINE: str"}, "from names import PIPELINE"),
    ],
)
def test_ways_to_import(tmp_path: Path, layout: dict[str, str], importing: str) -> None:
    for where, text in layout.items():
        path = tmp_path / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    text = f"from zenml.client import Client\n{importing}\nClient().get_pipeline(PIPELINE)\n"
    assert Workspace([tmp_path]).open(str(tmp_path / "serve.py"), text).sites[0].name == "p"


def test_callers_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "fetch.py").write_text(
        "from zenml.client import Client\ndef fetch(name):\n    return Client().get_pipeline(name)\n"
    )
    (tmp_path / "run.py").write_text("from fetch import fetch\nfetch('training').runs\n")
    workspace = Workspace([tmp_path])
    assert name(workspace, tmp_path / "fetch.py") is None
    workspace.find_callers(str(tmp_path / "fetch.py"))
    assert name(workspace, tmp_path / "fetch.py") == "training"
    workspace.open(str(tmp_path / "run.py"), "from fetch import fetch\nfetch('other').runs\n").flow()
    assert name(workspace, tmp_path / "fetch.py") == "other"


FETCH = "from zenml.client import Client\ndef fetch(name):\n    return Client().get_pipeline(name).last_run\n"
BASE = (
    "from zenml.client import Client\nclass Base:\n    NAME = 'other'\n"
    "    def fetch(self):\n        return Client().get_pipeline(self.NAME).last_run\n"
)
CONFTEST = (
    "import pytest\nfrom zenml.client import Client\n@pytest.fixture\ndef client():\n    yield Client()\n"
    "@pytest.fixture\ndef run(client):\n    return client.get_pipeline('p').last_run\n"
)
DEFINED = "from zenml import pipeline\n@pipeline(name='p')\ndef training(): ...\n"


@pytest.mark.parametrize(
    ("layout", "path", "text"),
    [
        ({"fetch.py": FETCH}, "main.py", "from fetch import fetch\ndef main():\n    fetch('p').steps['s']\n"),
        (
            {"base.py": BASE},
            "main.py",
            "from base import Base\nclass P(Base):\n    NAME = 'p'\n"
            "    def go(self):\n        self.fetch().steps['s']\n",
        ),
        ({"tests/conftest.py": CONFTEST}, "tests/unit/test_all.py", "def test_it(run):\n    assert run.steps['s']\n"),
        ({"pipelines/all.py": DEFINED}, "run.py", "from pipelines.all import training\ntraining().steps['s']\n"),
        ({"src/app/fetch.py": FETCH}, "scripts/run.py", "from app.fetch import fetch\nfetch('p').steps['s']\n"),
    ],
)
@pytest.mark.parametrize("rooted", [True, False])
def test_things_from_other_files(tmp_path: Path, layout: dict[str, str], path: str, text: str, *, rooted: bool) -> None:
    for where, content in layout.items():
        (tmp_path / where).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / where).write_text(content)
    step = Workspace([tmp_path] if rooted else []).open(str(tmp_path / path), text).sites[-1].thing
    pipeline = step.nearest(Kind.PIPELINE)
    assert (step.kind, step.name) == (Kind.STEP, "s")
    assert pipeline is not None
    assert pipeline.name == "p"


def test_a_file_without_zenml_counts_as_soon_as_one_with_it_calls_it(folder: Path) -> None:
    workspace = Workspace([folder])
    (folder / "look.py").write_text("def look(run):\n    return run.get_step('train')\n")
    look = workspace.open(str(folder / "look.py"), (folder / "look.py").read_text())
    assert look.sites == ()
    caller = "from look import look\nfrom zenml.client import Client\nlook(Client().get_pipeline('p').last_run)\n"
    assert len(workspace.open(str(folder / "caller.py"), caller).sites) == 2
    assert [site.name for site in look.sites] == ["train"]


def test_callers_count_as_soon_as_their_file_was_looked_at(folder: Path) -> None:
    (folder / "fetch.py").write_text(
        "from zenml.client import Client\ndef fetch(name):\n    return Client().get_pipeline(name)\n"
    )
    workspace = Workspace([folder])
    fetch = workspace.document(str(folder / "fetch.py"))
    assert fetch is not None
    assert [site.name for site in fetch.sites] == [None]
    caller = workspace.open(str(folder / "caller.py"), "from fetch import fetch\nfetch('training').runs\n")
    assert [site.name for site in caller.sites] == ["training"]
    assert [site.name for site in fetch.sites] == ["training"]
    caller.update("from fetch import fetch\nfetch('other').runs\n")
    assert [site.name for site in caller.sites] == ["other"]
    assert [site.name for site in fetch.sites] == ["other"]


@pytest.mark.parametrize(
    "half_typed", ["from " + "." * 40 + " import x", "from ..... import x", "import names.", "import names\nnames.."]
)
def test_a_half_typed_import(folder: Path, half_typed: str) -> None:
    document = Workspace([folder]).open(str(folder / "look.py"), f"{half_typed}\n{SERVE}x.y\nnames.x.\n")
    assert [site.name for site in document.sites] == ["training"]


def test_circles_end(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "from zenml.client import Client\nfrom b import x\nClient().get_pipeline(x)\ny = 1\n"
    )
    (tmp_path / "b.py").write_text("from a import y, z\nfrom b import x\nz = z\n")
    workspace = Workspace([tmp_path])
    assert name(workspace, tmp_path / "a.py") is None
    assert name(workspace, tmp_path / "b.py") is None


def test_only_what_is_imported_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        (folder / f"unrelated_{number}.py").write_text("x = 1\n" * 100)
    parsed: list[str] = []

    def watch(text: str) -> list[Node]:
        parsed.append(text)
        return parse(text)

    monkeypatch.setattr(program, "parse", watch)
    assert name(Workspace([folder]), folder / "serve.py") == "training"
    assert not any(text == "x = 1" for text in parsed)


@pytest.mark.parametrize(
    ("text", "sites"),
    [
        ("import mlflow\nmlflow.get_run('x')\n", None),
        ("client.get_run('x')\n", None),
        ("import names\nnames.client.get_run('x')\n", None),
        ("import os, names as n\nn.client.get_run('x')\n", None),
        ("from . import names\nnames.client.get_run('x')\n", None),
        ("from elsewhere.pipelines import (\n    load,\n)\nload.model.last_run\n", 1),
        ("from elsewhere import training_pipeline\ntraining_pipeline.model.last_run\n", 1),
        ("import zenml\n", 0),
        ("import serve\nserve.client.get_run('x')\n", 0),
        ("import far\nfar.client.get_run('x')\n", 0),
        ("from package import far\nfar.client.get_run('x')\n", 0),
        ("import helpers.plain\nhelpers.client.get_pipeline_run('x')\n", 1),
    ],
)
def test_a_file_whose_imports_do_not_lead_to_zenml_is_not_analyzed(folder: Path, text: str, sites: int | None) -> None:
    (folder / "far.py").write_text("import near\n")
    (folder / "near.py").write_text("import serve\nimport far\n")
    (folder / "package").mkdir()
    (folder / "package" / "far.py").write_text("from serve import (\n    client,\n)\n")
    (folder / "helpers").mkdir()
    (folder / "helpers" / "__init__.py").write_text("from zenml.client import Client\nclient = Client()\n")
    (folder / "helpers" / "plain.py").write_text("x = 1\n")
    document = Workspace([folder]).open(str(folder / "look.py"), text)
    assert len(document.sites) == (sites or 0)
    assert (document.analyzed is None) is (sites is None)


def test_an_edit_that_brings_zenml_counts_in_the_files_that_import_it(folder: Path) -> None:
    (folder / "near.py").write_text("import names\n")
    workspace = Workspace([folder])
    text = "from near import fetch\nfetch().runs[0].get_step('train')\n"
    look = workspace.open(str(folder / "look.py"), text)
    near = workspace.open(str(folder / "near.py"), "import names\n")
    assert (look.sites, near.sites) == ((), ())
    near.update("from zenml.client import Client\ndef fetch():\n    return Client().get_pipeline('p')\n")
    assert [site.name for site in look.sites] == [None, "train"]


def test_a_file_on_disk_is_opened_without_a_change_for_others(folder: Path) -> None:
    workspace = Workspace([folder])
    assert name(workspace, folder / "serve.py") == "training"
    (folder / "other.py").write_text("x = 1\n")
    workspace.changed_on_disk()
    before = workspace.version
    workspace.open(str(folder / "other.py"), "x = 1\n")
    assert workspace.version == before
    workspace.open(str(folder / "new.py"), "x = 1\n")
    assert workspace.version > before


def test_only_files_that_import_this_one_are_its_callers(tmp_path: Path) -> None:
    fetch = "from zenml.client import Client\ndef fetch(name):\n    return Client().get_pipeline(name)\n"
    for package in ("ours", "theirs"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "utils.py").write_text(fetch)
        (tmp_path / package / "run.py").write_text(f"from {package} import utils\nutils.fetch('{package}')\n")
    workspace = Workspace([tmp_path])
    workspace.find_callers(str(tmp_path / "ours" / "utils.py"))
    assert name(workspace, tmp_path / "ours" / "utils.py") == "ours"
    theirs = workspace.document(str(tmp_path / "theirs" / "run.py"))
    assert theirs is not None
    assert theirs.analyzed is None


def test_a_file_below_a_conftest_may_share_its_fixtures(folder: Path) -> None:
    (folder / "conftest.py").write_text(
        "import pytest\nfrom zenml.client import Client\n@pytest.fixture\ndef store():\n    return Client()\n"
    )
    text = "def test_it(store):\n    store.get_pipeline('training')\n"
    document = Workspace([folder]).open(str(folder / "deep" / "look_test.py"), text)
    assert [site.name for site in document.sites] == ["training"]


def test_what_cannot_be_read_is_as_if_it_were_not_there(folder: Path) -> None:
    (folder / "names.py").write_bytes(b"\xff\xfe\x00PIPELINE = 'training'")
    assert name(Workspace([folder]), folder / "serve.py") is None
    assert Workspace([folder]).document(str(folder / "nowhere.py")) is None


def test_a_literal_handed_to_a_helper_of_another_file(tmp_path: Path) -> None:
    """The file that passes the literal does not mention ZenML and uses no result."""
    helper = (
        "from zenml.client import Client\ndef latest(pipeline):\n    return Client().get_pipeline(pipeline).last_run\n"
    )
    (tmp_path / "helpers.py").write_text(helper)
    (tmp_path / "other.py").write_text("def latest(pipeline): ...\n")
    workspace = Workspace([tmp_path])
    ours = workspace.open(str(tmp_path / "app.py"), 'from helpers import latest\nlatest("training")\n')
    theirs = workspace.open(str(tmp_path / "web.py"), 'from other import latest\nlatest("training")\n')

    assert [(site.kind, site.name) for site in ours.sites] == [(Kind.PIPELINE, "training")]
    assert not theirs.uses_zenml
