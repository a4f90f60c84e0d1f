"""A real ZenML server over a real history: its answers, every kind of login, and its end while an editor watches."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from lsprotocol import types as lsp

from pipesight.history.discovery import Discovery, discover
from pipesight.history.rows import rows
from pipesight.history.sources import Source, SourceError
from tests.history.test_rows import as_lists
from tests.lsp.conftest import Editor
from tests.ports import free_port
from tests.real.conftest import Completion, editor_on
from tests.real.parts import ZenMLServer, at_death, eventually, zenml_at_work, zenml_command, zenml_python

pytestmark = pytest.mark.slow

HISTORY = "0.98.0-extra"
PASSWORD = "open sesame 4711"  # of the default user
RARELY = 150.0  # seconds: a server that answers slowly is asked at most once a minute
RUNS = 'from zenml.client import Client\nrun = Client().get_pipeline_run("|")\n'

Record = Callable[[str, object], None]
Measure = Callable[[str, float], None]


class Server:
    """The server of these tests. It runs until a test stops it."""

    def __init__(self, database: Path, folder: Path) -> None:
        self._server = ZenMLServer(database, folder)
        self._up = ExitStack()
        self.url = self._server.url
        self.start()
        self._server.set_password(PASSWORD)
        self.api_key = self._server.new_api_key("pipesight")
        self.with_password = self.url.replace("//", f"//default:{PASSWORD.replace(' ', '%20')}@")

    def start(self) -> None:
        self._up.enter_context(self._server.up())

    def stop(self) -> None:
        self._up.close()


@pytest.fixture(scope="module")
def history(unpack_history: Callable[[str], Path]) -> Path:
    return unpack_history(HISTORY)


@pytest.fixture(scope="module")
def server(history: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    server = Server(Path(shutil.copy(next(history.rglob("zenml.db")), folder)), folder)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def login(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the configuration folder after `zenml login` with an API key."""
    home = tmp_path_factory.mktemp("person")
    zenml_command("login", server.url, "--api-key", home=home, config=home / "config", typed=f"{server.api_key}\n")
    return home / "config"


# What it answers


def test_rows_equal_those_of_its_database(server: Server, history: Path, record_property: Record) -> None:
    (remote,) = discover(history=[server.with_password], environment={}).sources
    (local,) = discover(history=[str(history)], environment={}).sources
    expected = expected_of(history)
    shown = as_lists(rows(remote), expected)
    record_property("compared", (HISTORY, "ZenML server", "ZenML's own API", len(shown)))
    assert shown == expected
    assert shown == as_lists(rows(local), expected)


# Logins


def test_what_zenml_login_left(server: Server, login: Path) -> None:
    found = discover([login.parent], environment={"ZENML_CONFIG_PATH": str(login)})
    assert [source.label for source in found.sources] == [server.url]
    assert_reads(found, server)


def test_the_token_that_zenml_login_left_without_a_key(server: Server, login: Path, tmp_path: Path) -> None:
    shutil.copy(login / "config.yaml", tmp_path)
    kept = yaml.safe_load((login / "credentials.yaml").read_text())
    assert kept[server.url].pop("api_key") == server.api_key
    (tmp_path / "credentials.yaml").write_text(yaml.safe_dump(kept))
    assert_reads(
        discover(history=[str(tmp_path)], environment={}), server, kept[server.url]["api_token"]["access_token"]
    )


def test_the_api_key_of_a_service_account(server: Server, tmp_path: Path) -> None:
    variables = {"ZENML_STORE_URL": server.url, "ZENML_STORE_API_KEY": server.api_key}
    assert_reads(discover([tmp_path], environment={"ZENML_CONFIG_PATH": str(tmp_path), **variables}), server)


def test_user_and_password_in_the_setting(server: Server, tmp_path: Path) -> None:
    assert_reads(discover([tmp_path], history=[server.with_password], environment={}), server)


@pytest.mark.parametrize("wrong", ["password", "key", "token"])
def test_a_wrong_login_says_what_to_do(wrong: str, server: Server, tmp_path: Path) -> None:
    (source,) = {
        "password": lambda: discover(history=[server.url.replace("//", "//default:guessed@")], environment={}),
        "key": lambda: discover(
            [tmp_path],
            environment={
                "ZENML_CONFIG_PATH": str(tmp_path),
                "ZENML_STORE_URL": server.url,
                "ZENML_STORE_API_KEY": server.api_key[:-12] + "guessed=",
            },
        ),
        "token": lambda: discover(history=[str(with_token(server, tmp_path, "guessed"))], environment={}),
    }[wrong]().sources
    with pytest.raises(SourceError, match="refuses the login") as refused:
        list(rows(source))
    assert f"zenml login {server.url}" in refused.value.advice
    assert "guessed" not in f"{refused.value!r} {refused.value.advice} {source!r}"


# While an editor watches


async def test_a_run_recorded_through_the_server_is_seen(
    server: Server, login: Path, tmp_path: Path, measure: Measure
) -> None:
    variables = {"ZENML_STORE_URL": server.url, "ZENML_STORE_API_KEY": server.api_key}
    async with editor_on(login, tmp_path / "index") as editor:
        runs = Completion(editor, RUNS)
        await runs.until(lambda names: "killed_run" in names)
        with zenml_at_work(tmp_path, tmp_path / "config", **variables) as worker:
            worker.hear()
            ended = await asyncio.to_thread(worker.ask, "run", name="by a colleague")
            seen = await runs.until(lambda names: "completed" in names.get("by a colleague", ""), RARELY)
            measure("from the end of a run on a ZenML server to its completion item", seen - ended)
            deleted = await asyncio.to_thread(worker.ask, "delete", name="by a colleague")
            seen = await runs.until(lambda names: "by a colleague" not in names, RARELY)
            measure("from a deletion on a ZenML server to its completion item", seen - deleted)


