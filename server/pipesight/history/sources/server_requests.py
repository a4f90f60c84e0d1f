"""Send requests to a ZenML server's REST API, and log in again if the server refuses the token."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from pipesight.history.sources.http import BUSY, HTTPAnswer, HTTPClient
from pipesight.history.sources.server_login import Login, server_url
from pipesight.history.sources.source import SourceBusyError, SourceError
from pipesight.history.sources.values import mapping

_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1", "host.docker.internal")


class ServerRequests:
    """Requests to the ZenML server with the URL `label`.

    `renewed` reads the login again after a refusal, because the user may have run `zenml login` since. `patience` is
    the time in seconds for one answer. `verify` is as in `HTTPClient`.
    """

    def __init__(
        self,
        label: str,
        login: Login,
        *,
        renewed: Callable[[], Login] | None,
        verify: bool | str,
        patience: float,
    ) -> None:
        self.label = label
        self.is_local = (urlsplit(label).hostname or "") in _LOCAL_HOSTS
        self.login = login
        self._renewed = renewed
        self._token = login.token
        self._client = HTTPClient(label, verify=verify, patience=patience)

    @property
    def has_credentials(self) -> bool:
        """True if there are credentials, or if the server is local and needs none."""
        return self.login.is_known or self.is_local

    def get(self, path: str, /, **fields: object) -> Any:
        """Return the JSON of the server's answer, None if the server lacks the path or its parameters.

        Raises SourceError, and SourceBusyError if the server is busy.
        """
        response = self._request("GET", path, fields)
        if response.status in (401, 403):
            self._log_in()
            response = self._request("GET", path, fields)
        if response.status in (401, 403):
            raise self._refused()
        if response.status in (404, 422):
            return None
        return self._json(response)

    @cached_property
    def release(self) -> str | None:
        """The ZenML release of the server, None if it does not say."""
        version = mapping(self.get("info")).get("version")
        return str(version) if version else None

    def _request(self, method: str, path: str, fields: Mapping[str, object]) -> HTTPAnswer:
        headers = {"Accept": "application/json"}
        if self._token and method == "GET":
            headers["Authorization"] = f"Bearer {self._token}"
        given = {name: str(value) for name, value in fields.items() if value is not None}
        return self._client.ask(method, f"{self.label}/api/v1/{path}", headers=headers, fields=given)

    def _log_in(self) -> None:
        """Get another token than the refused one. Raises SourceError if the server refuses the login as well."""
        login = self.login = self._renewed() if self._renewed is not None else self.login
        if login.token and login.token != self._token:
            self._token = login.token
            return
        if login.api_key:
            fields: dict[str, object] = {"password": login.api_key}
        elif login.username:
            fields = {"username": login.username, "password": login.password or ""}
        elif self.is_local:
            fields = {"username": "default", "password": ""}
        else:
            raise self._refused()
        response = self._request("POST", "login", fields)
        if response.status in (400, 401, 403, 422) and login.api_key:
            self._token = login.api_key
            return
        if response.status in (400, 401, 403, 422):
            raise self._refused()
        self._token = str(mapping(self._json(response)).get("access_token") or "") or None

    def _json(self, answer: HTTPAnswer) -> Any:
        if answer.status in BUSY:
            raise SourceBusyError(
                f"{self.label} is busy or broken (HTTP {answer.status}).", "Pipesight tries again soon."
            )
        if answer.status >= 300:
            kind = UnansweredError if answer.status == HTTPStatus.BAD_REQUEST else SourceError
            raise kind(
                f"{self.label} answers HTTP {answer.status}{_elsewhere(answer)}.",
                "Check that this is the URL of a ZenML server.",
            )
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError):
            raise self.not_understood() from None

    def not_understood(self) -> SourceError:
        """Return the error for an answer that no ZenML server gives."""
        return SourceError(
            f"{self.label} does not answer like a ZenML server.", "Check that the URL is the server's, without a path."
        )

    def _refused(self) -> SourceError:
        return SourceError(
            f"{self.label} refuses the login.",
            f"Run `zenml login {self.label}` again, or set ZENML_STORE_API_KEY to the key of a service account.",
        )


class UnansweredError(SourceError):
    """The server understands a request but cannot answer it.

    ZenML returns HTTP 400 if the rows of a run are damaged.
    """


def _elsewhere(answer: HTTPAnswer) -> str:
    """Return the end of a message that names the host of a redirect. The rest of its URL may contain secrets."""
    with suppress(ValueError):
        parts = server_url(answer.location)
        return f" and redirects to {parts.scheme}://{parts.hostname}"
    return ""
