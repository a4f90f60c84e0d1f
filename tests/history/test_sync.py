"""The index follows its store: new, running, changed and deleted runs, and faults of a store."""

from __future__ import annotations

import gc
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta, timezone
from itertools import cycle, islice
from pathlib import Path

import pytest

from pipesight.history import decoding, index_connection, index_file, questions
from pipesight.history.discovery import discover
from pipesight.history.history import History
from pipesight.history.index_connection import Readers, connect
from pipesight.history.index_file import IndexFile
from pipesight.history.model import Run, RunFilter, Status, Step
from pipesight.history.sources import RunRecord, SeenStep, SourceBusyError, SourceError
from pipesight.history.sources.database import DatabaseSource
from pipesight.history.sources.row import Row
from pipesight.history.sources.zenml_sql import ZenMLSession
from tests.examples import mostly_slow
from tests.history import recorder
from tests.waiting import eventually

STORES = ["0.33.0", "0.55.5", "0.70.0-up0.98.0", "0.98.0"]


def steps_of(history: History, run: Run | None) -> tuple[Step, ...]:
    assert run is not None
    eventually(lambda: history.steps(run) is not None)
    return history.steps(run) or ()


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read runs in several batches, as of a large store."""
    monkeypatch.setattr("pipesight.history.sources.zenml_sql._FIRST", 2)
    monkeypatch.setattr("pipesight.history.sources.zenml_sql._PART", 3)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., History]]:
    """Return a function: `watch(database)` is a history of that database, synced in the background."""
    opened: list[History] = []

    def open_history(*databases: Path, start: bool = True) -> History:
        sources = [DatabaseSource(database) for database in databases]
        history = History.open(sources, cache_folder=tmp_path / "cache", start=start)
        opened.append(history)
        if start:
            eventually(lambda: all(state.synced_at or state.error for state in history.state.sources))
            eventually(lambda: not history.state.syncing)
        return history

    yield open_history
    for history in opened:
        history.close()


@pytest.fixture(params=mostly_slow(STORES, quick=("0.98.0",)))
def database(request: pytest.FixtureRequest, copy_database: Callable[[str], Path]) -> Path:
    return copy_database(request.param)


@pytest.fixture
def modern(copy_database: Callable[[str], Path]) -> Path:
    return copy_database("0.98.0")


def test_a_new_run_shows_up_while_watching(database: Path, watch: Callable[..., History]) -> None:
    history = watch(database)
    before = history.run_count("training_pipeline")
    heard: list[float] = []
    history.subscribe(lambda: heard.append(time.monotonic()))

    recorder.record_run(database, "first_training", "brand new")

    eventually(lambda: history.run("brand new"))
    assert heard
    assert history.runs()[0].name == "brand new"
    assert history.run_count("training_pipeline") == before + 1
    assert [step.name for step in steps_of(history, history.run("brand new"))] == [
        step.name for step in steps_of(history, history.run("first_training"))
    ]


def test_a_running_run_is_followed_to_its_end(database: Path, watch: Callable[..., History]) -> None:
    history = watch(database)
    run_id = recorder.record_run(database, "first_training", "under way", status="running", steps=1)
    eventually(lambda: history.run("under way"))
    assert getattr(history.run("under way"), "status", None) is Status.RUNNING
    eventually(lambda: len(steps_of(history, history.run("under way"))) == 1)

    recorder.record_steps(database, "first_training", run_id, start=1)
    eventually(lambda: len(steps_of(history, history.run("under way"))) > 1)

    recorder.finish_run(database, run_id, "completed")
    eventually(lambda: getattr(history.run("under way"), "status", None) is Status.COMPLETED)
    assert getattr(history.run("under way"), "end", None) is not None


def test_a_deleted_run_goes(database: Path, watch: Callable[..., History]) -> None:
    history = watch(database)
    before = history.run_count()
    recorder.delete_run(database, "first_training")
    eventually(lambda: history.run("first_training") is None)
    assert history.run_count() == before - 1


def test_a_deleted_and_a_new_run_at_once(database: Path, watch: Callable[..., History]) -> None:
    history = watch(database, start=False)
    history.sync_once()
    recorder.record_run(database, "first_training", "in place of it")
    recorder.delete_run(database, "first_training")
    history.sync_once()
    assert history.run("first_training") is None
    assert history.run("in place of it") is not None


def test_nothing_is_read_when_nothing_changed(modern: Path, watch: Callable[..., History]) -> None:
    history = watch(modern)
    eventually(lambda: not history.state.syncing)
    heard: list[None] = []
    history.subscribe(lambda: heard.append(None))
    synced_at = history.state.synced_at
    eventually(lambda: history.state.synced_at != synced_at)
    assert heard == []


@pytest.mark.thorough
def test_a_killed_run_is_stale(
    unpack_history: Callable[[str], Path], watch: Callable[..., History], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "_FRESH", 0.0)
    history = watch(next(unpack_history("0.98.0-extra").rglob("zenml.db")), start=False)
    history.sync_once()
    killed_at = datetime(2026, 11, 22, 13, 27, 26, tzinfo=timezone.utc)

    def status_at(time: datetime) -> tuple[Status, ...]:
        monkeypatch.setattr(decoding, "now", lambda: time)
        history.sync_once()
        run = history.run("killed_run")
        assert run is not None
        return (run.status, *(step.status for step in history.steps(run) or ()))

    def found(status: str) -> bool:
        return any(run.name == "killed_run" for run in history.matching_runs(RunFilter(statuses=(status,)), limit=100))

    assert status_at(killed_at + timedelta(hours=1)) == (Status.RUNNING, Status.RUNNING)
    assert (found("running"), found("stale")) == (True, False)
    assert status_at(killed_at + timedelta(hours=25)) == (Status.STALE, Status.STALE)
    assert (found("running"), found("stale")) == (False, True)


def test_steps_of_an_old_run_are_fetched_when_asked_for(
    modern: Path, watch: Callable[..., History], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipesight.history.update._NEWEST", 0)
    monkeypatch.setattr("pipesight.history.update._PER_PIPELINE", 0)
    monkeypatch.setattr("pipesight.history.update._AT_ONCE", 1)
    history = watch(modern)
    eventually(lambda: not history.state.syncing)
    run = history.run("first_training")
    assert run is not None
    assert history.steps(run) is None
    eventually(lambda: history.steps(run) is not None)
    train = history.step(run, "train")
    assert train is not None
    assert [output.name for output in history.outputs(train) or ()] == ["accuracy", "model", "params"]


@pytest.mark.thorough
def test_what_happens_while_steps_are_read_is_seen_before_all_are(
    modern: Path, watch: Callable[..., History], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipesight.history.update._GLANCE", 0.0)
    monkeypatch.setattr("pipesight.history.update._AT_ONCE", 1)
    steps_of, asked = ZenMLSession.steps, list[str]()

    def steps(session: ZenMLSession, run_ids: Collection[str], *, full: bool = False) -> object:
        asked.extend(run_ids)
        if len(asked) == 2:
            with closing(sqlite3.connect(modern)) as connection, connection:
                changed = "status = 'failed', updated = '2030-01-01 00:00:00.000000'"
                connection.execute(f"UPDATE pipeline_run SET {changed} WHERE id = ?", [asked[0]])
        return steps_of(session, run_ids, full=full)

    monkeypatch.setattr(ZenMLSession, "steps", steps)
    history = watch(modern, start=False)
    history.sync_once()
    run = next(run for run in history.runs() if run.id == asked[0])
    assert run.status is Status.FAILED
    assert asked.index(asked[0], 1) < len(asked) - 1, "its steps are read again before those of older runs"


@pytest.fixture
def long_ago(modern: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a store with a step `once_upon_a_time` in an old run, whose steps are not mirrored by default."""
    with closing(sqlite3.connect(modern)) as connection, connection:
        connection.execute(
            "UPDATE step_run SET name = 'once_upon_a_time' WHERE name = 'train' AND pipeline_run_id ="
            " (SELECT id FROM pipeline_run WHERE name = 'first_training')"
        )
    monkeypatch.setattr("pipesight.history.update._NEWEST", 1)
    monkeypatch.setattr("pipesight.history.update._PER_PIPELINE", 1)
    monkeypatch.setattr("pipesight.history.update._AT_ONCE", 1)
    return modern


