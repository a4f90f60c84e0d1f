"""Real programs that tests start and always end: the newest ZenML, its server, and a store that speaks S3."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from tests.ports import free_port

BIN = Path(__file__).parents[2] / ".venvs" / "zenml" / ("Scripts" if os.name == "nt" else "bin")
PATIENCE = 90.0 if os.environ.get("CI") else 60.0  # seconds for a program to start

_T = TypeVar("_T")


def zenml_environment(home: Path, config: Path, **more: str) -> dict[str, str]:
    """Return the environment variables of a ZenML process, without this machine's configuration and without network."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "ZENML_CONFIG_PATH": str(config),
        "ZENML_ANALYTICS_OPT_IN": "false",
        "ZENML_AUTO_OPEN_DASHBOARD": "false",
        "ZENML_LOGGING_VERBOSITY": "ERROR",
        "NO_PROXY": "127.0.0.1",
        **more,
    }


def eventually(ask: Callable[[], _T], seconds: float = 20.0) -> _T:
    """Return the first answer of `ask` that is true."""
    give_up = time.monotonic() + seconds
    while not (answer := ask()):
        if time.monotonic() > give_up:
            raise AssertionError(f"after {seconds:g} s still: {answer!r}")
        time.sleep(0.02)
    return answer


@contextmanager
def running(
    command: list[str | Path],
    log: Path,
    environment: Mapping[str, str],
    *,
    folder: Path | None = None,
    piped: bool = False,
) -> Generator[subprocess.Popen[str]]:
    """A program that runs as long as the context lasts, with all processes that it starts.

    `piped` gives its standard input and output to the caller. Otherwise what it prints goes to `log` with its errors.
    """
    pipe = subprocess.PIPE if piped else None
    with log.open("a") as errors:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=folder,
            stdin=pipe,
            stdout=pipe or errors,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    try:
        with at_death(f"kill -9 -{process.pid}"):
            yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


@contextmanager
def at_death(command: str) -> Generator[None]:
    """Run a command in a shell if this process ends or is killed before the context ends."""
    script = f'read -r alive; [ "$alive" ] || {command}'
    shell = subprocess.Popen(["sh", "-c", script], stdin=subprocess.PIPE, text=True, start_new_session=True)
    try:
        yield
    finally:
        shell.communicate("alive\n")


def wait_until_it_answers(url: str, process: subprocess.Popen[str], log: Path) -> None:
    """Wait for the first answer of a server."""

    def answers() -> bool:
        assert process.poll() is None, f"{url} ended: {log.read_text()[-3000:]}"
        try:
            with urlopen(url, timeout=5):
                return True
        except (URLError, ConnectionError, TimeoutError):
            return False

    eventually(answers, PATIENCE)


class Worker:
    """A working ZenML in its own process, which runs `at_work.py`."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process = process
        self._log = log
        self._lines: SimpleQueue[str] = SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def tell(self, what: str, **arguments: object) -> None:
        """Send a command. `hear` returns the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": what, **arguments}) + "\n")
        self._process.stdin.flush()

    def hear(self) -> Any:
        """Return the answer, once the command is done."""
        with suppress(Empty):
            while line := self._lines.get(timeout=PATIENCE):
                if line.startswith("{"):
                    return json.loads(line)["done"]
        raise AssertionError(f"ZenML ended or hangs: {self._log.read_text()[-3000:]}")

    def ask(self, what: str, **arguments: object) -> Any:
        """Send a command, and return the answer."""
        self.tell(what, **arguments)
        return self.hear()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with suppress(ValueError):  # closed while it reads
            for line in self._process.stdout:
                self._lines.put(line)
            self._lines.put("")


@contextmanager
def zenml_at_work(folder: Path, config: Path, **environment: str) -> Generator[Worker]:
    """A worker in the project `folder`."""
    log = folder / "worker.log"
    script = Path(__file__).with_name("at_work.py")
    environment = zenml_environment(folder, config, **environment)
    with running([BIN / "python", script], log, environment, folder=folder, piped=True) as process:
        yield Worker(process, log)


class ZenMLServer:
    """A ZenML server over a database, which can be stopped and started."""

    def __init__(self, database: Path, folder: Path) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self._password = ""
        self._folder = folder
        self._log = folder / "server.log"
        self._environment = zenml_environment(
            folder,
            folder / "config",
            ZENML_SERVER="true",
            ZENML_STORE_URL=f"sqlite:///{database}",
            ZENML_SERVER_AUTH_SCHEME="OAUTH2_PASSWORD_BEARER",
            ZENML_SERVER_DEPLOYMENT_TYPE="local",
            ZENML_SERVER_AUTO_ACTIVATE="True",
        )

    @contextmanager
    def up(self) -> Generator[subprocess.Popen[str]]:
        """Run the server while the context is open."""
        host, port = self.url.removeprefix("http://").split(":")
        app = "zenml.zen_server.zen_server_api:app"
        command: list[str | Path] = [BIN / "uvicorn", app, "--host", host, "--port", port]
        with running(command, self._log, self._environment, folder=self._folder) as process:
            wait_until_it_answers(f"{self.url}/health", process, self._log)
            yield process

    def send(self, path: str, content: Mapping[str, object], method: str = "POST") -> Any:
        """Send JSON as the default user, and return the server's answer."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.new_token()}"}
        return self._answer(Request(f"{self.url}/api/v1/{path}", json.dumps(content).encode(), headers, method=method))

    def new_token(self) -> str:
        """Return a new token of the default user."""
        form = urlencode({"username": "default", "password": self._password})
        return self._answer(Request(f"{self.url}/api/v1/login", form.encode()))["access_token"]

    def set_password(self, password: str) -> None:
        """Set a password for the default user, who has none."""
        self.send("current-user", {"password": password, "old_password": self._password}, "PUT")
        self._password = password

    def new_api_key(self, name: str) -> str:
        """Return the API key of a new service account."""
        account = self.send("service_accounts", {"name": name, "active": True, "description": ""})
        return self.send(f"service_accounts/{account['id']}/api_keys", {"name": "key"})["body"]["key"]

    def _answer(self, request: Request) -> Any:
        with urlopen(request, timeout=30) as response:
            return json.load(response)


def zenml_command(*arguments: str, home: Path, config: Path, typed: str = "") -> str:
    """Run the command `zenml` and return its output. `typed` is its input."""
    return _printed([BIN / "zenml", *arguments], home, config, typed)


def zenml_python(script: str, *, home: Path, config: Path) -> str:
    """Run a script that uses ZenML, and return its output."""
    return _printed([BIN / "python", "-c", script], home, config)


def _printed(command: list[str | Path], home: Path, config: Path, typed: str = "") -> str:
    done = subprocess.run(
        command,
        env=zenml_environment(home, config),
        cwd=home,
        input=typed,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def require_environment() -> None:
    """Fail with advice if the environment with ZenML is not set up."""
    if not (BIN.parent / ".installed").exists():
        raise RuntimeError(f"ZenML is not set up in {BIN.parent}: run `make .venvs/zenml/.installed`.")
