"""Libraries get a file only in safe releases, and only in ways that run no code from the file."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import PIL
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from pipesight.outputs.reader.libraries import LibraryError, library
from tests.outputs.conftest import READER, Artifact, Look, ask_python

ROOT = Path(__file__).parents[2]
OLD_PYARROW = ROOT / ".venvs" / "pyarrow-13" / "bin" / "python"  # `make .venvs/pyarrow-13/.installed`

NESTED = {"flat": [1, 2], "list": [[1, 2], None]}


@pytest.mark.parametrize(
    ("module", "name", "version", "safe"),
    [
        (pa, "pyarrow.parquet", "14.0.1", True),
        (pa, "pyarrow.parquet", "14.0.0", False),
        (pa, "pyarrow.parquet", "13.0.0", False),
        (pa, "pyarrow.parquet", "14.0.1.dev3", False),
        (pa, "pyarrow.parquet", "15.0.0rc1", True),
        (pa, "pyarrow.parquet", "24", True),
        (pa, "pyarrow.parquet", "unknown", False),
        (PIL, "PIL.Image", "10.0.1", True),
        (PIL, "PIL.Image", "10.0.0", False),
        (PIL, "PIL.Image", "9.5.0.post1", False),
    ],
)
def test_which_releases_are_used(monkeypatch: pytest.MonkeyPatch, module: object, name: str, version: str, safe: bool):
    monkeypatch.setattr(module, "__version__", version)
    if safe:
        assert library(name).__name__ == name
    else:
        with pytest.raises(LibraryError, match=f"{re.escape(version)} is not used, because .*CVE"):
            library(name)


def test_a_nested_table_without_a_safe_pyarrow_shows_its_flat_columns(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    pq.write_table(pa.table(NESTED), tmp_path / "dataframe.parquet")
    monkeypatch.setattr(pa, "__version__", "13.0.0")
    monkeypatch.setattr(pq, "ParquetFile", None)  # calling it would fail
    preview = look(tmp_path)
    assert preview.table is not None
    assert preview.table.rows == ((1, "…"), (2, "…"))
    assert preview.text == (
        "Without pyarrow, only a part of it can be shown: its column 'list' is nested (list). "
        "pyarrow 13.0.0 is not used, because it can run code that a Parquet or Arrow file carries (CVE-2023-47248)."
    )
    assert preview.advice == f"Update it: {sys.executable} -m pip install 'pyarrow>=14.0.1'"


def test_a_picture_without_a_safe_pillow_says_what_to_update(
    look: Look, artifact: Artifact, monkeypatch: pytest.MonkeyPatch
):
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "TIFF")
    monkeypatch.setattr(PIL, "__version__", "9.5.0")
    preview = look(artifact({"image_file.TIFF": out.getvalue()}))
    assert preview.image is not None
    assert preview.image.data == ""
    assert "pillow 9.5.0 is not used" in (preview.text or "")
    assert "pillow>=10.0.1" in (preview.advice or "")


def test_a_broken_library_is_called_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "broken_library.py").write_text("raise RuntimeError('no wheel for this system')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(LibraryError, match=r"cannot be imported \(RuntimeError: no wheel.*pip install --force-reinst"):
        library("broken_library")


@cache
def trees() -> dict[str, ast.Module]:
    """Return the syntax tree of each module of the reader by its path."""
    return {
        path.relative_to(READER).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(READER.rglob("*.py"))
    }


def test_libraries_are_imported_in_one_place():
    """No other module of the reader can pass a file to a library without a check of its rule."""
    for file, tree in trees().items():
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            assert {name.partition(".")[0] for name in names} <= set(sys.stdlib_module_names), file
            if "importlib" in names:
                assert file in ("libraries.py", "load.py", "formats.py", "__main__.py"), file


def test_no_zip_is_strict():
    """The keyword is new in Python 3.10, and older releases fail at such a call."""
    for file, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "zip":
                assert not node.keywords, f"{file}:{node.lineno}"


def test_protocols_are_imported_for_the_type_checker_alone():
    found: set[str] = set()
    for file, tree in trees().items():
        checked = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
        hidden = {id(node) for block in checked for node in ast.walk(block)}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "protocols" and id(node) not in hidden:
                found.add(file)
    assert found == set()  # `Protocol` came with Python 3.8, and the reader runs on 3.7


def test_every_library_stands_in_the_security_page():
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    source = "".join(path.read_text(encoding="utf-8") for path in READER.glob("*.py") if path.name != "load.py")
    asked = set(re.findall(r"""library\("(\w+)""", source)) | {"zstandard"}
    names = {"PIL": "Pillow"}
    assert {"pyarrow", "PIL", "fsspec"} <= asked
    assert not [name for name in asked if f"| {names.get(name, name)} " not in page]


@pytest.mark.parametrize(
    "stored", [b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"\xc5\xd0\xd3\xc6" + b"\0" * 40]
)
def test_a_postscript_picture_is_named_and_starts_no_ghostscript(
    look: Look, artifact: Artifact, monkeypatch: pytest.MonkeyPatch, stored: bytes
):
    def started(*_: object, **__: object) -> None:
        raise AssertionError("a program was started")

    monkeypatch.setattr(subprocess, "Popen", started)
    preview = look(artifact({"image_file.EPS": stored}))
    assert preview.summary.startswith("PostScript drawing, ")
    assert "Open it with a viewer" in (preview.advice or "")


HARMFUL = """
import os, sys
import pyarrow as pa, pyarrow.parquet as pq
class Harm(pa.PyExtensionType):
    def __init__(self):
        pa.PyExtensionType.__init__(self, pa.int64())
    def __reduce__(self):
        return os.mkdir, (sys.argv[2],)
harmful = pa.ExtensionArray.from_storage(Harm(), pa.array([1, 2]))
pq.write_table(pa.table({"harmful": harmful, "list": [[1], [2]]}), sys.argv[1])
"""


@pytest.mark.slow
@pytest.mark.skipif(not OLD_PYARROW.exists(), reason="pyarrow 13 runs on Python 3.8 to 3.11 alone")
def test_an_installed_old_pyarrow_is_handed_no_file(tmp_path: Path):
    """CVE-2023-47248 with the real pyarrow 13: it unpickles an extension type of a Parquet file's schema."""
    file, mark = tmp_path / "df.parquet.gzip", tmp_path / "mark"
    subprocess.run([OLD_PYARROW, "-c", HARMFUL, file, mark], check=True)
    preview = ask_python(file, OLD_PYARROW)
    assert not mark.exists()
    assert preview.table is not None
    assert preview.table.rows == ((1, "…"), (2, "…"))
    assert "pyarrow 13.0.0 is not used" in (preview.text or "")
    subprocess.run([OLD_PYARROW, "-c", f"import pyarrow.parquet as p; p.ParquetFile({str(file)!r}).schema_arrow"])
    assert mark.exists(), "such a file does harm when that pyarrow opens it"
