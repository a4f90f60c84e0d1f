"""The public Python API: every snippet of its description, on a legacy and on a modern history."""

from __future__ import annotations

import pickle
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from unittest.mock import Mock

import pytest

import pipesight
from pipesight import OutputCountError, Pipeline, ReadError, Repository, SourceError, UnknownNameError, python_api
from pipesight.outputs.service import PreviewService
from pipesight.python_api.output import Output, Outputs

HISTORIES = ["legacy-0.5.7", "legacy-0.13.2", "0.23.0", "0.33.0", "0.98.0"]
NAMES = {  # what the same program's steps are called: by the pipeline's argument, or by the function
    "legacy": ["importer", "as_array", "trainer", "evaluator"],
    "modern": ["load_data", "clean", "clean_test", "to_array", "train", "evaluate"],
}


@pytest.fixture(scope="module", params=HISTORIES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def repo(name: str, unpack_history: Callable[[str], Path], index_folder: Path) -> Iterator[Repository]:
    with Repository(history=str(unpack_history(name)), cache_folder=index_folder) as repository:
        yield repository


@pytest.fixture
def training(repo: Repository) -> Pipeline:
    return repo.get_pipeline(pipeline_name="training_pipeline")


def step_names(name: str) -> list[str]:
    return NAMES["modern" if name == "0.98.0" else "legacy"]


# Pipelines


def test_get_all_pipelines_sorted_by_their_first_run(repo: Repository) -> None:
    pipelines = repo.get_pipelines()
    firsts = [pipeline.runs[0].start_time for pipeline in pipelines]
    assert firsts == sorted(time for time in firsts if time)
    assert pipelines[0].name == "training_pipeline"
    assert pipelines[-1].name == "branching_pipeline"
    assert all(pipeline.runs for pipeline in pipelines)


def test_get_one_pipeline_by_name_and_or_stack(repo: Repository) -> None:
    (stack,) = repo.stacks
    assert repo.get_pipeline(pipeline_name="training_pipeline").name == "training_pipeline"
    assert repo.get_pipeline("training_pipeline", stack_key=stack).name == "training_pipeline"
    assert repo.get_pipeline("training_pipeline", stack_name=stack).get_run_names()
    assert len(repo.get_pipelines(stack_key=stack)) == len(repo.get_pipelines())


def test_a_pipeline_function_or_class_names_its_pipeline(repo: Repository) -> None:
    def training_pipeline() -> None: ...

    assert repo.get_pipeline(training_pipeline).name == "training_pipeline"
    assert repo.get_pipeline(type("training_pipeline", (), {})).name == "training_pipeline"


# Runs


def test_runs_are_in_chronological_order(training: Pipeline) -> None:
    runs = training.runs
    starts = [run.start_time for run in runs]
    assert starts == sorted(time for time in starts if time)
    assert runs[0].name == "first_training"
    assert runs[-1].name == training.get_run_names()[-1] == training.last_run.name
    assert training.get_runs()[0].name == "first_training"


def test_get_a_specific_run_by_name(training: Pipeline) -> None:
    run = training.get_run(run_name="first_training")
    assert run.name == "first_training"
    assert run.status == "completed"
    assert run.pipeline_name == "training_pipeline"
    assert run.duration is None or 0 < run.duration < timedelta(minutes=5).total_seconds()


# Steps


def test_steps_are_in_execution_order(name: str, training: Pipeline) -> None:
    steps = training.get_run(run_name="first_training").steps
    assert [step.name for step in steps] == step_names(name)
    assert steps[0].entrypoint_name == "load_data"
    assert steps[step_names(name)[0]].name == steps[0].name


def test_get_step_by_name_or_by_function(name: str, training: Pipeline) -> None:
    run = training.runs[-1]
    assert run.get_step(name=step_names(name)[0]).entrypoint_name == "load_data"

    def load_data() -> None: ...

    assert run.get_step(load_data).name == run.get_step(step="load_data").name == step_names(name)[0]


def test_a_step_knows_its_parameters_and_times(name: str, training: Pipeline) -> None:
    step = training.get_run("first_training").get_step(name="train" if name == "0.98.0" else "trainer")
    assert step.parameters == {"lr": 0.1}
    assert step.status == "completed"
    assert step.start_time is not None


# Outputs


def test_outputs_by_name(name: str, training: Pipeline) -> None:
    step = training.runs[-1].get_step(name="train" if name == "0.98.0" else "trainer")
    assert list(step.outputs) == ["accuracy", "model", "params"]
    output = step.outputs["accuracy"]
    assert output.data_type == "builtins.float"
    assert Path(output.uri).is_dir()
    assert step.get_output("accuracy").uri == output.uri


def test_the_only_output(name: str, training: Pipeline) -> None:
    step = training.runs[-1].get_step(name="evaluate" if name == "0.98.0" else "evaluator")
    assert step.output.uri == step.outputs["output"].uri


def test_output_of_several_names_them(name: str, training: Pipeline) -> None:
    step = training.runs[-1].steps[0]
    with pytest.raises(OutputCountError, match=r"3 outputs: 'n_rows', 'test', 'train'"):
        _ = step.output


def test_output_of_none_says_so(repo: Repository, name: str) -> None:
    failed = repo.get_pipeline("branching_pipeline").get_run("failing run")
    assert failed.status == "failed"
    assert repo.get_pipeline("branching_pipeline").last_successful_run is not None
    with pytest.raises(OutputCountError, match="has no output"):
        _ = failed.get_step("boom").output


# Unknown names


def test_unknown_names_say_what_exists_and_what_is_closest(repo: Repository, name: str) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'training_pipeline'") as unknown:
        repo.get_pipeline(pipeline_name="trainin_pipeline")
    assert "branching_pipeline" in str(unknown.value)
    pipeline = repo.get_pipeline("training_pipeline")
    with pytest.raises(UnknownNameError, match="Did you mean 'first_training'"):
        pipeline.get_run(run_name="first_trainin")
    run = pipeline.get_run("first_training")
    with pytest.raises(UnknownNameError, match=f"Did you mean '{step_names(name)[0]}'"):
        run.get_step(name=step_names(name)[0] + "s")
    with pytest.raises(KeyError, match="Did you mean 'train'"):
        run.steps[0].outputs["trian"]
    with pytest.raises(UnknownNameError, match="no stack 'elsewhere'"):
        repo.get_pipeline("training_pipeline", stack_key="elsewhere")
    assert unknown.value.closest == "training_pipeline"
    copied = pickle.loads(pickle.dumps(unknown.value))
    assert (str(copied), copied.closest) == (str(unknown.value), "training_pipeline")


def test_an_index_that_is_not_there_says_how_many_there_are(training: Pipeline, name: str) -> None:
    steps = training.runs[-1].steps
    with pytest.raises(IndexError, match=rf"no step \[9\] in run .*: it has {len(steps)} steps"):
        _ = steps[9]
    with pytest.raises(IndexError, match="it has no runs"):
        _ = training.runs[:0][-1]


def test_calls_without_a_name_ask_for_one(repo: Repository, training: Pipeline) -> None:
    for call, kind in ((repo.get_pipeline, "pipeline"), (training.get_run, "run"), (training.runs[0].get_step, "step")):
        with pytest.raises(TypeError, match=f"Which {kind}"):
            call()


def test_no_history_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENML_CONFIG_PATH", str(tmp_path / "none"))
    with pytest.raises(SourceError, match="There is no run history") as nothing:
        Repository(tmp_path)
    assert nothing.value.advice


def test_a_history_that_cannot_be_read_is_let_go_of(tmp_path: Path) -> None:
    (tmp_path / "zenml.db").write_text("not a database " * 99)
    with pytest.raises(SourceError, match="not a database"):
        Repository(history=str(tmp_path), cache_folder=tmp_path / "cache")
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".db"], "the index is closed, and its log gone"


