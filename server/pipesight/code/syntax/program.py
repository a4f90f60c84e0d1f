"""Split a document's text into chunks of logical lines, and read only the edited chunk again after an edit.

An update compares the old and the new lines from both ends (`_common`, `_common_end`). Chunks before the first changed
line stay. The scan begins there and ends as soon as a new chunk begins at the line of an old one in the unchanged rest.
From there on, the old chunks are only moved. Even scanned chunks are replaced by old ones with the same code
(`_reused`), because all later results are cached by chunk.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipesight.code.model import Position, Span

from .logical_lines import indent_width, logical_end, split_lines
from .parser import HEADERS, parse
from .tree import Decorator, Global, Header, Import, ImportFrom, Node

_LONGEST = 30_000  # characters of a logical line that is parsed completely
_SLICE = 200  # chunks that are scanned at a time
_HEAD = 4_000  # characters that are parsed of a longer line
_DEEPEST = 40  # levels of indentation that are kept apart
_PLAIN = re.compile(r"""[^"'#()\[\]{}\\]*\Z""")
_TEMPLATE = re.compile(r"\{%.*%\}|\{#.*#\}")  # a line of a project template. No Python code looks like this
_ALWAYS_HEADERS = HEADERS - {"async", "match", "case"}  # words that always start a header
_CLAUSES = frozenset(("elif", "else", "except", "finally", "case"))
_WORD = re.compile(r"[^\W\d]\w*")
_FIRST_WORD = re.compile(r"[^\W\d]\w*|@")


class LogicalLine:
    """The text of one logical line, parsed at the first request. Its first line starts at column 0."""

    __slots__ = ("_statements", "_words", "alone", "height", "indent", "text", "word")

    def __init__(self, text: str) -> None:
        self.text = text
        self.height = text.count("\n") + 1
        self.alone = False  # whether the line is complete regardless of the lines after it
        stripped = text.lstrip(" \t\f\ufeff")
        self.indent = indent_width(text[: len(text) - len(stripped)])
        match = _FIRST_WORD.match(stripped)
        self.word = match[0] if match else ""
        self._statements: list[Node] | None = None
        self._words: frozenset[str] | None = None

    @property
    def words(self) -> frozenset[str]:
        """Return every word in the text, including those in strings, except a string that stands alone."""
        if self._words is None:
            is_string = not self.word and self.text.lstrip()[:1] in ("'", '"')
            self._words = frozenset(_WORD.findall(self.text)) if not is_string else frozenset()
        return self._words

    @property
    def imported(self) -> frozenset[str]:
        """Return the modules that the line imports."""
        if self.word not in ("from", "import"):
            return frozenset()
        names: list[str] = []
        for statement in self.statements:
            if isinstance(statement, ImportFrom):
                names.append(statement.module)
            elif isinstance(statement, Import):
                names += [name for name, _ in statement.names]
        return frozenset(names)

    @property
    def statements(self) -> list[Node]:
        if self._statements is None:
            try:
                self._statements = parse(_head_of(self.text))
            except RecursionError:  # a line with hundreds of nested brackets
                self._statements = []
        return self._statements


@dataclass(slots=True, eq=False)
class Unit:
    """A logical line in its chunk: `line` counts from the chunk's first line. `body` has the lines below a header."""

    line: int
    code: LogicalLine
    body: list[Unit] = field(default_factory=list["Unit"])
    changed: frozenset[str] | None = None  # a cache for the evaluation: the names that the body changes
    sets: bool | None = None  # another one: whether the body sets attributes of other objects than `self`
    _words: frozenset[str] | None = None
    _imported: frozenset[str] | None = None

    @property
    def imported(self) -> frozenset[str]:
        """Return the modules that this line and those nested in it import."""
        if self._imported is None:
            self._imported = self.code.imported.union(*(unit.imported for unit in self.body))
        return self._imported

    @property
    def end(self) -> int:
        """Return the first line after this one and those nested in it."""
        return self.body[-1].end if self.body else self.line + self.code.height

    @property
    def words(self) -> frozenset[str]:
        """Return every word on this line and those nested in it."""
        if self._words is None:
            self._words = self.code.words.union(*(unit.words for unit in self.body))
        return self._words

    @property
    def header(self) -> Header | None:
        """Return the header on this line, or None. A line that cannot be one is not parsed, to save time."""
        if self.code.word not in HEADERS:
            return None
        statements = self.code.statements
        first = statements[0] if statements else None
        return first if isinstance(first, Header) else None

    @property
    def decorator(self) -> Decorator | None:
        """Return the decorator on this line, or None."""
        statements = self.code.statements
        first = statements[0] if statements else None
        return first if isinstance(first, Decorator) else None


