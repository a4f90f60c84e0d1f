"""Read files on disk as documents: Python files, notebooks, and the Python blocks of Markdown."""

from __future__ import annotations

import json
import re
from pathlib import Path

from .document import Document
from .model import Form
from .project_files import read_python, read_text
from .workspace import Workspace

_FENCE = re.compile(r"(?P<indent>\s*(?:>\s*)?)(?P<fence>`{3,}|~{3,})\s*(?P<info>[^`]*)\Z")
_PYTHON = re.compile(r"\{?\.?(?:python\d*|py\d*|ipython\d*|pycon|code-cell)\b", re.IGNORECASE)
_LOOKS_PYTHON = re.compile(
    r"^\s*(?:from\s+[\w.]+\s+import\b|import\s+\w|@(?:step|pipeline)\b)"
    r"|\.(?:last_run|last_successful_run|get_pipeline|get_pipeline_run|get_run|get_step|(?:runs|steps|outputs)\[)",
    re.MULTILINE,
)


def read_file(path: str | Path, workspace: Workspace | None = None) -> list[Document]:
    """Return the documents in a file: a `.py` file, a notebook, or a Markdown file's Python blocks as one program.

    Raises OSError if the file cannot be read, is not a regular file or is too large. Raises ValueError if the file has
    the name of a notebook but is none.
    """
    path = Path(path)
    workspace = workspace or Workspace()
    where = str(path.absolute())
    if path.suffix == ".ipynb":
        return [workspace.notebook(where, notebook_cells(read_text(path)))]
    if path.suffix in (".md", ".mdx", ".markdown", ".qmd", ".rmd", ".Rmd"):
        text = read_text(path)
        return [workspace.notebook(where, markdown_cells(text), about_zenml="zenml" in text.lower())]
    document = workspace.open(where, read_python(path))
    if any(site.form is Form.VARIABLE and site.name is None for site in document.sites):
        workspace.find_callers(where)
    return [document]


def notebook_cells(text: str) -> list[tuple[str, str]]:
    """Return the Python cells of a notebook file, with their indexes. Raises ValueError if it is no notebook."""
    try:
        notebook = json.loads(text)
        cells = notebook["cells"] if "cells" in notebook else notebook["worksheets"][0]["cells"]
        found: list[tuple[str, str]] = []
        for index, cell in enumerate(cells):
            if cell["cell_type"] == "code":
                source = cell.get("source", cell.get("input", ""))
                found.append((str(index), source if isinstance(source, str) else "".join(source)))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError("not a notebook: no list of cells in it") from error
    return found


def markdown_cells(text: str) -> list[tuple[str, str]]:
    """Split a Markdown text into cells that each begin with a Python block. All other text is blanked out.

    The joined cells have the same line numbers as the whole text.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cells: list[list[str]] = [[]]
    index = 0
    while index < len(lines):
        opening = _FENCE.match(lines[index])
        cells[-1].append("")
        index += 1
        if opening is None:
            continue
        start = index
        while index < len(lines) and not _closes(lines[index], opening["fence"]):
            index += 1
        block = lines[start:index]
        if _is_python(opening["info"], block):
            cells.append([])
            cells[-1] += block
        else:
            cells[-1] += [""] * len(block)
        if index < len(lines):
            cells[-1].append("")
            index += 1
    return [(str(number), "\n".join(cell)) for number, cell in enumerate(cells) if cell]


def _closes(line: str, fence: str) -> bool:
    stripped = line.strip().lstrip("> ")
    return len(stripped) >= len(fence) and not stripped.strip(fence[0])


def _is_python(info: str, block: list[str]) -> bool:
    if info.strip():
        return _PYTHON.match(info.strip()) is not None
    return _LOOKS_PYTHON.search("\n".join(block)) is not None