def knows_long_ago(history: History) -> bool:
    return "once_upon_a_time" in {step.name for step in history.step_names("training_pipeline")}


def test_every_step_name_is_known_even_of_runs_long_ago(long_ago: Path, watch: Callable[..., History]) -> None:
    history = watch(long_ago)
    eventually(lambda: knows_long_ago(history))
    assert "accuracy" in {output.name for output in history.output_names("training_pipeline", "once_upon_a_time")}


@pytest.mark.thorough
def test_every_step_name_is_known_though_the_store_was_busy_for_a_moment(
    long_ago: Path, watch: Callable[..., History], monkeypatch: pytest.MonkeyPatch
) -> None:
    names_of, busy = ZenMLSession.step_names, [SourceBusyError("locked by a writer")]

    def step_names(session: ZenMLSession) -> Iterator[SeenStep]:
        if busy:
            raise busy.pop()
        return names_of(session)

    monkeypatch.setattr(ZenMLSession, "step_names", step_names)
    history = watch(long_ago, start=False)
    history.sync_once()
    assert not busy
    assert knows_long_ago(history)


@pytest.mark.thorough
def test_a_first_index_stopped_while_step_names_are_read(
    long_ago: Path, tmp_path: Path, watch: Callable[..., History], monkeypatch: pytest.MonkeyPatch
) -> None:
    gc.enable()  # a command that another test ran may have switched it off
    names_of = ZenMLSession.step_names
    before = set(threading.enumerate())
    collecting: list[bool] = []

    def endless(session: ZenMLSession) -> Iterator[SeenStep]:
        for seen in cycle(names_of(session)):
            collecting.append(gc.isenabled())
            time.sleep(0.01)
            yield seen

    with monkeypatch.context() as patched:
        patched.setattr(ZenMLSession, "step_names", endless)
        stopped = History.open([DatabaseSource(long_ago)], cache_folder=tmp_path / "cache")
        eventually(lambda: len(collecting) > 9 and stopped.run("first_training"))
        stopped.close()
        eventually(lambda: set(threading.enumerate()) <= before)
    assert not any(collecting)
    assert gc.isenabled()

    history = watch(long_ago, start=False)
    history.sync_once()
    assert knows_long_ago(history)


