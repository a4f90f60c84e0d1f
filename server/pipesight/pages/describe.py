"""Build the pages of facts about a pipeline, a run, a step or an output."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from pipesight.history.history import History
from pipesight.history.model import Details, Failure, Output, Pipeline, Run, Status, Step
from pipesight.outputs.preview import Preview
from pipesight.pages.contract.command_ids import BLAME, READ_OUTPUT, SHOW_RUN
from pipesight.pages.contract.history_paths import HistoryPath
from pipesight.workspace.find import Found
from pipesight.workspace.trend import Trend
from pipesight.workspace.value_keys import ValueKey
from pipesight.zenml.kinds import Kind

from .page import Action, Block, Curve, Grid, Heading, Line, Page, ValuePreview
from .recorded_facts import Why, consumers_line, inputs_line, metadata_grid, recorded, run_failure, tags_line, why
from .words import ago, count, duration, json_text, mark, one_line, state, tone, type_name, when

_RUNS_SHOWN = 5
_KEY_VALUE = 120  # characters of the value of a key
_STEPS_SHOWN = 20


def describe(
    history: History,
    found: Found,
    preview: Preview | None = None,
    rows: int = 5,
    trend: Trend = Trend(),  # noqa: B008 - it is frozen
    why_step: Why = recorded,
) -> Page | None:
    """Return the page of the innermost found object, None if nothing was found.

    `rows` is the number of rows of a table in the preview. `why_step` returns the failure of a step.
    """
    if found.output is not None:
        return _output(history, found, found.output, preview, rows, trend)
    if found.step is not None:
        return _step(history, found, found.step, why_step(found.step))
    if found.run is not None:
        return _run(history, found.run, why_step)
    if found.pipeline is not None:
        return _pipeline(history, found.pipeline)
    return None


def describe_key(history: History, found: Found, key: ValueKey) -> Page:
    """Return the page of a column or key of an output's value, with the version of the output."""
    output = found.output
    values = ", ".join(one_line(json_text(value), _KEY_VALUE) for value in key.values)
    version = f" version {output.version}" if output is not None and output.version else ""
    return Page(
        (
            Heading("key", key.name),
            *((Line(" · ".join(filter(None, (key.type, values)))),) if key.type or values else ()),
            Line(f"Of {output.name}{version}" if output is not None else ""),
            *source_line(history, found),
        )
    )


def path_of(found: Found) -> HistoryPath:
    """Return the names that identify the found object."""
    thing = found.output or found.step or found.run or found.pipeline
    return HistoryPath(
        pipeline=found.name_of(Kind.PIPELINE),
        run=found.name_of(Kind.RUN),
        step=found.name_of(Kind.STEP),
        output=found.output.name if found.output is not None else None,
        source=thing.source if thing is not None else None,
    )


def address(found: Found) -> dict[str, object]:
    """Return the same names as the argument of a command."""
    return dict(path_of(found).names)


def pipeline_facts(history: History, pipeline: Pipeline) -> str:
    """Return text such as `4 runs · last run completed 2 h ago · 12 s`.

    A failed run has a mark. If the workspace has several stores, the names of the pipeline's stores follow.
    """
    total = run_total(history, pipeline)
    run = history.last_run(pipeline.name)
    names = _store_names(history)
    stores = ", ".join(names[label] for label in history.stores_of(pipeline.name)) if len(names) > 1 else ""
    if run is None:
        return " · ".join(filter(None, [total or "runs are still being read", stores]))
    failed = f"{mark(run.status)} " if tone(run.status) == "failed" else ""
    return " · ".join(filter(None, [total, f"{failed}last run {state(run)}", stores]))


def _store_names(history: History) -> dict[str, str]:
    """Return a short name for each store's label, without the path parts that all labels begin or end with."""
    labels = [source.label for source in history.state.sources]
    parts = {label: re.split(r"[\\/]", label) for label in labels}
    shared = _shared(list(parts.values()))
    tail = _shared([each[shared:][::-1] for each in parts.values()])
    return {label: "/".join(each[shared : len(each) - tail]) or label for label, each in parts.items()}


def _shared(lists: Sequence[Sequence[str]]) -> int:
    """Return the length of the prefix that all lists share."""
    return sum(1 for _ in takewhile(lambda each: len(set(each)) == 1, zip(*lists, strict=False)))


def run_total(history: History, pipeline: Pipeline) -> str:
    """Return the number of runs as text, empty until the first sync of all stores has counted them."""
    return count(pipeline.run_count, "run") if not history.is_beginning else ""


def _pipeline(history: History, pipeline: Pipeline) -> Page:
    runs = history.runs(pipeline.name, limit=_RUNS_SHOWN) if history.has_newest else ()
    steps = history.step_names(pipeline.name)
    argument: dict[str, object] = {"pipeline": pipeline.name, "source": pipeline.source}
    return Page(
        (
            Heading("pipeline", pipeline.name),
            Line(pipeline_facts(history, pipeline)),
            *_stores(history, pipeline),
            *((Action("Open the last run", SHOW_RUN, argument),) if history.has_newest else ()),
            Grid(("run", "status", "when", "took"), [_run_row(run) for run in runs]),
            *_sentence("Steps: " if history.is_whole else "Steps so far: ", (step.name for step in steps)),
        )
    )


def _stores(history: History, pipeline: Pipeline) -> Iterable[Line]:
    """Yield a line with the stores of a pipeline's runs if there are several."""
    stores = history.stores_of(pipeline.name)
    if len(stores) > 1:
        yield Line(f"From {len(stores)} stores: {', '.join(stores)}")