@dataclass(frozen=True, slots=True)
class Guard:
    """Lines of a chunk in which an error is expected or caught. `errors` are the names of the classes."""

    first: int
    end: int
    errors: frozenset[str]

    @classmethod
    def around(cls, first: Unit, last: Unit, errors: frozenset[str]) -> Guard:
        """Return the guard from one statement to the end of another."""
        return cls(first.line, last.end, errors)


class Chunk:
    """One top-level statement with everything below it. `line` is its first line in the document."""

    __slots__ = ("_foreign", "_globals", "_units", "guards", "height", "imports_zenml", "line", "lines", "reach")

    def __init__(self, line: int, lines: Sequence[tuple[int, LogicalLine]], reach: int) -> None:
        self.line = line
        self.lines = tuple(lines)
        self.reach = reach - line  # the number of lines that decide where the chunk ends. An edit in them rescans it
        self.height = self.lines[-1][0] + self.lines[-1][1].height
        self.imports_zenml = any(code.word in ("from", "import") and "zenml" in code.text for _, code in self.lines)
        self._units: list[Unit] | None = None
        self._foreign: Mapping[str, str] | None = None
        self._globals: frozenset[str] | None = None
        self.guards: tuple[Guard, ...] | None = None  # a cache for `guarding.py`

    @property
    def foreign(self) -> Mapping[str, str]:
        """Return the names that are imported here from modules other than ZenML, with their modules."""
        if self._foreign is None:
            imports = [node for _, code in self.lines if code.word == "from" for node in code.statements]
            others = [node for node in imports if isinstance(node, ImportFrom) and not _is_zenml(node)]
            self._foreign = {alias: node.module for node in others for _, alias in node.names or ()}
        return self._foreign

    @property
    def globals(self) -> frozenset[str]:
        """Return the names that functions in this chunk declare as `global`."""
        if self._globals is None:
            declared = [node for _, code in self.lines if code.word == "global" for node in code.statements]
            self._globals = frozenset(name for node in declared if isinstance(node, Global) for name in node.names)
        return self._globals

    @property
    def units(self) -> list[Unit]:
        """Return the chunk's outermost logical lines: decorators, the statement, its `else` and the like."""
        if self._units is None:
            self._units = _tree(self.lines)
        return self._units

    def same(self, other: Chunk) -> bool:
        """Return whether both hold the same code, at any position."""
        return len(self.lines) == len(other.lines) and all(
            a[0] == b[0] and (a[1] is b[1] or a[1].text == b[1].text)
            for a, b in zip(self.lines, other.lines, strict=True)
        )

    def holds(self, unit: Unit, line: int) -> bool:
        """Return whether `line` of the document belongs to a logical line."""
        return self.line + unit.line <= line < self.line + unit.line + unit.code.height

    def unit_at(self, line: int) -> Unit | None:
        """Return the logical line that holds line `line` of the document."""
        relative = line - self.line
        index = bisect_right(self.lines, relative, key=lambda pair: pair[0]) - 1
        if index < 0:
            return None
        start, code = self.lines[index]
        return Unit(start, code) if relative < start + code.height else None

    def position(self, unit: Unit, offset: int) -> Position:
        """Return the document position of `offset` in a logical line's text."""
        return self.place(unit.line, unit.code, offset)

    def place(self, line: int, code: LogicalLine, offset: int) -> Position:
        """Return the document position of `offset` in the code at line `line` of this chunk."""
        if code.height == 1:
            return Position(self.line + line, offset)
        before = code.text.count("\n", 0, offset)
        return Position(self.line + line + before, offset - (code.text.rfind("\n", 0, offset) + 1))

    def span(self, unit: Unit, start: int, end: int) -> Span:
        """Return the span of two offsets of a logical line."""
        return Span(self.position(unit, start), self.position(unit, end))


