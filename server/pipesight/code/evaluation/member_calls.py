"""Evaluate calls of ZenML's members and functions, which the tables of its API describe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pipesight.code.model import CallDetails, Thing
from pipesight.code.syntax.tree import Argument, Call, Constant, Missing, String
from pipesight.zenml import api, declarations
from pipesight.zenml.declarations import How, Member, Parameter, Type
from pipesight.zenml.kinds import Detail, Generation, Kind

from .alternatives import only, says_nothing
from .evaluation import Evaluation
from .giving import give_name
from .joins import join
from .naming import Asked, denote, denoted
from .objects import Loaded, Many, Object
from .records import Opening
from .values import NONE, UNKNOWN, Frame, Integer, Package, Text, Value
from .words import OPERATIONS, WordArgument, WordCall, record_words

_ACTIVE_PROJECT = "<active project>"  # the variable that set_active_project sets. No Python name can collide with it
_OWNERS = (Kind.PIPELINE, Kind.RUN)
_OF_WORDS = (Detail.PROJECT, Detail.ACTIVE_PROJECT, Detail.TYPE)
_ENUMS = "zenml.enums."  # the value of a member is the member's name in lower case


@dataclass(frozen=True, slots=True)
class MemberCall:
    """A call of a member or function of ZenML, and the owner that its receiver determines."""

    node: Call
    member: Member
    name: str
    owner: Thing | None
    generation: Generation | None


@dataclass(slots=True)
class _MemberArguments:
    """The arguments of a call that gets things of the history.

    `naming` are the arguments that name things, owners first. `words` are the arguments that are words. `details` are
    the details of the result that the arguments give. `narrowed` is True if a filter other than an owner or a name
    restricts the result.
    """

    naming: list[tuple[Argument, Parameter, Value]] = field(
        default_factory=list[tuple[Argument, Parameter, Value]],
    )
    words: list[WordArgument] = field(default_factory=list[WordArgument])
    details: dict[Detail, str | int | None] = field(default_factory=dict[Detail, "str | int | None"])
    narrowed: bool = False

    @property
    def told(self) -> CallDetails:
        """Return the details of the result that the arguments give."""
        return tuple(self.details.items())

    def scope(self) -> CallDetails:
        """Return the details that also hold for the owners of the result."""
        return tuple(each for each in self.told if each[0] in (Detail.PROJECT, Detail.ACTIVE_PROJECT))

    def scope_of_words(self) -> CallDetails:
        """Return the details that also hold for the words."""
        return tuple(each for each in self.told if each[0] in _OF_WORDS)

    def of(self, parameter: Parameter) -> CallDetails:
        """Return the details that hold for the thing that this parameter names."""
        if parameter.filters:
            return self.scope()
        return tuple(each for each in self.told if each[0] is not Detail.PREFIX or parameter.takes_prefix)


_ThingsByKind = dict[Kind, "tuple[Thing | None, ...]"]


def call_member(ev: Evaluation, asked: MemberCall, receiver: Object | None, frame: Frame) -> Value:
    given_ = _arguments(ev, asked, receiver, frame)
    if asked.member.switches is not None:
        _switch(ev, asked.node, frame)
    named = _named_things(ev, asked, given_, frame)
    if ev.quiet == 0 and asked.member.parameters:
        _record_openings(ev, asked, named, given_)
    if asked.member.how is How.SAME:
        return UNKNOWN if receiver is None else receiver
    if asked.member.how is How.LOAD:
        things = named.get(Kind.ARTIFACT) or (asked.owner,)
        return join(Loaded(thing) if thing is not None else UNKNOWN for thing in things)
    if asked.member.result is None:
        return UNKNOWN
    give = _GIVEN.get(asked.member.how, _made)
    return give(asked, asked.member.result, named, given_)


def _record_openings(ev: Evaluation, asked: MemberCall, named: _ThingsByKind, given_: _MemberArguments) -> None:
    """Record the position of a call that takes names, and the words in its arguments."""
    things = [thing for many in named.values() for thing in many if thing is not None]
    things += [asked.owner] if asked.owner is not None else []
    scope = given_.scope_of_words()
    details = (*scope, *asked.member.tells)
    opening = Opening(ev.unit, asked.node, asked.owner, asked.generation, asked.member, details=details)
    ev.outcome.records.openings.append(replace(opening, named=tuple(things)) if things else opening)
    record_words(ev, WordCall(asked.node, asked.name, asked.generation, things, scope), given_.words)


def _arguments(ev: Evaluation, asked: MemberCall, receiver: Object | None, frame: Frame) -> _MemberArguments:
    """Evaluate the arguments."""
    found = _MemberArguments(details=dict(asked.member.tells))
    if receiver is not None and receiver.type is Type.CLIENT and asked.member.switches is None:
        active = ev.known(frame, _ACTIVE_PROJECT)
        if not says_nothing(active):
            found.details[Detail.ACTIVE_PROJECT] = _plain_detail(active)
    position = 0
    for argument in asked.node.arguments:
        value = ev.value(argument.value, frame)
        if argument.stars or (argument.keyword is None and isinstance(argument.value, Missing)):
            found.narrowed = True
            continue
        parameter = asked.member.parameter(position, argument.keyword)
        position += argument.keyword is None
        if parameter is not None and parameter.kind is not None and parameter.kind.is_site:
            found.naming.append((argument, parameter, value))
            if parameter.takes_prefix and asked.generation is Generation.MODERN and not _wants_whole_name(asked.node):
                found.details[Detail.PREFIX] = 1
        else:
            if parameter is not None and parameter.kind is not None:
                found.words.append(WordArgument(argument, parameter, value))
            _take_detail(found, parameter, argument, value)
    found.naming.sort(key=lambda each: _OWNERS.index(each[1].kind) if each[1].kind in _OWNERS else len(_OWNERS))
    return found


def _wants_whole_name(node: Call) -> bool:
    """Return whether a call may refuse the beginning of a name: `allow_name_prefix_match=False`."""
    given = (each.value for each in node.arguments if each.keyword == "allow_name_prefix_match")
    return any(not (isinstance(each, Constant) and each.value is True) for each in given)


def _take_detail(found: _MemberArguments, parameter: Parameter | None, argument: Argument, value: Value) -> None:
    detail = declarations.DETAILS.get(parameter.names[0] if parameter is not None else argument.keyword or "")
    if detail is None:
        found.narrowed = found.narrowed or argument.keyword not in ("hydrate", "allow_name_prefix_match")
    elif value != NONE:
        found.details[detail] = _plain_detail(value)


def _named_things(ev: Evaluation, asked: MemberCall, found: _MemberArguments, frame: Frame) -> _ThingsByKind:
    """Record the arguments that name something. Return the things, by kind."""
    named: _ThingsByKind = {}
    result = asked.member.result
    for argument, parameter, value in found.naming:
        kind = parameter.kind
        assert kind is not None
        owner = _owner_of(kind, asked.owner, named)
        if parameter.defines or (parameter.defines_beside and _gives(asked.node, parameter.defines_beside)):
            give_name(ev, kind, argument.value, value, frame)
            lookup = Asked(kind, owner, asked.generation, asked.name, asked.node, details=found.told)
            named[kind] = (denoted(only(value), lookup),)
            continue
        lookup = Asked(kind, owner, asked.generation, asked.name, asked.node, argument.keyword, found.of(parameter))
        named[kind] = _argument(ev, argument, parameter, value, lookup)
        is_told = result is None or _is_told(named[kind], kind, result)
        found.narrowed = found.narrowed or (parameter.filters and not is_told)
    return named


def _only_one(named: _ThingsByKind, kind: Kind) -> Thing | None:
    things = named.get(kind, ())
    return things[0] if len(things) == 1 else None


def _owner_of(kind: Kind, owner: Thing | None, named: _ThingsByKind) -> Thing | None:
    """Return the owner of a named thing: the receiver, or the run or pipeline that another argument names."""
    belongs = owner if kind is not Kind.STACK and kind is not Kind.PIPELINE else None
    if belongs is not None or kind not in (Kind.RUN, Kind.STEP):
        return belongs
    run = _only_one(named, Kind.RUN) if kind is Kind.STEP else None
    return run or _only_one(named, Kind.PIPELINE)


def _argument(
    ev: Evaluation, argument: Argument, parameter: Parameter, value: Value, lookup: Asked
) -> tuple[Thing | None, ...]:
    """Return the things that an argument may name."""
    if parameter.identifier:
        text = only(value)
        return (text.of if isinstance(text, Text) and text.of is not None and text.of.kind is lookup.kind else None,)
    if isinstance(argument.value, String) and argument.value.text.startswith(OPERATIONS):
        return (None,)
    return denote(ev, argument.value, value, lookup)


def _named(asked: MemberCall, result: Type, named: _ThingsByKind, found: _MemberArguments) -> Value:
    unnamed = None
    if result.kind is not None:
        unnamed = Thing(result.kind, owner=asked.owner, generation=asked.generation, details=found.told)
    things = named.get(result.kind, ()) if result.kind else ()
    return join(Object(result, thing or unnamed, asked.generation) for thing in things or (unnamed,))


def _every(asked: MemberCall, result: Type, named: _ThingsByKind, found: _MemberArguments) -> Value:
    kinds = [kind for kind in (Kind.RUN, Kind.PIPELINE) if kind is not result.kind and kind in named]
    owners = named[kinds[0]] if kinds else (asked.owner,)
    same = _only_one(named, result.kind) if result.kind is not None else None
    name = same.name if same is not None else None
    keyed, told = asked.member.keyed, found.told
    if asked.name in api.LISTS_VERSIONS and name is not None and Detail.VERSION not in found.details:
        told = (*told, (Detail.VERSION, None))
    return join(Many(result, each, asked.generation, keyed, found.narrowed, name, told) for each in owners)


def _picked(asked: MemberCall, result: Type, named: _ThingsByKind, found: _MemberArguments) -> Value:
    if result.kind is None:
        return _made(asked, result, named, found)
    thing = Thing(result.kind, None, asked.member.which, None, asked.owner, asked.generation)
    return Object(result, thing, asked.generation)


def _owner(asked: MemberCall, result: Type, named: _ThingsByKind, found: _MemberArguments) -> Value:
    return Object(result, asked.owner, asked.generation) if result.kind else _made(asked, result, named, found)


def _made(asked: MemberCall, result: Type, named: _ThingsByKind, found: _MemberArguments) -> Value:
    return Object(result, Thing(result.kind) if result.kind else None, asked.generation)


_GIVEN: dict[How, Callable[[MemberCall, Type, _ThingsByKind, _MemberArguments], Value]] = {
    How.NAMED: _named,
    How.EVERY: _every,
    How.PICK: _picked,
    How.UP: _owner,
}


def _switch(ev: Evaluation, node: Call, frame: Frame) -> None:
    """Record that later requests go to another project: `client.set_active_project("other")`."""
    value = only(ev.quietly(node.arguments[0].value, frame)) if node.arguments else UNKNOWN
    frame.globals.add(_ACTIVE_PROJECT)
    ev.bind(frame, _ACTIVE_PROJECT, value if isinstance(value, Text) else Text(None))


def _plain_detail(value: Value) -> str | int | None:
    """Return the value of a detail, None if it is unknown."""
    value = only(value)
    if isinstance(value, Integer):
        return value.value
    if isinstance(value, Package) and value.name.startswith(_ENUMS):
        return value.name.rpartition(".")[2].lower()
    return value.text if isinstance(value, Text) else None


def _gives(node: Call, parameter: str) -> bool:
    """Return whether a call passes its first parameter, which has this name."""
    return any(argument.keyword in (None, parameter) for argument in node.arguments)


def _is_told(things: tuple[Thing | None, ...], kind: Kind, result: Type) -> bool:
    """Return whether a filter leaves members of one owner, or of one name."""
    if kind is result.kind:
        return len(things) == 1 and things[0] is not None and things[0].name is not None
    return kind is Kind.PIPELINE or (kind is Kind.RUN and result is Type.STEP)
