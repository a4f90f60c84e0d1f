"""A read output, as the page of an output shows it."""

from __future__ import annotations

from dataclasses import dataclass

from pipesight.outputs.preview import Preview
from pipesight.pages.contract.history_paths import HistoryPath
from pipesight.pages.contract.run_view import RecordedValue, RunFacts, StepFacts


@dataclass(frozen=True, slots=True)
class OutputFacts:
    """The URI, the types and the version of an output's artifact.

    `data_type` and `materializer` are dotted class paths.
    """

    uri: str
    data_type: str | None = None
    materializer: str | None = None
    type: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class StoredVisualization:
    """A file that ZenML stored beside an artifact to show it. `kind` is html, markdown, csv, image or json."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A read output, with the step and the run that produced it.

    It is `loadable` if its value can be loaded in Python and shows more than the preview, and the user trusts the
    workspace.
    """

    title: str
    subtitle: str
    path: HistoryPath
    output: OutputFacts
    preview: Preview
    run: RunFacts | None = None
    step: StepFacts | None = None
    visualizations: tuple[StoredVisualization, ...] = ()
    metadata: tuple[RecordedValue, ...] = ()
    loadable: bool = False


@dataclass(frozen=True, slots=True)
class NewestOutput:
    """The same output in the newest run that has it. `path` and `run` are missing if there is none."""

    path: HistoryPath | None = None
    run: RunFacts | None = None


@dataclass(frozen=True, slots=True)
class ReadingCode:
    """Code that reads an object of the history, for the release of ZenML that the project uses."""

    text: str
