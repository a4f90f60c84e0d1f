"""Open a ZenML server as a source, with the login of `zenml login` or of the settings."""

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

_HEALTH = 1.0  # seconds in which a local server has to answer


class ZenMLServerSource:
    """The ZenML server with that URL.

    `projects` are names or ids. The first one that the server has is read. `exact` means that no other project is read
    if it has none of them. The other parameters are those of `ServerRequests`.
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
        """Return None, because a server has no token that is cheaper than the request for new runs."""
        return None

    def answers(self) -> bool:
        """Return whether the server answers. This waits for the network for up to a second."""
        health = HTTPClient(self.label, verify=False, patience=_HEALTH)
        try:
            return health.ask("GET", f"{self.label}/health", headers={}, fields={}).status < 500
        except SourceError:
            return False

    def get(self, path: str, /, **fields: object) -> Any:
        """Return the JSON of the server's answer, None if the server lacks the path. Raises SourceError."""
        return self.server.get(path, **fields)

    @contextmanager
    def connect(self) -> Generator[SourceSession]:
        """Open a session while the context is open. Its requests log in if necessary. Raises SourceError."""
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
        """The name or id of the active project, None if the configuration names none."""
        return next(map(dashed, self._choice.names), None)


def server_source(
    store: JSONObject,
    credentials: Callable[[], JSONObject],
    environment: Mapping[str, str],
    projects: Sequence[str] = (),
) -> ZenMLServerSource:
    """Return the source for a `store` section of type `rest`. `credentials` reads the file of `zenml login`.

    Raises ValueError if the `url` is not valid.
    """

    def login() -> Login:
        return login_of(store, credentials(), environment)

    return ZenMLServerSource(url_of(store), login(), renewed=login, projects=projects, verify=_verify(store))


def _verify(store: JSONObject) -> bool | str:
    """Return whether to check the server's certificate, or the path of the CA to check it with."""
    verify = store.get("verify_ssl", True)
    known = verify if isinstance(verify, bool) else str(verify).lower() not in ("false", "0") and str(verify)
    return True if known in ("true", "True", "1") else known
