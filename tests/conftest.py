"""What all rooms' tests share: real histories, unpacked once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from pipesight.demo import sample

HISTORIES = Path(__file__).parent / "histories"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a MariaDB by the fixture that starts one, so that `make test-quick` can leave it out."""
    for item in items:
        if "mariadb" in getattr(item, "fixturenames", ()):
            item.add_marker("mariadb")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name bytes by their number. An archive holds the time, so each process of the tests would name it anew."""
    return f"{len(val)} bytes" if isinstance(val, bytes) and len(val) > 8 else None


@pytest.fixture(scope="session")
def unpack_history(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`unpack_history("0.98.0")` is the folder of that history; to be read, not changed: all tests share it."""
    folder = tmp_path_factory.mktemp("histories")
    return cache(lambda name: sample.unpack_history(HISTORIES / f"{name}.tar.xz", folder))
