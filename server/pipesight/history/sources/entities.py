"""The kinds of things that have a name and are part of no run: where ZenML keeps them, and some facts of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipesight.history.model import Entity


class Kind(NamedTuple):
    """A kind of thing. `facts` are columns that are shown, with the words for them. `path` is its list over REST."""

    table: str
    facts: Mapping[str, str]
    path: str


KINDS: Mapping[str, Kind] = {
    "tag": Kind("tag", {"color": "color"}, "tags"),
    "schedule": Kind("schedule", {"cron_expression": "cron", "active": "active"}, "schedules"),
    "snapshot": Kind("pipeline_snapshot", {"description": "description"}, "pipeline_snapshots"),
    "deployment": Kind("deployment", {"status": "status", "url": "URL"}, "deployments"),
    "run_template": Kind("run_template", {"description": "description"}, "run_templates"),
    "stack_component": Kind("stack_component", {"type": "type", "flavor": "flavor"}, "components"),
    "flavor": Kind("flavor", {"type": "type", "integration": "integration"}, "flavors"),
    "secret": Kind("secret", {}, "secrets"),
    "service": Kind(
        "service",
        {"pipeline_name": "pipeline", "pipeline_step_name": "step", "prediction_url": "URL"},
        "services",
    ),
    "code_repository": Kind("code_repository", {"description": "description"}, "code_repositories"),
    "user": Kind("user", {"full_name": "name"}, "users"),
    "model": Kind("model", {"description": "description", "license": "license"}, "models"),
}
"""`stack` is a kind, too. Its facts are its components."""


def entity(kind: str, name: object, id_: object, facts: Sequence[tuple[str, object]]) -> Entity:
    """Return a thing with those of its facts that say something."""
    told = tuple((word, str(value)) for word, value in facts if value not in (None, ""))
    return Entity(kind, str(name), str(id_).replace("-", ""), told)
