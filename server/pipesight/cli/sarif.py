"""Write the problems of `pipesight check` as a SARIF 2.1.0 log for code scanning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pipesight import __version__
from pipesight.rules.catalog import DIAGNOSTICS, Severity, page_of

if TYPE_CHECKING:
    from pipesight.rules.file_finding import FileFinding, Region
    from pipesight.settings import Settings

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note", Severity.HINT: "note"}
_ROOT = "%SRCROOT%"


def sarif(problems: Sequence[FileFinding], root: Path, settings: Settings) -> dict[str, Any]:
    """Return the problems as a SARIF log. Files below `root` have paths relative to it."""
    driver = {
        "name": "pipesight",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": "https://github.com/pipesight/pipesight",
        "rules": [_rule(code, settings) for code in DIAGNOSTICS],
    }
    seen: Counter[str] = Counter()
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"uri": f"{root.as_uri().rstrip('/')}/"}},
        "invocations": [{"executionSuccessful": True}],
        "results": [_result(problem, root, seen) for problem in problems],
    }
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def _rule(code: str, settings: Settings) -> dict[str, Any]:
    about, page = DIAGNOSTICS[code].about, page_of(code)
    severity = settings.severity_of(code)
    level = {"level": _LEVELS[severity]} if severity in _LEVELS else {"enabled": False}
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in code.split("-")),
        "shortDescription": {"text": about},
        "fullDescription": {"text": about},
        "help": {"text": f"{about} See {page}", "markdown": f"{about} [More about it]({page})"},
        "helpUri": page,
        "defaultConfiguration": level,
        "properties": {"tags": ["zenml"]},
    }


def _result(problem: FileFinding, root: Path, seen: Counter[str]) -> dict[str, Any]:
    where = "" if problem.cell is None else f" (cell {problem.cell}, line {problem.line})"
    location = {"artifactLocation": _file(problem.file, root), "region": _region(problem.in_file)}
    return {
        "ruleId": problem.code,
        "ruleIndex": list(DIAGNOSTICS).index(problem.code),
        "level": _LEVELS[Severity(problem.severity)],
        "message": {"text": problem.message + where},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"pipesightLine/v1": _fingerprint(problem, seen)},
    }


def _region(place: Region) -> dict[str, int]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _file(file: str, root: Path) -> dict[str, str]:
    path = Path(file).absolute()
    if not path.is_relative_to(root):
        return {"uri": path.as_uri()}
    return {"uri": quote(path.relative_to(root).as_posix()), "uriBaseId": _ROOT}


def _fingerprint(problem: FileFinding, seen: Counter[str]) -> str:
    """Return a key that stays the same if other lines of the file, or the history, change."""
    said = "\n".join((Path(problem.file).as_posix(), problem.code, problem.snippet))
    seen[said] += 1
    return f"{sha256(said.encode()).hexdigest()[:16]}:{seen[said]}"
