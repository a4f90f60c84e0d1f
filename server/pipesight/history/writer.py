"""Write the rows of a source into an index, one transaction at a time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DatabaseError
from sqlalchemy.schema import CreateIndex, DropIndex

from pipesight.history.encoding import details_to_text, encoded_output, encoded_step
from pipesight.history.index_connection import AT_ONCE, MIRRORED, NOT_MIRRORED, OUTDATED
from pipesight.history.insertions import (
    INSERT_ARTIFACTS,
    INSERT_INPUTS,
    INSERT_OUTPUTS,
    INSERT_RUNS,
    INSERT_STEPS,
    STORE,
    copy_runs,
)
from pipesight.history.model import Details, Project, Status
from pipesight.history.schema import (
    ARTIFACTS,
    FACTS,
    FINDS_RUNS,
    INPUTS,
    OUTPUTS,
    PIPELINES,
    RUNS,
    STEPS,
    WORDS,
)
from pipesight.history.sources.row import batches
from pipesight.history.sources.stored_runs import StoredRuns
from pipesight.history.sources.tables import SQLQuery

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pipesight.history.sources import ArtifactRecord, RunRecord, StepRecord


class IndexWriter:
    """One transaction on an index."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._may_be_attached = False  # whether the file of a store is

    def end(self) -> None:
        """Detach what was attached. SQLite does so only after the end of the transaction."""
        if self._may_be_attached:
            with suppress(DatabaseError):
                self._connection.exec_driver_sql(f"DETACH {STORE}")

    def note(self, name: str, value: str | None) -> None:
        """Write a fact. The value None removes it."""
        self._connection.execute(delete(FACTS).where(FACTS.c.name == name))
        if value is not None:
            self._connection.execute(insert(FACTS).values(name=name, value=value))

    def projects(self, projects: Iterable[Project], mirrored: Project | None) -> None:
        """Write the store's projects, and the one that this index mirrors."""
        self.note("projects", json.dumps([(each.id, each.name) for each in projects]))
        self.note("project", json.dumps([(mirrored.id, mirrored.name)] if mirrored else []))

    def pipelines(self, names: Iterable[str], epoch: int) -> None:
        """Add pipelines, with or without runs. `epoch` is the number of the last load that has seen them."""
        values = [{"name": name, "epoch": epoch, "run_count": 0} for name in names]
        if values:
            statement = insert(PIPELINES)
            newer = func.max(statement.excluded.epoch, PIPELINES.c.epoch)
            statement = statement.on_conflict_do_update(index_elements=["name"], set_={"epoch": newer})
            self._connection.execute(statement, values)

    def begin_load(self) -> None:
        """Prepare for all runs of the source. If the index has none yet, drop the SQL indexes until `end_load`."""
        if self._newest_run() == 0:
            for index in FINDS_RUNS:
                self._connection.execute(DropIndex(index, if_exists=True))

    def end_load(self, epoch: int) -> None:
        """Remove the runs and pipelines that the load `epoch` has not seen, and count the runs of pipelines again."""
        for index in FINDS_RUNS:
            self._connection.execute(CreateIndex(index, if_not_exists=True))
        gone = [row.id for row in self._connection.execute(select(RUNS.c.id).where(RUNS.c.epoch < epoch))]
        if gone:
            self._forget_steps(gone)
            self._connection.execute(delete(RUNS).where(RUNS.c.epoch < epoch))
        self._connection.execute(delete(PIPELINES).where(PIPELINES.c.epoch < epoch))
        self._count()

    def loaded(self, records: Sequence[RunRecord], epoch: int) -> None:
        """Add or update runs during a load. Only new runs are added to the counts, which `end_load` corrects."""
        newest = self._newest_run()
        if not self._copy(records, epoch):
            self._upsert(records, epoch)
        added = select(RUNS.c.pipeline, func.count(), func.min(RUNS.c.start), func.max(RUNS.c.start))
        for pipeline, count, first, last in self._connection.execute(
            added.where(RUNS.c.id > newest).group_by(RUNS.c.pipeline)
        ).fetchall():
            of = PIPELINES.c
            values = {
                "run_count": of.run_count + count,
                "first_run": func.min(func.coalesce(of.first_run, first), first),
                "last_run": func.max(func.coalesce(of.last_run, last), last),
            }
            self._connection.execute(update(PIPELINES).where(of.id == pipeline).values(values))

    def runs(self, records: Sequence[RunRecord], epoch: int) -> None:
        """Add or update runs, and count those of their pipelines. The steps of a changed run become outdated."""
        keys = [record.id for record in records]
        columns = select(RUNS.c.key, RUNS.c.pipeline)
        before = dict(self._among(columns, RUNS.c.key, keys))
        self._upsert(records, epoch)
        owners = Counter(pipeline for _, pipeline in self._among(columns, RUNS.c.key, keys))
        owners.subtract(before.values())
        self._count_on(owners)

    def _copy(self, records: Sequence[RunRecord], epoch: int) -> bool:
        if not isinstance(records, StoredRuns):
            return False
        self._may_be_attached = True
        return copy_runs(self._connection, records, epoch)

    def _upsert(self, records: Sequence[RunRecord], epoch: int) -> None:
        if not records:
            return
        self.pipelines(dict.fromkeys(record.pipeline for record in records if record.pipeline is not None), epoch)
        ids = {row.name: row.id for row in self._connection.execute(select(PIPELINES.c.name, PIPELINES.c.id))}
        unfinished = {each for each in {record.status for record in records} if each and not Status(each).is_finished}
        unknown, new = Status.UNKNOWN.value, NOT_MIRRORED
        values = [
            (id_, name, ids.get(owner), status or unknown, start, end, at, at, stack, status in unfinished, epoch, new)
            for id_, name, owner, status, start, end, at, stack in records
        ]
        INSERT_RUNS.execute(self._connection, values)

    def _newest_run(self) -> int:
        return self._connection.execute(select(func.max(RUNS.c.id))).scalar() or 0

    def steps(self, steps: Mapping[str, Sequence[StepRecord]]) -> None:
        """Write the steps, outputs and inputs of these runs. Replace what the index has of them."""
        runs = {row.key: row for row in self._among(select(RUNS), RUNS.c.key, steps)}
        self._forget_steps([row.id for row in runs.values()])
        self._write_steps((runs[key], records) for key, records in steps.items() if key in runs)

    def details(self, details: Mapping[str, Details]) -> None:
        """Write the metadata, tags, commit and failure of these runs."""
        values = [{"run_key": key, "text": details_to_text(each)} for key, each in details.items()]
        if values:
            of_run = update(RUNS).where(RUNS.c.key == bindparam("run_key"))
            self._connection.execute(of_run.values(details=bindparam("text")), values)

    def forget_pipelines(self, names: Collection[str]) -> None:
        """Remove these pipelines, which have no runs."""
        self._connection.execute(delete(PIPELINES).where(PIPELINES.c.name.in_(names)))

    def forget_run(self, key: str) -> None:
        """Remove a deleted run with its steps."""
        for row in self._connection.execute(select(RUNS.c.id, RUNS.c.pipeline).where(RUNS.c.key == key)).fetchall():
            self._forget_steps([row.id])
            self._connection.execute(delete(RUNS).where(RUNS.c.id == row.id))
            self._count_on({row.pipeline: -1})

    def outdated(self) -> None:
        """Mark all mirrored steps as outdated. They are served until they have been mirrored again."""
        self._connection.execute(update(RUNS).where(RUNS.c.mirrored == MIRRORED).values(mirrored=OUTDATED))

    def words(self, kind: str, names: Iterable[str]) -> None:
        """Replace all names of a kind, which is `stack` or `model`."""
        self._connection.execute(delete(WORDS).where(WORDS.c.kind == kind))
        if values := [{"kind": kind, "name": name} for name in dict.fromkeys(names)]:
            self._connection.execute(insert(WORDS), values)

    def artifacts(self, records: Iterable[ArtifactRecord]) -> None:
        """Replace the list of the newest artifacts. `records` come newest first."""
        self._connection.execute(delete(ARTIFACTS))
        values = [(position, record.step_id, *encoded_output(record.output)) for position, record in enumerate(records)]
        INSERT_ARTIFACTS.execute(self._connection, values)

    def _write_steps(self, found: Iterable[tuple[Any, Sequence[StepRecord]]]) -> None:
        step_id = self._connection.execute(select(func.max(STEPS.c.id))).scalar() or 0
        steps: list[tuple[object, ...]] = []
        outputs: list[tuple[object, ...]] = []
        inputs: list[tuple[object, ...]] = []
        runs: list[dict[str, object]] = []
        for run, records in found:
            activity = run.activity
            for position, record in enumerate(records):
                step_id += 1
                activity = max(
                    (each for each in (activity, record.start, record.end) if each is not None), default=None
                )
                step = encoded_step(record)
                steps.append((step_id, run.id, position, run.pipeline, run.start, step.digest, *step.step))
                outputs += [(step_id, place, *each) for place, each in enumerate(step.outputs)]
                inputs += [(step_id, place, *each) for place, each in enumerate(step.inputs)]
            runs.append({"run_id": run.id, "activity": activity})
        INSERT_STEPS.execute(self._connection, steps)
        INSERT_OUTPUTS.execute(self._connection, outputs)
        INSERT_INPUTS.execute(self._connection, inputs)
        if runs:
            done = update(RUNS).where(RUNS.c.id == bindparam("run_id"))
            self._connection.execute(done.values(mirrored=MIRRORED, activity=bindparam("activity")), runs)

    def _forget_steps(self, runs: Collection[int]) -> None:
        ids = [row.id for row in self._among(select(STEPS.c.id), STEPS.c.run, runs)]
        for part in batches(ids, AT_ONCE):
            self._connection.execute(delete(OUTPUTS).where(OUTPUTS.c.step.in_(part)))
            self._connection.execute(delete(INPUTS).where(INPUTS.c.step.in_(part)))
            self._connection.execute(delete(STEPS).where(STEPS.c.id.in_(part)))

    def _count(self) -> None:
        """Count the runs of all pipelines."""
        of_pipeline = RUNS.c.pipeline == PIPELINES.c.id
        count = select(func.count()).select_from(RUNS).where(of_pipeline).scalar_subquery()
        self._connection.execute(update(PIPELINES).values(run_count=count, **_first_and_last(of_pipeline)))

    def _count_on(self, changes: Mapping[int | None, int]) -> None:
        """Add the changes to the run counts of pipelines. Counting all runs would take time in proportion to them."""
        for pipeline, more in changes.items():
            values = {"run_count": PIPELINES.c.run_count + more, **_first_and_last(RUNS.c.pipeline == pipeline)}
            self._connection.execute(update(PIPELINES).where(PIPELINES.c.id == pipeline).values(values))

    def _among(self, query: SQLQuery, key: Any, values: Iterable[Any]) -> list[Any]:
        found: list[Any] = []
        for part in batches(list(values), AT_ONCE):
            found += self._connection.execute(query.where(key.in_(part))).fetchall()
        return found


def _first_and_last(of_pipeline: ColumnElement[bool]) -> dict[str, Any]:
    """Return the first and the last start of a pipeline's runs as subqueries. SQL indexes make each one a lookup."""
    first, last = (select(end(RUNS.c.start)).where(of_pipeline).scalar_subquery() for end in (func.min, func.max))
    return {"first_run": first, "last_run": last}
