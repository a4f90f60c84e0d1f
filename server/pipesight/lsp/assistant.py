"""Call the tools for assistants on the history and the reader that the editor has already opened."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

from pipesight.history.history import History
from pipesight.logs import redact
from pipesight.mcp import untrusted
from pipesight.mcp.answers import PicturedReading
from pipesight.mcp.parameters import checked
from pipesight.mcp.tools import Tools
from pipesight.outputs.service import PreviewService
from pipesight.pages.command_error import CommandError
from pipesight.pages.contract.no_answer import Trouble
from pipesight.pages.contract.tool_call import ToolAnswer, ToolArgument
from pipesight.rules.checked import is_settled
from pipesight.rules.file_check import check_text
from pipesight.rules.file_finding import FileFinding
from pipesight.settings import table
from pipesight.workspace.context import Context

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


_PATIENCE = 10.0  # seconds for which a tool waits for stores that are being read


class EditorBench:
    """A bench with the context of an editor. Code is checked as if it were in a file of `folder`."""

    def __init__(self, context: Context, folder: Path, interpreter: str) -> None:
        self._context = context
        self._folder = folder
        self._interpreter = interpreter

    @property
    def previews(self) -> PreviewService:
        """The editor's reader of outputs."""
        return self._context.previews

    def history(self) -> History:
        """Return the editor's history, which is synced in the background, once it was read.

        Raises CommandError if there is none, and if reading it takes longer than `_PATIENCE` seconds.
        """
        history = self._context.history
        _wait(lambda: not history.is_beginning)
        if history.is_beginning:
            raise CommandError("The run history is still being read. Try again in a moment.")
        if not history.pipelines():
            raise CommandError("No run history was found. *Pipesight: Show Status* shows where Pipesight looked.")
        return history

    def check(self, code: str) -> list[FileFinding]:
        """Return the problems of a piece of code.

        Raises UncheckedError if the history is empty or may be incomplete.
        """
        history = self.history()
        _wait(lambda: is_settled(history))
        return check_text(code, self._folder, history, self._context.settings, interpreter=self._interpreter)


def call_tool(bench: EditorBench, argument: ToolArgument) -> ToolAnswer | Trouble:
    """Call the tool that an assistant names. The answer is JSON as text, with a picture if the output is one."""
    try:
        tools = {tool.__name__: tool for tool in Tools(bench).all()}
        tool = tools.get(argument.tool)
        if tool is None:
            raise CommandError(f"There is no tool {argument.tool!r}. There are: {', '.join(tools)}.")
        answer = tool(**checked(tool, table(argument.arguments) or {}))
    except CommandError as error:
        return Trouble(untrusted.text(redact(str(error)), 1_000))
    if isinstance(answer, PicturedReading):
        return ToolAnswer(_json(answer.reading), answer.picture)
    return ToolAnswer(_json(cast("DataclassInstance", answer)))


def _wait(condition: Callable[[], bool]) -> None:
    """Wait up to `_PATIENCE` seconds until the condition is true."""
    give_up = time.monotonic() + _PATIENCE
    while not condition() and time.monotonic() < give_up:
        time.sleep(0.05)


def _json(answer: DataclassInstance) -> str:
    return json.dumps(asdict(answer), ensure_ascii=False)
