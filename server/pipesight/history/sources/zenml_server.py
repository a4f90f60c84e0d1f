"""Run history on a ZenML server, over its REST API, with the login that `zenml login` left or the settings name."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from functools import cached_property, partial
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from pipesight.history.model import Details, Project, Status
from pipesight.history.sources.http import BUSY, Answer, HTTPClient
from pipesight.history.sources.lookups import Lookups
from pipesight.history.sources.projects import ProjectChoice
from pipesight.history.sources.records import ArtifactRecord, News, OutputRecord, RunRecord, SeenStep, StepRecord
from pipesight.history.sources.server_lookups import ServerLookups
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
from pipesight.history.sources.source import SourceBusyError, SourceError, SourceSession, understood
from pipesight.history.sources.values import NOTHING, JSONObject, mapping

logger = logging.getLogger(__name__)

_FIRST = 50  # runs in the first batch, which somebody is waiting for
_PAGE = 500
_PAGES = 4000  # of one list, two million things; a server that goes on has no end
_ONE_BY_ONE = 20  # outputs of a run that are asked for one by one
_ARTIFACTS = 1000  # newest artifact versions among which names are looked for
_PROJECTS = {"projects": "project", "workspaces": "workspace_id"}  # the lists, and the parameter of other lists
_PROJECTS_AGE = 60.0  # seconds after which a server is asked again for its projects
_NEWER = ("models",)  # lists that servers of old releases do not have
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1", "host.docker.internal")
_HEALTH = 1.0  # seconds in which a local server has to say that it is there


@dataclass(frozen=True)
class Login:
    """The credentials for a server. Any of them may be missing."""

    username: str | None = None
    password: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)

    @property
    def is_known(self) -> bool:
        """True when there is anything to log in with."""
        return bool(self.username or self.api_key or self.token)


@dataclass(frozen=True, slots=True)
class _Projects:
    """A server's projects, and the parameter that leaves out other projects in its release."""

    read_at: float
    parameter: str = ""
    listed: Sequence[Project] = ()


