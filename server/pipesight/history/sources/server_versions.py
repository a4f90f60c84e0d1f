"""Read artifact versions from a ZenML server: those of steps with details, and the newest one of each artifact."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from itertools import chain
from math import ceil
from typing import NamedTuple

from pipesight.history.sources.records import ArtifactRecord, OutputRecord, StepRecord
from pipesight.history.sources.row import batches
from pipesight.history.sources.server_records import dashed, items, member, output_of, plain
from pipesight.history.sources.server_requests import ServerRequests
from pipesight.history.sources.values import JSONObject, is_external, mapping

_AT_ONCE = 50  # ids in one request, because servers limit the length of a URL
_ONE_BY_ONE = 20  # outputs of a run that are requested one by one
_PAGE = 500  # outputs of a run in one request
_NEWEST = 1000  # newest artifact versions among which artifacts are searched
_PART = 200  # versions in one request, because 1000 take a busy server half a minute
_FEW = 200  # new versions up to which only these are requested


class _Known(NamedTuple):
    """The id of the newest artifact version, and the number of versions."""

    newest: str = ""
    total: int = 0


class ServerVersions:
    """The artifact versions of a server, cached because a version never changes."""

    def __init__(self, server: ServerRequests) -> None:
        self._server = server
        self._takes_ids = True
        self._bare: dict[str, OutputRecord | None] = {}  # versions without details, by id
        self._mark = _Known()
        self._artifacts: dict[str, ArtifactRecord] = {}  # the newest version of each, by name

    def in_full(self, run_id: str, ids: Collection[str], scope: Mapping[str, str]) -> Mapping[str, OutputRecord]:
        """Return the versions of these ids, which are outputs of a run, with their details.

        They are requested by id. If the server does not filter by id, the versions of the run are listed, which is
        slower. Versions that are in no list are requested one by one.
        """
        found = self._by_id(ids, scope) if ids else {}
        if ids and not self._takes_ids:
            found = self._listed(scope, pipeline_run=dashed(run_id))
        for id_ in [id_ for id_ in ids if id_ not in found][:_ONE_BY_ONE]:
            version = mapping(self._server.get(f"artifact_versions/{dashed(id_)}", hydrate="true"))
            if version.get("id"):
                found[id_] = output_of("", version)
        return found

    def _by_id(self, ids: Collection[str], scope: Mapping[str, str]) -> dict[str, OutputRecord]:
        """Return the versions of these ids, {} if the server refuses a list of ids, as releases up to 0.68 do."""
        found: dict[str, OutputRecord] = {}
        for part in batches(sorted(ids) if self._takes_ids else (), _AT_ONCE):
            found |= self._listed(scope, id=f"oneof:{json.dumps([dashed(id_) for id_ in part])}")
            self._takes_ids = bool(found)
        return found

    def _listed(self, scope: Mapping[str, str], **which: str) -> dict[str, OutputRecord]:
        found = items(self._server.get("artifact_versions", hydrate="true", size=_PAGE, **which, **scope))
        return {each.id: each for each in map(partial(output_of, ""), found)}

    def with_classes(self, step: StepRecord, scope: Mapping[str, str]) -> StepRecord:
        """Return the step with the classes of its outputs. Up to 0.50 they are only in the artifacts' own answers."""
        bare = [output for output in step.outputs if output.data_type is None]
        if any(output.id not in self._bare for output in bare):
            versions = map(partial(output_of, ""), self._newest(scope))
            self._bare.update({output.id: None for output in bare} | {version.id: version for version in versions})
        return step._replace(outputs=tuple(_with_class(output, self._bare.get(output.id)) for output in step.outputs))

    def artifacts(self, scope: Mapping[str, str]) -> Sequence[ArtifactRecord]:
        """Return the newest version of each artifact that has a global name, newest first.

        A list of all takes a server seconds, so only the versions since the last call are requested.
        """
        page = mapping(self._server.get("artifact_versions", size=1, sort_by="desc:created", **scope))
        mark = _Known(next((str(version["id"]) for version in items(page)), ""), int(page.get("total") or 0))
        if mark != self._mark or not mark.total:
            added = self._added(mark, scope)
            known = {} if added is None else self._artifacts
            newest = _newest_of_each(self._newest(scope, mark.total) if added is None else added)
            self._artifacts = newest | {name: record for name, record in known.items() if name not in newest}
            self._mark = mark
        return list(self._artifacts.values())

    def _added(self, mark: _Known, scope: Mapping[str, str]) -> Sequence[JSONObject] | None:
        """Return the versions added since the last call. None if there are many, or if versions were deleted."""
        count = mark.total - self._mark.total
        if not (self._mark.total and 0 < count <= _FEW):
            return None
        found = items(self._server.get("artifact_versions", size=count + 1, sort_by="desc:created", **scope))
        return found[:-1] if found and found[-1]["id"] == self._mark.newest else None

    def _newest(self, scope: Mapping[str, str], total: int = 0) -> Sequence[JSONObject]:
        """Return the newest artifact versions. `total` is the number of all versions, 0 if unknown.

        Up to 0.50 the artifacts themselves are listed, because they have no versions. Up to 0.55 only the detailed list
        has the step that produced a version.
        """
        size = _PART if total > _PART else _NEWEST
        asked: dict[str, object] = {"size": size, "sort_by": "desc:created", **scope}
        for path in ("artifact_versions", "artifacts"):
            for details in (None, "true"):
                found = items(self._server.get(path, hydrate=details, **asked))
                if any(member(version, "producer_step_run_id") for version in found):
                    last = ceil(min(total, _NEWEST) / size)
                    pages = (self._server.get(path, hydrate=details, page=n, **asked) for n in range(2, last + 1))
                    return [*found, *chain.from_iterable(map(items, pages))]
        return []


def _newest_of_each(versions: Sequence[JSONObject]) -> dict[str, ArtifactRecord]:
    """Return the first version of each artifact that has a global name."""
    newest: dict[str, ArtifactRecord] = {}
    for version in versions:
        output = output_of("", version)
        name = output.artifact or ""
        if name and not is_external(name) and name not in newest:
            maker = plain(member(version, "producer_step_run_id") or "")
            newest[name] = ArtifactRecord(output._replace(name=name), maker)
    return newest


def _with_class(output: OutputRecord, known: OutputRecord | None) -> OutputRecord:
    if output.data_type is not None or known is None:
        return output
    return output._replace(data_type=known.data_type, materializer=known.materializer)
