"""The service: cached, shared and limited reads, in a process that may die, hang or be missing."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipesight.outputs.preview import Window
from pipesight.outputs.process import reader_environment
from pipesight.outputs.service import PreviewService
from tests.examples import mostly_slow
from tests.outputs.conftest import READER, Artifact, output_at
from tests.waiting import PATIENCE, eventually


def test_a_preview_is_read_once_and_then_in_memory(service: PreviewService, artifact: Artifact):
    output = output_at(artifact({"data.json": "0.93"}))
    assert service.cached(output) is None
    assert service.preview_sync(output).summary == "0.93"
    (Path(output.uri) / "data.json").unlink()
    assert service.preview_sync(output).summary == "0.93"
    found = service.cached(output)
    assert found is not None
    assert found.summary == "0.93"
    assert service.cached(output, Window(offset=50)) is None


def test_a_problem_is_forgotten_after_a_while(
    service: PreviewService, artifact: Artifact, monkeypatch: pytest.MonkeyPatch
):
    folder = artifact({})
    output = output_at(folder)
    now = 0.0
    monkeypatch.setattr("pipesight.outputs.service.time", SimpleNamespace(monotonic=lambda: now))
    assert service.preview_sync(output).kind == "problem"
    folder.mkdir()
    (folder / "data.json").write_text("1")
    assert service.preview_sync(output).kind == "problem"
    now += 60
    assert service.cached(output) is None
    assert service.preview_sync(output).summary == "1"


def test_what_is_read_ahead_is_told_once_and_again_after_a_problem(
    service: PreviewService, artifact: Artifact, monkeypatch: pytest.MonkeyPatch
):
    folder = artifact({"data.json": "1"})
    output, gone = output_at(folder), output_at(folder / "gone")
    now = 0.0
    monkeypatch.setattr("pipesight.outputs.service.time", SimpleNamespace(monotonic=lambda: now))

    def told() -> list[str]:
        for each in (output, gone):
            if service.cached(each) is None:
                service.prefetch(each)
        return [each.result().kind for each in service.begun()]

    assert told() == ["json", "problem"]
    assert told() == []
    service._forget(next(iter(service._cache)))  # as if others needed the room
    now += 60
    assert told() == ["problem"]


def test_calls_for_one_output_share_one_read(service: PreviewService, artifact: Artifact):
    output = output_at(artifact({"data.json": "1"}))

    async def ask() -> None:
        first = asyncio.create_task(service.preview(output))
        second = asyncio.create_task(service.preview(output))
        await asyncio.sleep(0)
        first.cancel()
        previews = [await second, await service.preview(output)]
        assert previews[0] is previews[1]
        assert first.cancelled()

    asyncio.run(ask())


def test_previews_come_while_the_event_loop_runs_on(service: PreviewService, artifact: Artifact):
    output = output_at(artifact({"data.json": "1"}))
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.001)

    async def ask() -> None:
        ticking = asyncio.create_task(tick())
        await service.preview(output)
        ticking.cancel()

    asyncio.run(ask())
    assert ticks > 5


def test_the_cache_is_bounded_in_bytes(artifact: Artifact, tmp_path: Path):
    service = PreviewService(None, cache_size=120_000)
    outputs = [output_at(tmp_path / str(i)) for i in range(4)]
    for output in outputs:
        Path(output.uri).mkdir()
        (Path(output.uri) / "data.txt").write_text("x" * 50_000)
        service.preview_sync(output)
    assert [service.cached(output) is not None for output in outputs] == [False, False, True, True]
    service.close()


FakePython = Callable[[str], str]


@pytest.fixture
def fake_python(tmp_path: Path) -> FakePython:
    """Return a function that writes a fake interpreter: a script that gets the reader's lines."""

    def write(code: str) -> str:
        path = tmp_path / "python"
        path.write_text(f"#!{sys.executable}\nimport json, os, sys, time\n{code}")
        path.chmod(0o755)
        return str(path)

    return write


