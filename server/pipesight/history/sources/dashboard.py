"""Build the URL of a run in the dashboard of a ZenML server, which differs between releases.

The rules follow ZenML's own `get_run_url` and the routes of the dashboards that the releases contain.
"""

from __future__ import annotations

import re
from typing import Any, Protocol, cast
from urllib.parse import quote

from pipesight.history.sources.values import JSONObject, mapping

_FIRST_KNOWN = (0, 43)  # the first release whose dashboard was checked
_SECOND_DASHBOARD = (0, 57)  # the release with a new dashboard
_PROJECTS_IN_PRO = (0, 80)  # the release whose URLs in ZenML Pro contain the project
_PROJECTS = (0, 83)  # the release whose URLs contain the project on all servers


class Server(Protocol):
    """The requests to a ZenML server that this module needs."""

    label: str

    @property
    def project(self) -> str | None:
        """The name or id of the project that is read, None if the configuration names none."""
        ...

    def get(self, path: str, /, **fields: object) -> Any:
        """Return the JSON of the server's answer, None if the server lacks the path. Raises SourceError."""
        ...


def pages_of_runs(server: Server) -> str | None:
    """Return the URL of a run in the dashboard, with `{}` for the run's id. None if the URL is not certain."""
    info = mapping(server.get("info"))
    release = _release(info)
    if release < _FIRST_KNOWN:
        return None
    if info.get("deployment_type") == "cloud":
        return _in_pro(server, release, str(info.get("dashboard_url") or ""))
    base = str(info.get("server_url") or info.get("base_url") or server.label).rstrip("/")
    if info.get("use_legacy_dashboard") or release < _SECOND_DASHBOARD:
        return _below(base, "workspaces", _scope(server, "workspaces").get("name"), "all-runs/{}/dag")
    if release < _PROJECTS:
        return f"{base}/runs/{{}}"
    return _below(base, "projects", _scope(server, "projects").get("name"), "runs/{}")


def _in_pro(server: Server, release: tuple[int, ...], dashboard: str) -> str | None:
    if not dashboard:
        return None
    if release < _PROJECTS_IN_PRO:
        return f"{dashboard.rstrip('/')}/runs/{{}}"
    return _below(dashboard.rstrip("/"), "projects", _scope(server, "projects").get("id"), "runs/{}")


def _below(base: str, path: str, name: object, page: str) -> str | None:
    shown = quote(str(name), safe="").replace("{", "%7B").replace("}", "%7D") if name else ""
    return f"{base}/{path}/{shown}/{page}" if shown else None


def _scope(server: Server, kind: str) -> JSONObject:
    """Return the project or workspace that the source names, else the server's only one. {} if there are several."""
    if server.project is not None:
        return mapping(server.get(f"{kind}/{server.project}"))
    items = mapping(server.get(kind, size=2)).get("items")
    found = cast("list[object]", items) if isinstance(items, list) else []
    return mapping(found[0]) if len(found) == 1 else {}


def _release(info: JSONObject) -> tuple[int, ...]:
    match = re.match(r"\d+(?:\.\d+)*", str(info.get("version") or ""))
    return tuple(map(int, match[0].split("."))) if match is not None else ()
