"""Find where a name can be typed: in a string, or where a call or subscript expects one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeGuard

from pipesight.code.evaluation.joins import common_of
from pipesight.code.evaluation.records import Denotation, Literal, Opening, Records
from pipesight.code.evaluation.words import details_of, version_owner
from pipesight.code.model import Position, Slot, Thing
from pipesight.code.syntax.program import Chunk
from pipesight.code.syntax.tokens import is_formatted
from pipesight.code.syntax.tree import Argument, Call, Missing, Name, Node, String, Subscript, called
from pipesight.zenml.declarations import Parameter
from pipesight.zenml.kinds import Generation, Kind


def slot_in(chunk: Chunk, records: Iterable[Records], position: Position, *, by_index: bool = False) -> Slot | None:
    """Return the slot at `position`: in a string, or where a call or subscript expects a name.

    With `by_index`, return also a slot that takes the index of a list.
    """
    where = _offset(chunk, position)
    if where is None:
        return None
    line, offset = where
    all_records = list(records)
    in_strings = _in_strings(chunk, all_records, line, offset)
    if in_strings:
        return _merged(in_strings)
    openings = [
        opening
        for each in all_records
        for opening in each.openings
        if opening.unit.line == line and (by_index or not opening.by_index)
    ]
    openings.sort(key=lambda opening: opening.node.open, reverse=True)
    slots: list[tuple[int, Slot]] = []
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
                slots.append((node.open, slot))
    innermost = [slot for opened, slot in slots if opened == slots[0][0]]
    return _merged(innermost) if innermost else None


def _merged(slots: Sequence[Slot]) -> Slot:
    """Return one slot for the alternative slots at one position."""
    first = slots[0]
    owners = tuple(dict.fromkeys(each.owner for each in slots if each.owner is not None and each.kind is first.kind))
    owners = tuple(dict.fromkeys((*owners, *(owner for each in slots for owner in each.owners))))
    if len(owners) < 2:
        return first
    return replace(first, owner=common_of(owners), owners=owners)


def _in_strings(chunk: Chunk, records: Iterable[Records], line: int, offset: int) -> list[Slot]:
    """Return the slots of the string at an offset: one for each alternative of the object that takes the string."""
    slots: list[Slot] = []
    for each in records:
        for found in each.found:
            literal = found.literal
            if literal is None or found.unit.line != line or not found.start <= offset <= found.end:
                continue
            if isinstance(literal.node, String):
                slots.append(_in_string(chunk, found, literal.node, (found.start, found.end), offset))
            elif (slot := _in_part(chunk, found, literal, offset)) is not None:
                slots.append(slot)
    return slots


def _in_part(chunk: Chunk, found: Denotation, literal: Literal, offset: int) -> Slot | None:
    """Return the slot in one of several strings side by side, or between the fields of an f-string."""
    nodes = literal.nodes
    for index, node in enumerate(nodes):
        if isinstance(node, String) and node.inner_start <= offset <= node.inner_end:
            before, after = literal.parts[:index], literal.parts[index + 1 :]
            if None in before or None in after:
                return None
            slot = _in_string(chunk, found, node, (node.inner_start, node.inner_end), offset)
            return replace(slot, before="".join(map(str, before)), after="".join(map(str, after)))
    return None


def _in_string(chunk: Chunk, found: Denotation, string: String, content: tuple[int, int], offset: int) -> Slot:
    start, end = content
    thing = found.thing
    return Slot(
        thing.kind,
        thing.owner,
        chunk.span(found.unit, start, end),
        found.unit.code.text[start:offset],
        string.quote,
        string.closed,
        "r" in string.prefix,
        None,
        thing.generation,
        details=thing.details,
        formatted=is_formatted(string.prefix),
        owners=tuple(each.owner for each in found.things if each.owner is not None),
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
        by_keyword = argument.keyword is not None
        parameter = member.parameter(None if by_keyword else position, argument.keyword)
        if parameter is not None and parameter.defines and _is_inside(argument.value, offset):
            return _new_name(chunk, opening, parameter, argument.value, offset)
        if _at(argument, offset, text):
            if by_keyword:
                return _bare(chunk, opening, parameter, argument.value, offset, None) if parameter else None
            return _bare(chunk, opening, parameter, argument.value, offset, _keyword(parameter, opening.generation))
    between = text[node.open : offset].rstrip()
    if between and not between.endswith(","):
        return None
    given = {argument.keyword for argument in node.arguments}
    parameter = member.parameter(position, None)
    if parameter is not None and any(name in given for name in parameter.names):
        return None
    return _bare(chunk, opening, parameter, None, offset, _keyword(parameter, opening.generation))


def _is_inside(value: Node, offset: int) -> TypeGuard[String]:
    return isinstance(value, String) and value.inner_start <= offset <= value.inner_end


def _new_name(chunk: Chunk, opening: Opening, parameter: Parameter, string: String, offset: int) -> Slot | None:
    """Return the slot in a string that names something new. Existing names are offered there as examples."""
    if parameter.kind is None or is_formatted(string.prefix):
        return None
    return Slot(
        parameter.kind,
        None,
        chunk.span(opening.unit, string.inner_start, string.inner_end),
        opening.unit.code.text[string.inner_start : offset],
        string.quote,
        string.closed,
        "r" in string.prefix,
        None,
        opening.generation,
        details=opening.details,
    )


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
    if parameter is None or parameter.kind is None or parameter.identifier:
        return None
    if parameter.defines:
        return _outside(chunk, opening, parameter.kind, None, value, offset, keyword)
    if not parameter.kind.is_site:
        return _bare_word(chunk, opening, parameter, value, offset)
    owner = opening.owner if parameter.kind not in (Kind.PIPELINE, Kind.STACK) else None
    return _outside(chunk, opening, parameter.kind, owner, value, offset, keyword)


def _bare_word(chunk: Chunk, opening: Opening, parameter: Parameter, value: Node | None, offset: int) -> Slot | None:
    kind = parameter.kind
    assert kind is not None
    owner = version_owner(parameter, opening.named) if kind is Kind.VERSION else None
    slot = _outside(chunk, opening, kind, owner, value, offset, None)
    call = called(opening.node) if isinstance(opening.node, Call) else ""
    return replace(slot, details=(*slot.details, *details_of(parameter, call)))


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
    """Return the index of a position's logical line in its chunk, and the offset in that line's text."""
    unit = chunk.unit_at(position.line)
    if unit is None:
        return None
    offset = 0
    text = unit.code.text
    for _ in range(position.line - chunk.line - unit.line):
        offset = text.index("\n", offset) + 1
    end = text.find("\n", offset)
    length = (len(text) if end < 0 else end) - offset
    # The text of a line lacks its trailing blanks, but the cursor can stand behind them.
    return unit.line, offset + min(position.column, length)
