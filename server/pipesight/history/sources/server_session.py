"""Read run history from a ZenML server: the changes, runs, steps and names."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from pipesight.history.model import Details, Project, Status
from pipesight.history.sources.lookups import Lookups
from pipesight.history.sources.projects import ProjectChoice
from pipesight.history.sources.records import ArtifactRecord, News, OutputRecord, RunRecord, SeenStep, StepRecord
from pipesight.history.sources.server_lookups import ServerLookups
from pipesight.history.sources.server_projects import ServerProjects, scope_of
from pipesight.history.sources.server_records import (
    dashed,
    details_of,
    items,
    member,
    plain,
    run_of,
    step_of,
)
from pipesight.history.sources.server_requests import ServerRequests, UnansweredError
from pipesight.history.sources.server_versions import ServerVersions
from pipesight.history.sources.source import SourceError
from pipesight.history.sources.values import NOTHING, JSONObject, mapping

logger = logging.getLogger(__name__)

_FIRST = 50  # runs in the first batch. It is small, because a user may wait for it
_PAGE = 500  # rows on a page of a list
_PAGES = 4000  # pages of one list, which is two million rows. A server that has more is broken
_NEWER = ("models",)  # lists that old releases do not have


class ZenMLServerSession:
    """An open session with a ZenML server."""

    kind = "ZenML"
    at_once = 1

    def __init__(
        self,
        server: ServerRequests,
        projects: ServerProjects,
        choice: ProjectChoice,
        versions: ServerVersions,
    ) -> None:
        self._server = server
        self._projects = projects
        self._choice = choice
        self._versions = versions
        self.project = choice.among(self.projects())
        if self.project is None and choice.exact:
            raise SourceError(f"{server.label} has no project {choice.names[0]}.", "Check the name of the project.")
        self._scope = self._find_scope()
        self._runs: dict[str, JSONObject] = {}  # full answers by run id. `news` clears them
        self._first: JSONObject | None = None  # the page of the newest runs. `news` clears it
        self.release = server.release
        self.layout = f"REST {self._scope}"

    # News

    def news(self, known: str | None) -> News:
        self._runs.clear()
        self._first = None
        then = mapping(json.loads(known or "{}"))
        if not then.get("updated"):
            return self._all_is_new()
        page = self._newest()
        updated, total = _latest(items(page), "updated"), _total(page)
        if known and (updated, total) == (then["updated"], then["count"]):
            return News(known, total, [])
        pages = self._pages("runs", "desc:updated", updated=_at_least(then["updated"]))
        changed = [run for page in pages for run in page]
        added = [run for run in changed if then["created"] < str(member(run, "created")) <= updated]
        created = max(then["created"], _latest(added, "created"))
        is_complete = total == then["count"] + len(added)  # else runs were deleted
        return News(_mark(updated, created, total), total, [run_of(run) for run in changed] if is_complete else None)

    def _newest(self) -> JSONObject:
        """Return a page with only the run that was updated last. It also has the total."""
        return self._page("runs", size=1, sort_by="desc:updated")

    def _all_is_new(self) -> News:
        """Return the news for an empty index. The same request reads the first runs, because a user may wait for them.

        An older run that was updated after these is read again by the next `news`.
        """
        page = self._first_page()
        runs = items(page)
        return News(_mark(_latest(runs, "updated"), _latest(runs, "created"), _total(page)), _total(page), None)

    # Pipelines and runs

    def run_count(self) -> int:
        return _total(self._newest())

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
        first = items(self._first_page())
        self._runs.update((plain(run["id"]), run) for run in first)
        yield [run_of(run) for run in first]
        if len(first) == _FIRST:
            in_full = {run["id"] for run in first}
            for page in self._pages("runs", "desc:created"):
                yield [run_of(run) for run in page if run["id"] not in in_full]

    def _first_page(self) -> JSONObject:
        """Return the page of the newest runs. It is cached until the next `news`."""
        if self._first is None:
            self._first = self._page("runs", size=_FIRST, sort_by="desc:created", hydrate="true")
        return self._first

    def runs_by_id(self, ids: Collection[str]) -> Sequence[RunRecord]:
        return [run_of(run) for run in map(self._whole_run, ids) if run]

    def _whole_run(self, id_: str) -> JSONObject:
        """Return the full answer for a run, {} if the run was deleted. It is cached until the next `news`."""
        if id_ not in self._runs:
            self._runs[id_] = mapping(self._server.get(f"runs/{dashed(id_)}", hydrate="true"))
        return self._runs[id_]

    def details(self, run_ids: Collection[str]) -> Mapping[str, Details]:
        return {id_: details_of(run) for id_ in run_ids if (run := self._whole_run(id_))}

    def fingerprints(self, run_ids: Collection[str]) -> Mapping[str, object]:
        return {}

    # Steps and outputs

    def steps(self, run_ids: Collection[str], *, full: bool = False) -> Mapping[str, Sequence[StepRecord]]:
        read = self._steps_in_full if full else self._steps
        return {run_id: read(run_id) for run_id in run_ids}

    def _steps_in_full(self, run_id: str) -> list[StepRecord]:
        """Return the steps of a run with details. Since 0.50 the details of outputs take further requests."""
        steps = self._steps(run_id)
        bare = {output.id for step in steps for output in step.outputs if not output.metadata}
        versions = self._versions.in_full(run_id, bare, self._scope)
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

    def _steps(self, run_id: str) -> list[StepRecord]:
        latest: dict[str, JSONObject] = {}
        for step in self._listed_steps(run_id):
            known = latest.get(step["name"])
            if known is None or (member(known, "version") or 0) <= (member(step, "version") or 0):
                latest[step["name"]] = step
        records = [self._versions.with_classes(step_of(step, run_id), self._scope) for step in latest.values()]
        return sorted(records, key=lambda step: step.start or 0)

    def _listed_steps(self, run_id: str) -> list[JSONObject]:
        """Return the steps as the server lists them. A damaged run has none, so that other runs are still read."""
        pages = self._pages("steps", "asc:created", pipeline_run_id=dashed(run_id), hydrate="true")
        try:
            return [step for page in pages for step in page]
        except UnansweredError:
            logger.warning("%s cannot list the steps of run %s.", self._server.label, dashed(run_id))
            return []

    def step_names(self) -> Iterator[SeenStep]:
        """Return no names, because listing all steps would take a server too long."""
        return iter(())

    # Names outside of runs

    def artifacts(self) -> Sequence[ArtifactRecord]:
        return self._versions.artifacts(self._scope)

    def stacks(self) -> Sequence[str]:
        return sorted({str(each["name"]) for page in self._pages("stacks", "asc:created") for each in page})

    def models(self) -> Sequence[str]:
        return sorted({str(each["name"]) for page in self._pages("models", "asc:created") for each in page})

    # Requests

    def _pages(self, path: str, order: str, **fields: object) -> Iterator[Sequence[JSONObject]]:
        for number in range(1, _PAGES + 1):
            page = self._page(path, size=_PAGE, page=number, sort_by=order, **fields)
            if items(page):
                yield items(page)
            if not items(page) or number >= int(page.get("total_pages") or 1):
                return
        raise self._server.not_understood()

    def _page(self, path: str, **asked: object) -> JSONObject:
        """Return a page of a list. Raises SourceError for any other answer, because no page would mean a deletion."""
        page = self._server.get(path, **asked, **scope_of(path, self._scope))
        if page is None and path in _NEWER:
            return NOTHING
        if not isinstance(mapping(page).get("items"), list):
            raise self._server.not_understood()
        return mapping(page)

    def _find_scope(self) -> Mapping[str, str]:
        """Return the parameter that restricts lists to the project. There is none if the server has one project."""
        if self.project is None or (len(self.projects()) < 2 and not self._choice.names):
            return {}
        return {self._projects.known().parameter: dashed(self.project.id)}


def _with_details(output: OutputRecord, known: OutputRecord | None) -> OutputRecord:
    if known is None:
        return output
    return output._replace(metadata=known.metadata, tags=known.tags, visualizations=known.visualizations)


def _mark(updated: str, created: str, count: int) -> str:
    """Return the mark: the times of the last update and creation of a run, and the number of runs."""
    return json.dumps({"updated": updated, "created": created, "count": count})


def _latest(runs: Sequence[JSONObject], time: str) -> str:
    return max((str(member(run, time)) for run in runs), default="")


def _total(page: JSONObject) -> int:
    """Return the number of rows of the whole list."""
    return int(page.get("total") or 0)


def _at_least(time: str) -> str:
    """Return the filter of the REST API for times since one minute before `time`.

    The filter takes whole seconds. The minute allows for servers whose clocks differ.
    """
    earlier = datetime.fromisoformat(time.replace("Z", "+00:00")) - timedelta(minutes=1)
    return f"gte:{earlier:%Y-%m-%d %H:%M:%S}"
