"""Record the answers of a real ZenML server, for `replay.py`.

    python -m tests.history.record_server HISTORY FOLDER URL

The server at URL has the release of HISTORY and its database. It accepts the user `default` without a password. HISTORY
is unpacked in FOLDER.
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

from pipesight.history.history import History
from pipesight.history.rows import rows
from pipesight.history.sources.http import HTTPAnswer
from pipesight.history.sources.server_login import Login
from pipesight.history.sources.zenml_server import ZenMLServerSource
from tests.history.replay import recording


def listen(source: ZenMLServerSource, heard: dict[str, tuple[int, Any]]) -> None:
    """Add every answer of the source's server to `heard`."""
    request = source.server._request

    def listening(method: str, path: str, fields: Mapping[str, object]) -> HTTPAnswer:
        response = request(method, path, fields)
        if method == "GET" and response.status not in (401, 403):
            asked = sorted((name, str(value)) for name, value in fields.items() if value is not None)
            heard[f"{path}?{urlencode(asked)}"] = (response.status, json.loads(response.body))
        return response

    source.server._request = listening


def main(name: str, root: str, url: str) -> None:
    """Send all requests of Pipesight to a server, with a project and without, and write the answers to a file."""
    answers: dict[str, tuple[int, Any]] = {}
    for projects in ([], ["default"]):
        source = ZenMLServerSource(url, Login(username="default"), projects=projects, patience=120.0)
        listen(source, answers)
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
