"""Say which of the names in a question the history does not have, and which are close to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from pipesight.characters import visible
from pipesight.history.history import History
from pipesight.pages.contract.no_answer import Trouble
from pipesight.pages.words import first_names
from pipesight.workspace.find import Found
from pipesight.zenml.kinds import Kind

_CHOICES = 100


def missing(history: History, names: Mapping[str, object], found: Found) -> Trouble | None:
    """Return the problem that the history lacks one of `names`, None if all were found."""
    things = {"pipeline": found.pipeline, "run": found.run, "step": found.step, "output": found.output}
    for kind, thing in things.items():
        name = names.get(kind)
        if isinstance(name, str) and thing is None:
            return still_read(history) or _no_such(kind, name, _siblings(history, kind, found))
    return None


def still_read(history: History) -> Trouble | None:
    """Return the problem that stores are read for the first time, None if they are not."""
    if not history.is_beginning:
        return None
    return Trouble("The run history is still being read.", "Try again in a moment.")


def no_history(history: History) -> Trouble:
    """Return why there is no pipeline to choose."""
    troubled = next((source for source in history.state.sources if source.error), None)
    if troubled is not None and troubled.error is not None:
        return Trouble(troubled.error, troubled.advice)
    if (unread := still_read(history)) is not None:
        return unread
    advice = "Run a pipeline once: it appears by itself. Is its history kept elsewhere? Name it in `pipesight.history`."
    return Trouble("There is no run history yet.", advice)


def _no_such(kind: str, name: str, names: Sequence[str]) -> Trouble:
    close = get_close_matches(name, names, 1)
    if close and kind == "run":
        advice = f"The newest run is {names[0]!r}. Did you mean {close[0]!r}?"
    elif close:
        advice = f"Did you mean {close[0]!r}?"
    elif names:
        advice = "There are: " + visible(first_names(names), one_line=True) + "."
    else:
        advice = "There are none."
    return Trouble(f"The history has no {kind} named {name!r} there.", advice)


def _siblings(history: History, kind: str, found: Found) -> list[str]:
    pipeline = found.name_of(Kind.PIPELINE)
    match kind:
        case "pipeline":
            return [pipeline.name for pipeline in history.pipelines()]
        case "run":
            return [run.name for run in history.runs(pipeline, limit=_CHOICES)]
        case "step":
            steps = history.steps(found.run) if found.run is not None else None
            return [step.name for step in (history.step_names(pipeline) if steps is None else steps)]
        case _:
            step = found.name_of(Kind.STEP)
            return [output.name for output in history.output_names(pipeline, step)]
