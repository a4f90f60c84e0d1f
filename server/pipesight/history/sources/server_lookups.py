"""Read versions, code, logs and named objects from a ZenML server, only on request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from pipesight.history.model import Entity, Log, Metadata, StepCode
from pipesight.history.sources.entities import KINDS, entity
from pipesight.history.sources.lookups import MOST_ENTITIES, MOST_VERSIONS
from pipesight.history.sources.records import ArtifactRecord, ModelVersionRecord
from pipesight.history.sources.server_projects import scope_of
from pipesight.history.sources.server_records import (
    dashed,
    items,
    member,
    metadata_in,
    output_of,
    plain,
    tags_of,
)
from pipesight.history.sources.values import JSONObject, mapping

_ANY_LENGTH = 1 << 40  # characters, more than any metadata value has. A requested value is not shortened
_PATHS = {"pipeline_run": "runs", "step_run": "steps", "artifact_version": "artifact_versions"}


class ServerLookups:
    """The answers of a ZenML server. `get` requests a path, and returns None if the server's release lacks it."""

    def __init__(self, get: Callable[..., Any], scope: Mapping[str, str]) -> None:
        self._get = get
        self._scope = scope

    def artifact_versions(self, artifact: str) -> Sequence[ArtifactRecord]:
        return [self._artifact(each) for each in self._versions_of(artifact)]

    def artifact_version(self, artifact: str, version: str) -> ArtifactRecord | None:
        found = self._versions_of(artifact, version=version)
        return next((self._artifact(each) for each in found if str(member(each, "version")) == version), None)

    def _versions_of(self, artifact: str, **more: object) -> Sequence[JSONObject]:
        id_ = self._id_of("artifacts", artifact)
        if id_ is None:
            return ()
        asked = {"artifact": id_, "artifact_id": id_, "size": MOST_VERSIONS, "sort_by": "desc:created", **more}
        found = items(self._get("artifact_versions", hydrate="true", **asked, **self._scope))
        return [each for each in found if mapping(member(each, "artifact")).get("name") == artifact]

    def _artifact(self, version: JSONObject) -> ArtifactRecord:
        output = output_of("", version)
        made = (plain(member(version, f"producer_{each}_run_id") or "") for each in ("step", "pipeline"))
        return ArtifactRecord(output._replace(name=output.artifact or ""), *made)

    def model_versions(self, model: str) -> Sequence[ModelVersionRecord]:
        id_ = self._id_of("models", model)
        if id_ is None:
            return ()
        asked: dict[str, object] = {"size": MOST_VERSIONS, "sort_by": "desc:number", "hydrate": "true"}
        page = self._get("model_versions", model=id_, **asked, **scope_of("model_versions", self._scope))
        found = items(page if page is not None else self._get(f"models/{id_}/model_versions", **asked))
        return [
            ModelVersionRecord(
                plain(each["id"]),
                int(member(each, "number") or 0),
                str(each.get("name") or ""),
                str(member(each, "stage") or "") or None,
                metadata_in(each),
                tags_of(each),
            )
            for each in found
            if mapping(member(each, "model")).get("name") in (model, None)
        ]

    def model_artifacts(self, version_id: str) -> Sequence[ArtifactRecord]:
        id_ = dashed(version_id)
        asked = {"model_version_id": id_, "size": MOST_VERSIONS, "sort_by": "desc:created", "hydrate": "true"}
        return [self._artifact(each) for each in items(self._get("artifact_versions", **asked, **self._scope))]

    def _id_of(self, path: str, name: str) -> str | None:
        found = items(self._get(path, name=name, size=20, **scope_of(path, self._scope)))
        return next((str(each["id"]) for each in found if each.get("name") == name), None)

    # Of runs and steps

    def metadata(self, kind: str, id_: str) -> Sequence[Metadata]:
        return metadata_in(self._whole(_PATHS[kind], id_), longest=_ANY_LENGTH)

    def code(self, step_id: str) -> StepCode:
        step = self._whole("steps", step_id)
        run = self._whole("runs", plain(member(step, "pipeline_run_id") or ""))
        reference = mapping(member(run, "code_reference"))
        repository = mapping(member(reference, "code_repository"))
        told = (member(step, name) for name in ("source_code", "code_hash", "docstring"))
        where = (member(reference, "commit") or member(run, "git_sha"), repository.get("name"))
        return StepCode(*map(_text, (*told, *where, member(reference, "subdirectory"))))

    def logs(self, run_id: str, step_id: str | None) -> Sequence[Log]:
        thing = self._whole("runs", run_id) if step_id is None else self._whole("steps", step_id)
        listed = member(thing, "log_collection")
        found = [mapping(each) for each in cast("list[object]", listed)] if isinstance(listed, list) else []
        default = "run" if step_id is None else "step"
        return [
            Log(str(uri), str(member(each, "source") or default))
            for each in found or [mapping(member(thing, "logs"))]
            if (uri := member(each, "uri"))
        ]

    def _whole(self, path: str, id_: str) -> JSONObject:
        return mapping(self._get(f"{path}/{dashed(id_)}", hydrate="true")) if id_ else {}

    # Named objects outside of runs

    def entities(self, kind: str) -> Sequence[Entity]:
        asked = {"size": MOST_ENTITIES, "sort_by": "asc:name", "hydrate": "true"}
        if kind == "stack":
            return [_stack(each) for each in items(self._get("stacks", **asked, **self._scope))]
        of_kind = KINDS.get(kind)
        if of_kind is None:
            return ()
        return [
            entity(kind, each["name"], each["id"], [*_facts(each, of_kind.facts), ("on", _tagged(each))])
            for each in items(self._get(of_kind.path, **asked, **scope_of(of_kind.path, self._scope)))
            if each.get("name")
        ]


def _facts(thing: JSONObject, facts: Mapping[str, str]) -> Sequence[tuple[str, object]]:
    return [(word, member(thing, key)) for key, word in facts.items()]


def _tagged(thing: JSONObject) -> str | None:
    """Return the number of objects with a tag as text. None if `thing` is no tag."""
    count = member(thing, "tagged_count")
    return None if count is None else f"{count} things"


def _stack(stack: JSONObject) -> Entity:
    parts: list[tuple[str, object]] = []
    for type_, components in sorted(mapping(member(stack, "components")).items()):
        for part in cast("list[object]", components) if isinstance(components, list) else []:
            component = mapping(part)
            flavor = member(component, "flavor_name") or member(component, "flavor")
            shown = mapping(flavor).get("name") or flavor
            parts.append((type_, f"{component.get('name')} ({shown})"))
    return entity("stack", stack["name"], stack["id"], parts)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
