"""Compare two runs: their parameters, metrics, outputs, inputs, code, statuses, stack and tags."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from filecmp import cmp
from pathlib import Path
from typing import Literal

from pipesight.history.history import History
from pipesight.history.model import Details, Input, Output, Run, Step
from pipesight.history.sources.values import is_external
from pipesight.outputs.preview import Preview, to_json
from pipesight.outputs.service import PreviewService

from .output_files import local_folder
from .run_report import outputs_by_name, report

DifferenceKind = Literal["parameter", "metric", "output", "code", "status", "input", "stack", "tag"]

_FILES = 200  # the largest number of files of an artifact that are compared
_COMMIT = "commit"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between a left and a right run. A side is None if that run lacks the value.

    The name of a parameter, metric, output or input is `STEP.NAME`, as in a report. Code and statuses of steps have the
    step's name. The run itself has the names `status`, `commit` and `stack`. The name of a tag is the tag.
    """

    kind: DifferenceKind
    name: str
    left: object
    right: object

    @property
    def is_source(self) -> bool:
        """True if the difference is the source code of a step. Both runs have the step then."""
        return self.kind == "code" and self.name != _COMMIT


def differences(history: History, left: Run, right: Run, previews: PreviewService) -> Iterator[Difference]:
    """Yield the differences between two runs.

    Raises SourceError if a run has to be read from the store and cannot be read.
    """
    left, right = history.fetch((left, right))
    one, other = (report(history, run, previews, whole=True) for run in (left, right))
    before, after = ({step.name: step for step in history.steps(run) or ()} for run in (left, right))
    yield from _unequal("status", {"status": one.status}, {"status": other.status})
    yield from _unequal("status", _statuses(before), _statuses(after))
    yield from _unequal("parameter", one.parameters, other.parameters)
    yield from _unequal("metric", one.metrics, other.metrics)
    yield from _outputs(history, before, after, set(one.metrics) | set(other.metrics), previews)
    yield from _inputs(history, before, after, previews)
    yield from _code(history, before, after)
    yield from _unequal("code", {_COMMIT: one.commit}, {_COMMIT: other.commit})
    yield from _unequal("stack", {"stack": one.stack}, {"stack": other.stack})
    yield from _unequal("tag", {tag: tag for tag in one.tags}, {tag: tag for tag in other.tags})


def causes(history: History, left: Run, right: Run, previews: PreviewService) -> Iterator[Difference]:
    """Yield the differences that may have caused others: parameters, inputs, code of steps, commit and stack.

    Raises SourceError if a run has to be read from the store and cannot be read.
    """
    history.fetch((left, right))
    before, after = ({step.name: step for step in history.steps(run) or ()} for run in (left, right))
    yield from _unequal("parameter", _parameters(before), _parameters(after))
    # Steps that only one run has are left out, because an input of a step that did not run is no cause.
    one, other = ({name: steps[name] for name in before if name in after} for steps in (before, after))
    yield from _inputs(history, one, other, previews)
    yield from _code(history, before, after)
    commits = [(history.details(run) or Details()).commit for run in (left, right)]
    yield from _unequal("code", {_COMMIT: commits[0]}, {_COMMIT: commits[1]})
    yield from _unequal("stack", {"stack": left.stack}, {"stack": right.stack})


def _parameters(steps: Mapping[str, Step]) -> dict[str, object]:
    return {f"{step.name}.{name}": value for step in steps.values() for name, value in step.parameters.items()}


def _unequal(kind: DifferenceKind, left: Mapping[str, object], right: Mapping[str, object]) -> Iterator[Difference]:
    for name in dict.fromkeys((*left, *right)):
        one, other = left.get(name), right.get(name)
        if type(one) is not type(other) or not (one == other or (one != one and other != other)):  # two NaN are equal
            yield Difference(kind, name, one, other)


def _code(history: History, left: Mapping[str, Step], right: Mapping[str, Step]) -> Iterator[Difference]:
    """Yield the steps whose source code differs. There are none if the store records no source code."""
    for name in (name for name in left if name in right):
        one, other = _source(history, left[name]), _source(history, right[name])
        if one is not None and other is not None and one != other:
            yield Difference("code", name, one, other)


def _source(history: History, step: Step) -> str | None:
    code = history.code(step, wait=True)
    return code.source if code is not None else None


def _statuses(steps: Mapping[str, Step]) -> dict[str, object]:
    return {name: str(step.status) for name, step in steps.items()}


