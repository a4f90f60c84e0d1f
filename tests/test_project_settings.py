"""The settings in a project's own file: where they are found, what overrides them, and their problems."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from pipesight import Repository
from pipesight.demo.sample import unpack_sample
from pipesight.project_settings import project_settings
from pipesight.rules.catalog import Severity
from pipesight.settings import Settings
from pipesight.settings_schema import schema

from .lsp.conftest import server as server
from .test_cli import objects, pipesight
from .waiting import until

ROOT = Path(__file__).parents[1]


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


# Where they are found: the folder asked for is `team/project`

FOUND = [
    ({}, None, ()),
    ({"team/project/pyproject.toml": "[tool.pipesight]\nhistory = ['runs']"}, "team/project", ("runs",)),
    ({"team/project/pipesight.toml": "history = ['runs']"}, "team/project", ("runs",)),
    ({"team/pipesight.toml": "history = ['runs']"}, "team", ("runs",)),
    ({"team/pyproject.toml": "[tool.pipesight]\nhistory = ['runs']"}, "team", ("runs",)),
    ({"team/pipesight.toml": "history = ['a']", "team/project/pyproject.toml": "[tool.x]"}, "team", ("a",)),
    (
        {"team/project/pipesight.toml": "history = ['a']", "team/project/pyproject.toml": "[tool.pipesight]"},
        "team/project",
        ("a",),
    ),
    ({"team/pipesight.toml": "history = ['a']", "team/project/pipesight.toml": ""}, "team/project", ()),
    ({"team/pyproject.toml": "this is no TOML"}, None, ()),
    ({"team/project/pipesight.toml": "\ufeffhistory = ['runs']"}, "team/project", ("runs",)),
]


@pytest.mark.parametrize(("files", "of", "stores"), FOUND)
def test_the_nearest_file_that_has_settings_is_read(
    tmp_path: Path, files: dict[str, str], of: str | None, stores: tuple[str, ...]
) -> None:
    write(tmp_path, {"team/project/code.py": "", **files})
    found = project_settings(tmp_path / "team/project")

    assert (found.file.parent if found.file else None) == (tmp_path / of if of else None)
    assert found.settings.history == tuple(str(tmp_path / (of or "") / store) for store in stores)
    assert found.problems == ()


STORES = [
    ("mysql://user@host/zenml", "mysql://user@host/zenml"),
    ("~/zenml", "~/zenml"),
    ("/srv/zenml.db", "/srv/zenml.db"),
    ("../shared", "{folder}/../shared"),
    ("sqlite:///runs/zenml.db", "sqlite:///{folder}/runs/zenml.db"),
    ("sqlite:////srv/zenml.db", "sqlite:////srv/zenml.db"),
    ("sqlite:///C:/zenml.db", "sqlite:///C:/zenml.db"),
]


@pytest.mark.parametrize(("written", "meant"), STORES)
def test_names_of_stores_count_from_the_file(tmp_path: Path, written: str, meant: str) -> None:
    write(tmp_path, {"pipesight.toml": f"history = ['{written}']", "below/code.py": ""})

    assert project_settings(tmp_path / "below").settings.history == (meant.format(folder=tmp_path),)


# What is wrong with them

WRONG = [
    ("hisotry = ['runs']", "There is no setting hisotry. Did you mean history?"),
    ("[diagnostics]\nunknown-name = 'off'", "There is no setting diagnostics.unknown-name. Did you mean unknownName?"),
    ("[hover]\nxyz = 1", "There is no setting hover.xyz. Known are: preview, rows."),
    ("[hover]\nrows = 'five'", "pipesight.hover.rows is a string, but it takes a number above 0. The default is used."),
    ("interpreter = 'evil'", "interpreter is a setting of editors only"),
    ("history = [", "cannot be read"),
    (f"history = {'[' * 9000}", "cannot be read"),
    ("#" * 2_000_000, "cannot be read: it is larger than 1 MB"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_what_is_wrong_is_said_and_named_by_its_file(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path, {"pipesight.toml": text})
    (problem,) = project_settings(tmp_path).problems

    assert problem.startswith(str(tmp_path / "pipesight.toml"))
    assert said in problem


def test_a_problem_never_repeats_a_value(tmp_path: Path) -> None:
    write(tmp_path, {"pipesight.toml": "history = 'mysql://root:hunter2@host/db'"})

    assert "hunter2" not in str(project_settings(tmp_path).problems)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize("name", ["pipesight.toml", "pyproject.toml"])
def test_a_file_that_never_ends_is_not_opened(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / name).symlink_to("/dev/zero")

    assert project_settings(tmp_path / "below").file is None


# What overrides them


def test_an_editor_overrides_the_project_one_setting_at_a_time(tmp_path: Path) -> None:
    write(tmp_path, {"pipesight.toml": "history = ['runs']\n[hover]\nrows = 7\n[diagnostics]\noldestRun = 'off'\n"})
    found = project_settings(tmp_path)
    settings, problems = found.under({"hover": {"preview": False}, "diagnostics": {"oldestRun": "error"}, "reader": []})

    assert (settings.hover.rows, settings.hover.preview) == (7, False)
    assert settings.diagnostics.oldest_run is Severity.ERROR
    assert settings.history == (str(tmp_path / "runs"),)
    assert found.under({"history": []})[0].history == ()
    assert found.under(None)[0] == found.settings
    assert problems == []


def test_a_folder_that_is_not_trusted_chooses_no_store(tmp_path: Path) -> None:
    write(tmp_path, {"pipesight.toml": "history = ['mysql://elsewhere']\n[hover]\nrows = 7\n"})
    found = project_settings(tmp_path, is_trusted=False)

    assert found.settings.history == ()
    assert found.settings.hover.rows == 7
    assert found.problems == (
        f"This folder is not trusted, so the setting history in {tmp_path / 'pipesight.toml'} is ignored.",
    )


# Everybody reads them


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Return the sample project, which names its history in its `pyproject.toml`."""
    return unpack_sample(tmp_path / "sample")


