"""The wheel and the source distribution: their files, their sizes, and equal bytes in two builds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # not because it is: what is packed is the same for every Python

ROOT = Path(__file__).parents[1]
SOURCES = ["server", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", ".gitignore"]

# The largest size of a download in bytes. The wheel is about 0.92 MB, the source distribution 0.73 MB.
BUDGET = 1_000_000

# The metadata files of a wheel.
ABOUT = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}


def tracked(folder: str) -> set[str]:
    """Return the files of a folder that git tracks, by relative path."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT / folder, capture_output=True, text=True, check=True)
    return set(listed.stdout.strip("\0").split("\0"))


def build(sources: Path, **environment: str) -> dict[str, Path]:
    """Return a function that builds both files from a folder of sources, and returns them by file name ending."""
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(sources / "made")]
    subprocess.run(command, cwd=sources, env=os.environ | environment, capture_output=True, check=True)
    return {path.suffix: path for path in (sources / "made").iterdir()}


def copy_sources(folder: Path, mode: int) -> Path:
    """Return a function that copies the sources to a checkout with other times and modes of files."""
    for name in SOURCES:
        source, target = ROOT / name, folder / name
        if source.is_dir():
            # Other tests may be compiling the sources meanwhile.
            compiled = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, target, ignore=compiled, copy_function=shutil.copyfile)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(mode)
    return folder


def test_a_copy_of_the_sources_has_no_compiled_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "root"
    for name in ("server/names.py", "server/__pycache__/names.cpython-311.pyc"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    monkeypatch.setitem(globals(), "ROOT", root)
    monkeypatch.setitem(globals(), "SOURCES", ["server"])

    copied = copy_sources(tmp_path / "copy", 0o644)

    assert [path.name for path in copied.rglob("*") if path.is_file()] == ["names.py"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return build(copy_sources(tmp_path_factory.mktemp("sources"), 0o644))


def test_the_wheel_carries_the_package_and_nothing_else(built: dict[str, Path]) -> None:
    with zipfile.ZipFile(built[".whl"]) as wheel:
        names = wheel.namelist()
    package = {name.removeprefix("pipesight/") for name in names if name.startswith("pipesight/")}
    about = {name.split("/", 1)[1] for name in names if ".dist-info/" in name}

    assert package == tracked("server/pipesight")
    assert about == ABOUT
    assert len(names) == len(package) + len(about)


def test_the_source_distribution_carries_what_the_wheel_is_made_of(built: dict[str, Path]) -> None:
    with tarfile.open(built[".gz"]) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}

    server = {f"server/{name}" for name in tracked("server")}
    assert names == server | {*SOURCES, "PKG-INFO"} - {"server"}


@pytest.mark.parametrize("suffix", [".whl", ".gz"])
def test_a_download_is_small(built: dict[str, Path], suffix: str) -> None:
    assert built[suffix].stat().st_size < BUDGET


def test_the_same_sources_at_the_same_date_give_the_same_bytes(tmp_path: Path) -> None:
    one = build(copy_sources(tmp_path / "one", 0o644), SOURCE_DATE_EPOCH="1700000000", TZ="Asia/Tokyo")
    other = build(copy_sources(tmp_path / "an other", 0o600), SOURCE_DATE_EPOCH="1700000000", TZ="America/Lima")

    assert {end: path.name for end, path in one.items()} == {end: path.name for end, path in other.items()}
    for end in one:
        assert one[end].read_bytes() == other[end].read_bytes(), end


def test_the_source_distribution_gives_the_same_wheel(built: dict[str, Path], tmp_path: Path) -> None:
    with tarfile.open(built[".gz"]) as archive:
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # new in Python 3.11.4
        archive.extractall(tmp_path, **safely)  # pyright: ignore[reportArgumentType]
    (sources,) = tmp_path.iterdir()

    assert build(sources)[".whl"].read_bytes() == built[".whl"].read_bytes()


def test_the_wheel_does_the_main_job(built: dict[str, Path], tmp_path: Path) -> None:
    with zipfile.ZipFile(built[".whl"]) as wheel:
        wheel.extractall(tmp_path / "site")
    code = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); import pipesight.cli.main as cli; "
        "assert cli.__file__.startswith(sys.path[0]), cli.__file__; sys.exit(cli.main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "site"), "demo", "--folder", str(tmp_path / "sample")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)

    assert done.returncode == 0, done.stderr
    assert "training_pipeline" in done.stdout
