"""Real programs, each started once: a working ZenML, its server, and an editor that shows their runs."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest
from lsprotocol import converters, types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient

from tests.lsp.conftest import Editor
from tests.real.parts import Worker, require_environment, zenml_at_work, zenml_environment

_CAPABILITIES = Path(__file__).parents[1] / "lsp" / "clients" / "vscode.json"
_CONVERTER = converters.get_converter()

Names = dict[str, str]


class Completion:
    """One position in code at which completion is requested repeatedly."""

    def __init__(self, editor: Editor, text: str) -> None:
        position = editor.open(text)
        assert position is not None
        self._params = lsp.CompletionParams(lsp.TextDocumentIdentifier(editor.uri), position)
        self._client = editor.client

    async def names(self) -> Names:
        """Return the offered names with their details."""
        answer = await asyncio.wait_for(self._client.text_document_completion_async(self._params), 30)
        items = answer.items if isinstance(answer, lsp.CompletionList) else ()
        details = {item.label: item.label_details for item in items}
        return {label: (detail.detail or "").strip() if detail else "" for label, detail in details.items()}

    async def until(self, wanted: Callable[[Names], bool], seconds: float = 60.0) -> float:
        """Return the time (in seconds since the epoch) of the first answer with the wanted names."""
        give_up = time.monotonic() + seconds
        while not wanted(names := await self.names()):
            assert time.monotonic() < give_up, names
            await asyncio.sleep(0.01)
        return time.time()


@pytest.fixture(scope="session", autouse=True)
def zenml() -> None:
    """Return the environment in which ZenML is installed."""
    require_environment()


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new project folder. ZenML's configuration and its store are in `config` below it."""
    return tmp_path_factory.mktemp("project")


@pytest.fixture(scope="session")
def worker(zenml: None, project: Path) -> Iterator[Worker]:
    """Yield a ZenML process in the project that is ready for commands."""
    with zenml_at_work(project, project / "config") as worker:
        assert worker.hear() == "ready"
        yield worker


@asynccontextmanager
async def editor_on(
    config: Path, cache: Path, *, log: Path | None = None, history: Sequence[str] = ()
) -> AsyncGenerator[Editor]:
    """Yield an editor with its own language server. Its stores come from ZenML's rules or from `history`."""
    command = [sys.executable, "-m", "pipesight", "lsp"]
    if log is not None:
        command += ["--log-file", str(log), "--log-level", "debug"]
    environment = zenml_environment(config.parent, config)
    client = cast("LanguageClient", await ClientServerConfig(command, server_env=environment).start())
    try:
        await _initialize(client, config.parent, {"cacheFolder": str(cache), "settings": {"history": list(history)}})
        yield Editor(client, config.parent, "vscode")
        await asyncio.wait_for(client.shutdown_session(), 30)
    finally:
        if client._server is not None and client._server.returncode is None:  # pyright: ignore[reportPrivateUsage]
            client._server.kill()  # pyright: ignore[reportPrivateUsage]
        await client.stop()


async def _initialize(client: LanguageClient, folder: Path, options: dict[str, object]) -> None:
    for message in (lsp.WORKSPACE_CODE_LENS_REFRESH, lsp.WORKSPACE_INLAY_HINT_REFRESH, "pipesight/statusChanged"):
        client.feature(message)(lambda *_: None)
    await client.initialize_session(
        lsp.InitializeParams(
            capabilities=_CONVERTER.structure(json.loads(_CAPABILITIES.read_text()), lsp.ClientCapabilities),
            root_uri=folder.as_uri(),
            workspace_folders=[lsp.WorkspaceFolder(folder.as_uri(), "project")],
            initialization_options=options,
        )
    )


@pytest.fixture
def measure(record_property: Callable[[str, object], None]) -> Callable[[str, float], None]:
    """Return a function: `measure(what, seconds)` adds a figure to the summary of the tests."""
    return lambda what, seconds: record_property("measured", f"{what}: {seconds:.2f} s")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures at the end of the tests."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    given = (getattr(report, "user_properties", ()) for report in reports)
    for figure in dict.fromkeys(value for pairs in given for name, value in pairs if name == "measured"):
        terminalreporter.write_line(f"measured: {figure}")
