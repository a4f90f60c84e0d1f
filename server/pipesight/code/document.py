"""Keep a Python file or a notebook analyzed while it is edited, and answer for its sites, slots and definitions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Generator, Iterable, Iterator, Sequence
from functools import cached_property
from inspect import GEN_RUNNING, getgeneratorstate
from typing import TYPE_CHECKING

from pipesight.zenml.kinds import Kind

from .model import Definition, Invocation, Position, Site, Slot, Span, Thing

if TYPE_CHECKING:
    from pipesight.code.evaluation.flow import Flow
    from pipesight.code.evaluation.records import Records
    from pipesight.code.evaluation.values import Imports
    from pipesight.code.syntax.program import Chunk

    _Kept = tuple[int, list[Records], list[Site], list[Site]]

_WORDS = ("zenml", "ZenML")
# Members that also make a file relevant, because it may get its ZenML objects from another file of the workspace.
_MEMBERS = (
    ".get_pipeline",
    ".get_run",
    ".get_step",
    ".get_artifact",
    ".runs",
    ".steps",
    ".last_run",
    ".last_successful",
    "config_path=",
)
WORDS_IN_WORKSPACE = (*_WORDS, *_MEMBERS)


_ASSIGNED = re.compile(r"\s*([\w.]+)\s*(?::[^=]*)?=\s*\Z")


LARGEST = 2_000_000  # characters of a file that is analyzed. Longer files are generated data
_LONG = 20_000  # characters of a file for which one answer may take longer than a slice


class _CollectedSites:
    """The sites and words of all chunks, in source order."""

    def __init__(self) -> None:
        self.kept: dict[Chunk, _Kept] = {}
        self.telling: list[tuple[Chunk, list[Records]]] = []  # those that define or call something
        self._sites: list[Site] = []
        self._words: list[Site] = []

    def add(self, chunk: Chunk, kept: _Kept) -> None:
        """Add the next chunk."""
        _, records, sites, words = self.kept[chunk] = kept
        self._sites += sites
        self._words += words
        if any(each.defined or each.invoked or each.patterns or each.configured for each in records):
            self.telling.append((chunk, records))

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        return tuple(self._sites)

    @cached_property
    def words(self) -> tuple[Site, ...]:
        return tuple(self._words)


class Document:
    """One Python file, or one notebook whose code cells are one program in order.

    Positions of a notebook are global: they count the lines of all cells. `locate` and `globalize` convert them.
    Every result is computed at its first request. After an edit, only the results that the edit affects are computed
    again.
    """

    def __init__(
        self, path: str | None, text: str, imports: Imports | None = None, *, about_zenml: bool = False
    ) -> None:
        self.path = path
        self._about_zenml = about_zenml
        self._imports = imports
        self._cells: list[tuple[str, str]] = [("", text)]
        self._is_notebook = False
        self._flow: Flow | None = None
        self._seen: tuple[int, bool] | None = None
        self._sites: dict[Chunk, _Kept] = {}
        self._found: _CollectedSites | None = None
        self._all_definitions: tuple[Definition, ...] | None = None
        self._all_invocations: tuple[Invocation, ...] | None = None
        self._all_patterns: frozenset[tuple[Kind | None, str]] | None = None
        self._stale = True
        self._uses_zenml: tuple[object, bool] | None = None
        self._cell_starts: list[int] | None = None
        self.edition = 0  # the number of edits
        self._work: Generator[None] | None = None  # the unfinished analysis in slices
        self._read_meanwhile = False  # whether another module read the values between two slices

    @classmethod
    def notebook(
        cls,
        path: str | None,
        cells: Sequence[tuple[str, str]],
        imports: Imports | None = None,
        *,
        about_zenml: bool = False,
    ) -> Document:
        """Return a notebook of `(cell id, text)` pairs: its code cells in order.

        `about_zenml` is True if the text around the code is about ZenML, as in a page of documentation.
        """
        document = cls(path, "", imports, about_zenml=about_zenml)
        document._is_notebook = True
        document.set_cells(cells)
        return document

    @property
    def text(self) -> str:
        """Return the whole text, with cells joined by line ends."""
        return "\n".join(text for _, text in self._cells)

    def update(self, text: str) -> None:
        """Replace the whole text."""
        self.set_cells([(self._cells[0][0], text)])

    def update_cell(self, cell: str, text: str) -> None:
        """Replace the text of one cell."""
        self.set_cells([(name, text if name == cell else old) for name, old in self._cells])

    def set_cells(self, cells: Iterable[tuple[str, str]]) -> None:
        """Replace all cells after some were added, removed or moved."""
        self._cells = list(cells)
        self._changed()

    def locate(self, position: Position) -> tuple[str, Position]:
        """Return the cell of a global position, and the position in that cell."""
        starts = self._starts()
        index = max(0, bisect_right(starts, position.line) - 1)
        return self._cells[index][0], Position(position.line - starts[index], position.column)

    def globalize(self, cell: str, position: Position) -> Position:
        """Return the global position of a position in a cell. Raises KeyError if there is no such cell."""
        for (name, _), start in zip(self._cells, self._starts(), strict=True):
            if name == cell:
                return Position(start + position.line, position.column)
        raise KeyError(cell)

    @property
    def uses_zenml(self) -> bool:
        """Return whether the code can use ZenML. If not, all answers below are empty and nothing is parsed."""
        known = (self._imports.version, self._imports.are_returned) if self._imports is not None else None
        if self._uses_zenml is None or self._uses_zenml[0] != known:
            about_zenml = self._about_zenml or self._mentions(_WORDS) or self._may_import_zenml()
            self._uses_zenml = known, about_zenml and not self.is_too_large
        return self._uses_zenml[1]

    @property
    def is_too_large(self) -> bool:
        """Return whether the text is too long to be analyzed. If so, all answers below are empty."""
        return self._length > LARGEST

    @property
    def is_long(self) -> bool:
        """Return whether an answer about the whole text may take long."""
        return self._length > _LONG and self.uses_zenml

    @property
    def _length(self) -> int:
        return sum(len(text) for _, text in self._cells)

    def _mentions(self, words: Iterable[str]) -> bool:
        return any(word in text for word in words for _, text in self._cells)

    def _may_import_zenml(self) -> bool:
        """Return whether another file of the workspace may provide an object of ZenML's."""
        imports = self._imports
        if imports is None:
            return False
        if self._mentions(_MEMBERS) and any(imports.connects(text) for _, text in self._cells):
            return True
        return any(imports.brings_zenml(text) for _, text in self._cells)

    def flow(self, *, bodies: bool = True) -> Flow:
        """Return the up-to-date values of the program. Without `bodies`, only code that runs on import is evaluated.

        While `slices` is unfinished, these are the values so far.
        """
        if self._work is None:
            for _ in self._slices(bodies=bodies):
                pass
        elif getgeneratorstate(self._work) != GEN_RUNNING:
            self._read_meanwhile = True
        if self._flow is None:  # the first slice has not run yet
            self._end_work()
            return self.flow(bodies=bodies)
        return self._flow

    @property
    def is_ready(self) -> bool:
        """Return whether the sites are known without further analysis."""
        if not self.uses_zenml:
            return True
        is_known = self._work is None and self._found is not None
        return is_known and not self._stale and not self._is_outdated(bodies=True)

    def slices(self) -> Iterator[None]:
        """Analyze in slices, so that the caller can do other work in between. An edit ends the iteration."""
        if self._work is None:
            self._work = self._slices_to_sites()
        return self._work

    def _slices_to_sites(self) -> Generator[None]:
        started, found = self._work, None
        try:
            yield from self._slices(bodies=True)
            collected = _CollectedSites()
            for chunk, records in self._flow.records() if self._flow is not None else ():
                self._sites[chunk] = kept = self._sites_of(chunk, records)
                collected.add(chunk, kept)
                yield
            found = collected
        finally:
            self._forget()
            if found is not None:
                self._sites, self._found = found.kept, found
            if self._work is started:
                self._work = None
            self._tell_readers()

    def _tell_readers(self) -> None:
        """Mark the modules stale that read this one between slices."""
        if self._read_meanwhile and self._imports is not None:
            seen, before = self._seen, self._imports.version
            self._imports.touch()
            if seen is not None and seen[0] == before:
                self._seen = self._imports.version, seen[1]
        self._read_meanwhile = False

    def _end_work(self) -> None:
        if self._work is not None:
            self._work.close()
            self._work = None

    def _slices(self, *, bodies: bool) -> Iterator[None]:
        flow = self._flow
        if flow is None:
            from pipesight.code.evaluation.flow import Flow
            from pipesight.code.syntax.program import Program

            flow = self._flow = Flow(Program(()), self._imports, about_zenml=self._about_zenml)
        if self._stale:
            self._seen = None
            yield from flow.program.slices(self._texts())
        self._stale = False
        if self._is_outdated(bodies=bodies):
            version = self._imports.version if self._imports is not None else 0
            self._forget()
            yield from flow.slices(bodies=bodies)
            self._seen = version, bodies

    def _is_outdated(self, *, bodies: bool) -> bool:
        version = self._imports.version if self._imports is not None else 0
        seen = self._seen
        if seen is None or self._flow is None or seen[0] != version:
            return True
        return bodies and (not seen[1] or self._flow.outdated)

    @property
    def analyzed(self) -> Flow | None:
        """Return the values of the last evaluation, or None before the first one."""
        return self._flow

    @property
    def sites(self) -> tuple[Site, ...]:
        """Return every site in source order."""
        return self._collected().sites

    @property
    def words(self) -> tuple[Site, ...]:
        """Return every word of ZenML's other records (a key, a tag, a version) in source order."""
        return self._collected().words

    def _collected(self) -> _CollectedSites:
        if not self.uses_zenml:
            return _CollectedSites()
        flow = self.flow()
        if self._found is None:
            found = _CollectedSites()
            for chunk, records in flow.records():
                found.add(chunk, self._sites_of(chunk, records))
            self._sites, self._found = found.kept, found
        return self._found

    def _forget(self) -> None:
        self._found = self._all_definitions = self._all_invocations = self._all_patterns = None

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """Return the pipelines, steps and outputs that this document defines, in source order."""
        if not self.uses_zenml:
            return ()
        telling = self._collected().telling
        if self._all_definitions is None:
            from pipesight.code.answers.definitions import definitions_of

            self._all_definitions = tuple(each for found in telling for each in definitions_of(*found))
        return self._all_definitions

    @property
    def patterns(self) -> frozenset[tuple[Kind | None, str]]:
        """Return regular expressions for the names that the code composes at run time."""
        if not self.uses_zenml:
            return frozenset()
        telling = self._collected().telling
        if self._all_patterns is None:
            self._all_patterns = frozenset(
                each for _, records in telling for record in records for each in record.patterns
            )
        return self._all_patterns

    @property
    def invocations(self) -> tuple[Invocation, ...]:
        """Return the calls of steps in the bodies of pipelines, and the variables that hold their results."""
        if not self.uses_zenml:
            return ()
        telling = self._collected().telling
        if self._all_invocations is None:
            from pipesight.code.answers.invocations import invocations_of

            self._all_invocations = tuple(each for found in telling for each in invocations_of(*found))
        return self._all_invocations

    @property
    def configurations(self) -> tuple[tuple[str, str], ...]:
        """Return the pipelines that the code configures by a file, each with the file's path or the known end of it."""
        if not self.uses_zenml:
            return ()
        records = (each for _, found in self._collected().telling for each in found)
        return tuple((each.pipeline, each.path) for record in records for each in record.configured)

    def invocation_at(self, position: Position) -> Invocation | None:
        """Return the call of a step at `position`, or the variable that holds the result of such a call."""
        at = self._at(position) if self.uses_zenml else None
        if at is None:
            return None
        from pipesight.code.answers.invocations import invocations_of

        return next((each for each in invocations_of(*at) if each.span.contains(position)), None)

    def mentions(self, word: str) -> bool:
        """Return whether the text contains this word."""
        return self._mentions((word,))

    def imports(self, name: str) -> bool:
        """Return whether the text imports this name from a module other than ZenML's."""
        return any(name in chunk.foreign for chunk in self.flow().program.chunks)

    def text_at(self, span: Span) -> str:
        """Return the text of a span on one line. Empty for a span of several lines."""
        (line, start), (last, end) = span
        lines = self.flow().program.lines
        return lines[line][start:end] if line == last < len(lines) else ""

    def assigned_at(self, position: Position) -> str | None:
        """Return the name of the variable that a line sets to the expression that begins at `position`."""
        lines = self.flow().program.lines
        before = lines[position.line][: position.column] if position.line < len(lines) else ""
        found = _ASSIGNED.match(before)
        return found[1] if found is not None else None

    def site_at(self, position: Position) -> Site | None:
        """Return the innermost site whose span holds `position`."""
        kept = self._kept_at(position)
        return _innermost(kept[2], position) if kept is not None else None

    def word_at(self, position: Position) -> Site | None:
        """Return the innermost word whose span holds `position`."""
        kept = self._kept_at(position)
        return _innermost(kept[3], position) if kept is not None else None

    def _kept_at(self, position: Position) -> _Kept | None:
        at = self._at(position) if self.uses_zenml else None
        if at is None:
            return None
        self._sites[at[0]] = kept = self._sites_of(*at)
        return kept

    def slot_at(self, position: Position, *, by_index: bool = False) -> Slot | None:
        """Return the slot at `position`. With `by_index` this includes slots of list indexes."""
        if not self.uses_zenml:
            return None
        from pipesight.code.answers.slots import slot_in

        at = self._at(position)
        return slot_in(*at, position, by_index=by_index) if at else None

    def thing_at(self, position: Position) -> tuple[Thing, Span] | None:
        """Return the thing that the variable at `position` holds, and the variable's span."""
        at = self._at(position) if self.uses_zenml else None
        if at is None:
            return None
        chunk, records = at
        for each in records:
            for held in each.held:
                if chunk.holds(held.unit, position.line):
                    span = chunk.span(held.unit, held.start, held.end)
                    if span.contains(position):
                        return held.thing, span
        return None

    def key_at(self, position: Position) -> tuple[Thing, Span] | None:
        """Return the key of a loaded value that the string at `position` names, and the string's span."""
        at = self._at(position) if self.uses_zenml else None
        if at is None:
            return None
        chunk, records = at
        for each in records:
            for found in each.found:
                if found.thing.kind is Kind.KEY and found.thing.name and chunk.holds(found.unit, position.line):
                    span = chunk.span(found.unit, found.start, found.end)
                    if span.contains(position) and not found.things:
                        return found.thing, span
        return None

    def receiver_before(self, position: Position) -> tuple[str, Thing | None] | None:
        """Return the ZenML type of the object before the dot at `position`, and the thing that it denotes."""
        at = self._at(position) if self.uses_zenml else None
        if at is None:
            return None
        chunk, records = at
        for each in records:
            for dot in each.dots:
                if chunk.holds(dot.unit, position.line) and chunk.span(dot.unit, dot.start, dot.end).contains(position):
                    return dot.type.value, dot.thing
        return None

    def _at(self, position: Position) -> tuple[Chunk, list[Records]] | None:
        flow = self.flow()
        chunk = flow.program.chunk_at(position.line)
        return (chunk, flow.records_of(chunk)) if chunk is not None else None

    def _sites_of(self, chunk: Chunk, records: list[Records]) -> _Kept:
        """Return the sites of a chunk, from the cache while neither its position nor its records changed."""
        kept = self._sites.get(chunk)
        if kept is not None and kept[0] == chunk.line and kept[1] == records:
            return kept
        from pipesight.code.answers.sites import sites_of

        found = sites_of(chunk, records)
        sites = [each for each in found if each.kind.is_site]
        return chunk.line, records, sites, [each for each in found if not each.kind.is_site]

    def _changed(self) -> None:
        self.edition += 1
        self._stale = True
        self._uses_zenml = self._cell_starts = None
        self._end_work()
        if self._imports is not None:
            self._imports.touch()

    def _texts(self) -> list[str]:
        if not self._is_notebook:
            return [text for _, text in self._cells]
        from pipesight.code.syntax.logical_lines import neutral

        return [neutral(text) for _, text in self._cells]

    def _starts(self) -> list[int]:
        if self._cell_starts is None:
            self._cell_starts, line = [], 0
            for _, text in self._cells:
                self._cell_starts.append(line)
                line += text.count("\n") + 1 + (text.count("\r") - text.count("\r\n") if "\r" in text else 0)
        return self._cell_starts


def _innermost(sites: Iterable[Site], position: Position) -> Site | None:
    holding = (site for site in sites if site.span.contains(position))
    return max(holding, key=lambda site: (site.span.start.line, site.span.start.column), default=None)
