"""Define the abstract values of ZenML: its objects, collections of them, and the names that code imports."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipesight.code.model import CallDetails, Thing
from pipesight.zenml.declarations import Type
from pipesight.zenml.kinds import Detail, Generation, Which


@dataclass(frozen=True, slots=True)
class Object:
    """A ZenML object. `thing` is the thing that it stands for, or None."""

    type: Type
    thing: Thing | None = None
    generation: Generation | None = None

    def many(self, *, keyed: bool) -> Many:
        """Return a collection of things of this type."""
        return Many(self.type, None, self.generation, keyed)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The Python value of an output, as `.load()` gives it, or the part of it at a key. `thing` is either."""

    thing: Thing


@dataclass(frozen=True, slots=True)
class StepParameter:
    """A step that a pipeline of the first releases takes as a parameter."""

    name: str


@dataclass(frozen=True, slots=True)
class Symbol:
    """A class or function of ZenML's, by its name in the API table. `given` is the name that a decorator gives."""

    name: str
    legacy: bool = False
    given: str | None = None


@dataclass(frozen=True, slots=True)
class ListPart:
    """The part of a list that a slice takes, by the first and last index in that list. `step` is 1 or -1."""

    first: int = 0
    last: int = -1
    step: int = 1

    @classmethod
    def of(cls, start: int | None, stop: int | None, step: int | None) -> ListPart | None:
        """Return the window of a slice. None if it is not one of this kind, or empty."""
        if step == -1 and start is None and stop is None:
            return cls(-1, 0, -1)
        if step not in (None, 1) or stop == 0:
            return None
        window = cls(start or 0, -1 if stop is None else stop - 1)
        return window if window._length != 0 else None

    @property
    def turned(self) -> ListPart:
        """Return the same part of the reversed list."""
        return ListPart(self.last, self.first, -self.step)

    @property
    def _length(self) -> int | None:
        """Return the number of its elements if the list is long enough, or None if it depends on the list's length."""
        same_end = (self.first < 0) is (self.last < 0)
        return max(0, (self.last - self.first) * self.step + 1) if same_end else None

    def at(self, index: int) -> int | None:
        """Return the index in the list of an element of this part. None if it is not certain."""
        length, end = self._length, self.first if index >= 0 else self.last
        if length is not None and not -length <= index < length:
            return None
        place = end + (index if index >= 0 else index + 1) * self.step
        return place if (place < 0) is (end < 0) else None


@dataclass(frozen=True, slots=True)
class Many:
    """A collection of ZenML objects: `.runs`, `.steps`, a page of a listing, or a choice of them (`chosen`).

    `name` is the name that all of them have: `list_pipelines(name="training")`. `window` is the part in a slice.
    """

    type: Type
    owner: Thing | None
    generation: Generation | None
    keyed: bool | None
    chosen: bool = False
    name: str | None = None
    details: CallDetails = ()
    window: ListPart | None = None

    @property
    def turned(self) -> Many:
        """Return the collection reversed."""
        return replace(self, window=(self.window or ListPart()).turned)

    def part(self, window: ListPart | None) -> Many:
        """Return a part of the collection. Parts of parts are unknown, except a whole part reversed."""
        if window == ListPart(-1, 0, -1):
            return self.turned
        return replace(self, chosen=True) if window is None or self.window is not None else replace(self, window=window)

    @property
    def holds_versions(self) -> bool:
        """Return whether these are the versions of one thing."""
        return self.owner is not None and self.owner.kind is self.type.kind

    def version(self, version: str | None) -> Object:
        """Return the owner of these versions in one of them. The version is None if it is not known."""
        assert self.owner is not None
        thing = replace(self.owner, details=(*self.owner.details, (Detail.VERSION, version)))
        return Object(self.type, thing, self.generation)

    @property
    def element(self) -> Object:
        """Return a value for any one element."""
        return self.picked(Which.ANY, None)

    def picked(self, which: Which, index: int | None) -> Object:
        """Return the one at an index, or any."""
        kind = self.type.kind
        if kind is None:
            return Object(self.type, None, self.generation)
        if self.holds_versions:
            newest = which is Which.INDEX and index == 0 and self.type is Type.PIPELINE
            return Object(self.type, self.owner, self.generation) if newest else self.version(None)
        if self.name is not None:
            is_newest = which is Which.INDEX and index == 0 and self._begins_with_newest
            return (replace(self, details=()) if is_newest else self).named(self.name)
        details = self.details
        if which is Which.INDEX and self.window is not None:
            index = self.window.at(index) if index is not None else None
            which = which if index is not None else Which.ANY
            details = (*details, (Detail.PART, None))
        if self.chosen and which is Which.INDEX:
            which, index = Which.ANY, None
        thing = Thing(kind, None, which, index, self.owner, self.generation, details)
        return Object(self.type, thing, self.generation)

    @property
    def _begins_with_newest(self) -> bool:
        """Return whether the first is the newest version of an artifact. ZenML's own order begins with the oldest."""
        is_sorted = (Detail.SORT, "desc:created") in self.details
        kept = {detail for detail, _ in self.details} <= {Detail.SORT, Detail.VERSION, Detail.SIZE}
        return self.type is Type.ARTIFACT and is_sorted and kept and not self.chosen and self.window is None

    def named(self, name: str | None) -> Object:
        """Return the object with this name."""
        if self.holds_versions:
            return self.version(name)
        kind = self.type.kind
        thing = Thing(kind, name, None, None, self.owner, self.generation, self.details) if kind else None
        return Object(self.type, thing, self.generation)


@dataclass(frozen=True, slots=True)
class ListLength:
    """The length of a collection, less a number."""

    many: Many
    less: int = 0


@dataclass(frozen=True, slots=True)
class CollectionView:
    """`.items`, `.keys` or `.values` of a collection, before or after its call."""

    many: Many
    name: str
    called: bool = False