@pytest.mark.thorough
def test_the_collector_works_again_after_several_first_indexes(
    modern: Path, unpack_history: Callable[[str], Path], watch: Callable[..., History]
) -> None:
    others = [next(unpack_history(name).rglob("zenml.db")) for name in ("0.55.5", "0.33.0", "0.98.0-extra")]
    history = watch(modern, *others)
    assert all(state.run_count for state in history.state.sources)
    assert gc.isenabled()


@pytest.mark.thorough
def test_a_run_under_way_is_silent_while_nothing_happens(modern: Path, watch: Callable[..., History]) -> None:
    recorder.record_run(modern, "first_training", "under way", status="running", steps=1)
    history = watch(modern, start=False)
    history.sync_once()
    heard: list[None] = []
    history.subscribe(lambda: heard.append(None))
    history.sync_once()
    assert heard == []


def test_who_hears_of_a_change_hears_when_all_is_read(modern: Path, watch: Callable[..., History]) -> None:
    history = watch(modern)
    heard: list[bool] = []
    history.subscribe(lambda: heard.append(history.state.syncing))
    recorder.record_run(modern, "first_training", "brand new")
    eventually(lambda: history.run("brand new"))
    eventually(lambda: not history.state.syncing)
    assert heard
    assert heard[-1] is False


@pytest.mark.parametrize(
    ("name", "store", "release"),
    [("0.98.0", "ZenML", "0.98.0"), ("0.23.0", "ML Metadata", "0.23.0"), ("legacy-0.7.3", "ML Metadata", None)],
)
def test_the_state_tells_the_release(
    name: str, store: str, release: str | None, unpack_history: Callable[[str], Path], tmp_path: Path
) -> None:
    history = History.open(
        discover(history=[str(unpack_history(name))], environment={}).sources, cache_folder=tmp_path, start=False
    )
    try:
        (before,) = history.state.sources
        history.sync_once()
        (after,) = history.state.sources
    finally:
        history.close()
    assert (before.store, before.release) == (None, None)
    assert (after.store, after.release) == (store, release)


