"""Read the steps of runs from ZenML's SQL store, with their outputs, inputs and failures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from sqlalchemy import func, null, select

from pipesight.history.model import Failure, Status
from pipesight.history.sources.failures import failure_of
from pipesight.history.sources.records import InputRecord, OutputRecord, StepRecord
from pipesight.history.sources.row import Row
from pipesight.history.sources.tables import SQLQuery, Tables, microseconds
from pipesight.history.sources.windows import TimeSpan, Windows
from pipesight.history.sources.zenml_artifacts import ArtifactVersions
from pipesight.history.sources.zenml_configurations import StepConfigurations
from pipesight.history.sources.zenml_details import DetailsReader, Maker, Resource
from pipesight.history.sources.zenml_scope import ProjectScope


class StepsReader:
    """The reader of the steps of a store. `time` converts stored times to microseconds since the epoch."""

    def __init__(
        self,
        tables: Tables,
        scope: ProjectScope,
        versions: ArtifactVersions,
        details: DetailsReader,
        windows: Windows,
        time: Callable[[object], int | None],
    ) -> None:
        self._tables = tables
        self._run = tables["pipeline_run"]
        self._step = tables["step_run"]
        self._scope = scope
        self._versions = versions
        self._details = details
        self._windows = windows
        self._time = time

    def of_runs(self, run_ids: Collection[str]) -> Mapping[str, Sequence[StepRecord]]:
        """Return the steps of these runs in execution order, by run id."""
        found: dict[str, list[Row]] = {run_id: [] for run_id in run_ids}
        for row in self._step_rows(self._step_query(), run_ids):
            found[row.run_id].append(row)
        rows = [row for of_run in found.values() for row in self._in_order(of_run)]
        outputs = self._versions.of_steps([row.id for row in rows])
        configurations = StepConfigurations(self._tables)
        configurations.load(rows)
        steps: dict[str, list[StepRecord]] = {run_id: [] for run_id in run_ids}
        for row in rows:
            entrypoint, parameters = configurations.of(row)
            steps[row.run_id].append(
                StepRecord(
                    id=row.id,
                    run_id=row.run_id,
                    name=row.name,
                    status=row.status,
                    entrypoint=entrypoint,
                    start=self._time(row.start),
                    end=self._time(row.end_time),
                    parameters=parameters,
                    outputs=tuple(outputs.get(row.id, ())),
                )
            )
        return steps

    def _step_rows(self, query: SQLQuery, run_ids: Collection[str]) -> Iterator[Row]:
        """Yield the rows of the runs' steps, as the query selects them.

        An SQL index finds them if there is one. Else they are searched in the time spans of the runs, and in the whole
        table for runs without rows in their span.
        """
        run_id = self._step.c.pipeline_run_id
        if not self._tables.is_sqlite:
            yield from self._tables.among(query, run_id, run_ids)
            return
        column = self._scope.column
        if column in self._step.c and self._tables.has_index("step_run", column, "pipeline_run_id"):
            owner = select(self._run.c.id, self._run.c[column])
            projects = {row[1] for row in self._tables.among(owner, self._run.c.id, run_ids)}
            yield from self._tables.among(query.where(self._step.c[column].in_(projects)), run_id, run_ids)
            return
        if not self._windows.is_needed("step_run", "pipeline_run_id"):
            yield from self._tables.among(query, run_id, run_ids)
            return
        missed: list[str] = []
        for run, span in self._windows.spans(run_ids).items():
            rows = self._tables.all(query.where(run_id == run, self._windows.within("step_run", span)))
            yield from rows
            if not rows:
                missed.append(run)
        if missed:
            yield from self._tables.among(query, run_id, missed)

    def _step_query(self) -> SQLQuery:
        step = self._step.c
        wanted = ("step_configuration", "entrypoint_name", "parameters", "deployment_id", "snapshot_id", "version")
        return select(
            step.rowid.label("position") if self._tables.is_sqlite else null().label("position"),
            step.id,
            step.pipeline_run_id.label("run_id"),
            step.name,
            step.status,
            (func.coalesce(step.start_time, step.created) if "start_time" in step else step.created).label("start"),
            step.end_time if "end_time" in step else null().label("end_time"),
            step.created,
            *[step[name] if name in step else null().label(name) for name in wanted],
        )

    def _in_order(self, rows: list[Row]) -> list[Row]:
        """Return the steps in execution order. Like ZenML's own API, return only the last attempt of a retried step."""
        latest: dict[str, Row] = {}
        kept: list[Row] = []
        for row in rows:
            if row.version is None:
                kept.append(row)
            elif row.name not in latest or latest[row.name].version < row.version:
                latest[row.name] = row
        depth = self._depth(rows) if not self._tables.is_sqlite else {}
        return sorted(
            [*kept, *latest.values()],
            key=lambda row: (
                microseconds(row.start) or 0,
                microseconds(row.created) or 0,
                row.position or depth.get(row.id, 0),
                row.name,
            ),
        )

    def _depth(self, rows: list[Row]) -> dict[str, int]:
        """Return the length of the longest path of parents of each step.

        It orders steps that start in the same second, because ZenML's times in MySQL have whole seconds.
        """
        if not self._tables.has("step_run_parents", "parent_id", "child_id"):
            return {}
        edge = self._tables["step_run_parents"].c
        parents: dict[str, list[str]] = {}
        for parent, child in self._tables.among(
            select(edge.parent_id, edge.child_id), edge.child_id, [r.id for r in rows]
        ):
            parents.setdefault(child, []).append(parent)
        depth: dict[str, int] = {}
        for _ in rows:
            before = dict(depth)
            for row in rows:
                depth[row.id] = max((depth.get(parent, 0) + 1 for parent in parents.get(row.id, ())), default=0)
            if depth == before:
                break
        return depth

    # Details

    def with_details(self, steps: Mapping[str, Sequence[StepRecord]]) -> Mapping[str, Sequence[StepRecord]]:
        """Return the steps with metadata, failures and inputs."""
        read, spans = self._details, self._windows.near(steps)
        step_ids = [step.id for of_run in steps.values() for step in of_run]
        metadata = read.metadata(Resource.STEP, step_ids, spans)
        inputs, failures = self._inputs(steps, step_ids, spans), self._failures(step_ids)
        outputs = self._outputs_with_details(steps, spans)
        return {
            run_id: [
                step._replace(
                    metadata=metadata.get(step.id, ()),
                    failure=failures.get(step.id),
                    inputs=tuple(inputs.get(step.id, ())),
                    outputs=tuple(outputs[output.id]._replace(name=output.name) for output in step.outputs),
                )
                for step in of_run
            ]
            for run_id, of_run in steps.items()
        }

    def fingerprints(self, run_ids: Collection[str]) -> Mapping[str, object]:
        """Return the numbers, times and lengths of what is recorded of these runs, by run id."""
        step, spans = self._step.c, self._windows.near(run_ids)
        query = select(step.id, step.pipeline_run_id.label("run_id"), step.status, step.updated)
        steps = list(self._step_rows(query, run_ids))
        step_ids = [row.id for row in steps]
        outputs = list(self._versions.links(step_ids))
        runs_of = {id_: {id_} for id_ in run_ids}
        for owner, run_id, *_ in steps:
            runs_of.setdefault(owner, set()).add(run_id)
        for step_id, artifact, *_ in outputs:
            runs_of.setdefault(artifact, set()).update(runs_of[step_id])
        facts = [tuple(row) for row in (*steps, *outputs, *self._details.inputs(step_ids, spans))]
        artifacts = {row.artifact_id for row in outputs}
        for kind, ids in ((Resource.RUN, run_ids), (Resource.STEP, step_ids), (Resource.ARTIFACT, artifacts)):
            facts.extend(self._details.fingerprints(kind, ids, spans))
        found: dict[str, list[object]] = {id_: [] for id_ in run_ids}
        for owner, *of_owner in facts:
            for run_id in runs_of.get(owner, ()):
                found[run_id].append((owner, *of_owner))
        return {run_id: sorted(facts, key=repr) for run_id, facts in found.items()}

    def _outputs_with_details(
        self, steps: Mapping[str, Sequence[StepRecord]], spans: Collection[TimeSpan]
    ) -> Mapping[str, OutputRecord]:
        outputs = {each.id: each for of_run in steps.values() for step in of_run for each in step.outputs}
        read = self._details
        metadata = read.metadata(Resource.ARTIFACT, outputs, spans)
        tags = read.tags(Resource.ARTIFACT, outputs, spans)
        shown = read.visualizations(outputs, spans)
        return {
            id_: output._replace(
                metadata=metadata.get(id_, ()), tags=tags.get(id_, ()), visualizations=shown.get(id_, ())
            )
            for id_, output in outputs.items()
        }

    def _inputs(
        self, steps: Mapping[str, Sequence[StepRecord]], step_ids: Collection[str], spans: Collection[TimeSpan]
    ) -> Mapping[str, Sequence[InputRecord]]:
        rows = self._details.inputs(step_ids, spans)
        # Only outputs of the same run count as made here. The inputs of a run must not depend on the runs read with it.
        made = {run_id: _made(run_id, of_run) for run_id, of_run in steps.items()}
        near = {step.id: made[run_id] for run_id, of_run in steps.items() for step in of_run}
        others = {
            row.id: self._versions.output(row, name=row.artifact or "")
            for row in self._versions.rows(
                {row.artifact_id for row in rows if row.artifact_id not in near[row.step_id]}
            )
        }
        makers = self._details.makers({id_: output.uri for id_, output in others.items()})
        inputs: dict[str, list[InputRecord]] = {}
        for row in rows:
            far = (others.get(row.artifact_id), makers.get(row.artifact_id))
            output, maker = near[row.step_id].get(row.artifact_id) or far
            if output is not None:
                step_id, run_id, name = maker or Maker()
                output = output._replace(name=name or output.name)
                inputs.setdefault(row.step_id, []).append(InputRecord(row.name, output, step_id, run_id, row.type))
        return inputs

    def _failures(self, step_ids: Collection[str]) -> Mapping[str, Failure | None]:
        step = self._step.c
        if "exception_info" not in step:
            return {}
        query = select(step.id, step.exception_info, step.source_code).where(step.exception_info.is_not(None))
        rows = self._tables.among(query, step.id, step_ids)
        return {row.id: failure_of(row.exception_info, row.source_code) for row in rows}


def _made(run_id: str, steps: Sequence[StepRecord]) -> Mapping[str, tuple[OutputRecord, Maker]]:
    """Return the outputs that the steps of a run made, each with its maker, by the artifact version's id."""
    return {
        output.id: (output, Maker(step.id, run_id, output.name))
        for step in reversed(steps)
        if step.status != Status.CACHED.value  # a cached step has outputs but did not produce them
        for output in step.outputs
    }
