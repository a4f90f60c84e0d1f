"""What all rooms' tests share: real histories, unpacked once."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import cast

import pytest

_unpack = cast(
    "Callable[[str, Path], Path]", runpy.run_path(str(Path(__file__).parent / "histories" / "unpack.py"))["unpack"]
)


@pytest.fixture(scope="session")
def unpack_history(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`unpack_history("0.98.0")` is the folder of that history; to be read, not changed: all tests share it."""
    folder = tmp_path_factory.mktemp("histories")
    return cache(lambda name: _unpack(name, folder))
