"""Code that expects a missing name or replaces ZenML by mocks has no diagnostics. Placeholders have none either."""

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
    'with raises(KeyError):\n    client.get_pipeline("nowhere")',
    "absent = (KeyError, OSError)\ndef has(name):\n    try:\n        client.get_pipeline(name)\n    except absent:\n"
    '        return False\nhas("nowhere")',
    "def has(name):\n    try:\n        client.get_pipeline(name)\n"
    '    except KeyError:\n        return False\nhas("nowhere")',
    "def has(name):\n    try:\n        client.get_pipeline(name)\n        return True\n    except KeyError:\n"
    '        return False\nif has("nowhere"):\n    client.get_pipeline("nowhere").last_run',
    'def has(name):\n    with suppress(KeyError):\n        return client.get_pipeline(name)\nhas("nowhere")',
    "def get(name):\n    return client.get_pipeline(name)\ndef has(name):\n    try:\n        get(name)\n"
    '    except KeyError:\n        return False\nhas("nowhere")',
    'from pytest import raises as fails\nwith fails(KeyError):\n    client.get_pipeline("nowhere")',
    'pytest.raises(KeyError, lambda: client.get_pipeline("nowhere"))',
    '@pytest.mark.xfail\ndef test_it():\n    client.get_pipeline("nowhere")',
    '@unittest.expectedFailure\ndef test_it():\n    client.get_pipeline("nowhere")',
    '@pytest.mark.skip(reason="slow")\ndef test_it():\n    client.get_pipeline("nowhere")',
    'from contextlib import suppress as ignoring\nwith ignoring(KeyError):\n    client.get_pipeline("nowhere")',
    'ERRORS = (KeyError, OSError)\nwith suppress(*ERRORS):\n    client.get_pipeline("nowhere")',
    'with ExitStack() as stack:\n    stack.enter_context(suppress(KeyError))\n    client.get_pipeline("nowhere")',
    'class Gone(KeyError): ...\ntry:\n    client.get_pipeline("nowhere")\nexcept Gone:\n    pass',
    'from elsewhere import ERRORS\ntry:\n    client.get_pipeline("nowhere")\nexcept ERRORS:\n    pass',
    'try:\n    client.get_pipeline("nowhere")\nexcept ZenMLBaseException:\n    pass',
    'try: client.get_pipeline("nowhere")\nexcept* builtins.KeyError: pass',
    'from unittest.mock import patch as p\n@p("app.Client")\ndef test_it(m):\n    client.get_pipeline("nowhere")',
    'with patch("app.Client"):\n    client.get_pipeline("nowhere")',
    'def test_it():\n    client.get_pipeline = lambda name: None\n    client.get_pipeline("nowhere")',
    'def test_it(mocker):\n    mocker.spy(client, "get_run")\n    client.get_pipeline("nowhere")',
    'def test_it(requests_mock):\n    client.get_pipeline("nowhere")',
    'def test_it(fake_server):\n    client.get_pipeline("nowhere")',
    'def test_it(clean_client):\n    clean_client.get_pipeline("nowhere")',
    '@pytest.mark.usefixtures("fake_server")\ndef test_it():\n    client.get_pipeline("nowhere")',
    'def test_it(monkeypatch):\n    monkeypatch.setenv("ZENML_STORE_URL", url)\n    client.get_pipeline("nowhere")',
    '@pytest.fixture\ndef made(monkeypatch):\n    monkeypatch.setattr(Client, "x", 1)\n'
    'def test_it(made):\n    client.get_pipeline("nowhere")',
    '@pytest.fixture(autouse=True)\ndef made(monkeypatch):\n    monkeypatch.setattr(Client, "x", 1)\n'
    'def test_it():\n    client.get_pipeline("nowhere")',
    'class TestIt:\n    def setUp(self):\n        self.patch = patch("app.Client")\n'
    '    def test_it(self):\n        client.get_pipeline("nowhere")',
    'def setup_module():\n    patch("app.Client").start()\ndef test_it():\n    client.get_pipeline("nowhere")',
    'os.environ["ZENML_CONFIG_PATH"] = folder\nclient.get_pipeline("nowhere")',
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
    'def clean(fake_rows):\n    client.get_pipeline("nowhere")',
    'url = os.environ["ZENML_STORE_URL"]\nclient.get_pipeline("nowhere")',
    'class Gone(OSError): ...\ntry:\n    client.get_pipeline("nowhere")\nexcept Gone:\n    pass',
    'def test_it(monkeypatch):\n    monkeypatch.chdir(folder)\n    client.get_pipeline("nowhere")',
    "def has(name):\n    try:\n        client.get_pipeline(name)\n"
    '    except OSError:\n        return False\nhas("nowhere")',
    "def has(name):\n    try:\n        client.get_pipeline(name)\n"
    "    except KeyError:\n        client.get_pipeline(name)\n"
    'has("nowhere")',
    "def get(name):\n    client.get_pipeline(name)\n"
    "def twice(name):\n    try:\n        get(name)\n    except KeyError:\n        pass\n    get(name)\n"
    'twice("nowhere")',
    "def get(name):\n    client.get_pipeline(name)\n"
    "def twice(name):\n    try:\n        once(name)\n    except KeyError:\n        pass\n    once(name)\n"
    'def once(name):\n    get(name)\ntwice("nowhere")',
    'def late(name):\n    with suppress(KeyError):\n        pass\n    client.get_pipeline(name)\nlate("nowhere")',
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


