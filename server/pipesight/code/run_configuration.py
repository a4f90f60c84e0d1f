"""Find the steps and parameters that a ZenML run configuration in YAML names, and where a name can be typed.

PyYAML returns the nodes with their positions. Half-typed lines are blanked out one by one until the rest is valid YAML.
The position of the cursor in the tree follows from the indentation alone, because the line that is being typed is
seldom valid YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from pipesight.zenml.configuration_keys import OLD_RUN_KEYS, OLD_STEP_KEYS, RUN_KEYS, STEP_KEYS
from pipesight.zenml.kinds import Kind

from .model import Position, Span

if TYPE_CHECKING:
    from yaml.error import MarkedYAMLError
    from yaml.nodes import MappingNode, Node

SUFFIXES = (".yaml", ".yml")

_LARGEST = 50_000  # characters. PyYAML reads about 100,000 of them in a second
_MENDS = 5  # lines that are blanked out before the text counts as something else than YAML
_OTHER_LINE_ENDS = re.compile("[\x85\u2028\u2029]")  # PyYAML counts them as line ends, but editors do not
_HEADER = re.compile(r"(\s*)([\"']?)([^\s#\"'\[{-][^:#\"']*?)\2\s*:\s*(?:&\S+\s*)?(?:#.*)?\Z")
_ENTRY = re.compile(r"(\s*)([\"']?)([^\s#\"'\[{-][^:#\"']*?)\2\s*:(?:\s|\Z)")
_KEY_BEFORE = re.compile(r"( *)([\"']?)([\w.:/-]*)\Z")
_BARE_WORD = re.compile(r" *[\"']?[\w./-]+[\"']?\s*\Z")  # a key without its colon
_ITEM_BEFORE = re.compile(r"( *)-\s+([\"']?)([\w.:/-]*)\Z")
_VALUE_BEFORE = re.compile(r"( *)([\w.-]+)\s*:\s+([\"']?)([\w.:/-]*)\Z")
_WORD_AFTER = re.compile(r"[\w./-]*")


@dataclass(frozen=True, slots=True)
class ConfiguredName:
    """A step, or a parameter of the pipeline or of a `step`, that a configuration names. `span` is the name's place."""

    kind: Kind
    name: str
    span: Span
    step: str | None = None


@dataclass(frozen=True, slots=True)
class RunConfiguration:
    """A YAML file read as a run configuration. `has_shape` is True if its keys show that it is one."""

    names: tuple[ConfiguredName, ...]
    has_shape: bool

    def at(self, position: Position) -> ConfiguredName | None:
        """Return the name at a position."""
        return next((each for each in self.names if each.span.contains(position)), None)


class Expected(str, Enum):
    """The kind of name that can be typed at a position of a run configuration."""

    RUN_KEY = "run key"
    STEP = "step"
    STEP_KEY = "step key"
    PARAMETER = "parameter"
    MODEL_KEY = "model key"
    MODEL = "model"
    MODEL_VERSION = "model version"
    SETTING = "setting"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class ConfigurationSlot:
    """A place where a name can be typed. `replace` is the span that an accepted name replaces.

    `taken` are the keys that the mapping already has. `step` is the step around the place. `model` is the name of the
    model whose version is expected. `needs_colon` is True for a key that has no colon yet.
    """

    expected: Expected
    replace: Span
    prefix: str
    step: str | None = None
    model: str | None = None
    taken: frozenset[str] = frozenset()
    needs_colon: bool = False


@lru_cache(16)
def parse(text: str) -> RunConfiguration | None:
    """Return a text read as a run configuration, or None if it is no YAML mapping."""
    from yaml.nodes import MappingNode

    root = _composed(text)
    if not isinstance(root, MappingNode):
        return None
    return RunConfiguration(tuple(_names(root)), _has_shape(root))


