"""Pipeline of the Python API."""

from __future__ import annotations

from datetime import datetime

from pipesight.history import model
from pipesight.history.history import History
from pipesight.pages.words import count
from pipesight.settings import Settings

from .arguments import name_of
from .cells import when
from .named_lists import Columns, table
from .run import RUN_COLUMNS, Run, Runs


class Pipeline:
    """A pipeline and its runs."""

    def __init__(self, history: History, pipeline: model.Pipeline, settings: Settings, stack: str | None) -> None:
        self._history = history
        self._pipeline = pipeline
        self._settings = settings
        self._stack = stack

    @property
    def name(self) -> str:
        """The name of the pipeline, which is that of its function or class."""
        return self._pipeline.name

    @property
    def first_run(self) -> datetime | None:
        """The start of the oldest run, in UTC. Pipelines are sorted by it."""
        return self._pipeline.first_run

    @property
    def runs(self) -> Runs:
        """All runs of the pipeline, the oldest start first. `runs[-1]` is the newest run."""
        runs = reversed(self._history.runs(self.name))
        wanted = [run for run in runs if self._stack is None or run.stack in (self._stack, None)]
        listed = [Run(self._history, run, self._settings) for run in wanted]
        return Runs("run", listed, RUN_COLUMNS, f"pipeline {self.name!r}")

    def get_run(self, run_name: str | None = None, *, name: str | None = None) -> Run:
        """Return the run with that name. Raises UnknownNameError if there is no such run."""
        wanted = name_of("run", run_name, name)
        found = self._history.run(wanted, self.name)
        if found is None or (self._stack and found.stack not in (self._stack, None)):
            return self.runs[wanted]
        return Run(self._history, found, self._settings)

    def get_runs(self) -> Runs:
        """Return all runs, oldest first."""
        return self.runs

    def get_run_names(self) -> list[str]:
        """Return the names of all runs, oldest first."""
        return [run.name for run in self.runs]

    @property
    def last_run(self) -> Run:
        """The newest run. Raises IndexError if the pipeline has no run."""
        found = self._history.last_run(self.name) if self._stack is None else None
        return self.runs[-1] if found is None else Run(self._history, found, self._settings)

    @property
    def last_successful_run(self) -> Run | None:
        """The newest run that completed, None if there is none."""
        return next((run for run in reversed(self.runs) if run.status.is_success), None)

    @property
    def run_count(self) -> int:
        """The number of runs."""
        return self._pipeline.run_count if self._stack is None else len(self.runs)

    def __repr__(self) -> str:
        return f"Pipeline({self.name!r}, {count(self.run_count, 'run')})"

    def _repr_html_(self) -> str:
        return table(repr(self), RUN_COLUMNS, self.runs[::-1])


PIPELINE_COLUMNS = Columns[Pipeline](
    ("pipeline", "runs", "last run"), lambda it: (it.name, str(it.run_count), when(it.last_run.start_time))
)
