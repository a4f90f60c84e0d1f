"""The first index of a store in a process of its own, which imports nothing but Pipesight.

python benchmarks/first_index.py ADDRESS CACHE
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

from pipesight.history.addresses import MySQL
from pipesight.history.history import History
from pipesight.history.sources.database import DatabaseSource

MYSQL = "mysql:"  # before the socket of a server. Other addresses are paths of files


def source_of(address: str) -> DatabaseSource:
    """Return the store at the address."""
    if address.startswith(MYSQL):
        return DatabaseSource(MySQL("localhost", socket=address.removeprefix(MYSQL), username="root"))
    return DatabaseSource(Path(address))


def main(address: str, cache: Path) -> None:
    """Print the seconds from spawn to the first names and to the whole first index, and those of the processor."""
    spawned = float(os.environ["SPAWNED"])
    told = threading.Event()
    history = History.open([source_of(address)], cache_folder=cache)
    history.subscribe(told.set)  # as the language server does. To ask all the time would take part of the time
    while not (history.pipelines() and len(history.runs(limit=20)) == 20):
        _wait(told)
    first = time.time() - spawned
    while not history.state.synced_at or history.state.syncing:
        _wait(told)
    print(json.dumps({"first": first, "whole": time.time() - spawned, "work": time.process_time()}))
    history.close()


def _wait(told: threading.Event) -> None:
    told.wait(1)
    told.clear()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
