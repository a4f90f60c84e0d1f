"""Names that are defaults: the environment, the command line or a caller may give other ones.

Completion and hover use them. Diagnostics do not, because the code may never read the name.
"""

from __future__ import annotations

import pytest

from pipesight.features.diagnostics import reported

from .conftest import Desk

CODE = """
import argparse, os, click, typer
from pydantic import BaseModel
from pydantic_settings import BaseSettings
from zenml.client import Client
client = Client()
"""

# Names that differ from those of the history by a slip
DEFAULTS = [
    'client.get_pipeline(os.environ.get("PIPELINE", "trainin_pipeline"))',
    'client.get_pipeline(os.getenv("PIPELINE", default="trainin_pipeline"))',
    'client.get_pipeline(os.environ.setdefault("PIPELINE", "trainin_pipeline"))',
    'client.get_pipeline(os.environ.get("PIPELINE") or "trainin_pipeline")',
    'NAME = os.getenv("NAME", "trainin").strip()\nclient.get_pipeline(f"{NAME}_pipeline")',
    'client.get_pipeline("%s_pipeline" % os.getenv("NAME", "trainin"))',
    'client.get_pipeline(os.getenv("NAME", "trainin_pipeline.py")[:-3])',
    'parser = argparse.ArgumentParser()\nparser.add_argument("--pipeline", default="trainin_pipeline")\n'
    "client.get_pipeline(parser.parse_args().pipeline)",
    '@click.option("--name", default="trainin_pipeline")\ndef show(name):\n    client.get_pipeline(name)\nshow()',
    'def show(name: str = typer.Option("trainin_pipeline")):\n    client.get_pipeline(name)',
    'def show(name: str = "trainin_pipeline"):\n    client.get_pipeline(name)',
    'class Settings(BaseSettings):\n    name: str = "trainin_pipeline"\nclient.get_pipeline(Settings().name)',
    'class Config:\n    name: str = "trainin_pipeline"\ndef show(c: Config):\n    client.get_pipeline(c.name)',
    # another pipeline than the default may have these
    'client.get_pipeline(os.getenv("NAME", "training_pipeline")).last_run.steps["make_plots"]',
    'client.get_pipeline(os.getenv("NAME", "training_pipeline")).last_run.steps["deploy"]',
    'client.get_pipeline(os.getenv("NAME", "training_pipeline")).last_run.steps["train"].output',
]


@pytest.mark.parametrize("code", DEFAULTS)
def test_a_default_is_one_possibility(desk: Desk, code: str) -> None:
    assert list(reported(desk.context, desk.type(CODE + code))) == []


CERTAIN = [
    'def show(name: str = "trainin_pipeline"):\n    client.get_pipeline(name)\nshow()',
    'class Config(BaseModel):\n    name: str = "trainin_pipeline"\nclient.get_pipeline(Config().name)',
    'client.get_pipeline("trainin_pipeline.py"[:-3])',
    'client.get_pipeline("trainin_pipeline:1".partition(":")[0])',
    # no pipeline has this step
    'client.get_pipeline(os.getenv("NAME", "training_pipeline")).last_run.steps["trian"]',
]


@pytest.mark.parametrize("code", CERTAIN)
def test_a_slip_is_certain(desk: Desk, code: str) -> None:
    assert [finding.code for finding in reported(desk.context, desk.type(CODE + code))] == ["unknown-name"]


FOLLOWED = [
    'client.get_pipeline(os.getenv("NAME", "training_pipeline")).last_run',
    'client.get_pipeline("my_training_pipeline"[3:]).last_run',
    'client.get_pipeline("runs/training_pipeline".rpartition("/")[2]).last_run',
    'name, _, version = "training_pipeline:1".partition(":")\nclient.get_pipeline(name).last_run',
    'client.get_pipeline("%(kind)s_pipeline" % {"kind": "training"}).last_run',
]


@pytest.mark.parametrize("code", FOLLOWED)
def test_hovers_and_lenses_use_it(desk: Desk, code: str) -> None:
    run = desk.context.find(desk.type(CODE + code).document.sites[-1].thing).run

    assert run is not None
    assert run.pipeline == "training_pipeline"
