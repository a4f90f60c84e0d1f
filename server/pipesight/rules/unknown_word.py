"""Find words that the history does not have, as a part of `unknown-name`: versions, tags, projects, keys, statuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipesight.code.model import Form, Site, Thing
from pipesight.history.sources.lookups import MOST_ENTITIES, MOST_VERSIONS
from pipesight.workspace.find import LATEST, Found
from pipesight.workspace.value_keys import keys_of
from pipesight.workspace.vocabulary import Asking, metadata_of, terms
from pipesight.zenml.kinds import Detail, Kind, Which
from pipesight.zenml.releases import stages

from .checked import CheckedDocument

_IDENTIFIER = re.compile(r"[0-9a-f-]+\Z")  # an id or a prefix of one
_WHOLE_ID = re.compile(r"(?:[0-9a-f]-?){32}\Z")
_READING = ("get_", "update_", "delete_", "set_active_", "detach_", "load_", "list_", "trigger_", "activate_")
_VERSION_READING = ("get_", "delete_", "load_", "update_model_version", "update_artifact_version", "log_metadata")
_VERSION_LOGGING = ("log_artifact_metadata", "log_model_metadata")


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A word that does not exist. `words` are the existing ones, and `where` is the object that should have it.

    With `only_slips`, the word may still be right, unless it is similar to an existing one.
    """

    words: Sequence[str]
    where: str = ""
    only_slips: bool = False


def unknown_word(checked: CheckedDocument, site: Site, word: str) -> UnknownWord | None:
    """Return the words that exist instead of a missing word. None if the word exists, or if that is not certain."""
    rule = _RULES.get(site.kind, _entity if site.kind.is_entity else None)
    return rule(checked, site, word) if rule is not None else None


# Named objects


def _entity(checked: CheckedDocument, site: Site, word: str) -> UnknownWord | None:
    names, call = _names(checked, site), site.call or ""
    if not names or len(names) >= MOST_ENTITIES or not reads(call) or site.keyword in _SELECTING:
        return None
    if _IDENTIFIER.match(word) or any(name.startswith(word) for name in names) or _is_created(checked, site):
        return None
    return UnknownWord(names, only_slips=call.startswith("list_"))


_SELECTING = ("tags", "tag", "add_tags", "remove_tags", "user")  # keywords that accept a new word or only filter


def reads(call: str) -> bool:
    """Return whether a function of ZenML only works with existing objects and creates none."""
    return call.startswith(_READING)


def _project(checked: CheckedDocument, site: Site, word: str) -> UnknownWord | None:
    """Return the projects that exist. Only a slip is certain, because an unknown store may have another project."""
    projects = checked.context.history.projects()
    if not projects or any(each.is_named(word) or each.name.startswith(word) for each in projects):
        return None
    return None if _is_created(checked, site) else UnknownWord([each.name for each in projects], only_slips=True)


def _is_created(checked: CheckedDocument, site: Site) -> bool:
    """Return whether the document creates an object of the name, as in `create_secret("x")` or `add_tags(["x"])`."""
    return any(not reads(call) for call in _calls_with(checked, site))


def _calls_with(checked: CheckedDocument, site: Site) -> Iterator[str]:
    """Yield the calls in the document that get the same word."""
    same = (each for each in checked.document.words if (each.kind, each.name) == (site.kind, site.name))
    return (each.call or "" for each in same)


def _names(checked: CheckedDocument, site: Site) -> list[str] | None:
    found = terms(checked.context, Asking.of(site.thing))
    return None if found is None else list(dict.fromkeys(each.name for each in found))


# Versions


def _version(checked: CheckedDocument, site: Site, word: str) -> UnknownWord | None:
    """Return the versions that exist, if the call needs an existing one. Other calls create the version."""
    owner = site.thing.owner
    call = site.call or ""
    if owner is None or owner.owner is not None or not (call.startswith(_VERSION_READING) or call in _VERSION_LOGGING):
        return None
    names = _names(checked, site)
    if not names or len(names) >= MOST_VERSIONS or word in names or _is_made(checked, site) or _WHOLE_ID.match(word):
        return None
    if owner.kind is Kind.MODEL and (word in (LATEST, *stages()) or _is_number_of_model(checked, owner, word)):
        return None
    return UnknownWord(names, f"{owner.kind} {owner.name!r}")