def _outputs(
    history: History,
    left: Mapping[str, Step],
    right: Mapping[str, Step],
    compared: Iterable[str],
    previews: PreviewService,
) -> Iterator[Difference]:
    """Yield the outputs whose content differs, except `compared`, which are the outputs that are metrics."""
    one, other = (dict(_named(history, steps)) for steps in (left, right))
    for name in dict.fromkeys((*one, *other)):
        if name in compared:
            continue
        before, after = one.get(name), other.get(name)
        if before is None or after is None:
            yield Difference("output", name, _summary(before, previews), _summary(after, previews))
        elif not _is_same(before, after, previews):
            yield Difference("output", name, *_summaries(before, after, previews))


def _named(history: History, steps: Mapping[str, Step]) -> Iterator[tuple[str, Output]]:
    for step in steps.values():
        for name, output in outputs_by_name(history, step).items():
            yield f"{step.name}.{name}", output


def _is_same(left: Output, right: Output, previews: PreviewService) -> bool:
    """Return True if two outputs are one artifact, have equal files, or have equal and complete previews."""
    if left.uri == right.uri:
        return True
    folders = [local_folder(output.uri) for output in (left, right)]
    if all(folder is not None and os.path.isdir(folder) for folder in folders):  # noqa: PTH112 - may be no valid path
        return _are_equal(*(Path(folder) for folder in folders if folder is not None))
    one, other = previews.preview_sync(left), previews.preview_sync(right)
    return _is_whole(one) and to_json(one) == to_json(other)


def _are_equal(left: Path, right: Path) -> bool:
    one, other = _files(left), _files(right)
    return set(one) == set(other) and len(one) < _FILES and all(cmp(one[name], other[name], False) for name in one)


def _files(folder: Path) -> dict[str, Path]:
    """Return up to `_FILES` regular files of an artifact by relative path. Links are left out."""
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        if len(found) < _FILES and not path.is_symlink() and path.is_file():
            found[path.relative_to(folder).as_posix()] = path
    return found


def _is_whole(preview: Preview) -> bool:
    table = preview.table
    return preview.kind != "problem" and not preview.truncated and (table is None or table.total == len(table.rows))


def _summary(output: Output | None, previews: PreviewService) -> str | None:
    return previews.preview_sync(output).summary if output is not None else None


def _summaries(left: Output, right: Output, previews: PreviewService) -> tuple[str | None, str | None]:
    """Return the summaries of two different outputs. If the texts are equal, add the versions."""
    one, other = _summary(left, previews), _summary(right, previews)
    if one != other:
        return one, other
    return f"{one} (version {left.version})", f"{other} (version {right.version})"


def _inputs(
    history: History, left: Mapping[str, Step], right: Mapping[str, Step], previews: PreviewService
) -> Iterator[Difference]:
    """Yield the inputs that come from different outputs. Inputs that no step produced are compared by content."""
    one, other = _origins(history, left), _origins(history, right)
    for name in dict.fromkeys((*one, *other)):
        before, after = one.get(name, []), other.get(name, [])
        is_same = len(before) == len(after) and all(
            a.text == b.text or (a.is_unnamed and b.is_unnamed and _is_same(a.output, b.output, previews))
            for a, b in zip(before, after, strict=True)
        )
        if not is_same:
            yield Difference("input", name, _said(before, previews), _said(after, previews))


@dataclass(frozen=True, slots=True)
class _Origin:
    """The origin of an input. It is unnamed if ZenML saved a passed value as an artifact with a random name."""

    text: str
    output: Output
    is_unnamed: bool


def _origins(history: History, steps: Mapping[str, Step]) -> dict[str, list[_Origin]]:
    """Return the origins of all inputs of a run, by `STEP.PARAMETER`. An input that is a list has several."""
    made: dict[str, str] = {}
    for name, output in _named(history, steps):
        made.setdefault(output.id, name)
    found: dict[str, list[_Origin]] = {}
    for step in steps.values():
        for input_ in history.inputs(step) or ():
            found.setdefault(f"{step.name}.{input_.name}", []).append(_origin(input_, made))
    return found


def _origin(input_: Input, made: Mapping[str, str]) -> _Origin:
    """Return the origin of an input.

    An output of the same run is described by its name, and any other artifact by its name and version.
    """
    output = input_.output
    own = made.get(output.id)
    version = f" version {output.version}" if output.version else ""
    is_unnamed = own is None and is_external(output.artifact or "")
    return _Origin(own or f"{output.artifact or output.name}{version}", output, is_unnamed)


def _said(origins: Sequence[_Origin], previews: PreviewService) -> object:
    texts = [_summary(each.output, previews) if each.is_unnamed else each.text for each in origins]
    return texts if len(texts) > 1 else next(iter(texts), None)
