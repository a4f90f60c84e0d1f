"""Record the statements that a first index sends to its store, so that the driver alone can repeat them.

SQLite copies runs within SQL. Here Python reads them, by the same queries.

python benchmarks/statements.py DATABASE prints each kind of statement with its number.
"""

from __future__ import annotations

import re
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, event

from first_index import source_of
from large import Statement
from pipesight.history.history import History


def statements_of_first_index(address: str) -> Sequence[Statement]:
    """Make a first index of a store. Return what it sent to the store, in the order of all its connections."""
    found: list[Statement] = []
    with tempfile.TemporaryDirectory() as cache:

        def note(_connection: Any, cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
            if Path(cache) not in _path(cursor.connection).parents:
                found.append((statement, values))

        event.listen(Engine, "before_cursor_execute", note)
        with patch("pipesight.history.writer.copy_runs", return_value=False):
            history = History.open([source_of(address)], cache_folder=Path(cache), start=False)
            history.sync_once()
            history.close()
        event.remove(Engine, "before_cursor_execute", note)
    return found


def _path(connection: Any) -> Path:
    """Return the file of a connection. That of a server has none."""
    if not isinstance(connection, sqlite3.Connection):
        return Path()
    return Path(connection.execute("PRAGMA database_list").fetchone()[2])


def main(address: str) -> None:
    """Print each kind of statement with its number."""
    kinds = Counter(re.sub(r"\?(, \?)+", "...", query) for query, _ in statements_of_first_index(address))
    for kind, count in kinds.most_common():
        print(f"{count:5} {' '.join(kind.split())}")


if __name__ == "__main__":
    main(sys.argv[1])
