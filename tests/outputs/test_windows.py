r"""Paths of Windows in artifact URIs: on Windows, on other systems, and in the Windows Subsystem for Linux."""

from __future__ import annotations

import json
import ntpath
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipesight.outputs.reader import folder
from pipesight.outputs.reader.locations import is_windows_path, local_path, scheme_of, wsl_path
from pipesight.outputs.reader.problem import Problem
from tests.outputs.conftest import READER, Artifact, Look

LONG = "a" * 200


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        (r"C:\zenml\artifact", r"C:\zenml\artifact"),
        ("C:/zenml/artifact", r"C:\zenml\artifact"),
        (r"C:\zenml/artifact\x", r"C:\zenml\artifact\x"),
        ("file:///C:/zenml/a%20b", r"C:\zenml\a b"),
        ("file:///c%3A/zenml", r"c:\zenml"),
        ("file:C:/zenml", r"C:\zenml"),
        ("file://C:/zenml", r"C:\zenml"),
        (r"file:///C:\zenml\x", r"C:\zenml\x"),
        ("file://localhost/C:/zenml", r"C:\zenml"),
        (r"\\server\share\zenml", r"\\server\share\zenml"),
        ("file://server/share/zenml", r"\\server\share\zenml"),
        (rf"C:\{LONG}", rf"\\?\C:\{LONG}"),
        (rf"C:/{LONG}/../b/{LONG}", rf"\\?\C:\b\{LONG}"),
        (rf"\\server\share\{LONG}", rf"\\?\UNC\server\share\{LONG}"),
        (rf"\\?\C:\{LONG}", rf"\\?\C:\{LONG}"),
        ("/mnt/c/Users/me/zenml", r"c:\Users\me\zenml"),  # recorded in the Subsystem for Linux
        ("file:///mnt/c/Users/me/zenml", r"c:\Users\me\zenml"),
        ("/c/Users/me/zenml", r"c:\Users\me\zenml"),  # recorded in Git Bash
    ],
)
def test_a_uri_on_windows(uri: str, path: str):
    assert local_path(uri, windows=True) == path


@pytest.mark.parametrize(
    ("uri", "scheme"), [(r"C:\x", ""), ("c:/x", ""), ("/x", ""), ("S3://b/k", "s3"), ("file:///c:/x", "file"), ("", "")]
)
def test_a_drive_is_no_scheme(uri: str, scheme: str):
    assert scheme_of(uri) == scheme


@pytest.mark.parametrize("uri", [r"C:\zenml", "file:///C:/zenml", "file:///c%3A/zenml", r"\\server\share\x"])
def test_elsewhere_it_is_said_whose_path_it_is(look: Look, uri: str):
    preview = look(uri)
    assert "lies on a Windows drive: " in preview.summary
    assert "recorded on a Windows machine" in (preview.advice or "")


def test_the_subsystem_for_linux_reads_from_the_mounted_drive(
    look: Look, artifact: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert wsl_path(r"C:\Users\me\zenml") == "/mnt/c/Users/me/zenml"
    assert wsl_path(r"\\?\C:\Users\me\zenml") == "/mnt/c/Users/me/zenml"
    assert wsl_path(r"\\wsl$\Ubuntu\home\me") == wsl_path(r"\\?\UNC\wsl.localhost\Ubuntu\home\me") == "/home/me"
    assert wsl_path(r"\\server\share") is None
    written = artifact({"data.json": "7"})
    (tmp_path / "d").mkdir()
    written.rename(tmp_path / "d" / "artifact")
    monkeypatch.setattr(folder, "wsl_path", lambda path: wsl_path(path, str(tmp_path)))
    assert look(r"D:\artifact").summary == "7"
    assert look("file:///d%3A/artifact").summary == "7"


def test_a_link_out_of_the_artifact_is_found_whatever_the_case_of_its_path(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os.path, "realpath", lambda path: path)
    monkeypatch.setattr(os.path, "normcase", ntpath.normcase)
    monkeypatch.setattr(os.path, "join", ntpath.join)
    folder._refuse_way_out(r"C:\ZenML\artifact", r"c:\zenml\Artifact\data.json")
    with pytest.raises(Problem, match="leads out"):
        folder._refuse_way_out(r"C:\zenml\artifact", r"C:\zenml\artifact-2\data.json")


def test_which_paths_are_of_windows():
    assert [is_windows_path(path) for path in (r"C:\x", "c:/x", r"\\s\x", "/x", "x", "C:x")] == [True] * 3 + [False] * 3


def test_the_reader_needs_nothing_that_windows_lacks(artifact: Artifact):
    uri = artifact({"df.csv": "a,b\n1,2\n"})
    code = (
        "import os, shutil, sys\n"  # shutil of Python 3.14 imports posix where there is one
        "for name in ('fork', 'forkpty', 'getuid', 'geteuid', 'sysconf', 'killpg', 'mkfifo'): delattr(os, name)\n"
        "for name in ('resource', 'fcntl', 'pwd', 'grp', 'termios', 'posix'): sys.modules[name] = None\n"
        f"sys.argv = ['reader', '2000000000', '5']; sys.path.insert(0, {str(READER.parent)!r})\n"
        "from reader import serve; sys.exit(serve.main())"
    )
    request = json.dumps({"id": 1, "uri": str(uri)}).encode() + b"\r\n"
    done = subprocess.run([sys.executable, "-c", code], input=request, capture_output=True, timeout=60, check=True)
    assert b'"CSV table 1 x 2"' in done.stdout.splitlines()[1]
