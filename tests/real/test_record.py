"""The record of a run by a real ZenML server equals the answers of ZenML's own Client."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipesight.history.history import History
from pipesight.history.sources.server_login import Login
from pipesight.history.sources.zenml_server import ZenMLServerSource
from tests.history.record import artifacts_of, expected, models_of, record_of
from tests.real.parts import ZenMLServer

pytestmark = pytest.mark.slow

RECORD = "0.98.0-record"


@pytest.fixture(scope="module")
def history(unpack_history: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    folder = tmp_path_factory.mktemp("server")
    database = Path(shutil.copy(next(unpack_history(RECORD).rglob("zenml.db")), folder))
    server = ZenMLServer(database, folder)
    with server.up():
        source = ZenMLServerSource(server.url, Login("default", ""))
        with closing(History.open([source], cache_folder=folder / "index", start=False)) as history:
            history.sync_once(full=True)
            yield history


def test_the_record_of_a_server(
    history: History, unpack_history: Callable[[str], Path], record_property: Callable[[str, object], None]
) -> None:
    told = expected(unpack_history(RECORD))
    record_property("recorded", (RECORD, "ZenML server"))
    assert {
        "projects": record_of(history),
        "models": models_of(history),
        "artifacts": artifacts_of(history),
    } == told


def test_inputs_logs_code_and_versions(history: History) -> None:
    run = history.run("training_03")
    assert run is not None
    step = history.step(run, "fit")
    assert step is not None
    data = next(iter(history.inputs(step) or ()))
    made = history.producer(data)
    assert made is not None
    assert made[2].name == "load_rows"
    code = history.code(step, wait=True)
    assert code is not None
    assert code.source is not None
    assert "math.sqrt" in code.source
    logs = history.logs(step, wait=True)
    assert logs is not None
    assert [log.origin for log in logs] == ["prepare_step", "step"]
    report = history.artifact_version("report", "2", wait=True)
    assert report is not None
    location = history.location(report)
    assert location is not None
    assert location[1].name == "training_01"
    versions = history.model_versions("demo_model", wait=True)
    assert versions is not None
    artifacts = history.model_artifacts(versions[-2], wait=True)
    assert artifacts is not None
    assert {(each.artifact, each.version) for each in artifacts} >= {("report", "2"), ("table", "2")}


@pytest.mark.parametrize(
    ("kind", "name"), [("tag", "nightly"), ("stack", "default"), ("stack_component", "default"), ("user", "default")]
)
def test_things_that_have_names(kind: str, name: str, history: History) -> None:
    found = history.entities(kind, wait=True)
    assert found is not None
    assert name in {each.name for each in found}


@pytest.mark.parametrize(
    "kind", ["schedule", "snapshot", "deployment", "run_template", "secret", "service", "code_repository", "flavor"]
)
def test_lists_that_a_server_has(kind: str, history: History) -> None:
    assert history.entities(kind, wait=True) is not None
