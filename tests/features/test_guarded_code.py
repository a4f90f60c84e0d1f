"""Code that expects a missing name, or replaces ZenML by mocks, is left alone. So are placeholders."""

from __future__ import annotations

import pytest

from pipesight.features.diagnostics import reported
from pipesight.rules.likeness import close_names

from .conftest import Desk

START = """import pytest
from contextlib import suppress
from unittest.mock import MagicMock, patch
from zenml.client import Client
client = Client()
p = client.get_pipeline("training_pipeline")
"""
GUARDED = [
    'with pytest.raises(KeyError):\n    client.get_pipeline("nowhere")',
    'with self.assertRaises(KeyError):\n    client.get_pipeline("nowhere")',
    'with suppress(KeyError):\n    client.get_pipeline("nowhere")',
    'try:\n    client.get_pipeline("nowhere")\nexcept (KeyError, RuntimeError):\n    pass',
    'try:\n    client.get_pipeline("nowhere")\nexcept Exception as error:\n    print(error)',
    'try:\n    if x:\n        client.get_pipeline("nowhere")\nexcept:\n    pass\nelse:\n    pass',
    'def helper(name):\n    client.get_pipeline(name)\nwith pytest.raises(KeyError):\n    helper("nowhere")',
    'for run in p.runs:\n    try:\n        run.steps["tester"].outputs["mae"]\n    except KeyError:\n        continue',
    '@patch("app.Client")\ndef test_it(mock):\n    client.get_pipeline("nowhere")',
    'def test_it():\n    with patch.object(Client, "get_pipeline"):\n        client.get_pipeline("nowhere")',
    'def test_it(monkeypatch):\n    monkeypatch.setattr("app.Client", fake)\n    client.get_pipeline("nowhere")',
    'def test_it(mocker):\n    mocker.patch("app.Client")\n    client.get_pipeline("nowhere")',
    '@patch("app.Client")\nclass TestIt:\n    def test_it(self):\n        client.get_pipeline("nowhere")',
    'client.get_pipeline("<PIPELINE_NAME>")',
    'client.get_pipeline("your_pipeline")',
    'client.get_pipeline("...")',
    "first_run = p.runs[-1]",
    "oldest: Run = p.runs[-1]",
    "span = p.runs[0].created - p.runs[-1].created",
    "newest = p.runs[0] if p.runs[0].created > p.runs[-1].created else p.runs[-1]",
]
TOLD = [
    'try:\n    client.get_pipeline("nowhere")\nfinally:\n    pass',
    'try:\n    client.get_pipeline("nowhere")\nexcept OSError:\n    pass',
    'try:\n    pass\nexcept KeyError:\n    client.get_pipeline("nowhere")',
    'with open("x"):\n    client.get_pipeline("nowhere")',
    'with suppress(OSError):\n    client.get_pipeline("nowhere")',
    'def test_it(server):\n    server.patch("/runs")\n    client.get_pipeline("nowhere")',
    "run = p.runs[-1]",
    "run = list(p.runs)[-1]",
    "p.runs[0]\nrun = p.runs[-1]",
]


@pytest.mark.parametrize("code", GUARDED)
def test_left_alone(desk: Desk, code: str) -> None:
    assert [finding.message for finding in reported(desk.context, desk.type(START + code))] == []


@pytest.mark.parametrize("code", TOLD)
def test_told(desk: Desk, code: str) -> None:
    assert len(list(reported(desk.context, desk.type(START + code)))) == 1


def test_a_name_that_only_a_test_passes_in(desk: Desk) -> None:
    app = "from zenml.client import Client\ndef status(run_id):\n    return Client().get_pipeline_run(run_id).status\n"
    view = desk.type(app, "app.py")
    desk.type('from app import status\ndef test_status():\n    assert status("first_trainin")\n', "test_app.py")

    assert list(reported(desk.context, view)) == []


NAMES = ["training_pipeline", "train", "evaluate", "first_training", "last"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("trainin_pipeline", ["training_pipeline"]),
        ("Training_pipeline", ["training_pipeline"]),
        ("trian", ["train"]),
        ("lats", ["last"]),
        ("evalaute", ["evaluate"]),
        ("svc_mnist_training_run", []),
        ("training", []),
        ("x", []),
        ("", []),
    ],
)
def test_what_a_slip_meant(name: str, meant: list[str]) -> None:
    assert close_names(name, NAMES) == meant
