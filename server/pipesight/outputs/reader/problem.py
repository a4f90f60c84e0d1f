"""The error for artifacts that cannot be shown, with a message and advice for the user."""

from __future__ import annotations

import re
from typing import Optional

_SECRET = re.compile(
    r"(?i)(?<=://)[^/@:\s]*:[^/@\s]+(?=@)|(?<=[?&]sig=)[^&\s]+|(?<=signature=)[^&\s]+|(?<=token=)[^&\s]+"
)

RUN_AGAIN = "It was not written to the end or was damaged. Run the step again."


class Problem(Exception):  # noqa: N818 - it is what the person sees
    """An artifact cannot be shown or loaded. `text` says why, `advice` what to do. Secrets of URLs are left out."""

    def __init__(self, text: str, advice: Optional[str] = None) -> None:
        self.text = _SECRET.sub("***", text)
        self.advice = None if advice is None else _SECRET.sub("***", advice)
        super().__init__(self.text if advice is None else f"{self.text} {self.advice}")
