"""The progress of the sync: which rows of a source are missing from its index or out of date there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from pipesight.history.decoding import status_now
from pipesight.history.encoding import details_to_text
from pipesight.history.model import Details, Status
from pipesight.history.schema import AT_ONCE, MIRRORED, NOT_MIRRORED, PIPELINES, RUNS, STEPS, by_age
from pipesight.history.sources.tables import batches
from pipesight.history.writer import digest

if TYPE_CHECKING:
    from pipesight.history.index_file import IndexFile
    from pipesight.history.sources import RunRecord, StepRecord


class SyncProgress:
    """The comparison of a source's rows with those in its index."""

    def __init__(self, file: IndexFile) -> None:
        self._file = file

    def unfinished(self, *, stale_too: bool) -> list[str]:
        """Return the ids of the unfinished runs. Leave out stale runs, which hardly ever change, unless `stale_too`."""
        query = select(RUNS.c.key, RUNS.c.status, RUNS.c.activity).where(RUNS.c.open == 1)
        return [
            row.key
            for row in self._file.rows(query)
            if stale_too or status_now(row.status, row.activity) is not Status.STALE
        ]

    def unmirrored(self, *, newest: int, per_pipeline: int) -> list[str]:
        """Return the ids of recent runs whose steps are not mirrored or outdated.

        Recent are the `newest` runs of the source, and the `per_pipeline` newest runs of each pipeline.
        """
        wanted: dict[int, str] = {}
        queries = [by_age(select(RUNS)).limit(newest)]
        pipelines = [row.id for row in self._file.rows(select(PIPELINES.c.id))]
        queries += [by_age(select(RUNS).where(RUNS.c.pipeline == id_)).limit(per_pipeline) for id_ in pipelines]
        for query in queries:
            wanted.update({row.id: row.key for row in self._file.rows(query) if row.mirrored != MIRRORED})
        return list(wanted.values())

    def newest_mirrored(self, count: int) -> list[str]:
        """Return the ids of those among the `count` newest runs whose steps are mirrored."""
        query = select(RUNS.c.key, RUNS.c.mirrored)
        return [row.key for row in self._file.rows(by_age(query).limit(count)) if row.mirrored != NOT_MIRRORED]

    def differing(self, records: Iterable[RunRecord]) -> list[RunRecord]:
        """Return the records of runs that the index lacks or has with other values."""
        wanted = {record.id: record for record in records}
        for part in batches(list(wanted), AT_ONCE):
            query = select(RUNS, PIPELINES.c.name.label("of"))
            query = query.outerjoin(PIPELINES, PIPELINES.c.id == RUNS.c.pipeline).where(RUNS.c.key.in_(part))
            for row in self._file.rows(query):
                record = wanted[row.key]
                end, stack = record.end or row.end, record.stack or row.stack
                has = (row.name, row.status, row.updated, row.end, row.of, row.stack)
                will = (record.name, record.status, record.activity, end, record.pipeline, stack)
                if has == will:
                    del wanted[row.key]
        return list(wanted.values())

    def differing_steps(self, steps: Mapping[str, Sequence[StepRecord]]) -> dict[str, Sequence[StepRecord]]:
        """Return those runs, with their steps, whose steps the index lacks or has with other values."""
        differing = dict(steps)
        query = select(RUNS.c.key, STEPS.c.digest).join(STEPS, STEPS.c.run == RUNS.c.id)
        query = query.where(RUNS.c.mirrored == MIRRORED).order_by(STEPS.c.run, STEPS.c.position)
        for part in batches(list(steps), AT_ONCE):
            known: dict[str, list[str]] = {}
            for run, step_digest in self._file.rows(query.where(RUNS.c.key.in_(part))):
                known.setdefault(run, []).append(step_digest)
            for run, digests in known.items():
                if digests == [digest(step) for step in steps[run]]:
                    del differing[run]
        return differing

    def differing_details(self, details: Mapping[str, Details]) -> dict[str, Details]:
        """Return those runs, with their details, whose details the index lacks or has with other values."""
        differing = dict(details)
        for part in batches(list(details), AT_ONCE):
            for row in self._file.rows(select(RUNS.c.key, RUNS.c.details).where(RUNS.c.key.in_(part))):
                if row.details == details_to_text(details[row.key]):
                    del differing[row.key]
        return differing

    def changed_since_mirrored(self, ids: Iterable[str]) -> list[str]:
        """Return those of the ids whose runs have no steps in the index, or outdated ones."""
        found: list[str] = []
        for part in batches(list(ids), AT_ONCE):
            rows = self._file.rows(select(RUNS.c.key).where(RUNS.c.key.in_(part), RUNS.c.mirrored != MIRRORED))
            found += [row.key for row in rows]
        return found

    def all_unmirrored(self) -> list[str]:
        """Return the ids of all runs whose steps are not mirrored or outdated, newest first."""
        return [row.key for row in self._file.rows(by_age(select(RUNS.c.key).where(RUNS.c.mirrored != MIRRORED)))]
