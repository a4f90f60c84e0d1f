"""Read the metadata stores from a profile of ZenML 0.7 to 0.13 that keeps its stacks in a database."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pipesight.history.sources.source import SourceError

_STORES = """
    SELECT c.name, c.configuration, group_concat(d.stack_name, char(31))
    FROM zenstackcomponent c
    LEFT JOIN zenstackdefinition d ON d.component_type = c.component_type AND d.component_name = c.name
    WHERE c.component_type = 'metadata_store' GROUP BY c.name ORDER BY c.name
"""


@dataclass(frozen=True, slots=True)
class MetadataStore:
    """A metadata store as ZenML registered it, and the names of the stacks that record in it."""

    name: str
    settings: Mapping[str, Any]
    stacks: tuple[str, ...]


def metadata_stores(database: Path) -> list[MetadataStore]:
    """Return the metadata stores that are registered in a profile's SQLite database, [] if it cannot be read."""
    from pipesight.history.sources.sqlite import opened_file  # slow to import, and few people have such a profile

    try:
        with opened_file(database) as connection:
            rows = connection.exec_driver_sql(_STORES).fetchall()
    except SourceError:
        return []
    return [
        MetadataStore(name, _settings(configuration), tuple(sorted((stacks or "").split("\x1f"))) if stacks else ())
        for name, configuration, stacks in rows
    ]


def _settings(configuration: bytes) -> Mapping[str, Any]:
    """Return a component's configuration, which is YAML in Base64."""
    import yaml

    try:
        told = yaml.safe_load(b64decode(configuration))
    except (ValueError, yaml.YAMLError):
        return {}
    return cast("Mapping[str, Any]", told) if isinstance(told, dict) else {}
