"""Words in strings: versions, tags, projects, keys, statuses and columns. `|` is the cursor."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from lsprotocol import types as lsp

from pipesight.demo.sample import unpack_history
from pipesight.features.completion import complete
from pipesight.features.diagnostics import diagnostics
from pipesight.features.hover import hover
from pipesight.workspace.target import target_at
from tests.examples import mostly_slow

from ..conftest import HISTORIES
from .conftest import Desk, Desks, text_at

HEAD = """from zenml import Model, add_tags, load_artifact, log_metadata, pipeline, remove_tags, save_artifact
from zenml.client import Client
from zenml.enums import ExecutionStatus, StackComponentType
client = Client()
run = client.get_pipeline_run("training_11")
"""


@pytest.fixture(scope="module")
def recorded(desks: Desks, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a workspace with a history of ZenML 0.98 that has a secret."""
    root = unpack_history(HISTORIES / "0.98.0-record.tar.xz", tmp_path_factory.mktemp("record"))
    database = next(root.rglob("zenml.db"))
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "INSERT INTO secret (id, created, updated, name, private, internal, [values], user_id)"
            " SELECT 'kept', created, updated, 'openai', 0, 0, 'open sesame', id FROM user"
        )
    return desks.make(tmp_path_factory.mktemp("workspace"), root)


def asked(desk: Desk, ask: Callable[[], object]) -> object:
    """Return the answer once all data that it needs is read. Each round reads what the last round requested."""
    for _ in range(3):
        ask()
        desk.answer()
        desk.context.forget()
    return ask()


# code, the first names that are offered
OFFERED = [
    ('client.get_artifact_version("report", version="|")', ["11", "10", "9"]),
    ('client.get_artifact_version("report", version=|)', ["11", "10", "9"]),
    ('load_artifact("report", "|")', ["11", "10", "9"]),
    ('client.get_model_version("demo_model", "|")', ["12", "11", "10"]),
    ('Model(name="demo_model", version="|")', ["12", "11", "10"]),
    ('log_metadata({"a": 1}, model_name="demo_model", model_version="|")', ["12", "11", "10"]),
    ('log_metadata({"a": 1}, artifact_name="report", artifact_version="|")', ["11", "10", "9"]),
    ('client.get_model_version("demo_model", "11").data_artifacts["report"]["|"]', ["10"]),
    ('client.get_tag("|")', ["nightly", "prod", "seen"]),
    ('client.list_pipeline_runs(tags=["prod", "|"])', ["nightly", "prod", "seen"]),
    ('@pipeline(tags=["|"])\ndef nightly(): ...', ["nightly", "prod", "seen"]),
    ('add_tags(["|"], run="training_11")', ["nightly", "prod", "seen"]),
    ('remove_tags(["prod"], artifact_name="report", artifact_version="|")', ["11", "10", "9"]),
    ('client.get_pipeline("training", project="|")', ["default", "second_project"]),
    ('client.set_active_project("|")', ["default", "second_project"]),
    ('client.get_stack("|")', ["default"]),
    ('client.trigger_pipeline(pipeline_name_or_id="training", stack_name_or_id="|")', ["default"]),
    ('client.replay_pipeline_run("|")', ["scoring-2026_11_28-22_25_51_683541", "training_11"]),
    ('client.get_stack_component(StackComponentType.DEPLOYER, "|")', ["default"]),
    ('client.get_flavor_by_name_and_type("|", StackComponentType.ANNOTATOR)', ["argilla", "label_studio", "pigeon"]),
    ('client.get_user("|")', ["default"]),
    ('client.list_stack_components(name="|")', ["default"]),
    ('client.list_pipeline_runs(model="|")', ["demo_model"]),
    ('client.list_pipeline_runs(stack_component="|")', ["default"]),
    ('client.list_artifact_versions(model="|")', ["demo_model"]),
    ('client.list_run_steps(model="|")', ["demo_model"]),
    ('client.list_stacks(component="|")', ["default"]),
    ('client.list_snapshots(pipeline="|")', ["scoring", "training"]),
    ('client.list_deployments(pipeline="|")', ["scoring", "training"]),
    ('client.list_services(pipeline_name="training", pipeline_step_name="|")', ["load_rows", "fit", "judge"]),
    ('client.get_secret("|")', ["openai"]),
    ('client.get_secret_by_name_and_scope("|")', ["openai"]),
    ('client.list_pipeline_runs(status="|")', ["completed", "failed", "running"]),
    ('[each for each in client.get_pipeline("training").runs if each.status == "|"]', ["completed", "failed"]),
    ('ExecutionStatus("|")', ["completed", "failed", "running"]),
    ('client.list_deployments(status="|")', ["absent", "error", "pending", "running"]),
    ('client.get_model_version("demo_model", 3).set_stage("|")', ["archived", "none", "production", "staging"]),
    ('client.list_models(sort_by="|")', ["desc:created", "asc:created", "created", "updated", "name"]),
    ('client.get_model_version("demo_model", "11").run_metadata["|"]', ["f1"]),
    ('run.steps["fit"].inputs["|"]', ["data"]),
]


