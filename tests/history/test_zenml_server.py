"""A ZenML server over REST: answers of a real server, logins, and faults."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime, timedelta, timezone
from itertools import chain, repeat
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus, urlencode, urlsplit

import pytest

from pipesight.history.discovery import discover
from pipesight.history.history import History
from pipesight.history.model import Run
from pipesight.history.rows import rows
from pipesight.history.sources import SourceBusyError, SourceError
from pipesight.history.sources.server_login import Login
from pipesight.history.sources.zenml_server import ZenMLServerSource
from tests.history.replay import TOKEN, Replay, serve
from tests.waiting import PATIENCE, eventually

from .test_rows import as_lists

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[Replay]:
    with serve("0.98.0-extra") as replay:
        yield replay


def source(server: Replay, **login: str) -> ZenMLServerSource:
    return ZenMLServerSource(server.url, Login(**(login or {"token": TOKEN})), patience=10.0)


OF_EACH_RELEASE = pytest.mark.parametrize("name", ["0.41.0", "0.50.0", "0.55.5", "0.98.0-extra"])


@OF_EACH_RELEASE
@pytest.mark.parametrize("project", [None, "default"])
def test_rows_equal_what_zenml_shows(
    project: str | None,
    name: str,
    unpack_history: Callable[[str], Path],
    record_property: Callable[[str, object], None],
) -> None:
    root = unpack_history(name)
    expected = json.loads((root / "expected.json").read_text().replace(str(root), "@ROOT@"))
    with serve(name) as server:
        found = rows(ZenMLServerSource(server.url, Login(token=TOKEN), projects=[project] if project else []))
        shown = as_lists(found, expected)
    assert shown == sorted(expected, key=str)
    record_property("compared", (name, "ZenML server, its answers replayed", "ZenML's own API", len(shown)))


@OF_EACH_RELEASE
def test_the_index_of_a_server_equals_that_of_its_file(
    name: str, unpack_history: Callable[[str], Path], tmp_path: Path
) -> None:
    (file,) = discover(history=[str(unpack_history(name))], environment={}).sources
    with serve(name) as server, ExitStack() as opened:
        remote, local = (
            opened.enter_context(closing(History.open([each], cache_folder=tmp_path, start=False)))
            for each in (source(server), file)
        )
        for history in (remote, local):
            history.sync_once(full=True)
            history.sync_once()
        for ask in (
            lambda h: [(p.name, p.run_count, p.first_run, p.last_run) for p in h.pipelines()],
            lambda h: [(r.id, r.name, r.pipeline, r.status, r.start, r.end, r.stack) for r in h.runs()],
            lambda h: [
                (s.id, s.name, s.status, s.entrypoint, s.start, s.end, dict(s.parameters))
                for r in h.runs()
                for s in h.steps(r) or ()
            ],
            lambda h: [(o.name, o.data_type, o.materializer, o.artifact) for o in h.output_names(None, None)],
            lambda h: {(o.name, o.version, o.step_id) for o in h.artifacts()},
            lambda h: (h.stacks(), h.models()),
            lambda h: h.state.sources[0].release,
        ):
            assert ask(remote) == ask(local)


@pytest.mark.parametrize(
    "login",
    [{"username": "me", "password": "sesame"}, {"api_key": "ZENKEY_sesame"}, {"token": TOKEN}],
    ids=["password", "key", "token"],
)
def test_logins(login: dict[str, str], server: Replay) -> None:
    with source(server, **login).connect() as session:
        assert session.run_count() == 15


def test_an_expired_token_is_renewed(server: Replay) -> None:
    asked = source(server, token="old", username="me", password="sesame")
    with asked.connect() as session:
        assert session.run_count() == 15


@pytest.mark.parametrize(
    "login",
    [{"token": "old"}, {"username": "me", "password": "wrong"}],
)
def test_a_refused_login_says_what_to_do(login: dict[str, str], server: Replay) -> None:
    asked = source(server, **login)
    with pytest.raises(SourceError, match="refuses the login") as refused, asked.connect() as session:
        session.run_count()
    assert "zenml login" in refused.value.advice
    assert not any(secret in f"{refused.value!r} {refused.value.advice} {asked!r}" for secret in ("old", "wrong"))


def test_passing_trouble_is_retried(server: Replay) -> None:
    server.failures = [429, 503]
    with source(server).connect() as session:
        assert session.run_count() == 15


def test_lasting_trouble_is_an_error(server: Replay) -> None:
    server.failures = [500] * 20
    with pytest.raises(SourceBusyError, match="HTTP 500"), source(server).connect() as session:
        session.run_count()


def test_a_server_that_hangs(server: Replay) -> None:
    server.delay = 2.0
    asked = ZenMLServerSource(server.url, Login(token=TOKEN), patience=0.3)
    with pytest.raises(SourceError, match="does not answer"), asked.connect() as session:
        session.run_count()


def test_a_server_that_never_answered_gets_less_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipesight.history.sources.http._GREETING", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        asked = ZenMLServerSource(f"http://127.0.0.1:{silent.getsockname()[1]}", Login(token="t"))
        with pytest.raises(SourceError, match=r"does not answer within 0\.3 s\."), asked.connect():
            pass


def test_a_server_that_answered_may_take_longer(server: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = source(server)
    with asked.connect() as session:
        monkeypatch.setattr("pipesight.history.sources.http._GREETING", 0.01)
        server.delay = 0.3
        assert session.run_count() == 15


# What a server sends has an end


@contextmanager
def sending(parts: Iterator[bytes], pause: float = 0.0) -> Generator[str]:
    """Run a server that answers every request with these bytes, until the client disconnects. Yield its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=send, args=(connection,), daemon=True).start()

        def send(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                connection.recv(65536)
                for part in parts:
                    connection.sendall(part)
                    time.sleep(pause)

        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 200 OK\r\nX: ", HEAD + b"Content-Length: 99999\r\n\r\n"])
def test_a_server_that_drips_is_given_up(before: bytes) -> None:
    with sending(chain([before], repeat(b"x")), pause=0.05) as url:
        asked = ZenMLServerSource(url, Login(token="t"), patience=0.4)
        with pytest.raises(SourceError, match="does not answer"), asked.connect():
            pass
        assert not asked.answers()


def bomb(megabytes: int) -> bytes:
    """Return compressed zeros. A megabyte takes some kilobytes."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([*(packer.compress(bytes(1024**2)) for _ in range(megabytes)), packer.flush()])


@pytest.mark.parametrize(
    "parts",
    [
        lambda: chain([HEAD + b"\r\n"], repeat(b" " * 65536)),
        lambda: iter([HEAD + b"Content-Encoding: gzip\r\n\r\n" + bomb(200)]),
    ],
    ids=["endless", "packed"],
)
def test_an_answer_that_is_too_large_is_not_taken(parts: Callable[[], Iterator[bytes]]) -> None:
    tracemalloc.start()
    try:
        with sending(parts()) as url:
            asked = ZenMLServerSource(url, Login(token="t"))
            with pytest.raises(SourceError, match="more than 32 MB"), asked.connect():
                pass
        assert tracemalloc.get_traced_memory()[1] < 150 * 1024**2
    finally:
        tracemalloc.stop()


def test_a_packed_answer_is_read(server: Replay) -> None:
    body = gzip.compress(b'{"version": "0.98.0"}')
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    with sending(iter([head + body])) as url:
        assert ZenMLServerSource(url, Login(token="t")).server.release == "0.98.0"


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"items": [7], "total": 1}', b'{"items": [{}], "total": []}'])
def test_an_answer_that_makes_no_sense_is_said_in_plain_words(body: bytes, server: Replay) -> None:
    server.body = body
    with pytest.raises(SourceError, match="does not answer like a ZenML server"):
        list(rows(source(server)))


def test_no_server_there() -> None:
    with pytest.raises(SourceError, match=r"does not answer\.") as nobody:
        list(rows(ZenMLServerSource("http://127.0.0.1:9", Login(token="t"))))
    assert nobody.value.advice


def test_something_else_there(server: Replay) -> None:
    server.body = b"<html>welcome</html>"
    with pytest.raises(SourceError, match="like a ZenML server"), source(server).connect() as session:
        session.run_count()


@pytest.mark.parametrize(
    ("status", "body"), [(404, None), (422, None), (302, None), (200, b"{}"), (200, b"[]"), (200, b'{"items": null}')]
)
def test_an_answer_that_no_server_of_zenml_gives_deletes_nothing(
    status: int, body: bytes | None, server: Replay, tmp_path: Path
) -> None:
    with closing(History.open([source(server)], cache_folder=tmp_path, start=False)) as history:
        history.sync_once()
        server.failures, server.body = ([status] if body is None else []), body
        with pytest.raises(SourceError):
            history.sync_once()
        assert history.run_count() == 15


def test_no_login_goes_to_where_a_server_sends_one_on(server: Replay) -> None:
    with serve("0.41.0") as other:
        server.elsewhere = other.url
        asked = source(server, username="me", password="sesame")
        server.failures = [401, 307]
        with pytest.raises(SourceError, match=r"HTTP 307 and redirects to http://127\.0\.0\.1\."), asked.connect():
            pass
        assert not other.asked


@pytest.mark.parametrize("failures", [[301], [308], [401, 307]])
def test_a_server_may_send_one_on_to_itself(server: Replay, failures: list[int]) -> None:
    server.failures, server.elsewhere = failures, f"{server.url}/."
    with source(server, username="me", password="sesame").connect() as session:
        assert session.run_count() == 15


def test_what_came_in_full_is_not_replaced_by_less(
    server: Replay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipesight.history.sources.server_session._FIRST", 15)
    in_full = server.answers["runs?hydrate=true&size=50&sort_by=desc%3Acreated"]
    server.answers["runs?hydrate=true&size=15&sort_by=desc%3Acreated"] = in_full
    bare = [{**run, "metadata": None} for run in in_full[1]["items"]]
    page = {**in_full[1], "items": bare, "total_pages": 1}
    server.answers["runs?page=1&size=500&sort_by=desc%3Acreated"] = (200, page)
    with closing(History.open([source(server)], cache_folder=tmp_path, start=False)) as history:
        history.sync_once()
        started = {run.name: run.start for run in history.runs()}
    assert started["killed_run"] == datetime(2026, 11, 22, 13, 27, 26, 85536, tzinfo=timezone.utc)


def test_the_times_of_an_older_run_are_read_when_somebody_asks_and_stay(
    server: Replay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipesight.history.sources.server_session._FIRST", 1)
    for few in ("_AT_ONCE", "_REQUESTED", "_PER_PIPELINE"):
        monkeypatch.setattr(f"pipesight.history.update.{few}", 1)
    page = server.answers["runs?hydrate=true&size=50&sort_by=desc%3Acreated"][1]
    server.answers["runs?hydrate=true&size=1&sort_by=desc%3Acreated"] = (200, {**page, "items": page["items"][:1]})
    bare = [{**run, "metadata": None} for run in page["items"]]
    server.answers["runs?page=1&size=500&sort_by=desc%3Acreated"] = (200, {**page, "items": bare, "total_pages": 1})
    server.answers |= {f"runs/{run['id']}?hydrate=true": (200, run) for run in page["items"]}
    told = {run["name"]: (run["metadata"]["start_time"], run["metadata"]["end_time"]) for run in page["items"]}

    def times(runs: Iterable[Run]) -> dict[str, tuple[str | None, str | None]]:
        return {run.name: (shown(run.start), shown(run.end)) for run in runs}

    def shown(time: datetime | None) -> str | None:
        return time and time.replace(tzinfo=None).isoformat()

    with closing(History.open([source(server)], cache_folder=tmp_path, start=False)) as history:
        history.sync_once()
        assert times(history.runs()) != told
        assert times(history.fetch(history.runs())) == told
        history.refresh()
        history.sync_once()
        assert times(history.runs()) == told


def test_nothing_new_costs_one_request_and_some_for_each_run_under_way(server: Replay, tmp_path: Path) -> None:
    history = History.open([source(server)], cache_folder=tmp_path, start=False)
    try:
        history.sync_once()
        server.asked.clear()
        history.sync_once()
        under_way = [run for run in history.runs() if not run.status.is_finished]
        assert len(server.asked) == 1 + 3 * len(under_way)
    finally:
        history.close()


def test_the_first_names_cost_few_requests(server: Replay, tmp_path: Path) -> None:
    with closing(History.open([source(server)], cache_folder=tmp_path, start=False)) as history:
        history.sync_once()
    paths = [urlsplit(asked).path.removeprefix("/api/v1/") for asked in server.asked]
    assert paths[: paths.index("steps")] == ["projects", "info", "runs", "pipelines"]


def test_a_run_that_is_older_than_the_first_page_and_was_updated_last_is_seen(server: Replay, tmp_path: Path) -> None:
    page = server.answers["runs?hydrate=true&size=50&sort_by=desc%3Acreated"][1]
    with source(server).connect() as session:
        first = session.news(None)
        updated = json.loads(first.mark)["updated"]
        assert first.runs is None
        newer = {**page["items"][-1], "body": {**page["items"][-1]["body"], "updated": "2030-01-01T00:00:00"}}
        server.answers["runs?size=1&sort_by=desc%3Aupdated"] = (200, {**page, "items": [newer]})
        minute = datetime.fromisoformat(updated) - timedelta(minutes=1)
        since = urlencode({"updated": f"gte:{minute:%Y-%m-%d %H:%M:%S}"})
        server.answers[f"runs?page=1&size=500&sort_by=desc%3Aupdated&{since}"] = (200, {**page, "items": [newer]})
        second = session.news(first.mark)
    assert [run.name for run in second.runs or ()] == [newer["name"]]
    assert json.loads(second.mark)["updated"] == "2030-01-01T00:00:00"


def of_versions(server: Replay) -> list[str]:
    return [unquote_plus(asked) for asked in server.asked if "/artifact_versions" in asked]


def test_versions_of_outputs_are_asked_for_by_their_ids(server: Replay, tmp_path: Path) -> None:
    with closing(History.open([source(server)], cache_folder=tmp_path, start=False)) as history:
        history.sync_once()
        outputs = [
            each for run in history.runs() for step in history.steps(run) or () for each in history.outputs(step) or ()
        ]
    assert outputs
    assert all(output.metadata for output in outputs)
    assert any("id=oneof:[" in asked for asked in of_versions(server))
    assert not any("pipeline_run=" in asked for asked in of_versions(server))


def test_a_server_that_takes_no_list_of_ids_is_asked_for_the_versions_of_each_run(tmp_path: Path) -> None:
    with serve("0.55.5") as server:
        with closing(History.open([source(server)], cache_folder=tmp_path, start=False)) as history:
            history.sync_once()
            assert all(history.steps(run) for run in history.runs())
        assert len([asked for asked in of_versions(server) if "oneof:" in asked]) == 1
        assert any("pipeline_run=" in asked for asked in of_versions(server))


def test_of_artifacts_only_what_is_new_is_read(server: Replay) -> None:
    newest = server.answers["artifact_versions?size=1&sort_by=desc%3Acreated"][1]
    every = server.answers["artifact_versions?size=1000&sort_by=desc%3Acreated"][1]["items"]
    asked = source(server)
    with asked.connect() as session:
        known = session.artifacts()
        server.asked.clear()
        assert session.artifacts() == known
        assert len(server.asked) == 1

        added: dict[str, Any] = {**every[0], "id": "00000000-0000-0000-0000-00000000000a"}
        added["body"] = {**added["body"], "artifact": {**added["body"]["artifact"], "name": "brand new"}}
        total = newest["total"] + 1
        server.answers["artifact_versions?size=1&sort_by=desc%3Acreated"] = (200, {"items": [added], "total": total})
        server.answers["artifact_versions?size=2&sort_by=desc%3Acreated"] = (200, {"items": [added, every[0]]})
        assert [each.output.name for each in session.artifacts()] == [
            "brand new",
            *(each.output.name for each in known),
        ]
        assert not any("size=1000" in asked for asked in server.asked)

        server.answers["artifact_versions?size=1&sort_by=desc%3Acreated"] = (200, newest)  # and it is deleted again
        assert session.artifacts() == known


def test_of_many_artifacts_a_part_is_asked_for_at_a_time(server: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    page = server.answers["artifact_versions?size=1000&sort_by=desc%3Acreated"][1]
    every = page["items"]
    for number, query in enumerate(("size=40&", "page=2&size=40&", "page=3&size=40&")):
        part = {**page, "items": every[40 * number : 40 * number + 40]}
        server.answers[f"artifact_versions?{query}sort_by=desc%3Acreated"] = (200, part)
    with source(server).connect() as session:
        at_once = session.artifacts()
    server.asked.clear()
    monkeypatch.setattr("pipesight.history.sources.server_versions._PART", 40)
    with source(server).connect() as session:
        assert session.artifacts() == at_once
    assert not any("size=1000" in asked for asked in server.asked)


def test_after_the_first_look_the_next_comes_soon(server: Replay, tmp_path: Path) -> None:
    server.delay = 0.02  # so that the first look, with all its questions, takes long
    asked = source(server)
    asked.interval = 0.1
    history = History.open([asked], cache_folder=tmp_path)
    try:
        eventually(lambda: history.state.synced_at and not history.state.syncing)
        server.asked.clear()
        eventually(lambda: server.asked)
    finally:
        history.close()


def test_the_end_does_not_wait_for_each_server_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipesight.history.mirrors._PATIENCE", 0.3)
    with ExitStack() as running:
        servers = [running.enter_context(serve("0.41.0")) for _ in range(4)]
        for server in servers:
            server.delay = PATIENCE
        history = History.open([source(server) for server in servers], cache_folder=tmp_path)
        eventually(lambda: all(server.asked for server in servers))
        history.close()
        assert [server.waited for server in servers] == [0, 0, 0, 0]


# Where logins come from


def test_the_login_that_zenml_left(server: Replay, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(f"store:\n  type: rest\n  url: {server.url}\n")
    (tmp_path / "credentials.yaml").write_text(
        f"{server.url}:\n  api_token:\n    access_token: {TOKEN}\n    expires_at: 2099-01-01 00:00:00\n"
    )
    found = discover(history=[str(tmp_path)], environment={})
    assert len(list(rows(found.sources[0]))) == 117
    assert TOKEN not in repr(found)


def test_a_new_login_is_found_where_the_old_one_is_refused(server: Replay, tmp_path: Path) -> None:
    def log_in(token: str) -> None:
        (tmp_path / "credentials.yaml").write_text(f"{server.url}:\n  api_token: {{access_token: {token}}}\n")

    (tmp_path / "config.yaml").write_text(f"store:\n  type: rest\n  url: {server.url}\n")
    log_in("old")
    (found,) = discover(history=[str(tmp_path)], environment={}).sources
    assert isinstance(found, ZenMLServerSource)
    found.server.is_local = False  # such a server lets one in without a login
    with pytest.raises(SourceError, match="refuses the login"):
        list(rows(found))
    log_in(TOKEN)
    assert len(list(rows(found))) == 117


def test_the_key_in_the_environment(server: Replay, tmp_path: Path) -> None:
    environment = {
        "ZENML_CONFIG_PATH": str(tmp_path),
        "ZENML_STORE_URL": server.url,
        "ZENML_STORE_API_KEY": server.api_key,
    }
    found = discover([tmp_path], environment=environment, home=tmp_path)
    assert len(list(rows(found.sources[0]))) == 117
    assert server.api_key not in repr(found)


def test_a_login_in_the_setting(server: Replay, tmp_path: Path) -> None:
    place = server.url.replace("http://", "http://me:sesame@")
    found = discover(history=[place], environment={"ZENML_CONFIG_PATH": str(tmp_path)}, home=tmp_path)
    assert len(list(rows(found.sources[0]))) == 117
    assert "sesame" not in repr(found)
    assert "sesame" not in found.sources[0].key


def test_a_dead_local_server_falls_back_to_its_file(copy_history: Callable[[str], Path]) -> None:
    config = copy_history("0.98.0") / "config"
    (config / "config.yaml").write_text("store:\n  type: rest\n  url: http://127.0.0.1:9\n")
    found = discover(history=[str(config)], environment={})
    assert [source.kind for source in found.sources] == ["SQLite"]
    assert any("does not run" in finding.detail for finding in found.findings)


def test_no_login_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("store:\n  type: rest\n  url: https://zenml.example.com\n")
    found = discover(history=[str(tmp_path)], environment={})
    assert any("zenml login" in (finding.advice or "") for finding in found.findings)


def test_a_run_whose_steps_the_server_cannot_list_keeps_no_other_run_from_being_read(
    server: Replay, tmp_path: Path
) -> None:
    listed = [key for key in server.answers if key.startswith("steps?")]
    damaged = min(key.partition("pipeline_run_id=")[2].partition("&")[0] for key in listed)
    for key in (key for key in listed if damaged in key):
        server.answers[key] = (400, {"detail": ["ValueError", "Unable to load the configuration for step `train`."]})

    with closing(History.open([source(server)], cache_folder=tmp_path, start=False)) as history:
        history.sync_once(full=True)
        without_steps = [run.id for run in history.runs() if not history.steps(run)]

    assert without_steps == [damaged.replace("-", "")]
