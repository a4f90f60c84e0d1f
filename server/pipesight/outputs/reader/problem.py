"""What stands between a person and a preview, said so that they know what to do next."""

from __future__ import annotations

from typing import Optional


class Problem(Exception):  # noqa: N818 - it is what the person sees
    """An artifact cannot be shown or loaded: `text` says why, `advice` what to do next."""

    def __init__(self, text: str, advice: Optional[str] = None) -> None:
        super().__init__(text if advice is None else f"{text} {advice}")
        self.text = text
        self.advice = advice
