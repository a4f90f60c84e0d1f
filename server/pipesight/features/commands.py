"""The commands a client may execute: read an output, show a run, list the history. Plain JSON in, plain JSON out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any, cast

from lsprotocol import types as lsp

from pipesight.characters import visible
from pipesight.code.model import Position, Span, Thing
from pipesight.history.history import History
from pipesight.history.model import Output, Run, Step
from pipesight.outputs.preview import Window
from pipesight.outputs.render import to_json
from pipesight.pages.describe import address, describe, pipeline_facts
from pipesight.pages.words import ago, count, duration, mark, state, type_name, when
from pipesight.workspace.context import Context
from pipesight.workspace.documents import View
from pipesight.workspace.find import Found, follow
from pipesight.workspace.target import thing_at

HISTORY = "pipesight.history"
REFRESH = "pipesight.refresh"
STATUS = "pipesight.status"

Json = dict[str, Any]

_PAGE = 50
_PATIENCE = 10.0  # seconds that a command waits for the steps of a run
_TRIES = 200
_CHOICES = 100
_RECENT = 20


async def read_output(context: Context, argument: Mapping[str, object]) -> Json:
    """The preview of the output that `argument` names or that stands at its `uri` and `position`.

    When more than one output fits, `choices` to ask again with; when none does, a `problem` with `advice`.
    """
    found = await _named(context, argument)
    if isinstance(found, dict):
        return found
    output = found.output or _only_output(context.history, found)
    if output is None:
        return _choices(context.history, found)
    found = _with_owner(context.history, found, output)
    preview = await context.previews.preview(output, _window(argument))
    return {
        "title": visible(output.name, one_line=True),
        "subtitle": visible(" · ".join(filter(None, (type_name(output), found.step and when(found.step))))),
        "path": address(found),
        "output": {
            "uri": output.uri,
            "data_type": output.data_type,
            "materializer": output.materializer,
            "type": output.type,
            "version": output.version,
        },
        "run": _run(found.run) if found.run is not None else None,
        "preview": to_json(preview),
    }


async def show_run(context: Context, argument: Mapping[str, object]) -> Json:
    """One run with its steps and outputs, and the other recent runs of its pipeline; by default the newest run."""
    found = await _named(context, argument)
    if isinstance(found, dict):
        return found
    history = context.history
    run = found.run
    if run is None and found.pipeline is not None:
        run = history.last_run(found.pipeline.name)
    if run is None and found.pipeline is None:
        run = next(iter(history.runs(limit=1)), None)
    if run is None and found.pipeline is None:
        return _nothing(history)
    if run is None:
        return {"problem": "There is no run to show.", "advice": "Run the pipeline once; it appears here by itself."}
    await _steps_of(history, run)
    steps = history.steps(run)
    recent = history.runs(run.pipeline, limit=_RECENT) if run.pipeline is not None else (run,)
    return {
        "title": visible(run.name, one_line=True),
        "subtitle": visible(" · ".join(filter(None, (run.pipeline, state(run)))), one_line=True),
        "path": address(Found(run=run)) | ({"pipeline": run.pipeline} if run.pipeline is not None else {}),
        "run": _run(run),
        "loading": steps is None,
        "steps": [_step(history, run, step) for step in steps or ()],
        "runs": [_run(other) | {"path": _path(other)} for other in recent],
    }


async def list_history(context: Context, argument: Mapping[str, object]) -> list[Json]:
    """The children of a node of the history tree: pipelines, or what is below `parent`."""
    parent = argument.get("parent")
    history = context.history
    if not isinstance(parent, Mapping) or not parent:
        return [
            _node("pipeline", pipeline.name, pipeline_facts(history, pipeline), Found(pipeline=pipeline), history)
            for pipeline in history.pipelines()
        ]
    found = follow(history, cast("Mapping[str, object]", parent))
    if found.step is not None:
        outputs = history.outputs(found.step) or ()
        return [_node("output", output.name, type_name(output), _below(found, output), history) for output in outputs]
    if found.run is not None:
        await _steps_of(history, found.run)
        steps = history.steps(found.run)
        return [
            _node("step", step.name, state(step), Found(found.pipeline, found.run, step), history, str(step.status))
            for step in steps or ()
        ]
    if found.pipeline is not None:
        return [
            _node("run", run.name, state(run), Found(found.pipeline, run), history, str(run.status))
            for run in history.runs(found.pipeline.name, limit=_CHOICES)
        ]
    return []


def status(context: Context) -> Json:
    """How each source is doing."""
    return {
        "sources": [
            {
                "label": source.label,
                "kind": source.kind,
                "synced_at": _iso(source.synced_at),
                "age": ago(source.synced_at) if source.synced_at is not None else None,
                "syncing": source.syncing,
                "error": source.error,
                "advice": source.advice,
                "runs": source.run_count,
            }
            for source in context.history.state.sources
        ]
    }


async def _named(context: Context, argument: Mapping[str, object]) -> Found | Json:
    """What the argument leads to, or the problem that it leads nowhere."""
    history = context.history
    by_place = "uri" in argument and isinstance(argument.get("position"), Mapping)
    found = _at(context, argument) if by_place else follow(history, argument)
    if found.run is not None and history.steps(found.run) is None:
        await _steps_of(history, found.run)
        found = _at(context, argument) if by_place else follow(history, argument)
    return found if by_place else missing(history, argument, found) or found


async def _steps_of(history: History, run: Run) -> None:
    """Wait until the run's steps are mirrored: asked for, they are fetched before all else."""
    for _ in range(_TRIES):
        if history.steps(run) is not None:
            return
        await asyncio.sleep(_PATIENCE / _TRIES)


