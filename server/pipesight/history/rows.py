"""List every output of every step of every run of a source, read from the store without an index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipesight.history.sources import Source


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One output of one step of one run, or a step without outputs."""

    pipeline: str | None
    run: str
    run_status: str
    step: str
    entrypoint: str | None
    step_status: str
    output: str | None
    uri: str | None


def rows(source: Source) -> Iterator[HistoryRow]:
    """Yield every output of every step of every run, newest run first. Read them directly from the source.

    Raises SourceError if the source cannot be read.
    """
    with source.connect() as session:
        for batch in session.runs():
            steps = session.steps([run.id for run in batch])
            for run in batch:
                for step in steps.get(run.id, ()):
                    front = (run.pipeline, run.name, run.status, step.name, step.entrypoint, step.status)
                    for output in step.outputs:
                        yield HistoryRow(*front, output.name, output.uri)
                    if not step.outputs:
                        yield HistoryRow(*front, None, None)