def _is_made(checked: CheckedDocument, site: Site) -> bool:
    """Return whether the document creates the version, as in `save_artifact(data, "scores", version="2026")`."""
    calls = _calls_with(checked, site)
    return any(not call.startswith((*_READING, "log_")) or call == "log_artifact" for call in calls)


def _is_number_of_model(checked: CheckedDocument, owner: Thing, word: str) -> bool:
    versions = checked.context.history_of(owner).model_versions(owner.name or "")
    return any(each.is_named(word) for each in versions or ())


# Keys


def _metadata(checked: CheckedDocument, site: Site, key: str) -> UnknownWord | None:
    owner = site.thing.owner
    found = checked.context.find(owner) if owner is not None else Found()
    logged = metadata_of(checked.context, owner, found, with_steps="::" in key)
    return _key(checked, site, key, found, list(logged or ()))


def _parameter(checked: CheckedDocument, site: Site, key: str) -> UnknownWord | None:
    owner = site.thing.owner
    found = checked.context.find(owner) if owner is not None else Found()
    return _key(checked, site, key, found, list(found.step.parameters if found.step is not None else ()))


def _value_key(checked: CheckedDocument, site: Site, key: str) -> UnknownWord | None:
    """Return the columns or keys of the loaded value. Another version may have more, so only a slip is certain."""
    owner = site.thing.owner
    found = checked.context.find(owner) if owner is not None else Found()
    if owner is None or found.output is None:
        return None
    known = keys_of(checked.context, owner, found)
    names = [each.name for each in known.keys]
    if not known.complete or not names or key in names or _says_otherwise(checked, site, key):
        return None
    if any(each.kind is Kind.KEY and each.name == key and each.call == "get" for each in checked.document.words):
        return None  # `report.get("f2")` asks for a key that some versions have
    version = f" (version {found.output.version})" if found.output.version else ""
    return UnknownWord(names, f"{Kind.OUTPUT} {found.output.name!r}{version}", only_slips=True)


def _key(checked: CheckedDocument, site: Site, key: str, found: Found, keys: Sequence[str]) -> UnknownWord | None:
    """Return the keys that exist, if the code names a finished run or a version.

    Otherwise the next run may have the key, so only a slip is certain.
    """
    owner = site.thing.owner
    if owner is None or not keys or key in keys or _says_otherwise(checked, site, key):
        return None
    run = owner.nearest(Kind.RUN)
    is_certain = run is not None and run.name is not None and found.run is not None and found.run.status.is_finished
    told = is_certain or owner.says(Detail.VERSION)
    if not told and (found.assumed or _is_any(owner)):
        return None
    where = f"{owner.kind} {owner.name!r}" if owner.name is not None else ""
    return UnknownWord(keys, where, only_slips=not told or site.call == "get")


def _is_any(thing: Thing) -> bool:
    return any(each.which is Which.ANY or (each.name is None and each.which is None) for each in thing.chain())


def _says_otherwise(checked: CheckedDocument, site: Site, key: str) -> bool:
    """Return whether the document contains the key at another place, which may log it."""
    read = sum(1 for each in checked.document.words if each.kind is site.kind and each.name == key)
    return checked.document.text.count(key) > read


# Words of a closed set


def _closed(checked: CheckedDocument, site: Site, word: str) -> UnknownWord | None:
    names = _names(checked, site)
    if not names or word in names or site.form is not Form.LITERAL:
        return None
    return UnknownWord(names, "ZenML", only_slips=True)


def _column(checked: CheckedDocument, site: Site, word: str) -> UnknownWord | None:
    names = _names(checked, site)
    column = word.rpartition(":")[2]
    if not names or not column or column in names or site.form is not Form.LITERAL:
        return None
    return UnknownWord([name for name in names if (":" in name) is (":" in word)], f"{site.call}()")


_RULES: dict[Kind, Callable[[CheckedDocument, Site, str], UnknownWord | None]] = {
    Kind.PROJECT: _project,
    Kind.VERSION: _version,
    Kind.METADATA: _metadata,
    Kind.PARAMETER: _parameter,
    Kind.KEY: _value_key,
    Kind.STATUS: _closed,
    Kind.STAGE: _closed,
    Kind.COLUMN: _column,
}