class ZenMLServerSource:
    """Run history on the ZenML server of that address.

    `projects` are the names or ids of projects, the first of which that the server has is read.
    `renewed` finds the login anew: where it is refused, somebody may have run `zenml login` since.
    """

    kind = "ZenML server"
    interval = 3.0

    def __init__(
        self,
        url: str,
        login: Login,
        *,
        renewed: Callable[[], Login] | None = None,
        projects: Sequence[str] = (),
        exact: bool = False,
        verify: bool | str = True,
        patience: float = 30.0,
    ) -> None:
        self.label = url.rstrip("/")
        self.key = "#".join((self.label, *projects[:1]))
        self.is_local = (urlsplit(url).hostname or "") in _LOCAL_HOSTS
        self._login = login
        self._renewed = renewed
        self._token = login.token
        self._choice = ProjectChoice(tuple(projects), exact)
        self._projects: _Projects | None = None
        self._verify = verify
        self._patience = patience
        self._client = HTTPClient(self.label, verify=verify, patience=patience)
        self.outputs: dict[str, OutputRecord | None] = {}  # what is known of outputs, by id; they never change

    def __repr__(self) -> str:
        return f"ZenMLServerSource({self.key!r})"

    @property
    def has_credentials(self) -> bool:
        """Whether there are credentials. A local server needs none."""
        return self._login.is_known or self.is_local

    def probe(self) -> object:
        """Return None, because nothing is cheaper than asking for the news."""
        return None

    def answers(self) -> bool:
        """Tell whether a server is there. This waits for the network."""
        health = HTTPClient(self.label, verify=False, patience=_HEALTH)
        try:
            return health.ask("GET", f"{self.label}/health", headers={}, fields={}).status < 500
        except SourceError:
            return False

    @contextmanager
    def connect(self) -> Generator[SourceSession]:
        """Log in where needed, and ask the server for as long as the context lasts."""
        with understood(self.not_understood):
            yield ZenMLServerSession(self, self._choice)

    def in_project(self, project: str) -> ZenMLServerSource:
        """Return the source of another project of the same server."""
        return ZenMLServerSource(
            self.label,
            self._login,
            renewed=self._renewed,
            projects=[project],
            exact=True,
            verify=self._verify,
            patience=self._patience,
        )

    @property
    def project(self) -> str | None:
        """The name or id that was given for the active project."""
        return next(map(dashed, self._choice.names), None)

    def get(self, path: str, /, **fields: object) -> Any:
        """Return the JSON that the server answers. None for what it does not have."""
        response = self._request("GET", path, fields)
        if response.status in (401, 403):
            self._log_in()
            response = self._request("GET", path, fields)
        if response.status in (401, 403):
            raise self._refused()
        if response.status in (404, 422):
            return None
        return self._json(response)

    def projects(self) -> _Projects:
        """Return the server's projects, as of a minute ago at most."""
        known = self._projects
        if known is None or time.monotonic() - known.read_at > _PROJECTS_AGE:
            found = self._read_projects()
            self._projects = found if found.listed or known is None else replace(known, read_at=found.read_at)
        assert self._projects is not None
        return self._projects

    def _read_projects(self) -> _Projects:
        for path, parameter in _PROJECTS.items():
            listed = items(self.get(path, size=_PAGE, sort_by="asc:created"))
            found = listed or [mapping(self.get(f"{path}/{dashed(name)}")) for name in self._choice.names]
            projects = [
                Project(plain(each["id"]), str(each["name"])) for each in found if {"id", "name"} <= each.keys()
            ]
            if projects:
                return _Projects(time.monotonic(), parameter, projects)
        return _Projects(time.monotonic())

    @cached_property
    def release(self) -> str | None:
        """The server's release."""
        version = mapping(self.get("info")).get("version")
        return str(version) if version else None

    def _request(self, method: str, path: str, fields: Mapping[str, object]) -> Answer:
        headers = {"Accept": "application/json"}
        if self._token and method == "GET":
            headers["Authorization"] = f"Bearer {self._token}"
        given = {name: str(value) for name, value in fields.items() if value is not None}
        return self._client.ask(method, f"{self.label}/api/v1/{path}", headers=headers, fields=given)

    def _log_in(self) -> None:
        """Have another token than the one that was refused."""
        login = self._login = self._renewed() if self._renewed is not None else self._login
        if login.token and login.token != self._token:
            self._token = login.token
            return
        if login.api_key:
            fields: dict[str, object] = {"password": login.api_key}
        elif login.username:
            fields = {"username": login.username, "password": login.password or ""}
        elif self.is_local:
            fields = {"username": "default", "password": ""}
        else:
            raise self._refused()
        response = self._request("POST", "login", fields)
        if response.status in (400, 401, 403, 422) and login.api_key:
            self._token = login.api_key
            return
        if response.status in (400, 401, 403, 422):
            raise self._refused()
        self._token = str(mapping(self._json(response)).get("access_token") or "") or None

    def _json(self, answer: Answer) -> Any:
        if answer.status in BUSY:
            raise SourceBusyError(f"{self.label} is busy or broken (HTTP {answer.status}).", "It is asked again soon.")
        if answer.status >= 300:
            kind = _UnansweredError if answer.status == HTTPStatus.BAD_REQUEST else SourceError
            raise kind(
                f"{self.label} answers HTTP {answer.status}{_elsewhere(answer)}.",
                "Check that it is a ZenML server's address.",
            )
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError):
            raise self.not_understood() from None

    def not_understood(self) -> SourceError:
        """Return the error for an answer that no ZenML server gives."""
        return SourceError(
            f"{self.label} does not answer as a ZenML server does.", "Check the address: the server's, not a page's."
        )

    def _refused(self) -> SourceError:
        return SourceError(
            f"{self.label} refuses the login.",
            f"Run `zenml login {self.label}` again, or set ZENML_STORE_API_KEY to a service account's key.",
        )


