"""The context of each folder of the workspace: its stores, its ZenML, and the services that use its Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from pipesight.outputs.service import PreviewService
from pipesight.settings import Settings, table
from pipesight.workspace.context import Context
from pipesight.workspace.file_uris import to_path
from pipesight.workspace.installed import has_environment, installed_release
from pipesight.workspace.opening import open_loader, open_previews
from pipesight.zenml.releases import Release

from .stores import Stores

if TYPE_CHECKING:
    from pipesight.outputs.loader_service import ValueLoader


class FolderContexts:
    """The contexts of folders that have different stores, and the services that read and load outputs for them.

    `interpreter` is the client's Python for all folders. `given` has the client's settings by folder, if it has
    several.
    """

    def __init__(self, folders: Callable[[], list[Path]]) -> None:
        self.interpreter = ""
        self.is_trusted = False  # until the client says so
        self.given: Mapping[Path, object] = {}
        self._folders = folders
        self._contexts: dict[Path, Context] = {}
        self._loaders: dict[str, ValueLoader] = {}  # by interpreter
        self._previews: dict[str, PreviewService] = {}  # by interpreter, for folders with another Python
        self._asked_last: Path | None = None  # the folder of the document in the last request

    def at(self, uri: str, whole: Context, stores: Stores) -> Context:
        """Return the context for a document. `whole` is that of the whole workspace."""
        folder = _folder_of(uri, stores)
        if folder is None or len(stores.of_folder) < 2:
            return whole
        self._asked_last = folder
        return self._context_in(whole, folder, stores)

    def having(self, source: str, whole: Context, stores: Stores) -> Context:
        """Return the context for a store, given by its key.

        If several folders have the store, take the folder of the document in the last request, else the first one.
        """
        having = [folder for folder, found in stores.of_folder.items() if source in {each.key for each in found}]
        folder = self._asked_last if self._asked_last in having else next(iter(having), None)
        if folder is None or len(stores.of_folder) < 2:
            return whole
        return self._context_in(whole, folder, stores)

    def contexts(self) -> Iterable[Context]:
        """Return the contexts of the folders that were asked for."""
        return self._contexts.values()

    def forget(self) -> None:
        """Forget the contexts, after a change of settings, stores or folders."""
        self._contexts.clear()

    def loader(self, settings: Settings, interpreter: str) -> ValueLoader | None:
        """Return the service that loads values with this Python. None unless the client says that it is trusted."""
        if not self.is_trusted:
            return None
        if interpreter not in self._loaders:
            self._loaders[interpreter] = open_loader(settings, interpreter, self._folders())
        return self._loaders[interpreter]

    def open_loaders(self, whole: Context) -> None:
        """Create the services that load values again, after a change of settings or folders."""
        self.close_loaders()
        whole.loader = self.loader(whole.settings, self.interpreter)

    def close_loaders(self) -> None:
        """Close the services that load values."""
        for loader in self._loaders.values():
            loader.close()
        self._loaders.clear()

    def close_previews(self, whole: Context) -> None:
        """Close the services that read outputs, with that of the whole workspace."""
        for service in (whole.previews, *self._previews.values()):
            service.close()
        self._previews.clear()

    def _context_in(self, whole: Context, folder: Path, stores: Stores) -> Context:
        if folder not in self._contexts:
            interpreter = self._interpreter_of(folder)
            previews, loader = self._previews_of(whole, interpreter), self.loader(whole.settings, interpreter)
            keys = stores.keys_of(folder)
            self._contexts[folder] = whole.of_folder(keys, self._release_in(folder), previews, loader)
        return self._contexts[folder]

    def _interpreter_of(self, folder: Path) -> str:
        """Return the Python in the client's settings of a folder, else its Python for all folders."""
        named = (table(self.given.get(folder)) or {}).get("interpreter")
        return named if isinstance(named, str) and named else self.interpreter

    def _previews_of(self, whole: Context, interpreter: str) -> PreviewService:
        """Return the service that reads outputs with this Python. Folders with the same Python share it."""
        if interpreter == self.interpreter:
            return whole.previews
        if interpreter not in self._previews:
            self._previews[interpreter] = open_previews(whole.settings, interpreter)
        return self._previews[interpreter]

    def _release_in(self, folder: Path) -> Release | None:
        """Return the release of ZenML in a folder. If all folders have one interpreter, it is the first folder's."""
        is_first = folder == next(iter(self._folders()), None)
        interpreter = self._interpreter_of(folder)
        if is_first or interpreter != self.interpreter or not has_environment(folder):
            return installed_release(interpreter, [folder])
        return installed_release("", [folder], {})


def _folder_of(uri: str, stores: Stores) -> Path | None:
    """Return the innermost folder with stores that holds a document."""
    path = to_path(uri)
    having = (folder for folder in stores.of_folder if path is not None and folder is not None)
    return max((f for f in having if PurePath(path or "").is_relative_to(f)), key=lambda f: len(f.parts), default=None)