def _composed(text: str) -> Node | None:
    """Return the tree of a text. Lines that are not valid YAML are blanked out."""
    import yaml

    if len(text) > _LARGEST or _OTHER_LINE_ENDS.search(text):
        return None
    lines = text.split("\n")
    for _ in range(_MENDS):
        try:
            return cast("Node | None", yaml.compose("\n".join(lines), Loader=yaml.SafeLoader))
        except RecursionError:
            return None
        except yaml.MarkedYAMLError as error:
            if not _blank(lines, error):
                return None
        except yaml.YAMLError:
            return None
    return None


def _blank(lines: list[str], error: MarkedYAMLError) -> bool:
    """Blank out the line that causes an error, and return whether there is one.

    PyYAML notices an unclosed bracket or quote, or a key without its colon, only on a later line.
    """
    is_open = error.context is not None and "block" not in error.context
    marks = (error.context_mark if is_open else None, error.problem_mark, error.context_mark)
    numbers = [mark.line for mark in marks if mark is not None]
    above = [number - 1 for number in numbers if 0 < number <= len(lines) and _BARE_WORD.match(lines[number - 1])]
    for number in (*above, *numbers, *(number - 1 for number in numbers)):
        if 0 <= number < len(lines) and lines[number].strip():
            lines[number] = ""
            return True
    return False


def _entries(node: object) -> Iterator[tuple[str, Node, Node]]:
    """Yield the plain keys of a mapping with the nodes of key and value. Aliases are left out."""
    from yaml.nodes import MappingNode, ScalarNode

    for key, value in node.value if isinstance(node, MappingNode) else ():
        is_alias = value.start_mark.index < key.end_mark.index
        if isinstance(key, ScalarNode) and key.value and key.value != "<<" and not is_alias:
            yield key.value, key, value


def _names(root: MappingNode) -> Iterator[ConfiguredName]:
    for key, _, value in _entries(root):
        if key == "parameters":
            yield from _named(Kind.PARAMETER, value, None)
        elif key == "steps":
            yield from _named(Kind.STEP, value, None)
            for step, _, configured in _entries(value):
                for inner, _, parameters in _entries(configured):
                    if inner == "parameters":
                        yield from _named(Kind.PARAMETER, parameters, step)


def _named(kind: Kind, node: object, step: str | None) -> Iterator[ConfiguredName]:
    for name, key, _ in _entries(node):
        start, end = key.start_mark, key.end_mark
        quotes = 1 if getattr(key, "style", None) in ("'", '"') else 0
        span = Span(Position(start.line, start.column + quotes), Position(end.line, end.column - quotes))
        if start.line == end.line and span.end.column - span.start.column == len(name):
            yield ConfiguredName(kind, name, span, step)


def _has_shape(root: MappingNode) -> bool:
    """Return whether all keys are those of a run configuration, and some step has a key of a step."""
    from yaml.nodes import MappingNode, ScalarNode

    keys = {key for key, _, _ in _entries(root)}
    steps = next((value for key, _, value in _entries(root) if key == "steps"), None)
    if not keys <= {*RUN_KEYS, *OLD_RUN_KEYS} or not isinstance(steps, MappingNode):
        return False
    configured = [value for _, _, value in _entries(steps)]
    empty = [each for each in configured if isinstance(each, ScalarNode) and not each.value]
    if len(empty) + sum(isinstance(each, MappingNode) for each in configured) < len(configured):
        return False
    inner = {key for each in configured for key, _, _ in _entries(each)}
    return bool(inner & set(STEP_KEYS)) and inner <= {*STEP_KEYS, *OLD_STEP_KEYS}


# Where names can be typed


def slot_at(text: str, position: Position) -> ConfigurationSlot | None:
    """Return the slot at a position, which the indentation of the lines around it determines."""
    lines = text.split("\n")
    line = lines[position.line].rstrip("\r") if position.line < len(lines) else ""
    before, after = line[: position.column], line[position.column :]
    if (match := _KEY_BEFORE.match(before)) is not None:
        path = _path(lines, position.line, len(match[1]))
        return _key_slot(lines, position, path, match, after) if path is not None else None
    if (match := _ITEM_BEFORE.match(before)) is not None:
        path = _path(lines, position.line, len(match[1]) + 1)
        return _slot(Expected.TAG, position, match[3], after) if path is not None and path[-1:] == ("tags",) else None
    if (match := _VALUE_BEFORE.match(before)) is not None:
        path = _path(lines, position.line, len(match[1]))
        return _value_slot(lines, position, path, match, after) if path is not None else None
    return None


