"""Start servers as forks of one Python that has loaded Pipesight, because loading it takes longer than most tests.

A test starts a launcher instead of `python -m pipesight`. The launcher passes its streams, folder, environment and
arguments to the loaded Python, and exits with the status of the fork. So a test sees a process like any other.
`tests/lsp/test_protocol.py` starts some servers without it. All processes of a test run share one loaded Python. Each
holds a lock, and the loaded Python ends when nobody holds it.
"""

from __future__ import annotations

import gc
import json
import os
import pkgutil
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from functools import cache
from importlib import import_module
from itertools import repeat
from pathlib import Path
from typing import NoReturn

from tests.waiting import eventually

PIPESIGHT = (sys.executable, "-m", "pipesight")
_LAUNCHER = """
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as parent:
    parent.connect(sys.argv[1])
    told = json.dumps([sys.argv[2:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(parent, [len(told).to_bytes(8, "big")], [0, 1, 2])
    parent.sendall(told)
    status = parent.recv(1)
sys.exit(status[0] if status else 1)
"""


@cache
def forked_pipesight() -> tuple[str, ...]:
    """Return a command that does the same as `PIPESIGHT`, and starts faster on Linux."""
    if sys.platform != "linux":
        return PIPESIGHT  # on macOS not every library can fork
    import fcntl  # Windows lacks it

    folder = Path(tempfile.gettempdir(), f"pipesight-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}")
    folder.mkdir(mode=0o700, exist_ok=True)
    fcntl.flock(os.open(folder, os.O_RDONLY), fcntl.LOCK_SH)  # until this process ends
    with suppress(FileExistsError):  # another process of the tests starts it
        (folder / "begun").touch(exist_ok=False)
        subprocess.Popen([sys.executable, "-m", "tests.forks", folder], stdin=subprocess.DEVNULL)
    address = folder / "socket"
    eventually(address.exists)
    return (sys.executable, "-I", "-S", "-c", _LAUNCHER, str(address))


def _fork_for_each_launcher(folder: Path) -> None:
    """Serve until the tests have ended. Only the forks return from this function."""
    with socket.socket(socket.AF_UNIX) as listener:
        new = folder / "new"
        listener.bind(str(new))
        listener.listen()
        new.rename(folder / "socket")  # who finds the address can connect
        while _is_used(folder):
            if not select.select([listener], [], [], 1.0)[0]:
                continue
            launcher, _ = listener.accept()
            with launcher:
                if os.fork() == 0:
                    return _begin(launcher)
            _forget_ended_children()
    shutil.rmtree(folder)
    os._exit(0)


def _is_used(folder: Path) -> bool:
    """Return whether a process of the tests still holds its lock."""
    import fcntl  # Windows lacks it

    file = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def _forget_ended_children() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _begin(launcher: socket.socket) -> None:
    size, streams, _, _ = socket.recv_fds(launcher, 8, 3)
    with launcher.makefile("rb") as told:
        arguments, folder, environment = json.loads(told.read(int.from_bytes(size, "big")))
    child = os.fork()
    if child:
        _end_together(child, launcher, streams)
    for own, stream in enumerate(streams):
        os.dup2(stream, own)
        os.close(stream)
    sys.stdin, sys.stdout, sys.stderr = map(os.fdopen, range(3), "rww", repeat(1))
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[1:] = arguments


def _end_together(child: int, launcher: socket.socket, streams: list[int]) -> NoReturn:
    """Report the exit status of the child to the launcher. End the child if the launcher has ended."""
    for stream in (*streams, 0, 1, 2):
        os.close(stream)

    def end_child() -> None:
        launcher.recv(1)
        os.kill(child, signal.SIGKILL)

    threading.Thread(target=end_child, daemon=True).start()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    launcher.sendall(bytes([status % 256]))
    os._exit(0)


def _load() -> None:
    """Load all modules that a server may need, and build the classes of the protocol. No fork does that again."""
    from lsprotocol import types  # before the server, which would have each class built when it is used

    for room in ("history", "history.sources", "code", "workspace", "rules", "pages", "features", "lsp"):
        package = import_module(f"pipesight.{room}")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            if module.name != "pipesight.lsp.pylsp_plugin":
                import_module(module.name)
    from pipesight.lsp.server import server

    for client in (Path(__file__).parent / "lsp" / "clients").iterdir():
        told = {"capabilities": json.loads(client.read_text()), "processId": None, "rootUri": None}
        server.peer._converter.structure(told, types.InitializeParams)


if __name__ == "__main__":
    from pipesight.cli.main import main

    _load()
    gc.freeze()
    _fork_for_each_launcher(Path(sys.argv[1]))
    sys.exit(main())