class _UnansweredError(SourceError):
    """A request that the server understands and cannot answer: ZenML says HTTP 400 where a run's rows are damaged."""


class ZenMLServerSession:
    """A ZenML server, being asked."""

    kind = "ZenML"
    at_once = 1

    def __init__(self, server: ZenMLServerSource, choice: ProjectChoice) -> None:
        self._server = server
        self._choice = choice
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
        return self._server.projects().listed

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
        except _UnansweredError:
            logger.warning("%s does not list the steps of run %s.", self._server.label, dashed(run_id))
            return []

    def _with_classes(self, step: StepRecord) -> StepRecord:
        """Return the step with the classes of its outputs. Up to 0.50 only the artifacts themselves have them."""
        bare = [output for output in step.outputs if output.data_type is None]
        known = self._server.outputs
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
        return {self._server.projects().parameter: dashed(self.project.id)}


def server_source(
    store: JSONObject,
    credentials: Callable[[], JSONObject],
    environment: Mapping[str, str],
    projects: Sequence[str] = (),
) -> ZenMLServerSource:
    """Return the source for a `store` section of type `rest`, with the login from its files or the environment.

    Raises ValueError where its `url` is none.
    """
    parts = _address(store.get("url"))
    url = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))

    def login() -> Login:
        kept = next((mapping(each) for name, each in credentials().items() if str(name).rstrip("/") == url), NOTHING)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return Login(
            username=user or store.get("username") or kept.get("username"),
            password=password or store.get("password") or kept.get("password"),
            api_key=environment.get("ZENML_STORE_API_KEY") or store.get("api_key") or kept.get("api_key"),
            token=_valid_token(kept.get("api_token") or store.get("api_token")),
        )

    verify = store.get("verify_ssl", True)
    known = verify if isinstance(verify, bool) else str(verify).lower() not in ("false", "0") and str(verify)
    trusted = True if known in ("true", "True", "1") else known
    return ZenMLServerSource(url, login(), renewed=login, projects=projects, verify=trusted)


def _address(url: object) -> SplitResult:
    with suppress(ValueError):
        parts = urlsplit(url if isinstance(url, str) else "")
        # A sign behind the host that belongs before it: what is there is a part of a password.
        if parts.hostname and parts.port != 0 and "@" not in f"{parts.path}{parts.query}{parts.fragment}":
            return parts
    raise ValueError("This is no valid address of a server.")


def _with_details(output: OutputRecord, known: OutputRecord | None) -> OutputRecord:
    if known is None:
        return output
    return output._replace(metadata=known.metadata, tags=known.tags, visualizations=known.visualizations)


def _with_class(output: OutputRecord, known: OutputRecord | None) -> OutputRecord:
    if output.data_type is not None or known is None:
        return output
    return output._replace(data_type=known.data_type, materializer=known.materializer)


def _elsewhere(answer: Answer) -> str:
    """Say to which server the answer redirects. The rest of that URL may say more than a message should."""
    with suppress(ValueError):
        parts = _address(answer.location)
        return f" and sends one on to {parts.scheme}://{parts.hostname}"
    return ""


def _at_least(time: str) -> str:
    """Return a filter on times.

    They have whole seconds there, and a minute is added for servers whose clocks differ.
    """
    earlier = datetime.fromisoformat(time.replace("Z", "+00:00")) - timedelta(minutes=1)
    return f"gte:{earlier:%Y-%m-%d %H:%M:%S}"


def _valid_token(token: object) -> str | None:
    """Return the token, unless it says that it has expired."""
    if isinstance(token, str):
        return token
    told = mapping(token)
    expires = told.get("expires_at")
    if isinstance(expires, str):
        with suppress(ValueError):
            expires = datetime.fromisoformat(expires.replace("Z", "+00:00"))
    if isinstance(expires, datetime):
        expires = expires if expires.tzinfo else expires.replace(tzinfo=timezone.utc)
        if expires < datetime.now(timezone.utc):
            return None
    return told.get("access_token")
