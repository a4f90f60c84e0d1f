"""Load values in Python for users who have agreed to it, with a token for each content of an artifact."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipesight.characters import visible
from pipesight.history.model import Output
from pipesight.outputs.loaded import ShownValue, shown_value_from_json
from pipesight.outputs.loader_process import LoaderProcess
from pipesight.outputs.preview import Preview, problem

_START = 20.0  # seconds for an interpreter to start and try its fences


class ValueLoader:
    """The loader of values. `token` gives a token for a question to the user, and `load` needs it after consent.

    A token is valid for one content of one artifact, as long as this object exists.
    """

    def __init__(self, interpreter: str, folders: Sequence[Path], *, seconds: float, memory: int) -> None:
        """Load with this Python, or with the server's own if it is empty. Values may import modules in `folders`.

        `seconds` is the time limit, and `memory` is the limit in bytes.
        """
        self.interpreter = interpreter or sys.executable
        self.seconds = seconds
        self.memory = memory
        self._folders = [str(folder) for folder in folders]
        self._secret = secrets.token_bytes(32)
        self._fences: tuple[str, ...] | None = None
        self._running: set[LoaderProcess] = set()

    def token(self, output: Output, digest: str) -> str:
        """Return the token that proves that the user saw what loading this content would run."""
        about = "\0".join((output.uri, output.materializer or "", output.data_type or "", digest))
        return f"{digest}.{hmac.new(self._secret, _bytes(about), hashlib.sha256).hexdigest()}"

    async def fences(self) -> tuple[str, ...]:
        """Return the names of the fences that hold on this system. They are tried once, then cached.

        Raises OSError if the interpreter does not start.
        """
        if self._fences is None:
            answer = await self._run(None, _START)
            if "fences" not in answer:
                raise OSError(f"{self.interpreter} does not run the loader")
            self._fences = tuple(map(str, answer["fences"]))
        return self._fences

    async def load(self, output: Output, token: str) -> ShownValue | Preview:
        """Return the value of an output, or the problem as a preview. Cancelling the call ends the process."""
        digest = token.partition(".")[0]
        if not hmac.compare_digest(_bytes(token), _bytes(self.token(output, digest))):
            return problem("Nobody agreed to load this output.", "First ask what loading it would run.")
        artifact: dict[str, object] = {
            "uri": output.uri,
            "materializer": output.materializer or "",
            "data_type": output.data_type or "",
            "digest": digest,
            "folders": self._folders,
        }
        try:
            answer = await self._run(artifact, self.seconds)
        except TimeoutError:
            advice = "Load it in a notebook, or raise the time limit in the settings."
            return problem(f"Loading this output took longer than {self.seconds:g} s, or wrote too much.", advice)
        except OSError:
            return problem(f"{visible(self.interpreter)} does not start.", "Set the interpreter of this workspace.")
        return _shown(answer)

    async def _run(self, artifact: dict[str, object] | None, seconds: float) -> dict[str, Any]:
        request = {"artifact": artifact, "memory": self.memory, "required": self._fences or ()}
        process = LoaderProcess(self.interpreter, request, seconds=seconds)
        self._running.add(process)
        work = asyncio.get_running_loop().run_in_executor(None, process.run)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            process.stop()
            raise
        finally:
            self._running.discard(process)

    def close(self) -> None:
        """End all processes that are loading."""
        for process in list(self._running):
            process.stop()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _shown(answer: dict[str, Any]) -> ShownValue | Preview:
    try:
        if "value" in answer:
            return shown_value_from_json(answer["value"])
        if "problem" in answer:
            text, advice = answer["problem"]
            return problem(str(text), None if advice is None else str(advice))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return problem("The loader returned an answer that is not valid.")
    if "fences" in answer:
        return problem(
            "A promised fence does not hold any more.", "Restart Pipesight's language server, and load it again."
        )
    advice = "It may need more memory than the limit, or end the process itself. Load it in a notebook."
    return problem("The process ended while it loaded this output.", advice)
