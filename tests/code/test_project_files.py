"""The files of a project that are read. A repository can contain files that never end or never answer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipesight.code.project_files import UnreadableFileError, read_bytes, read_python, source_files
from pipesight.code.workspace import Workspace

STEP = "from zenml import step\n@step\ndef train(): ...\n"


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Return a folder with a link to a device, a named pipe, a broken link, a large file and a good one."""
    (tmp_path / "zero.py").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "gone.py").symlink_to(tmp_path / "nothing")
    (tmp_path / "large.py").write_text("#" * 1_000_001)
    (tmp_path / "good.py").write_text(STEP)
    return tmp_path


def names(root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path, _ in source_files([root])]


def test_only_regular_files_up_to_a_size(hostile: Path) -> None:
    assert names(hostile) == ["good.py"]


@pytest.mark.parametrize("name", ["zero.py", "pipe.py", "gone.py", "large.py"])
def test_others_are_refused(hostile: Path, name: str) -> None:
    with pytest.raises(OSError, match=r"regular|larger|No such file"):
        read_bytes(hostile / name)


def test_the_reason_is_said(hostile: Path) -> None:
    with pytest.raises(UnreadableFileError, match="not a regular file"):
        read_bytes(hostile / "pipe.py")
    with pytest.raises(UnreadableFileError, match="larger than 1 MB"):
        read_bytes(hostile / "large.py")


@pytest.mark.parametrize("module", ["zero", "pipe", "gone", "large"])
def test_an_import_of_one_is_unknown(hostile: Path, module: str) -> None:
    code = f"from zenml.client import Client\nfrom {module} import NAME\nClient().get_pipeline(NAME)\n"
    document = Workspace([hostile]).open(str(hostile / "app.py"), code)

    assert [site.name for site in document.sites] == [None]


def test_folders(tmp_path: Path) -> None:
    for name in ("build", "lib", "dist", "venv", ".hidden", "node_modules", "__pycache__", "pkg.data"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text(STEP)
    (tmp_path / "venv" / "pyvenv.cfg").write_text("")
    (tmp_path / "linked").symlink_to(tmp_path / "lib")
    (tmp_path / "b.ipynb").write_text("{}")
    (tmp_path / "c.txt").write_text("")

    assert names(tmp_path) == ["b.ipynb", "build/a.py", "dist/a.py", "lib/a.py", "pkg.data/a.py"]


def test_roots_that_hold_each_other(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.py").write_text(STEP)

    assert len(list(source_files([tmp_path, tmp_path / "inner"]))) == 1


TEXTS = [
    (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nx = '\u00e9'\n"),
    (b"x = 'caf\xc3\xa9'\r\ny\r", "x = 'caf\u00e9'\ny\n"),
    (b"x = '\xff'\n", "x = '\ufffd'\n"),
    (b"# coding: no-such-code\n", "# coding: no-such-code\n"),
    (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
]


@pytest.mark.parametrize(("content", "text"), TEXTS)
def test_encodings(tmp_path: Path, content: bytes, text: str) -> None:
    (tmp_path / "a.py").write_bytes(content)

    assert read_python(tmp_path / "a.py") == text
