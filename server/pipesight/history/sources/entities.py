"""The kinds of things that have a name and are part of no run: where ZenML keeps them, and some facts of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipesight.history.model import Entity


class EntityKind(NamedTuple):
    """A kind of thing. `facts` are columns that are shown, with the words for them. `path` is its list over REST."""

    table: str
    facts: Mapping[str, str]
    path: str


KINDS: Mapping[str, EntityKind] = {
    "tag": EntityKind("tag", {"color": "color"}, "tags"),
    "schedule": EntityKind("schedule", {"cron_expression": "cron", "active": "active"}, "schedules"),
    "snapshot": EntityKind("pipeline_snapshot", {"description": "description"}, "pipeline_snapshots"),
    "deployment": EntityKind("deployment", {"status": "status", "url": "URL"}, "deployments"),
    "run_template": EntityKind("run_template", {"description": "description"}, "run_templates"),
    "stack_component": EntityKind("stack_component", {"type": "type", "flavor": "flavor"}, "components"),
    "flavor": EntityKind("flavor", {"type": "type", "integration": "integration"}, "flavors"),
    "secret": EntityKind("secret", {}, "secrets"),
    "service": EntityKind(
        "service",
        {"pipeline_name": "pipeline", "pipeline_step_name": "step", "prediction_url": "URL"},
        "services",
    ),
    "code_repository": EntityKind("code_repository", {"description": "description"}, "code_repositories"),
    "user": EntityKind("user", {"full_name": "name"}, "users"),
    "model": EntityKind("model", {"description": "description", "license": "license"}, "models"),
}
"""`stack` is a kind, too. Its facts are its components."""


def entity(kind: str, name: object, id_: object, facts: Sequence[tuple[str, object]]) -> Entity:
    """Return a thing with those of its facts that say something."""
    told = tuple((word, str(value)) for word, value in facts if value not in (None, ""))
    return Entity(kind, str(name), str(id_).replace("-", ""), told)
