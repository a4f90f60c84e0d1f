"""`pipesight compare`: print the differences between two runs, and those of their outputs in detail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from pipesight.history.history import History
from pipesight.history.model import Output, Run
from pipesight.outputs.comparison import ValueComparison
from pipesight.outputs.preview import Preview
from pipesight.outputs.service import PreviewService
from pipesight.pages.compared_values import blocks, digest
from pipesight.pages.contract.wire import encode
from pipesight.pages.page import Block, Grid, Line, Page
from pipesight.pages.sparkline import moved
from pipesight.pages.words import one_line
from pipesight.workspace.find import follow
from pipesight.workspace.output_number import as_float
from pipesight.workspace.run_differences import Difference, differences

from .runs import CELL, cell_text
from .terminal import print_json, say


def compare(history: History, previews: PreviewService, left: Run, right: Run, *, outputs: bool, as_json: bool) -> None:
    """Print the differences between two runs. With `outputs`, compare the values of outputs that differ."""
    found = differences(history, left, right, previews)
    if as_json:
        for each in found:
            compared = _compared(history, previews, (left, right), each) if outputs else None
            depth = {"comparison": encode(compared)} if isinstance(compared, ValueComparison) else {}
            print_json({**asdict(each), **depth})
        return
    shown = list(found)
    say(_differences_table(left.name, right.name, shown))
    for each in shown if outputs else ():
        compared = _compared(history, previews, (left, right), each)
        if compared is not None:
            say("\n" + Page(tuple(_details(each.name, compared))).plain())


def _differences_table(left: str, right: str, found: Sequence[Difference]) -> str:
    """Return the differences between two runs as a table. Numbers have their change."""
    if not found:
        return f"No differences between {left} and {right}."
    rows = [(each.kind, each.name, cell_text(each.left), cell_text(each.right), _moved(each)) for each in found]
    return Grid(("kind", "name", one_line(left, CELL), one_line(right, CELL), "change"), rows).plain()


def _moved(difference: Difference) -> str:
    """Return the change of a number as text, also in percent unless the old value is 0."""
    left, right = as_float(difference.left), as_float(difference.right)
    if left is None or right is None:
        return ""
    return moved(right - left, 100 * (right - left) / abs(left) if left else None)


def _compared(
    history: History, previews: PreviewService, runs: tuple[Run, Run], each: Difference
) -> ValueComparison | Preview | None:
    """Return the comparison of an output's two values. None for a difference that is no output of both runs.

    If the values cannot be compared, return a preview with the problem.
    """
    if each.kind != "output":
        return None
    left, right = (_output(history, run, each.name) for run in runs)
    return previews.compare_sync(left, right) if left is not None and right is not None else None


def _output(history: History, run: Run, name: str) -> Output | None:
    step, _, output = name.rpartition(".")
    return follow(history, {"pipeline": run.pipeline, "run": run.name, "step": step, "output": output}).output


def _details(name: str, compared: ValueComparison | Preview) -> Iterator[Block]:
    if isinstance(compared, Preview):
        yield Line(f"{name}: {compared.text or compared.summary}")
        return
    yield Line(f"{name}: {digest(compared)}")
    yield from blocks(compared)
