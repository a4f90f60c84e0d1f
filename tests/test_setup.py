"""`make` installs what the machine lacks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # not because it is: what make sets up is the same for every Python

ROOT = Path(__file__).parents[1]
TOOLS = ["bash", "cat", "dirname", "env", "ln", "mkdir", "rm", "sh", "touch"]

# What bash 3.2 lacks, which macOS has: associative arrays and references, ${x^^}, ${x,,}, ${x@Q}, mapfile, |&, &>>, ;&.
NEWER_THAN_BASH_3 = re.compile(
    r"(declare|local|typeset) -\w*[An]|\$\{\w+(\[.*?\])?(\^|,|@[A-Z])|\|&|&>>|;;?&"
    r"|\b(mapfile|readarray|coproc|globstar|wait -n)\b"
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout of this project with a Python environment, on a machine with the programs in `machine`."""
    folder = tmp_path / "a checkout"
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    shutil.copy(ROOT / "package.json", folder)
    (folder / ".venv" / "bin").mkdir(parents=True)
    program(folder / ".venv" / "bin" / "python", f'exec {sys.executable} "$@"')
    for tool in TOOLS:
        link(tmp_path / "machine" / tool, shutil.which(tool))
    return folder


def program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def link(path: Path, target: str | None) -> None:
    assert target is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


def run(folder: Path, *command: str) -> str:
    path = f"{folder / '.cache' / 'node' / 'bin'}:{folder.parent / 'machine'}"
    env = {"PATH": path, "HOME": str(folder)}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_each_target_sets_up_the_environment_whose_programs_it_calls():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    rules = re.findall(r"^([\w./%-]+):(.*)\n((?:\t.*\n)+)", makefile, re.MULTILINE)

    assert [target for target, needs, recipe in rules if "$(BIN)/" in recipe and ".venv/." not in needs] == []


def test_what_may_install_debian_packages_or_needs_them_waits_for_the_environment():
    """Two targets side by side would call apt twice at once."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    rules = re.findall(r"^(\.[\w./ -]+):(.*)\n((?:\t.*\n)+)", makefile, re.MULTILINE)

    assert len(rules) > 5
    assert [target for target, needs, _ in rules if ".venv/.installed" not in f"{target} {needs}"] == []


def test_the_scripts_run_with_the_bash_of_macos():
    scripts = [*(ROOT / ".ci").iterdir(), *(ROOT / "tests" / "editors").glob("*.sh"), ROOT / "Makefile"]
    found = {path.name: NEWER_THAN_BASH_3.search(path.read_text(encoding="utf-8")) for path in scripts}

    assert {name: match[0] for name, match in found.items() if match} == {}


@pytest.mark.parametrize("installed", [["git", "openssl"], ["git", "openssl", "mariadbd"]])
def test_a_mac_needs_no_editors(checkout: Path, installed: list[str]):
    program(checkout.parent / "machine" / "uname", "echo Darwin")
    program(checkout.parent / "machine" / "id", "echo 501")
    for name in installed:
        program(checkout.parent / "machine" / name, "exit 0")
    env = {"PATH": str(checkout.parent / "machine")}
    done = subprocess.run(["bash", ".ci/system"], cwd=checkout, env=env, capture_output=True, text=True, timeout=60)

    message = "These packages are missing. Install them and run this again: mariadb\n"
    assert (done.stderr, done.returncode) == (("", 0) if "mariadbd" in installed else (message, 1))


def test_two_makes_at_once_install_an_environment_once(tmp_path: Path):
    """The second waits for the first, and finds that nothing is left to do. Later, a changed prerequisite counts."""
    file, needed, log = tmp_path / "venv" / ".installed", tmp_path / "requirements.txt", tmp_path / "log"
    needed.touch()
    install = f"echo installed >> {log}; mkdir -p {file.parent}; touch {file}"
    command = [sys.executable, str(ROOT / "tools" / "once.py"), str(file), str(needed), "--", "sh", "-c", install]

    both = [subprocess.Popen(command) for _ in range(2)]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert log.read_text() == "installed\n"

    os.utime(needed, (file.stat().st_mtime + 5, file.stat().st_mtime + 5))
    subprocess.run(command, check=True, timeout=60)
    assert log.read_text() == "installed\n" * 2


def test_a_failed_installation_fails(tmp_path: Path):
    command = [
        sys.executable,
        str(ROOT / "tools" / "once.py"),
        str(tmp_path / "venv" / "x"),
        "--",
        "sh",
        "-c",
        "exit 3",
    ]

    assert subprocess.run(command, timeout=60).returncode == 3


def test_only_the_makefile_installs_zenml():
    """A make within a script would not know that the make around it does the same."""
    scripts = [*(ROOT / ".ci").iterdir(), *(ROOT / "tests" / "editors").glob("*.sh")]
    calls = re.compile(r"^(?!\s*(#|exec )).*\bmake -|MAKEFLAGS", re.MULTILINE)

    assert [path.name for path in scripts if calls.search(path.read_text(encoding="utf-8"))] == []


def test_node_and_npm_come_from_pypi_where_the_machine_has_none(checkout: Path):
    run(checkout, "bash", ".ci/node")

    assert run(checkout, "node", "--version") >= "v24"
    assert run(checkout, "npm", "--version")
    assert run(checkout, "npx", "--version")


def test_node_comes_from_pypi_where_the_machine_s_own_is_too_old(checkout: Path):
    program(checkout.parent / "machine" / "npm", "echo 9.2.0")
    program(checkout.parent / "machine" / "node", "exit 1")  # what `.ci/node` asks an old Node.js fails
    run(checkout, "bash", ".ci/node")

    assert run(checkout, "node", "--version") >= "v24"


def test_the_machine_s_own_node_is_used_where_it_is_new_enough(checkout: Path):
    run(checkout, "bash", ".ci/node")
    found = (checkout / ".cache" / "node" / "bin" / "node").resolve()
    link(checkout.parent / "machine" / "node", str(found))
    program(checkout.parent / "machine" / "npm", "echo 11.0.0")
    run(checkout, "bash", ".ci/node")

    assert list((checkout / ".cache" / "node" / "bin").iterdir()) == []


def test_a_python_that_is_too_old_gets_a_sentence(checkout: Path):
    program(checkout.parent / "machine" / "python3", "exit 1")
    done = subprocess.run(
        ["bash", ".ci/python", str(checkout.parent / "machine" / "python3")],
        cwd=checkout,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("Pipesight needs Python 3.10 or newer")


def test_an_old_python_that_runs_pipesight_gets_a_sentence():
    """This Python simulates the old one."""
    code = (
        "import runpy, sys; sys.version_info = (3, 9, 18, 'final', 0)\n"
        f"runpy.run_path({str(ROOT / 'server' / 'pipesight' / '__main__.py')!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert done.returncode == 1
    assert done.stderr.startswith("pipesight: Pipesight needs Python 3.10 or newer, and this is 3.9")


def test_a_machine_without_an_old_python_is_told_what_is_not_tested(checkout: Path):
    assert "There is no Python 3.8 to 3.11 here" in run(checkout, "bash", ".ci/old-pyarrow")
    assert (checkout / ".venvs" / "pyarrow-13" / ".installed").exists()


def test_a_machine_without_the_oldest_python_is_told_what_is_not_tested(checkout: Path):
    assert "There is no Python 3.10 here" in run(checkout, "bash", ".ci/pythons", "install", "oldest")
    assert run(checkout, "bash", ".ci/pythons", "test", "oldest") == ""
    assert not (checkout / ".venvs" / "oldest").exists()  # so that a Python that is installed later is found
