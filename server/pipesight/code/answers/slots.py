"""Where a name can be typed: in a string, or where a call or subscript expects one."""

from __future__ import annotations

from collections.abc import Iterable

from pipesight.code.evaluation.records import Found, Opening, Records
from pipesight.code.model import Position, Slot, Thing
from pipesight.code.syntax.program import Chunk
from pipesight.code.syntax.tree import Argument, Call, Missing, Name, Node, String, Subscript
from pipesight.zenml.api import Parameter
from pipesight.zenml.kinds import Generation, Kind


def slot_in(chunk: Chunk, records: Iterable[Records], position: Position, *, by_index: bool = False) -> Slot | None:
    """The place for a name at `position`: in a string, or where a call or subscript expects one.

    With `by_index` also the place for a position in a list.
    """
    where = _offset(chunk, position)
    if where is None:
        return None
    line, offset = where
    all_records = list(records)
    for each in all_records:
        for found in each.found:
            if found.unit.line == line and found.string is not None and found.start <= offset <= found.end:
                return _in_string(chunk, found, found.string, offset)
    openings = [
        opening
        for each in all_records
        for opening in each.openings
        if opening.unit.line == line and (by_index or not opening.by_index)
    ]
    openings.sort(key=lambda opening: opening.node.open, reverse=True)
    for opening in openings:
        node = opening.node
        end = node.end - 1 if node.closed else len(opening.unit.code.text)
        if node.open <= offset <= end:
            slot = (
                _in_call(chunk, opening, node, offset)
                if isinstance(node, Call)
                else _in_subscript(chunk, opening, offset)
            )
            if slot is not None:
                return slot
    return None


def _in_string(chunk: Chunk, found: Found, string: String, offset: int) -> Slot:
    text = found.unit.code.text
    return Slot(
        found.thing.kind,
        found.thing.owner,
        chunk.span(found.unit, found.start, found.end),
        text[found.start : offset],
        string.quote,
        string.closed,
        string.raw,
        None,
        found.thing.generation,
        details=found.thing.details,
    )


def _in_call(chunk: Chunk, opening: Opening, node: Call, offset: int) -> Slot | None:
    member = opening.member
    if member is None:
        return None
    text = opening.unit.code.text
    position = 0
    for argument in node.arguments:
        if argument.keyword is None and argument.end < offset and not isinstance(argument.value, Missing):
            position += 1
        if _at(argument, offset, text):
            if argument.keyword is not None:
                parameter = member.parameter(None, argument.keyword)
                return _bare(chunk, opening, parameter, argument.value, offset, None) if parameter else None
            parameter = member.parameter(position, None)
            return _bare(chunk, opening, parameter, argument.value, offset, _keyword(parameter, opening.generation))
    between = text[node.open : offset].rstrip()
    if between and not between.endswith(","):
        return None
    given = {argument.keyword for argument in node.arguments}
    parameter = member.parameter(position, None)
    if parameter is not None and any(name in given for name in parameter.names):
        return None
    return _bare(chunk, opening, parameter, None, offset, _keyword(parameter, opening.generation))


def _at(argument: Argument, offset: int, text: str) -> bool:
    value = argument.value
    if isinstance(value, Missing):
        blank = text[value.start : offset] if offset >= value.start else text[offset : value.start]
        behind = argument.end if argument.keyword is None else argument.start + len(argument.keyword) + 1
        return behind <= offset and not blank.strip() and (argument.keyword is not None or offset == value.start)
    return isinstance(value, Name) and value.start < offset <= value.end


def _keyword(parameter: Parameter | None, generation: Generation | None) -> str | None:
    if parameter is None:
        return None
    return dict(parameter.written).get(generation) if generation else None


def _bare(
    chunk: Chunk, opening: Opening, parameter: Parameter | None, value: Node | None, offset: int, keyword: str | None
) -> Slot | None:
    if parameter is None or parameter.kind is None or parameter.identifier or parameter.defines:
        return None
    owner = opening.owner if parameter.kind not in (Kind.PIPELINE, Kind.STACK) else None
    return _outside(chunk, opening, parameter.kind, owner, value, offset, keyword)


def _in_subscript(chunk: Chunk, opening: Opening, offset: int) -> Slot | None:
    node = opening.node
    assert isinstance(node, Subscript)
    assert opening.kind is not None
    index = node.index
    if isinstance(index, Missing):
        if opening.unit.code.text[node.open : offset].strip():
            return None
        return _outside(chunk, opening, opening.kind, opening.owner, None, offset, None)
    if isinstance(index, Name) and index.start < offset <= index.end:
        return _outside(chunk, opening, opening.kind, opening.owner, index, offset, None)
    return None


def _outside(
    chunk: Chunk,
    opening: Opening,
    kind: Kind,
    owner: Thing | None,
    value: Node | None,
    offset: int,
    keyword: str | None,
) -> Slot:
    start, end = (value.start, value.end) if isinstance(value, Name) else (offset, offset)
    prefix = opening.unit.code.text[start:offset]
    replace = chunk.span(opening.unit, start, end)
    return Slot(
        kind,
        owner,
        replace,
        prefix,
        None,
        opening.node.closed,
        False,
        keyword,
        opening.generation,
        opening.by_index,
        opening.details,
    )


def _offset(chunk: Chunk, position: Position) -> tuple[int, int] | None:
    """The logical line (counted in its chunk) of a position, and the offset in its text."""
    unit = chunk.unit_at(position.line)
    if unit is None:
        return None
    offset = 0
    text = unit.code.text
    for _ in range(position.line - chunk.line - unit.line):
        offset = text.index("\n", offset) + 1
    end = text.find("\n", offset)
    length = (len(text) if end < 0 else end) - offset
    # Blanks behind the end of a line are not part of its text.
    return unit.line, offset + min(position.column, length)
