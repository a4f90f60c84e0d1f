r"""The differences of Windows and macOS, simulated on Linux: paths, code pages, closed pipes, locks, interpreters."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import subprocess
import sys
from datetime import datetime, tzinfo
from pathlib import Path
from types import SimpleNamespace

import pytest
from lsprotocol import types as lsp

from pipesight.cli import main as command
from pipesight.cli.interpreters import interpreter
from pipesight.code.files import read_file
from pipesight.code.project_files import source_files
from pipesight.code.workspace import Workspace
from pipesight.demo.sample import unpack_sample
from pipesight.history.addresses import local_path, sqlite_url
from pipesight.history.model import Output
from pipesight.history.sources.failures import failure_of, is_of_library
from pipesight.history.sources.relocation import moved_below, relocator
from pipesight.history.sources.sqlite import opened_file
from pipesight.history.sources.zenml_sql import _local_microseconds
from pipesight.lsp import connection
from pipesight.lsp.stores import Finder, Wanted
from pipesight.outputs.loader_process import loader_environment
from pipesight.outputs.preview import Window
from pipesight.outputs.process import ReaderProcess, reader_environment
from pipesight.outputs.whole_file import written_whole
from pipesight.pages.contract.read_argument import ReadArgument
from pipesight.pages.show import _file_name
from pipesight.project_settings import project_settings
from pipesight.workspace.documents import Documents, Encoding
from pipesight.workspace.file_uris import to_path
from pipesight.workspace.installed import has_environment, installed_release
from tests.examples import mostly_slow

from .command import Printed, run

READS = "from zenml.client import Client\nClient().get_pipeline_run('first').steps['train']\n"


# Paths


@pytest.mark.parametrize(
    ("text", "platform", "path"),
    [
        (r"\\?\C:\data\zenml.db", "linux", "/mnt/c/data/zenml.db"),
        (r"\\?\UNC\server\share\zenml.db", "linux", "//server/share/zenml.db"),
        (r"\\?\unc\wsl$\Ubuntu\home\me\zenml.db", "linux", "/home/me/zenml.db"),
        ("C:/data/zenml.db", "linux", "/mnt/c/data/zenml.db"),
        ("/c/data/zenml.db", "linux", "/c/data/zenml.db"),
        ("/c/data/zenml.db", "win32", "c:/data/zenml.db"),  # as Git Bash writes it
        ("/mnt/c/data/zenml.db", "win32", "c:/data/zenml.db"),
        ("/command/zenml.db", "win32", "/command/zenml.db"),
        ("/C:/data/zenml.db", "win32", r"C:\data\zenml.db"),
    ],
)
def test_a_store_named_by_a_path_of_windows(text: str, platform: str, path: str) -> None:
    assert local_path(text, platform) == Path(path)


def test_a_store_on_a_share_is_no_host_of_a_url(tmp_path: Path) -> None:
    sample = unpack_sample(tmp_path / "a b#%?")
    database = next(sample.rglob("zenml.db"))

    with opened_file(Path(f"/{database}")) as store:  # two slashes, as before the name of a server
        assert store.exec_driver_sql("SELECT count(*) FROM pipeline_run").scalar()
    assert sqlite_url("//server/a.db") == "file:%2F%2Fserver%2Fa.db"


@pytest.mark.parametrize("place", ["~/store/zenml.db", "{home}/store/zenml.db"])
def test_a_place_that_is_no_relative_path_is_meant_by_every_folder(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("one", "two", "store"):
        (tmp_path / name).mkdir()
    (tmp_path / "store/zenml.db").write_bytes(b"x")
    named = (place.format(home=tmp_path),)

    stores = Finder().find([Wanted(tmp_path / name, named) for name in ("one", "two")], ask=False)

    found = [[source.label for source in sources] for sources in stores.of_folder.values()]
    assert found == [[str(tmp_path / "store/zenml.db")]] * 2


def test_a_project_names_a_store_on_a_drive(tmp_path: Path) -> None:
    named = [r"C:\Users\me\zenml.db", r"\\wsl$\Ubuntu\home\me\zenml.db", "C:/zenml.db"]
    text = f"history = {json.dumps(named)}\r\n"  # strings of JSON are strings of TOML
    (tmp_path / "pipesight.toml").write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert project_settings(tmp_path).settings.history == tuple(named)


def test_a_folder_of_the_same_name_above_hides_no_moved_store(tmp_path: Path) -> None:
    home = tmp_path / "zenml"
    (home / "local_stores/default_zen_store").mkdir(parents=True)
    database = home / "local_stores/default_zen_store/zenml.db"
    database.touch()
    artifact = home / "local_stores/abc/train/model/1"
    artifact.mkdir(parents=True)
    recorded = (
        r"C:\local_stores\zenml\AppData\Roaming\zenml\local_stores\abc\train\model\1",
        r"\\?\C:\Users\zenml\AppData\Roaming\zenml\local_stores\abc\train\model\1",
        "/home/zenml/.config/zenml/local_stores/abc/train/model/1",
    )

    assert [relocator(database)(uri) for uri in recorded] == [str(artifact)] * 3
    assert moved_below(home / "local_stores", ("local_stores", "x", "local_stores", "abc")) == artifact.parents[2]
    assert moved_below(home, ("other", "abc")) is None


@pytest.mark.parametrize("gone", ["/gone/local_stores", "/gone/local_stores/", "/gone/zenml/local_stores/"])
def test_a_home_that_is_gone_is_no_artifact_of_the_one_here(tmp_path: Path, gone: str) -> None:
    (tmp_path / "local_stores/default_zen_store").mkdir(parents=True)

    assert relocator(tmp_path / "local_stores/default_zen_store/zenml.db")(gone) == gone


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///c%3A/proj/a%20b.py", r"c:\proj\a b.py"),
        ("file:///C:/proj/a%20b.py", r"c:\proj\a b.py"),
        ("file:///C%3a/proj/a%20b.py", r"c:\proj\a b.py"),
        ("file://server/share/a.py", "//server/share/a.py"),
        ("file://wsl.localhost/Ubuntu/home/me/a.py", "//wsl.localhost/Ubuntu/home/me/a.py"),
    ],
)
def test_a_document_has_one_path_however_its_address_is_written(uri: str, path: str) -> None:
    assert to_path(uri) == path


def test_a_document_of_windows_is_edited_at_its_positions() -> None:
    documents = Documents(Encoding(), Workspace())
    uri = "file:///c%3A/proj/a.py"
    documents.open(lsp.TextDocumentItem(uri, "python", 1, READS.replace("\n", "\r\n")))
    insert = lsp.Range(lsp.Position(1, 0), lsp.Position(1, 0))
    documents.change(uri, [lsp.TextDocumentContentChangePartial(range=insert, text="# 😀\r\n")], 2)

    view = documents.view(uri)

    assert view is not None
    ranges = {site.name: view.range(site.span) for site in view.document.sites}
    assert (ranges["first"].start.line, ranges["first"].start.character) == (2, READS.splitlines()[1].index("first"))
    assert (ranges["train"].start.line, ranges["train"].end.character) == (2, READS.splitlines()[1].index("train") + 5)


# Files as Windows' programs write them


@pytest.mark.parametrize("name", ["a.py", "a.ipynb", "a.md"])
def test_a_mark_at_the_beginning_and_windows_line_ends(name: str, tmp_path: Path) -> None:
    cell = {"cell_type": "code", "source": READS.replace("\n", "\r\n").splitlines(keepends=True)}
    texts = {
        "a.py": READS,
        "a.ipynb": json.dumps({"cells": [cell]}, indent=1),
        "a.md": f"```python\n{READS}```\n",
    }
    (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + texts[name].replace("\n", "\r\n").encode())

    (document,) = read_file(tmp_path / name)

    assert [site.name for site in document.sites] == ["first", "train"]


def test_an_environment_of_conda_is_not_read(tmp_path: Path) -> None:
    for name in ("env/Lib", "env/conda-meta", "src"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "a.py").touch()

    assert [path.relative_to(tmp_path).as_posix() for path, _ in source_files([tmp_path])] == ["src/a.py"]
    assert has_environment(tmp_path)


class Early(datetime):
    """A time before 1970, which Windows does not convert between time zones."""

    def astimezone(self, tz: tzinfo | None = None) -> Early:
        raise OSError(errno.EINVAL, "Invalid argument")


def test_a_time_without_a_time_zone_is_left_out() -> None:
    assert _local_microseconds(Early(1960, 1, 1)) is None
    assert _local_microseconds("2026-01-01 00:00:00") is not None


# Interpreters


@pytest.mark.parametrize("folder", ["Scripts", "scripts", ""])
def test_the_release_that_an_interpreter_of_windows_has(folder: str, tmp_path: Path) -> None:
    metadata = tmp_path / "Lib/site-packages/zenml-0.98.0.dist-info/METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text("Name: zenml\nVersion: 0.98.0\n")
    python = tmp_path / folder / "python.exe"
    python.parent.mkdir(exist_ok=True)
    python.touch()

    assert installed_release(str(python), environment={}) == (0, 98, 0)


def test_libraries_of_conda_are_found_without_its_activation(tmp_path: Path) -> None:
    (tmp_path / "conda-meta").mkdir()
    python = str(tmp_path / "python.exe")

    for environment in (reader_environment, loader_environment):
        path = environment({"Path": "x", "PATH": "C:\\Windows"}, python, windows=True)["PATH"].split(";")
        assert (path[0], path[-1]) == (str(tmp_path), "C:\\Windows")
        assert str(tmp_path / "Library/bin") in path
        assert environment({"PATH": "/bin"}, python, windows=False)["PATH"] == "/bin"
        assert environment({"PATH": "/bin"}, "C:\\python.exe", windows=True)["PATH"] == "/bin"


@pytest.mark.skipif(sys.platform == "win32", reason="the launcher is simulated by a shell script")
def test_the_launcher_answers_whatever_the_code_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "Jürgen 模型" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    launcher = tmp_path / "py"
    launcher.write_text(f'#!/bin/sh\nexec "{python}" "$@"\n')
    launcher.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252:replace")

    assert interpreter("py") == str(python)


# Recorded tracebacks


@pytest.mark.parametrize(
    ("file", "is_library"),
    [
        (r"C:\proj\steps.py", False),
        (r"C:\proj\lib\steps.py", False),
        (r"D:\my-python\lib\steps.py", False),
        (r"C:\proj\.venv\Lib\site-packages\zenml\client.py", True),
        (r"C:\Program Files\Python312\Lib\runpy.py", True),
        (r"C:\Python39-32\lib\runpy.py", True),
        (r"C:\Users\me\miniconda3\envs\ml\lib\json\decoder.py", True),
        (r"C:\Users\me\Anaconda3\Lib\json\decoder.py", True),
        (r"C:\Users\me\.pyenv\pyenv-win\versions\3.11.4\Lib\runpy.py", True),
        (r"C:\Users\me\AppData\Roaming\uv\python\cpython-3.12.1-windows-x86_64-none\Lib\runpy.py", True),
        (r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.11_3.11_x64__q\Lib\runpy.py", True),
        ("/Users/me/lib/steps.py", False),
        ("/opt/homebrew/Cellar/python@3.12/3.12.1/lib/python3.12/runpy.py", True),
    ],
)
def test_which_frames_are_of_a_library(file: str, is_library: bool) -> None:
    assert is_of_library(file) is is_library


def test_the_failure_of_a_run_on_windows_is_in_the_users_code() -> None:
    frames = [
        (r"C:\Program Files\Python312\Lib\runpy.py", 3, "run"),
        (r"C:\proj\steps.py", 7, "fit"),
        (r"C:\Program Files\Python312\Lib\json\decoder.py", 9, "decode"),
    ]
    text = "".join(f'  File "{file}", line {line}, in {name}\n    x()\n' for file, line, name in frames)

    failure = failure_of({"traceback": f"{text}ValueError: no\n".replace("\n", "\r\n")})

    assert failure is not None
    assert (failure.file, failure.line, failure.message) == (r"C:\proj\steps.py", 7, "no")


# What the command line prints


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sample project with code that has characters of no code page."""
    folder = unpack_sample(tmp_path_factory.mktemp("platforms"))
    (folder / "unknown.py").write_text(
        f"{READS}Client().get_pipeline('模型 😀 \u0394')\n", encoding="utf-8", newline="\r\n"
    )
    return folder