def missing(history: History, names: Mapping[str, object], found: Found) -> Json | None:
    """The problem that the history lacks the first of `names` that was not found; None when all were."""
    things = {"pipeline": found.pipeline, "run": found.run, "step": found.step, "output": found.output}
    for kind, thing in things.items():
        name = names.get(kind)
        if isinstance(name, str) and thing is None:
            return _no_such(kind, name, _siblings(history, kind, found))
    return None


def _at(context: Context, argument: Mapping[str, object]) -> Found:
    view = context.documents.view(str(argument["uri"]))
    position = cast("Mapping[str, object]", argument["position"])
    denoted = None
    if view is not None:
        place = lsp.Position(_number(position, "line", 0), _number(position, "character", 0))
        denoted = thing_at(view, view.position(place)) or _on_line(view, view.position(place))
    return context.find(denoted[0]) if denoted is not None else Found()


def _on_line(view: View, position: Position) -> tuple[Thing, Span] | None:
    """The innermost thing named on the cursor's line: a person need not aim at the name itself."""
    sites = [site for site in view.document.sites if site.expression.start.line <= position.line <= site.span.end.line]
    deepest = max(sites, key=lambda site: len(list(site.thing.chain())), default=None)
    return (deepest.thing, deepest.span) if deepest is not None else None


def _no_such(kind: str, name: str, names: Sequence[str]) -> Json:
    close = get_close_matches(name, names, 1)
    if close:
        advice = f"Did you mean {close[0]!r}?"
    elif names:
        advice = "There are: " + visible(", ".join(names[:10]), one_line=True)
    else:
        advice = "There are none there."
    return {"problem": f"The history has no {kind} named {name!r} there.", "advice": advice}


def _siblings(history: History, kind: str, found: Found) -> list[str]:
    pipeline = found.pipeline.name if found.pipeline is not None else None
    match kind:
        case "pipeline":
            return [pipeline.name for pipeline in history.pipelines()]
        case "run":
            return [run.name for run in history.runs(pipeline, limit=_CHOICES)]
        case "step":
            steps = history.steps(found.run) if found.run is not None else None
            return [step.name for step in (history.step_names(pipeline) if steps is None else steps)]
        case _:
            step = found.step.name if found.step is not None else None
            return [output.name for output in history.output_names(pipeline, step)]


def _only_output(history: History, found: Found) -> Output | None:
    outputs = history.outputs(found.step) or () if found.step is not None else ()
    return outputs[0] if len(outputs) == 1 else None


