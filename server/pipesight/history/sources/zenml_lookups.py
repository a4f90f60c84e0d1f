"""Read versions, code, logs and named objects from ZenML's SQL store, only on request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import null, select

from pipesight.history.model import Entity, Log, Metadata, StepCode
from pipesight.history.sources.entities import KINDS, entity
from pipesight.history.sources.lookups import MOST_ENTITIES, MOST_VERSIONS
from pipesight.history.sources.records import ArtifactRecord, ModelVersionRecord
from pipesight.history.sources.tables import SQLQuery, Tables
from pipesight.history.sources.zenml_artifacts import ArtifactVersions
from pipesight.history.sources.zenml_details import DetailsReader, Maker, Resource
from pipesight.history.sources.zenml_scope import ProjectScope

_ANY_LENGTH = 1 << 40  # characters, more than any metadata value has. A requested value is not shortened


class ZenMLLookups:
    """The answers of an open ZenML SQL store."""

    def __init__(self, tables: Tables, details: DetailsReader, scope: ProjectScope, versions: ArtifactVersions) -> None:
        self._tables = tables
        self._details = details
        self._scope = scope
        self._versions = versions

    # Versions of artifacts and models

    def artifact_versions(self, artifact: str) -> Sequence[ArtifactRecord]:
        query, version = self._versions.in_scope()
        name = self._versions.name_of(version)
        if name is None:
            return ()
        order = (version.c.created.desc(), version.c.id)
        return self._records(query.where(name == artifact).order_by(*order).limit(MOST_VERSIONS))

    def artifact_version(self, artifact: str, version: str) -> ArtifactRecord | None:
        query, rows = self._versions.in_scope()
        name = self._versions.name_of(rows)
        if name is None:
            return None
        return next(iter(self._records(query.where(name == artifact, rows.c.version == version))), None)

    def _records(self, query: SQLQuery) -> Sequence[ArtifactRecord]:
        outputs = [self._versions.output(row, row.artifact or "") for row in self._tables.all(query)]
        ids = [output.id for output in outputs]
        metadata = self._details.metadata(Resource.ARTIFACT, ids, ())
        tags = self._details.tags(Resource.ARTIFACT, ids, ())
        makers = self._details.makers({output.id: output.uri for output in outputs})
        records: list[ArtifactRecord] = []
        for output in outputs:
            maker = makers.get(output.id, Maker())
            output = output._replace(metadata=metadata.get(output.id, ()), tags=tags.get(output.id, ()))
            records.append(ArtifactRecord(output, maker.step_id, maker.run_id))
        return records

    def model_versions(self, model: str) -> Sequence[ModelVersionRecord]:
        if not self._tables.has("model_version", "model_id", "name", "number"):
            return ()
        rows, models = self._tables["model_version"], self._tables["model"]
        query = select(rows.c.id, rows.c.number, rows.c.name, rows.c.stage)
        query = query.join(models, models.c.id == rows.c.model_id).where(models.c.name == model)
        query = self._scope.of_names(query, rows).order_by(rows.c.number.desc()).limit(MOST_VERSIONS)
        found = self._tables.all(query)
        ids = [row.id for row in found]
        metadata = self._details.metadata(Resource.MODEL, ids, ())
        tags = self._details.tags(Resource.MODEL, ids, ())
        return [
            ModelVersionRecord(row.id, row.number, row.name, row.stage, metadata.get(row.id, ()), tags.get(row.id, ()))
            for row in found
        ]

    def model_artifacts(self, version_id: str) -> Sequence[ArtifactRecord]:
        table = "model_versions_artifacts"
        key = next((name for name in ("artifact_version_id", "artifact_id") if self._tables.has(table, name)), None)
        if key is None:
            return ()
        link = self._tables[table].c
        query, version = self._versions.in_scope()
        linked = select(link[key]).where(link.model_version_id == version_id)
        return self._records(query.where(version.c.id.in_(linked)).order_by(version.c.created.desc()))

    # Of runs and steps

    def metadata(self, kind: str, id_: str) -> Sequence[Metadata]:
        return self._details.metadata(Resource(kind), [id_], (), longest=_ANY_LENGTH).get(id_, ())

    def code(self, step_id: str) -> StepCode:
        step = self._tables["step_run"]
        names = ("source_code", "code_hash", "docstring")
        columns = [(step.c[name] if name in step.c else null()).label(name) for name in names]
        row = self._tables.one(select(step.c.pipeline_run_id, *columns).where(step.c.id == step_id))
        if row is None:
            return StepCode()
        where = self._details.code_reference(row.pipeline_run_id)
        return StepCode(row.source_code, row.code_hash, row.docstring, *where)

    def logs(self, run_id: str, step_id: str | None) -> Sequence[Log]:
        if not self._tables.has("logs", "uri", "step_run_id", "pipeline_run_id"):
            return ()
        logs = self._tables["logs"].c
        origin = logs.source if "source" in logs else null()
        owner = logs.pipeline_run_id == run_id if step_id is None else logs.step_run_id == step_id
        query = select(logs.uri, origin.label("origin")).where(owner).order_by(logs.created)
        default = "run" if step_id is None else "step"
        relocate = self._tables.memory.relocate
        return [Log(relocate(row.uri), row.origin or default) for row in self._tables.all(query) if row.uri]

    # Named objects outside of runs

    def entities(self, kind: str) -> Sequence[Entity]:
        if kind == "stack":
            return self._stacks()
        of_kind = KINDS.get(kind)
        if of_kind is None or not self._tables.has(of_kind.table, "id", "name"):
            return ()
        rows = self._tables[of_kind.table]
        facts = {column: word for column, word in of_kind.facts.items() if column in rows.c}
        query = select(rows.c.id, rows.c.name, *(rows.c[column] for column in facts)).where(rows.c.name.is_not(None))
        query = self._scope.of_names(query, rows).order_by(rows.c.name).limit(MOST_ENTITIES)
        tagged: Mapping[str, str] = self._details.tagged() if kind == "tag" else {}
        return [
            entity(kind, row.name, row.id, [*zip(facts.values(), row[2:], strict=True), ("on", tagged.get(row.id))])
            for row in self._tables.all(query)
        ]

    def _stacks(self) -> Sequence[Entity]:
        if not self._tables.has("stack_composition", "stack_id", "component_id"):
            return ()
        stack, part, link = (self._tables[name] for name in ("stack", "stack_component", "stack_composition"))
        query = select(stack.c.id, stack.c.name, part.c.type, part.c.name.label("part"), part.c.flavor)
        joined = stack.outerjoin(link, link.c.stack_id == stack.c.id).outerjoin(part, part.c.id == link.c.component_id)
        query = self._scope.of_names(query.select_from(joined), stack).order_by(stack.c.name, part.c.type)
        found: dict[tuple[str, str], list[tuple[str, object]]] = {}
        for row in self._tables.all(query.limit(10 * MOST_ENTITIES)):
            parts = found.setdefault((row.id, row.name), [])
            if row.type is not None:
                parts.append((row.type, f"{row.part} ({row.flavor})"))
        return [entity("stack", name, id_, parts) for (id_, name), parts in found.items()]
