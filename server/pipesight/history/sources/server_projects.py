"""Read the projects of a ZenML server, and find the parameter by which its release selects a project."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipesight.history.model import Project
from pipesight.history.sources.server_records import dashed, items, plain
from pipesight.history.sources.server_requests import ServerRequests
from pipesight.history.sources.values import mapping

_PAGE = 500
_WORKSPACE = "workspace_id"
_OF_ALL_WORKSPACES = ("flavors", "models", "model_versions", "run_templates")  # lists that ZenML does not restrict
_PATHS = {"projects": "project", "workspaces": _WORKSPACE}  # the path of the list, and the parameter of other lists
_AGE = 60.0  # seconds after which the projects are requested again


@dataclass(frozen=True, slots=True)
class KnownProjects:
    """The projects of a server, and the name of the parameter that restricts lists to one project in its release."""

    read_at: float
    parameter: str = ""
    listed: Sequence[Project] = ()


class ServerProjects:
    """The projects of a server. `names` are the names or ids in the configuration."""

    def __init__(self, server: ServerRequests, names: Sequence[str]) -> None:
        self._server = server
        self._names = names
        self._known: KnownProjects | None = None

    def known(self) -> KnownProjects:
        """Return the server's projects, from a cache if they were requested in the last minute."""
        known = self._known
        if known is None or time.monotonic() - known.read_at > _AGE:
            found = self._read()
            known = found if found.listed or known is None else replace(known, read_at=found.read_at)
            self._known = known
        return known

    def _read(self) -> KnownProjects:
        for path, parameter in _PATHS.items():
            listed = items(self._server.get(path, size=_PAGE, sort_by="asc:created"))
            found = listed or [mapping(self._server.get(f"{path}/{dashed(name)}")) for name in self._names]
            projects = [
                Project(plain(each["id"]), str(each["name"])) for each in found if {"id", "name"} <= each.keys()
            ]
            if projects:
                return KnownProjects(time.monotonic(), parameter, projects)
        return KnownProjects(time.monotonic())


def scope_of(path: str, scope: Mapping[str, str]) -> Mapping[str, str]:
    """Return the parameter that restricts this list to the project, given the one for lists of runs.

    Releases with workspaces list models in each of them, and their own flavors belong to none.
    """
    return {} if path in _OF_ALL_WORKSPACES and _WORKSPACE in scope else scope
