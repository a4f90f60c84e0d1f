"""Logs: pages from the end and after an offset, in the formats of ZenML's releases, and files that are no logs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipesight.outputs.reader.logs import AbsentLog, LogLine, read_log
from pipesight.outputs.reader.problem import Problem


def write(path: Path, *lines: str) -> str:
    path.write_bytes("".join(f"{line}\n" for line in lines).encode())
    return str(path)


def messages(lines: list[LogLine]) -> list[str]:
    return [line.message for line in lines]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("plain words", LogLine("plain words")),
        ("[2025-01-02 03:04:05 UTC] fitting", LogLine("fitting", "", "2025-01-02T03:04:05Z")),
        (
            json.dumps({"message": "fitting", "level": 20, "timestamp": "2026-11-28T22:25:49Z", "id": "1"}),
            LogLine("fitting", "info", "2026-11-28T22:25:49Z"),
        ),
        (json.dumps({"message": "odd", "level": "WARNING"}), LogLine("odd", "warning")),
        ('{"message": "half', LogLine('{"message": "half')),
        ('{"other": 1}', LogLine('{"other": 1}')),
        ("[1, 2]", LogLine("[1, 2]")),
    ],
)
def test_lines_of_each_release(line: str, expected: LogLine, tmp_path: Path) -> None:
    assert read_log(write(tmp_path / "log", line)).lines == [expected]


def test_empty_lines_belong_to_a_message_of_many_lines_and_not_between_messages(tmp_path: Path) -> None:
    uri = write(
        tmp_path / "log", "[2025-01-02 03:04:05 UTC] one", "", "still one", "", "[2025-01-02 03:04:06 UTC] two", ""
    )
    assert messages(read_log(uri).lines) == ["one", "", "still one", "two"]
    assert messages(read_log(write(tmp_path / "old", "no times", "", "here", "")).lines) == ["no times", "here"]


def test_a_message_in_several_chunks_is_one(tmp_path: Path) -> None:
    parts = [{"message": each, "id": "7", "chunk_index": at, "total_chunks": 2} for at, each in enumerate("ab")]
    chunks = map(json.dumps, parts)
    assert messages(read_log(write(tmp_path / "log", *chunks)).lines) == ["ab"]


def test_pages_from_the_end_to_the_beginning(tmp_path: Path) -> None:
    uri = write(tmp_path / "log", *(f"line {number:03}" for number in range(100)))
    page = read_log(uri, limit=100)
    assert messages(page.lines)[-1] == "line 099"
    found = messages(page.lines)
    while page.start > 0:
        page = read_log(uri, before=page.start, limit=100)
        found = messages(page.lines) + found
    assert found == [f"line {number:03}" for number in range(100)]


def test_what_was_printed_since(tmp_path: Path) -> None:
    uri = write(tmp_path / "log", "one")
    end = read_log(uri).end
    assert read_log(uri, after=end).lines == []
    with Path(uri).open("a") as log:
        log.write("two\nthr")
    page = read_log(uri, after=end)
    assert messages(page.lines) == ["two"]
    with Path(uri).open("a") as log:
        log.write("ee\n")
    assert messages(read_log(uri, after=page.end).lines) == ["three"]


def test_a_folder_of_files_is_one_log(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    write(folder / "1.log", "first")
    write(folder / "2.log", "second")
    assert messages(read_log(str(folder)).lines) == ["first", "second"]
    assert messages(read_log(str(folder), before=6, limit=6).lines) == ["first"]


def test_a_huge_log_is_read_from_its_end_only(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as file:
        file.seek(5_000_000_000)  # sparse: it takes no room on the disk
        file.write(b"\nthe end\n")
    page = read_log(str(log), limit=9)
    assert messages(page.lines) == ["the end"]
    assert page.size > 5_000_000_000


def test_one_line_of_a_megabyte(tmp_path: Path) -> None:
    (line,) = read_log(write(tmp_path / "log", "x" * 1_000_000), limit=2_000_000).lines
    assert line.message.endswith("... (980000 more characters)")


def test_a_log_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="The log is gone"):
        read_log(str(tmp_path / "no such folder" / "step.log"))


def test_a_log_that_may_never_have_been_written(tmp_path: Path) -> None:
    with pytest.raises(AbsentLog, match=r"The log is empty or gone: .* if nothing is printed"):
        read_log(str(tmp_path / "step.log"))


def test_a_message_with_rare_line_ends_is_one_line(tmp_path: Path) -> None:
    line = json.dumps({"message": "one\u2028two\x85three"}, ensure_ascii=False)
    assert messages(read_log(write(tmp_path / "log", line)).lines) == ["one\u2028two\x85three"]


def test_a_log_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(bytes(1000))
    with pytest.raises(Problem, match="not text"):
        read_log(str(tmp_path / "log"))
