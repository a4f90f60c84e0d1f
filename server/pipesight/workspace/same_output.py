"""Find an output in other runs of its pipeline: in the run before, and in the newest one."""

from __future__ import annotations

from itertools import dropwhile

from pipesight.history.history import History
from pipesight.history.model import Output, Run

from .find import Found

_RUNS = 20  # runs that are searched


def output_before(history: History, found: Found) -> Output | None:
    """Return the output of the same name in the newest earlier run that has it. None if there is none."""
    run, step, output = found.run, found.step, found.output
    if run is None or step is None or output is None:
        return None
    series = history.series(run, step.name, output.name, limit=_RUNS)
    # The series also has runs that started at the same time, which may come before this one.
    here = list(dropwhile(lambda each: each.id != output.id, series))
    return here[1] if len(here) > 1 else None


def newest_output(history: History, found: Found, *, is_successful: bool) -> Found | None:
    """Return the output of the same name in the newest run that has it, with `is_successful` in the newest success."""
    run, step, output = found.run, found.step, found.output
    if run is None or run.pipeline is None or step is None or output is None:
        return None
    for each in _newest_runs(history, run.pipeline, is_successful):
        named = history.step(each, step.name)
        outputs = history.outputs(named) or () if named is not None else ()
        same = next((other for other in outputs if other.name == output.name), None)
        if same is not None:
            return Found(found.pipeline, each, named, same)
    return None


def _newest_runs(history: History, pipeline: str, is_successful: bool) -> tuple[Run, ...]:
    if not is_successful:
        return history.runs(pipeline, limit=_RUNS)
    runs: list[Run] = []
    run = history.last_run(pipeline, successful=True)
    while run is not None and len(runs) < _RUNS:
        runs.append(run)
        run = history.success_before(run)
    return tuple(runs)
