"""Describe to the user what would run if an output is loaded in Python, and which fences hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipesight.characters import visible
from pipesight.history.model import Output
from pipesight.outputs.loaded import LoadFacts
from pipesight.outputs.preview import Preview
from pipesight.outputs.reader.formats import loads_itself
from pipesight.outputs.reader.harmless import HARMFUL, HARMLESS, UNKNOWN
from pipesight.pages.words import first_names

_SHOWN = 20  # names that are listed
_OPAQUE = ("pickle", "files")  # kinds of preview that do not show the value


@dataclass(frozen=True, slots=True)
class Fence:
    """The Python that loads a value, the fences that hold there, and its limits in seconds and bytes of memory."""

    interpreter: str
    holds: tuple[str, ...]
    seconds: float
    memory: int


def is_loadable(output: Output, preview: Preview) -> bool:
    """Return whether the loaded value can show more than the preview. The artifact must be on this machine."""
    is_own = loads_itself(output.materializer or "") and preview.kind != "problem"
    return "://" not in output.uri.removeprefix("file://") and (preview.kind in _OPAQUE or is_own)


def question(name: str) -> str:
    """Return the question to the user."""
    return f"Load {visible(name, one_line=True)} in Python? This runs code that the artifact names."


def details(facts: LoadFacts, fence: Fence) -> tuple[str, ...]:
    """Return what would run, with which Python and with which fences, as lines of text."""
    lines = (*_runs(facts), f"Python: {fence.interpreter}", " ".join(_fences(fence)))
    return tuple(visible(line, one_line=True) for line in lines)


_JUDGMENTS = {
    HARMFUL: "Warning: it imports names that can do anything",
    UNKNOWN: "It imports names that are not known to be harmless",
    HARMLESS: "It imports names that are known to be harmless",
}


def _runs(facts: LoadFacts) -> Iterator[str]:
    for judgment, words in _JUDGMENTS.items():
        names = [name for name, each in facts.imports if each == judgment]
        if names:
            yield f"{words}: {_listed(names)}."
    if not facts.followed:
        yield "Not all of it can be followed, so it may import more."
    if facts.classes:
        yield f"These classes load it: {_listed(facts.classes)}."
    if not facts.imports and not facts.classes and facts.followed:
        yield "It imports nothing."


def _listed(names: Sequence[str]) -> str:
    return first_names(names, _SHOWN, str)


_HOLDS = {
    "network": ("No network.", "The network cannot be forbidden on this system."),
    "files": ("It changes no file of yours.", "Changes of files cannot be forbidden on this system."),
    "programs": ("It starts no program.", "Other programs cannot be forbidden on this system."),
}


def _fences(fence: Fence) -> Iterator[str]:
    for name, (holds, is_open) in _HOLDS.items():
        yield holds if name in fence.holds else is_open
    if "memory" in fence.holds:
        yield f"At most {fence.memory // 1024**2:,} MB of memory and {fence.seconds:g} s."
    else:
        yield f"At most {fence.seconds:g} s. Its memory cannot be limited on this system."
    yield "It can read your files."