# Notebooks


def test_views_show_themselves(repo: Repository, training: Pipeline) -> None:
    run = training.runs[-1]
    outputs = run.steps[0].outputs
    for view in (
        repo,
        training,
        run,
        run.steps[0],
        outputs["train"],
        repo.pipelines,
        training.runs,
        run.steps,
        outputs,
    ):
        assert len(repr(view)) < 1500
        html = view._repr_html_()  # pyright: ignore[reportPrivateUsage]
        assert html.startswith("<table>")
        assert html.endswith("</table>")
    assert "first_training" in training._repr_html_()  # pyright: ignore[reportPrivateUsage]


def test_runs_are_shown_with_their_numbers_over_time(tmp_path: Path, unpack_history: Callable[[str], Path]) -> None:
    with Repository(history=str(unpack_history("0.98.0-record")), cache_folder=tmp_path) as repo:
        shown = repo.get_pipeline("training").runs._repr_html_()  # pyright: ignore[reportPrivateUsage]

    assert "<svg" in shown
    assert "<script" not in shown
    assert "<figcaption>fit.loss: min 0.1429, max 0.6667" in shown
    assert shown.index("training_11") < shown.index("training_01")  # the newest comes first
    assert "<th>fit.rate</th>" in shown


def test_names_are_shown_as_they_are_written(unpack_history: Callable[[str], Path], tmp_path: Path) -> None:
    database = shutil.copy(next(unpack_history("0.98.0").rglob("zenml.db")), tmp_path)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE pipeline SET name = 'MyTraining' WHERE name = 'training_pipeline'")
    with Repository(history=str(database), cache_folder=tmp_path / "cache") as repo:
        shown = repo.get_pipeline("MyTraining").runs._repr_html_()  # pyright: ignore[reportPrivateUsage]
    assert "Runs of pipeline 'MyTraining'" in unescape(shown)