def test_commands_read_them(sample: Path) -> None:
    assert "training_pipeline" in pipesight(sample, "history")
    assert "0.9889" in pipesight(sample, "read", "training_pipeline", "first_training", "train", "accuracy")
    (sample / "below").mkdir()
    assert len(objects(pipesight(sample / "below", "history", "training_pipeline", "--json"))) == 36


@pytest.mark.thorough
def test_check_takes_its_severities(sample: Path) -> None:
    write(sample, {"typo.py": "from zenml.client import Client\nClient().get_pipeline('trainin_pipeline')\n"})
    assert "warning: The history has no pipeline" in pipesight(sample, "check", "typo.py", status=1)

    with (sample / "pyproject.toml").open("a") as file:
        file.write("[tool.pipesight.diagnostics]\nunknownName = 'error'\n")
    assert "error: The history has no pipeline" in pipesight(sample, "check", "typo.py", status=1)
    log = json.loads(pipesight(sample, "check", "typo.py", "--format", "sarif", "--fail-on", "never"))
    rules = {rule["id"]: rule["defaultConfiguration"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert rules["unknown-name"] == {"level": "error"}

    with (sample / "pyproject.toml").open("a") as file:
        file.write("hisotry = []\n")
    told = pipesight(sample, "check", "typo.py", status=1)
    assert told.count("There is no setting diagnostics.hisotry.") == 1


def test_the_python_api_reads_them(sample: Path, tmp_path: Path) -> None:
    repository = Repository(sample, cache_folder=tmp_path)

    assert [pipeline.name for pipeline in repository.get_pipelines()] == ["training_pipeline", "report_pipeline"]


def test_doctor_says_which_value_came_from_where(sample: Path) -> None:
    file = sample / "pyproject.toml"
    store = json.dumps([str(sample / "history")])
    assert f"· setting history: {store}, from {file}" in pipesight(sample, "doctor")
    assert f"· setting history: --source overrides {file}" in pipesight(sample, "doctor", "--source", "history")

    write(sample, {"pipesight.toml": "hisotry = ['mysql://root:hunter2@host/db']\n[reader]\ntimeout = 3\n"})
    told = pipesight(sample, "doctor", status=1)
    assert f"· setting reader.timeout: 3, from {sample / 'pipesight.toml'}" in told
    assert "✗" in told
    assert "There is no setting hisotry. Did you mean history?" in told
    assert "hunter2" not in told


async def status(client: LanguageClient, expected: int) -> list[Any]:
    """Return the sources of a session, once there are this many."""

    async def sources() -> list[Any]:
        told: Any = await client.workspace_execute_command_async(lsp.ExecuteCommandParams("pipesight.status", [{}]))
        return told["sources"]

    found = await until(sources, lambda found: len(found) == expected)
    assert len(found) == expected
    return found


async def start(client: LanguageClient, folder: Path, **options: Any) -> None:
    params = lsp.InitializeParams(
        capabilities=lsp.ClientCapabilities(),
        root_uri=folder.as_uri(),
        initialization_options={"cacheFolder": str(folder.parent / "index"), **options},
    )
    await client.initialize_session(params)


async def test_an_editor_reads_them_and_follows_the_file(server: LanguageClient, sample: Path) -> None:
    await start(server, sample)
    assert "zenml.db" in (await status(server, 1))[0]["label"]

    file = sample / "pyproject.toml"
    file.write_text("[tool.pipesight]\nhistory = ['nowhere']\n")
    event = lsp.FileEvent(file.as_uri(), lsp.FileChangeType.Changed)
    server.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))
    await status(server, 0)

    given = {"pipesight": {"history": ["history"]}}
    server.workspace_did_change_configuration(lsp.DidChangeConfigurationParams(given))
    await status(server, 1)


