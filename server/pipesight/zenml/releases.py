"""Which releases of ZenML lack which module, member or keyword, and what to use there instead.

Taken from the signatures of sampled releases. Between the last release seen with a member and the first seen without
it nothing is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass

Release = tuple[int, ...]
"""A release as numbers: `(0, 98, 0)`."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """What runs the code: the installed release of ZenML, and the page size that its environment sets, if known."""

    release: Release | None = None
    page_size: int | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """From which release on something is missing (`since`), or before which it is missing (`until`)."""

    instead: str = ""
    since: Release | None = None
    until: Release | None = None

    def covers(self, release: Release) -> bool:
        """Whether that release lacks it."""
        gone = self.since is not None and release >= self.since
        return gone or (self.until is not None and release < self.until)


@dataclass(frozen=True, slots=True)
class Listing:
    """How a release lists runs: `.runs`, `get_runs()`, `list_pipeline_runs()`.

    `size` is the number of runs that `.runs` holds at most. None means all of them. `is_default` says that
    ZENML_PAGINATION_DEFAULT_LIMIT changes the size.
    """

    newest_first: bool
    size: int | None = None
    is_default: bool = False


# Read in the source of each release: the first release, and how it and those after it list runs.
LISTINGS: tuple[tuple[Release, Listing], ...] = (
    ((0, 5), Listing(newest_first=False)),
    ((0, 32), Listing(newest_first=False, size=50)),  # the first page in the order of creation: the oldest 50
    ((0, 34), Listing(newest_first=True, size=50)),
    ((0, 41), Listing(newest_first=True, size=50, is_default=True)),
    ((0, 44, 2), Listing(newest_first=True, size=20, is_default=True)),
)


def listing(release: Release) -> Listing:
    """How that release lists runs."""
    return next((each for since, each in reversed(LISTINGS) if release >= since), LISTINGS[0][1])


_LOAD = Absence("load()", since=(0, 70))
_LOADS_LATER = Absence("read()", until=(0, 41))

MODULES = {
    "zenml.core.repo": Absence("zenml.client.Client", since=(0, 6)),
    "zenml.repository": Absence("zenml.client.Client", since=(0, 23)),
    "zenml.post_execution": Absence("zenml.client.Client", since=(0, 70)),
    "zenml.client": Absence("zenml.repository.Repository", until=(0, 20)),
}

MEMBERS = {
    ("client", "get_pipeline"): Absence("zenml.post_execution.get_pipeline()", until=(0, 21)),
    ("client", "get_pipeline_run"): Absence("zenml.post_execution.get_run()", until=(0, 21)),
    ("client", "list_pipeline_runs"): Absence("list_runs()", until=(0, 41)),
    ("client", "list_runs"): Absence("list_pipeline_runs()", since=(0, 70)),
    ("client", "get_artifact_version"): Absence("get_artifact()", until=(0, 51)),
    ("pipeline", "get_run"): Absence("Client().get_pipeline_run()", since=(0, 41)),
    ("pipeline", "get_run_names"): Absence("runs", since=(0, 41)),
    ("pipeline", "get_run_for_completed_step"): Absence("runs", since=(0, 41)),
    ("pipeline", "last_run"): Absence("runs", until=(0, 41)),
    ("pipeline", "last_successful_run"): Absence("runs", until=(0, 41)),
    ("run", "get_step"): Absence("steps[...]", since=(0, 47)),
    ("run", "get_step_names"): Absence("steps", since=(0, 41)),
    ("step", "get_output"): Absence("outputs[...]", since=(0, 6)),
    ("step", "regular_outputs"): Absence("outputs", until=(0, 81)),
    ("output", "read"): _LOAD,
    ("artifact", "read"): _LOAD,
    ("output", "load"): _LOADS_LATER,
    ("artifact", "load"): _LOADS_LATER,
}

KEYWORDS = {
    ("client", "get_pipeline", "version"): Absence(since=(0, 66)),
    ("client", "get_pipeline", "pipeline_name"): Absence("name_id_or_prefix", since=(0, 21)),
}


def is_absent(type_name: str, member: str, release: Release | None) -> bool:
    """Whether that release is known to lack that member."""
    absence = MEMBERS.get((type_name, member))
    return release is not None and absence is not None and absence.covers(release)


def absent(table: dict[str, Absence], name: str, release: Release) -> Absence | None:
    """What is known of `name`, or of the package it is in, where that release lacks it."""
    while name:
        if (absence := table.get(name)) is not None and absence.covers(release):
            return absence
        name = name.rpartition(".")[0]
    return None
