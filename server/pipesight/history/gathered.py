"""Collect the stores that a search finds, with notes that explain to people why each was found or not."""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pipesight.history.addresses import mysql_address
from pipesight.history.sources.relocation import moved_below
from pipesight.history.sources.source import Source
from pipesight.history.sources.values import mapping

_LONGEST = 1_000_000  # characters of a configuration file. ZenML writes less than a hundredth of that

SearchOutcome = Literal["found", "absent", "problem", "note"]

NAME_A_STORE = "name a store (the setting pipesight.history, --source in a terminal, history= in Python)"
"""The advice if ZenML's rules find no store."""


@dataclass(frozen=True, slots=True)
class Observation:
    """The outcome for one path, URL or environment variable that the search looked at.

    `detail` is a sentence, or it continues `subject`. `advice` says what to do about a problem.
    """

    subject: str
    outcome: SearchOutcome
    detail: str
    advice: str | None = None


class Gathered:
    """The stores and observations that a search has collected."""

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}
        self._findings: list[Observation] = []

    @property
    def sources(self) -> tuple[Source, ...]:
        """The stores, in the order in which they were found."""
        return tuple(self._sources.values())

    @property
    def findings(self) -> tuple[Observation, ...]:
        """The observations without duplicates, in the order in which they were made."""
        return tuple(dict.fromkeys(self._findings))

    def note(self, subject: str, outcome: SearchOutcome, detail: str, advice: str | None = None) -> None:
        """Add an observation."""
        self._findings.append(Observation(subject, outcome, detail, advice))

    def add(self, source: Source) -> None:
        """Add a store, unless the search has found it already."""
        self._sources.setdefault(source.key, source)

    def file(self, path: Path, *, why: str, projects: Sequence[str] = (), stacks: tuple[str, ...] = ()) -> None:
        """Add a SQLite file. It need not exist yet, because the first run creates it."""
        from pipesight.history.sources.database import DatabaseSource

        if not path.exists():
            advice = f"The first pipeline run creates it. Or {NAME_A_STORE}."
            self.note(str(path), "absent", f"{why}: the file does not exist.", advice)
        else:
            self.note(str(path), "found", why)
        self.add(DatabaseSource(_real(path, self.sources), projects=projects, stacks=stacks))

    def mysql(self, store: Mapping[str, Any], *, projects: Sequence[str], stacks: tuple[str, ...], why: str) -> None:
        """Add a MySQL database, given as ZenML's `store` section."""
        from pipesight.history.sources.database import DatabaseSource

        try:
            address = mysql_address(store)
        except ValueError as error:
            self.note(why, "problem", str(error), "Write it as mysql://USER:PASSWORD@HOST:PORT/DATABASE.")
            return
        if store.get("secret") and not address.username:
            advice = "Name the store with user and password in `pipesight.history`."
            self.note(
                str(address),
                "problem",
                f"{why}: its password is in a ZenML secret, which Pipesight cannot read.",
                advice,
            )
        self.note(str(address), "found", why)
        self.add(DatabaseSource(address, projects=projects, stacks=stacks))

    def moved(self, path: Path, *homes: Path) -> Path:
        """Return the path of a file, also if the configuration that names it was moved to another folder.

        `homes` are the folders of that configuration in which to look for the file.
        """
        if path.exists():
            return path
        for home in homes:
            if (moved := moved_below(home, path.parts)) is not None:
                detail = f"does not exist. Pipesight reads {moved}, because the configuration was moved."
                self.note(str(path), "absent", detail)
                return moved
        return path

    def read(self, path: Path) -> Mapping[str, Any]:
        """Return the mapping in a YAML or JSON file, {} if the file does not exist or cannot be read."""
        import yaml

        try:
            text = _text(path)
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError):
            self.note(str(path), "problem", "cannot be read.", "Check its permissions, and that it is a file.")
            return {}
        except _TooLongError:
            self.note(
                str(path), "problem", f"is not read: it has more than {_LONGEST:,} characters.", "Make it shorter."
            )
            return {}
        try:
            return mapping(yaml.safe_load(text))
        except Exception:  # noqa: BLE001 - hostile YAML makes PyYAML raise whatever Python does
            self.note(str(path), "problem", "is not valid YAML.", "Repair it, or remove it and run `zenml login`.")
            return {}


class _TooLongError(Exception):
    """The configuration file is longer than any that ZenML writes."""


def _text(path: Path) -> str:
    """Return the text of a regular file. Other files are refused, because a named pipe or a device never ends.

    Raises OSError, UnicodeDecodeError, or _TooLongError.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError("no regular file")
    with path.open(encoding="utf-8") as file:
        text = file.read(_LONGEST + 1)
    if len(text) > _LONGEST:
        raise _TooLongError
    return text


def _real(path: Path, known: Sequence[Source]) -> Path:
    """Return one path for a file that has several: through links, or on a volume that ignores case.

    If `known` has the same file by another path, return that path.
    """
    if not path.exists():
        return path.absolute()
    path = path.resolve()
    for source in known:
        other = Path(source.label)
        if (
            source.kind == "SQLite"
            and other.name.lower() == path.name.lower()
            and other.exists()
            and other.samefile(path)
        ):
            return other
    return path
