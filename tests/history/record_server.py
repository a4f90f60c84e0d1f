"""Records what a real ZenML server answers, for `replay.py`.

    python -m tests.history.record_server HISTORY FOLDER URL

The server at URL is one of HISTORY's own release over its database, and lets the user `default` in without a password;
FOLDER is where the history was unpacked.
"""

from __future__ import annotations

import json
import lzma
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from pipesight.history.history import History, rows
from pipesight.history.sources.zenml_server import Login, ZenMLServerSource
from tests.history.replay import recording


class _Listening(ZenMLServerSource):
    """A source that keeps what the server answers."""

    def __init__(self, url: str, projects: list[str], heard: dict[str, tuple[int, Any]]) -> None:
        super().__init__(url, Login(username="default"), projects=projects, patience=120.0)
        self._heard = heard

    def _request(self, method: str, path: str, fields: Mapping[str, object]) -> Any:
        response = super()._request(method, path, fields)
        if method == "GET" and response.status not in (401, 403):
            asked = sorted((name, str(value)) for name, value in fields.items() if value is not None)
            self._heard[f"{path}?{urlencode(asked)}"] = (response.status, json.loads(response.body))
        return response


def main(name: str, root: str, url: str) -> None:
    """Ask all that Pipesight asks of a server, with a project and without, and write the answers down."""
    answers: dict[str, tuple[int, Any]] = {}
    for projects in ([], ["default"]):
        source = _Listening(url, projects, answers)
        list(rows(source))
        with tempfile.TemporaryDirectory() as folder:
            history = History.open([source], cache_folder=Path(folder), start=False)
            history.sync_once(full=True)
            history.sync_once()
            history.close()
    text = json.dumps(answers, sort_keys=True).replace(root.rstrip("/"), "@ROOT@")
    recording(name).write_bytes(lzma.compress(text.encode()))


if __name__ == "__main__":
    main(*sys.argv[1:])
