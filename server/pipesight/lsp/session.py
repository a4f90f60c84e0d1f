"""One client's session: its documents, history and previews, and the notifications to it. Independent of pygls."""

from __future__ import annotations

import asyncio
import functools
import logging
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types as lsp

from pipesight import features
from pipesight.code.document import LARGEST, Document
from pipesight.code.project_files import SUFFIXES
from pipesight.code.workspace import Workspace
from pipesight.history.history import History
from pipesight.history.model import Output
from pipesight.history.sources.source import Source
from pipesight.outputs.service import PreviewService
from pipesight.project_settings import FILES, ProjectSettings, project_settings
from pipesight.settings import InitializationOptions, Settings, table
from pipesight.workspace.context import Client, Context
from pipesight.workspace.documents import Documents, Encoding, View
from pipesight.workspace.file_uris import to_path
from pipesight.workspace.opening import open_previews

from .analyses import Analyses
from .background import in_background
from .editor import Editor
from .folder_contexts import FolderContexts
from .store_watch import StoreWatch
from .stores import Finder, Stores, Wanted

if TYPE_CHECKING:
    from pipesight.outputs.preview import Preview
    from pipesight.pages import show

logger = logging.getLogger(__name__)

_IDLE = 0.5  # seconds after the start until work that can wait is done
_SETTLE = 0.1  # seconds in which changes of the history or of files are collected before the client is notified
_TYPING = 0.3  # seconds without an edit after which diagnostics are published
_SYNCING = 0.5  # seconds after which diagnostics are computed again if the history was being read

_T = TypeVar("_T")


