"""The failure of a step's last run is shown at its line in the current code."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from pipesight.demo import sample
from pipesight.features.diagnostics import diagnostics
from pipesight.rules.catalog import Severity
from pipesight.settings import DiagnosticsSettings, Settings
from tests.conftest import HISTORIES
from tests.examples import mostly_slow

from .conftest import Desk, Desks, text_at

HEAD = 'import math\nimport pandas as pd\nfrom typing import Annotated, Tuple\nfrom zenml import step\nTRAIN = "fit"\n'
RECORDED = """@step(name=TRAIN, enable_cache=False)
def second(data: pd.DataFrame, rate: float = 0.1, fail: bool = False) -> Tuple[Annotated[float, "accuracy"], \
Annotated[dict, "report"], Annotated[Card, ArtifactConfig(name="card", tags=["seen"])]]:
    import math
    loss = round(1 / (1 + 10 * rate), 4)
    log_metadata({"loss": loss, "epochs": 4, "schedule": "cosine"})
    log_metadata({"f1": round(1 - loss / 2, 4)}, infer_model=True)
    log_metadata({"budget": rate * 2}, run_id_name_or_prefix=get_step_context().pipeline_run.id)
    print("fitting with", rate)
    if fail:
        print("about to divide")
        math.sqrt(len(data) - 10_000)
    return round(1 - loss / 3, 4), {"rate": rate, "n": len(data), "columns": list(data.columns)}, Card(f"rate {rate}")