ASKED = [
    'if "nowhere" in steps:\n    steps["nowhere"]',
    'if "nowhere" not in steps:\n    raise SystemExit\nsteps["nowhere"]',
    'steps["nowhere"] if "nowhere" in steps.keys() else None',
    'name = "trian"\nif name in steps:\n    steps[name]',
    'names = [each for each in steps]\nif "nowhere" in names:\n    steps["nowhere"]',
    'if {"nowhere", "train"} <= set(steps):\n    steps["nowhere"]',
    'if all(each in steps for each in ("nowhere", "train")):\n    steps["nowhere"]',
    'found = steps.get("nowhere")',
    'if steps.get("nowhere"):\n    steps["nowhere"]',
    'outputs = steps["train"].outputs\nif "nothing" in outputs:\n    outputs["nothing"]',
    'if client.list_pipelines(name="nowhere"):\n    client.get_pipeline("nowhere")',
    'if any(each.name == "nowhere" for each in client.list_pipelines()):\n    client.get_pipeline("nowhere")',
]


@pytest.mark.parametrize("code", ASKED)
def test_a_name_that_code_asks_for(desk: Desk, code: str) -> None:
    start = START + 'steps = client.get_pipeline_run("first_training").steps\n'

    assert [finding.message for finding in reported(desk.context, desk.type(start + code))] == []


MISSING = 'get_pipeline("nowhere")'
OLD = [
    ("if X is None:\n    pass", 0),
    ("found = X\nif not found:\n    raise SystemExit\nfound.runs", 0),
    ("if (found := X):\n    found.runs", 0),
    ("found = X or fallback", 0),
    ("assert X", 0),
    ("found = X\nprint(found.runs if found is not None else [])", 0),
    ("found = X\nfound.runs[0]", 1),
    ("if X.runs:\n    pass", 1),
    ("found = X\nif found.runs:\n    pass", 1),
]


@pytest.mark.parametrize(("code", "count"), OLD)
@pytest.mark.parametrize(
    "start",
    ["from zenml.post_execution import get_pipeline\n", "from zenml.repository import Repository\n"],
    ids=["middle", "legacy"],
)
def test_older_releases_give_none(desk: Desk, start: str, code: str, count: int) -> None:
    receiver = "Repository()." if "Repository" in start else ""
    view = desk.type(start + code.replace("X", receiver + MISSING))

    assert [finding.code for finding in reported(desk.context, view)] == ["unknown-name"] * count


SOUGHT = [
    ('steps.get("trian")', "Did you mean 'train'?"),
    ('client.list_pipelines(name="trainin_pipeline")', "Did you mean 'training_pipeline'?"),
    ('if steps["nowhere"].name in names:\n    pass', "has no step 'nowhere'"),
]


@pytest.mark.parametrize(("code", "message"), SOUGHT)
def test_a_slip_where_code_asks(desk: Desk, code: str, message: str) -> None:
    start = START + 'steps = client.get_pipeline_run("first_training").steps\n'

    (said,) = reported(desk.context, desk.type(start + code))

    assert message in said.message


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
