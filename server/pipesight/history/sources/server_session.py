"""A ZenML server, being asked for what is new, for runs, steps and names."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from pipesight.history.model import Details, Project, Status
from pipesight.history.sources.lookups import Lookups
from pipesight.history.sources.projects import ProjectChoice
from pipesight.history.sources.records import ArtifactRecord, News, OutputRecord, RunRecord, SeenStep, StepRecord
from pipesight.history.sources.server_lookups import ServerLookups
from pipesight.history.sources.server_projects import ServerProjects
from pipesight.history.sources.server_records import (
    dashed,
    details_of,
    items,
    member,
    output_of,
    plain,
    run_of,
    step_of,
)
from pipesight.history.sources.server_requests import ServerRequests, UnansweredError
from pipesight.history.sources.source import SourceError
from pipesight.history.sources.values import NOTHING, JSONObject, mapping

logger = logging.getLogger(__name__)

_FIRST = 50  # runs in the first batch, which somebody is waiting for
_PAGE = 500
_PAGES = 4000  # of one list, two million things; a server that goes on has no end
_ONE_BY_ONE = 20  # outputs of a run that are asked for one by one
_ARTIFACTS = 1000  # newest artifact versions among which names are looked for
_NEWER = ("models",)  # lists that servers of old releases do not have


class ZenMLServerSession:
    """A ZenML server, being asked."""

    kind = "ZenML"
    at_once = 1

    def __init__(
        self,
        server: ServerRequests,
        projects: ServerProjects,
        choice: ProjectChoice,
        outputs: dict[str, OutputRecord | None],
    ) -> None:
        self._server = server
        self._projects = projects
        self._choice = choice
        self._outputs = outputs  # what is known of outputs, by id; they never change
        self.project = choice.among(self.projects())
        if self.project is None and choice.exact:
            raise SourceError(f"{server.label} has no project {choice.names[0]}.", "Check the project's name.")
        self._scope = self._find_scope()
        self._runs: dict[str, JSONObject] = {}  # those that were asked for in full since the last news
        self.release = server.release
        self.layout = f"REST {self._scope}"

    # What is new

    def news(self, known: str | None) -> News:
        self._runs.clear()
        updated, total = self._newest("updated")
        then = mapping(json.loads(known or "{}"))
        if known and (updated, total) == (then["updated"], then["count"]):
            return News(known, total, [])
        created, total = self._newest("created")
        mark = json.dumps({"updated": updated, "created": created, "count": total})
        return News(mark, total, self._changed(then, created, total) if then.get("updated") else None)

    def _changed(self, then: JSONObject, created: str, total: int) -> Sequence[RunRecord] | None:
        pages = self._pages("runs", "desc:updated", updated=_at_least(then["updated"]))
        changed = [run for page in pages for run in page]
        added = sum(1 for run in changed if then["created"] < str(member(run, "created")) <= created)
        return [run_of(run) for run in changed] if total == then["count"] + added else None

    def _newest(self, by: str) -> tuple[str, int]:
        """Return the latest such time of a run, and how many runs there are."""
        page = self._page("runs", size=1, sort_by=f"desc:{by}")
        return str(member(items(page)[0], by)) if items(page) else "", int(page.get("total") or 0)

    # Pipelines and runs

    def run_count(self) -> int:
        return self._newest("created")[1]

    def projects(self) -> Sequence[Project]:
        return self._projects.known().listed

    @property
    def lookups(self) -> Lookups:
        return ServerLookups(self._server.get, self._scope)

    def pipelines(self) -> Sequence[str]:
        return list(
            dict.fromkeys(str(each["name"]) for page in self._pages("pipelines", "asc:created") for each in page)
        )

    def runs(self) -> Iterator[Sequence[RunRecord]]:
        first = items(self._page("runs", size=_FIRST, sort_by="desc:created", hydrate="true"))
        self._runs.update((plain(run["id"]), run) for run in first)
        yield [run_of(run) for run in first]
        if len(first) == _FIRST:
            in_full = {run["id"] for run in first}
            for page in self._pages("runs", "desc:created"):
                yield [run_of(run) for run in page if run["id"] not in in_full]

    def runs_by_id(self, ids: Collection[str]) -> Sequence[RunRecord]:
        return [run_of(run) for run in map(self._whole_run, ids) if run]

    def _whole_run(self, id_: str) -> JSONObject:
        """Return a run in full, empty if it is gone. It is asked for once until the next news."""
        if id_ not in self._runs:
            self._runs[id_] = mapping(self._server.get(f"runs/{dashed(id_)}", hydrate="true"))
        return self._runs[id_]

    def details(self, run_ids: Collection[str]) -> Mapping[str, Details]:
        return {id_: details_of(run) for id_ in run_ids if (run := self._whole_run(id_))}

    # Steps and outputs

    def steps(self, run_ids: Collection[str], *, full: bool = False) -> Mapping[str, Sequence[StepRecord]]:
        read = self._steps_in_full if full else self._steps
        return {run_id: read(run_id) for run_id in run_ids}

    def _steps_in_full(self, run_id: str) -> list[StepRecord]:
        """Return the steps with details. Since 0.50 only the artifact versions themselves tell those of outputs."""
        steps = self._steps(run_id)
        bare = {output.id for step in steps for output in step.outputs if not output.metadata}
        versions = self._versions_in_full(run_id, bare)
        made = {
            output.id: step.id
            for step in reversed(steps)
            if step.status != Status.CACHED.value
            for output in step.outputs
        }
        return [
            step._replace(
                outputs=tuple(_with_details(output, versions.get(output.id)) for output in step.outputs),
                inputs=tuple(
                    each._replace(step_id=made[each.output.id], run_id=run_id) if each.output.id in made else each
                    for each in step.inputs
                ),
            )
            for step in steps
        ]

    def _versions_in_full(self, run_id: str, ids: Collection[str]) -> Mapping[str, OutputRecord]:
        """Return artifact versions with their details: those of the run at once where the server can, else each."""
        if not ids:
            return {}
        run = dashed(run_id)
        asked = self._server.get("artifact_versions", pipeline_run=run, hydrate="true", size=_PAGE, **self._scope)
        found = {each.id: each for each in (output_of("", version) for version in items(asked))}
        for id_ in [id_ for id_ in ids if id_ not in found][:_ONE_BY_ONE]:
            version = mapping(self._server.get(f"artifact_versions/{dashed(id_)}", hydrate="true"))
            if version.get("id"):
                found[id_] = output_of("", version)
        return found

    def _steps(self, run_id: str) -> list[StepRecord]:
        latest: dict[str, JSONObject] = {}
        for step in self._listed_steps(run_id):
            known = latest.get(step["name"])
            if known is None or (member(known, "version") or 0) <= (member(step, "version") or 0):
                latest[step["name"]] = step
        records = [self._with_classes(step_of(step, run_id)) for step in latest.values()]
        return sorted(records, key=lambda step: step.start or 0)

    def _listed_steps(self, run_id: str) -> list[JSONObject]:
        """Return the steps as the server lists them. None of a damaged run, so that other runs are still read."""
        pages = self._pages("steps", "asc:created", pipeline_run_id=dashed(run_id), hydrate="true")
        try:
            return [step for page in pages for step in page]
        except UnansweredError:
            logger.warning("%s does not list the steps of run %s.", self._server.label, dashed(run_id))
            return []

    def _with_classes(self, step: StepRecord) -> StepRecord:
        """Return the step with the classes of its outputs. Up to 0.50 only the artifacts themselves have them."""
        bare = [output for output in step.outputs if output.data_type is None]
        known = self._outputs
        if any(output.id not in known for output in bare):
            versions = map(partial(output_of, ""), self._newest_versions())
            known.update({output.id: None for output in bare} | {version.id: version for version in versions})
        return step._replace(outputs=tuple(_with_class(output, known.get(output.id)) for output in step.outputs))

    def step_names(self) -> Iterator[SeenStep]:
        """Nothing: a server is not asked for all its steps."""
        return iter(())

    # Names beside the hierarchy

    def artifacts(self) -> Sequence[ArtifactRecord]:
        newest: dict[str, ArtifactRecord] = {}
        for version in self._newest_versions():
            output = output_of("", version)
            name = output.artifact or ""
            if name and not name.startswith("external_") and name not in newest:
                maker = plain(member(version, "producer_step_run_id") or "")
                newest[name] = ArtifactRecord(output._replace(name=name), maker)
        return list(newest.values())

    def _newest_versions(self) -> Sequence[JSONObject]:
        """Return the newest artifact versions.

        Up to 0.50 artifacts had none, and up to 0.55 their step needs a request.
        """
        asked = {"size": _ARTIFACTS, "sort_by": "desc:created", **self._scope}
        for path in ("artifact_versions", "artifacts"):
            for details in (None, "true"):
                found = items(self._server.get(path, hydrate=details, **asked))
                if any(member(version, "producer_step_run_id") for version in found):
                    return found
        return []

    def stacks(self) -> Sequence[str]:
        return sorted({str(each["name"]) for page in self._pages("stacks", "asc:created") for each in page})

    def models(self) -> Sequence[str]:
        return sorted({str(each["name"]) for page in self._pages("models", "asc:created") for each in page})

    # How

    def _pages(self, path: str, order: str, **fields: object) -> Iterator[Sequence[JSONObject]]:
        for number in range(1, _PAGES + 1):
            page = self._page(path, size=_PAGE, page=number, sort_by=order, **fields)
            if items(page):
                yield items(page)
            if not items(page) or number >= int(page.get("total_pages") or 1):
                return
        raise self._server.not_understood()

    def _page(self, path: str, **asked: object) -> JSONObject:
        """Return a page of a list. Anything else is an error, because an empty page would mean a deletion."""
        page = self._server.get(path, **asked, **self._scope)
        if page is None and path in _NEWER:
            return NOTHING
        if not isinstance(mapping(page).get("items"), list):
            raise self._server.not_understood()
        return mapping(page)

    def _find_scope(self) -> Mapping[str, str]:
        """Return the parameter that leaves out other projects. There is none if the server has one project."""
        if self.project is None or (len(self.projects()) < 2 and not self._choice.names):
            return {}
        return {self._projects.known().parameter: dashed(self.project.id)}


def _with_details(output: OutputRecord, known: OutputRecord | None) -> OutputRecord:
    if known is None:
        return output
    return output._replace(metadata=known.metadata, tags=known.tags, visualizations=known.visualizations)


def _with_class(output: OutputRecord, known: OutputRecord | None) -> OutputRecord:
    if output.data_type is not None or known is None:
        return output
    return output._replace(data_type=known.data_type, materializer=known.materializer)


def _at_least(time: str) -> str:
    """Return a filter on times.

    They have whole seconds there, and a minute is added for servers whose clocks differ.
    """
    earlier = datetime.fromisoformat(time.replace("Z", "+00:00")) - timedelta(minutes=1)
    return f"gte:{earlier:%Y-%m-%d %H:%M:%S}"
