"""Run history on a ZenML server, over its REST API, with the login that `zenml login` left or the settings name."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pipesight.history.sources.http import HTTPClient
from pipesight.history.sources.projects import ProjectChoice
from pipesight.history.sources.server_login import Login, login_of, url_of
from pipesight.history.sources.server_projects import ServerProjects
from pipesight.history.sources.server_records import dashed
from pipesight.history.sources.server_requests import ServerRequests
from pipesight.history.sources.server_session import ZenMLServerSession
from pipesight.history.sources.server_versions import ServerVersions
from pipesight.history.sources.source import SourceError, SourceSession, understood
from pipesight.history.sources.values import JSONObject

_HEALTH = 1.0  # seconds in which a local server has to say that it is there


class ZenMLServerSource:
    """Run history on the ZenML server of that URL.

    `projects` are the names or ids of projects, the first of which that the server has is read.
    """

    kind = "ZenML server"
    interval = 3.0

    def __init__(
        self,
        url: str,
        login: Login,
        *,
        renewed: Callable[[], Login] | None = None,
        projects: Sequence[str] = (),
        exact: bool = False,
        verify: bool | str = True,
        patience: float = 30.0,
    ) -> None:
        self.label = url.rstrip("/")
        self.key = "#".join((self.label, *projects[:1]))
        self.server = ServerRequests(self.label, login, renewed=renewed, verify=verify, patience=patience)
        self._reached_with = (renewed, verify, patience)
        self._choice = ProjectChoice(tuple(projects), exact)
        self._projects = ServerProjects(self.server, self._choice.names)
        self._versions = ServerVersions(self.server)

    def __repr__(self) -> str:
        return f"ZenMLServerSource({self.key!r})"

    def probe(self) -> object:
        """Return None, because nothing is cheaper than asking for the news."""
        return None

    def answers(self) -> bool:
        """Tell whether a server is there. This waits for the network."""
        health = HTTPClient(self.label, verify=False, patience=_HEALTH)
        try:
            return health.ask("GET", f"{self.label}/health", headers={}, fields={}).status < 500
        except SourceError:
            return False

    def get(self, path: str, /, **fields: object) -> Any:
        """Return the JSON that the server answers. None for what it does not have."""
        return self.server.get(path, **fields)

    @contextmanager
    def connect(self) -> Generator[SourceSession]:
        """Log in where needed, and ask the server for as long as the context lasts."""
        with understood(self.server.not_understood):
            yield ZenMLServerSession(self.server, self._projects, self._choice, self._versions)

    def in_project(self, project: str) -> ZenMLServerSource:
        """Return the source of another project of the same server."""
        renewed, verify, patience = self._reached_with
        login = self.server.login
        return ZenMLServerSource(
            self.label, login, renewed=renewed, projects=[project], exact=True, verify=verify, patience=patience
        )

    @property
    def project(self) -> str | None:
        """The name or id that was given for the active project."""
        return next(map(dashed, self._choice.names), None)


def server_source(
    store: JSONObject,
    credentials: Callable[[], JSONObject],
    environment: Mapping[str, str],
    projects: Sequence[str] = (),
) -> ZenMLServerSource:
    """Return the source for a `store` section of type `rest`, with the login from its files or the environment.

    Raises ValueError if its `url` is not valid.
    """

    def login() -> Login:
        return login_of(store, credentials(), environment)

    return ZenMLServerSource(url_of(store), login(), renewed=login, projects=projects, verify=_verify(store))


def _verify(store: JSONObject) -> bool | str:
    """Return whether to check the server's certificate, or the file of certificates to check it with."""
    verify = store.get("verify_ssl", True)
    known = verify if isinstance(verify, bool) else str(verify).lower() not in ("false", "0") and str(verify)
    return True if known in ("true", "True", "1") else known
