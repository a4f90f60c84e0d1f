"""Findings, and the edits that mend them."""

from __future__ import annotations

from dataclasses import dataclass

from pipesight.code.model import Span


@dataclass(frozen=True, slots=True)
class Fix:
    """An edit that mends a finding: `text` replaces `span`. A `preferred` edit is very likely the right one."""

    title: str
    span: Span
    text: str
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at `span`, with the diagnostic's code, a sentence for people, and how to mend it."""

    code: str
    span: Span
    message: str
    fixes: tuple[Fix, ...] = ()
