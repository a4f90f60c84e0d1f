"""Convert the JSON answers of ZenML servers of any release to records."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, cast

from pipesight.history.model import Details, Metadata, Visualization
from pipesight.history.sources.failures import failure_of
from pipesight.history.sources.records import InputRecord, OutputRecord, RunRecord, StepRecord
from pipesight.history.sources.tables import microseconds
from pipesight.history.sources.values import NOTHING, JSONObject, class_path, mapping
from pipesight.history.sources.zenml_details import LONGEST_VALUE, metadata_of, typed

_CUT = 1_000  # characters that are kept of a metadata value longer than LONGEST_VALUE


def member(thing: JSONObject, name: str) -> Any:
    """Return a member of an object. Releases put it in different parts of the answer. None if it is missing."""
    for part in (thing, *(mapping(thing.get(each)) for each in ("body", "metadata", "resources"))):
        if part.get(name) is not None:
            return part[name]
    return None


def items(page: object) -> Sequence[JSONObject]:
    """Return the objects on a page of a list, [] if `page` is no page."""
    found = mapping(page).get("items")
    return cast("list[JSONObject]", found) if isinstance(found, list) else []


def time_of(value: object) -> int | None:
    """Return a time of the API in microseconds since the epoch."""
    return microseconds(value.replace("Z", "+00:00") if isinstance(value, str) else value)


def plain(id_: object) -> str:
    """Return an id without dashes, as databases write it."""
    return str(id_).replace("-", "")


def dashed(id_: str) -> str:
    """Return an id with dashes, as the REST API writes it. Any other text is returned as it is."""
    plain = id_.replace("-", "")
    if len(plain) != 32 or not all(each in "0123456789abcdef" for each in plain.lower()):
        return id_
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))


def run_of(run: JSONObject) -> RunRecord:
    """Return the record of a run."""
    pipeline, stack = member(run, "pipeline"), member(run, "stack")
    created, updated = time_of(member(run, "created")), time_of(member(run, "updated"))
    return RunRecord(
        id=plain(run["id"]),
        name=str(run["name"]),
        pipeline=str(mapping(pipeline)["name"]) if mapping(pipeline).get("name") else None,
        status=str(member(run, "status") or ""),
        start=time_of(member(run, "start_time")) or created,
        end=time_of(member(run, "end_time")),
        activity=updated,
        stack=str(mapping(stack)["name"]) if mapping(stack).get("name") else None,
    )


def details_of(run: JSONObject) -> Details:
    """Return the details of a run from its full answer."""
    code = mapping(member(run, "code_reference"))
    return Details(
        {each.name: each for each in metadata_in(run)},
        tags_of(run),
        str(member(code, "commit") or member(run, "git_sha") or "") or None,
        failure_of(member(run, "exception_info")),
    )


def step_of(step: JSONObject, run_id: str) -> StepRecord:
    """Return the record of a step, with the details that the answer contains."""
    source = mapping(member(step, "spec")).get("source")
    function = mapping(source).get("attribute") or (source.rsplit(".", 1)[-1] if isinstance(source, str) else None)
    outputs = [output_of(name, version) for name, version in _named_versions(member(step, "outputs"))]
    inputs = [input_of(name, version) for name, version in _named_versions(member(step, "inputs"))]
    source_code = member(step, "source_code")
    return StepRecord(
        id=plain(step["id"]),
        run_id=run_id,
        name=str(step["name"]),
        status=str(member(step, "status") or ""),
        entrypoint=str(function) if function else None,
        start=time_of(member(step, "start_time")) or time_of(member(step, "created")),
        end=time_of(member(step, "end_time")),
        parameters=mapping(mapping(member(step, "config")).get("parameters")),
        outputs=tuple(sorted(outputs, key=lambda output: (output.name, output.id))),
        metadata=metadata_in(step),
        failure=failure_of(member(step, "exception_info"), source_code if isinstance(source_code, str) else None),
        inputs=tuple(sorted(inputs, key=lambda each: each.name)),
    )


def output_of(name: str, version: JSONObject) -> OutputRecord:
    """Return the record of an artifact version as an output of that name."""
    artifact, number = mapping(member(version, "artifact")), str(member(version, "version") or "") or None
    return OutputRecord(
        id=plain(version["id"]),
        name=name,
        uri=str(member(version, "uri") or ""),
        data_type=_class(member(version, "data_type")),
        materializer=_class(member(version, "materializer")),
        type=str(member(version, "type") or "") or None,
        artifact=str(artifact.get("name") or (number and version.get("name")) or "") or None,
        version=number,
        save_type=str(member(version, "save_type") or "") or None,
        metadata=metadata_in(version),
        tags=tags_of(version),
        visualizations=_visualizations(version),
    )


def input_of(name: str, version: JSONObject) -> InputRecord:
    """Return the record of an artifact version as the input of that name."""
    output = output_of("", version)
    return InputRecord(
        name=name,
        output=output._replace(name=output.artifact or str(version.get("name") or name)),
        step_id=plain(member(version, "producer_step_run_id") or ""),
        run_id=plain(member(version, "producer_pipeline_run_id") or ""),
        kind=str(member(version, "input_type") or "") or None,
    )


def metadata_in(thing: JSONObject, *, longest: int = LONGEST_VALUE) -> Sequence[Metadata]:
    """Return the metadata of an object, sorted by name.

    Newer releases return plain values. Releases up to 0.66 return objects with a type and a value.
    """
    found = mapping(member(thing, "run_metadata")) or _old_metadata(thing)
    return [_metadata(name, found[name], longest) for name in sorted(found)]


def _old_metadata(thing: JSONObject) -> JSONObject:
    """Return the metadata of releases up to 0.45. Later releases use the key `metadata` for a part of the answer."""
    told = mapping(thing.get("metadata"))
    return told if told and all({"key", "value"} <= mapping(each).keys() for each in told.values()) else NOTHING


def _metadata(name: str, value: object, longest: int) -> Metadata:
    answer = mapping(value)
    if {"key", "value"} <= {*answer, *mapping(answer.get("body"))}:
        type_ = str(member(answer, "type") or "") or None
        value = typed(member(answer, "value"), type_)
    else:
        type_ = None if value is None else type(value).__name__
    text = json.dumps(value)
    return metadata_of(name, text[:_CUT] if len(text) > longest else text, type_, len(text), longest)


def tags_of(thing: JSONObject) -> tuple[str, ...]:
    """Return the tags of an object, sorted."""
    told = member(thing, "tags")
    found = cast("list[object]", told) if isinstance(told, list) else []
    return tuple(sorted({str(mapping(tag).get("name") or tag) for tag in found}))


def _visualizations(version: JSONObject) -> Sequence[Visualization]:
    told = member(version, "visualizations")
    found = [mapping(each) for each in (cast("list[object]", told) if isinstance(told, list) else [])]
    shown = [Visualization(str(member(each, "type")).lower(), str(member(each, "uri"))) for each in found]
    return sorted(shown, key=lambda each: each.uri)


def _named_versions(named: object) -> Sequence[tuple[str, JSONObject]]:
    """Return pairs of a name and an artifact version. Newer releases have a list of versions for each name."""
    return [
        (name, version)
        for name, versions in mapping(named).items()
        for version in (cast("list[JSONObject]", versions) if isinstance(versions, list) else [versions])
    ]


def _class(source: object) -> str | None:
    return class_path(source if isinstance(source, str) or source is None else json.dumps(source))
