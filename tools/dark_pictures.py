"""Show a picture's dark twin where the site's theme is dark. A hook of MkDocs.

Pages name `x.png` alone, so that GitHub shows one picture. The site also gets `x-dark.png`, if there is one.
"""

from __future__ import annotations

import posixpath
import re
from typing import Protocol

_PICTURE = re.compile(r"!\[(?P<words>[^]]*)\]\((?P<path>[^)#:]+)\.png\)")


class _Page(Protocol):
    @property
    def file(self) -> _File: ...


class _File(Protocol):
    @property
    def src_uri(self) -> str: ...


class _Files(Protocol):
    def get_file_from_path(self, path: str) -> object: ...


def on_page_markdown(markdown: str, *, page: _Page, files: _Files, **_: object) -> str:
    """Return the Markdown of a page with both pictures wherever one has a twin."""
    folder = posixpath.dirname(page.file.src_uri)

    def twins(found: re.Match[str]) -> str:
        words, path = found["words"], found["path"]
        if files.get_file_from_path(posixpath.normpath(posixpath.join(folder, f"{path}-dark.png"))) is None:
            return found[0]
        return f"![{words}]({path}.png#only-light)![{words}]({path}-dark.png#only-dark)"

    return _PICTURE.sub(twins, markdown)