def printed(sample: Path, encoding: str, *arguments: str) -> Printed:
    own = {"XDG_CACHE_HOME": str(sample / "cache"), "HOME": str(sample / "home")}
    return run(sample, *arguments, environment={**os.environ, **own}, encoding=encoding)


TRAINING = "training_pipeline"
COMMANDS = [
    (0, ["history"]),
    (0, ["history", TRAINING]),
    (0, ["runs", TRAINING]),
    (0, ["runs", TRAINING, "--plot"]),
    (0, ["compare", TRAINING, "first_training", "latest"]),
    (0, ["blame", TRAINING, "accuracy"]),
    (1, ["log", TRAINING, "latest"]),
    (0, ["read", TRAINING, "first_training", "train", "accuracy"]),
    (0, ["sites", "unknown.py"]),
    (1, ["check", "unknown.py", "--fail-on", "hint"]),
    (0, ["doctor"]),
    (1, ["history", "模型 😀"]),
    (1, ["read", TRAINING, "模型 😀", "train", "accuracy"]),
    (1, ["sites", "模型.py"]),
    (2, ["check", "模型.py"]),
    (2, ["runs", "模型", "--limit", "模型"]),
    (0, ["--help"]),
    (1, ["history", "--source", "模型://😀"]),
]


@pytest.mark.parametrize("encoding", mostly_slow(["cp1252", "cp437", "ascii"], quick=["ascii"]))
@pytest.mark.parametrize(("status", "arguments"), mostly_slow(COMMANDS, quick=COMMANDS[::3]), ids=str)
def test_every_command_prints_on_every_console(status: int, arguments: list[str], encoding: str, sample: Path) -> None:
    done = printed(sample, encoding, *arguments)

    assert done.status == status, done.errors
    assert "Traceback" not in done.errors
    assert "Error:" not in done.errors.replace("error:", "")
    assert done.output or done.errors


