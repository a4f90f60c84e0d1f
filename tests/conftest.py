"""Fixtures for all tests: real histories, which are unpacked and indexed once."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from pipesight.demo import sample
from tests.waiting import eventually

# An example takes as long as the machine lets it.
settings.register_profile("full", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=10)
settings.load_profile("full")

HISTORIES = Path(__file__).parent / "histories"

# Tests and libraries are loaded without garbage collection, because hardly any of it is garbage.
gc.disable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests whose fixtures start a MariaDB, so that `make test-quick` can leave them out."""
    for item in items:
        if "mariadb" in getattr(item, "fixturenames", ()):
            item.add_marker("mariadb")


def pytest_collection_finish() -> None:
    """Exclude all loaded tests and libraries from garbage collection, because collecting them takes long."""
    gc.freeze()
    gc.enable()


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a parameter of bytes by its length. An archive contains the time, so its bytes differ between processes."""
    return f"{len(val)} bytes" if isinstance(val, bytes) and len(val) > 8 else None


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all processes of this test run share."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def unpack_history(shared_folder: Path) -> Callable[[str], Path]:
    """Return a function: `unpack_history("0.98.0")` is the folder of that history. All tests share it."""

    def unpack(name: str) -> Path:
        begun, done = shared_folder / f"{name}.begun", shared_folder / f"{name}.done"
        try:
            begun.touch(exist_ok=False)
        except FileExistsError:  # another process of the tests is at it, or has done it
            eventually(done.exists)
        else:
            sample.unpack_history(HISTORIES / f"{name}.tar.xz", shared_folder)
            done.touch()
        return (shared_folder / name).resolve()

    return cache(unpack)


@pytest.fixture(scope="session")
def index_folder(shared_folder: Path) -> Path:
    """Return the folder of the indexes that no test changes. The first test that needs an index makes it."""
    return shared_folder / "index"
