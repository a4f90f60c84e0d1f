"""Find the objects that the argument of a command names, or those at its position in a document."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from lsprotocol import types as lsp

from pipesight.code.model import Position, Span, Thing
from pipesight.history.history import History
from pipesight.history.model import Output, Run
from pipesight.pages.contract.no_answer import Trouble
from pipesight.pages.contract.read_argument import ReadArgument
from pipesight.pages.missing_names import missing
from pipesight.workspace.context import Context
from pipesight.workspace.documents import View
from pipesight.workspace.find import Found, follow
from pipesight.workspace.target import thing_at

_PATIENCE = 10.0  # seconds for which a command waits for the steps of a run
_TRIES = 200
_UNNAMED = Trouble("No output is named here.")


async def named(context: Context, argument: ReadArgument) -> Found | Trouble:
    """Return the objects with the argument's names or at its position, or the problem if there are none."""
    history = context.history
    found = _found(context, argument)
    if found.run is None and history.is_beginning:
        await _until(lambda: not history.is_beginning)
        found = _found(context, argument)
    if found.run is not None and history.steps(found.run) is None:
        await wait_for_steps(history, found.run)
        found = _found(context, argument)
    if argument.uri is not None and argument.position is not None:
        return found
    return missing(history, argument.path.names, found) or found


async def found_output(context: Context, argument: ReadArgument) -> tuple[Found, Output] | Trouble:
    """Return the requested output, also with its run and step."""
    found = await named(context, argument)
    if isinstance(found, Trouble):
        return found
    output = found.output or only_output(context.history, found)
    return (with_owner(context.history, found, output), output) if output is not None else _UNNAMED


def newest(history: History, found: Found) -> Run | None:
    """Return the newest run of the pipeline, or of all pipelines if none was found. None while it is not certain."""
    if found.pipeline is not None:
        return history.last_run(found.pipeline.name)
    return next(iter(history.runs(limit=1) if history.has_newest else ()), None)


async def wait_for_steps(history: History, run: Run) -> None:
    """Wait up to `_PATIENCE` seconds until the index has the run's steps. The request makes the sync fetch them."""
    await _until(lambda: history.steps(run) is not None)


def visualized(output: Output, number: int | None) -> Output:
    """Return the output, or its stored visualization with this index as an output."""
    if number is None or not 0 <= number < len(output.visualizations):
        return output
    uri = output.visualizations[number].uri
    return replace(output, uri=uri, data_type=None, materializer=None)


def only_output(history: History, found: Found) -> Output | None:
    """Return the only output of a step, None if it has none or several."""
    outputs = history.outputs(found.step) or () if found.step is not None else ()
    return outputs[0] if len(outputs) == 1 else None


def with_owner(history: History, found: Found, output: Output) -> Found:
    """Add the run and the step of an output that was requested without them."""
    if found.run is not None and found.step is not None:
        return replace(found, output=output)
    location = history.location(output)
    return Found(*location, output, assumed=True) if location is not None else replace(found, output=output)


def _found(context: Context, argument: ReadArgument) -> Found:
    if argument.uri is not None and argument.position is not None:
        return _at(context, argument.uri, lsp.Position(argument.position.line, argument.position.character))
    return follow(context.history, argument.path.names)


def _at(context: Context, uri: str, position: lsp.Position) -> Found:
    view = context.documents.view(uri)
    if view is None:
        return Found()
    place = view.position(position)
    denoted = thing_at(view, place) or _on_line(view, place)
    return context.find(denoted[0]) if denoted is not None else Found()


def _on_line(view: View, position: Position) -> tuple[Thing, Span] | None:
    """Return the innermost thing on the cursor's line, so that the cursor need not be on the name."""
    sites = [site for site in view.document.sites if site.expression.start.line <= position.line <= site.span.end.line]
    deepest = max(sites, key=lambda site: len(list(site.thing.chain())), default=None)
    return (deepest.thing, deepest.span) if deepest is not None else None


async def _until(condition: Callable[[], bool]) -> None:
    """Wait up to `_PATIENCE` seconds until the condition is true."""
    for _ in range(_TRIES):
        if condition():
            return
        await asyncio.sleep(_PATIENCE / _TRIES)
