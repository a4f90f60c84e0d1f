"""A model is described by the parameters that differ from the defaults in the source of its class."""

from __future__ import annotations

import importlib
import pickle
import sys
from pathlib import Path
from typing import Any

import pytest

from pipesight.outputs.reader.signatures import defaults_of
from tests.outputs.conftest import Artifact, Look

SOURCE = """
LIMIT = 5

class Forest:
    def __init__(self, trees=100, *, depth=None, rate=0.1, limit=LIMIT, name="forest"):
        self.trees, self.depth, self.rate, self.limit, self.name = trees, depth, rate, limit, name

class Plain:
    pass
"""


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "pipesight_models.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(str(tmp_path / "library"))  # pyright: ignore[reportUnknownMemberType]
    yield importlib.import_module("pipesight_models")
    sys.modules.pop("pipesight_models", None)


@pytest.mark.parametrize(
    ("name", "defaults"),
    [
        ("Forest", {"trees": 100, "depth": None, "rate": 0.1, "name": "forest"}),
        ("Plain", {}),
        ("Missing", {}),
    ],
)
def test_defaults_are_literals_of_the_source(models: Any, name: str, defaults: dict[str, object]):
    assert defaults_of("pipesight_models", name) == defaults


@pytest.mark.parametrize("module", ["", "..", "../etc/passwd", "a/b", "no_such_module_here", "sys", "a" * 5000])
def test_other_names_have_no_source(module: str):
    assert defaults_of(module, "Forest") == {}


def test_parameters_at_their_defaults_come_last(models: Any, artifact: Artifact, look: Look):
    uri = artifact({"artifact.pkl": pickle.dumps(models.Forest(trees=7, rate=0.1))})
    sys.modules.pop("pipesight_models")
    text = look(uri).text or ""
    assert "pipesight_models" not in sys.modules, "its source is read, and it is not imported"
    assert "Forest(\n  trees=7,\n  limit=5,\n)" in text
    assert "At their defaults: depth=None, rate=0.1, name='forest'" in text


def test_a_value_of_another_type_is_no_default(models: Any, artifact: Artifact, look: Look):
    text = look(artifact({"artifact.pkl": pickle.dumps(models.Forest(trees=True, depth=0))})).text or ""
    assert "trees=True" in text.partition("At their defaults")[0]
    assert "depth=0" in text.partition("At their defaults")[0]
