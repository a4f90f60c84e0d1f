"""Completion through the protocol: a snippet with a cursor, and the names that must be offered."""

from __future__ import annotations

import pytest
from lsprotocol import types as lsp

from .conftest import Editor

LEGACY = """from zenml.repository import Repository
repo = Repository()
pipeline = repo.get_pipeline(pipeline_name="training_pipeline")
run = pipeline.get_run(run_name="first_training")
step = run.get_step(name="train")
"""
MODERN = """from zenml.client import Client
run = Client().get_pipeline("training_pipeline").last_run
"""

NAMES = [
    (LEGACY + 'repo.get_pipeline(pipeline_name="|")', ["training_pipeline", "report_pipeline"]),
    (LEGACY + "repo.get_pipeline(pipeline_name='|", ["training_pipeline", "report_pipeline"]),
    (LEGACY + 'pipeline.get_run("|")', ["weak_model", "first_training"]),
    (LEGACY + 'run.get_step(name="|")', ["load_data", "train", "evaluate"]),
    (LEGACY + 'run.get_step(name="tr|")', ["load_data", "train", "evaluate"]),
    (LEGACY + 'run.get_step(name="|\nprint(run)\n', ["load_data", "train", "evaluate"]),
    (LEGACY + 'pipeline.runs[-1].get_step("|', ["load_data", "train", "evaluate"]),
    (LEGACY + 'step.outputs["|"]', ["accuracy", "model", "params"]),
    (LEGACY + 'step.outputs["|', ["accuracy", "model", "params"]),
    (MODERN + 'Client().get_pipeline(f"|', ["training_pipeline", "report_pipeline"]),
    (MODERN + 'Client().get_pipeline(f"|")', ["training_pipeline", "report_pipeline"]),
    (MODERN + 'Client().get_pipeline("train" "|")', ["training_pipeline"]),
    (MODERN + 'Client().get_pipeline("|" "_pipeline")', ["training_pipeline", "report_pipeline"]),
    (MODERN + 'part = "report"\nClient().get_pipeline(f"{part}_|")', ["report_pipeline"]),
    (MODERN + 'run.steps["|"]', ["load_data", "train", "evaluate"]),
    (MODERN + 'run.steps["evaluate"].outputs["|"]', ["confusion", "predictions", "score"]),
    (MODERN + 'Client().get_pipeline_run("first_report").steps["|"]', ["load_data", "draw", "write"]),
]


@pytest.mark.parametrize(("text", "names"), NAMES)
async def test_names(editor: Editor, text: str, names: list[str]) -> None:
    answer = await editor.complete(text)

    assert answer is not None
    labels = [item.label for item in sorted(answer.items, key=lambda item: item.sort_text or "")]
    named = [label for label in labels if not label.startswith("training_pipeline-")]  # runs that nobody named
    assert (sorted(named) if "outputs[" in text else named) == names


WRITTEN = [
    ('run.get_step(name="|")', 'run.get_step(name="train")'),
    ('run.get_step(name="tr|ansform")', 'run.get_step(name="train")'),
    ('run.get_step(name="tr|', 'run.get_step(name="train'),
    ("run.get_step(name='|')", "run.get_step(name='train')"),
    ("run.get_step(|)", 'run.get_step(name="train")'),
    ("run.get_step(name=|)", 'run.get_step(name="train")'),
    ('x = "é😀", run.get_step(name="|")', 'x = "é😀", run.get_step(name="train")'),
]


@pytest.mark.parametrize(("line", "expected"), WRITTEN)
@pytest.mark.depends_on("default_edit_range")
async def test_accepting_replaces_exactly_the_content(editor: Editor, line: str, expected: str) -> None:
    answer = await editor.complete(LEGACY + line)

    assert answer is not None
    assert _accepted(line.replace("|", ""), answer, "train") == expected


POSITIONS = [
    (LEGACY + "pipeline.runs[|]", ["-1", "-2", "-3", "-4"], "training_pipeline-2026_11_23-04_15_32_745695"),
    (LEGACY + "run.steps[|]", ["0", "1", "2"], "load_data"),
    (MODERN.replace(".last_run", ".runs[|]"), ["0", "1", "2", "3"], "training_pipeline-2026_11_23-04_15_32_745695"),
]


@pytest.mark.parametrize(("text", "positions", "first"), POSITIONS)
@pytest.mark.depends_on("label_details")
async def test_positions_are_explained(editor: Editor, text: str, positions: list[str], first: str) -> None:
    answer = await editor.complete(text)

    assert answer is not None
    assert [item.label for item in answer.items] == positions
    item = answer.items[0]
    said = item.label_details.detail if item.label_details else item.detail
    assert first in (said or "")


@pytest.mark.parametrize(
    "text",
    [
        'import mlflow\nmlflow.get_run("|")',
        'from dagster import repository as repo\nrepo.get_pipeline("|")',
        'from zenml.client import Client\nname = "|"',
        'from zenml.client import Client\nprint("|")',
        'import subprocess\nsubprocess.run("|").stdout',
    ],
)
async def test_silence(editor: Editor, text: str) -> None:
    assert await editor.complete(text) is None


@pytest.mark.depends_on("label_details")
async def test_facts_stand_beside_the_names(editor: Editor) -> None:
    answer = await editor.complete(LEGACY + 'repo.get_pipeline(pipeline_name="|")')

    assert answer is not None
    item = answer.items[0]
    said = f"{item.label_details.detail}" if item.label_details else item.detail
    assert said is not None
    assert "4 runs" in said


@pytest.mark.depends_on("documentation_format", "default_edit_range")
async def test_resolving_describes_the_name(editor: Editor) -> None:
    answer = await editor.complete(LEGACY + 'run.get_step(name="|")')
    assert answer is not None
    item = next(item for item in answer.items if item.label == "train")
    if answer.item_defaults is not None:
        item.data = answer.item_defaults.data

    resolved = await editor.client.completion_item_resolve_async(item)

    said = resolved.documentation
    assert "accuracy" in (said.value if isinstance(said, lsp.MarkupContent) else said or "")


def _accepted(line: str, answer: lsp.CompletionList, label: str) -> str:
    """Return the line after an editor has accepted the item."""
    item = next(item for item in answer.items if item.label == label)
    if isinstance(item.text_edit, lsp.TextEdit):
        edit_range, text = item.text_edit.range, item.text_edit.new_text
    else:
        assert answer.item_defaults is not None
        assert isinstance(answer.item_defaults.edit_range, lsp.Range)
        edit_range, text = answer.item_defaults.edit_range, item.text_edit_text or item.label
    encoded = line.encode("utf-16-le")
    start, end = edit_range.start.character * 2, edit_range.end.character * 2
    return (encoded[:start] + text.encode("utf-16-le") + encoded[end:]).decode("utf-16-le")
