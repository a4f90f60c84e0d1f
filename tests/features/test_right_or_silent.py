"""Names that may not mean the newest object: other projects, versions, prefixes and failed runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from pipesight.features.completion import complete
from pipesight.features.diagnostics import reported
from pipesight.features.hover import hover
from pipesight.history.history import History
from pipesight.workspace.find import Found
from pipesight.workspace.target import target_at
from pipesight.zenml.kinds import Kind
from pipesight.zenml.releases import gives_type

from .conftest import Desk

CODE = "from zenml.client import Client\nclient = Client()\n"
PIPELINE = 'client.get_pipeline("training_pipeline")'


def found_last(desk: Desk, code: str) -> Found:
    """Return what the history has for the last site of the code."""
    return desk.context.find(desk.type(CODE + code).document.sites[-1].thing)


def labels(desk: Desk, marked: str) -> list[str]:
    view, position = desk.at(CODE + marked)
    found = complete(desk.context, view, position)
    return [item.label for item in found.items] if found is not None else []


def page(desk: Desk, marked: str) -> str | None:
    view, position = desk.at(CODE + marked)
    at = target_at(desk.context, view, position)
    shown = hover(desk.context, at) if at is not None else None
    return str(shown.contents) if shown is not None else None


ELSEWHERE = [
    'client.list_pipeline_runs(pipeline="training_pipeline", project="second")[0]',
    'client.get_pipeline("training_pipeline", project="second").last_run',
    'client.get_pipeline("training_pipeline", workspace="second").runs[0]',
    'client.set_active_project("second")\n' + PIPELINE + ".last_run",
    'client.set_active_workspace("second")\nclient.get_pipeline_run("first_training").steps["train"]',
    'if x:\n    client.set_active_project("second")\n' + PIPELINE + ".last_run",
    "def turn():\n    client.set_active_project(name)\nturn()\ndef read():\n    " + PIPELINE + ".last_run",
    'client.get_artifact_version("scatter", project="second")',
]


@pytest.mark.parametrize("code", ELSEWHERE)
def test_another_project(desk: Desk, code: str) -> None:
    view = desk.type(CODE + code)

    assert replace(found_last(desk, code), assumed=False) == Found()
    assert list(reported(desk.context, view)) == []


def test_a_project_counts_from_where_it_is_set(desk: Desk) -> None:
    code = PIPELINE + '.last_run\nclient.set_active_project("second")\n' + PIPELINE + ".last_run"
    above, below = (site for site in desk.type(CODE + code).document.sites if site.kind is Kind.RUN)

    assert desk.context.find(above.thing).run is not None
    assert desk.context.find(below.thing).run is None


@pytest.mark.parametrize(
    "marked",
    [
        'client.get_pipeline("|", project="second")',
        'client.set_active_project("second")\nclient.get_pipeline("|")',
        'client.get_pipeline("training_pipeline", project="second").last_run.steps["|"]',
        'client.get_pipeline("training_pipeline", project="second").runs[|]',
    ],
)
def test_no_names_of_another_project(desk: Desk, marked: str) -> None:
    assert labels(desk, marked) == []


def test_a_version(desk: Desk) -> None:
    newest = found_last(desk, 'client.get_artifact_version("scatter")').output
    assert newest is not None

    assert found_last(desk, f'client.get_artifact_version("scatter", {newest.version!r})').output == newest
    assert found_last(desk, f'client.get_artifact_version("scatter", version={newest.version!r})').output == newest
    assert found_last(desk, f'client.get_artifact_version("scatter", version="{newest.version}0")').output is None
    assert found_last(desk, 'client.get_artifact_version("scatter", version=some)').output is None
    assert found_last(desk, 'client.get_model_version("demo_model", "1").get_artifact("scatter")').output is None
    assert page(desk, 'client.get_artifact_version("scat|ter", version="no such version")') is None


PREFIXES = [
    ('client.get_pipeline("training").last_run', "pipeline", "training_pipeline"),
    ('client.get_pipeline_run("first_t")', "run", "first_training"),
    ('client.get_pipeline_run("first_t").steps["train"]', "step", "train"),
    ('client.get_pipeline_run("first_")', "run", None),  # two runs begin so
    ('client.list_pipeline_runs(pipeline_name="training")[0]', "pipeline", None),
    ('client.get_pipeline("training_pipeline").last_run.steps["tra"]', "step", None),
]


@pytest.mark.parametrize(("code", "kind", "name"), PREFIXES)
def test_the_beginning_of_a_name(desk: Desk, code: str, kind: str, name: str | None) -> None:
    thing = getattr(found_last(desk, code), kind)

    assert (thing.name if thing is not None else None) == name


RUN_ID = re.compile("RUN_ID(:[0-9]+)?")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ('client.get_pipeline_run("RUN_ID")', "first_training"),
        ('client.get_pipeline_run("RUN_ID:8")', "first_training"),  # the beginning of an id
        ('client.get_pipeline_run("RUN_ID:8", allow_name_prefix_match=True)', "first_training"),
        ('client.get_pipeline_run("RUN_ID:1")', None),
        ('client.get_pipeline_run("RUN_ID:8", project="second")', None),
        ('client.get_pipeline_run("first_t", allow_name_prefix_match=True)', "first_training"),
        ('client.get_pipeline_run("first_t", allow_name_prefix_match=False)', None),
        ('client.get_pipeline_run("first_t", allow_name_prefix_match=strict)', None),
    ],
)
def test_an_id_and_its_beginning(desk: Desk, code: str, name: str | None) -> None:
    run = desk.context.history.run("first_training")
    assert run is not None
    dashed = str(UUID(run.id))
    code = RUN_ID.sub(lambda at: dashed[: int((at[1] or ":36")[1:])], code)

    found = found_last(desk, code).run

    assert (found.name if found is not None else None) == name
    assert list(reported(desk.context, desk.type(CODE + code))) == []
    if name is not None:
        assert labels(desk, code + '.steps["|"]') == ["load_data", "train", "evaluate"]


def test_a_beginning_of_several_names_says_which(desk: Desk) -> None:
    said = page(desk, 'client.get_pipeline_run("fir|st_")')

    assert said is not None
    assert "2 names begin with it: first_report, first_training. ZenML needs more of the name." in said


def test_names_behind_the_beginning_of_a_name(desk: Desk) -> None:
    assert "train" in labels(desk, 'client.get_pipeline("training").last_run.steps["|"]')
    assert "write" not in labels(desk, 'client.get_pipeline("training").last_run.steps["|"]')
    assert labels(desk, 'client.get_pipeline_run("first_").steps["|"]') == []  # of two runs
    assert labels(desk, 'client.get_pipeline_run("first_").steps["train"].outputs["|"]') == []


FAILED = 'client.get_pipeline_run("broken_report").steps["write"]'


def test_a_failed_step_is_no_hole(desk: Desk) -> None:
    history = desk.context.history
    (seen, *_) = (output.name for output in history.output_names("report_pipeline", "write"))

    assert seen in labels(desk, FAILED + '.outputs["|"]')
    code = f'{FAILED}.outputs["{seen}"][0].load()'
    (said,) = reported(desk.context, desk.type(CODE + code))
    expected = "Step write failed in run broken_report and saved no output. The last one is from first_report."
    assert (said.code, said.message) == ("missing-in-run", expected)
    assert expected in str(page(desk, code.replace(f'"{seen}', f'"|{seen}')))
    (said,) = reported(desk.context, desk.type(CODE + FAILED + ".output"))
    assert (said.code, said.message) == ("missing-in-run", expected)


LISTED = 'client.list_pipeline_runs(pipeline="training", project="second_project")[0]'
TURNED = 'client.set_active_project("second_project")\nclient.get_pipeline("training").last_run'


@pytest.mark.parametrize("code", [LISTED, TURNED, 'client.get_pipeline_run("twin_run", project="second_project")'])
def test_a_project_of_the_store(desk_of: Callable[[str], Desk], code: str) -> None:
    desk = desk_of("0.98.0-record")
    desk.context.history.in_project("second_project").sync_once(full=True)

    run = found_last(desk, code).run

    assert run is not None
    assert run.name == "twin_run"
    assert labels(desk, 'client.get_pipeline_run("|", project="second_project")') == ["twin_run"]
    assert found_last(desk, 'client.get_pipeline("training").last_run').run != run
    # ZenML lists the runs of that pipeline in the active project, where there are none.
    assert found_last(desk, 'client.get_pipeline("training", project="second_project").last_run').run is None


BEYOND = [
    ("p.runs[3]", 3, "`[3]` raises an IndexError: this list holds 3 runs of 4."),
    ("p.runs[-4]", 3, "`[-4]` raises an IndexError: this list holds 3 runs of 4."),
    ("p.runs[2]", 3, None),
    ("p.runs[7]", None, None),
    ("p.get_runs(size=2)[2]", None, "`[2]` raises an IndexError: this list holds 2 runs of 4."),
    ("try:\n    p.runs[3]\nexcept IndexError:\n    pass", 3, None),
]


@pytest.mark.parametrize(("code", "limit", "message"), BEYOND)
def test_beyond_the_page(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, code: str, limit: int | None, message: str | None
) -> None:
    monkeypatch.setattr(desk.context, "page_size", limit)
    view = desk.type(CODE + f"p = {PIPELINE}\n{code}")

    said = [finding.message for finding in reported(desk.context, view)]

    assert said == ([message] if message is not None else [])


STEP = 'client.get_pipeline_run("first_training").steps["train"]'


def test_an_input_of_a_step(desk: Desk) -> None:
    offered = labels(desk, STEP + '.inputs["|"]')
    assert offered

    for name in offered:
        found = found_last(desk, f'{STEP}.inputs["{name}"].load()')
        assert found.output is not None
        assert found.step is not None
        assert found.step.name != "train"
        assert f"output {found.output.name}" in str(page(desk, f'{STEP}.inputs["{name}|"]'))
    assert found_last(desk, STEP + '.inputs["accuracy"]').output is None
    assert labels(desk, 'client.get_artifact("scatter").versions["|"]') == []


def asked(desk: Desk, ask: Callable[[], object]) -> None:
    """Ask until the store has answered every question, because an answer may lead to another question."""
    for _ in range(2):
        ask()
        desk.answer()


VERSIONS = [
    ('client.get_artifact_version("report", version="2")', "2", "training_01"),
    ('client.get_artifact_version("report", 3)', "3", "training-2026_11_28-22_25_38_742960"),
    ('client.get_artifact("report").versions["2"]', "2", "training_01"),
    ('client.get_model_version("demo_model", "2").get_artifact("report")', "2", "training_01"),
    ('client.get_model_version("demo_model", 2).load_artifact("report")', "2", "training_01"),
    ('client.get_model_version("demo_model", "2").get_artifact("n_used")', None, None),  # the model lacks it
    ('client.get_model_version("demo_model", "99").get_artifact("report")', None, None),
    ('client.get_artifact_version("report", version="99")', None, None),
    ('client.list_artifact_versions(name="report")[0]', None, None),  # ZenML begins with the oldest
    ('client.list_artifact_versions(artifact="report", sort_by="asc:created")[0]', None, None),
    ('client.list_artifact_versions(artifact="report", sort_by="desc:created")[1]', None, None),
    ('client.list_artifact_versions(artifact="report", sort_by="desc:created", type="x")[0]', None, None),
    ('client.list_artifact_versions(artifact="report", sort_by="desc:created")[0]', "11", "training_11"),
    ('client.list_artifact_versions(artifact="report", version="2")[0]', "2", "training_01"),
    ('client.list_artifacts(name="report")[0]', "11", "training_11"),
    ('client.get_model_version("demo_model", which).get_artifact("report")', None, None),
]


@pytest.mark.parametrize(("code", "version", "run"), VERSIONS)
def test_another_version(desk_of: Callable[[str], Desk], code: str, version: str | None, run: str | None) -> None:
    desk = desk_of("0.98.0-record")
    asked(desk, lambda: found_last(desk, code))

    found = found_last(desk, code)

    assert (found.output.version if found.output is not None else None) == version
    assert (found.run.name if found.run is not None else None) == run


OFFERED = [
    ('client.get_model_version("demo_model", "2").get_artifact("|")', ["accuracy", "report", "table"], ["n_used"]),
    ('client.get_artifact("report").versions["|"]', ["1", "2", "11"], ["12"]),
    ('client.get_model_version("demo_model", "99").get_artifact("|")', [], ["report"]),
]


@pytest.mark.parametrize(("marked", "offered", "absent"), OFFERED)
def test_names_of_a_version(desk_of: Callable[[str], Desk], marked: str, offered: list[str], absent: list[str]) -> None:
    desk = desk_of("0.98.0-record")
    asked(desk, lambda: labels(desk, marked))

    names = labels(desk, marked)

    assert set(names) >= set(offered)
    assert not set(names) & set(absent)


def test_a_step_that_a_failed_run_did_not_reach(desk_of: Callable[[str], Desk]) -> None:
    desk = desk_of("0.98.0-record")
    reading = 'client.get_pipeline_run("training_03").steps["judge"].outputs["{}"]'

    assert labels(desk, reading.format("|")) == ["good"]
    shown = page(desk, reading.format("go|od"))
    assert shown is not None
    assert "Step judge has not run in training_03, which failed. It last ran in training_11." in shown


def test_what_a_step_returned_comes_before_what_it_saved_under_the_same_name(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = PIPELINE + '.last_run.steps["train"].outputs["accuracy"]'
    returned = found_last(desk, code).output
    assert returned is not None
    saved = replace(returned, id="saved", save_type="manual")
    monkeypatch.setattr(History, "outputs", lambda *_: (saved, returned))

    assert found_last(desk, code).output == returned


TYPED = [
    ("get_artifact", "report", True),
    ("get_data_artifact", "table", True),
    ("get_data_artifact", "report", False),  # a DataAnalysisArtifact, for which ZenML gives None
    ("get_model_artifact", "report", False),
    ("get_deployment_artifact", "report", False),
]


@pytest.mark.parametrize(("member", "name", "is_found"), TYPED)
def test_a_model_gives_artifacts_of_the_asked_type_alone(
    desk_of: Callable[[str], Desk], member: str, name: str, is_found: bool
) -> None:
    desk = desk_of("0.98.0-record")
    code = f'client.get_model_version("demo_model", "2").{member}("{name}")'
    marked = code.replace(name, "|")
    asked(desk, lambda: (found_last(desk, code), labels(desk, marked)))

    assert (found_last(desk, code).output is not None) is is_found
    assert (name in labels(desk, marked)) is is_found


def test_all_that_is_no_model_and_no_service_is_among_the_data_artifacts(desk_of: Callable[[str], Desk]) -> None:
    desk = desk_of("0.98.0-record")
    code = 'client.get_model_version("demo_model", "2").data_artifacts["report"]'
    asked(desk, lambda: found_last(desk, code))

    assert found_last(desk, code).output is not None


OF_RELEASES = [
    ((0, 98), "DataArtifact", "DataAnalysisArtifact", False),
    ((0, 75), "DataArtifact", "DataAnalysisArtifact", True),
    ((0, 75), "DataArtifact", "ModelArtifact", False),
    ((0, 66), "DataArtifact", "ModelArtifact", True),  # a flag of the link decides
    ((0, 66), "ServiceArtifact", "ModelArtifact", False),
    (None, "DataArtifact", "DataAnalysisArtifact", False),
]


@pytest.mark.parametrize(("release", "wanted", "type_", "is_given"), OF_RELEASES)
def test_what_a_release_takes_for_data(
    release: tuple[int, ...] | None, wanted: str, type_: str, is_given: bool
) -> None:
    assert gives_type(type_, wanted, release) is is_given


@pytest.mark.parametrize(("index", "expected"), [("0", "saved"), ("1", "returned"), ("-1", "returned"), ("i", None)])
def test_an_index_picks_one_of_what_was_saved_under_one_name(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, index: str, expected: str | None
) -> None:
    code = PIPELINE + '.last_run.steps["train"].outputs["accuracy"]'
    returned = found_last(desk, code).output
    assert returned is not None
    both = (replace(returned, id="saved", save_type="manual"), replace(returned, id="returned"))
    monkeypatch.setattr(History, "outputs", lambda *_: both)

    found = found_last(desk, f"{code}[{index}]").output

    assert (found.id if found is not None else None) == expected


@pytest.mark.parametrize(("index", "raises"), [(0, False), (-1, False), (1, True), (-2, True)])
def test_an_index_beyond_what_a_run_saved_raises(desk: Desk, index: int, raises: bool) -> None:
    code = f'client.get_pipeline_run("first_training").steps["train"].outputs["accuracy"][{index}].load()'

    said = [each.message for each in reported(desk.context, desk.type(CODE + code))]

    expected = f"Run 'first_training' saved output 'accuracy' once, so `[{index}]` raises an IndexError."
    assert said == ([expected] if raises else [])