class Program:
    """The chunks of a document: one text, or several cells whose code runs in order."""

    def __init__(self, cells: Sequence[str]) -> None:
        self.lines: list[str] = []
        self.chunks: list[Chunk] = []
        self._breaks: list[int] = []
        self.update(cells)

    def update(self, cells: Sequence[str]) -> None:
        """Replace the text of all cells. Chunks with unchanged lines stay the same objects."""
        for _ in self.slices(cells):
            pass

    def slices(self, cells: Sequence[str]) -> Iterator[None]:
        """Update in slices. If the caller stops early, the program stays as it was."""
        lines: list[str] = []
        breaks: list[int] = []
        for cell in cells:
            breaks.append(len(lines))
            lines += split_lines(cell)
        old = self.lines
        head = _common(old, lines)
        tail = _common_end(old, lines, head)
        if breaks != self._breaks:
            head = tail = 0
        before = self.lines, self._breaks
        self.lines, self._breaks = lines, breaks
        is_done = False
        try:
            yield from self._rescan(head, tail, len(lines) - len(old))
            is_done = True
        finally:
            if not is_done:
                self.lines, self._breaks = before

    def chunk_at(self, line: int) -> Chunk | None:
        """Return the chunk that `line` falls into or comes after."""
        index = bisect_right(self.chunks, line, key=lambda chunk: chunk.line) - 1
        return self.chunks[index] if index >= 0 else None

    def _rescan(self, head: int, tail: int, shift: int) -> Iterator[None]:
        chunks = self.chunks
        kept = next((i for i, chunk in enumerate(chunks) if chunk.line + chunk.reach >= head), len(chunks))
        start = chunks[kept - 1].line + chunks[kept - 1].height if kept else 0
        first_same = len(self.lines) - tail

        def index_at(line: int) -> int | None:
            """Return the index of the old chunk that begins at a line of the unchanged end."""
            index = (
                bisect_left(chunks, line - shift, key=lambda chunk: chunk.line) if line >= first_same else len(chunks)
            )
            return index if index < len(chunks) and chunks[index].line == line - shift else None

        dropped: dict[str, LogicalLine] = {}
        for chunk in chunks[kept:]:
            if chunk.line >= first_same - shift:
                break
            dropped.update((code.text, code) for _, code in chunk.lines)
        yield
        fresh, resumed = yield from self._scan(start, index_at, dropped)
        rest = chunks[resumed:] if resumed is not None else []
        if shift:
            for chunk in rest:
                chunk.line += shift
        self.chunks = chunks[:kept] + _reused(fresh, chunks[kept : len(chunks) - len(rest)]) + rest

    def _scan(
        self, start: int, index_at: Callable[[int], int | None], known: dict[str, LogicalLine]
    ) -> Generator[None, None, tuple[list[Chunk], int | None]]:
        """Return the chunks from line `start` on, and the index of the first old chunk that begins where one does."""
        chunks: list[Chunk] = []
        current: list[tuple[int, LogicalLine]] = []
        first, base, decorated, cell, reach = start, 0, False, -1, 0
        for line, text, looked in self._logical_lines(start, known):
            code = known.get(text)
            if code is None:
                code = LogicalLine(text)
                code.alone = code.height == 1 and looked == line
            fresh_cell = bisect_right(self._breaks, line) != cell
            cell = bisect_right(self._breaks, line)
            outermost = code.indent <= base and code.word not in _CLAUSES and not decorated
            if not current or fresh_cell or outermost:
                if current:
                    chunks.append(Chunk(first, current, max(reach, line)))
                resumed = index_at(line)
                if resumed is not None:
                    return chunks, resumed
                if chunks and len(chunks) % _SLICE == 0:
                    yield
                current, first, reach = [], line, 0
                base = code.indent
            reach = max(reach, looked)
            current.append((line - first, code))
            decorated = code.indent <= base and code.word == "@"
        if current:
            chunks.append(Chunk(first, current, len(self.lines)))
        return chunks, None

    def _logical_lines(self, line: int, known: dict[str, LogicalLine]) -> Iterator[tuple[int, str, int]]:
        """Yield the first line, the text and the last examined line of each logical line."""
        lines, total = self.lines, len(self.lines)
        while line < total:
            text = lines[line]
            if text in known and known[text].alone:
                yield line, text, line
                line += 1
                continue
            stripped = text.strip()
            if not stripped or stripped[0] == "#" or (stripped[0] == "{" and _TEMPLATE.fullmatch(stripped)):
                line += 1
                continue
            plain = _PLAIN.match(text) is not None
            end, reach = (line + 1, line) if plain else logical_end(lines, line, self._next_break(line))
            yield line, text if end == line + 1 else "\n".join(lines[line:end]), reach
            line = end

    def _next_break(self, line: int) -> int:
        index = bisect_right(self._breaks, line)
        return self._breaks[index] if index < len(self._breaks) else len(self.lines)


