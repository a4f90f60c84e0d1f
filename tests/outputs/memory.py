"""Artifacts in fsspec's memory store: a remote store for tests."""

from __future__ import annotations

import itertools

import fsspec

_numbers = itertools.count()


def in_memory(name: str, data: bytes) -> str:
    """Writes one file into a new remote folder and gives that folder's URI."""
    uri = f"memory://store/{next(_numbers)}"
    fsspec.filesystem("memory").pipe_file(f"{uri}/{name}", data)
    return uri
