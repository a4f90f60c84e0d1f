"""Find the lines in the workspace for recorded code: the definitions of steps, and the lines of tracebacks."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from pipesight.characters import visible
from pipesight.code.project_files import read_text
from pipesight.history.model import Failure, Step
from pipesight.history.sources.failures import is_of_library
from pipesight.pages.contract.run_view import CodeLocation, FailureFacts, TracebackLine
from pipesight.workspace.find import invoked
from pipesight.workspace.places import Places
from pipesight.zenml.kinds import Kind

from .recorded_facts import place, what

_FRAME = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+)')
_DEPTH = 12  # last parts of a recorded path that are tried below the folders of the workspace


def definition_of(places: Places, step: Step) -> CodeLocation | None:
    """Return the location at which the workspace defines a step. None if there is none or more than one."""
    for name in dict.fromkeys(filter(None, (step.entrypoint, step.name, invoked(step.name)))):
        found = places.definitions(Kind.STEP, name)
        if len(found) == 1:
            return CodeLocation(found[0].uri, found[0].span.start.line)
    return None


class CodeLinks:
    """The links from tracebacks into the folders of a workspace. A path outside of them gets no link."""

    def __init__(self, roots: Iterable[Path]) -> None:
        self._roots = tuple(Path(os.path.realpath(root)) for root in roots)
        self._texts: dict[Path, Sequence[str]] = {}

    def failure(self, failure: Failure, *, from_log: bool = False) -> FailureFacts:
        """Return a failure with links from its traceback into the workspace."""
        lines = self.traceback(failure.traceback or "")
        frame = f'File "{failure.file}", line {failure.line}'
        marked = next((line.code for line in lines if line.text.strip().startswith(frame)), None)
        return FailureFacts(
            what=visible(what(failure)),
            where=visible(place(failure), one_line=True) or None,
            code=marked or self._at(failure.file or "", failure.line or 0, None),
            traceback=lines,
            from_log=from_log,
        )

    def traceback(self, text: str) -> tuple[TracebackLine, ...]:
        """Return the lines of a traceback. The lines of frames in the workspace have links."""
        lines = text.splitlines()
        quoted = [*(line.strip() for line in lines[1:]), ""]
        return tuple(
            TracebackLine(visible(line, one_line=True), self._frame(line, code))
            for line, code in zip(lines, quoted, strict=True)
        )

    def _frame(self, line: str, quoted: str) -> CodeLocation | None:
        match = _FRAME.match(line)
        return self._at(match["file"], int(match["line"]), quoted) if match is not None else None

    def _at(self, file: str, line: int, quoted: str | None) -> CodeLocation | None:
        """Return the location in the workspace of a line, counted from 1. `quoted` is its text in the traceback."""
        if not file or line < 1 or is_of_library(file):
            return None
        found = next(self._files(file, line, quoted), None)
        return CodeLocation(found.as_uri(), line - 1) if found is not None else None

    def _files(self, file: str, line: int, quoted: str | None) -> Iterator[Path]:
        """Yield the file if it is in the workspace, then files whose path ends the same and that have the quoted line.

        If the run was recorded in a container or on another machine, only the end of the path is the same.
        """
        if Path(file).is_absolute() and self._is_inside(Path(file)):
            yield Path(file)
        parts = [part for part in PurePosixPath(file.replace("\\", "/")).parts if part not in ("/", ".", "..")]
        for length in range(min(len(parts), _DEPTH) if quoted else 0, 0, -1):
            for path in (root.joinpath(*parts[-length:]) for root in self._roots):
                if self._is_inside(path) and self._line(path, line) == quoted:
                    yield path

    def _is_inside(self, path: Path) -> bool:
        real = Path(os.path.realpath(path))
        return any(real.is_relative_to(root) for root in self._roots) and real.is_file()

    def _line(self, path: Path, line: int) -> str | None:
        if path not in self._texts:
            try:
                self._texts[path] = read_text(path).split("\n")
            except OSError:
                self._texts[path] = ()
        lines = self._texts[path]
        return lines[line - 1].strip() if line <= len(lines) else None
