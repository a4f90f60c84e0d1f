"""Repository of the Python API: the run history of a project."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from pipesight.history.history import History
from pipesight.history.sources import SourceError
from pipesight.project_settings import project_settings
from pipesight.workspace.opening import find_stores

from .arguments import name_of
from .named_lists import Named, UnknownNameError, table
from .pipeline import PIPELINE_COLUMNS, Pipeline

_NEVER = datetime.min.replace(tzinfo=timezone.utc)


class Repository:
    """The run history of a project.

    `history` lists the stores as folders, files or URLs. By default they come from the settings of the project in the
    folder `root` (by default the current one), else from ZenML's rules for this folder. `project` is the name or id of
    the ZenML project to read instead of the active one. The stores are only read. A local index mirrors them.

    Raises SourceError if no store is found, or if nothing can be read.
    """

    def __init__(
        self,
        root: str | Path | None = None,
        *,
        history: str | Sequence[str] = (),
        project: str | None = None,
        cache_folder: Path | None = None,
    ) -> None:
        listed = [history] if isinstance(history, str) else list(history)
        folder = Path(root) if root is not None else Path.cwd()
        self._settings = project_settings(folder).settings
        found = find_stores([folder], self._settings, history=listed, project=project or "")
        if not found.sources:
            told = next((each for each in reversed(found.findings) if each.advice), None)
            detail = f": {told.subject}: {told.detail}" if told else "."
            raise SourceError(f"There is no run history{detail}", (told and told.advice) or "")
        self._history = History.open(found.sources, cache_folder=cache_folder, start=False)
        try:
            self.refresh()
        except SourceError:
            self.close()
            raise

    def refresh(self) -> None:
        """Read the changes of the stores. A store that cannot be read keeps its last state.

        Raises SourceError if a store cannot be read and the history is empty.
        """
        try:
            self._history.sync_once()
        except SourceError:
            if self._history.is_empty:
                raise

    def get_pipelines(self, stack_key: str | None = None, *, stack_name: str | None = None) -> Named[Pipeline]:
        """Return all pipelines with at least one run, or with a run on the given stack.

        The pipeline with the oldest first run comes first. Raises UnknownNameError if there is no such stack.
        """
        stack = self._stack(stack_key or stack_name)
        known = [each for each in self._history.pipelines() if each.run_count]
        pipelines = [Pipeline(self._history, each, self._settings, stack) for each in known]
        if stack is None:
            pipelines.sort(key=lambda each: each.first_run or _NEVER)
            return Named("pipeline", pipelines, PIPELINE_COLUMNS)
        ran = [each for each in pipelines if each.runs]
        ran.sort(key=lambda each: each.runs[0].start_time or _NEVER)
        return Named("pipeline", ran, PIPELINE_COLUMNS, f"stack {stack!r}")

    def get_pipeline(
        self,
        pipeline_name: object = None,
        stack_key: str | None = None,
        *,
        stack_name: str | None = None,
        pipeline: object = None,
        name: str | None = None,
    ) -> Pipeline:
        """Return the pipeline with that name. The pipeline's function, class or instance can be given instead.

        `pipeline` and `name` are the names of the parameter `pipeline_name` in other releases of ZenML.

        Raises UnknownNameError if there is no such pipeline, or if it has no run on the given stack.
        """
        wanted = name_of("pipeline", pipeline_name, pipeline, name)
        stack = self._stack(stack_key or stack_name)
        found = self._history.pipeline(wanted)
        if found is None or not found.run_count:
            return self.get_pipelines()[wanted]
        view = Pipeline(self._history, found, self._settings, stack)
        return view if stack is None or view.runs else self.get_pipelines(stack)[wanted]

    @property
    def pipelines(self) -> Named[Pipeline]:
        """All pipelines with at least one run, sorted by their first run, oldest first."""
        return self.get_pipelines()

    @property
    def project(self) -> str | None:
        """The name of the project that is read, None for a store without projects."""
        found = self._history.project()
        return found.name if found is not None else None

    @property
    def projects(self) -> list[str]:
        """The names of the projects of the store. `Repository(project="...")` reads another one."""
        return [project.name for project in self._history.projects()]

    @property
    def stacks(self) -> list[str]:
        """The names of the stacks."""
        return list(self._history.stacks())

    def close(self) -> None:
        """Close the local index."""
        self._history.close()

    def __enter__(self) -> Repository:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Repository({', '.join(state.label for state in self._history.state.sources)})"

    def _repr_html_(self) -> str:
        return table(repr(self), PIPELINE_COLUMNS, self.get_pipelines())

    def _stack(self, name: str | None) -> str | None:
        if name is not None and name not in self._history.stacks():
            raise UnknownNameError("stack", name, self._history.stacks())
        return name
