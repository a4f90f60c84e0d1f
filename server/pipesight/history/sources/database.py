"""Open a database of run history, and choose its session by its tables and not by a version number."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipesight.history.addresses import MySQL
from pipesight.history.sources.mysql import MySQLServer
from pipesight.history.sources.projects import ProjectChoice
from pipesight.history.sources.relocation import relocator
from pipesight.history.sources.source import SourceError, SourceSession, understood
from pipesight.history.sources.sqlite import SQLiteFile

if TYPE_CHECKING:
    from pipesight.history.sources.tables import Memory, Tables


class DatabaseSource:
    """A database that any release of ZenML wrote. Its tables are examined each time it is opened.

    `projects` are names or ids. The first one that the database has is read. `exact` means that no other project is
    read if it has none of them. `stacks` are the names of the stacks that record here. They are used if the database
    does not contain the names.
    """

    def __init__(
        self,
        address: Path | MySQL,
        *,
        projects: Sequence[str] = (),
        exact: bool = False,
        stacks: Sequence[str] = (),
    ) -> None:
        self._database = SQLiteFile(address) if isinstance(address, Path) else MySQLServer(address)
        self._address = address
        self._choice = ProjectChoice(tuple(projects), exact)
        self._stacks = tuple(stacks)
        self._relocate = relocator(address) if isinstance(address, Path) else str
        self._memory: Memory | None = None  # None until the database is opened, and after a failure
        self.kind = self._database.kind
        self.interval = self._database.interval
        self.label = str(address)
        self.key = "#".join((str(address), *projects[:1]))

    def __repr__(self) -> str:
        return f"DatabaseSource({self.key!r})"

    def probe(self) -> object:
        """Return a token that changes with a file. None for a server."""
        return self._database.probe()

    def in_project(self, project: str) -> DatabaseSource:
        """Return the source of another project of the same database."""
        return DatabaseSource(self._address, projects=[project], exact=True, stacks=self._stacks)

    @contextmanager
    def connect(self) -> Generator[SourceSession]:
        """Open the database for reading while the context is open. Raises SourceError."""
        from pipesight.history.sources.tables import Memory, Tables  # the server starts without SQLAlchemy

        self._memory = self._memory or Memory(relocate=self._relocate)
        try:
            with understood(self._not_understood), self._database.connect() as connection, self._database.explained():
                yield self._session(Tables(connection, self._memory))
        except SourceError:
            self._memory = None
            raise

    def _not_understood(self) -> SourceError:
        return SourceError(
            f"{self.label} contains data that Pipesight does not understand.", "Please report it with Pipesight's log."
        )

    def _session(self, tables: Tables) -> SourceSession:
        # Imported here, because these modules would slow down the start of the server.
        from pipesight.history.sources.ml_metadata import MLMetadataSession
        from pipesight.history.sources.zenml_sql import ZenMLSession

        if ZenMLSession.understands(tables):
            return ZenMLSession(tables, self._choice)
        if MLMetadataSession.understands(tables):
            return MLMetadataSession(tables, self._stacks)
        raise SourceError(
            f"{self.label} contains no ZenML run history.",
            "If ZenML has not been used with it yet, run a pipeline. Else point `pipesight.history` to another store.",
        )
