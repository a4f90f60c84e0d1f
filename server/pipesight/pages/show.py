"""Results of commands as Markdown documents, for editors that have no side panel of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipesight.outputs.render import from_json

from .page import Grid, Heading, Line, Page, Value

_ROWS = 200


@dataclass(frozen=True, slots=True)
class Document:
    """A Markdown document and the file name it should have."""

    name: str
    text: str


def document(result: Mapping[str, Any]) -> Document | None:
    """The document that shows `result`; None when it is only a question to ask further."""
    if "preview" in result:
        page = _output(result)
    elif "steps" in result:
        page = _run(result)
    else:
        return None
    return Document(f"{_file_name(result)}.md", page.markdown() + "\n")


def message(result: Mapping[str, Any], file: Path | None) -> str | None:
    """One line for a client that shows no document: the value in short and its file, or what is wrong or missing."""
    if "problem" in result:
        return " ".join(filter(None, (result["problem"], result.get("advice"))))
    if "choices" in result:
        labels = ", ".join(choice["label"] for choice in result["choices"][:10])
        return f"More than one fits; put the cursor on one of: {labels}"
    short = result["preview"]["summary"] if "preview" in result else result["subtitle"]
    return f"{result['title']}: {short}" + (f" (whole: {file})" if file is not None else "")


def _output(result: Mapping[str, Any]) -> Page:
    path: Mapping[str, Any] = result["path"]
    owners = [f"{kind} {path[kind]}" for kind in ("step", "run", "pipeline") if kind in path]
    facts = (Heading("output", result["title"]), Line(result["subtitle"]), Line("From " + ", ".join(owners)))
    return Page((*facts, Line(result["output"]["uri"]), Value(from_json(result["preview"]), _ROWS)))


def _run(result: Mapping[str, Any]) -> Page:
    rows = [
        (step["name"], f"{step['mark']} {step['status']}", step["duration"] or "", _outputs(step))
        for step in result["steps"]
    ]
    return Page(
        (
            Heading("run", result["title"]),
            Line(result["subtitle"]),
            Grid(("step", "status", "took", "outputs"), rows),
        )
    )


def _outputs(step: Mapping[str, Any]) -> str:
    return ", ".join(f"{output['name']} ({output['type']})" for output in step["outputs"])


def _file_name(result: Mapping[str, Any]) -> str:
    names = [str(result["path"].get(kind, "")) for kind in ("pipeline", "run", "step", "output")]
    return re.sub(r"[^\w.-]+", "_", " ".join(filter(None, names)))[:120] or "pipesight"