def test_long_lists_are_shown_in_part(training: Pipeline) -> None:
    runs = training.runs[:1]
    runs.extend(runs[0] for _ in range(99))

    assert "88 more" in repr(runs)
    assert "80 more" in runs._repr_html_()  # pyright: ignore[reportPrivateUsage]


def test_keys_are_completed_in_ipython(repo: Repository, name: str) -> None:
    step = repo.pipelines["training_pipeline"].runs["first_training"].steps[step_names(name)[0]]

    for named, keys in (
        (repo.pipelines, ["training_pipeline"]),
        (step.outputs, ["n_rows", "test", "train"]),
    ):
        assert named._ipython_key_completions_()[: len(keys)] == keys  # pyright: ignore[reportPrivateUsage]


# Starting


def test_importing_pipesight_imports_nothing_else() -> None:
    code = (
        "import sys, pipesight; print(sorted(m for m in sys.modules if m.split('.')[0] in ('pipesight', 'sqlalchemy')))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "['pipesight']"


# Values

VALUES = [
    ("types_pipeline", "an_int", 7),
    ("types_pipeline", "a_str", "hello\nworld"),
    ("types_pipeline", "a_dict", {"k": [1, 2, {"z": None}]}),
    ("training_pipeline", "accuracy", 0.93),
]


@pytest.mark.parametrize(("pipeline", "output", "value"), VALUES)
def test_read_loads_what_was_saved(repo: Repository, pipeline: str, output: str, value: object) -> None:
    run = repo.get_pipeline(pipeline_name=pipeline).runs[-1]
    step = next(step for step in run.steps if output in step.outputs)

    assert step.outputs[output].read() == value


def test_read_loads_a_table(repo: Repository) -> None:
    run = repo.get_pipeline(pipeline_name="training_pipeline").runs[0]
    train = run.steps[0].outputs["train"].read()

    assert list(train.columns)[:2] == ["x", "y"]
    assert len(train) == 10
    assert train["x"].tolist() == [float(number) for number in range(10)]


def test_read_of_what_is_gone_says_so(
    unpack_history: Callable[[str], Path], index_folder: Path, tmp_path: Path
) -> None:
    with Repository(history=str(unpack_history("0.98.0")), cache_folder=index_folder) as repository:
        step = repository.get_pipeline("training_pipeline").runs[0].get_step("train")
        output = step.outputs["accuracy"]
        gone = type(output)(replace(output._output, uri=str(tmp_path / "gone")))

        with pytest.raises(ReadError, match="gone"):
            gone.read()


# The record of a run, on a history of ZenML 0.98 and on one that has nothing of it


@pytest.fixture(scope="module")
def record(unpack_history: Callable[[str], Path], index_folder: Path) -> Iterator[Repository]:
    with Repository(history=str(unpack_history("0.98.0-record")), cache_folder=index_folder) as repository:
        yield repository


def test_metadata_tags_and_inputs(record: Repository) -> None:
    run = record.get_pipeline("training").get_run("training_01")
    step = run.steps["fit"]
    assert run.metadata == {"budget": 0.2}
    assert run.tags == ["nightly"]
    assert step.metadata == {"loss": 0.5, "epochs": 4, "schedule": "cosine"}
    assert step.inputs["data"].uri == run.steps["load_rows"].output.uri
    assert step.outputs["report"].metadata["length"] == 3
    assert step.outputs["report"].version == "2"
    assert step.outputs["card"].tags == ["seen"]
    assert [each.type for each in step.outputs["card"].visualizations] == ["html", "markdown"]


def test_why_a_step_failed(record: Repository) -> None:
    run = record.get_pipeline("training").get_run("training_03")
    error = run.steps["fit"].error
    assert error is not None
    assert (error.type, error.message, error.line) == ("ValueError", "math domain error", 59)
    assert run.error == error
    assert run.steps["load_rows"].error is None
    log = run.steps["fit"].log()
    assert log is not None
    assert "about to divide" in log


def test_where_the_store_does_not_say_why_the_log_does(record: Repository, tmp_path: Path) -> None:
    step = record.get_pipeline("training").get_run("training_03").steps["fit"]
    untold = type(step)(step._history, replace(step._step, failure=None))
    error = untold.error
    assert error is not None
    assert (error.type, error.message, error.line) == ("ValueError", "math domain error", 59)


def test_the_code_of_a_step_as_it_ran(record: Repository) -> None:
    code = record.get_pipeline("training").get_run("training_03").steps["fit"].source_code
    assert code is not None
    assert code.startswith("@step(name=TRAIN")


def test_projects(record: Repository, unpack_history: Callable[[str], Path], index_folder: Path) -> None:
    assert record.project == "default"
    assert record.projects == ["default", "second_project"]
    folder = str(unpack_history("0.98.0-record"))
    with Repository(history=folder, project="second_project", cache_folder=index_folder) as other:
        assert other.project == "second_project"
        assert [run.name for run in other.get_pipeline("training").runs] == ["twin_run"]


def test_runs_as_a_table_of_pandas(record: Repository) -> None:
    table = record.get_pipeline("training").runs.to_pandas()
    assert len(table) == 12
    run = table.loc["training_01"]
    assert (run["status"], run["fit.rate"], run["fit.loss"], run["fit.accuracy"]) == ("completed", 0.1, 0.5, 0.8333)
    assert table.loc["training_03", "error"] == "ValueError"
    assert len(record.get_pipeline("training").runs[-2:].to_pandas()) == 2


def test_metrics_are_read_within_the_limits_of_the_settings(
    unpack_history: Callable[[str], Path], index_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pipesight.toml").write_text("[reader]\ntimeout = 60\nmemory = 3000\n", encoding="utf-8")
    opened = Mock(wraps=PreviewService)
    monkeypatch.setattr("pipesight.outputs.service.PreviewService", opened)
    folder = str(unpack_history("0.98.0-record"))
    with Repository(tmp_path, history=folder, cache_folder=index_folder) as repository:
        table = repository.get_pipeline("training").runs.to_pandas()

    assert table.loc["training_01", "fit.accuracy"] == 0.8333
    opened.assert_called_once_with(sys.executable, timeout=60.0, memory_limit=3000 * 1024 * 1024)


def test_a_store_that_records_less_has_none_of_it(repo: Repository, training: Pipeline) -> None:
    run = training.get_run("first_training")
    step = run.steps[-1]
    assert run.tags == []
    assert run.commit is None
    assert run.error is None
    assert step.error is None
    assert step.inputs
    assert len(training.runs.to_pandas()) == len(training.runs)


def test_of_two_outputs_of_one_name_the_one_that_the_step_returned(record: Repository, tmp_path: Path) -> None:
    step = record.get_pipeline("training").get_run("training_01").steps["judge"]
    returned = step.output._output
    saved = replace(returned, id="saved by hand", save_type="manual", uri=str(tmp_path))
    outputs = Outputs("judge", [Output(returned), Output(saved)])
    assert outputs["good"].uri == returned.uri
    assert outputs["good"].is_regular
    assert outputs.count == 2


def test_the_public_names_are_the_classes_of_the_python_api() -> None:
    classes = [name for name, value in vars(python_api).items() if isinstance(value, type)]
    assert sorted(classes) == sorted(pipesight.__all__)
    assert all(getattr(pipesight, name) is getattr(python_api, name) for name in classes)
    with pytest.raises(AttributeError, match="no attribute 'History'"):
        getattr(pipesight, "History")  # noqa: B009
