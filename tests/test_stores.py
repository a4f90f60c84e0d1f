"""The stores of a workspace with several folders: the stores of each file, and sharing between folders."""

from __future__ import annotations

import asyncio
import shutil
import sys
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from pipesight.code.model import Thing
from pipesight.history.sources.zenml_server import ZenMLServerSource
from pipesight.lsp.session import Session
from pipesight.lsp.stores import Finder, Wanted
from pipesight.pages.describe import pipeline_facts
from pipesight.zenml.kinds import Kind, Which
from tests.test_session import Listener
from tests.waiting import until_true

DATABASE = "history/local_stores/default_zen_store/zenml.db"
LAST = Thing(Kind.RUN, owner=Thing(Kind.PIPELINE, "training_pipeline"), which=Which.LAST)


class Editor(Listener):
    """A client with folders."""

    def __init__(self, *folders: Path) -> None:
        super().__init__(LAST)
        self.open_folders = list(folders)

    def folders(self) -> list[Path]:
        return self.open_folders


@pytest.fixture
async def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[..., Session]]:
    """Return a function: `load(editor, history=[...])` is a session with these settings, whose stores are read."""
    monkeypatch.setattr("pipesight.lsp.store_watch._LOOK_AGAIN", 0.05)
    monkeypatch.setenv("ZENML_CONFIG_PATH", str(tmp_path / "none"))
    sessions: list[Session] = []

    def load(editor: Editor, interpreter: str = "", **settings: object) -> Session:
        sessions.append(editor.session)
        cache = str(tmp_path / "cache")
        editor.session.read_options({"cacheFolder": cache, "interpreter": interpreter, "settings": settings})
        editor.session.load(lsp.ClientCapabilities())
        return editor.session

    yield load
    for session in sessions:
        session.unload()


def is_read(session: Session) -> bool:
    assert session.context is not None
    states = session.context.history.state.sources
    return bool(states) and all(state.synced_at and not state.syncing for state in states)


def last_run(session: Session, file: Path) -> str | None:
    context = session.context_of(file.as_uri())
    assert context is not None
    run = context.find(LAST).run
    return run.name if run is not None else None


@pytest.fixture
def two(unpack_history: Callable[[str], Path], tmp_path: Path) -> tuple[Path, Path]:
    """Return two folders of a workspace. Each has a history with a pipeline of the same name."""
    folders = (tmp_path / "new", tmp_path / "old")
    for folder, name in zip(folders, ("0.98.0", "0.55.5"), strict=True):
        (folder / DATABASE).parent.mkdir(parents=True)
        shutil.copy(unpack_history(name) / "config" / DATABASE.removeprefix("history/"), folder / DATABASE)
    return folders


async def test_a_file_is_answered_from_the_stores_of_its_folder(
    two: tuple[Path, Path], load: Callable[..., Session], tmp_path: Path
) -> None:
    new, old = two
    session = load(Editor(new, old), history=["history"])
    await until_true(lambda: is_read(session))
    assert session.context is not None
    assert len(session.context.history.state.sources) == 2

    runs = {folder: last_run(session, folder / "src" / "train.py") for folder in two}

    assert None not in runs.values()
    assert runs[new] != runs[old]
    assert last_run(session, tmp_path / "elsewhere.py") in runs.values()
    context = session.context_of((old / "train.py").as_uri())
    assert context is not None
    assert [source.label for source in context.history.state.sources] == [
        str(old / "history/local_stores/default_zen_store/zenml.db")
    ]


