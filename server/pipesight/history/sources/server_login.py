"""Find the login for a ZenML server in its URL, in ZenML's files or in the environment."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from pipesight.history.sources.values import NOTHING, JSONObject, mapping


@dataclass(frozen=True)
class Login:
    """The credentials for a server. Each of them may be missing."""

    username: str | None = None
    password: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)

    @property
    def is_known(self) -> bool:
        """True if there is something to log in with."""
        return bool(self.username or self.api_key or self.token)


def login_of(store: JSONObject, credentials: JSONObject, environment: Mapping[str, str]) -> Login:
    """Return the login for the `store` section of a configuration. `credentials` is the file of `zenml login`."""
    parts, url = server_url(store.get("url")), url_of(store)
    saved = next((mapping(each) for name, each in credentials.items() if str(name).rstrip("/") == url), NOTHING)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Login(
        username=user or store.get("username") or saved.get("username"),
        password=password or store.get("password") or saved.get("password"),
        api_key=environment.get("ZENML_STORE_API_KEY") or store.get("api_key") or saved.get("api_key"),
        token=_valid_token(saved.get("api_token") or store.get("api_token")),
    )


def url_of(store: JSONObject) -> str:
    """Return the URL of a `store` section without the login. Raises ValueError if it is not valid."""
    parts = server_url(store.get("url"))
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))


def server_url(url: object) -> SplitResult:
    """Split the URL of a server into its parts. Raises ValueError if it is not valid."""
    with suppress(ValueError):
        parts = urlsplit(url if isinstance(url, str) else "")
        # An `@` after the host means that the password contains a slash. urlsplit then takes its rest for the path.
        if parts.hostname and parts.port != 0 and "@" not in f"{parts.path}{parts.query}{parts.fragment}":
            return parts
    raise ValueError("The URL of the server is not valid.")


def _valid_token(token: object) -> str | None:
    """Return the token that ZenML saved, None if it has expired."""
    if isinstance(token, str):
        return token
    told = mapping(token)
    expires = told.get("expires_at")
    if isinstance(expires, str):
        with suppress(ValueError):
            expires = datetime.fromisoformat(expires.replace("Z", "+00:00"))
    if isinstance(expires, datetime):
        expires = expires if expires.tzinfo else expires.replace(tzinfo=timezone.utc)
        if expires < datetime.now(timezone.utc):
            return None
    return told.get("access_token")