@pytest.mark.thorough
def test_a_pipeline_without_runs_comes_and_goes(
    modern: Path, watch: Callable[..., History], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipesight.history.update._NAMES_AGE", 0.0)
    history = watch(modern)
    with closing(sqlite3.connect(modern)) as connection, connection:
        columns = [str(row[1]) for row in connection.execute("PRAGMA table_info(pipeline)")]
        new = {"id": "'0'", "name": "'never run'"}
        values = ", ".join(new.get(column, column) for column in columns)
        connection.execute(f"INSERT INTO pipeline SELECT {values} FROM pipeline LIMIT 1")
    eventually(lambda: history.pipeline("never run"))
    with closing(sqlite3.connect(modern)) as connection, connection:
        connection.execute("DELETE FROM pipeline WHERE name = 'never run'")
    eventually(lambda: history.pipeline("never run") is None)
    assert history.pipeline("training_pipeline") is not None


# What is recorded of a run after it


_OBJECTS = {
    "pipeline_run": "SELECT id FROM pipeline_run WHERE name = 'first_training'",
    "step_run": (
        "SELECT step.id FROM step_run step JOIN pipeline_run run ON run.id = step.pipeline_run_id"
        " WHERE run.name = 'first_training' ORDER BY step.created, step.id LIMIT 1"
    ),
    "artifact_version": (
        "SELECT output.artifact_id FROM step_run_output_artifact output JOIN step_run step ON step.id = output.step_id"
        " JOIN pipeline_run run ON run.id = step.pipeline_run_id WHERE run.name = 'first_training' LIMIT 1"
    ),
}


def id_of(database: Path, kind: str) -> str:
    with closing(sqlite3.connect(database)) as connection:
        return str(connection.execute(_OBJECTS[kind]).fetchone()[0])


def log_later(database: Path, kind: str = "pipeline_run") -> None:
    recorder.log_metadata(database, kind, id_of(database, kind), "later")


@pytest.fixture
def afterwards(modern: Path, watch: Callable[..., History], monkeypatch: pytest.MonkeyPatch) -> History:
    """Return a history that has read its store twice, and that reads again at once what may be added to a run."""
    monkeypatch.setattr("pipesight.history.update._NAMES_AGE", 0.0)
    history = watch(modern, start=False)
    history.sync_once()
    history.sync_once()
    return history


def names_of_metadata(history: History) -> set[str]:
    run = history.run("first_training")
    assert run is not None
    steps = history.steps(run) or ()
    outputs = [output for step in steps for output in history.outputs(step) or ()]
    return {name for each in (history.details(run), *steps, *outputs) if each is not None for name in each.metadata}


@pytest.mark.parametrize("kind", mostly_slow(list(_OBJECTS), quick=("step_run",)))
def test_metadata_that_is_logged_later_is_seen_at_the_next_look(kind: str, modern: Path, afterwards: History) -> None:
    log_later(modern, kind)
    afterwards.sync_once()
    assert "later" in names_of_metadata(afterwards)


@pytest.mark.thorough
def test_a_tag_that_is_added_later_is_seen_at_the_next_look(modern: Path, afterwards: History) -> None:
    recorder.tag(modern, "pipeline_run", id_of(modern, "pipeline_run"), "promoted")
    afterwards.sync_once()
    run = afterwards.run("first_training")
    assert run is not None
    assert getattr(afterwards.details(run), "tags", None) == ("promoted",)


def test_a_step_that_changes_later_is_seen_at_the_next_look(modern: Path, afterwards: History) -> None:
    with closing(sqlite3.connect(modern)) as connection, connection:
        connection.execute("UPDATE step_run SET status = 'failed' WHERE id = ?", [id_of(modern, "step_run")])
    afterwards.sync_once()
    assert Status.FAILED in {step.status for step in steps_of(afterwards, afterwards.run("first_training"))}


@pytest.mark.thorough
def test_only_runs_with_something_new_are_read_again(
    modern: Path, afterwards: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_later(modern)
    read: list[str] = []
    whole = ZenMLSession.steps

    def steps(session: ZenMLSession, run_ids: Collection[str], *, full: bool = False) -> object:
        read.extend(run_ids)
        return whole(session, run_ids, full=full)

    monkeypatch.setattr(ZenMLSession, "steps", steps)
    afterwards.sync_once()
    assert read == [getattr(afterwards.run("first_training"), "id", None)]


@pytest.mark.thorough
def test_the_look_after_a_new_run_reads_what_was_added_to_older_ones(modern: Path, afterwards: History) -> None:
    log_later(modern)
    recorder.record_run(modern, "first_training", "brand new")
    afterwards.sync_once()
    assert afterwards.run("brand new") is not None
    assert "later" not in names_of_metadata(afterwards)
    afterwards.sync_once()
    assert "later" in names_of_metadata(afterwards)


@pytest.mark.thorough
def test_the_last_change_of_a_store_is_followed_by_a_look_at_older_runs(
    modern: Path, watch: Callable[..., History], monkeypatch: pytest.MonkeyPatch
) -> None:
    history = watch(modern)
    recorder.record_run(modern, "first_training", "brand new")
    log_later(modern)
    eventually(lambda: history.run("brand new"))
    assert "later" not in names_of_metadata(history)
    monkeypatch.setattr("pipesight.history.update._NAMES_AGE", 0.0)
    eventually(lambda: "later" in names_of_metadata(history))


# What can go wrong


class _KilledError(BaseException):
    """The simulated end of the process."""


@pytest.mark.parametrize("batches", mostly_slow([0, 1, 2, 3], quick=(2,)))
@pytest.mark.thorough
def test_a_first_index_killed_half_way(
    batches: int, modern: Path, tmp_path: Path, watch: Callable[..., History], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs_of = ZenMLSession.runs

    def killed_runs(session: ZenMLSession) -> Iterator[Sequence[RunRecord]]:
        yield from islice(runs_of(session), batches)
        raise _KilledError

    with monkeypatch.context() as patched:
        patched.setattr(ZenMLSession, "runs", killed_runs)
        killed = watch(modern, start=False)
        with pytest.raises(_KilledError):
            killed.sync_once()
        assert killed.run_count() == min(batches * 3 - 1 if batches else 0, 10)
        killed.close()

    recorder.delete_run(modern, "first_training")
    history = watch(modern, start=False)
    history.sync_once(full=True)
    whole = History.open([DatabaseSource(modern)], cache_folder=tmp_path / "whole", start=False)
    whole.sync_once(full=True)
    try:
        assert history.pipelines() == whole.pipelines()
        assert history.runs() == whole.runs()
        assert [history.steps(run) for run in history.runs()] == [whole.steps(run) for run in whole.runs()]
    finally:
        whole.close()
    for file in (*(tmp_path / "cache").glob("*.db"), *(tmp_path / "whole").glob("*.db")):
        with closing(sqlite3.connect(file)) as connection:
            found = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
        assert {"run_of_pipeline", "run_start", "run_name", "run_open"} <= found


@pytest.mark.thorough
def test_a_store_that_becomes_readable_again(
    modern: Path, watch: Callable[..., History], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipesight.history.sync._RETRY", 0.2)
    history = watch(modern)
    with monkeypatch.context() as patched:
        patched.setattr(DatabaseSource, "_session", lambda *_: (_ for _ in ()).throw(SourceError("no permission")))
        modern.touch()
        eventually(lambda: history.state.sources[0].error == "no permission")
        heard: list[str | None] = []
        history.subscribe(lambda: heard.append(history.state.sources[0].error))
    eventually(lambda: not history.state.sources[0].error)
    eventually(lambda: heard)
    assert heard[-1] is None


@pytest.mark.thorough
def test_a_locked_store(modern: Path, watch: Callable[..., History], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipesight.history.sync._PATIENCE", 0.5)
    history = watch(modern)
    with closing(sqlite3.connect(modern, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        writer.execute("UPDATE pipeline_run SET name = 'renamed' WHERE name = 'first_training'")
        modern.touch()
        eventually(lambda: history.state.sources[0].error)
        assert "locked" in (history.state.sources[0].error or "")
        assert history.run("first_training") is not None
        writer.execute("COMMIT")
    eventually(lambda: history.run("renamed") and not history.state.sources[0].error)


@pytest.mark.thorough
def test_a_deleted_store_keeps_its_history(modern: Path, watch: Callable[..., History]) -> None:
    history = watch(modern)
    kept = shutil.copy(modern, modern.with_suffix(".kept"))
    modern.unlink()
    eventually(lambda: history.state.sources[0].error)
    state = history.state.sources[0]
    assert "does not exist" in (state.error or "")
    assert state.advice
    assert state.synced_at is not None
    assert history.run("first_training") is not None
    shutil.move(kept, modern)
    eventually(lambda: not history.state.sources[0].error)


@pytest.mark.parametrize("damage", ["truncated", "garbage", "empty"])
@pytest.mark.thorough
def test_a_damaged_store_keeps_its_history(
    damage: str, modern: Path, watch: Callable[..., History], monkeypatch: pytest.MonkeyPatch
) -> None:
    history = watch(modern)
    data = modern.read_bytes()
    modern.write_bytes({"truncated": data[: len(data) // 3], "garbage": b"not a database" * 999, "empty": b""}[damage])
    eventually(lambda: history.state.sources[0].error)
    assert history.state.sources[0].advice
    probes: list[object] = []
    probe = DatabaseSource.probe
    monkeypatch.setattr(DatabaseSource, "probe", lambda source: probes.append(source) or probe(source))
    eventually(lambda: len(probes) > 3)  # some looks later, at a file that is still the same
    assert history.state.sources[0].error
    assert history.run("first_training") is not None
    modern.write_bytes(data)
    eventually(lambda: not history.state.sources[0].error)


def test_a_replaced_store(modern: Path, copy_database: Callable[[str], Path], watch: Callable[..., History]) -> None:
    history = watch(modern)
    other = copy_database("0.98.0-extra")
    other.replace(modern)
    eventually(lambda: history.run("killed_run"))
    assert history.run_count() == 15


@pytest.mark.thorough
def test_a_store_replaced_by_another_kind(
    modern: Path, copy_database: Callable[[str], Path], watch: Callable[..., History]
) -> None:
    history = watch(modern)
    copy_database("legacy-0.7.3").replace(modern)
    eventually(lambda: history.pipeline("one_step_pipeline"))
    eventually(lambda: history.pipeline("types_pipeline") and history.run("tpl-2026_11_22-13_05_19_988308") is None)
    assert steps_of(history, history.run("first_training"))[0].name == "importer"


@pytest.mark.thorough
def test_a_store_migrated_while_watching(copy_database: Callable[[str], Path], watch: Callable[..., History]) -> None:
    old = copy_database("0.70.0")
    migrated = copy_database("0.70.0-up0.98.0")
    history = watch(old)
    assert getattr(history.run("unlisted_run"), "pipeline", "") is None
    migrated.replace(old)
    eventually(lambda: getattr(history.run("unlisted_run"), "pipeline", None) == "unlisted")
    assert steps_of(history, history.run("first_training"))


@pytest.mark.thorough
def test_a_dead_writers_half_transaction_is_ignored(modern: Path, watch: Callable[..., History]) -> None:
    journal = Path(f"{modern}-journal")
    writer = sqlite3.connect(modern, isolation_level=None)
    writer.execute("PRAGMA cache_size = 1")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE pipeline_run SET name = name || ' half'")
    writer.execute("UPDATE step_run SET source_code = hex(randomblob(9999))")
    half, half_journal = modern.read_bytes(), journal.read_bytes()
    writer.execute("ROLLBACK")
    writer.close()
    modern.write_bytes(half)
    journal.write_bytes(half_journal)

    history = watch(modern, start=False)
    history.sync_once()
    assert history.run("first_training") is not None
    assert modern.read_bytes() == half
    assert journal.read_bytes() == half_journal


def test_a_store_in_wal_mode_gets_no_files_beside_it(modern: Path, watch: Callable[..., History]) -> None:
    with closing(sqlite3.connect(modern)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    before = sorted(modern.parent.iterdir())
    history = watch(modern, start=False)
    history.sync_once()
    assert history.run("first_training") is not None
    assert sorted(modern.parent.iterdir()) == before


def test_no_zenml_in_it(tmp_path: Path, watch: Callable[..., History]) -> None:
    database = tmp_path / "other.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
    history = watch(database, start=False)
    with pytest.raises(SourceError, match="no ZenML run history"):
        history.sync_once()
    assert history.is_empty


def test_a_damaged_index_is_made_anew(modern: Path, tmp_path: Path, watch: Callable[..., History]) -> None:
    history = watch(modern, start=False)
    history.sync_once()
    history.close()
    (file,) = (tmp_path / "cache").glob("*.db")
    file.write_bytes(b"SQLite format 3\0" + b"garbage" * 5000)
    history = watch(modern, start=False)
    assert history.is_empty
    history.sync_once()
    assert history.run("first_training") is not None


@pytest.mark.thorough
def test_an_index_damaged_while_open(modern: Path, tmp_path: Path, watch: Callable[..., History]) -> None:
    history = watch(modern, start=False)
    history.sync_once()
    (file,) = (tmp_path / "cache").glob("*.db")
    with file.open("r+b") as damaged:
        damaged.write(b"garbage" * 20_000)
    Path(f"{file}-wal").unlink(missing_ok=True)
    history.sync_once(full=True)
    assert history.run("first_training") is not None


def test_readers_that_find_the_same_damage_make_the_index_anew_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = IndexFile.open("a store", folder=tmp_path)
    all_have_failed = threading.Barrier(2)

    def rows(*_: object) -> list[Row]:
        all_have_failed.wait()
        return raise_damage()

    damaged = index._readers  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(damaged, "rows", rows)
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(index.fact, ["token", "other"]))
    index.close()

    assert found == [None, None]
    assert index.times_rebuilt == 1


def test_another_writer_is_looked_for_also_while_the_index_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = IndexFile.open("a store", folder=tmp_path)
    monkeypatch.setattr(index._readers, "rows", raise_damage)  # pyright: ignore[reportPrivateUsage]
    remove, looks = index_connection.remove, list[Future[bool]]()
    with ThreadPoolExecutor(1) as threads:

        def remove_and_look(path: Path | str) -> None:
            looks.append(threads.submit(index.noticed_other_writer))
            remove(path)

        monkeypatch.setattr(index_file, "remove", remove_and_look)
        assert index.fact("token") is None
        assert [isinstance(look.result(), bool) for look in looks] == [True]
    index.close()


def raise_damage(*_: object) -> list[Row]:
    raise sqlite3.DatabaseError("database disk image is malformed")


def test_a_reader_of_an_index_that_another_reader_replaces_asks_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = IndexFile.open("a store", folder=tmp_path)
    errors = iter([sqlite3.OperationalError("disk I/O error"), sqlite3.DatabaseError("file is not a database")])

    def rows(*_: object) -> list[Row]:
        error = next(errors)
        if isinstance(error, sqlite3.OperationalError):
            index.fact("other")  # which finds the damage
        raise error

    monkeypatch.setattr(index._readers, "rows", rows)  # pyright: ignore[reportPrivateUsage]
    found = index.fact("token")
    index.close()

    assert found is None
    assert index.times_rebuilt == 1


def test_a_connection_that_is_in_use_is_closed_after_its_use(tmp_path: Path) -> None:
    connection = connect(tmp_path / "index.db")
    readers = Readers(lambda: connection, connection)
    connection.create_function("close_readers", 0, readers.close)

    readers.rows("SELECT close_readers()", ())

    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


@pytest.mark.parametrize("is_open", [False, True])
@pytest.mark.thorough
def test_an_index_that_cannot_be_replaced(
    is_open: bool, modern: Path, tmp_path: Path, watch: Callable[..., History], monkeypatch: pytest.MonkeyPatch
) -> None:
    """This simulates Windows, which does not remove a file that another program has open."""

    def remove(path: Path | str) -> None:
        if isinstance(path, Path) and path.is_relative_to(tmp_path):
            raise PermissionError(13, "The process cannot access the file", str(path))

    history = watch(modern, start=False)
    history.sync_once()
    (file,) = (tmp_path / "cache").glob("*.db")
    if not is_open:
        history.close()
    with file.open("r+b") as damaged:
        damaged.write(b"garbage" * 20_000)
    Path(f"{file}-wal").unlink(missing_ok=True)
    monkeypatch.setattr(index_file, "remove", remove)
    if not is_open:
        history = watch(modern, start=False)
    history.sync_once(full=True)
    assert history.run("first_training") is not None


@pytest.mark.thorough
def test_an_index_that_lost_a_table_is_read_anew_at_once(
    modern: Path, tmp_path: Path, watch: Callable[..., History]
) -> None:
    history = watch(modern, start=False)
    history.sync_once()
    (file,) = (tmp_path / "cache").glob("*.db")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE word")
    history.close()
    history = watch(modern, start=False)
    history.sync_once()
    assert history.run("first_training") is not None
    assert history.stacks() == ("default",)


def full_after(pages: int) -> Callable[[Path | str], sqlite3.Connection]:
    """Open indexes on a disk with room for this number of database pages."""

    def connect(path: Path | str) -> sqlite3.Connection:
        connection = index_connection.connect(path)
        if isinstance(path, Path):
            connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    return connect


@pytest.mark.parametrize("pages", [2, 30], ids=["none", "some"])
@pytest.mark.thorough
def test_an_index_without_room_is_kept_in_memory(
    pages: int, modern: Path, tmp_path: Path, watch: Callable[..., History], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(index_file, "connect", full_after(pages))
        history = watch(modern)
        eventually(lambda: history.run_count() == 10)
        eventually(lambda: all(history.steps(run) for run in history.runs()))
        recorder.record_run(modern, "first_training", "brand new")
        eventually(lambda: history.run("brand new"))
        (trouble,) = history.troubles
        assert "can be written neither" in trouble or "full" in trouble
        assert history.state.sources[0].error is None
        history.close()
    history = watch(modern, start=False)
    history.sync_once(full=True)
    assert all(history.steps(run) for run in history.runs())
    assert history.troubles == ()


@pytest.mark.thorough
def test_what_was_read_before_serves_though_its_disk_is_full(
    modern: Path, watch: Callable[..., History], monkeypatch: pytest.MonkeyPatch
) -> None:
    history = watch(modern, start=False)
    history.sync_once(full=True)
    history.close()
    monkeypatch.setattr(index_file, "connect", full_after(1))
    history = watch(modern, start=False)
    modern.unlink()
    with pytest.raises(SourceError, match="does not exist"):
        history.sync_once()
    assert history.run("first_training") is not None


@pytest.mark.thorough
def test_one_step_in_two_runs_is_no_damage(modern: Path, watch: Callable[..., History]) -> None:
    history = watch(modern, start=False)
    with closing(sqlite3.connect(modern)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        columns = [str(row[1]) for row in connection.execute("PRAGMA table_info(step_run)")]
        connection.execute(f"CREATE TABLE copied AS SELECT {', '.join(columns)} FROM step_run")
        other = "(SELECT id FROM pipeline_run WHERE name != 'first_training' LIMIT 1)"
        first = "(SELECT id FROM pipeline_run WHERE name = 'first_training')"
        values = ", ".join(other if column == "pipeline_run_id" else column for column in columns)
        connection.execute(
            f"INSERT INTO copied SELECT {values} FROM step_run WHERE name = 'train' AND pipeline_run_id = {first}"
        )
        connection.execute("DROP TABLE step_run")
        connection.execute("ALTER TABLE copied RENAME TO step_run")
    history.sync_once(full=True)
    history.sync_once(full=True)
    assert history.run_count() == 10
    having = [run.name for run in history.runs() if "train" in {step.name for step in history.steps(run) or ()}]
    assert "first_training" in having
    heard: list[None] = []
    history.subscribe(lambda: heard.append(None))
    history.sync_once()
    assert heard == []


def test_many_runs_at_once_are_added_and_updated(tmp_path: Path) -> None:
    def record(number: int, status: str) -> RunRecord:
        return RunRecord(f"{number:032x}", f"run {number}", "training", status, number, number, number)

    with closing(IndexFile.open("a store", folder=tmp_path)) as file:
        for epoch, status in enumerate(("running", "completed"), 1):
            with file.writing() as writer:
                writer.loaded([record(number, status) for number in range(200)], epoch)
            found = file.rows('SELECT name, status, start, "end", open, epoch, mirrored FROM run ORDER BY id')
            is_open = int(status == "running")
            assert [tuple(row) for row in found] == [(f"run {n}", status, n, n, is_open, epoch, 0) for n in range(200)]


@pytest.mark.parametrize("_attempt", range(3))
def test_two_make_an_index_at_once(_attempt: int, tmp_path: Path) -> None:
    at_once = threading.Barrier(2)

    def make(_: int) -> IndexFile:
        at_once.wait()
        return IndexFile.open("a store", folder=tmp_path)

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(make, range(2))
    with closing(one), closing(other):
        assert one.path == other.path
        one.note("seen", "by both")
        assert other.fact("seen") == "by both"


def test_an_index_without_a_place_leaves_nothing_behind(
    modern: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "cache").write_text("no folder")
    before = set(tmp_path.iterdir())
    with closing(History.open([DatabaseSource(modern)], cache_folder=tmp_path / "cache", start=False)) as history:
        history.sync_once()
        assert history.run("first_training") is not None
    assert set(tmp_path.iterdir()) == before


@pytest.mark.thorough
def test_an_index_locked_by_another_program(
    modern: Path, tmp_path: Path, watch: Callable[..., History], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipesight.history.sync._PATIENCE", 0.0)
    history = watch(modern, start=False)
    history.sync_once()
    (file,) = (tmp_path / "cache").glob("*.db")
    recorder.record_run(modern, "first_training", "brand new")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SourceBusyError, match="locked the index"):
            history.sync_once()
        assert history.run("first_training") is not None
        other.execute("ROLLBACK")
    history.sync_once()
    assert history.run("brand new") is not None


def test_a_folder_is_no_store(tmp_path: Path, watch: Callable[..., History]) -> None:
    history = watch(tmp_path, start=False)
    with pytest.raises(SourceError, match=r"Is a directory|Permission denied"):
        history.sync_once()


NAMES = ["a space.db", "ünï.db", "what?mode=rw.db", "hash#.db", "per%20cent.db", "a'b.db"]


@pytest.mark.parametrize("name", mostly_slow(NAMES, quick=("what?mode=rw.db",)))
@pytest.mark.thorough
def test_names_of_files(name: str, modern: Path, watch: Callable[..., History]) -> None:
    history = watch(modern.rename(modern.with_name(name)), start=False)
    history.sync_once()
    assert history.run("first_training") is not None
    assert {path.name for path in modern.parent.glob("*.db*")} == {name}


@pytest.mark.thorough
def test_times_that_make_no_sense(modern: Path, watch: Callable[..., History]) -> None:
    strange = ["9999-12-31 23:59:59.999999", "0001-01-01 00:00:00", "soon", "", None]
    with closing(sqlite3.connect(modern)) as connection, connection:
        for row, time in enumerate(strange, 1):
            connection.execute(
                "UPDATE pipeline_run SET start_time = ?, end_time = ? WHERE rowid = ?", (time, time, row)
            )
    history = watch(modern, start=False)
    history.sync_once(full=True)
    assert history.run_count() == len(history.runs()) == 10
    assert all((run.duration or 0.0) >= 0.0 for run in history.runs())


@pytest.mark.thorough
def test_two_editors_share_an_index(modern: Path, watch: Callable[..., History]) -> None:
    one, other = watch(modern), watch(modern)
    recorder.record_run(modern, "first_training", "seen by both")
    eventually(lambda: one.run("seen by both") and other.run("seen by both"))
    eventually(lambda: one.run_count() == other.run_count() == 11)


@pytest.mark.thorough
def test_two_stores_with_one_pipeline_name(
    modern: Path, unpack_history: Callable[[str], Path], watch: Callable[..., History]
) -> None:
    older = next(unpack_history("0.55.5").rglob("zenml.db"))
    history = watch(modern, older)
    both = history.pipeline("training_pipeline")
    assert both is not None
    assert both.run_count == 8
    runs = history.runs("training_pipeline")
    assert len(runs) == 8
    assert [run.start for run in runs] == sorted([run.start for run in runs if run.start], reverse=True)
    assert len({run.source for run in runs}) == 2
    for run in runs:
        assert {step.source for step in steps_of(history, run)} == {run.source}
    assert [pipeline.name for pipeline in history.pipelines()].count("training_pipeline") == 1


@pytest.mark.thorough
def test_the_newest_step_and_output_of_two_stores_are_those_of_the_last_run(
    modern: Path, unpack_history: Callable[[str], Path], watch: Callable[..., History]
) -> None:
    newer = next(unpack_history("0.55.5").rglob("zenml.db"))
    history = watch(modern, newer, start=False)
    history.sync_once()
    last = history.last_run("training_pipeline")
    assert last is not None
    assert last.source == str(newer)

    assert [step for step in history.step_names("training_pipeline") if step.name == "train"] == [
        history.step(last, "train")
    ]
    outputs = history.output_names("training_pipeline", "train")
    assert {output.source for output in outputs} == {last.source}
    assert len({output.name for output in outputs}) == len(outputs) > 1