@pytest.mark.parametrize(
    ("of_new", "of_old", "found"),
    [
        ("history", "history", ["new", "old"]),
        ("./history", "./history", ["new", "old"]),
        (f"sqlite:///{DATABASE}", f"sqlite:///{DATABASE}", ["new", "old"]),  # relative to the folder, not to the server
        ("../old/history", "../new/history", ["old", "new"]),
        ("{new}/history", "{new}/history", ["new", "new"]),
        ("file://{new}/history", "", ["new", None]),
        ("sqlite:///{new}/" + DATABASE, "history", ["new", "old"]),
        ("{new}/history", "{old}/history", ["new", "old"]),
        ("", "history", [None, "old"]),
        ("no/such/place", "history", [None, "old"]),
    ],
)
def test_a_place_counts_from_its_folder(
    of_new: str, of_old: str, found: list[str | None], two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = two
    monkeypatch.chdir(new.parent)
    monkeypatch.setenv("ZENML_CONFIG_PATH", str(new.parent / "none"))
    named = [place.format(new=new, old=old) for place in (of_new, of_old)]
    wanted = [Wanted(folder, (place,) if place else ()) for folder, place in zip(two, named, strict=True)]

    stores = Finder().find(wanted, ask=False)

    labels = [next((source.label for source in sources), None) for sources in stores.of_folder.values()]
    folders = {None: None, "new": str(new / DATABASE), "old": str(old / DATABASE)}
    assert labels == [folders[name] for name in found]


async def test_pipelines_of_two_stores_are_labeled(two: tuple[Path, Path], load: Callable[..., Session]) -> None:
    session = load(Editor(*two), history=["history"])
    await until_true(lambda: is_read(session))
    assert session.context is not None
    whole, own = session.context, session.context_of((two[0] / "a.py").as_uri())
    facts = {each.name: pipeline_facts(whole.history, each) for each in whole.history.pipelines()}
    assert facts["training_pipeline"].endswith(" · new, old")
    assert own is not None
    assert not any("new" in pipeline_facts(own.history, each) for each in own.history.pipelines())


async def test_a_folder_without_a_store_is_answered_from_all(
    two: tuple[Path, Path], load: Callable[..., Session], tmp_path: Path
) -> None:
    new, _ = two
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    session = load(Editor(notebooks, new), history=["history"])
    await until_true(lambda: is_read(session))
    assert last_run(session, notebooks / "a.py") == last_run(session, new / "a.py") is not None


@pytest.mark.thorough
async def test_each_folder_has_its_own_setting(two: tuple[Path, Path], load: Callable[..., Session]) -> None:
    new, old = two
    (old / "history").rename(old / "elsewhere")
    session = load(Editor(new, old), history=["history"])
    session.configure_folders({old: {"history": ["elsewhere"]}})
    await until_true(lambda: is_read(session) and last_run(session, old / "a.py"))
    assert last_run(session, new / "a.py") != last_run(session, old / "a.py")


async def test_each_folder_has_its_own_zenml(two: tuple[Path, Path], load: Callable[..., Session]) -> None:
    for folder, release in zip(two, ("0.98.0", "0.55.5"), strict=True):
        metadata = folder / f".venv/lib/python3.11/site-packages/zenml-{release}.dist-info/METADATA"
        metadata.parent.mkdir(parents=True)
        metadata.write_text(f"Name: zenml\nVersion: {release}\n")
        (folder / ".venv/pyvenv.cfg").touch()
    session = load(Editor(*two), history=["history"])
    session.options = session.options.__class__(interpreter=str(two[0] / ".venv/bin/python"))
    found = [context.zenml for folder in two if (context := session.context_of((folder / "a.py").as_uri()))]
    assert found == [(0, 98, 0), (0, 55, 5)]


def python_that_tells(folder: Path, told: Path) -> str:
    """Return the path of a Python that records its starts."""
    python = folder / "python"
    python.write_text(f'#!/bin/sh\necho {folder.name} >> "{told}"\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return str(python)


@pytest.mark.skipif(sys.platform == "win32", reason="the Pythons are shell scripts")
@pytest.mark.thorough
async def test_each_folder_reads_outputs_with_its_own_python(
    two: tuple[Path, Path], load: Callable[..., Session], tmp_path: Path
) -> None:
    told = tmp_path / "told"
    new, old = two
    shared = [str(new / "history")]
    session = load(Editor(new, old), python_that_tells(new, told), history=shared)
    session.configure_folders({old: {"interpreter": python_that_tells(old, told), "history": shared}})
    await until_true(lambda: is_read(session))
    output = Thing(Kind.OUTPUT, "accuracy", owner=Thing(Kind.STEP, "train", owner=LAST))
    for folder in (old, new, old):
        context = session.context_of((folder / "a.py").as_uri())
        assert context is not None
        found = context.find(output).output
        assert found is not None
        assert (await context.previews.preview(found)).kind != "problem"
    assert told.read_text().split() == ["old", "new"]


@pytest.mark.thorough
async def test_a_command_for_a_store_is_answered_from_the_folder_that_has_it(
    two: tuple[Path, Path], load: Callable[..., Session]
) -> None:
    session = load(Editor(*two), history=["history"])
    await until_true(lambda: is_read(session))
    for folder in two:
        of_file = session.context_of((folder / "a.py").as_uri())
        assert of_file is not None
        (state,) = of_file.history.state.sources
        assert session.context_of_source(state.source) is of_file


async def test_a_store_of_several_folders_is_read_for_the_document_that_was_asked_about(
    two: tuple[Path, Path], load: Callable[..., Session], tmp_path: Path
) -> None:
    new, old = two
    shared = [str(new / "history")]
    session = load(Editor(new, old), history=shared)
    session.configure_folders({folder: {"interpreter": str(folder / "python"), "history": shared} for folder in two})
    await until_true(lambda: is_read(session))
    for folder in (old, new, old):
        of_file = session.context_of((folder / "a.py").as_uri())
        assert of_file is not None
        (state,) = of_file.history.state.sources
        assert session.context_of_source(state.source) is of_file


async def test_a_named_store_that_is_deleted_keeps_its_history_and_says_so(
    two: tuple[Path, Path], load: Callable[..., Session]
) -> None:
    new, _ = two
    session = load(Editor(new), history=["history"])
    await until_true(lambda: is_read(session))
    before = last_run(session, new / "a.py")
    shutil.rmtree(new / "history")
    assert session.context is not None
    await until_true(lambda: session.context and session.context.history.state.sources[0].error)
    await asyncio.sleep(0.3)  # some looks for stores later
    assert before is not None
    assert last_run(session, new / "a.py") == before
    (state,) = session.context.history.state.sources
    assert "does not exist" in (state.error or "")
    assert state.advice


async def test_no_server_is_asked_in_the_event_loop(
    two: tuple[Path, Path], load: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = two
    asking: list[threading.Thread] = []

    def answers(_: ZenMLServerSource) -> bool:
        asking.append(threading.current_thread())
        return False

    monkeypatch.setattr(ZenMLServerSource, "answers", answers)
    (new / "history/config.yaml").write_text("store: {type: rest, url: 'http://127.0.0.1:9'}\n")
    editor = Editor(new)
    session = load(editor, history=["history"])
    await until_true(lambda: is_read(session))
    session.refresh()
    editor.open_folders = [new, old]
    session.folders_changed()
    await until_true(lambda: is_read(session) and len(asking) > 2)
    assert threading.main_thread() not in asking
    assert last_run(session, new / "a.py") is not None


def test_a_folder_whose_server_is_still_to_be_asked_has_no_stores_of_others(
    two: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = two
    (old / "history/config.yaml").write_text("store: {type: rest, url: 'http://127.0.0.1:9'}\n")
    monkeypatch.setattr(ZenMLServerSource, "answers", lambda _: False)
    wanted = [Wanted(new, ("history",)), Wanted(old, ("history",)), Wanted(tmp_path, ("none",))]
    finder = Finder()

    before = finder.find(wanted, ask=False)
    asked = finder.find(wanted, ask=True)
    later = finder.find(wanted, ask=False)

    assert (before.is_whole, asked.is_whole) == (False, True)
    assert before.keys_of(new) == asked.keys_of(new) == {str(new / DATABASE)}
    assert before.keys_of(old) == before.keys_of(tmp_path) == frozenset()
    assert asked.keys_of(old) == later.keys_of(old) == {str(old / DATABASE)}
    assert asked.keys_of(tmp_path) == later.keys_of(tmp_path) == {str(new / DATABASE), str(old / DATABASE)}


def test_a_place_that_is_named_no_more_is_not_kept(two: tuple[Path, Path]) -> None:
    new, old = two
    finder = Finder()
    kept = finder.find([Wanted(new, ("history",))], ask=True).sources
    (new / "history").rename(new / "moved")
    assert finder.find([Wanted(new, ("history",))], ask=True).sources == kept
    (moved,) = finder.find([Wanted(new, ("moved",))], ask=True).sources
    assert moved.label.startswith(str(new / "moved"))
    assert len(finder.find([Wanted(new, ("moved",)), Wanted(old, ("history",))], ask=True).sources) == 2
