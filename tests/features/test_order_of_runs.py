"""The run that an index into `.runs` picks. ZenML 0.34 reversed the list. API, environment or store decide."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipesight.features.diagnostics import reported
from pipesight.history.history import History
from pipesight.workspace.run_lists import newest_first
from pipesight.zenml.kinds import Generation, Kind
from pipesight.zenml.releases import Runtime

from .conftest import Desk

CODE = {
    "legacy": "from zenml.repository import Repository\np = Repository().get_pipeline('PIPELINE')\np.runs[INDEX]",
    "middle": "from zenml.post_execution import get_pipeline\np = get_pipeline('PIPELINE')\np.runs[INDEX]",
    "modern": "from zenml.client import Client\np = Client().get_pipeline('PIPELINE')\np.runs[INDEX]",
}

# the store, the code, the installed release, and the index of the newest run. None if it is not certain
ORDERS = [
    ("legacy-0.7.3", "legacy", None, -1),
    ("legacy-0.7.3", "legacy", (0, 98, 0), -1),
    ("0.20.5", "middle", None, -1),
    ("0.23.0", "middle", None, -1),
    ("0.33.0", "middle", None, -1),
    ("0.33.0", "middle", (0, 33, 0), -1),
    ("0.33.0", "middle", (0, 39, 1), 0),
    ("0.41.0", "middle", None, 0),
    ("0.41.0", "modern", None, 0),
    ("0.33.0", "modern", None, 0),
    ("0.33.0", "modern", (0, 33, 0), -1),
    ("0.98.0", "modern", (0, 98, 0), 0),
]


@pytest.mark.parametrize(("store", "code", "installed", "newest"), ORDERS)
def test_the_newest_run(
    desk_of: Callable[[str], Desk],
    monkeypatch: pytest.MonkeyPatch,
    store: str,
    code: str,
    installed: tuple[int, ...] | None,
    newest: int,
) -> None:
    desk = desk_of(store)
    context = desk.context
    monkeypatch.setattr(context, "zenml", installed)
    pipeline = max(context.history.pipelines(), key=lambda each: each.run_count)
    runs = context.history.runs(pipeline.name)
    assert len(runs) > 1

    found: dict[int, str | None] = {}
    for index in (0, -1):
        text = CODE[code].replace("PIPELINE", pipeline.name).replace("INDEX", str(index))
        view = desk.type(text)
        (site,) = (site for site in view.document.sites if site.kind is Kind.RUN)
        run = context.find(site.thing).run
        found[index] = run.id if run is not None else None
        said = [finding.code for finding in reported(context, view)]
        assert "oldest-run" not in said or index != newest

    assert found == {newest: runs[0].id, -1 - newest: runs[-1].id}


def test_without_a_store_nothing_tells() -> None:
    assert newest_first(History([]), Generation.MIDDLE, Runtime()) is None
    assert newest_first(History([]), None, Runtime((0, 36))) is True
    assert newest_first(History([]), None, Runtime((0, 33, 1))) is False


START = "from zenml.client import Client\nclient = Client()\np = client.get_pipeline('training')\nruns = p.runs\n"

# what code makes of a list of twelve runs, the newest first, and the number of runs that are newer than the picked one
PICKED = [
    ("runs[::-1][0]", 11),
    ("runs[::-1][-1]", 0),
    ("list(reversed(runs))[0]", 11),
    ("list(reversed(list(reversed(runs))))[0]", 0),
    ("runs[len(runs) - 1]", 11),
    ("runs[len(p.runs) - 2]", 10),
    ("runs[-1:][0]", 11),
    ("runs[-3:][0]", 9),
    ("runs[-3:][-1]", 11),
    ("runs[:3][-1]", 2),
    ("runs[2:][1]", 3),
    ("runs[1:4][1]", 2),
    ("runs[1:4][5]", None),
    ("runs[1:4][::-1][0]", 3),
    ("runs[1::2][0]", None),
    ("runs[a:][0]", None),
    ("sorted(runs, key=lambda r: r.created)[-1]", 0),
    ("sorted(runs, key=lambda r: r.start_time)[0]", 11),
    ("sorted(runs, key=lambda r: r.created, reverse=True)[0]", 0),
    ("sorted(runs, key=operator.attrgetter('created'))[0]", 11),
    ("sorted(runs, key=lambda r: r.name)[0]", None),
    ("sorted(runs[2:5], key=lambda r: r.created)[0]", None),
    ("sorted(p.get_runs(size=3), key=lambda r: r.created)[0]", 2),
    ("runs.pop(0)\nruns[0]", 1),
    ("runs.pop()\nruns[-1]", 10),
    ("del runs[0]\nruns[0]", 1),
    ("del runs[3]\nruns[0]", None),
    ("runs.reverse()\nruns[0]", 11),
    ("runs.sort(key=lambda r: r.created)\nruns[0]", 11),
    ("runs.sort()\nruns[0]", None),
    ("runs.remove(runs[0])\nruns[0]", None),
    ("runs += more\nruns[-1]", None),
    ("runs[0] = other\nruns[0]", None),
    ("runs[0]", 0),
]


@pytest.mark.parametrize(("code", "newer"), PICKED)
def test_an_index_into_what_code_makes_of_the_list(
    desk_of: Callable[[str], Desk], code: str, newer: int | None
) -> None:
    context = desk_of("0.98.0-record").context
    sites = desk_of("0.98.0-record").type(START + code).document.sites
    runs = context.history.runs("training")

    found = context.find(sites[-1].thing).run

    assert found == (runs[newer] if newer is not None else None)


GIVEN = [
    ("next(iter(runs))", 0),
    ("next(reversed(runs))", 11),
    ("next(each for each in runs)", 0),
    ("next(each for each in runs if each.x)", None),
    ("max(runs, key=lambda r: r.created)", 0),
    ("min(runs, key=lambda r: r.created)", 11),
    ("max(runs, key=lambda r: r.x)", None),
    ("runs.pop()", 11),
]


@pytest.mark.parametrize(("code", "newer"), GIVEN)
def test_a_run_that_a_function_picks(desk_of: Callable[[str], Desk], code: str, newer: int | None) -> None:
    context = desk_of("0.98.0-record").context
    (*_, site) = desk_of("0.98.0-record").type(START + code + ".steps['fit']").document.sites
    runs = context.history.runs("training")

    assert site.thing.owner is not None
    assert context.find(site.thing.owner).run == (runs[newer] if newer is not None else None)


OLDEST = [
    ("run = runs[::-1][0]", "`[0]` is the oldest run of 12. The newest is 'training_11'"),
    ("run = runs[len(runs) - 1]", "`[len(runs) - 1]` is the oldest run of 12. The newest, `[0]`, is 'training_11'"),
    ("recent = p.runs[-5:]", "`[-5:]` holds the oldest runs of 12. The newest, `[:5]`, is 'training_11'"),
    ("*_, last = p.runs", "`last` is the oldest run of 12. The newest is 'training_11'"),
    ("first, *_, latest = p.runs", "`latest` is the oldest run of 12. The newest is 'training_11'"),
    ("print(p.runs[-1].created)", "`.runs[-1]` is the oldest run of 12. The newest, `.runs[0]`, is 'training_11'"),
]


@pytest.mark.parametrize(("code", "message"), OLDEST)
def test_the_oldest_run_is_told(desk_of: Callable[[str], Desk], code: str, message: str) -> None:
    desk = desk_of("0.98.0-record")

    (said,) = reported(desk.context, desk.type(START + code))

    assert (said.code, said.message.partition(" (")[0]) == ("oldest-run", message)


def test_the_oldest_run_is_told_where_lines_end_with_cr_alone(desk_of: Callable[[str], Desk]) -> None:
    desk = desk_of("0.98.0-record")

    (said,) = reported(desk.context, desk.type((START + "print(p.runs[-1].name)").replace("\n", "\r")))

    assert said.code == "oldest-run"


MEANT = [
    "first_run = runs[-1]",
    "self.oldest = p.runs[-1]",
    "report(baseline=p.runs[-1])",
    "found = {'oldest': p.runs[-1]}",
    "print(f'first run: {p.runs[-1].name}')",
    "age = now() - p.runs[-1].created",
    "took = p.runs[-1].end_time - p.runs[-1].start_time",
    "if p.runs[-1].created < limit:\n    pass",
    "def first_run():\n    return p.runs[-1]",
    "# the oldest one\nrun = p.runs[-1]",
    "run = p.runs[-1]  # the very first",
    "client.delete_pipeline_run(p.runs[-1].id)",
    "newest, oldest = p.runs[0], p.runs[-1]",
    "first, *_, oldest = p.runs",
    "recent = p.runs[-50:]",
    "run = runs[::-1][-1]",
    "run = sorted(runs, key=lambda r: r.created)[-1]",
    "run = p.runs[:5]",
    "run = p.get_runs(page=2, size=5)[-1]",
]


@pytest.mark.parametrize("code", MEANT)
def test_the_oldest_run_is_meant(desk_of: Callable[[str], Desk], code: str) -> None:
    desk = desk_of("0.98.0-record")

    assert [finding.message for finding in reported(desk.context, desk.type(START + code))] == []