@pytest.mark.parametrize(("marked", "first"), OFFERED)
def test_words_are_offered(recorded: Desk, marked: str, first: list[str]) -> None:
    view, position = recorded.at(HEAD + marked)
    answer = asked(recorded, lambda: complete(recorded.context, view, position))

    assert isinstance(answer, lsp.CompletionList)
    labels = [each.label for each in answer.items]
    assert [label for label in labels if label in first][: len(first)] == first
    assert labels[0] == first[0]


HOVERS = [
    ('client.get_model("demo_mo|del")', ("model demo_model", "12 versions")),
    ('client.get_model_version("demo_model", "1|1")', ("model version demo_model 11", "Tags: prod", "f1", "0.9231")),
    ('client.get_model_version("demo_model", 1|1)', ("model version demo_model 11",)),
    ('client.get_model_version("demo_model", "late|st")', ("model version demo_model 12",)),
    ('client.get_artifact_version("report", "|7")', ("version 7", "run training_07")),
    ('client.get_stack("def|ault")', ("stack default", "artifact_store", "default (local)")),
    ('client.get_tag("ni|ghtly")', ("tag nightly", "on 12 pipeline runs")),
    ('client.set_active_project("def|ault")', ("project default", "The active project", "2 pipelines")),
    ('client.get_stack_component(StackComponentType.DEPLOYER, "def|ault")', ("type deployer · flavor local",)),
    ('client.list_pipeline_runs(status="fail|ed")', ("status failed", "Ended without success.")),
    ('client.list_pipelines(sort_by="desc:cre|ated")', ("Sorted by created, the largest or newest first.",)),
    ('run.run_metadata["fit::lo|ss"]', ("metadata fit::loss", "0.1429 · float", "run training_11")),
    ('run.run_metadata["bud|get"]', ("metadata budget", "1.2 · float", "From run training_11")),
    ('run.steps["fit"].run_metadata["lo|ss"]', ("0.1429 · float", "step fit")),
    ('run.steps["fit"].config.parameters["ra|te"]', ("parameter rate", "0.6")),
    ('run.steps["load_rows"].outputs["table"][0].run_metadata["ro|ws"]', ("16 · int", "step load_rows")),
    ('client.get_model_version("demo_model", 11).run_metadata["f|1"]', ("0.9231 · float", "version 11 of model")),
    ('client.get_secret("open|ai")', ("secret openai",)),
]


@pytest.mark.parametrize(("marked", "said"), HOVERS)
def test_a_hover_tells_what_a_word_means(recorded: Desk, marked: str, said: tuple[str, ...]) -> None:
    view, position = recorded.at(HEAD + marked)

    def ask() -> str:
        at = target_at(recorded.context, view, position)
        shown = hover(recorded.context, at) if at is not None else None
        return str(shown.contents) if shown is not None else ""

    text = str(asked(recorded, ask))
    assert [part for part in said if part not in text] == []
    assert "sesame" not in text


# code, where, part of the message
UNKNOWN = [
    ('client.get_model_version("demo_model", "77")', "77", "Model 'demo_model' has no version '77'."),
    ('client.get_artifact_version("report", version="77")', "77", "Artifact 'report' has no version '77'."),
    ('client.get_model("demo_modle")', "demo_modle", "Did you mean 'demo_model'?"),
    ('client.get_stack("defualt")', "defualt", "no stack 'defualt'. Did you mean 'default'?"),
    ('client.get_tag("nigthly")', "nigthly", "no tag 'nigthly'. Did you mean 'nightly'?"),
    ('client.get_secret("openia")', "openia", "Did you mean 'openai'?"),
    ('client.get_pipeline("training", project="second_projct")', "second_projct", "Did you mean 'second_project'?"),
    ('client.get_stack_component(StackComponentType.DEPLOYER, "defualt")', "defualt", "no stack component 'defualt'"),
    ('client.list_pipeline_runs(status="complete")', "complete", "ZenML has no status 'complete'. Did you mean 'comp"),
    ('[each for each in client.get_pipeline("training").runs if each.status == "complete"]', "complete", "'completed'"),
    ('client.list_pipelines(sort_by="desc:creatd")', "desc:creatd", "Did you mean 'desc:created'?"),
    ('run.run_metadata["fit::lss"]', "fit::lss", "Did you mean 'fit::loss'?"),
    ('run.run_metadata["budgte"]', "budgte", "Run 'training_11' has no metadata 'budgte'. Did you mean 'budget'?"),
    ('client.get_pipeline("training").last_run.run_metadata["budgte"]', "budgte", "Did you mean 'budget'?"),
    ('run.steps["fit"].config.parameters["raet"]', "raet", "Did you mean 'rate'?"),
    ('run.steps["fit"].inputs["dtaa"]', "dtaa", "Step 'fit' has no input 'dtaa'. Did you mean 'data'?"),
    ('client.get_model_version("demo_model", 11).run_metadata["f2"]', "f2", "no metadata 'f2'"),
]


