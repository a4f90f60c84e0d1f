"""Names that code gives to new runs and artifacts are not reported as unknown."""

from __future__ import annotations

import pytest

from pipesight.features.completion import complete
from pipesight.features.diagnostics import reported

from .conftest import Desk

START = """from typing import Annotated
from zenml import ArtifactConfig, ExternalArtifact, load_artifact, pipeline, save_artifact, step
from zenml.client import Client
from zenml.models import PipelineRequest
client = Client()
@pipeline
def training_pipeline(): ...
"""
OLD = """from zenml.repository import Repository
from pipes import make
p = make()
repo = Repository()
"""
STEPS = 'client.get_pipeline_run("first_training").steps'
GIVEN = [
    START + 'training_pipeline.with_options(run_name="second_training")()\nclient.get_pipeline_run("second_training")',
    START + 'N = "third"\ntraining_pipeline.with_options(run_name=N)()\nclient.get_pipeline_run(N)',
    START + 'training_pipeline.configure(run_name="second_training")\nclient.get_pipeline_run("second_training")',
    OLD + 'p.run(run_name="second_training")\nrepo.get_pipeline("training_pipeline").get_run("second_training")',
    START + 'save_artifact(41, name="forty_one")\nclient.get_artifact_version("forty_one")',
    START + 'save_artifact(41, "forty_one")\nload_artifact("forty_one")',
    START + 'ExternalArtifact(value=41, name="forty_one")\nload_artifact("forty_one")',
    START
    + 'training_pipeline.with_options(run_name="nightly_{date}")()\nclient.get_pipeline_run("nightly_2026_11_29")',
    START + 'training_pipeline.with_options(run_name=f"nightly_{day}")()\nclient.get_pipeline_run("nightly_29")',
    START + 'training_pipeline.with_options(run_name="nightly_" + day)()\nclient.get_pipeline_run("nightly_29")',
    START + 'training_pipeline.with_options(run_name="nightly_%s" % day)()\nclient.get_pipeline_run("nightly_29")',
    START + 'training_pipeline.configure(name="nightly")\nclient.get_pipeline("nightly")',
    START + 'save_artifact(41, f"{stage}_metrics")\nload_artifact("validation_metrics")',
    START + '@step\ndef s() -> Annotated[int, "{stage}_metrics"]: ...\nload_artifact("validation_metrics")',
    START + '@step\ndef s() -> Annotated[int, ArtifactConfig(name="forty_one")]: ...\nload_artifact("forty_one")',
    START + 'Score = Annotated[int, "forty_one"]\n@step\ndef s() -> Score: ...\nload_artifact("forty_one")',
    START + '@pipeline\ndef p():\n    for i in range(3):\n        train(id=f"fold_{i}")\n' + STEPS + '["fold_1"]',
    START + '@pipeline\ndef p():\n    unseen_step(id="fold")\n' + STEPS + '["fold"]',
    START + 'trainer().configure(name="fold")\n' + STEPS + '["fold"]',
    OLD + 'p.run(f"nightly_{day}")\nrepo.get_pipeline("training_pipeline").get_run("nightly_29")',
    OLD + 'p.run("nightly")\nrepo.get_pipeline("training_pipeline").get_run("nightly")',
    START + 'client.update_stack("default", name="fast")\nclient.get_stack("fast")',
    START + 'client.update_artifact("scatter", new_name="cloud")\nclient.get_artifact("cloud")',
    START + 'client.zen_store.create_pipeline(PipelineRequest(name="nightly"))\nclient.get_pipeline("nightly")',
    START + 'client.get_secret("token")',  # the store keeps no secret at all
]
NOT_GIVEN = [
    (START + 'ExternalArtifact(name="forty_one")\nload_artifact("forty_one")', "forty_one"),
    (START + 'load_artifact("scatterer")', "scatterer"),
    (START + 'client.get_model_version("m", "1").load_artifact("scatterer")', "scatterer"),
    (START + 'client.get_pipeline_run("second_training")', "second_training"),
    (
        START + 'training_pipeline.with_options(run_name=f"{day}")()\nclient.get_pipeline_run("nightly_29")',
        "nightly_29",
    ),
    (START + 'save_artifact(41, f"{stage}_metrics")\nload_artifact("metrics_41")', "metrics_41"),
    (START + 'logging.run(run_nam="second_training")\nclient.get_pipeline_run("second_training")', "second_training"),
]


@pytest.mark.parametrize("text", GIVEN)
def test_given(desk: Desk, text: str) -> None:
    assert list(reported(desk.context, desk.type(text))) == []


@pytest.mark.parametrize(("text", "name"), NOT_GIVEN)
def test_not_given(desk: Desk, text: str, name: str) -> None:
    said = list(reported(desk.context, desk.type(text)))

    assert [finding.code for finding in said][-1:] == ["unknown-name"]
    assert repr(name) in said[-1].message


# the code, and some of the names that are offered for something new
NEW = [
    ('save_artifact(41, name="|")', "scatter"),
    ('save_artifact(41, name="sca|tt")', "scatter"),
    ("save_artifact(41, name=|)", "scatter"),
    ('client.create_stack("|", {})', "default"),
    ('client.create_project(name="|")', "default"),
    ('save_artifact(41, name=f"|")', None),
    ('save_artifact("|", name="x")', None),
]


@pytest.mark.parametrize(("code", "name"), NEW)
def test_existing_names_are_offered_for_something_new(code: str, name: str | None, desk: Desk) -> None:
    view, position = desk.at(START + code)
    offered = complete(desk.context, view, position)

    names = [item.label for item in offered.items] if offered is not None else []
    assert (name in names) if name is not None else not names
