"""Histories that a test may change, and a real MariaDB."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pymysql
import pytest
from benchmarks.mariadb import load, running

from pipesight.history.addresses import MySQL

Load = Callable[[Path, str], MySQL]


@pytest.fixture
def copy_history(unpack_history: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Path]:
    """Return a function: `copy_history("0.98.0")` is a folder with that history, for this test only."""

    def copy(name: str) -> Path:
        folder = tmp_path / name
        shutil.copytree(unpack_history(name), folder, symlinks=True)
        return folder

    return copy


@pytest.fixture
def copy_configuration(unpack_history: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Path]:
    """`copy_configuration("0.98.0")` has the folders and databases of that history, and no artifacts."""

    def copy(name: str) -> Path:
        return copy_without_artifacts(unpack_history(name), tmp_path / name)

    return copy


def copy_without_artifacts(source: Path, target: Path) -> Path:
    """Copy a folder of ZenML. The hundreds of folders in its artifact stores stay behind."""

    def artifacts(folder: str, names: list[str]) -> list[str]:
        return [name for name in names if Path(folder).parent.name == "local_stores" and Path(folder, name).is_dir()]

    return Path(shutil.copytree(source, target, symlinks=True, ignore=artifacts))


@cache
def database_in(folder: Path) -> Path:
    """Return the only database in the folder of a history."""
    (database,) = [path for pattern in ("zenml.db", "metadata.db") for path in folder.rglob(pattern)]
    return database


@pytest.fixture
def copy_database(unpack_history: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Path]:
    """`copy_database("0.98.0")` is the database of that history, for this test alone. No other file lies beside it."""

    def copy(name: str) -> Path:
        folder = unpack_history(name)
        database = database_in(folder)
        copied = tmp_path / name / database.relative_to(folder)
        copied.parent.mkdir(parents=True)
        shutil.copy(database, copied)
        return copied

    return copy


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Load]:
    """Return a function: `mariadb(dump, name)` is a new database with that dump, on a server for the tests."""
    with running_mariadb(tmp_path_factory.mktemp("mariadb")) as load:
        yield load


@contextmanager
def running_mariadb(folder: Path, *options: str) -> Generator[Load]:
    """Start a server with further options."""
    with running(folder / "data", "--innodb-buffer-pool-size=32M", *options) as socket:
        loaded: dict[str, MySQL] = {}

        def database(dump: Path, name: str) -> MySQL:
            if name not in loaded:
                load(socket, dump, name)
                with pymysql.connect(unix_socket=str(socket), user="root") as connection:
                    cursor = connection.cursor()
                    cursor.execute("CREATE USER IF NOT EXISTS reader@localhost IDENTIFIED BY 'sesame'")
                    cursor.execute(f"GRANT ALL ON `{name}`.* TO reader@localhost")
                loaded[name] = MySQL(
                    "localhost", socket=str(socket), database=name, username="reader", password="sesame"
                )
            return loaded[name]

        yield database