ANSWER = """
print('{"ready": [3, 11, 0]}', flush=True)
for line in sys.stdin:
    request = json.loads(line)
    if "slow" in request["uri"]: time.sleep(600)
    if "crash" in request["uri"]: os._exit(1)
    if "noise" in request["uri"]: print("noise", flush=True)
    print(json.dumps({"id": request["id"], "preview": {"kind": "json", "summary": str(os.getpid())}}), flush=True)
"""


@pytest.mark.thorough
def test_a_read_that_takes_too_long_is_ended_and_the_next_one_works(fake_python: FakePython):
    service = PreviewService(fake_python(ANSWER), timeout=2)
    slow = service.preview_sync(output_at("slow"))
    assert "took longer than 2 s" in slow.summary
    assert "settings" in (slow.advice or "")
    assert "can be reached" in (service.preview_sync(output_at("s3://slow")).advice or "")
    eventually(lambda: service.preview_sync(output_at("quick")).kind == "json")  # a slow machine may need more than 2 s
    service.close()


def test_a_reader_that_cannot_be_asked_is_a_problem_and_not_silence(
    service: PreviewService, artifact: Artifact, monkeypatch: pytest.MonkeyPatch
):
    class NoThreads(threading.Timer):
        def start(self) -> None:
            raise RuntimeError("can't start new thread")

    output = output_at(artifact({"data.json": "1"}))
    with monkeypatch.context() as patched:
        patched.setattr("pipesight.outputs.process.threading.Timer", NoThreads)
        assert "The reader of outputs failed (RuntimeError)." in service.preview_sync(output).summary
    assert service.preview_sync(output, Window(limit=5)).summary == "1"


def test_an_interpreter_that_is_a_script_is_given_up_too(fake_python: FakePython, artifact: Artifact):
    hangs = (
        f"import sys, time; sys.path.insert(0, {str(READER.parent)!r}); del sys.argv[:2]; "
        "from reader import serve; serve.preview = lambda request: time.sleep(600); serve.main()"
    )
    start = f"import subprocess; sys.exit(subprocess.call([sys.executable, '-c', {hangs!r}, *sys.argv[1:]]))"
    service = PreviewService(fake_python(start), timeout=0.5)
    started = time.monotonic()
    assert "took longer" in service.preview_sync(output_at(artifact({"data.json": "1"}))).summary
    assert time.monotonic() - started < PATIENCE, "what the script started ends by itself"
    service.close()


def test_a_small_read_does_not_wait_behind_a_slow_one(fake_python: FakePython):
    service = PreviewService(fake_python(ANSWER), timeout=600)
    thread = threading.Thread(target=service.preview_sync, args=[output_at("slow")])
    thread.start()
    time.sleep(0.2)
    assert service.preview_sync(output_at("quick")).kind == "json"
    assert thread.is_alive()
    service.close()
    thread.join(PATIENCE)
    assert not thread.is_alive(), "closing ends what runs"


@pytest.mark.parametrize("uri", ["crash", "noise"])
def test_a_reader_that_dies_or_babbles_is_replaced(fake_python: FakePython, uri: str):
    service = PreviewService(fake_python(ANSWER))
    first = service.preview_sync(output_at("one")).summary
    assert "stopped" in service.preview_sync(output_at(uri)).summary
    second = service.preview_sync(output_at("two"))
    assert second.kind == "json"
    assert second.summary != first
    service.close()


def test_a_reader_killed_between_reads_is_started_again(fake_python: FakePython):
    service = PreviewService(fake_python(ANSWER))
    os.kill(int(service.preview_sync(output_at("one")).summary), 9)
    process = next(iter(service._readers))._process
    assert process is not None
    process.wait(PATIENCE)
    assert service.preview_sync(output_at("two")).kind == "json"
    service.close()


NO_READERS = ["print('Python 2.7', flush=True)", "sys.exit(1)", "raise SyntaxError"]


