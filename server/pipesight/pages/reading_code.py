"""Write code that reads an object of the history, for the release of ZenML that the project uses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipesight.characters import escaped_in_code
from pipesight.history.history import History
from pipesight.pages.contract.history_paths import HistoryPath
from pipesight.workspace.run_lists import release_of
from pipesight.zenml.releases import Release

_MIDDLE, _MODERN, _LISTED = (0, 20), (0, 41), (0, 70)  # since 0.70 an output name has a list of artifacts
_NAME = re.compile(r"[A-Za-z_]\w*")


def reading_code(history: History, path: HistoryPath, installed: Release | None) -> str:
    """Return an import, and a statement that assigns the object with these names to a variable.

    The code is for the installed release, or for the release of the store if that is unknown.
    """
    release = installed or _release_of(history, path.source)
    if release >= _MODERN:
        imported, expression = "from zenml.client import Client", _modern(path, release)
    elif release >= _MIDDLE:
        first = "get_pipeline" if path.pipeline is not None or path.run is None else "get_run"
        imported, expression = f"from zenml.post_execution import {first}", _older(path, "", "")
    else:
        imported, expression = (
            "from zenml.repository import Repository",
            _older(path, "Repository().", "pipeline_name="),
        )
    return f"{imported}\n\n{_variable(path)} = {expression}\n"


def _modern(path: HistoryPath, release: Release) -> str:
    if path.run is None:
        return f"Client().get_pipeline({_quoted(path.pipeline or '')})"
    expression = f"Client().get_pipeline_run({_quoted(path.run)})"
    if path.step is not None:
        expression += f".steps[{_quoted(path.step)}]"
    if path.output is not None:
        item = "[0]" if release >= _LISTED else ""
        expression += f".outputs[{_quoted(path.output)}]{item}.load()"
    return expression


def _older(path: HistoryPath, start: str, keyword: str) -> str:
    return start + ".".join(_older_calls(path, keyword))


def _older_calls(path: HistoryPath, keyword: str) -> Iterator[str]:
    if path.pipeline is not None:
        yield f"get_pipeline({keyword}{_quoted(path.pipeline)})"
    if path.run is not None:
        yield f"get_run({_quoted(path.run)})"
    if path.step is not None:
        yield f"get_step({_quoted(path.step)})"
    if path.output is not None:
        yield f"outputs[{_quoted(path.output)}].read()"


def _release_of(history: History, source: str | None) -> Release:
    """Return the release of the store. Without one, assume 0.13 for ML Metadata, else a current release."""
    state = next((state for state in history.state.sources if source in (None, state.source)), None)
    told = release_of(state) if state is not None else None
    if told is not None:
        return told
    return (0, 13) if state is not None and state.store == "ML Metadata" else _LISTED


def _variable(path: HistoryPath) -> str:
    if path.output is not None:
        return path.output if _NAME.fullmatch(path.output) else "value"
    return "step" if path.step is not None else "run" if path.run is not None else "pipeline"


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped_in_code(escaped)}"'
