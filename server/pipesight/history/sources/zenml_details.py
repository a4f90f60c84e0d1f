"""Read the metadata, tags, inputs and visualizations of runs, steps and outputs from ZenML's SQL store."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import Enum
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, TableClause, case, func, null, select

from pipesight.history.model import Details, Metadata, Visualization
from pipesight.history.sources.failures import failure_of
from pipesight.history.sources.row import Row
from pipesight.history.sources.tables import SQLQuery, Tables
from pipesight.history.sources.windows import TimeSpan, Windows

LONGEST_VALUE = 4_000  # characters up to which a metadata value is kept whole
_BEGINNING = 1_000  # characters that are kept of a longer value
_MOST_VALUES = 300  # metadata values that are kept of one run, step or output
_NUMBERS = {"int": int, "StorageSize": int, "float": float}
_read_value = json.JSONDecoder().raw_decode
_created = itemgetter(-1)
_STEP_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Resource(str, Enum):
    """A kind of object that has metadata or tags, by the name that newer releases use."""

    RUN = "pipeline_run"
    STEP = "step_run"
    ARTIFACT = "artifact_version"
    MODEL = "model_version"


_OLD_COLUMNS = {  # ZenML 0.33 to 0.50 has a column for each kind
    Resource.RUN: "pipeline_run_id",
    Resource.STEP: "step_run_id",
    Resource.ARTIFACT: "artifact_id",
    Resource.MODEL: "model_version_id",
}


class Maker(NamedTuple):
    """The step that produced an artifact, its run, and the name of the output. Unknown ones are empty."""

    step_id: str = ""
    run_id: str = ""
    output: str = ""


class DetailsReader:
    """The reader of details for batches of runs. `spans` are the time spans in which the runs were recorded."""

    def __init__(self, tables: Tables, windows: Windows) -> None:
        self._tables = tables
        self._windows = windows

    def of_runs(self, run_ids: Collection[str], spans: Collection[TimeSpan]) -> Mapping[str, Details]:
        """Return the details of runs, by run id."""
        metadata = self.metadata(Resource.RUN, run_ids, spans)
        tags = self.tags(Resource.RUN, run_ids, spans)
        return {
            row.id: Details(
                {each.name: each for each in metadata.get(row.id, ())},
                tags.get(row.id, ()),
                row.commit or row.sha or None,
                failure_of(row.exception_info),
            )
            for row in self._run_rows(run_ids)
        }

    def _run_rows(self, run_ids: Collection[str]) -> Iterator[Row]:
        run = self._tables["pipeline_run"]
        source, commit = self._join_code_reference(run)
        sha = run.c.git_sha if "git_sha" in run.c else null()
        failed = run.c.exception_info if "exception_info" in run.c else null()
        query = select(run.c.id, commit.label("commit"), sha.label("sha"), failed.label("exception_info"))
        return self._tables.among(query.select_from(source), run.c.id, run_ids)

    def _join_code_reference(self, run: TableClause) -> tuple[FromClause, ColumnElement[Any]]:
        if self._tables.has("code_reference", "id", "commit"):
            for name, key in (("pipeline_snapshot", "snapshot_id"), ("pipeline_deployment", "deployment_id")):
                if key in run.c and self._tables.has(name, "code_reference_id"):
                    plan, code = self._tables[name], self._tables["code_reference"]
                    source = run.outerjoin(plan, plan.c.id == run.c[key])
                    return source.outerjoin(code, code.c.id == plan.c.code_reference_id), code.c.commit
        return run, null()

    def code_reference(self, run_id: str) -> tuple[str | None, str | None, str | None]:
        """Return the commit of a run's code, the name of its repository, and the folder in the repository."""
        run = self._tables["pipeline_run"]
        source, commit = self._join_code_reference(run)
        sha = run.c.git_sha if "git_sha" in run.c else null()
        repository: ColumnElement[Any] = null()
        subdirectory: ColumnElement[Any] = null()
        if source is not run and self._tables.has("code_repository", "id", "name"):
            code, kept = self._tables["code_reference"], self._tables["code_repository"]
            source = source.outerjoin(kept, kept.c.id == code.c.code_repository_id)
            repository, subdirectory = kept.c.name, code.c.subdirectory
        query = select(func.coalesce(commit, sha), repository, subdirectory).select_from(source)
        row = self._tables.one(query.where(run.c.id == run_id))
        return (row[0] or None, row[1], row[2] or None) if row else (None, None, None)

    # Metadata, tags and visualizations

    def metadata(
        self, kind: Resource, ids: Collection[str], spans: Collection[TimeSpan], *, longest: int = LONGEST_VALUE
    ) -> Mapping[str, Sequence[Metadata]]:
        """Return the newest value of each metadata key, by the id of the owner.

        A value with more than `longest` characters is shortened.
        """
        if not self._tables.has("run_metadata", "key", "value"):
            return {}
        found: dict[str, dict[str, Metadata]] = {}
        rows = sorted(self._metadata_rows(kind, ids, spans, longest), key=_created)
        for owner, key, value, type_, length, _ in rows:
            of_owner = found.setdefault(owner, {})
            if key in of_owner or len(of_owner) < _MOST_VALUES:
                of_owner[key] = metadata_of(key, value, type_, length, longest)
        return {owner: [of_owner[key] for key in sorted(of_owner)] for owner, of_owner in found.items()}

    def _metadata_rows(
        self, kind: Resource, ids: Collection[str], spans: Collection[TimeSpan], longest: int
    ) -> Iterator[Row]:
        rows = self._tables["run_metadata"]
        length = (func.length if self._tables.is_sqlite else func.char_length)(rows.c.value)
        value = case((length <= longest, rows.c.value), else_=func.substr(rows.c.value, 1, _BEGINNING))
        columns = (rows.c.key, value.label("value"), rows.c.type, length.label("length"), rows.c.created)
        return self._of_owners(kind, columns, ids, spans)

    def _of_owners(
        self,
        kind: Resource,
        columns: Sequence[ColumnElement[Any]],
        ids: Collection[str],
        spans: Collection[TimeSpan],
        *,
        grouped: bool = False,
    ) -> Iterator[Row]:
        """Yield these columns of the metadata of objects, after the object's id as `owner`."""
        tables, rows = self._tables, self._tables["run_metadata"]
        table, key, source = "run_metadata", "resource_id", rows
        if tables.has("run_metadata_resource", "resource_id", "run_metadata_id"):
            link = tables["run_metadata_resource"]
            table, source, spans = link.name, link.join(rows, rows.c.id == link.c.run_metadata_id), ()
        elif "resource_id" not in rows.c:
            key = _OLD_COLUMNS[kind]
        owners = tables[table].c
        if key not in owners:
            return iter(())
        query = select(owners[key].label("owner"), *columns).select_from(source)
        if key == "resource_id":
            query = query.where(owners.resource_type == kind.value)
        if grouped:
            query = query.group_by(owners[key])
        return self._windows.among(query, table, key, ids, spans)

    def fingerprints(
        self, kind: Resource, ids: Collection[str], spans: Collection[TimeSpan]
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the id of each object that has metadata or tags, with values that change with them."""
        if self._tables.has("run_metadata", "key", "value"):
            rows = self._tables["run_metadata"].c
            facts = (func.count(), func.max(rows.updated), func.sum(func.length(rows.value)))
            yield from map(tuple, self._of_owners(kind, facts, ids, spans, grouped=True))
        yield from self.tags(kind, ids, spans).items()

    def tags(self, kind: Resource, ids: Collection[str], spans: Collection[TimeSpan]) -> Mapping[str, tuple[str, ...]]:
        """Return the sorted tags, by the id of the owner."""
        if not self._tables.has("tag_resource", "tag_id", "resource_id"):
            return {}
        link, tag = self._tables["tag_resource"], self._tables["tag"]
        query = select(link.c.resource_id, tag.c.name).select_from(link.join(tag, tag.c.id == link.c.tag_id))
        query = query.where(link.c.resource_type == kind.value)
        found: dict[str, set[str]] = {}
        for owner, name in self._windows.among(query, "tag_resource", "resource_id", ids, spans):
            found.setdefault(owner, set()).add(name)
        return {owner: tuple(sorted(names)) for owner, names in found.items()}

    def tagged(self) -> Mapping[str, str]:
        """Return the number of objects with each tag as text, such as `12 pipeline runs, 1 model`, by tag id."""
        if not self._tables.has("tag_resource", "tag_id", "resource_type"):
            return {}
        link = self._tables["tag_resource"].c
        query = select(link.tag_id, link.resource_type, func.count()).group_by(link.tag_id, link.resource_type)
        found: dict[str, list[str]] = {}
        for tag, kind, count in sorted(self._tables.all(query), key=lambda row: (-row[2], str(row[1]))):
            found.setdefault(tag, []).append(
                f"{count} {str(kind).lower().replace('_', ' ')}{'s' if count != 1 else ''}"
            )
        return {tag: ", ".join(counts) for tag, counts in found.items()}

    def visualizations(
        self, artifact_ids: Collection[str], spans: Collection[TimeSpan]
    ) -> Mapping[str, Sequence[Visualization]]:
        """Return the visualizations that ZenML stored of artifacts, by artifact version id."""
        columns = ("artifact_version_id", "artifact_id")
        owner = next((name for name in columns if self._tables.has("artifact_visualization", "uri", name)), None)
        if owner is None:
            return {}
        rows = self._tables["artifact_visualization"]
        query = select(rows.c[owner], rows.c.type, rows.c.uri)
        found: dict[str, list[Visualization]] = {}
        for artifact, type_, uri in self._windows.among(query, "artifact_visualization", owner, artifact_ids, spans):
            found.setdefault(artifact, []).append(Visualization(str(type_).lower(), self._tables.memory.relocate(uri)))
        return {artifact: sorted(each, key=lambda one: one.uri) for artifact, each in found.items()}

    # Inputs

    def inputs(self, step_ids: Collection[str], spans: Collection[TimeSpan]) -> Sequence[Row]:
        """Return the rows (step_id, artifact_id, name, type, position) of the inputs of steps, in ZenML's order."""
        if not self._tables.has("step_run_input_artifact", "step_id", "artifact_id"):
            return []
        link = self._tables["step_run_input_artifact"].c
        type_ = link.type if "type" in link else null()
        position = link.input_index if "input_index" in link else null()
        query = select(link.step_id, link.artifact_id, link.name, type_.label("type"), position.label("position"))
        rows = self._windows.among(query, "step_run_input_artifact", "step_id", step_ids, spans)
        return sorted(rows, key=lambda row: (row.name, row.position or 0, row.artifact_id))

    def makers(self, uris: Mapping[str, str]) -> Mapping[str, Maker]:
        """Return the steps that produced artifacts, by artifact version id. `uris` maps these ids to URIs.

        ZenML puts the id of the step into the URI. Other artifacts need a search through all steps that have them as
        outputs. A large table without an index for that is not searched.
        """
        makers = self._makers_by_uri(uris)
        others = [artifact for artifact in uris if artifact not in makers]
        if self._windows.is_needed("step_run_output_artifact", "artifact_id"):
            return makers
        # Cached steps have the same artifact as an output, so the oldest step produced it.
        step = self._tables["step_run"].c
        query = self._outputs(step.created)
        link = self._tables["step_run_output_artifact"].c
        rows = sorted(self._tables.among(query, link.artifact_id, others), key=lambda row: row.created, reverse=True)
        return {**makers, **{row.artifact_id: _maker(row) for row in rows}}

    def _makers_by_uri(self, uris: Mapping[str, str]) -> dict[str, Maker]:
        """Find the steps by their ids in the URIs, because very many cached steps may have the same artifact."""
        told = {(id_.replace("-", ""), artifact) for artifact, uri in uris.items() for id_ in _STEP_ID.findall(uri)}
        link = self._tables["step_run_output_artifact"].c
        rows = self._tables.among(self._outputs(), link.step_id, {step_id for step_id, _ in told})
        return {row.artifact_id: _maker(row) for row in rows if (row.step_id, row.artifact_id) in told}

    def _outputs(self, *more: ColumnElement[Any]) -> SQLQuery:
        """Return the query of the outputs of steps."""
        links, steps = self._tables["step_run_output_artifact"], self._tables["step_run"]
        link, step = links.c, steps.c
        query = select(link.artifact_id, link.step_id, step.pipeline_run_id, link.name, *more)
        return query.select_from(links.join(steps, step.id == link.step_id))


def _maker(row: Row) -> Maker:
    return Maker(row.step_id, row.pipeline_run_id, row.name)


def metadata_of(name: str, value: Any, type_: str | None, length: int | None, longest: int = LONGEST_VALUE) -> Metadata:
    """Return a metadata value from its JSON text.

    `length` is the length of the whole text. If it exceeds `longest`, `value` is only the beginning of the text.
    """
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    if length is not None and length > longest:
        return Metadata(name, text, type_, int(length))
    try:
        decoded: object = _decoded(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        decoded = text
    return Metadata(name, typed(decoded, type_), type_)


def _decoded(text: str) -> object:
    """Return the value of a JSON text. Raises ValueError.

    `json.loads` takes longer, because it first looks for space around the value.
    """
    try:
        value, end = _read_value(text)
    except ValueError:  # space before the value, or no JSON
        return json.loads(text)
    return value if end == len(text) else json.loads(text)


def typed(value: object, type_: str | None) -> object:
    """Return the value, converted to a number if its type is one. ZenML up to 0.50 writes numbers as text."""
    number = _NUMBERS.get(type_ or "")
    if number is None or not isinstance(value, str):
        return value
    try:
        return number(value)
    except ValueError:
        return value