class Session:
    """The state of one client. `context` is the context of the features, None before the session is loaded."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self.options = InitializationOptions()
        self._given: object = None  # the settings of the client, which override those of the project
        self._folders = FolderContexts(editor.folders)
        self.documents = Documents(Encoding())
        self.context: Context | None = None
        self._read_for_lenses: set[tuple[PreviewService, str]] = set()
        self._news: asyncio.TimerHandle | None = None
        self._shown: tempfile.TemporaryDirectory[str] | None = None
        self._diagnosing: asyncio.TimerHandle | None = None
        self._publishing: asyncio.Task[None] | None = None
        self._scanning: asyncio.TimerHandle | None = None
        self._finder = Finder()
        self._stores = Stores({})
        self._watch = StoreWatch(self._look, self._use_look, lambda: self._stores.is_whole)
        self._tasks: set[asyncio.Task[None]] = set()
        self._analyses = Analyses(self.announce, is_loaded=lambda: self.context is not None)
        self._reported: dict[str, list[lsp.Diagnostic]] = {}
        self._warned: set[str] = set()
        self._disk: ThreadPoolExecutor | None = None

    def read_options(self, given: object) -> InitializationOptions:
        """Read the options of `initialize`. Wrong values fall back to the defaults."""
        self.options, problems = InitializationOptions.read(given)
        self._given = (table(given) or {}).get("settings")
        self._folders.interpreter = self.options.interpreter
        self._folders.is_trusted = (table(given) or {}).get("trusted") is True
        for problem in problems:
            logger.warning(problem)
        return self.options

    def begin(self, encoding: Encoding) -> None:
        """Accept documents from now on, because some clients open one before `initialized`.

        `encoding` has the client's units.
        """
        self.documents = Documents(encoding, Workspace(self._editor.folders()))

    def load(self, capabilities: lsp.ClientCapabilities) -> None:
        """Open the history. The stores are read in the background."""
        start = time.monotonic()
        settings, problems = self._settings()
        for problem in problems:
            logger.warning(problem)
        folders = self._editor.folders()
        self._stores = self._find(settings, ask=False)
        history = self._open_history(self._stores.sources)
        client = Client.of(capabilities, self.options.client_commands)
        self.context = Context.open(
            folders, history, self.documents, settings, client, interpreter=self.options.interpreter
        )
        self.context.loader = self._folders.loader(settings, self.options.interpreter)
        if self.context.loader is not None:
            in_background(_remove_left_folders)
        logger.info("The history was opened within %.0f ms.", (time.monotonic() - start) * 1000)
        loop = asyncio.get_running_loop()
        self._watch.look_soon()
        loop.call_later(_IDLE, self.context.places.start, lambda: _call_in(loop, self.announce))

    def configure(self, given: object) -> list[str]:
        """Use new settings of the client. Return a sentence for each wrong value."""
        self._given = given
        settings, problems = self._settings()
        self._apply(settings)
        return problems

    def configure_folders(self, given: Mapping[Path, object]) -> None:
        """Use new settings of the client for each folder of the workspace."""
        if given != self._folders.given:
            self._folders.given = given
            self._folders.forget()
            self.refresh()

    def _settings(self) -> tuple[Settings, list[str]]:
        """Return the settings of the project, overridden by the client's, and a sentence for each wrong value."""
        folder = next(iter(self._editor.folders()), None)
        project = project_settings(folder, is_trusted=self.options.trusted) if folder else ProjectSettings()
        settings, problems = project.under(self._given)
        return settings, list(dict.fromkeys([*project.problems, *problems]))

    def _apply(self, settings: Settings) -> None:
        """Use these settings. If they lead to other stores, open the history again."""
        context = self.context
        if context is None or settings == context.settings:
            return
        self._folders.forget()
        old, context.settings = context.settings, settings
        if settings.loader != old.loader:
            self._folders.open_loaders(context)
        if settings.reader != old.reader:
            self._folders.close_previews(context)
            context.previews = open_previews(settings, self.options.interpreter)
            self._read_for_lenses.clear()
        if (settings.enable, settings.history, settings.project) != (old.enable, old.history, old.project):
            self.refresh()
        self.announce()

    def context_of(self, uri: str) -> Context | None:
        """Return the context for a document, with the stores and the ZenML of its folder. None before the load."""
        return self._folders.at(uri, self.context, self._stores) if self.context is not None else None

    def context_of_source(self, source: str) -> Context | None:
        """Return the context for a store, given by its key, as in a link of a hover or a lens."""
        return self._folders.having(source, self.context, self._stores) if self.context is not None else None

    def refresh(self) -> None:
        """Read the stores now, and search for new stores."""
        if self.context is not None:
            self._watch.drop()
            self.context.history.refresh()
            self._use(self._find(self.context.settings, ask=False))
            self._watch.look_soon()

    def _use(self, stores: Stores) -> None:
        """Open the history again if these stores differ from the current ones."""
        context = self.context
        if context is None:
            return
        if stores.keys != self._stores.keys:
            self._folders.forget()
        self._stores, sources = stores, stores.sources
        if [source.key for source in sources] != [state.source for state in context.history.state.sources]:
            old, context.history = context.history, self._open_history(sources)
            self._folders.forget()
            in_background(old.close)
            self.announce()

    def unload(self) -> None:
        """End the threads and processes of the session."""
        self._watch.stop()
        if self.context is not None:
            self.context.history.close()
            self._folders.close_previews(self.context)
            self._folders.close_loaders()
            self.context.places.stop()
            self.context = None
        if self._shown is not None:
            self._shown.cleanup()
            self._shown = None
        if self._disk is not None:
            self._disk.shutdown(wait=False, cancel_futures=True)
            self._disk = None

    def announce(self) -> None:
        """Ask the client soon to refresh its views of the history."""
        if self._news is None:
            self._news = asyncio.get_running_loop().call_later(_SETTLE, self._announce_now)

    def read_soon(self, context: Context, outputs: Iterable[Output]) -> None:
        """Read the values that lenses or hints need, each once, and ask the client to request them again."""
        wanted = [output for output in outputs if (context.previews, output.id) not in self._read_for_lenses]
        local = [output for output in wanted if "://" not in output.uri]
        self._read_for_lenses.update((context.previews, output.id) for output in wanted)
        if local:
            self._start(_read_all(context, local)).add_done_callback(lambda _: self.announce())

    async def diagnostics_of(self, context: Context, view: View) -> list[lsp.Diagnostic]:
        """Return the diagnostics of a document. While the history is read or the document edited, return the last."""
        if context.history.state.syncing:
            self.diagnose_soon(_SYNCING)
        else:
            found = await self.answer(view, lambda: features.diagnostics.diagnostics(context, view))
            if found is not None:
                self._reported[view.uri] = found
            self.look_soon(context)
            for reading in context.previews.begun():
                self._start(self._announce_after(_is_read(reading)))
        return self._reported.get(view.uri, [])

    async def answer(self, view: View, work: Callable[[], _T]) -> _T | None:
        """Return the result of work about a document. Do it in slices if the document is long.

        Return None if the document is edited meanwhile.
        """
        return await self.in_slices(work, view.document) if view.document.is_long else work()

    async def in_slices(
        self, work: Callable[[], _T], document: Document | None = None, others: Iterable[Document] = ()
    ) -> _T | None:
        """Return the result of work that goes on in slices. Return None if a document is edited meanwhile."""
        return await self._analyses.in_slices(work, document, others)

    async def in_workspace(self, work: Callable[[], _T], document: Document) -> _T | None:
        """Return the result of work about the places in all documents. Return None if one is edited meanwhile."""
        return await self.in_slices(work, document, [view.document for view in self.documents.views()])

    def opened(self, uri: str) -> None:
        """Note an opened document, which has no diagnostics yet."""
        view = self.documents.view(uri)
        if view is not None and view.document.is_too_large and view.document.mentions("zenml"):
            logger.warning("%s is not analyzed: it has more than %d characters.", uri, LARGEST)
        self._reported.pop(uri, None)
        self.edited()

    def edited(self) -> None:
        """Note an edit. A client that does not pull diagnostics gets them soon."""
        if self.context is not None and not self.context.client.pulls_diagnostics:
            self.diagnose_soon()

    def left(self) -> None:
        """Note a saved or closed document, whose text is now that on disk."""
        if self.context is not None:
            self._start(self.scan())
            if self.context.client.pulls_diagnostics:
                self._reported = {uri: kept for uri, kept in self._reported.items() if self.documents.view(uri)}
            self.edited()

    def folders_changed(self) -> None:
        """Use the changed folders of the workspace, with their stores and files."""
        if self.context is not None:
            folders = self._editor.folders()
            self.documents.move(folders)
            self.context.places.roots = tuple(folders)
            self._folders.forget()
            self._folders.open_loaders(self.context)
            self._start(self.scan())
            self.refresh()

    def files_changed(self, uris: Iterable[str]) -> None:
        """Note that files or folders were changed, created, renamed or deleted."""
        paths = [PurePath(path) for uri in uris if (path := to_path(uri)) is not None]
        if any(path.parent.name == ".zen" for path in paths):
            self.refresh()
        if any(path.name in FILES for path in paths):
            self._apply(self._settings()[0])
        sources = {
            str(path) for path in paths if path.suffix in ("", *SUFFIXES)
        }  # a path without a suffix may be a folder
        if self._scanning is None and sources - self.documents.files():
            self._scanning = asyncio.get_running_loop().call_later(_SETTLE, self._scan_now)

    async def scan(self) -> None:
        """Scan the files of the workspace."""
        if self.context is not None:
            changed = await self.on_disk(self.context.places.scan) - self.documents.files()
            if changed:
                self.documents.changed_on_disk()
                self.announce()

    def diagnose_soon(self, delay: float = _TYPING) -> None:
        """Update the client's diagnostics after `delay` seconds without another call of this function."""
        if self._diagnosing is not None:
            self._diagnosing.cancel()
        self._diagnosing = asyncio.get_running_loop().call_later(delay, self._diagnose)

    def is_ready(self, document: Document) -> bool:
        """Return whether a document is analyzed. Analyze it if that is quick, else start a background analysis."""
        return self._analyses.is_ready(document)

    async def analyzed(self, uri: str) -> bool:
        """Wait until a document is analyzed. Return False if that fails, and if it is edited or closed meanwhile."""
        view, context = self.documents.view(uri), self.context_of(uri)
        if view is None or context is None or not context.settings.enable:
            return False
        version = view.text.version
        while view == self.documents.view(uri) and version == view.text.version:
            if self.is_ready(view.document):
                return True
            if not await self._analyses.wait(view.document, _SETTLE):  # an edit does not end the wait
                return False
        return False

    @property
    def is_analyzing(self) -> bool:
        """True while a document is being analyzed in the background."""
        return self._analyses.are_running

    def look_soon(self, context: Context) -> set[asyncio.Task[None]]:
        """Check the requested files of outputs, dashboards and logs in the background, and announce changes."""
        looks: set[asyncio.Task[None]] = set()
        if context.output_files.wants_to_look:
            looks.add(self._start(self._announce_after(self.on_disk(context.output_files.look))))
        if context.dashboards.wants_to_look:
            ask = functools.partial(context.dashboards.look, context.history)
            looks.add(self._start(self._announce_after(in_background(ask))))
        if context.failures.wants_to_look:
            read = functools.partial(context.failures.look, context.history, context.previews.logs)
            looks.add(self._start(self._announce_after(in_background(read))))
        return looks

    async def read_logs(self, context: Context, wanted: Sequence[Future[None]]) -> None:
        """Read the logs of failed steps in the background. Wait for them as long as a hover waits for a value."""
        self.look_soon(context)
        await context.wait_for_logs(wanted)

    async def _announce_after(self, look: Awaitable[bool]) -> None:
        if await look:
            self.announce()

    async def begun(self, patience: float) -> None:
        """Wait up to `patience` seconds until the history has names and the workspace's files are scanned."""
        loop = asyncio.get_running_loop()
        give_up = loop.time() + patience
        while self._is_beginning() and loop.time() < give_up:
            await asyncio.sleep(_SETTLE)

    def _is_beginning(self) -> bool:
        context = self.context
        if context is None:
            return False
        is_unknown = not context.places.is_known
        return is_unknown or (context.history.is_empty and context.history.is_beginning)

    def on_disk(self, work: Callable[[], _T]) -> asyncio.Future[_T]:
        """Run work that accesses the disk in a background thread, one task at a time."""
        if self._disk is None:
            self._disk = ThreadPoolExecutor(1, "pipesight-disk")
        return asyncio.get_running_loop().run_in_executor(self._disk, work)

    def pages_folder(self) -> Path:
        """Return the folder for written documents, which is removed when the server ends."""
        if self._shown is None:
            self._shown = tempfile.TemporaryDirectory(prefix="pipesight-", ignore_cleanup_errors=True)
        return Path(self._shown.name)

    def write_document(self, document: show.MarkdownFile) -> Path:
        """Write a document to the folder for documents, and return its path."""
        file = self.pages_folder() / document.name
        file.write_text(document.text, encoding="utf-8")
        return file

    def _scan_now(self) -> None:
        self._scanning = None
        self.documents.changed_on_disk()
        self._start(self.scan())
        self.announce()

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _announce_now(self) -> None:
        self._news = None
        context = self.context
        if context is None:
            return
        for each in (context, *self._folders.contexts()):
            each.forget()
        for trouble in set(context.history.troubles) - self._warned:
            self._warned.add(trouble)
            self._editor.warn(f"{trouble} Pipesight keeps it in memory until the editor closes. Make room on the disk.")
        if context.client.panel:
            self._editor.status_changed(features.history_tree.status(context))
        if context.client.refresh_code_lens:
            self._editor.refresh_code_lenses()
        if context.client.refresh_inlay_hints:
            self._editor.refresh_inlay_hints()
        self.diagnose_soon(0.0)

    def _diagnose(self) -> None:
        """Ask the client to pull diagnostics again. To a client that does not pull, publish the changed ones."""
        self._diagnosing = None
        context = self.context
        if context is None or not context.settings.enable:
            return
        if context.client.pulls_diagnostics:
            if context.client.refresh_diagnostics:
                self._editor.refresh_diagnostics()
        elif self._publishing is None or self._publishing.done():
            self._publishing = self._start(self._publish(context))
        else:
            self._publishing.add_done_callback(lambda _: self.diagnose_soon(0.0))

    async def _publish(self, context: Context) -> None:
        """Publish the diagnostics that have changed."""
        for view in context.documents.views():
            if self.is_ready(view.document):
                before, version = self._reported.get(view.uri, []), view.text.version
                now = await self.diagnostics_of(self.context_of(view.uri) or context, view)
                if before != now:
                    await self._editor.publish(view.uri, now, version)
        for closed in [uri for uri in self._reported if self.documents.view(uri) is None]:
            self._reported.pop(closed)
            await self._editor.publish(closed, [])

    def _find(self, settings: Settings, *, ask: bool) -> Stores:
        """Find the stores of each folder. Only with `ask` does this use the network."""
        if not settings.enable:
            return Stores({})
        folders = self._editor.folders()
        if len(folders) < 2:
            return self._finder.find([Wanted(next(iter(folders), None), settings.history, settings.project)], ask=ask)
        return self._finder.find([self._wanted(folder) for folder in folders], ask=ask)

    def _wanted(self, folder: Path) -> Wanted:
        given = self._folders.given.get(folder, self._given)
        settings, _ = project_settings(folder, is_trusted=self.options.trusted).under(given)
        return Wanted(folder, settings.history, settings.project)

    def _open_history(self, sources: Sequence[Source]) -> History:
        cache_folder = Path(self.options.cache_folder) if self.options.cache_folder else None
        history = History.open(sources, cache_folder=cache_folder)
        loop = asyncio.get_running_loop()
        history.subscribe(lambda: _call_in(loop, self.announce))
        return history

    def _look(self) -> tuple[Settings, Stores]:
        settings, _ = self._settings()
        return settings, self._find(settings, ask=True)

    def _use_look(self, found: tuple[Settings, Stores]) -> None:
        settings, stores = found
        self._use(stores)
        self._apply(settings)


async def _is_read(reading: Future[Preview]) -> bool:
    """Wait for a preview that rules need. Return whether it could be read."""
    preview = await asyncio.shield(asyncio.wrap_future(reading))  # others may wait for it too
    return preview.kind != "problem"


async def _read_all(context: Context, outputs: list[Any]) -> None:
    for output in outputs:
        await context.previews.preview(output)


def _call_in(loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(callback)


def _remove_left_folders() -> None:
    """Remove folders of killed servers that were loading values. The imports are local, to keep the start fast."""
    from pipesight.outputs.work_folder import remove_left_folders

    remove_left_folders()
