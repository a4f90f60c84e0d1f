"""Links to runs in the dashboard: the server is asked for them once, outside of the editor's requests."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pipesight.history.history import History
from pipesight.history.model import Run, Status
from pipesight.history.sources.server_login import Login
from pipesight.history.sources.source import SourceError
from pipesight.history.sources.zenml_server import ZenMLServerSource
from pipesight.workspace.dashboards import Dashboards

HERE = "https://zenml.example.com"
ID = "0f3b1c2d4e5f60718293a4b5c6d7e8f9"
PAGE = f"{HERE}/runs/0f3b1c2d-4e5f-6071-8293-a4b5c6d7e8f9"


class Server(ZenMLServerSource):
    """The answers of a server of ZenML 0.75, which can be down."""

    is_up = True
    asked = 0
    says_it_is: str | None = None

    def get(self, path: str, /, **fields: object) -> Any:
        self.asked += 1
        if not self.is_up:
            raise SourceError("It does not answer.")
        return {"version": "0.75.0", "server_url": self.says_it_is} if path == "info" else None


def run(source: str, identifier: str = ID) -> Run:
    return Run(id=identifier, name="r", source=source, pipeline=None, status=Status.COMPLETED)


def of(server: Server) -> History:
    return cast("History", SimpleNamespace(source={server.key: server}.get))


def test_a_page_is_known_once_it_was_looked_for() -> None:
    server, dashboards = Server(HERE, Login()), Dashboards()

    assert dashboards.page(run(HERE)) is None
    assert dashboards.wants_to_look
    assert dashboards.look(of(server))
    assert dashboards.page(run(HERE)) == PAGE
    assert not dashboards.wants_to_look
    assert server.asked == 1


def test_a_server_that_is_down_has_no_pages() -> None:
    server, dashboards = Server(HERE, Login()), Dashboards()
    server.is_up = False

    dashboards.page(run(HERE))

    assert not dashboards.look(of(server))
    assert dashboards.page(run(HERE)) is None
    assert not dashboards.wants_to_look


def test_a_server_that_was_down_is_asked_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    server, dashboards = Server(HERE, Login()), Dashboards()
    server.is_up = False
    dashboards.page(run(HERE))
    dashboards.look(of(server))
    server.is_up, later = True, time.monotonic() + 30
    monkeypatch.setattr(time, "monotonic", lambda: later)

    assert dashboards.page(run(HERE)) is None
    assert dashboards.look(of(server))
    assert dashboards.page(run(HERE)) == PAGE


@pytest.mark.parametrize("source", ["/home/me/zenml.db", "mysql://host/zenml", "sqlite:///x.db"])
def test_other_stores_have_no_dashboard(source: str) -> None:
    dashboards = Dashboards()

    assert dashboards.page(run(source)) is None
    assert not dashboards.wants_to_look


def test_an_id_that_is_none_has_no_page() -> None:
    server, dashboards = Server(HERE, Login()), Dashboards()
    dashboards.page(run(HERE))
    dashboards.look(of(server))

    assert dashboards.page(run(HERE, "7")) is None


SAID = [
    (None, PAGE),
    ("http://10.0.0.1:8237/", PAGE.replace(HERE, "http://10.0.0.1:8237")),
    ("command:workbench.action.quit", None),
    ("file:///etc", None),
    ("https://zenml.example.com/{name}", None),
    ("https://zenml.example.com/>) [a](<x:y", None),
]


@pytest.mark.parametrize(("said", "page"), SAID)
def test_only_a_page_on_the_web_is_linked(said: str | None, page: str | None) -> None:
    server, dashboards = Server(HERE, Login()), Dashboards()
    server.says_it_is = said
    dashboards.page(run(HERE))
    dashboards.look(of(server))

    assert dashboards.page(run(HERE)) == page
