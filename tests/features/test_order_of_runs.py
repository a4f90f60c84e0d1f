"""Which run an index into `.runs` is: ZenML 0.34 turned the list round; the API, the environment and the store tell."""

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

# the store, the code, the installed release, the index of the newest run; None where it cannot be told
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