def _head_of(text: str) -> str:
    """Return the part of a logical line to parse. A very long line is a literal of data, so only its head is parsed."""
    if len(text) <= _LONGEST:
        return text
    cut = max(text.rfind("\n", 0, _HEAD), text.rfind(",", 0, _HEAD))
    return text[: cut if cut > 0 else _HEAD]


def _is_zenml(node: ImportFrom) -> bool:
    return node.module.split(".", 1)[0] == "zenml"


def _tree(lines: Sequence[tuple[int, LogicalLine]]) -> list[Unit]:
    """Nest logical lines by their indentation."""
    top: list[Unit] = []
    stack: list[tuple[int, Unit]] = []
    for line, code in lines:
        unit = Unit(line, code)
        while stack and code.indent <= stack[-1][0]:
            stack.pop()
        (stack[-1][1].body if stack else top).append(unit)
        if len(stack) < _DEEPEST and (code.word in _ALWAYS_HEADERS or unit.header is not None):
            stack.append((code.indent, unit))
    return top


def _reused(fresh: list[Chunk], old: list[Chunk]) -> list[Chunk]:
    """Return the new chunks. An old chunk with the same code replaces a new one."""
    remaining = list(old)
    result: list[Chunk] = []
    for chunk in fresh:
        for index, candidate in enumerate(remaining):
            if candidate.same(chunk):
                candidate.line, candidate.reach = chunk.line, chunk.reach
                chunk = candidate
                del remaining[: index + 1]
                break
        result.append(chunk)
    return result


def _common(a: list[str], b: list[str]) -> int:
    """Return the number of equal lines at the start."""
    size = min(len(a), len(b))
    if a[:size] == b[:size]:
        return size
    low, high = 0, size
    while high - low > 1:
        middle = (low + high) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _common_end(a: list[str], b: list[str], head: int) -> int:
    """Return the number of equal lines at the end, after the `head` equal ones at the start."""
    size = min(len(a), len(b)) - head
    count = 0
    while count < size:
        step = min(64, size - count)
        if a[len(a) - count - step : len(a) - count] == b[len(b) - count - step : len(b) - count]:
            count += step
            continue
        while a[len(a) - 1 - count] == b[len(b) - 1 - count]:
            count += 1
        break
    return count
