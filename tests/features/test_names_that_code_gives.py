"""Names that code itself gives: to a run that it starts, to an artifact that it saves. They are not unknown."""

from __future__ import annotations

import pytest

from pipesight.features.diagnostics import reported

from .conftest import Desk

START = """from zenml import ExternalArtifact, load_artifact, pipeline, save_artifact
from zenml.client import Client
client = Client()
@pipeline
def training_pipeline(): ...
"""
OLD = """from zenml.repository import Repository
from pipes import make
p = make()
repo = Repository()
"""
GIVEN = [
    START + 'training_pipeline.with_options(run_name="second_training")()\nclient.get_pipeline_run("second_training")',
    START + 'N = "third"\ntraining_pipeline.with_options(run_name=N)()\nclient.get_pipeline_run(N)',
    START + 'training_pipeline.configure(run_name="second_training")\nclient.get_pipeline_run("second_training")',
    OLD + 'p.run(run_name="second_training")\nrepo.get_pipeline("training_pipeline").get_run("second_training")',
    START + 'save_artifact(41, name="forty_one")\nclient.get_artifact_version("forty_one")',
    START + 'save_artifact(41, "forty_one")\nload_artifact("forty_one")',
    START + 'ExternalArtifact(value=41, name="forty_one")\nload_artifact("forty_one")',
]
NOT_GIVEN = [
    (START + 'ExternalArtifact(name="forty_one")\nload_artifact("forty_one")', "forty_one"),
    (START + 'load_artifact("scatterer")', "scatterer"),
    (START + 'client.get_model_version("m", "1").load_artifact("scatterer")', "scatterer"),
    (START + 'client.get_pipeline_run("second_training")', "second_training"),
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
