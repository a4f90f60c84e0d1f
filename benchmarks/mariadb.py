"""Start a temporary MariaDB server, for the benchmarks and for the tests of MySQL stores."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pymysql


@contextmanager
def running(data: Path, *options: str) -> Generator[Path]:
    """Run a server on that folder, which is made if it is not there. Its socket lets `root` in without a password."""
    user = [f"--user={os.environ.get('USER', 'root')}"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as folder:  # a socket's name must be short
        if not data.exists():
            install = ["mariadb-install-db", "--no-defaults", f"--datadir={data}"]
            install += ["--auth-root-authentication-method=normal", *user]
            # A server removes the temporary tables of others from the folder that it shares with them.
            subprocess.run(install, check=True, capture_output=True, env={**os.environ, "TMPDIR": folder})
        socket = Path(folder) / "socket"
        places = [f"--datadir={data}", f"--socket={socket}", f"--pid-file={folder}/pid", f"--tmpdir={folder}"]
        command = [shutil.which("mariadbd") or "/usr/sbin/mariadbd", "--no-defaults", "--skip-networking"]
        process = subprocess.Popen([*command, *places, *options, *user], stderr=subprocess.DEVNULL)
        try:
            _wait_for(socket)
            yield socket
        finally:
            process.terminate()
            process.wait(timeout=120)


def load(socket: Path, dump: Path, database: str) -> None:
    """Make the database and read a dump into it."""
    with pymysql.connect(unix_socket=str(socket), user="root") as connection:
        connection.cursor().execute(f"CREATE DATABASE `{database}`")
    client = [shutil.which("mariadb") or "mysql", "--no-defaults", f"--socket={socket}", "--user=root", database]
    with dump.open("rb") as file:
        subprocess.run(client, stdin=file, check=True)


def _wait_for(socket: Path) -> None:
    for _ in range(1200):
        try:
            pymysql.connect(unix_socket=str(socket), user="root").close()
            return
        except pymysql.MySQLError:
            time.sleep(0.1)
    raise TimeoutError("mariadbd did not start within 2 minutes")