@pytest.mark.parametrize("arguments", [("sites", "unknown.py", "--json"), ("check", "unknown.py", "--format", "sarif")])
def test_json_says_the_same_on_every_console(arguments: tuple[str, ...], sample: Path) -> None:
    one, other = (printed(sample, encoding, *arguments).output for encoding in ("cp1252", "utf-8"))

    assert one.isascii()
    assert [json.loads(part) for part in _objects(one)] == [json.loads(part) for part in _objects(other)]
    assert "模型 😀 \u0394" in other


def _objects(text: str) -> list[str]:
    return [text] if text.startswith("{\n") else text.splitlines()


@pytest.mark.parametrize(("platform", "number"), [("win32", errno.EINVAL), ("linux", errno.EPIPE)])
def test_a_closed_pipe_is_no_fault(
    platform: str, number: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr(command, "prepare", lambda: None)
    ended = SimpleNamespace(flush=_raises(OSError(number, os.strerror(number))), write=len, fileno=lambda: os.dup(1))
    monkeypatch.setattr("sys.stdout", ended)

    assert command.main(["sites", __file__]) == 0
    assert capfd.readouterr().err == ""


def _raises(error: OSError) -> object:
    def flush() -> None:
        raise error

    return flush


# Files that are open elsewhere, and names that are taken


def test_a_file_that_another_program_has_open_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def replace(part: Path, path: Path) -> None:
        raise PermissionError(13, "The process cannot access the file", str(part), 32, str(path))

    monkeypatch.setattr(Path, "replace", replace)
    path = tmp_path / "rows.csv"
    path.write_text("old")

    with (
        pytest.raises(PermissionError, match="Another program may have it open") as caught,
        written_whole(path) as part,
    ):
        part.write_text("new")

    assert caught.value.filename == str(path)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("rows.csv", "old")]