@pytest.mark.parametrize("code", mostly_slow(NO_READERS, quick=NO_READERS[:1]))
def test_an_interpreter_that_cannot_read_is_replaced_by_ours(fake_python: FakePython, artifact: Artifact, code: str):
    service = PreviewService(fake_python(code))
    assert service.preview_sync(output_at(artifact({"data.json": "1"}))).summary == "1"
    service.close()


def test_an_interpreter_that_is_not_there_is_replaced_by_ours(artifact: Artifact):
    service = PreviewService("/no/such/python")
    assert service.preview_sync(output_at(artifact({"data.json": "1"}))).summary == "1"
    service.close()


def reader_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "pipesight-reader"}


@pytest.mark.thorough
def test_idle_readers_end_and_start_again(artifact: Artifact, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pipesight.outputs.service._IDLE", 0.1)
    before = reader_threads()
    service = PreviewService(None)
    output = output_at(artifact({"data.json": "1"}))
    service.preview_sync(output)
    eventually(lambda: not reader_threads() - before)
    assert service.preview_sync(output, Window(limit=5)).summary == "1"
    service.close()


def test_after_closing_nothing_runs_and_questions_are_problems(artifact: Artifact):
    before = reader_threads()
    service = PreviewService(None)
    output = output_at(artifact({"data.json": "1"}))
    service.preview_sync(output)
    service.close()
    eventually(lambda: not reader_threads() - before)
    assert service.preview_sync(output, Window(limit=5)).kind == "problem"


def test_closing_does_not_work_off_what_waits(fake_python: FakePython):
    service = PreviewService(fake_python(ANSWER), timeout=600)
    waiting = [threading.Thread(target=service.preview_sync, args=[output_at(f"slow {i}")]) for i in range(10)]
    for thread in waiting:
        thread.start()
    time.sleep(0.3)
    service.close()
    for thread in waiting:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in waiting)


def test_memory_is_limited(tmp_path: Path):
    service = PreviewService(None, memory_limit=120 * 1024**2)
    with (tmp_path / "artifact.pkl").open("wb") as file:
        file.write(b"\x80\x04\x8e" + (400_000_000).to_bytes(8, "little"))  # "400 MB of bytes follow"
        file.truncate(400_000_020)
    preview = service.preview_sync(output_at(tmp_path))
    assert preview.kind == "problem"
    assert "memory" in preview.summary + (preview.advice or "")
    (tmp_path / "artifact.pkl").write_bytes(b"\x80\x04K\x01.")
    assert service.preview_sync(output_at(tmp_path), Window(limit=5)).kind == "pickle"
    service.close()


def test_the_beginning_of_a_json_file_of_200_megabytes_is_shown(service: PreviewService, tmp_path: Path):
    with (tmp_path / "data.json").open("wb") as file:
        file.write(b'{"start": 1, "rest": [' + b"1," * 500_000)
        file.truncate(200_000_000)  # sparse: it takes no room on the disk
    preview = service.preview_sync(output_at(tmp_path))
    assert preview.summary == "JSON dict, 200 MB"
    assert (preview.text or "").startswith('{"start": 1')
    assert preview.truncated


def test_a_reader_gets_credentials_and_places_but_nothing_else():
    given = {
        "PATH": "/bin",
        "HOME": "/home/me",
        "AWS_SECRET_ACCESS_KEY": "x",
        "GOOGLE_APPLICATION_CREDENTIALS": "y",
        "https_proxy": "z",
        "ZENML_STORE_PASSWORD": "secret",
        "PYTHONPATH": "/evil",
        "PYTHONSTARTUP": "/evil.py",
        "LD_PRELOAD": "/evil.so",
        "GITHUB_TOKEN": "t",
    }
    assert set(reader_environment(given)) == {
        "PATH",
        "HOME",
        "AWS_SECRET_ACCESS_KEY",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "https_proxy",
        *reader_environment({}),
    }
    assert reader_environment({})["AWS_MAX_ATTEMPTS"] == "2"
    assert reader_environment({"AWS_MAX_ATTEMPTS": "7"})["AWS_MAX_ATTEMPTS"] == "7"


