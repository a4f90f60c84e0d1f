"""Marked source: `‹x›` marks a site, and `#= kind name form owner` is the expected answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipesight.code.site_rows import SiteRow as Label

_LABEL = re.compile(r"\s*#=(?P<labels>.*)$")
_MARK = re.compile("[‹›]")


@dataclass(frozen=True)
class Marked:
    """Source without its marks, and the labels that it had."""

    path: Path
    labels: list[Label]


def _plain(text: str, file: str, cell: int | None = None) -> tuple[str, list[Label]]:
    lines: list[str] = []
    labels: list[Label] = []
    for number, marked in enumerate(text.split("\n"), 1):
        line = _LABEL.sub("", marked)
        found = _LABEL.search(marked)
        expected = found["labels"].split(";") if found else []
        columns = [mark.start() - index for index, mark in enumerate(_MARK.finditer(line))]
        closed = line + "›" if line.count("‹") > line.count("›") else line
        columns = [mark.start() - index for index, mark in enumerate(_MARK.finditer(closed))]
        assert len(columns) == 2 * len(expected), f"{file}:{number}: {len(columns) // 2} marks, {len(expected)} labels"
        for index, words in enumerate(expected):
            kind, name, form, *owner = words.split()
            owners = [part or None for part in (owner[0] if owner else "").split("/")]
            owners += [None] * (3 - len(owners))
            place = (number, columns[2 * index], columns[2 * index + 1])
            labels.append(Label(file, cell, *place, kind, None if name == "?" else name, form, *owners))
        lines.append(_MARK.sub("", line))
    return "\n".join(lines), labels


@pytest.fixture(scope="session")
def unmark(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], list[Marked]]:
    """Write the marked files of a folder without their marks. `x.nb.py` becomes the notebook `x.ipynb`."""

    def write(folder: Path) -> list[Marked]:
        target = tmp_path_factory.mktemp(folder.name)
        written: list[Marked] = []
        for source in sorted(path for path in folder.rglob("*.*") if path.suffix in (".py", ".md")):
            path = target / source.relative_to(folder)
            path.parent.mkdir(parents=True, exist_ok=True)
            text = source.read_text("utf-8")
            if source.name.endswith(".nb.py"):
                path = path.with_name(source.name.replace(".nb.py", ".ipynb"))
                labels = _write_notebook(path, text)
            else:
                plain, labels = _plain(text, str(path))
                path.write_text(plain, "utf-8")
            written.append(Marked(path, labels))
        return written

    return write


def _write_notebook(path: Path, text: str) -> list[Label]:
    cells: list[dict[str, object]] = []
    labels: list[Label] = []
    for index, part in enumerate(re.split(r"^# %%", text, flags=re.MULTILINE)[1:]):
        head, body = part.split("\n", 1)
        plain, found = _plain(body.rstrip("\n"), str(path), index)
        labels += found
        kind = "markdown" if "markdown" in head else "code"
        source = plain.splitlines(keepends=True)
        cells.append(
            {"cell_type": kind, "metadata": {}, "source": source, **({"outputs": []} if kind == "code" else {})}
        )
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), "utf-8")
    return labels
