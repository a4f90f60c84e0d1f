"""The commands that load an output's value in Python: the plan of what would run, and the value after consent."""

from __future__ import annotations

from collections.abc import Mapping

from pipesight.characters import visible
from pipesight.history.model import Output
from pipesight.outputs.loader_service import ValueLoader
from pipesight.outputs.preview import Preview
from pipesight.pages.contract.command_table import LoadAnswer, PlanAnswer
from pipesight.pages.contract.history_paths import HistoryPath
from pipesight.pages.contract.load_view import LoadedValue, LoadPlan
from pipesight.pages.contract.no_answer import Trouble
from pipesight.pages.contract.read_argument import ReadArgument
from pipesight.pages.describe import path_of
from pipesight.pages.loading import Fence, details, question
from pipesight.pages.requested import found_output
from pipesight.workspace.context import Context

_UNTRUSTED = Trouble(
    "Values are loaded in Python only in a workspace that you trust.",
    "Trust the workspace in your editor. The editor then says so to Pipesight.",
)


async def plan_load(context: Context, given: Mapping[str, object]) -> PlanAnswer:
    """Return the plan of what loading the requested output would run, with the token for loading it."""
    asked = await _asked(context, given)
    if isinstance(asked, Trouble):
        return asked
    loader, output, path = asked
    facts = await context.previews.plan(output)
    if isinstance(facts, Preview):
        return _trouble(facts)
    try:
        fences = await loader.fences()
    except OSError:
        return Trouble(f"{visible(loader.interpreter)} does not start.", "Set the interpreter of this workspace.")
    fence = Fence(loader.interpreter, fences, loader.seconds, loader.memory)
    return LoadPlan(
        title=output.name,
        path=path,
        token=loader.token(output, facts.digest),
        question=question(output.name),
        details=details(facts, fence),
        imports=tuple(name for name, _ in facts.imports),
    )


async def load_value(context: Context, given: Mapping[str, object]) -> LoadAnswer:
    """Return the value of the requested output, if the token proves that the user has agreed to its plan."""
    asked = await _asked(context, given)
    if isinstance(asked, Trouble):
        return asked
    loader, output, path = asked
    value = await loader.load(output, ReadArgument.of(given).token or "")
    return _trouble(value) if isinstance(value, Preview) else LoadedValue(output.name, path, value)


async def _asked(context: Context, given: Mapping[str, object]) -> tuple[ValueLoader, Output, HistoryPath] | Trouble:
    """Return the loader, the output and its path. There is no loader unless the editor says that it is trusted."""
    if context.loader is None:
        return _UNTRUSTED
    found = await found_output(context, ReadArgument.of(given))
    if isinstance(found, Trouble):
        return found
    owner, output = found
    return context.loader, output, path_of(owner)


def _trouble(preview: Preview) -> Trouble:
    return Trouble(preview.text or preview.summary, preview.advice)
