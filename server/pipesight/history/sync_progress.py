"""The progress of the sync: which rows of a source are missing from its index or out of date there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pipesight.history.decoding import status_now
from pipesight.history.encoding import details_to_text, encoded_step
from pipesight.history.index_connection import AT_ONCE, MIRRORED, NOT_MIRRORED, places
from pipesight.history.model import Details, Status
from pipesight.history.sources.row import batches

if TYPE_CHECKING:
    from pipesight.history.index_file import IndexFile
    from pipesight.history.sources import RunRecord, StepRecord

_BY_AGE = "ORDER BY start DESC, id"


class SyncProgress:
    """The comparison of a source's rows with those in its index."""

    def __init__(self, file: IndexFile) -> None:
        self._file = file

    def unfinished(self, *, stale_too: bool) -> list[str]:
        """Return the ids of the unfinished runs. Leave out stale runs, which hardly ever change, unless `stale_too`."""
        return [
            row.key
            for row in self._file.rows("SELECT key, status, activity FROM run WHERE open = 1")
            if stale_too or status_now(row.status, row.activity) is not Status.STALE
        ]

    def unmirrored(self, *, newest: int, per_pipeline: int) -> list[str]:
        """Return the ids of recent runs whose steps are not mirrored or outdated.

        Recent are the `newest` runs of the source, and the `per_pipeline` newest runs of each pipeline.
        """
        wanted: dict[int, str] = {}
        recent = [self._file.rows(f"SELECT id, key, mirrored FROM run {_BY_AGE} LIMIT ?", newest)]
        of_pipeline = f"SELECT id, key, mirrored FROM run WHERE pipeline = ? {_BY_AGE} LIMIT ?"
        pipelines = self._file.rows("SELECT id FROM pipeline")
        recent += [self._file.rows(of_pipeline, pipeline.id, per_pipeline) for pipeline in pipelines]
        for rows in recent:
            wanted.update({row.id: row.key for row in rows if row.mirrored != MIRRORED})
        return list(wanted.values())

    def newest_mirrored(self, count: int) -> list[str]:
        """Return the ids of the runs with mirrored steps among the `count` newest runs."""
        rows = self._file.rows(f"SELECT key, mirrored FROM run {_BY_AGE} LIMIT ?", count)
        return [row.key for row in rows if row.mirrored != NOT_MIRRORED]

    def differing(self, records: Iterable[RunRecord]) -> list[RunRecord]:
        """Return the records of runs that the index lacks or has with other values."""
        wanted = {record.id: record for record in records}
        for part in batches(list(wanted), AT_ONCE):
            rows = self._file.rows(
                "SELECT run.*, pipeline.name AS pipeline_name FROM run LEFT JOIN pipeline ON pipeline.id = run.pipeline"
                f" WHERE run.key IN {places(part)}",
                *part,
            )
            for row in rows:
                record = wanted[row.key]
                end, stack = record.end or row.end, record.stack or row.stack
                has = (row.name, row.status, row.updated, row.end, row.pipeline_name, row.stack)
                will = (record.name, record.status, record.activity, end, record.pipeline, stack)
                if has == will:
                    del wanted[row.key]
        return list(wanted.values())

    def differing_steps(self, steps: Mapping[str, Sequence[StepRecord]]) -> dict[str, Sequence[StepRecord]]:
        """Return the runs whose steps the index lacks or has with other values. Each comes with its steps."""
        differing = dict(steps)
        for part in batches(list(steps), AT_ONCE):
            known: dict[str, list[str]] = {}
            rows = self._file.rows(
                "SELECT run.key, step.digest FROM run JOIN step ON step.run = run.id WHERE run.mirrored = ?"
                f" AND run.key IN {places(part)} ORDER BY step.run, step.position",
                *(MIRRORED, *part),
            )
            for run, step_digest in rows:
                known.setdefault(run, []).append(step_digest)
            for run, digests in known.items():
                if digests == [encoded_step(step).digest for step in steps[run]]:
                    del differing[run]
        return differing

    def differing_details(self, details: Mapping[str, Details]) -> dict[str, Details]:
        """Return the runs whose details the index lacks or has with other values. Each comes with its details."""
        differing = dict(details)
        for part in batches(list(details), AT_ONCE):
            for row in self._file.rows(f"SELECT key, details FROM run WHERE key IN {places(part)}", *part):
                if row.details == details_to_text(details[row.key]):
                    del differing[row.key]
        return differing

    def changed_since_mirrored(self, ids: Iterable[str]) -> list[str]:
        """Return the ids of the runs that have no steps, or outdated ones, in the index."""
        found: list[str] = []
        for part in batches(list(ids), AT_ONCE):
            query = f"SELECT key FROM run WHERE key IN {places(part)} AND mirrored != ?"
            rows = self._file.rows(query, *part, MIRRORED)
            found += [row.key for row in rows]
        return found

    def all_unmirrored(self) -> list[str]:
        """Return the ids of all runs whose steps are not mirrored or outdated, newest first."""
        return [row.key for row in self._file.rows(f"SELECT key FROM run WHERE mirrored != ? {_BY_AGE}", MIRRORED)]
