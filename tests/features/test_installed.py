"""The release of the installed ZenML is read from files of the environment. It is unknown if there are several."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipesight.workspace.installed import installed_release, shown


def environment(folder: Path, *versions: str, packages: str = "lib/python3.11/site-packages") -> Path:
    """Make a virtual environment with these releases of ZenML. Return its interpreter."""
    for version in versions:
        metadata = folder / packages / f"zenml-{version}.dist-info" / "METADATA"
        metadata.parent.mkdir(parents=True)
        metadata.write_text(f"Metadata-Version: 2.1\nName: zenml\nVersion: {version}\n")
    interpreter = folder / "bin" / "python"
    interpreter.parent.mkdir(parents=True)
    interpreter.touch()
    (folder / "pyvenv.cfg").touch()
    return interpreter


ENVIRONMENTS = [
    (["0.98.0"], (0, 98, 0)),
    (["0.7.3"], (0, 7, 3)),
    (["0.70.0rc1"], (0, 70, 0)),
    ([], None),
    (["0.98.0", "0.55.5"], None),
]


@pytest.mark.parametrize(("versions", "release"), ENVIRONMENTS)
def test_of_an_interpreter(tmp_path: Path, versions: list[str], release: tuple[int, ...] | None) -> None:
    interpreter = environment(tmp_path / "my env", *versions)

    assert installed_release(str(interpreter), environment={}) == release


def test_of_an_interpreter_that_is_not_there(tmp_path: Path) -> None:
    assert installed_release(str(tmp_path / "bin" / "python"), environment={}) is None
    assert installed_release("no-such-python", environment={}) is None


def test_of_windows(tmp_path: Path) -> None:
    environment(tmp_path, "0.98.0", packages="Lib/site-packages")
    interpreter = tmp_path / "Scripts" / "python.exe"
    interpreter.parent.mkdir()
    interpreter.touch()

    assert installed_release(str(interpreter), environment={}) == (0, 98, 0)


def test_of_a_virtual_environment_whose_interpreter_is_a_link(tmp_path: Path) -> None:
    base = environment(tmp_path / "base", "0.55.5")
    interpreter = environment(tmp_path / "venv", "0.98.0")
    interpreter.unlink()
    interpreter.symlink_to(base)

    assert installed_release(str(interpreter), environment={}) == (0, 98, 0)


def test_without_an_interpreter(tmp_path: Path) -> None:
    active, local = tmp_path / "active", tmp_path / "project"
    environment(active, "0.98.0")
    environment(local / ".venv", "0.61.0")

    assert installed_release("", [local], {"VIRTUAL_ENV": str(active)}) == (0, 98, 0)
    assert installed_release("", [local], {}) == (0, 61, 0)


def test_shown() -> None:
    assert shown((0, 98, 0)) == "0.98.0"
