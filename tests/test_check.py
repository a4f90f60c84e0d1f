"""`pipesight check`: what is printed, in each format, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipesight.cli import main
from pipesight.demo.sample import unpack_sample

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
    """The sample project with a file and a notebook that have something wrong."""
    folder = unpack_sample(tmp_path_factory.mktemp("checked project"))
    (folder / "wrong").mkdir()
    (folder / "wrong" / "a file.py").write_text(WRONG, encoding="utf-8")
    (folder / "wrong" / "notebook.ipynb").write_text(json.dumps(NOTEBOOK))
    return folder


@pytest.fixture
def run(project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Run in the project, with a cache of the tests' own."""
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
def test_clean_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("report.py", "inspect_run.py", "pipelines.py") == 0
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(("limit", "status"), [("error", 0), ("warning", 1), ("hint", 1), ("never", 0)])
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


@pytest.mark.usefixtures("run")
def test_sarif(capsys: pytest.CaptureFixture[str]) -> None:
    check("wrong", "--format", "sarif")

    log = json.loads(capsys.readouterr().out)
    assert log["version"] == "2.1.0"
    (only,) = log["runs"]
    rules = [rule["id"] for rule in only["tool"]["driver"]["rules"]]
    for result in only["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
    file = only["results"][0]["locations"][0]["physicalLocation"]
    assert file["artifactLocation"]["uri"] == "wrong/a%20file.py"
    assert file["region"] == {"startLine": 3, "startColumn": 12, "endLine": 3, "endColumn": 17}
    assert "(cell 3, line 2)" in only["results"][-1]["message"]["text"]


@pytest.mark.usefixtures("run")
def test_sarif_without_problems_is_still_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    assert check("report.py", "--format", "sarif") == 0
    assert json.loads(capsys.readouterr().out)["runs"][0]["results"] == []


@pytest.mark.usefixtures("run")
def test_what_cannot_be_checked(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    (project / "broken.ipynb").write_text("{")

    assert check("nowhere.py") == 2
    assert "There is no nowhere.py." in capsys.readouterr().err
    assert check("broken.ipynb") == 2
    assert "not a notebook" in capsys.readouterr().err


def test_without_a_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZENML_CONFIG_PATH", str(tmp_path / "nothing"))
    (tmp_path / "a.py").write_text(WRONG, encoding="utf-8")

    assert main(["check", "a.py"]) == 2
    assert "pipesight doctor" in capsys.readouterr().err