def _run_row(run: Run) -> tuple[str, ...]:
    took = duration(run.duration) if run.duration is not None else ""
    return run.name, f"{mark(run.status)} {run.status}", when(run) or "", took


def _run(history: History, run: Run, why_step: Why) -> Page:
    steps = history.steps(run)
    details = history.details(run) or Details()
    facts = [state(run)]
    if run.stack:
        facts.append(f"stack {run.stack}")
    if run.pipeline:
        facts.append(f"pipeline {run.pipeline}")
    source = history.source(run.source)
    if run.pipeline and source is not None and len(history.stores_of(run.pipeline)) > 1:
        facts.append(f"store {source.label}")
    return Page(
        (
            Heading("run", run.name),
            Line(" · ".join(facts)),
            *_failure(run_failure(history, run, why_step)),
            *tags_line(details.tags, details.commit),
            Action(_run_action(run), SHOW_RUN, address(Found(run=run))),
            *_steps(history, steps),
            *metadata_grid(details.metadata),
        )
    )


def _run_action(run: Run) -> str:
    return "Show the traceback and the log" if run.status is Status.FAILED else "Open the run"


def _failure(words: str | None) -> Iterable[Line]:
    if words is not None:
        yield Line(words)


def _steps(history: History, steps: tuple[Step, ...] | None) -> Iterable[Grid | Line]:
    if steps is None:
        yield Line("Its steps are being fetched. Ask again in a moment.")
        return
    if not steps:
        yield Line("No step of this run has started.")
        return
    rows = [
        (step.name, f"{mark(step.status)} {step.status}", _took(step), _output_names(history, step))
        for step in steps[:_STEPS_SHOWN]
    ]
    yield Grid(("step", "status", "took", "outputs"), rows)
    if len(steps) > _STEPS_SHOWN:
        yield Line(f"and {count(len(steps) - _STEPS_SHOWN, 'more step')}")


def _took(step: Step) -> str:
    return duration(step.duration) if step.duration is not None else ""


def _output_names(history: History, step: Step) -> str:
    return ", ".join(output.name for output in history.outputs(step) or ())


def _step(history: History, found: Found, step: Step, failure: Failure | None) -> Page:
    outputs = history.outputs(step)
    facts = [state(step)]
    if step.entrypoint and step.entrypoint != step.name:
        facts.append(f"function {step.entrypoint}")
    parameters = ", ".join(f"{key}={one_line(json_text(value), 40)}" for key, value in step.parameters.items())
    blocks: list[Block] = [Heading("step", step.name), Line(" · ".join(facts)), *source_line(history, found)]
    if failure is not None:
        blocks.append(Line(why(failure)))
    if step.status is Status.FAILED:
        blocks.append(Action("Show the traceback and the log", SHOW_RUN, address(found)))
    if outputs:
        label = "Read the output" if len(outputs) == 1 else "Read an output"
        blocks.append(Action(label, READ_OUTPUT, address(found)))
    if parameters:
        blocks.append(Line(f"Parameters: {parameters}"))
    blocks.extend(inputs_line(history.inputs(step)))
    if outputs:
        blocks.append(Grid(("output", "type"), [(output.name, type_name(output)) for output in outputs]))
    elif outputs is not None:
        blocks.append(Line("It has no outputs."))
    blocks.extend(metadata_grid(step.metadata))
    return Page(tuple(blocks))


def _output(history: History, found: Found, output: Output, preview: Preview | None, rows: int, trend: Trend) -> Page:
    facts = [type_name(output)]
    if output.version:
        facts.append(f"version {output.version}")
    if found.step is not None and (moment := found.step.end or found.step.start) is not None:
        facts.append(ago(moment))
    blocks = (
        Heading("output", output.name),
        Line(" · ".join(facts)),
        *source_line(history, found),
        *tags_line(output.tags),
        *consumers_line(history, output),
        Action("Open in the side panel", READ_OUTPUT, address(found)),
        *((ValuePreview(preview, rows),) if preview is not None else ()),
        *_trend(found, trend),
        *metadata_grid(output.metadata),
    )
    return Page(blocks)


def _trend(found: Found, trend: Trend) -> Iterable[Curve | Action]:
    if trend.values:
        yield Curve(f"Over {count(len(trend.values), 'run')}:", trend.values)
    if trend.values and found.step is not None and found.output is not None and found.pipeline is not None:
        names = {"pipeline": found.pipeline.name, "metric": f"{found.step.name}.{found.output.name}"}
        yield Action("What moved this number?", BLAME, {**names, "source": found.pipeline.source})


def source_line(history: History, found: Found, *, of_step: bool = False) -> Iterable[Line]:
    """Yield a line with the run and the pipeline of the found object, and with the step for an output.

    `of_step` adds the step in any case. The line begins with `Newest` if the code does not say which run it means, and
    with `Newest so far` while the steps of newer runs may not be mirrored.
    """
    parts: list[str] = []
    if (found.output is not None or of_step) and found.step is not None:
        parts.append(f"step {found.step.name}")
    if found.run is not None:
        parts.append(f"run {found.run.name}")
    if found.run is not None and found.run.pipeline:
        parts.append(f"pipeline {found.run.pipeline}")
    if parts:
        newest = "Newest: " if history.is_whole else "Newest so far: "
        yield Line((newest if found.assumed else "From ") + ", ".join(parts))


def _sentence(start: str, names: Iterable[str]) -> Iterable[Line]:
    listed = ", ".join(names)
    if listed:
        yield Line(start + one_line(listed, 400))
