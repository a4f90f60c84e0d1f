"""Artifacts in fsspec's memory store: a remote store for tests."""

from __future__ import annotations

import itertools

import fsspec

_numbers = itertools.count()


def in_memory(name: str, data: bytes) -> str:
    """Write one file to a new remote folder, and return the URI of the folder."""
    uri = f"memory://store/{next(_numbers)}"
    fsspec.filesystem("memory").pipe_file(f"{uri}/{name}", data)
    return uri
