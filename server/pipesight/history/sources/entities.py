"""The kinds of named objects outside of runs: the tables and REST paths that list them, and the facts to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipesight.history.model import Entity


class EntityKind(NamedTuple):
    """A kind of named object.

    `facts` maps the columns to show to their labels. `path` is the list of the objects in ZenML's REST API.
    """

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
"""The kinds by their name. The kind `stack` is not among them, because its facts are its components."""


def entity(kind: str, name: object, id_: object, facts: Sequence[tuple[str, object]]) -> Entity:
    """Return a named object with its non-empty facts."""
    told = tuple((word, str(value)) for word, value in facts if value not in (None, ""))
    return Entity(kind, str(name), str(id_).replace("-", ""), told)