"""
LINE = "math.sqrt(len(data) - 10_000)"
WHY = "Step 'fit' failed in run 'training_03': ValueError: math domain error (go_record.py, line 59)."
CHANGED = WHY + " The code of the step has changed since then."
INEXACT = WHY + " The code of the step has changed since then, so the position is inexact."


NEWEST = "(SELECT start_time FROM pipeline_run WHERE name = 'training_03')"
NEWER = f"(SELECT id FROM pipeline_run WHERE start_time > {NEWEST})"
FIT = f"pipeline_run_id IN {NEWER} AND name = 'fit'"
FAILED_LAST = (f"DELETE FROM step_run WHERE {FIT}",)


@pytest.fixture(scope="module")
def desk_after(desks: Desks, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Desk]:
    """Return a function: `desk_after(*statements)` is a desk with the recorded history after these SQL statements."""

    @cache
    def make(*statements: str) -> Desk:
        history = sample.unpack_history(HISTORIES / "0.98.0-record.tar.xz", tmp_path_factory.mktemp("history"))
        database = sqlite3.connect(next(history.rglob("*.db")))
        with database:
            for statement in statements:
                database.execute(statement)
        database.close()
        return desks.make(tmp_path_factory.mktemp("workspace"), history)

    return make


@pytest.fixture
def failed(desk_after: Callable[..., Desk]) -> Iterator[Desk]:
    """Return a desk whose history has no step `fit` after the one that failed."""
    desk = desk_after(*FAILED_LAST)
    yield desk
    for view in desk.context.documents.views():
        desk.context.documents.close(view.uri)
    desk.context.settings = Settings()


def said(desk: Desk, text: str) -> list[tuple[str, str]]:
    """Return the range and the message of each failure."""
    view = desk.type(text)
    diagnostics(desk.context, view)
    desk.answer()
    return [(text_at(view, each.range), each.message) for each in diagnostics(desk.context, view)]


def indented(text: str) -> str:
    return "".join(f"    {line}" for line in text.splitlines(keepends=True))


# what the code of today is, where the failure is shown, with which words
PLACES = [
    (HEAD + RECORDED, LINE, WHY),
    # the function stands elsewhere in the file
    (HEAD + "\n" * 9 + RECORDED + "\n\nx = 1\n", LINE, WHY),
    (HEAD + "def made():\n" + indented(RECORDED), LINE, WHY),
    # lines before it are new, are gone, or have moved
    (HEAD + RECORDED.replace("    if fail:", "    a = 1\n    b = 2\n    if fail:"), LINE, CHANGED),
    (HEAD + RECORDED.replace('        print("about to divide")\n', ""), LINE, CHANGED),
    (
        HEAD + RECORDED.replace("    import math\n", "").replace("    if fail:", "    # why\n    if fail:"),
        LINE,
        CHANGED,
    ),
    # the line itself has changed, or is gone
    (HEAD + RECORDED.replace(LINE, "math.sqrt(len(data))"), "math.sqrt(len(data))", INEXACT),
    (HEAD + RECORDED.replace(f"        {LINE}\n", ""), "second", INEXACT),
    # the function is another one
    (HEAD + "@step(name=TRAIN)\ndef third(x):\n    pass", "third", INEXACT),
]


@pytest.mark.parametrize(("text", "where", "message"), PLACES)
def test_a_failure_at_its_line(failed: Desk, text: str, where: str, message: str) -> None:
    assert said(failed, text) == [(where, message)]


SILENT = [
    HEAD.replace('"fit"', '"load_rows"') + RECORDED,  # its last run succeeded
    HEAD.replace('"fit"', '"not_run_yet"') + RECORDED.replace("second", "new"),
    HEAD + RECORDED.replace("@step(name=TRAIN, enable_cache=False)\n", ""),
    HEAD + RECORDED.replace(LINE, f"{LINE}  # pipesight: ignore[last-failure]"),
    "from zenml.client import Client\nClient().get_pipeline_run('training_03').steps['fit']",
]


@pytest.mark.parametrize("text", SILENT)
def test_silence(failed: Desk, text: str) -> None:
    assert said(failed, text) == []


# what the newer runs of the step came to, what is said
NEWER_RUNS = [
    ((), []),
    ((f"UPDATE step_run SET status = 'cached' WHERE {FIT}",), []),
    ((f"UPDATE step_run SET status = 'running', end_time = NULL WHERE {FIT}",), [(LINE, WHY)]),
    ((f"UPDATE step_run SET status = 'skipped' WHERE {FIT}",), [(LINE, WHY)]),
    (
        (*FAILED_LAST, "UPDATE step_run SET exception_info = NULL WHERE name = 'fit'"),
        [("second", "Step 'fit' failed in run 'training_03': no reason was recorded.")],
    ),
    (
        (*FAILED_LAST, "UPDATE step_run SET name = 'fit_2' WHERE status = 'failed'"),
        [(LINE, WHY.replace("fit", "fit_2"))],
    ),
]


@pytest.mark.parametrize(("statements", "expected"), mostly_slow(NEWER_RUNS, quick=NEWER_RUNS[:1]))
def test_what_newer_runs_came_to(
    desk_after: Callable[..., Desk], statements: tuple[str, ...], expected: list[tuple[str, str]]
) -> None:
    assert said(desk_after(*statements), HEAD + RECORDED) == expected


@pytest.mark.thorough
def test_the_recorded_source_is_read_beside_the_request(desk_after: Callable[..., Desk]) -> None:
    desk = desk_after(*FAILED_LAST, "UPDATE step_run SET name = name")  # a history that nothing was asked of
    view = desk.type(HEAD + RECORDED)
    heard: list[int] = []
    desk.context.history.subscribe(lambda: heard.append(len(diagnostics(desk.context, view))))

    assert diagnostics(desk.context, view) == []
    desk.context.history.sync_once()

    assert heard[-1] == 1


def test_of_several_functions_of_one_name_the_one_with_the_line(failed: Desk) -> None:
    other = failed.folder / "other.py"
    other.write_text(HEAD + "@step(name=TRAIN)\ndef third(x):\n    pass\n", encoding="utf-8")
    failed.context.places.scan()
    try:
        assert said(failed, HEAD + RECORDED) == [(LINE, WHY)]
        assert said(failed, HEAD + RECORDED.replace(LINE, "math.sqrt(len(data))")) == []
    finally:
        other.unlink()
        failed.context.places.scan()


@pytest.mark.parametrize(("severity", "expected"), [(Severity.OFF, 0), (Severity.WARNING, 1)])
def test_it_can_be_switched_off(failed: Desk, severity: Severity, expected: int) -> None:
    failed.context.settings = Settings(diagnostics=DiagnosticsSettings(last_failure=severity))

    assert len(said(failed, HEAD + RECORDED)) == expected


def test_a_store_without_reasons_tells_that_the_step_failed(desk_of: Callable[[str], Desk]) -> None:
    code = "from zenml.steps import step\n@step\ndef more_scalars():\n    raise ValueError\n"

    assert said(desk_of("legacy-0.7.3"), code) == [
        ("more_scalars", "Step 'only' failed in run 'more_scalars_run': no reason was recorded.")
    ]
