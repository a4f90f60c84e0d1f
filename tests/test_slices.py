"""Work in slices: it pauses, other work goes on meanwhile, and it ends with its result, its error or unheeded."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest

from pipesight import slices
from pipesight.code.document import Document
from pipesight.lsp.analyses import Analyses
from pipesight.slices import SlicedWork, pause, pausing, pausing_property


def test_other_work_goes_on_at_each_pause() -> None:
    done: list[str] = []

    def count() -> int:
        done.extend(f"work {number}" for number in pausing(range(2)))
        return len(done)

    work = SlicedWork(count)
    while not work.go_on(0.0):
        done.append("other")
    assert done == ["other", "work 0", "other", "work 1"]
    assert work.result == 4


def test_a_pause_elsewhere_does_nothing() -> None:
    assert list(pausing("ab")) == ["a", "b"]


def test_the_error_of_work_is_raised_with_its_result() -> None:
    def fail() -> NoReturn:
        pause()
        raise KeyError("name")

    work = SlicedWork(fail)
    assert not work.go_on(0.0)
    assert work.go_on(0.0)
    with pytest.raises(KeyError, match="name"):
        _ = work.result


def test_others_read_a_property_while_its_computation_pauses() -> None:
    class Answer:
        @pausing_property
        def value(self) -> list[int]:
            return list(pausing([1, 2]))

    first, other = Answer(), SlicedWork(lambda: Answer().value)
    work = SlicedWork(lambda: first.value)
    work.go_on(0.0)
    reader = threading.Thread(target=lambda: other.go_on(60.0), daemon=True)
    reader.start()
    reader.join(60.0)
    assert other.result == [1, 2]
    work.go_on(60.0)
    assert first.value is first.value


def test_no_property_holds_a_lock_while_it_pauses() -> None:
    """Code that may pause is in these folders. Only a property that computes nothing else may hold a lock."""
    server = Path(slices.__file__).parent
    files = [file for folder in ("features", "rules", "workspace", "pages") for file in (server / folder).rglob("*.py")]
    assert [file.name for file in files if "cached_property" in file.read_text(encoding="utf-8")] == []


def test_abandoned_work_ends_at_its_pause() -> None:
    ended: list[str] = []

    def endless() -> NoReturn:
        try:
            while True:
                with suppress(Exception):  # as in a handler, which answers in any case
                    pause()
        finally:
            ended.append("yes")

    work = SlicedWork(endless)
    assert not work.go_on(0.0)
    work.abandon()
    assert ended == ["yes"]
    SlicedWork(endless).abandon()


@pytest.mark.parametrize("edited", [0, 1])
async def test_an_edit_ends_work_about_documents(edited: int) -> None:
    documents = [Document(None, "x = 1\n"), Document(None, "y = 1\n")]
    analyses = Analyses(lambda: None, is_loaded=lambda: False)

    def endless() -> NoReturn:
        while True:
            pause()

    answer = asyncio.ensure_future(analyses.in_slices(endless, documents[0], documents))
    await asyncio.sleep(0)
    documents[edited].update("x = 2\n")
    assert await answer is None


async def test_an_edit_ends_work_that_waits_for_its_turn() -> None:
    document = Document(None, "x = 1\n")
    analyses = Analyses(lambda: None, is_loaded=lambda: False)
    other = asyncio.ensure_future(analyses.in_slices(lambda: "other"))
    answer = asyncio.ensure_future(analyses.in_slices(lambda: document.text, document))
    await asyncio.sleep(0)
    document.update("x = 2\n")
    assert (await other, await answer) == ("other", None)


async def test_several_works_take_turns() -> None:
    analyses = Analyses(lambda: None, is_loaded=lambda: False)
    waiting = [True]

    def wait() -> str:
        while waiting:
            pause()
        return "first"

    def end() -> str:
        waiting.clear()
        return "second"

    assert await asyncio.gather(analyses.in_slices(wait), analyses.in_slices(end)) == ["first", "second"]
