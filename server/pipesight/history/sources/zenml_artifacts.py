"""Read artifact versions from ZenML's SQL store. In old releases an artifact has one version, which is itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, null, select
from sqlalchemy.sql.selectable import FromClause, TableClause

from pipesight.history.sources.records import ArtifactRecord, OutputRecord
from pipesight.history.sources.row import Row
from pipesight.history.sources.tables import SQLQuery, Tables
from pipesight.history.sources.values import class_path, is_external
from pipesight.history.sources.windows import FEW
from pipesight.history.sources.zenml_scope import ProjectScope

_ARTIFACTS = 5000  # newest artifact versions among which artifacts are searched


class ArtifactVersions:
    """The artifact versions of a store, also as outputs of steps."""

    def __init__(self, tables: Tables, scope: ProjectScope) -> None:
        self._tables = tables
        self._scope = scope

    def in_scope(self) -> tuple[SQLQuery, FromClause]:
        """Return the query of the project's artifact versions, and the table that it selects from."""
        query, version = self._query()
        return self._scope.of(query.select_from(self._join_artifact(version, version)), version), version

    def name_of(self, version: FromClause) -> ColumnElement[Any] | None:
        """Return the column with the global name of an artifact, None in releases whose artifacts have no versions."""
        if "artifact_id" in version.c and self._tables.has("artifact", "name"):
            return self._tables["artifact"].c.name
        return version.c.name if "version" in version.c and "name" in version.c else None

    def rows(self, ids: Collection[str]) -> Iterator[Row]:
        """Yield the rows of the artifact versions of these ids, in any project."""
        query, version = self._query()
        return self._tables.among(query.select_from(self._join_artifact(version, version)), version.c.id, ids)

    def output(self, row: Row, name: str | None = None) -> OutputRecord:
        """Return the record of an output. Its URI is the current one if the artifacts were moved."""
        return OutputRecord(
            id=row.id,
            name=row.output if name is None else name,
            uri=self._tables.memory.relocate(row.uri),
            data_type=class_path(row.data_type),
            materializer=class_path(row.materializer),
            type=row.type,
            artifact=row.artifact,
            version=row.version,
            save_type=row.save_type,
        )

    def of_steps(self, step_ids: Collection[str]) -> dict[str, list[OutputRecord]]:
        """Return the outputs of these steps, by step id."""
        link = self._tables["step_run_output_artifact"]
        query, version = self._query(link.c.step_id, link.c.name.label("output"))
        source = link.join(version, version.c.id == link.c.artifact_id)
        query = query.select_from(self._join_artifact(source, version))
        outputs: dict[str, list[OutputRecord]] = {}
        for row in self._tables.among(query, link.c.step_id, step_ids):
            outputs.setdefault(row.step_id, []).append(self.output(row))
        for of_step in outputs.values():
            of_step.sort(key=lambda output: (output.name, output.id))  # the order of the link table's primary key
        return outputs

    def links(self, step_ids: Collection[str]) -> Iterator[Row]:
        """Yield the id of each of these steps with the id of an output, and with values that change with the output."""
        link = self._tables["step_run_output_artifact"]
        version = self._version
        name = self._name_or_null(version)
        query = select(link.c.step_id, link.c.artifact_id, link.c.name, version.c.updated, name)
        source = self._join_artifact(link.join(version, version.c.id == link.c.artifact_id), version)
        return self._tables.among(query.select_from(source), link.c.step_id, step_ids)

    def newest(self) -> Sequence[ArtifactRecord]:
        """Return the newest version of each recently used artifact that has a global name."""
        query, version = self._query()
        if not self._tables.has("artifact_version", "artifact_id") and "version" not in version.c:
            return []
        query = self._scope.of(query, version)
        order = version.c.rowid if self._tables.is_sqlite else version.c.created
        query = query.select_from(self._join_artifact(version, version)).order_by(order.desc()).limit(_ARTIFACTS)
        newest: dict[str, Row] = {}
        for row in self._tables.all(query):
            newest.setdefault(row.artifact, row)
        makers = self._makers([row.id for row in newest.values()])
        return [
            ArtifactRecord(self.output(row, name=name), makers.get(row.id, ""))
            for name, row in newest.items()
            if name and not is_external(name)
        ]

    def _makers(self, version_ids: list[str]) -> dict[str, str]:
        """Return a step that has each artifact version as its output, by version id.

        In a small store it is the step that produced the version. In a large one it may be a cached step, or missing,
        so that the query needs only an SQL index.
        """
        table = self._tables["step_run_output_artifact"]
        steps = self._tables["step_run"]
        link, step = table.c, steps.c
        makers = select(link.artifact_id, link.step_id)
        if self._tables.one(select(link.step_id).select_from(table).limit(1).offset(FEW)) is None:
            query = makers.join(steps, step.id == link.step_id).order_by(step.created.desc())  # the oldest comes last
        elif self._tables.has_index("step_run_output_artifact", "artifact_id"):
            # One step is enough, because very many cached steps may have the same version.
            query = select(link.artifact_id, func.min(link.step_id)).group_by(link.artifact_id)
        else:
            return {}
        return {row[0]: row[1] for row in self._tables.among(query, link.artifact_id, version_ids)}

    @property
    def _version(self) -> TableClause:
        return self._tables["artifact_version" if self._tables.has("artifact_version", "uri") else "artifact"]

    def _name_or_null(self, version: FromClause) -> ColumnElement[Any]:
        name = self.name_of(version)
        return name if name is not None else null()

    def _query(self, *more: ColumnElement[Any]) -> tuple[SQLQuery, FromClause]:
        version = self._version
        query = select(
            version.c.id,
            version.c.uri,
            version.c.data_type if "data_type" in version.c else null().label("data_type"),
            version.c.materializer if "materializer" in version.c else null().label("materializer"),
            version.c.type if "type" in version.c else null().label("type"),
            self._name_or_null(version).label("artifact"),
            version.c.version if "version" in version.c else null().label("version"),
            version.c.save_type if "save_type" in version.c else null().label("save_type"),
            *more,
        )
        return query, version

    def _join_artifact(self, source: FromClause, version: FromClause) -> FromClause:
        if "artifact_id" not in version.c or not self._tables.has("artifact", "name"):
            return source
        artifact = self._tables["artifact"]
        return source.outerjoin(artifact, artifact.c.id == version.c.artifact_id)
