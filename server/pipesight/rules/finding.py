"""Findings, and the edits that fix them."""

from __future__ import annotations

from dataclasses import dataclass

from pipesight.code.model import Span


@dataclass(frozen=True, slots=True)
class Fix:
    """An edit that fixes a finding: `text` replaces `span`. A `preferred` edit is very likely the right one."""

    title: str
    span: Span
    text: str
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at `span`. It has the code of its diagnostic, a sentence for people, and edits that fix it."""

    code: str
    span: Span
    message: str
    fixes: tuple[Fix, ...] = ()
