"""A list of runs in code is one page: the run that an index picks, and silence about runs beyond the page."""

from __future__ import annotations

import pytest

from pipesight.features.completion import complete
from pipesight.features.diagnostics import reported
from pipesight.workspace.installed import page_size
from pipesight.workspace.run_lists import ListedRuns
from pipesight.zenml.kinds import Kind
from pipesight.zenml.releases import RunListing, listing

from .conftest import Desk

CODE = """from zenml.client import Client
client = Client()
p = client.get_pipeline("training_pipeline")
"""
MIDDLE = """from zenml.post_execution import get_pipeline
p = get_pipeline("training_pipeline")
"""

# how the release lists runs, and which of 57 runs, counted from the newest, are at [0], [-1] and [20]
LISTINGS = [
    ((0, 7, 3), RunListing(newest_first=False), (56, 0, 36)),
    ((0, 31, 1), RunListing(newest_first=False), (56, 0, 36)),
    ((0, 33, 0), RunListing(newest_first=False, size=50), (56, 7, 36)),
    ((0, 34, 0), RunListing(newest_first=True, size=50), (0, 49, 20)),
    ((0, 40, 3), RunListing(newest_first=True, size=50), (0, 49, 20)),
    ((0, 43, 0), RunListing(newest_first=True, size=50, is_default=True), (0, 49, 20)),
    ((0, 44, 1), RunListing(newest_first=True, size=50, is_default=True), (0, 49, 20)),
    ((0, 44, 2), RunListing(newest_first=True, size=20, is_default=True), (0, 19, None)),
    ((0, 98, 0), RunListing(newest_first=True, size=20, is_default=True), (0, 19, None)),
]


@pytest.mark.parametrize(("release", "expected", "places"), LISTINGS)
def test_releases(release: tuple[int, ...], expected: RunListing, places: tuple[int | None, ...]) -> None:
    found = listing(release)
    runs = ListedRuns(found.newest_first, 0, min(found.size or 57, 57), 57)

    assert found == expected
    assert tuple(map(runs.from_newest, (0, -1, 20))) == places


# code, the size that the environment sets, the number from the newest of the run it gives
PICKED = [
    ("p.runs[-1]", None, 3),
    ("p.runs[-1]", 3, 2),
    ("p.runs[2]", 3, 2),
    ("p.runs[3]", 3, None),
    ("p.runs[4]", None, None),
    ("p.runs[-5]", None, None),
    ("p.get_runs(size=2)[-1]", None, 1),
    ("p.get_runs(size=2, page=2)[0]", None, 2),
    ("p.get_runs(size=3, page=2)[1]", None, None),
    ("p.get_runs(size=some)[0]", None, None),
    ('p.get_runs(sort_by="asc:created")[0]', None, 3),
    ('p.get_runs(sort_by="desc:created")[0]', None, 0),
    ('p.get_runs(sort_by="name")[0]', None, None),
    ('client.list_pipeline_runs(pipeline="training_pipeline")[-1]', 2, 1),
    ('client.list_pipeline_runs(pipeline="training_pipeline", size=3).items[-1]', None, 2),
    ('client.list_pipeline_runs(pipeline="training_pipeline", sort_by="asc:created")[0]', None, 3),
    ('list(client.list_pipeline_runs(pipeline="training_pipeline", size=2))[-1]', None, 1),
    ('client.list_pipeline_runs(pipeline="training_pipeline", status="failed")[0]', None, None),
]


@pytest.mark.parametrize(("code", "limit", "place"), PICKED)
def test_picked(desk: Desk, monkeypatch: pytest.MonkeyPatch, code: str, limit: int | None, place: int | None) -> None:
    monkeypatch.setattr(desk.context, "page_size", limit)
    runs = desk.context.history.runs("training_pipeline")
    site = [each for each in desk.type(CODE + code).document.sites if each.kind is Kind.RUN][-1]

    found = desk.context.find(site.thing).run

    assert found == (runs[place] if place is not None else None)


def test_the_oldest_of_a_page_is_not_called_the_oldest_run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.context, "page_size", 3)

    (said,) = reported(desk.context, desk.type(CODE + "p.runs[-1]"))

    assert said.message.startswith("`.runs[-1]` is only the oldest of the newest 3, of 4 runs. The newest, `.runs[0]`")


@pytest.mark.parametrize(
    ("code", "limit", "expected"),
    [
        (CODE + "p.runs[|]", 3, ["0", "1", "2"]),
        (CODE + "p.runs[|]", None, ["0", "1", "2", "3"]),
        (MIDDLE + "p.runs[|]", 3, ["0", "1", "2"]),
    ],
)
def test_positions_offered(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, code: str, limit: int | None, expected: list[str]
) -> None:
    monkeypatch.setattr(desk.context, "page_size", limit)
    view, position = desk.at(code)

    found = complete(desk.context, view, position)

    assert found is not None
    assert [item.label for item in found.items] == expected


@pytest.mark.parametrize(("given", "size"), [("7", 7), ("0", None), ("many", None), ("", None)])
def test_the_size_that_the_environment_sets(given: str, size: int | None) -> None:
    assert page_size({"ZENML_PAGINATION_DEFAULT_LIMIT": given}) == size