@pytest.mark.parametrize(("code", "where", "part"), UNKNOWN)
def test_an_unknown_word_is_said(recorded: Desk, code: str, where: str, part: str) -> None:
    view = recorded.type(HEAD + code)
    said = asked(recorded, lambda: diagnostics(recorded.context, view))

    assert isinstance(said, list)
    assert [(each.code, text_at(view, each.range)) for each in said] == [("unknown-name", where)]
    assert part in said[0].message


SILENT = [
    'client.get_model_version("demo_model", "production")',  # a version may be moved to that stage
    'client.get_model_version("demo_model", "latest")',
    'Model(name="demo_model", version="new")',  # makes it
    'Model(name="new_model", version="new")',
    'client.create_tag("nigthly")\nclient.get_tag("nigthly")',
    'add_tags(["nigthly"], run="training_11")',  # makes it
    'client.get_tag("night")',  # ZenML takes the beginning of a name
    'client.get_tag("0f3bd1")',  # and of an id
    'save_artifact(1, "report", version="77")\nload_artifact("report", "77")',
    'client.get_pipeline("training", project="elsewhere")',  # perhaps of a store that is not read
    'client.list_pipeline_runs(status="some_day")',  # perhaps of a later release
    "client.list_pipeline_runs(status=\"oneof:['completed']\")",
    'client.list_pipelines(sort_by="desc:")',
    'run.run_metadata["fit::loss"]',  # as in ZenML's full metadata of a run
    'log_metadata({"budgte": 1}, run_id_name_or_prefix="training_11")\nrun.run_metadata["budgte"]',
    'client.get_pipeline("training").last_run.run_metadata["something"]',  # the next run may have it
    'for each in client.get_pipeline("training").runs:\n    each.run_metadata["something"]',
    "from mlflow import MlflowClient\nMlflowClient().get_model_version('demo_model', '77')",
]


@pytest.mark.parametrize("code", SILENT)
def test_what_may_be_there_is_not_said_to_be_unknown(recorded: Desk, code: str) -> None:
    view = recorded.type(HEAD + code)
    said = asked(recorded, lambda: diagnostics(recorded.context, view))

    assert isinstance(said, list)
    assert [each.message for each in said] == []


# release, the status or column that it does not have, one that it has
RELEASES = [
    ((0, 61, 0), 'client.list_pipeline_runs(status="|")', "cancelled", "completed"),
    ((0, 61, 0), 'client.list_pipeline_runs(sort_by="|")', "tags", "start_time"),
    ((0, 98, 0), 'run.run_metadata["|"]', "fit::loss", "budget"),
    ((0, 98, 0), 'client.list_pipeline_runs(sort_by="|")', "workspace_id", "start_time"),
]


@pytest.fixture
def released(recorded: Desk) -> Iterator[Desk]:
    """Return the same workspace with a known release of ZenML."""
    yield recorded
    recorded.context.zenml = None


@pytest.mark.parametrize(("release", "marked", "absent", "present"), RELEASES)
def test_each_release_has_its_own(
    released: Desk, release: tuple[int, ...], marked: str, absent: str, present: str
) -> None:
    released.context.zenml = release
    answer = complete(released.context, *released.at(HEAD + marked))

    assert answer is not None
    labels = {each.label for each in answer.items}
    assert present in labels
    assert absent not in labels


def test_releases_before_0_83_have_the_metadata_of_steps_in_that_of_the_run(released: Desk) -> None:
    released.context.zenml = (0, 75, 0)
    answer = complete(released.context, *released.at(HEAD + 'run.run_metadata["|"]'))

    assert answer is not None
    assert {"budget", "fit::loss"} <= {each.label for each in answer.items}


@pytest.mark.parametrize("name", mostly_slow(["legacy-0.7.3", "0.23.0", "0.40.2", "0.61.0"], quick=("0.23.0",)))
def test_older_histories_answer_what_they_have(desk_of: Callable[[str], Desk], name: str) -> None:
    desk = desk_of(name)
    for code in ('client.get_tag("|")', 'client.get_secret("|")', 'client.get_model_version("none", "|")'):
        view, position = desk.at(HEAD + code)
        answer = asked(desk, lambda: complete(desk.context, view, position))  # noqa: B023 - called at once

        assert isinstance(answer, lsp.CompletionList)
        assert answer.items == []
