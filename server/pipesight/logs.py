"""Logging to standard error or a file, without what must not be seen."""

from __future__ import annotations

import logging
import re
import sys
from pathlib import Path

from pipesight.characters import visible

LEVELS = ("debug", "info", "warning", "error")

_SECRETS = (
    re.compile(r"(?<=://)[^/@\s\"']+(?=@)"),  # user:password in a URL
    re.compile(r"ZENKEY_[\w\-=+/]+"),
    re.compile(r"(?i)(?<=bearer )[\w\-.=+/]+"),
    re.compile(r"(?i)((?:password|token|api_key|secret)[\"']?\s*[:=]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;}]+)"),
)


def redact(text: str) -> str:
    """`text` without the passwords and tokens that it may hold."""
    for pattern in _SECRETS[:-1]:
        text = pattern.sub("***", text)
    return _SECRETS[-1].sub(r"\1***", text)


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return visible(redact(super().format(record)))


def set_up_logging(level: str, file: Path | None = None) -> None:
    """Log from `level` up, to `file` or to standard error. pygls speaks only of errors: it logs whole messages."""
    handler = logging.FileHandler(file, encoding="utf-8") if file is not None else logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("pygls").setLevel(logging.ERROR)
