"""Define the notifications and requests that a session sends to its client by itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lsprotocol import types as lsp

if TYPE_CHECKING:
    from pipesight.pages.contract.store_status import ServerStatus


class Editor(Protocol):
    """The notifications and requests that a session sends to the client by itself."""

    def folders(self) -> list[Path]:
        """Return the workspace's folders as they are now."""
        ...

    def status_changed(self, status: ServerStatus) -> None:
        """Tell the client that the state of the sources has changed."""
        ...

    def refresh_code_lenses(self) -> None:
        """Ask the client to request the code lenses again."""
        ...

    def refresh_inlay_hints(self) -> None:
        """Ask the client to request the inlay hints again."""
        ...

    def refresh_diagnostics(self) -> None:
        """Ask the client to request the diagnostics again."""
        ...

    def warn(self, message: str) -> None:
        """Show a warning to the user."""
        ...

    async def publish(self, uri: str, items: list[lsp.Diagnostic], version: int | None = None) -> None:
        """Publish the diagnostics of a document."""
        ...
