"""The handlers of notifications about the workspace: its start and end, folders, files and settings."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import cast

from lsprotocol import types as lsp

from pipesight.code.project_files import SUFFIXES
from pipesight.settings import Settings

from .background import in_background
from .connection import briefly
from .later import IDLE, import_the_rest
from .pygls_server import PipesightServer, quiet, quiet_async, server

_SOURCES = f"**/*{{{','.join(SUFFIXES)}}}"
_WATCHED = [
    lsp.FileSystemWatcher(_SOURCES),
    lsp.FileSystemWatcher("**/.zen/*.yaml"),
    lsp.FileSystemWatcher("**/{pipesight,pyproject}.toml"),
    lsp.FileSystemWatcher("**/*", lsp.WatchKind.Delete),  # clients report a deleted folder without its files
]
_FILES = lsp.FileOperationRegistrationOptions(
    [
        lsp.FileOperationFilter(lsp.FileOperationPattern(_SOURCES, matches=lsp.FileOperationPatternKind.File), "file"),
        lsp.FileOperationFilter(lsp.FileOperationPattern("**", matches=lsp.FileOperationPatternKind.Folder), "file"),
    ]
)


@server.feature(lsp.INITIALIZED)
@quiet_async
async def initialized(ls: PipesightServer, params: lsp.InitializedParams) -> None:
    """Load the session when the client is ready, so that the answer to `initialize` need not wait."""
    ls.session.load(ls.client_capabilities)
    asyncio.get_running_loop().call_later(IDLE, in_background, import_the_rest)
    files = ls.client_capabilities.workspace and ls.client_capabilities.workspace.did_change_watched_files
    if files and files.dynamic_registration:
        options = lsp.DidChangeWatchedFilesRegistrationOptions(_WATCHED)
        watch = lsp.Registration("files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        ls.client_register_capability(lsp.RegistrationParams([watch]))
    await _ask_for_settings_of_folders(ls)


async def _ask_for_settings_of_folders(ls: PipesightServer) -> None:
    """Request the settings of each folder from the client. A single folder has the settings of the window."""
    workspace = ls.client_capabilities.workspace
    folders = ls.folders()
    if len(folders) < 2 or workspace is None or not workspace.configuration:
        return
    items = [lsp.ConfigurationItem(scope_uri=folder.as_uri(), section="pipesight") for folder in folders]
    answers = await ls.workspace_configuration_async(lsp.ConfigurationParams(items)) or ()
    given = zip(folders, answers, strict=False)
    ls.session.configure_folders({folder: settings for folder, settings in given if Settings.are_in(settings)})


@server.feature(lsp.SHUTDOWN)
@quiet
def shutdown(ls: PipesightServer, params: None) -> None:
    """End the background work."""
    briefly(ls.session.unload)


@server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
@quiet_async
async def did_change_folders(ls: PipesightServer, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
    """Note changed folders of the workspace, which may have other stores and files."""
    ls.session.folders_changed()
    await _ask_for_settings_of_folders(ls)


@server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
@quiet
def did_change_files(ls: PipesightServer, params: lsp.DidChangeWatchedFilesParams) -> None:
    """Note files that were changed outside of the editor, for example by git or a generator."""
    ls.session.files_changed(change.uri for change in params.changes)


@server.feature(lsp.WORKSPACE_DID_CREATE_FILES, _FILES)
@server.feature(lsp.WORKSPACE_DID_DELETE_FILES, _FILES)
@quiet
def did_create_or_delete_files(ls: PipesightServer, params: lsp.CreateFilesParams | lsp.DeleteFilesParams) -> None:
    """Note created or deleted files and folders."""
    ls.session.files_changed(file.uri for file in params.files)


@server.feature(lsp.WORKSPACE_DID_RENAME_FILES, _FILES)
@quiet
def did_rename_files(ls: PipesightServer, params: lsp.RenameFilesParams) -> None:
    """Note renamed or moved files and folders."""
    ls.session.files_changed(uri for file in params.files for uri in (file.old_uri, file.new_uri))


@server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
@quiet_async
async def did_change_configuration(ls: PipesightServer, params: lsp.DidChangeConfigurationParams) -> None:
    """Use the settings in the notification, or request them from the client if it supports that."""
    section: object = None
    if isinstance(params.settings, Mapping):
        section = cast("Mapping[str, object]", params.settings).get("pipesight")
    workspace = ls.client_capabilities.workspace
    if not Settings.are_in(section) and workspace is not None and workspace.configuration:
        items = [lsp.ConfigurationItem(section="pipesight")]
        section = next(iter(await ls.workspace_configuration_async(lsp.ConfigurationParams(items)) or ()), None)
    await _ask_for_settings_of_folders(ls)
    if not Settings.are_in(section):
        return  # the client has no settings of its own, so those of `initialize` stay
    problems = ls.session.configure(section)
    if problems:
        ls.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, " ".join(problems)))


@server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
@quiet
def saved(ls: PipesightServer, params: lsp.DidSaveTextDocumentParams) -> None:
    """Note a saved document, because the values that other files import from it may have changed."""
    ls.session.left()
