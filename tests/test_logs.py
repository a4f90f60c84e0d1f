"""The log shows no password and no token."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipesight.logs import redact, set_up_logging

SECRETS = [
    ("mysql://root:hunter2@db.example.com/zenml", "mysql://***@db.example.com/zenml"),
    ("https://token@zenml.example.com", "https://***@zenml.example.com"),
    ("Authorization: Bearer eyJhbGciOi.J9.x", "Authorization: Bearer ***"),
    ("key ZENKEY_abc-123= was refused", "key *** was refused"),
    ('{"password": "hunter2", "user": "root"}', '{"password": ***, "user": "root"}'),
    ("api_key=hunter2, retrying", "api_key=***, retrying"),
    ("/home/me/project is read", "/home/me/project is read"),
]


@pytest.mark.parametrize(("text", "shown"), SECRETS)
def test_redacted(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Log to a file during the test. Return a function that ends the log and returns its text."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    set_up_logging("info", tmp_path / "log")

    def end() -> str:
        logging.shutdown()
        return (tmp_path / "log").read_text()

    yield end
    root.handlers[:] = before
    root.setLevel(level)


def test_a_log_file_is_redacted_with_its_tracebacks(written: Callable[[], str]) -> None:
    try:
        raise ValueError("cannot reach mysql://root:hunter2@host/db")
    except ValueError:
        logging.getLogger("pipesight.test").exception("failed for %s", "mysql://root:hunter2@host/db")

    text = written()
    assert "hunter2" not in text
    assert "Traceback" in text


def test_a_message_without_end_is_shortened(written: Callable[[], str]) -> None:
    logging.getLogger("pipesight.test").error("%s", "begin" + "x" * 1_000_000 + "end")

    text = written()
    assert len(text) < 4000
    assert "begin" in text
    assert text.endswith("end\n")


def test_what_is_logged_over_and_over_is_left_out(written: Callable[[], str]) -> None:
    for number in range(1000):
        logging.getLogger("pipesight.test").error("nonsense %d", number)
    logging.getLogger("pipesight.test").error("something else")

    lines = written().splitlines()
    assert len(lines) == 21
    assert "left out" in lines[-2]
    assert "something else" in lines[-1]
