"""The release workflow takes a tag for a release or a pre-release, or refuses it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # not because it is: a tag means the same with every Python, and the script needs bash

ROOT = Path(__file__).parents[1]
CHANGELOG = """# Changelog

## {version} - {date}

### Added

- A thing.

## 0.0.1 - 2026-01-01

- An old thing.
"""


def run(folder: Path, version: str, date: str, argument: str) -> tuple[int, str]:
    """Run the script in a checkout with a version and its date in the changelog. Return its status and output."""
    (folder / ".ci").mkdir()
    (folder / "server" / "pipesight").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "release", folder / ".ci")
    (folder / "server" / "pipesight" / "__init__.py").write_text(
        f'"""x"""\n__version__ = "{version}"\n', encoding="utf-8"
    )
    (folder / "CHANGELOG.md").write_text(CHANGELOG.format(version=version, date=date), encoding="utf-8")
    done = subprocess.run(["bash", ".ci/release", argument], cwd=folder, capture_output=True, text=True, timeout=60)
    return done.returncode, (done.stdout or done.stderr).strip()


@pytest.mark.parametrize(
    ("version", "date", "tag", "status", "said"),
    [
        ("1.2.0", "2026-11-29", "v1.2.0", 0, "release"),
        ("1.2.0", "unreleased", "v1.2.0", 1, "CHANGELOG.md has no date for 1.2.0."),
        ("1.2.0", "2026-11-29", "v1.2.1", 1, "The tag is v1.2.1, but the version is 1.2.0"),
        ("1.13.0", "unreleased", "v1.13.0-pre", 0, "pre-release"),
        ("1.12.0", "unreleased", "v1.12.0-pre", 1, "A pre-release has an odd minor version"),
        ("1.2.0", "2026-11-29", "--notes", 0, "### Added\n\n- A thing."),
    ],
)
def test_a_tag_names_what_is_published(
    tmp_path: Path, version: str, date: str, tag: str, status: int, said: str
) -> None:
    ended, words = run(tmp_path, version, date, tag)
    assert ended == status
    assert words.startswith(said)


def test_the_script_reads_this_project() -> None:
    done = subprocess.run(["bash", ".ci/release", "--notes"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "\n### Added\n" in done.stdout
