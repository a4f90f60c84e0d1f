"""Step of the Python API."""

from __future__ import annotations

from datetime import datetime

from pipesight.history import model
from pipesight.history.history import History
from pipesight.history.model import Failure, Status
from pipesight.history.sources.failures import completed

from .cells import lasted
from .named_lists import Columns, table
from .output import OUTPUT_COLUMNS, Inputs, Output, Outputs
from .stored import ReadError, read_lines, read_metadata, read_whole_log


class OutputCountError(ValueError):
    """A step does not have exactly one output, so `.output` is ambiguous or empty."""


class Step:
    """One step of a run."""

    def __init__(self, history: History, step: model.Step) -> None:
        self._history = history
        self._step = step

    @property
    def name(self) -> str:
        """The name of the step in its run."""
        return self._step.name

    @property
    def entrypoint_name(self) -> str:
        """The name of the step's function or class. If it was not recorded, the name of the step."""
        return self._step.entrypoint or self._step.name

    @property
    def status(self) -> Status:
        """The status of the step. It is equal to ZenML's word, such as "cached"."""
        return self._step.status

    @property
    def parameters(self) -> dict[str, object]:
        """The parameters of the step, by name."""
        return dict(self._step.parameters)

    @property
    def start_time(self) -> datetime | None:
        """The time of the start, in UTC."""
        return self._step.start

    @property
    def end_time(self) -> datetime | None:
        """The time of the end, in UTC. None while the step goes on."""
        return self._step.end

    @property
    def duration(self) -> float | None:
        """Seconds from start to end. None while the step goes on."""
        return self._step.duration

    @property
    def outputs(self) -> Outputs:
        """The outputs of the step, by name."""
        return Outputs(self.name, [Output(each, self._history) for each in self._history.outputs(self._step) or ()])

    @property
    def inputs(self) -> Inputs:
        """The inputs of the step: outputs of other steps, by the names of this step's parameters."""
        found = self._history.inputs(self._step) or ()
        return Inputs((each.name, Output(each.output, self._history)) for each in found)

    @property
    def metadata(self) -> dict[str, object]:
        """The metadata that was logged for the step, by name."""
        return read_metadata(self._history, self._step, self._step.metadata)

    @property
    def error(self) -> Failure | None:
        """The failure of the step, None if it did not fail or the reason is unknown.

        If the store does not record the reason, it is read from the last traceback in the step's log.
        """
        known = self._step.failure
        from pipesight.workspace.logged_failures import is_untold
        from pipesight.workspace.run_log import failure_in_lines

        if not is_untold(self._step):
            return known

        try:
            return completed(known, failure_in_lines(read_lines(self._history, self._step) or ()))
        except ReadError:
            return known

    @property
    def source_code(self) -> str | None:
        """The source code of the step as it ran, None if it was not recorded."""
        code = self._history.code(self._step, wait=True)
        return code.source if code is not None else None

    def log(self) -> str | None:
        """Return the last megabyte of the step's log. None if it was not recorded.

        Raises ReadError if the log is missing or damaged.
        """
        return read_whole_log(self._history, self._step)

    @property
    def output(self) -> Output:
        """The only output of the step. Raises OutputCountError if there is not exactly one."""
        outputs = self.outputs
        if outputs.count == 1:
            return next(iter(outputs.values()))
        if not outputs:
            raise OutputCountError(f"Step {self.name!r} has no output.")
        names = ", ".join(map(repr, outputs))
        raise OutputCountError(f"Step {self.name!r} has {outputs.count} outputs: {names}. Use `.outputs[name]`.")

    def get_output(self, name: str) -> Output:
        """Return the output with that name. Raises UnknownNameError if there is no such output."""
        return self.outputs[name]

    def __repr__(self) -> str:
        return f"Step({self.name!r}, {self.status}, outputs: {', '.join(self.outputs) or 'none'})"

    def _repr_html_(self) -> str:
        return table(repr(self), OUTPUT_COLUMNS, self.outputs.values())


STEP_COLUMNS = Columns[Step](
    ("step", "status", "duration", "outputs"),
    lambda it: (it.name, str(it.status), lasted(it.duration), ", ".join(it.outputs)),
)
