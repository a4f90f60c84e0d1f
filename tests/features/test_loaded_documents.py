"""Editors without the panel show a loaded value as a document."""

from __future__ import annotations

from pathlib import Path

from pipesight.outputs.loaded import ShownValue
from pipesight.pages.contract.history_paths import HistoryPath
from pipesight.pages.contract.load_view import LoadedValue, LoadPlan
from pipesight.pages.show import document, message

PATH = HistoryPath("training", "first", "train", "model")


def test_a_plan_is_a_document_with_the_question() -> None:
    plan = LoadPlan("model", PATH, "token", "Load model in Python?", ("It imports nothing.", "No network."))
    shown = document(plan)

    assert shown is not None
    assert shown.name == "training_first_train_model plan.md"
    assert [line for line in shown.text.splitlines() if line][1:] == [
        "Load model in Python?",
        "It imports nothing.",
        "No network.",
    ]
    assert message(plan, None) == "Load model in Python? It imports nothing. No network."


def test_a_loaded_value_is_a_document_of_its_texts() -> None:
    value = ShownValue("shop.Cart", "Cart(<b>)", html="<script>", describe="two things", notes=("It is cut.",))
    shown = document(LoadedValue("model", PATH, value))

    assert shown is not None
    assert "```text\nCart(<b>)\n```" in shown.text
    assert "```text\ntwo things\n```" in shown.text
    assert "It is cut" in shown.text
    assert "<script>" not in shown.text
    assert message(LoadedValue("model", PATH, value), Path("x.md")) == "model: shop.Cart (whole: x.md)"