def _path(lines: Sequence[str], number: int, indent: int) -> tuple[str, ...] | None:
    """Return the keys of the mappings around a line. None if the line is in something else."""
    path: list[str] = []
    for line in reversed(lines[:number]):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        depth = len(line) - len(line.lstrip(" "))
        if depth >= indent:
            continue
        match = _HEADER.match(line.rstrip("\r"))
        if match is None:
            return None
        path.append(match[3])
        indent = depth
        if depth == 0:
            break
    return tuple(reversed(path)) if indent == 0 or not path else None


def _key_slot(
    lines: Sequence[str], position: Position, path: tuple[str, ...], match: re.Match[str], after: str
) -> ConfigurationSlot | None:
    found = _KEYS.get("/".join((*path[:1], "*", *path[2:]) if path[:1] == ("steps",) and path[1:] else path))
    if found is None:
        return None
    step = path[1] if len(path) > 1 and path[0] == "steps" else None
    has_colon = after[_length(after) :].lstrip("\"' ").startswith(":")
    taken = _siblings(lines, position.line, len(match[1]))
    return _slot(found, position, match[3], after, step, taken=taken, needs_colon=not has_colon)


_KEYS = {
    "": Expected.RUN_KEY,
    "steps": Expected.STEP,
    "steps/*": Expected.STEP_KEY,
    "steps/*/parameters": Expected.PARAMETER,
    "parameters": Expected.PARAMETER,
    "model": Expected.MODEL_KEY,
    "steps/*/model": Expected.MODEL_KEY,
    "settings": Expected.SETTING,
    "steps/*/settings": Expected.SETTING,
}


def _value_slot(
    lines: Sequence[str], position: Position, path: tuple[str, ...], match: re.Match[str], after: str
) -> ConfigurationSlot | None:
    if path[-1:] != ("model",) or len(path) not in (1, 3) or match[2] not in ("name", "version"):
        return None
    if match[2] == "name":
        return _slot(Expected.MODEL, position, match[4], after)
    model = _sibling_value(lines, position.line, len(match[1]), "name")
    return _slot(Expected.MODEL_VERSION, position, match[4], after, model=model) if model else None


def _slot(
    expected: Expected,
    position: Position,
    prefix: str,
    after: str,
    step: str | None = None,
    *,
    model: str | None = None,
    taken: frozenset[str] = frozenset(),
    needs_colon: bool = False,
) -> ConfigurationSlot:
    start = Position(position.line, position.column - len(prefix))
    end = Position(position.line, position.column + _length(after))
    return ConfigurationSlot(expected, Span(start, end), prefix, step, model, taken, needs_colon)


def _length(after: str) -> int:
    match = _WORD_AFTER.match(after)
    return len(match[0]) if match is not None else 0


def _block(lines: Sequence[str], number: int, indent: int) -> Iterator[str]:
    """Yield the other lines at an indentation, in the same mapping as a line."""
    for part in (reversed(lines[:number]), lines[number + 1 :]):
        for line in part:
            stripped = line.strip()
            if not stripped or stripped.startswith("#"):
                continue
            depth = len(line) - len(line.lstrip(" "))
            if depth < indent:
                break
            if depth == indent:
                yield line


def _siblings(lines: Sequence[str], number: int, indent: int) -> frozenset[str]:
    return frozenset(match[3] for line in _block(lines, number, indent) if (match := _ENTRY.match(line)))


def _sibling_value(lines: Sequence[str], number: int, indent: int, key: str) -> str | None:
    for line in _block(lines, number, indent):
        match = _ENTRY.match(line)
        if match is not None and match[3] == key:
            return line[match.end() :].partition(" #")[0].strip().strip("\"'") or None
    return None
