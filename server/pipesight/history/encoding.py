"""Write metadata, failures, tags and other details as JSON text for the index, and read them back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from pipesight.history.model import Details, Failure, Metadata, Status, Visualization

if TYPE_CHECKING:
    from pipesight.history.sources import InputRecord, OutputRecord, StepRecord

# The columns of the index whose values `EncodedStep` has.
OUTPUT_COLUMNS = (
    *("key", "name", "uri", "data_type", "materializer", "type", "artifact", "version", "save_type"),
    *("metadata", "tags", "visualizations"),
)
INPUT_COLUMNS = ("parameter", "kind", "step_key", "run_key", *OUTPUT_COLUMNS)
STEP_COLUMNS = ("key", "name", "entrypoint", "status", "start", "end", "parameters", "metadata", "failure")


def _metadata_to_text(metadata: Iterable[Metadata]) -> str | None:
    """Return the JSON text of metadata, None if there is none."""
    return _text([(each.name, each.value, each.type, each.length) for each in metadata])


def metadata_from_text(text: str | None) -> Mapping[str, Metadata]:
    """Return the metadata values by name."""
    found = (Metadata(*each) for each in _list(text))
    return {each.name: each for each in found}


def _failure_to_text(failure: Failure | None) -> str | None:
    """Return the JSON text of a failure."""
    return None if failure is None else json.dumps(astuple(failure))


def failure_from_text(text: str | None) -> Failure | None:
    """Return the failure that the JSON text describes."""
    return Failure(*json.loads(text)) if text else None


def _visualizations_to_text(visualizations: Iterable[Visualization]) -> str | None:
    """Return the JSON text of visualizations, None if there are none."""
    return _text([(each.type, each.uri) for each in visualizations])


def visualizations_from_text(text: str | None) -> tuple[Visualization, ...]:
    """Return the visualizations that the JSON text describes."""
    return tuple(Visualization(*each) for each in _list(text))


def _words_to_text(words: Iterable[str]) -> str | None:
    """Return the JSON text of a list of words, None if the list is empty."""
    return _text(list(words))


def words_from_text(text: str | None) -> tuple[str, ...]:
    """Return the words that the JSON text lists."""
    return tuple(_list(text))


def details_to_text(details: Details) -> str | None:
    """Return the JSON text of a run's details, None if it has none."""
    parts = (
        _metadata_to_text(details.metadata.values()),
        _words_to_text(details.tags),
        details.commit,
        _failure_to_text(details.failure),
    )
    return json.dumps(parts) if any(parts) else None


def details_from_text(text: str | None) -> Details:
    """Return the details of a run that the JSON text describes."""
    metadata, tags, commit, failure = json.loads(text) if text else (None,) * 4
    return Details(metadata_from_text(metadata), words_from_text(tags), commit, failure_from_text(failure))


def _text(values: Sequence[object]) -> str | None:
    return json.dumps(values) if values else None


def _list(text: str | None) -> Sequence[Any]:
    return json.loads(text) if text else ()


class EncodedStep(NamedTuple):
    """The values of `STEP_COLUMNS` of a step, and those of `OUTPUT_COLUMNS` and `INPUT_COLUMNS` of what it has."""

    step: tuple[object, ...]
    outputs: Sequence[tuple[object, ...]]
    inputs: Sequence[tuple[object, ...]]

    @property
    def digest(self) -> str:
        """A hash by which a later record of the same step is compared with it."""
        return sha256(repr(self).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def encoded_step(record: StepRecord) -> EncodedStep:
    """Return the values of a step with its outputs and inputs."""
    step = (
        record.id,
        record.name,
        record.entrypoint,
        record.status or Status.UNKNOWN.value,
        record.start,
        record.end,
        json.dumps(record.parameters) if record.parameters else None,
        _metadata_to_text(record.metadata),
        _failure_to_text(record.failure),
    )
    return EncodedStep(step, [*map(encoded_output, record.outputs)], [*map(_encoded_input, record.inputs)])


def encoded_output(record: OutputRecord) -> tuple[object, ...]:
    """Return the values of an output. Only the last three are not texts in the record."""
    *texts, metadata, tags, visualizations = record
    return (*texts, _metadata_to_text(metadata), _words_to_text(tags), _visualizations_to_text(visualizations))


def _encoded_input(record: InputRecord) -> tuple[object, ...]:
    return (record.name, record.kind, record.step_id, record.run_id, *encoded_output(record.output))
