"""The page of a run, its log, and the facts on the page of an output."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipesight.demo import sample
from pipesight.features.code_lens import code_lenses
from pipesight.features.hover import hover
from pipesight.features.outputs import read_output
from pipesight.features.runs import read_log, show_run
from pipesight.history.model import Failure
from pipesight.pages.code_links import CodeLinks
from pipesight.pages.contract.log_view import LogPart
from pipesight.pages.contract.output_view import Reading
from pipesight.pages.contract.run_view import FailureFacts, RunPage
from pipesight.pages.show import document
from pipesight.workspace.target import target_at
from tests.conftest import HISTORIES
from tests.features.conftest import Desk, Desks

FAILED = {"pipeline": "training", "run": "training_03"}
HEAD = "from zenml.client import Client\nclient = Client()\n"


def page_of(desk: Desk, **names: str) -> RunPage:
    page = asyncio.run(show_run(desk.context, {**FAILED, **names}))
    assert isinstance(page, RunPage)
    return page


@pytest.fixture
def desk(desk_of: Callable[[str], Desk]) -> Desk:
    return desk_of("0.98.0-record")


@pytest.fixture
def without_reasons(tmp_path: Path) -> Iterator[Desk]:
    """Return a desk with a store like those before ZenML 0.85, in which only the log shows why a step failed."""
    history = sample.unpack_history(HISTORIES / "0.98.0-record.tar.xz", tmp_path)
    database = next(history.rglob("*.db"))
    with closing(sqlite3.connect(database)) as store, store:
        for table in ("step_run", "pipeline_run"):
            store.execute(f"UPDATE {table} SET exception_info = NULL")
    desks = Desks(tmp_path / "index")
    yield desks.make(tmp_path, history)
    desks.close()


def test_a_run_tells_what_its_steps_took_gave_and_logged(desk: Desk) -> None:
    page = page_of(desk, run="training_11")
    load, fit = (next(step for step in page.steps if step.name == name) for name in ("load_rows", "fit"))

    assert [(each.name, each.value) for each in page.metadata] == [("budget", "1.2")]
    assert [(each.name, each.path.step, each.path.output) for each in fit.inputs] == [("data", "load_rows", "table")]
    assert [output.path for output in load.outputs if output.name == "table"] == [fit.inputs[0].path]
    assert {"epochs", "loss"} <= {each.name for each in fit.metadata}
    assert load.start is not None
    assert load.end is not None
    assert page.path.step is None


def test_the_page_of_a_failed_step_has_its_traceback(desk: Desk) -> None:
    desk.type("from zenml import step\n\n@step\ndef fit(data: dict) -> float:\n    return 1.0\n", "steps.py")
    page = page_of(desk, step="fit")
    fit = next(step for step in page.steps if step.name == "fit")

    assert page.path.step == "fit"
    assert fit.failure is not None
    assert (fit.failure.what, fit.failure.where) == ("ValueError: math domain error", "go_record.py, line 59")
    assert fit.failure.traceback[-1].text == "ValueError: math domain error"
    assert not fit.failure.from_log
    assert fit.code is not None
    assert (fit.code.uri.rsplit("/", 1)[-1], fit.code.line) == ("steps.py", 3)


def test_a_run_and_a_step_as_documents(desk: Desk) -> None:
    shown = document(page_of(desk, step="fit"))

    assert shown is not None
    said = (
        "It failed: ValueError: math domain error",
        "```text\n  File",
        "Inputs: data from load_rows",
        "| rate |",
    )
    assert [part for part in said if part not in shown.text] == []


def test_of_a_step_that_printed_nothing_the_other_logs_can_be_chosen(desk_of: Callable[[str], Desk]) -> None:
    asked = {"pipeline": "mapped", "run": "mapped one", "step": "gen"}
    part = asyncio.run(read_log(desk_of("0.98.0-map").context, asked))

    assert isinstance(part, LogPart)
    assert (part.origin, part.entries, part.origins) == ("step", (), ("prepare_step", "step"))


def test_a_log_is_read_from_its_end_and_backwards(desk: Desk) -> None:
    part = asyncio.run(read_log(desk.context, {**FAILED, "step": "fit"}))

    assert isinstance(part, LogPart)
    assert part.entries[-1].message.endswith("ValueError: math domain error")
    assert (part.origin, part.live, part.end) == ("step", False, part.size)
    assert "prepare_step" in part.origins
    begin = asyncio.run(read_log(desk.context, {**FAILED, "step": "fit", "origin": "step", "before": part.size // 2}))
    assert isinstance(begin, LogPart)
    assert begin.entries[0] == part.entries[0]
    shown = document(part)
    assert shown is not None
    assert "about to divide" in shown.text


@pytest.mark.thorough
def test_where_the_store_has_no_reason_the_log_tells_it(without_reasons: Desk) -> None:
    page = page_of(without_reasons)
    fit = next(step for step in page.steps if step.name == "fit")

    assert fit.failure is not None
    assert (fit.failure.what, fit.failure.from_log) == ("ValueError: math domain error", True)


def test_hover_and_lens_tell_what_the_log_says_once_it_is_read(without_reasons: Desk) -> None:
    context = without_reasons.context
    code = 'client.get_pipeline_run("training_03").steps["fit|"]'
    view, position = without_reasons.at(HEAD + code)
    at = target_at(context, view, position)
    assert at is not None
    assert "math domain" not in str(hover(context, at))
    assert context.failures.wants_to_look

    assert context.failures.look(context.history, context.previews.logs)

    assert "ValueError: math domain error" in str(hover(context, at))
    titles = [lens.command.title for lens in code_lenses(context, view).items if lens.command is not None]
    assert "ValueError: math domain error" in titles[0]
    assert not context.failures.wants_to_look


TRACEBACK = """Traceback (most recent call last):
  File "/usr/lib/python3.11/runpy.py", line 1, in run
    code()
  File "{file}", line 2, in fit
    return log(0)
