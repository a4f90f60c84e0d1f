"""The URIs of pages of the history, with which a client requests the pages as documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote, unquote, urlsplit

from pipesight.settings import table

SCHEME = "pipesight"


def uri_of(names: Mapping[str, object]) -> str:
    """Return the URI of the page with these names. Its path is for people, and its query has the names as JSON."""
    path = "/".join(str(names[kind]) for kind in ("pipeline", "run", "step") if kind in names)
    return f"{SCHEME}:/{quote(path)}.md?{quote(json.dumps(names, ensure_ascii=False), safe='')}"


def names_of(uri: str) -> Mapping[str, object]:
    """Return the names in the URI of a page, {} for any other URI."""
    try:
        parts = urlsplit(uri)
        names: object = json.loads(unquote(parts.query)) if parts.scheme == SCHEME else None
    except ValueError:
        return {}
    return table(names) or {}
