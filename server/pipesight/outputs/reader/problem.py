"""What stands between a person and a preview, said so that they know what to do next."""

from __future__ import annotations

from typing import Optional


class Problem(Exception):  # noqa: N818 - it is what the person sees
    """An artifact cannot be shown: `text` says why, `advice` what to do next."""

    def __init__(self, text: str, advice: Optional[str] = None) -> None:
        super().__init__(text)
        self.text = text
        self.advice = advice