@pytest.mark.thorough
def test_packages_that_a_person_installed_for_themselves_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    python = os.path.realpath(sys.executable)  # a virtual environment sees none of these
    monkeypatch.setenv("HOME", str(tmp_path))
    asked = subprocess.run([python, "-m", "site", "--user-site"], capture_output=True, text=True, timeout=PATIENCE)
    packages = Path(asked.stdout.strip())
    packages.mkdir(parents=True)
    (packages / "fsspec.py").write_text("raise RuntimeError('found')")
    service = PreviewService(python)
    assert "RuntimeError: found" in service.preview_sync(output_at("s3://bucket/key")).summary
    service.close()


def test_what_libraries_print_does_not_reach_the_answers(artifact: Artifact, tmp_path: Path):
    code = (
        "import sys; sys.argv = ['reader', '0']; "
        f"sys.path.insert(0, {str(READER.parent)!r}); "
        "from reader import choose, serve; plain = choose.preview\n"
        "def noisy(request):\n"
        "    print('hello'); import os; os.write(1, b'from C'); sys.stdin.read()\n"
        "    return plain(request)\n"
        "serve.preview = noisy; serve.main()"
    )
    request = json.dumps({"id": 7, "uri": str(artifact({"data.json": "1"}))}).encode() + b"\n"
    done = subprocess.run(
        [sys.executable, "-c", code], input=request, capture_output=True, timeout=PATIENCE, check=True
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line.get("id") for line in lines] == [None, 7]


LINES = [b"nonsense", b"[]", b"{}", b'{"uri": 1, "offset": "x"}', b"\xff", b"[" * 100_000]


@pytest.mark.parametrize("line", mostly_slow(LINES, quick=LINES[3:5]))
def test_a_request_that_is_none_is_answered_as_such(line: bytes):
    done = subprocess.run(
        [sys.executable, "-E", str(READER), "0"], input=line + b"\n", capture_output=True, timeout=PATIENCE, check=True
    )
    answer = json.loads(done.stdout.splitlines()[1])
    assert answer["preview"]["kind"] == "problem"


def started(*command: str) -> subprocess.Popen[bytes]:
    """Start a reader, and wait until it is ready."""
    process = subprocess.Popen(
        [sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    assert b"ready" in process.stdout.readline()
    return process


def asked(process: subprocess.Popen[bytes], uri: Path | str) -> bytes:
    """Return the line that a reader answers, empty if it ends."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"id": 1, "uri": str(uri)}).encode() + b"\n")
    process.stdin.flush()
    return process.stdout.readline()


@pytest.mark.thorough
def test_a_reader_stuck_in_c_ends_by_itself_when_nobody_is_left_to_end_it():
    code = (
        "import re, sys; sys.argv = ['reader', '0', '0.5']; "
        f"sys.path.insert(0, {str(READER.parent)!r}); "
        "from reader import serve\n"
        "serve.preview = lambda request: re.match('(a+)+$', 'a' * 99 + 'b')\n"
        "serve.main()"
    )
    with started("-c", code) as process:
        assert asked(process, "x") == b""
        assert process.wait(PATIENCE) == 1


@pytest.mark.thorough
def test_a_reader_that_answers_in_time_goes_on(artifact: Artifact):
    folder = artifact({"data.json": "1"})

    def goes_on(limit: float) -> bool:
        with started("-E", str(READER), "0", str(limit)) as process:
            for _ in range(2):
                if b'"summary": "1"' not in asked(process, folder):
                    return False
                time.sleep(limit + 0.1)
            return process.poll() is None

    assert any(map(goes_on, (0.5, 4.0, 30.0)))  # a slow machine needs more time for an answer


def test_the_reader_ends_with_its_input():
    with started("-E", str(READER), "0") as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(PATIENCE) == 0
