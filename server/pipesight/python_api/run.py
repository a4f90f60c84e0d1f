"""Run of the Python API, and a list of runs as a data frame."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import datetime
from typing import TYPE_CHECKING, SupportsIndex, overload

from pipesight.history import model
from pipesight.history.history import History
from pipesight.history.model import Failure, Status
from pipesight.history.sources import SourceError
from pipesight.settings import Settings

from .arguments import name_of
from .cells import lasted, when
from .named_lists import TABLE_ROWS, Columns, Named, table
from .step import STEP_COLUMNS, Step
from .stored import read_metadata, read_whole_log

if TYPE_CHECKING:
    import pandas

    from pipesight.workspace.run_report import RunReport


class Run:
    """One run of a pipeline."""

    def __init__(self, history: History, run: model.Run, settings: Settings) -> None:
        self._history = history
        self._run = run
        self._settings = settings

    @property
    def name(self) -> str:
        """The name of the run."""
        return self._run.name

    @property
    def status(self) -> Status:
        """The status of the run. It is equal to ZenML's word, such as "completed"."""
        return self._run.status

    @property
    def pipeline_name(self) -> str | None:
        """The name of the pipeline, None for an unlisted run."""
        return self._run.pipeline

    @property
    def stack_name(self) -> str | None:
        """The name of the stack on which the run was executed, None if unknown."""
        return self._run.stack

    @property
    def start_time(self) -> datetime | None:
        """The time of the start, in UTC."""
        return self._timed.start

    @property
    def end_time(self) -> datetime | None:
        """The time of the end, in UTC. None while the run goes on."""
        return self._timed.end

    @property
    def duration(self) -> float | None:
        """Seconds from start to end. None while the run goes on."""
        return self._timed.duration

    @property
    def _timed(self) -> model.Run:
        """The run with its times. The list of a server lacks the times of older runs, so they are fetched."""
        if self._run.end is None and self._run.status.is_finished:
            with suppress(SourceError):
                (self._run,) = self._history.fetch([self._run])
        return self._run

    @property
    def metadata(self) -> dict[str, object]:
        """The metadata that was logged for the run, by name."""
        return read_metadata(self._history, self._run, self._details.metadata)

    @property
    def tags(self) -> list[str]:
        """The tags of the run, sorted."""
        return list(self._details.tags)

    @property
    def commit(self) -> str | None:
        """The git commit of the run's code, None if it was not recorded."""
        return self._details.commit

    @property
    def error(self) -> Failure | None:
        """The failure of the first failed step, else that of the run itself. None for a run that did not fail."""
        return next((step.error for step in self.steps if step.error is not None), self._details.failure)

    @staticmethod
    def rows(runs: Sequence[Run]) -> list[dict[str, object]]:
        """Return a row with facts, parameters and metrics for each of these runs of one pipeline."""
        from pipesight.workspace.opening import open_previews
        from pipesight.workspace.run_report import reports

        if not runs:
            return []
        with closing(open_previews(runs[0]._settings, sys.executable)) as previews:
            found = reports(runs[0]._history, [run._run for run in runs], previews)
            return [_row(report) for report in found]

    def log(self) -> str | None:
        """Return the last megabyte of the run's own log, outside its steps. None if it was not recorded.

        Raises ReadError if the log is missing or damaged.
        """
        return read_whole_log(self._history, self._run)

    @property
    def _details(self) -> model.Details:
        self._history.fetch_steps(self._run)
        return self._history.details(self._run) or model.Details()

    @property
    def steps(self) -> Named[Step]:
        """The steps of the run in execution order. They can be taken by position or by name."""
        steps = self._history.fetch_steps(self._run)
        return Named("step", [Step(self._history, step) for step in steps], STEP_COLUMNS, f"run {self.name!r}")

    def get_step(self, step: object = None, *, name: str | None = None) -> Step:
        """Return the step with that name, else the step whose function has that name.

        The function itself can be given instead of its name. Raises UnknownNameError if there is no such step.
        """
        steps, wanted = self.steps, name_of("step", step, name)
        by_function = next((each for each in steps if each.entrypoint_name == wanted), None)
        return steps.get(wanted) or by_function or steps[wanted]

    def __repr__(self) -> str:
        return f"Run({self.name!r}, {self.status}, {when(self.start_time)})"

    def _repr_html_(self) -> str:
        return table(repr(self), STEP_COLUMNS, self.steps)


class Runs(Named[Run]):
    """The runs of a pipeline. They can be converted to a data frame."""

    @overload
    def __getitem__(self, key: SupportsIndex | str) -> Run: ...
    @overload
    def __getitem__(self, key: slice) -> Runs: ...
    def __getitem__(self, key: SupportsIndex | str | slice) -> Run | Runs:
        if isinstance(key, slice):
            return Runs(self._kind, list(self)[key], self._columns, self._where)
        return super().__getitem__(key)

    def _repr_html_(self) -> str:
        """Return a table of the newest runs with the columns that differ, and pictures of their numbers over time."""
        from pipesight.pages.runs_html import runs_html

        newest = list(self)[-TABLE_ROWS:]
        rows = [{"run": run.name, **row} for run, row in zip(newest, Run.rows(newest), strict=True)]
        return runs_html(f"Runs of {self._where}", rows, len(self) - len(newest))

    def to_pandas(self) -> pandas.DataFrame:
        """Return the facts, parameters and metrics of the runs as a data frame, with a row for each run.

        The index has the names of the runs. Columns of parameters are named `STEP.PARAMETER`. Those of metrics are
        named `KEY` (metadata of the run), `STEP.KEY` (metadata of a step) or `STEP.OUTPUT` (an output that is a number
        or a boolean). This needs pandas.
        """
        import pandas as pd

        return pd.DataFrame(Run.rows(self), index=pd.Index([run.name for run in self], name="run"))


def _row(report: RunReport) -> dict[str, object]:
    facts: dict[str, object] = {
        "status": report.status,
        "start": datetime.fromisoformat(report.start) if report.start else None,
        "duration": report.duration,
        "stack": report.stack,
        "tags": ", ".join(report.tags),
        "error": report.error.type if report.error is not None else None,
    }
    return {**facts, **report.parameters, **report.metrics}


RUN_COLUMNS = Columns[Run](
    ("run", "status", "start", "duration"),
    lambda it: (it.name, str(it.status), when(it.start_time), lasted(it.duration)),
)