async def test_a_run_leads_to_its_page_in_the_dashboard(server: Server, login: Path, tmp_path: Path) -> None:
    script = (
        "from zenml.client import Client\n"
        "from zenml.utils.dashboard_utils import get_run_url\n"
        "print(get_run_url(Client().get_pipeline_run('killed_run')))\n"
    )
    said = zenml_python(script, home=tmp_path, config=login).splitlines()[-1]
    async with editor_on(login, tmp_path / "index") as editor:
        await Completion(editor, RUNS).until(lambda names: "killed_run" in names)
        editor.open(RUNS.replace("|", "killed_run"))
        document = lsp.DocumentLinkParams(lsp.TextDocumentIdentifier(editor.uri))
        links = await editor.client.text_document_document_link_async(document)
        assert [link.target for link in links or ()] == [said]
        assert f"[Open in the dashboard](<{said}>)" in (await editor.hover(RUNS.replace("|", "killed|_run")) or "")
    assert said.startswith(f"{server.url}/projects/default/runs/")


async def test_a_stopped_server(server: Server, tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    config = tmp_path / "config"
    config.mkdir()
    async with editor_on(config, tmp_path / "index", log=log, history=[server.with_password]) as editor:
        runs = Completion(editor, RUNS)
        await runs.until(lambda names: "killed_run" in names)
        said = [await until(editor, lambda state: state.get("synced_at"))]
        server.stop()
        try:
            said.append(await until(editor, lambda state: state.get("error")))
            assert said[-1]["error"] == f"{server.url} does not answer."
            assert "that the server runs" in said[-1]["advice"]
            assert said[-1]["synced_at"] >= said[0]["synced_at"]
            assert "killed_run" in await runs.names()
        finally:
            server.start()
        await editor.execute("pipesight.refresh")
        said.append(await until(editor, lambda state: not state.get("error")))
        assert "killed_run" in await runs.names()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert log in files
    assert any(path.suffix == ".db" for path in files)
    assert_silent(json.dumps(said) + "".join(path.read_bytes().decode("latin-1") for path in files))


# The server that `zenml login --local` starts


def test_a_local_server_and_its_file_after_its_end(
    unpack_history: Callable[[str], Path], tmp_path: Path, record_property: Record
) -> None:
    root = unpack_history("0.98.0")
    config = tmp_path / "config"
    shutil.copytree(root / "config", config)
    for file in config.glob("*.yaml"):
        file.write_text(file.read_text().replace(str(root / "config"), str(config)))
    port = str(free_port())
    with local_server(config, port):
        remote = source_of(config)
        assert remote.label == f"http://127.0.0.1:{port}"
        expected = expected_of(root)
        shown = as_lists(rows(remote), expected)
        record_property("compared", ("0.98.0", "ZenML server, local", "ZenML's own API", len(shown)))
        assert shown == expected
    eventually(lambda: source_of(config).kind == "SQLite")
    assert source_of(config).label == str(next(config.rglob("zenml.db")))
    assert as_lists(rows(source_of(config)), expected) == shown


def source_of(config: Path) -> Source:
    (source,) = discover(history=[str(config)], environment={}).sources
    return source


@contextmanager
def local_server(config: Path, port: str) -> Generator[None]:
    """Yield the local server of ZenML, which is then killed as by a shutdown of the machine."""
    daemons = f"find '{config}' -name service.pid -exec cat {{}} +"
    with at_death(f"kill -9 $({daemons})"):
        try:
            zenml_command("login", "--local", "--port", port, home=config.parent, config=config)
            yield
        finally:
            for file in config.rglob("service.pid"):
                with suppress(ProcessLookupError):
                    os.kill(int(file.read_text()), signal.SIGKILL)


def with_token(server: Server, folder: Path, token: str) -> Path:
    """Return a configuration folder with this token."""
    (folder / "config.yaml").write_text(yaml.safe_dump({"store": {"type": "rest", "url": server.url}}))
    kept = {server.url: {"url": server.url, "api_token": {"access_token": token}}}
    (folder / "credentials.yaml").write_text(yaml.safe_dump(kept))
    return folder


def assert_reads(found: Discovery, server: Server, *secrets: str) -> None:
    (source,) = found.sources
    with source.connect() as session:
        assert session.run_count() == 15
    for secret in (PASSWORD, server.api_key, *secrets):
        assert secret not in f"{found!r} {source!r} {source.key} {source.label}"


async def status(editor: Editor) -> Mapping[str, Any]:
    (state,) = (await editor.execute("pipesight.status", {}))["sources"]
    return state


async def until(editor: Editor, wanted: Callable[[Mapping[str, Any]], object]) -> Mapping[str, Any]:
    give_up = time.monotonic() + 90
    while not wanted(state := await status(editor)):
        assert time.monotonic() < give_up, state
        await asyncio.sleep(0.1)
    return state


def assert_silent(text: str) -> None:
    """Check that the text contains neither the password nor a token."""
    for secret in (PASSWORD, PASSWORD.replace(" ", "%20"), PASSWORD.replace(" ", "+"), "ZENKEY_", "eyJ"):
        assert secret not in text


def expected_of(root: Path) -> list[list[str | None]]:
    return sorted(json.loads((root / "expected.json").read_text()), key=str)
