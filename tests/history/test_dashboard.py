"""The URLs of runs in dashboards, compared with ZenML's `get_run_url` in sampled releases. Unknown ones are None."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from pipesight.history.sources.dashboard import pages_of_runs

HERE = "https://zenml.example.com"
PRO = {"deployment_type": "cloud", "dashboard_url": "https://cloud.example.com/workspaces/team/"}
MINE = {"projects/mine": {"id": "0f3b", "name": "my project"}, "workspaces/mine": {"id": "0f3b", "name": "my project"}}
ONE = {"items": [{"id": "0f3b", "name": "default"}]}
TWO = {"items": [{"id": "0f3b", "name": "default"}, {"id": "1a", "name": "other"}]}


@dataclass
class Server:
    """The answers of a server."""

    answers: dict[str, Any]
    project: str | None = None
    label: str = HERE
    asked: list[str] = field(default_factory=list[str])

    def get(self, path: str, /, **fields: object) -> Any:
        self.asked.append(path)
        return self.answers.get(path)


# the release, what else it says of itself, the project that is read, the projects there are, the address
PAGES = [
    ("0.98.0", {}, "mine", {}, f"{HERE}/projects/my%20project/runs/{{}}"),
    ("0.83.0", {}, None, ONE, f"{HERE}/projects/default/runs/{{}}"),
    ("0.83.0", {}, None, TWO, None),
    ("0.84.3", {}, "gone", TWO, None),
    (
        "0.98.0",
        {"server_url": "https://other.example.com/z/"},
        None,
        ONE,
        "https://other.example.com/z/projects/default/runs/{}",
    ),
    ("0.82.1", {}, "mine", {}, f"{HERE}/runs/{{}}"),
    ("0.70.0", {}, None, TWO, f"{HERE}/runs/{{}}"),
    ("0.66.0", {"use_legacy_dashboard": True}, "mine", {}, f"{HERE}/workspaces/my%20project/all-runs/{{}}/dag"),
    ("0.57.1", {"use_legacy_dashboard": False}, "mine", {}, f"{HERE}/runs/{{}}"),
    ("0.45.6", {}, None, ONE, f"{HERE}/workspaces/default/all-runs/{{}}/dag"),
    ("0.45.6", {}, None, TWO, None),
    ("0.39.1", {}, None, ONE, None),
    ("", {}, None, ONE, None),
    ("0.98.0", PRO, "mine", {}, "https://cloud.example.com/workspaces/team/projects/0f3b/runs/{}"),
    ("0.75.0", PRO, "mine", {}, "https://cloud.example.com/workspaces/team/runs/{}"),
    ("0.98.0", {"deployment_type": "cloud"}, "mine", {}, None),
]


@pytest.mark.parametrize(("version", "more", "project", "projects", "address"), PAGES)
def test_each_release_has_its_pages(
    version: str, more: dict[str, Any], project: str | None, projects: dict[str, Any], address: str | None
) -> None:
    answers = {"info": {"version": version, **more}, "projects": projects, "workspaces": projects, **MINE}

    assert pages_of_runs(Server(answers, project)) == address


@pytest.mark.parametrize("info", [None, [], {}, "<html>"])
def test_what_is_no_zenml_server_has_none(info: object) -> None:
    assert pages_of_runs(Server({"info": info})) is None
