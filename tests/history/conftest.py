"""Histories that a test may change, and a real MariaDB."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql
import pytest
from pymysql.constants import CLIENT

from pipesight.history.sources.database import MySQL

Load = Callable[[Path, str], MySQL]


@pytest.fixture
def copy_history(unpack_history: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Path]:
    """`copy_history("0.98.0")` is a folder with that history, for this test alone."""

    def copy(name: str) -> Path:
        folder = tmp_path / name
        shutil.copytree(unpack_history(name), folder, symlinks=True)
        return folder

    return copy


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Load]:
    """`mariadb(dump, name)` is the address of a new database with that dump in it, on a server of the tests' own."""
    with running_mariadb(tmp_path_factory.mktemp("mariadb")) as load:
        yield load


@contextmanager
def running_mariadb(folder: Path, *options: str) -> Generator[Load]:
    """Such a server, with more options."""
    server = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
    data, socket = folder / "data", folder / "socket"
    user = [f"--user={os.environ.get('USER', 'root')}"] if os.geteuid() == 0 else []
    install = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"]
    subprocess.run([*install, *user], check=True, capture_output=True)
    places = [f"--datadir={data}", f"--socket={socket}", f"--pid-file={folder / 'pid'}", f"--tmpdir={folder}"]
    limits = ["--skip-networking", "--innodb-buffer-pool-size=32M"]
    command = [server, "--no-defaults", *places, *limits, *options, *user]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait_for(socket)
        loaded: dict[str, MySQL] = {}

        def load(dump: Path, name: str) -> MySQL:
            if name not in loaded:
                _load(socket, dump, name)
                loaded[name] = MySQL(
                    "localhost", socket=str(socket), database=name, username="reader", password="sesame"
                )
            return loaded[name]

        yield load
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(socket: Path) -> None:
    for _ in range(300):
        try:
            pymysql.connect(unix_socket=str(socket), user="root").close()
            return
        except pymysql.MySQLError:
            time.sleep(0.1)
    raise TimeoutError("mariadbd did not start within 30 s")


def _load(socket: Path, dump: Path, name: str) -> None:
    with pymysql.connect(unix_socket=str(socket), user="root", client_flag=CLIENT.MULTI_STATEMENTS) as connection:
        cursor = connection.cursor()
        cursor.execute(f"CREATE DATABASE `{name}`")
        cursor.execute("CREATE USER IF NOT EXISTS reader@localhost IDENTIFIED BY 'sesame'")
        cursor.execute(f"GRANT ALL ON `{name}`.* TO reader@localhost")
    client = shutil.which("mariadb") or "mysql"
    with dump.open("rb") as file:
        subprocess.run([client, "--no-defaults", f"--socket={socket}", "--user=root", name], stdin=file, check=True)
