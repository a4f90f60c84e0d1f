"""A keystroke in a file of 5,000 lines: from the new text to its sites, against parso's incremental parse."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from parso.cache import parser_cache
from parso.grammar import load_grammar

from pipesight.code.document import Document

KEYSTROKES = 60
HEAD = """from zenml.client import Client
from zenml import pipeline, step

client = Client()

"""
PART = '''
@step
def prepare_{n}(rows: int = {n}) -> int:
    """Prepare part {n}."""
    total = 0
    for row in range(rows):
        if row % 2:
            total += row * {n}
        else:
            total -= row
    return total


@pipeline
def pipeline_{n}(rows: int = {n}):
    prepare_{n}(rows)


def report_{n}(name="pipeline_{n}"):
    run = client.get_pipeline(name).last_successful_run
    found = run.steps["prepare_{n}"].outputs["output"]
    values = [artifact.load() for artifact in found]
    return {{"name": run.name, "values": values, "mean": sum(values) / max(1, len(values))}}

'''


def large_file(lines: int = 5000) -> str:
    """A file of about `lines` lines in which each function reaches into the history."""
    parts: list[str] = []
    while sum(part.count("\n") for part in parts) < lines:
        parts.append(PART.format(n=len(parts)))
    return HEAD + "".join(parts)


def keystroke() -> list[str]:
    """Print the table. Return the goals missed."""
    text = large_file()
    at = text.index("total += row * ", len(text) // 2)
    texts = [text[:at] + f"total += row * {number}{number % 7}" + text[at + 15 :] for number in range(KEYSTROKES)]
    document = Document(None, text)
    assert len(document.sites) > 300
    grammar: Any = load_grammar()
    grammar.parse(text, path="large.py", diff_cache=True, cache=False)
    ours, theirs = _alternated(
        texts,
        lambda new: _sites(document, new),
        lambda new: _parse(grammar, new),
    )
    parser_cache.clear()
    ratio = ours / theirs
    print("| a keystroke in 5,000 lines | ms |\n|---|---|")
    print(f"| parso, incremental parse alone | {theirs:.2f} |")
    print(f"| Pipesight, fresh sites | {ours:.2f} |\n| ratio | {ratio:.2f} |\n")
    return [f"keystroke: {ratio:.2f}, goal 1.5"] * (ratio > 1.5)


def _sites(document: Document, text: str) -> None:
    document.update(text)
    assert document.sites


def _parse(grammar: Any, text: str) -> None:
    grammar.parse(text, path="large.py", diff_cache=True)


def _alternated(texts: list[str], one: Callable[[str], object], other: Callable[[str], object]) -> tuple[float, float]:
    """The medians of both, in milliseconds."""
    times: tuple[list[float], list[float]] = ([], [])
    for text in texts:
        for work, series in zip((one, other), times, strict=True):
            began = time.perf_counter()
            work(text)
            series.append((time.perf_counter() - began) * 1000)
    return median(times[0]), median(times[1])
