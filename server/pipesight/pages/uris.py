"""Pages of the history that are documents of their own: a client asks for their content by their address."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast
from urllib.parse import quote, unquote, urlsplit

SCHEME = "pipesight"


def uri_of(names: Mapping[str, object]) -> str:
    """The address of the page of what the names lead to: readable up to its query, which has the names."""
    path = "/".join(str(names[kind]) for kind in ("pipeline", "run", "step") if kind in names)
    return f"{SCHEME}:/{quote(path)}.md?{quote(json.dumps(names, ensure_ascii=False), safe='')}"


def names_of(uri: str) -> Mapping[str, object]:
    """The names in the address of a page; none in any other address."""
    try:
        parts = urlsplit(uri)
        names: object = json.loads(unquote(parts.query)) if parts.scheme == SCHEME else None
    except ValueError:
        return {}
    return cast("Mapping[str, object]", names) if isinstance(names, dict) else {}
