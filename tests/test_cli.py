"""The command line: what a person reads, and what a program parses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipesight.cli.interpreters import interpreter
from pipesight.cli.terminal import bold, dim
from pipesight.demo.sample import unpack_sample
from pipesight.pages.command_error import CommandError

from .command import run
from .examples import mostly_slow

HISTORIES = Path(__file__).parent / "histories"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack_sample(tmp_path_factory.mktemp("cli"))


def pipesight(folder: Path, *arguments: str, status: int = 0, encoding: str = "utf-8", **environment: str) -> str:
    """Run the command. Return its standard output, or its standard error if it fails."""
    own = {"XDG_CACHE_HOME": str(folder / "cache"), "HOME": str(folder / "home")}
    done = run(folder, *arguments, environment={**os.environ, **own, **environment}, encoding=encoding)
    assert done.status == status, done.errors
    assert "Traceback" not in done.errors
    return done.output if status == 0 else done.errors + done.output


def program(
    folder: Path, *arguments: str, encoding: str = "utf-8", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command in its own process."""
    own = {"XDG_CACHE_HOME": str(folder / "cache"), "HOME": str(folder / "home"), "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "pipesight", *arguments]
    own = {**os.environ, **own, **environment}
    return subprocess.run(command, cwd=folder, env=own, capture_output=True, encoding=encoding, check=False)


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_history_rows(sample: Path) -> None:
    rows = objects(pipesight(sample, "history", "--source", "history", "--json"))

    assert {row["pipeline"] for row in rows} == {"training_pipeline", "report_pipeline"}
    assert list(rows[0]) == ["pipeline", "run", "run_status", "step", "entrypoint", "step_status", "output", "uri"]
    failed = next(row for row in rows if row["step"] == "write" and row["run_status"] == "failed")
    assert failed["output"] is None


NARROWED = [
    (["training_pipeline"], 36),
    (["training_pipeline", "first_training"], 9),
    (["training_pipeline", "first_training", "train"], 3),
]


@pytest.mark.parametrize(("names", "count"), NARROWED)
def test_names_narrow_the_rows(sample: Path, names: list[str], count: int) -> None:
    rows = objects(pipesight(sample, "history", *names, "--source", "history", "--json"))

    assert len(rows) == count
    assert all(row["pipeline"] == names[0] for row in rows)


FOR_PEOPLE = [
    ([], ["training_pipeline", "report_pipeline", "4"]),
    (["report_pipeline"], ["broken_report", "✗ failed", "first_report", "✓ completed"]),
    (["report_pipeline", "first_report"], ["load_data", "draw", "scatter", "write"]),
    (["training_pipeline", "first_training", "train"], ["accuracy", "LogisticRegression", "strength=1.0"]),
]


@pytest.mark.parametrize(("names", "words"), FOR_PEOPLE)
def test_history_for_people(sample: Path, names: list[str], words: list[str]) -> None:
    shown = pipesight(sample, "history", *names, "--source", "history")

    assert [word for word in words if word not in shown] == []


def test_the_history_is_found_by_zenml_s_own_rules(sample: Path, tmp_path: Path) -> None:
    shown = pipesight(tmp_path, "history", ZENML_CONFIG_PATH=str(sample / "history" / "config"))

    assert "training_pipeline" in shown


VALUES = [
    (["first_training", "train", "accuracy"], "0.9889"),
    (["first_training", "load_data", "test"], "DataFrame 60 x 5"),
    (["first_training", "evaluate", "confusion"], "int64 array (3, 3)"),
    (["first_training", "train", "model"], "Not loaded: loading a pickle runs its code"),
]


@pytest.mark.parametrize(("path", "value"), mostly_slow(VALUES, quick=VALUES[::3]))
def test_reading_a_value(sample: Path, path: list[str], value: str) -> None:
    assert value in pipesight(sample, "read", "training_pipeline", *path, "--source", "history")


def test_reading_gives_json(sample: Path) -> None:
    arguments = ["read", "training_pipeline", "first_training", "load_data", "test", "--rows", "2"]
    preview = objects(pipesight(sample, *arguments, "--source", "history", "--json"))[0]

    assert preview["kind"] == "table"
    assert len(preview["table"]["rows"]) == 2


WRONG = [
    (["history", "trainin_pipeline"], "Did you mean 'training_pipeline'?"),
    (["history", "training_pipeline", "no_such_run", "--json"], "training_pipeline / no_such_run"),
    (["read", "training_pipeline", "first_training", "train", "acuracy"], "Did you mean 'accuracy'?"),
    (["history", "--source", "nowhere"], "nowhere"),
    (["history", "--source", "mysql://root:hunter2@127.0.0.1:1/zenml"], "127.0.0.1"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG)
def test_what_is_wrong_is_said_with_a_next_step(sample: Path, arguments: list[str], said: str) -> None:
    source = [] if "--source" in arguments else ["--source", "history"]

    message = pipesight(sample, *arguments, *source, status=1)

    assert said in message
    assert "hunter2" not in message


@pytest.mark.thorough
def test_latest_is_the_newest_run(sample: Path) -> None:
    source = ["--source", "history"]
    newest = "training_pipeline-2026_11_23-04_15_32_745695"

    assert newest in pipesight(sample, "history", "training_pipeline", "latest", *source)
    rows = objects(pipesight(sample, "history", "training_pipeline", "latest", *source, "--json"))
    assert {row["run"] for row in rows} == {newest}
    assert "0.9889" in pipesight(sample, "read", "training_pipeline", "latest", "train", "accuracy", *source)
    assert "no pipeline named 'nope'" in pipesight(sample, "history", "nope", "latest", *source, status=1)


USAGE = [
    (["nonsense"], "invalid choice: 'nonsense'"),
    (["read", "training_pipeline"], "the following arguments are required: RUN, STEP, OUTPUT"),
    (["read", "p", "r", "s", "o", "--rows", "0"], "a number from 1 on, not '0'"),
    (["lsp", "--tcp", "2087x"], "HOST:PORT, such as 127.0.0.1:2087, not '2087x'"),
    (["lsp", "--tcp", "localhost:99999"], "HOST:PORT"),
    (["history", "--sorce", "x"], "usage: pipesight history"),
    (["history", "--sorce", "x"], "unknown argument --sorce. Did you mean --source?"),
    ([], "COMMAND ..."),
]


@pytest.mark.parametrize(("arguments", "said"), USAGE)
def test_wrong_usage_is_said_and_has_its_own_status(sample: Path, arguments: list[str], said: str) -> None:
    assert said in pipesight(sample, *arguments, status=2)


def test_a_folder_is_no_file_to_list_sites_of(sample: Path) -> None:
    assert pipesight(sample, "sites", ".", status=1) == "pipesight: .: It is not a regular file.\n"


@pytest.mark.thorough
def test_what_the_machine_refuses_is_said_without_a_traceback(sample: Path) -> None:
    done = program(sample, "lsp", "--log-file", str(sample / "no" / "such.log"))
    assert done.returncode == 1
    message = done.stderr

    assert message.strip() == f"pipesight: {sample / 'no' / 'such.log'}: No such file or directory"


@pytest.mark.parametrize(
    ("encoding", "shown"), [("utf-8", "✓ completed  "), ("ascii", "+ completed  "), ("cp1252", "+ completed  ")]
)
def test_any_encoding_of_the_terminal_will_do(sample: Path, tmp_path: Path, encoding: str, shown: str) -> None:
    arguments = ["report_pipeline", "--source", "history"]

    assert shown in pipesight(sample, "history", *arguments, encoding=encoding)
    assert objects(pipesight(sample, "history", *arguments, "--json", encoding=encoding))
    assert "no store of run history" in pipesight(tmp_path, "doctor", status=1, encoding=encoding)


def test_colors_are_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert bold("a") == "\033[1ma\033[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert bold("a") == "== a"
    assert dim("a") == "a"


class Console:
    """The console functions of Windows. A console that supports ANSI escapes accepts the mode."""

    def __init__(self, *, is_console: bool = True, knows_escapes: bool = True) -> None:
        self.is_console, self.knows_escapes = is_console, knows_escapes
        self.mode = 3

    def GetStdHandle(self, number: int) -> int:  # noqa: N802 - Windows' own name, as are the next
        return 7 if number == -11 else 0

    def GetConsoleMode(self, handle: int, mode: Any) -> bool:  # noqa: N802
        mode._obj.value = self.mode
        return self.is_console and handle == 7

    def SetConsoleMode(self, handle: int, mode: int) -> bool:  # noqa: N802
        self.mode = mode if self.knows_escapes else self.mode
        return self.knows_escapes and handle == 7


CONSOLES = [(Console(), "\033[1ma\033[0m"), (Console(knows_escapes=False), "== a"), (Console(is_console=False), "== a")]


@pytest.mark.parametrize(("console", "shown"), CONSOLES)
def test_a_console_of_windows_is_told_to_take_colors(
    monkeypatch: pytest.MonkeyPatch, console: Console, shown: str
) -> None:
    monkeypatch.setattr("sys.stdout", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("pipesight.cli.terminal._windows_console", lambda: console)
    monkeypatch.setenv("TERM", "")
    monkeypatch.delenv("NO_COLOR", raising=False)

    assert bold("a") == shown
    assert console.mode == (7 if shown.startswith("\033") else 3)


LAUNCHER = """#!/bin/sh
case "$1" in
  -3.12) shift ;;
  -c) ;;
  *) exit 103 ;;
esac
exec {python} "$@"
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the launcher is simulated by a shell script")
@pytest.mark.thorough
def test_the_launcher_of_windows_names_an_interpreter(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    launcher = tmp_path / "py"
    launcher.write_text(LAUNCHER.format(python=sys.executable))
    launcher.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert interpreter("py -3.12") == interpreter("py") == sys.executable
    assert interpreter(sys.executable) == sys.executable
    assert interpreter("") == ""
    with pytest.raises(CommandError, match=r"'py -3\.1' does not start a Python"):
        interpreter("py -3.1")
    with pytest.raises(CommandError, match=r"There is no Python 'nopython'\."):
        interpreter("nopython")
    arguments = ["read", "training_pipeline", "first_training", "train", "accuracy", "--interpreter", "py -3.12"]
    assert "0.9889" in pipesight(sample, *arguments)


def test_sites(sample: Path) -> None:
    sites = objects(pipesight(sample, "sites", "inspect_run.py", "--json"))

    keys = ["file", "cell", "line", "start", "end", "kind", "name", "form", "pipeline", "run", "step"]
    assert all(list(site) == keys for site in sites)
    found = {(site["kind"], site["name"], site["form"]) for site in sites}
    assert {("pipeline", "training_pipeline", "literal"), ("run", "first_training", "literal")} <= found
    assert {("step", "train", "literal"), ("output", "model", "literal"), ("run", None, "index")} <= found
    text = (sample / "inspect_run.py").read_text().splitlines()
    for site in sites:
        if site["form"] == "literal":
            assert text[site["line"] - 1][site["start"] : site["end"]] == site["name"]


def test_cells_of_a_notebook_count_from_1_as_in_check_and_from_0_in_json(sample: Path) -> None:
    cells = ["# Runs", "from zenml.client import Client", "Client().get_pipeline('training_pipeline')"]
    kinds = ["markdown", "code", "code"]
    notebook = {"cells": [{"cell_type": kind, "source": [text]} for kind, text in zip(kinds, cells, strict=True)]}
    (sample / "runs.ipynb").write_text(json.dumps(notebook))

    assert [site["cell"] for site in objects(pipesight(sample, "sites", "runs.ipynb", "--json"))] == [2]
    assert pipesight(sample, "sites", "runs.ipynb").startswith("runs.ipynb[3]:1:24 pipeline training_pipeline")


def test_a_missing_file_does_not_hide_the_others(sample: Path) -> None:
    message = pipesight(sample, "sites", "no_such_file.py", "report.py", "--json", status=1)

    assert "no_such_file.py: No such file" in message
    assert "training_pipeline" in message


def test_doctor_names_a_broken_store_once(sample: Path) -> None:
    (sample / "broken.db").write_text("no database")
    shown = pipesight(sample, "doctor", "--source", "broken.db", status=1)
    assert shown.count("broken.db") == 2  # where it was named, and what is wrong with it


def test_doctor_explains(sample: Path, tmp_path: Path) -> None:
    shown = pipesight(sample, "doctor", "--source", "history")
    assert "SQLite with 2 pipelines and 6 runs" in shown

    message = pipesight(tmp_path, "doctor", status=1)
    assert "no store of run history was found" in message
    assert "pipesight.history" in message


@pytest.mark.thorough
def test_the_tour_shows_the_main_job_on_a_console_of_code_page_1252(tmp_path: Path) -> None:
    folder = str(tmp_path / "Zoë O'Brien's sample")
    shown = pipesight(tmp_path, "demo", "--folder", folder, encoding="cp1252", TERM="xterm")

    for part in (
        "4 runs · last run completed",
        "accuracy: 0.9889",
        'name="train"',
        "From step train, run training_pipeline-2026_11_23-04_15_32_745695",
        "rows 1 to 8 of 60",
        "+ completed",
    ):
        assert part in shown
    assert "\033" not in shown


def test_logs_that_are_gone_are_told_once(sample: Path) -> None:
    told = pipesight(sample, "log", "training_pipeline", "latest", "--source", "history", status=1)

    assert told.count("The log is gone") == 1
    assert "more logs of the run cannot be read." in told


@pytest.mark.thorough
def test_the_reader_of_a_closed_pipe_is_not_shown_a_traceback(sample: Path) -> None:
    command = f"{sys.executable} -m pipesight history --source history --json | head -1"
    done = subprocess.run(command, shell=True, cwd=sample, capture_output=True, text=True, check=False)

    assert done.stderr == ""
    assert done.stdout.count("\n") == 1


# Projects


@pytest.fixture
def record(unpack_history: Callable[[str], Path]) -> Path:
    """Return a history whose projects `default` and `second_project` each have a pipeline `training`."""
    return unpack_history("0.98.0-record")


def training_runs(folder: Path, *arguments: str) -> set[str]:
    return {row["run"] for row in objects(pipesight(folder, "history", "training", "--json", *arguments))}


def test_one_project_is_read(record: Path, tmp_path: Path) -> None:
    source = ["--source", str(record)]
    active, second = training_runs(tmp_path, *source), training_runs(tmp_path, *source, "--project", "second_project")

    assert active
    assert second
    assert not active & second
    shown = pipesight(tmp_path, "history", "training", *source, "--project", "second_project")
    assert next(iter(second)) in shown
    assert "1 run " in shown or f"{len(second)} runs" in shown

    (tmp_path / "pipesight.toml").write_text(f"history = [{str(record)!r}]\nproject = 'second_project'\n")
    assert training_runs(tmp_path) == second
    assert training_runs(tmp_path, "--project", "default") == active
    assert "--project overrides" in pipesight(tmp_path, "doctor", "--project", "default")


@pytest.mark.parametrize("arguments", [["history"], ["history", "--json"], ["history", "training", "latest", "--json"]])
def test_a_project_that_is_not_there(record: Path, tmp_path: Path, arguments: list[str]) -> None:
    source = ["--source", str(record)]

    told = pipesight(tmp_path, *arguments, *source, "--project", "secondproject", status=1)
    assert told == "pipesight: The history has no project named 'secondproject'. Did you mean 'second_project'?\n"
    told = pipesight(tmp_path, *arguments, *source, "--project", "xyz", status=1)
    assert "There are: 'default', 'second_project'." in told
