"""Facts about ZenML's releases: the members that they have, replacements for others, and their lists of runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from . import presence
from .api import OTHER_TYPES

Release = tuple[int, ...]
"""A release as numbers, such as `(0, 98, 0)`."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """The ZenML that runs the code: its release (None if unknown), and the page size that the environment sets."""

    release: Release | None = None
    page_size: int | None = None


@dataclass(frozen=True, slots=True)
class RunListing:
    """The order and size of a release's lists of runs: `.runs`, `get_runs()`, `list_pipeline_runs()`.

    `size` is the largest number of runs in the list. None means that it has all runs. If `is_default`, the environment
    variable ZENML_PAGINATION_DEFAULT_LIMIT changes the size.
    """

    newest_first: bool
    size: int | None = None
    is_default: bool = False


# The list of runs since each of these releases, taken from ZenML's source.
LISTINGS: tuple[tuple[Release, RunListing], ...] = (
    ((0, 5), RunListing(newest_first=False)),
    ((0, 32), RunListing(newest_first=False, size=50)),  # the oldest 50 runs, because it is the first page by creation
    ((0, 34), RunListing(newest_first=True, size=50)),
    ((0, 41), RunListing(newest_first=True, size=50, is_default=True)),
    ((0, 44, 2), RunListing(newest_first=True, size=20, is_default=True)),
)


_OUTPUTS_ARE_LISTS = (0, 70)  # taken from ZenML's source


def gives_lists(release: Release) -> bool:
    """Return whether `step.outputs["x"]` is a list of artifacts in that release, not one artifact."""
    return release >= _OUTPUTS_ARE_LISTS


_STEPS_IN_RUNS = (0, 71), (0, 83)  # from 0.83 on only with `include_full_metadata`. Taken from ZenML's source


def gives_metadata_of_steps(release: Release | None) -> bool:
    """Return whether `run.run_metadata` has the metadata of the run's steps as `STEP::KEY` in that release."""
    return release is not None and _STEPS_IN_RUNS[0] <= release < _STEPS_IN_RUNS[1]


def listing(release: Release) -> RunListing:
    """Return the order and the size of the lists of runs in that release."""
    return next((each for since, each in reversed(LISTINGS) if release >= since), LISTINGS[0][1])


_DATA, _MODEL, _SERVICE = "DataArtifact", "ModelArtifact", "ServiceArtifact"
_TYPES_DECIDE, _DATA_IS_A_TYPE = (0, 71), (0, 80)  # taken from ZenML's source


def gives_type(kind: str | None, wanted: str | int, release: Release | None) -> bool:
    """Return whether code that asks a model version for artifacts of the type `wanted` gets one of type `kind`.

    Up to 0.70, a flag of the link decides for data and models. It is not known here, so the answer is True. Up to 0.79,
    all artifacts except models and services are data.
    """
    if release is not None and release < _TYPES_DECIDE and wanted != _SERVICE:
        return True
    if wanted == OTHER_TYPES or (wanted == _DATA and release is not None and release < _DATA_IS_A_TYPE):
        return kind not in (_MODEL, _SERVICE)
    return kind == wanted


# Replacements for removed members: candidates, each with the name that a release must have for it.
_MODERN = ("zenml.client.Client", "client.get_pipeline")
_MIDDLE = ("zenml.post_execution", "zenml.client")
_LEGACY = ("zenml.repository.Repository", "zenml.repository")
_INSTEAD = {
    "zenml.core.repo": (_MODERN, _MIDDLE, _LEGACY),
    "zenml.repository": (_MODERN, _MIDDLE),
    "zenml.post_execution": (_MODERN, _LEGACY),
    "zenml.post_execution.visualizers": (),
    "zenml.client": (_LEGACY, ("zenml.core.repo.Repository", "zenml.core.repo")),
    "client.get_pipeline": (("zenml.post_execution.get_pipeline()", "zenml.client"),),
    "client.get_pipeline_run": (("zenml.post_execution.get_run()", "zenml.client"),),
    "client.list_pipeline_runs": (("list_runs()", "client.list_runs"),),
    "client.list_runs": (("list_pipeline_runs()", "client.list_pipeline_runs"),),
    "client.get_artifact_version": (("get_artifact()", "client.get_artifact"),),
    "pipeline.get_run": (("Client().get_pipeline_run()", "client.get_pipeline_run"),),
    "pipeline.get_run_names": (("runs", "pipeline.runs"),),
    "pipeline.get_run_for_completed_step": (("runs", "pipeline.runs"),),
    "pipeline.last_run": (("runs", "pipeline.runs"),),
    "pipeline.last_successful_run": (("runs", "pipeline.runs"),),
    "run.get_step": (("steps[...]", "run.steps"),),
    "run.get_steps": (("steps", "run.steps"),),
    "run.get_step_names": (("steps", "run.steps"),),
    "step.get_output": (("outputs[...]", "step.outputs"),),
    "step.regular_outputs": (("outputs", "step.outputs"),),
    "step.regular_inputs": (("inputs", "step.inputs"),),
    "output.read": (("load()", "output.load"),),
    "artifact.read": (("load()", "artifact.load"),),
    "output.load": (("read()", "output.read"),),
    "artifact.load": (("read()", "artifact.read"),),
    "old pipeline.last_run": (("runs", "old pipeline.runs"),),
    "old pipeline.get_runs": (("runs", "old pipeline.runs"),),
    "old pipeline.get_run": (("runs", "old pipeline.runs"),),
    "old step.get_output": (("outputs[...]", "old step.outputs"),),
    "old output.load": (("read()", "old output.read"),),
}
_Spans = tuple[tuple[Release, "Release | None"], ...]