ValueError: math domain error"""


@pytest.mark.parametrize(
    ("recorded", "linked"),
    [
        ("{root}/steps/fit.py", True),  # the file itself
        ("/app/steps/fit.py", True),  # recorded in a container: it ends in the same way and has the line
        ("/app/fit.py", False),  # another file of that name
        ("{root}/../secret.py", False),
        ("C:\\work\\steps\\fit.py", True),
    ],
)
def test_a_traceback_leads_into_the_workspace(recorded: str, linked: bool, tmp_path: Path) -> None:
    root = tmp_path / "project"
    (root / "steps").mkdir(parents=True)
    (root / "steps" / "fit.py").write_text("def fit():\n    return log(0)\n")
    (root / "fit.py").write_text("def fit():\n    return 1\n")
    (tmp_path / "secret.py").write_text("def fit():\n    return log(0)\n")
    file = recorded.replace("{root}", str(root))
    failure = Failure("ValueError", "math domain error", TRACEBACK.replace("{file}", file), None, file, 2)

    facts: FailureFacts = CodeLinks([root]).failure(failure)

    lines = [(line.text.strip()[:4], line.code.line) for line in facts.traceback if line.code is not None]
    assert lines == ([("File", 1)] if linked else [])
    assert (facts.code is not None) is linked
    if facts.code is not None:
        assert facts.code.uri == (root / "steps" / "fit.py").as_uri()


def test_an_output_has_its_metadata_and_the_visualizations_that_zenml_stored(desk: Desk) -> None:
    found: dict[str, Reading] = {}
    for run in desk.context.history.runs():
        for step in desk.context.history.steps(run) or ():
            for output in desk.context.history.outputs(step) or ():
                if output.visualizations and output.visualizations[0].type not in found:
                    names = {"pipeline": run.pipeline, "run": run.name, "step": step.name, "output": output.name}
                    asked = {key: value for key, value in names.items() if value is not None}
                    plain = asyncio.run(read_output(desk.context, asked))
                    assert isinstance(plain, Reading)
                    shown = asyncio.run(read_output(desk.context, {**asked, "visualization": 0}))
                    assert isinstance(shown, Reading)
                    assert shown.output == plain.output
                    found[plain.visualizations[0].kind] = shown

    kinds = {kind: reading.preview.kind for kind, reading in found.items()}
    assert kinds == {"json": "json", "csv": "table", "html": "html"}
