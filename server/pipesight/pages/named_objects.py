"""Find the pipeline, run, step and output that a command names, or say which names exist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipesight.pages.command_error import CommandError

if TYPE_CHECKING:
    from pipesight.history.history import History
    from pipesight.history.model import Output
    from pipesight.workspace.find import Found

LATEST = "latest"
"""The word for a pipeline's newest run. A run that has this name comes first."""


def follow(history: History, names: Mapping[str, str | None]) -> Found:
    """Return the pipeline, run, step and output with these names. Fetch the steps of the run first.

    Raises CommandError if one of them does not exist. The message has the names that exist.
    """
    from pipesight.pages.missing_names import missing
    from pipesight.workspace import find

    given = {kind: name for kind, name in names.items() if name is not None}
    if given.get("run") == LATEST and history.run(LATEST, given["pipeline"]) is None:
        newest = history.last_run(given["pipeline"])
        given["run"] = newest.name if newest is not None else LATEST
    found = find.follow(history, given)
    if found.run is not None and history.steps(found.run) is None:
        history.fetch_steps(found.run)
        found = find.follow(history, given)
    problem = missing(history, given, found)
    if problem is not None:
        raise CommandError(" ".join(filter(None, (problem.problem, problem.advice))))
    return found


def version_of(history: History, output: Output, version: str) -> Output:
    """Return another version of an output's artifact.

    Raises CommandError if it does not exist. The message has the versions that exist.
    """
    artifact = output.artifact or output.name
    found = history.artifact_version(artifact, version, wait=True)
    if found is not None:
        return found
    known = [each.version for each in history.artifact_versions(artifact, wait=True) or () if each.version]
    if not known:
        raise CommandError(f"This history has no versions of artifacts. Leave --version out to read {output.name!r}.")
    from pipesight.pages.words import first_names

    raise CommandError(f"The artifact {artifact!r} has no version {version!r}. There are: {first_names(known)}.")
