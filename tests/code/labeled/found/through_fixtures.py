"""Tests that get at the history through fixtures, of this file and of files that are not here."""

import pytest
from tests.helpers import importing_step
from zenml.client import Client
from zenml.pipelines import BasePipeline
from zenml.post_execution import PipelineRunView, get_run


@pytest.fixture
def history():
    return Client()


@pytest.fixture(scope="module")
def billing(history):
    yield history.get_pipeline("‹billing›")  #= pipeline billing literal


def test_last(billing):
    assert billing.‹last_run›.steps["‹join›"].‹output›.load()  #= run ? attribute billing; step join literal billing; output ? attribute billing//join


def test_unseen(clean_client, one_step_pipeline):
    pipe: BasePipeline = one_step_pipeline(importing_step())
    pipe.run()
    assert pipe.model.‹last_run›.steps["‹step_›"]  #= run ? attribute; step step_ literal
    assert one_step_pipeline.model.‹last_run›  #= run ? attribute
    assert clean_client.get_pipeline("‹billing›").runs[‹0›]  #= pipeline billing literal; run ? index billing


class TestAll:
    def test_method(self, history):
        page = history.list_pipeline_runs(pipeline_name="‹billing›")  #= pipeline billing literal
        assert "‹join›" in page.items[‹0›].steps  #= step join literal billing; run ? index billing


@pytest.fixture
def first_run() -> PipelineRunView:
    return get_run("‹first›")  #= run first literal


def test_annotated(first_run: PipelineRunView):
    assert first_run.get_step("‹join›")  #= step join literal /first


def helper(history):
    return history.get_pipeline("unknown receiver")