@pytest.mark.thorough
async def test_an_editor_that_watches_no_files_follows_the_file_too(server: LanguageClient, sample: Path) -> None:
    (sample / "pyproject.toml").write_text("")
    await start(server, sample)
    await status(server, 0)

    (sample / "pyproject.toml").write_text("[tool.pipesight]\nhistory = ['history']\n")
    await status(server, 1)


@pytest.mark.thorough
async def test_an_editor_says_which_folder_is_not_trusted(server: LanguageClient, sample: Path) -> None:
    await start(server, sample, trusted=False)
    await status(server, 0)


# The schema


def test_the_schema_is_that_of_the_settings() -> None:
    written = json.loads((ROOT / "docs/schemas/pipesight.json").read_text(encoding="utf-8"))

    assert written == schema()  # `python -m pipesight.settings_schema > docs/schemas/pipesight.json` writes it
    jsonschema.Draft7Validator.check_schema(written)


VALID = [
    ({}, True),
    ({"history": ["history"], "diagnostics": {"unknownName": "error"}, "reader": {"timeout": 0.5}}, True),
    ({"hisotry": []}, False),
    ({"hover": {"rows": 0}}, False),
    ({"diagnostics": {"unknownName": "loud"}}, False),
]


@pytest.mark.parametrize(("value", "valid"), VALID)
def test_the_schema_takes_what_the_settings_take(value: Any, valid: bool) -> None:
    assert jsonschema.Draft7Validator(dict(schema())).is_valid(value) == valid


def test_every_default_stands_in_the_schema() -> None:
    def defaults(part: Any) -> Any:
        if "properties" not in part:
            return part["default"]
        return {key: defaults(inner) for key, inner in part["properties"].items()}

    assert Settings.read(defaults(schema())) == (Settings(), [])


def test_every_setting_says_what_it_does() -> None:
    described = re.findall(r'"description": "(.*?)"', json.dumps(schema()))

    assert len(described) > 20
    assert all(re.match(r"[A-Z`].*[.d]", text) for text in described)