def _choices(history: History, found: Found) -> Json:
    """What to choose from next: pipelines, then runs, then steps that have outputs, then outputs."""
    if found.step is not None:
        outputs = history.outputs(found.step)
        choices = [_choice(output.name, type_name(output), _below(found, output)) for output in outputs or ()]
    elif found.run is not None:
        steps = history.steps(found.run)
        with_outputs = [step for step in steps or () if history.outputs(step)]
        choices = [
            _choice(
                step.name, f"{step.status} · {_output_names(history, step)}", Found(found.pipeline, found.run, step)
            )
            for step in with_outputs
        ]
    elif found.pipeline is not None:
        runs = history.runs(found.pipeline.name, limit=_CHOICES)
        choices = [_choice(run.name, state(run), Found(found.pipeline, run)) for run in runs]
    else:
        pipelines = history.pipelines()
        choices = [_choice(p.name, pipeline_facts(history, p), Found(pipeline=p)) for p in pipelines]
    if choices:
        return {"choices": choices}
    if found.pipeline is None and found.run is None:
        return _nothing(history)
    return {"problem": "There is no output to read here.", "advice": "Choose a step that has completed."}


def _nothing(history: History) -> Json:
    """Why there is no pipeline to choose."""
    troubled = next((source for source in history.state.sources if source.error), None)
    if troubled is not None:
        return {"problem": troubled.error, "advice": troubled.advice}
    advice = "Run a pipeline once: it appears by itself. Is its history kept elsewhere? Name it in `pipesight.history`."
    return {"problem": "There is no run history yet.", "advice": advice}


def _choice(label: str, description: str, found: Found) -> Json:
    return {"label": visible(label), "description": visible(description), "argument": address(found)}


def _node(kind: str, label: str, description: str, found: Found, history: History, status: str | None = None) -> Json:
    page = describe(history, found)
    return {
        "kind": kind,
        "label": visible(label, one_line=True),
        "description": visible(description, one_line=True),
        "tooltip": page.markdown() if page is not None else label,
        "status": status,
        "path": address(found),
        "expandable": kind != "output",
    }


def _run(run: Run) -> Json:
    return {
        "name": run.name,
        "pipeline": run.pipeline,
        "status": str(run.status),
        "mark": mark(run.status),
        "start": _iso(run.start),
        "end": _iso(run.end),
        "when": when(run),
        "duration": duration(run.duration) if run.duration is not None else None,
        "stack": run.stack,
    }


def _step(history: History, run: Run, step: Step) -> Json:
    return {
        "name": step.name,
        "entrypoint": step.entrypoint,
        "status": str(step.status),
        "mark": mark(step.status),
        "duration": duration(step.duration) if step.duration is not None else None,
        "outputs": [
            {
                "name": output.name,
                "type": type_name(output),
                "path": _path(run) | {"step": step.name, "output": output.name},
            }
            for output in history.outputs(step) or ()
        ],
    }


def _path(run: Run) -> Json:
    names: Json = {"run": run.name, "source": run.source}
    return {"pipeline": run.pipeline, **names} if run.pipeline is not None else names


def _below(found: Found, output: Output) -> Found:
    return Found(found.pipeline, found.run, found.step, output, found.assumed)


def _with_owner(history: History, found: Found, output: Output) -> Found:
    """The run and step of an output that was named without them."""
    if found.run is not None and found.step is not None:
        return _below(found, output)
    location = history.location(output)
    return Found(*location, output, assumed=True) if location is not None else _below(found, output)


def _output_names(history: History, step: Step) -> str:
    outputs = history.outputs(step) or ()
    names = ", ".join(output.name for output in outputs)
    return names if len(names) < 60 else count(len(outputs), "output")


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _window(argument: Mapping[str, object]) -> Window:
    """The rows of a table that the argument asks for."""
    find = argument.get("find")
    return Window(
        offset=_number(argument, "offset", 0),
        limit=_number(argument, "limit", _PAGE),
        sort=_number(argument, "sort", -1),
        descending=argument.get("descending") is True,
        find=find if isinstance(find, str) else "",
    )


def _number(argument: Mapping[str, object], key: str, default: int) -> int:
    value = argument.get(key)
    return value if isinstance(value, int) and value >= 0 else default
