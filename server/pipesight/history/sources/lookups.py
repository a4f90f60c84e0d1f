"""The parts of a store that are read only on request, because they are rarely needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from pipesight.history.model import Entity, Log, Metadata, StepCode
from pipesight.history.sources.records import ArtifactRecord, ModelVersionRecord

_T = TypeVar("_T")
MOST_VERSIONS = 500  # newest versions of an artifact or a model
MOST_ENTITIES = 1000  # of one kind


class Lookups(Protocol):
    """The questions to an open store. A release that lacks a kind of data returns none of it.

    Every method may raise SourceError.
    """

    def artifact_versions(self, artifact: str) -> Sequence[ArtifactRecord]:
        """Return the newest versions of the artifact of that name, newest first, with the steps that produced them."""
        ...

    def artifact_version(self, artifact: str, version: str) -> ArtifactRecord | None:
        """Return one version of an artifact, None if it does not exist."""
        ...

    def model_versions(self, model: str) -> Sequence[ModelVersionRecord]:
        """Return the newest versions of the model of that name, newest first."""
        ...

    def model_artifacts(self, version_id: str) -> Sequence[ArtifactRecord]:
        """Return the artifact versions that belong to the model version of that id."""
        ...

    def metadata(self, kind: str, id_: str) -> Sequence[Metadata]:
        """Return all metadata of an object. `kind` is `pipeline_run`, `step_run` or `artifact_version`."""
        ...

    def code(self, step_id: str) -> StepCode:
        """Return the code of the step of that id."""
        ...

    def logs(self, run_id: str, step_id: str | None) -> Sequence[Log]:
        """Return the logs of a step, or with None those of the run outside its steps, oldest first."""
        ...

    def entities(self, kind: str) -> Sequence[Entity]:
        """Return the named objects of a kind (see `entities.KINDS`), sorted by name."""
        ...


@dataclass(frozen=True)
class Question(Generic[_T]):
    """A question to a store. `read` asks it. Questions with the same key have the same answer."""

    key: tuple[object, ...]
    read: Callable[[Lookups], _T] = field(compare=False)


class NoLookups:
    """The answers of an ML Metadata store, which has none of this data."""

    def artifact_versions(self, artifact: str) -> Sequence[ArtifactRecord]:
        return ()

    def artifact_version(self, artifact: str, version: str) -> ArtifactRecord | None:
        return None

    def model_versions(self, model: str) -> Sequence[ModelVersionRecord]:
        return ()

    def model_artifacts(self, version_id: str) -> Sequence[ArtifactRecord]:
        return ()

    def metadata(self, kind: str, id_: str) -> Sequence[Metadata]:
        return ()

    def code(self, step_id: str) -> StepCode:
        return StepCode()

    def logs(self, run_id: str, step_id: str | None) -> Sequence[Log]:
        return ()

    def entities(self, kind: str) -> Sequence[Entity]:
        return ()