@pytest.mark.parametrize(
    ("pipeline", "name"),
    [("con", "_con"), ("NUL", "_NUL"), ("lpt1.x", "_lpt1.x"), ("console", "console"), ("a:b*c?.", "a_b_c_.")],
)
def test_no_page_has_a_name_that_windows_keeps(pipeline: str, name: str) -> None:
    assert _file_name(ReadArgument(pipeline=pipeline).path) == name


# Processes


@pytest.mark.parametrize(
    ("handle", "error", "waited", "is_running"),
    [(7, 0, 0x102, True), (7, 0, 0, False), (0, 87, 0, False), (0, 5, 0, True)],
    ids=["runs", "ended", "unknown", "of another user"],
)
def test_a_process_of_windows(
    handle: int, error: int, waited: int, is_running: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = SimpleNamespace(
        OpenProcess=lambda _access, _inherit, _id: handle,
        WaitForSingleObject=lambda _handle, _time: waited,
        CloseHandle=lambda _handle: 1,
    )
    monkeypatch.setattr(ctypes, "WinDLL", lambda _name, use_last_error: kernel, raising=False)
    monkeypatch.setattr(ctypes, "get_last_error", lambda: error, raising=False)
    monkeypatch.setattr("sys.platform", "win32")

    assert connection.is_running(1234) is is_running


def test_the_reader_opens_no_console(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []

    def popen(command: list[str], **options: object) -> None:
        asked.append({"program": command[0], **options})
        raise OSError

    monkeypatch.setattr(subprocess, "CREATE_NO_WINDOW", 0x08000000, raising=False)
    monkeypatch.setattr(subprocess, "Popen", popen)
    reader = ReaderProcess("C:\\Program Files\\Python\\python.exe", timeout=1, memory_limit=0)
    preview, _ = reader.ask(Output("1", "1", "model", "store", "C:\\zenml\\model"), Window())

    assert preview.kind == "problem"
    assert asked[0]["program"] == "C:\\Program Files\\Python\\python.exe"
    assert [each["creationflags"] for each in asked] == [0x08000000] * len(asked)
    assert not any(each.get("shell") for each in asked)
