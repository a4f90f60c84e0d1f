"""The extension has the types of the server: `protocol.ts` is what its generator writes."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from pipesight.history.model import Run, Status
from pipesight.outputs.preview import Preview
from pipesight.outputs.reader import bounds
from pipesight.pages import words
from pipesight.pages.contract.history_paths import HistoryPath
from pipesight.pages.contract.output_view import OutputFacts, Reading
from pipesight.pages.contract.read_argument import ReadArgument
from pipesight.pages.contract.store_status import ServerStatus, SourceStatus
from pipesight.pages.contract.wire import encode

SCRIPT = Path(__file__).parents[1] / "vscode-extension" / "scripts" / "protocol.py"


def generated() -> str:
    spec = importlib.util.spec_from_file_location("protocol", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.protocol()


def types(text: str) -> str:
    """Return the text without comments, because rewording a docstring changes no type."""
    return re.sub(r"/\*\*.*?\*/\n", "", text, flags=re.DOTALL)


def test_the_extension_has_the_types_of_the_server() -> None:
    written = (SCRIPT.parents[1] / "src" / "protocol.ts").read_text(encoding="utf-8")

    assert types(written) == types(generated()), "run `npm run -w pipesight protocol`"


def test_a_field_with_its_default_is_left_out() -> None:
    source = SourceStatus(label="zenml.db", kind="sqlite", syncing=False, runs=0)

    assert encode(ServerStatus((source,))) == {
        "sources": [{"label": "zenml.db", "kind": "sqlite", "syncing": False, "runs": 0}]
    }


def test_a_preview_keeps_its_own_form() -> None:
    preview = Preview(kind="json", summary="0", value=0)
    reading = Reading("x", "", HistoryPath(run="first"), OutputFacts(uri="/x"), preview)

    assert encode(reading) == {
        "title": "x",
        "subtitle": "",
        "path": {"run": "first"},
        "output": {"uri": "/x"},
        "preview": {"kind": "json", "summary": "0", "value": 0, "truncated": False},
    }


ARGUMENTS = [
    ({"pipeline": "p", "limit": 5, "unknown": 1}, ReadArgument(pipeline="p", limit=5)),
    ({"pipeline": 5, "limit": -1, "sort": True, "find": None}, ReadArgument()),
    ({"position": "here"}, ReadArgument()),
]


@pytest.mark.parametrize(("given", "argument"), ARGUMENTS)
def test_a_wrong_value_of_an_argument_counts_as_missing(given: dict[str, object], argument: ReadArgument) -> None:
    assert ReadArgument.of(given) == argument


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_tone_and_a_mark(status: Status) -> None:
    assert (words.tone(status) == "unknown") == (status in (Status.STALE, Status.UNKNOWN))
    assert len(words.mark(status)) == 1


def test_a_status_of_a_future_release_is_unknown() -> None:
    assert (words.tone(Status("levitating")), words.mark(Status("levitating"))) == ("unknown", "?")


SHORT_NAMES = [
    ("train-2026_11_23-04_15_32_745695", "2026-11-23 04:15:32"),
    ("train-27_Jan_22-10_11_12_123456", "2022-01-27 10:11:12"),
    ("train-1", "train-1"),
    ("train-2026_02", "train-2026_02"),
    ("other-2026_11_23-04_15_32_745695", "other-2026_11_23-04_15_32_745695"),
]


@pytest.mark.parametrize(("name", "short"), SHORT_NAMES)
def test_only_a_name_that_zenml_made_is_shortened(name: str, short: str) -> None:
    assert words.short_name(Run("1", name, "s", "train", Status.COMPLETED)) == short


SIZES = [(812, "812 B"), (1230, "1.2 kB"), (2_500_000, "2.5 MB"), (200_000_000, "200 MB")]


@pytest.mark.parametrize(("size", "words"), SIZES)
def test_sizes_are_said_as_in_the_extension(size: int, words: str) -> None:
    """The extension writes sizes in the same way. `renderers.test.ts` has the same cases."""
    assert bounds.size(size) == words
