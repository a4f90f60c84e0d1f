"""Pages of the history as documents. A client asks for their content by their URI."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast
from urllib.parse import quote, unquote, urlsplit

SCHEME = "pipesight"


def uri_of(names: Mapping[str, object]) -> str:
    """Return the URI of the page that the names lead to. Its path is readable, and its query has the names."""
    path = "/".join(str(names[kind]) for kind in ("pipeline", "run", "step") if kind in names)
    return f"{SCHEME}:/{quote(path)}.md?{quote(json.dumps(names, ensure_ascii=False), safe='')}"


def names_of(uri: str) -> Mapping[str, object]:
    """Return the names in the URI of a page. Other URIs have none."""
    try:
        parts = urlsplit(uri)
        names: object = json.loads(unquote(parts.query)) if parts.scheme == SCHEME else None
    except ValueError:
        return {}
    return cast("Mapping[str, object]", names) if isinstance(names, dict) else {}