def missing_module(module: str, release: Release) -> str | None:
    """Return the module, or the outermost package of it, that this release lacks and another release has, else None."""
    known = _table("MODULES")
    missing = None
    while module:
        if module in known and not _has(known[module], release):
            missing = module
        module = module.rpartition(".")[0]
    return missing


# The first documentation of ZenML has `get_run(run_name=)`, and Pipesight's API accepts it. ZenML itself takes `name`.
_DOCUMENTED = "old pipeline.get_run(run_name)"


def lacks(receiver: str, member: str, release: Release, keyword: str = "") -> bool:
    """Return whether that release has the class of a receiver but lacks this member, or this keyword of the member.

    The receiver is a type of the table in `api.py`. The prefix "old " means the classes of the API before 0.41.
    """
    spans = _table("RECEIVERS").get(receiver)
    if spans is not None and not _has(spans, release):
        return False
    name = f"{receiver}.{member}({keyword})" if keyword else f"{receiver}.{member}"
    known = _table("KEYWORDS" if keyword else "MEMBERS").get(name)
    return known is not None and name != _DOCUMENTED and not _has(known, release)


def has_client(release: Release) -> bool:
    """Return whether that release has `zenml.client`."""
    return missing_module("zenml.client", release) is None


def instead_of(name: str, release: Release) -> str:
    """Return the replacement of a member, module or package in that release, empty if none is known."""
    while name and name not in _INSTEAD:
        name = name.rpartition(".")[0]
    return next((text for text, needed in _INSTEAD.get(name, ()) if _is_there(needed, release)), "")


def is_absent(receiver: str, member: str, release: Release | None) -> bool:
    """Return whether both the old and the new class of a receiver lack that member in that release.

    Return False if the release is unknown.
    """
    if release is None:
        return False
    new = not has_client(release) or lacks(receiver, member, release)
    old_spans = _table("RECEIVERS").get(f"old {receiver}")
    return new and (old_spans is None or not _has(old_spans, release) or lacks(f"old {receiver}", member, release))


# Calls whose list has the same columns as that of another call.
_SORTED_AS = {"get_runs": "list_pipeline_runs", "get_pipelines": "list_pipelines"}
# Calls whose status is not that of a run or a step.
_STATUS_OF = {"list_deployments": "DeploymentStatus"}


def columns(call: str, release: Release | None = None) -> tuple[str, ...]:
    """Return the columns by which the list of a call can be sorted in that release, or in any release if unknown."""
    call = _SORTED_AS.get(call, call)
    return _inside("COLUMNS", call, release) if call.startswith("list_") else ()


def statuses(call: str, release: Release | None = None) -> tuple[str, ...]:
    """Return the statuses that a call or a comparison takes in that release, or in any release if unknown."""
    return _inside("ENUMS", _STATUS_OF.get(call, "ExecutionStatus"), release)


def stages(release: Release | None = None) -> tuple[str, ...]:
    """Return the stages of a model version in that release, or in any release if unknown."""
    return _inside("ENUMS", "ModelStages", release)


def _inside(table: str, name: str, release: Release | None) -> tuple[str, ...]:
    """Return the words that a table has as `name(word)`."""
    known = _table(table).items()
    return tuple(
        each[len(name) + 1 : -1]
        for each, spans in known
        if each.startswith(f"{name}(") and (release is None or _has(spans, release))
    )


def _is_there(name: str, release: Release) -> bool:
    if name.startswith("zenml."):
        return missing_module(name, release) is None
    receiver, _, member = name.partition(".")
    spans = _table("RECEIVERS").get(receiver)
    return (spans is None or _has(spans, release)) and not lacks(receiver, member, release)


def _has(spans: _Spans, release: Release) -> bool:
    return any(since <= release and (until is None or release < until) for since, until in spans)


@cache
def _table(name: str) -> Mapping[str, _Spans]:
    """Return a table of `presence.py`, with the spans of releases by name."""
    grouped: Mapping[str, str] = getattr(presence, name)
    return {each: tuple(_spans(key)) for key, names in grouped.items() for each in names.split(", ")}


def _spans(key: str) -> Iterator[tuple[Release, Release | None]]:
    for span in key.split():
        since, _, until = span.partition(":")
        yield _release(since), _release(until) if until else None


def _release(text: str) -> Release:
    return tuple(map(int, text.split(".")))
