"""Diagnostics with their ranges and fixes, and code that must have none."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lsprotocol import types as lsp

from pipesight.code.model import Site
from pipesight.demo.sample import unpack_sample
from pipesight.features.diagnostics import diagnostics, reported
from pipesight.history.history import History
from pipesight.rules.catalog import DIAGNOSTICS, Severity, page_of
from pipesight.rules.checked import CheckedDocument
from pipesight.settings import DiagnosticsSettings, Settings
from pipesight.zenml.kinds import Which

from .conftest import Desk, Desks, text_at

LEGACY = """from zenml.repository import Repository
repo = Repository()
p = repo.get_pipeline(pipeline_name="training_pipeline")
run = p.get_run("first_training")
"""
MODERN = """from zenml.client import Client
client = Client()
p = client.get_pipeline("training_pipeline")
run = client.get_pipeline_run("first_training")
"""
EXTRA = "from zenml.client import Client\nclient = Client()\n"
OLD = "from zenml.repository import Repository\np = Repository().get_pipeline('branching_pipeline')\n"

# code, diagnostic, where, part of the message
SAID = [
    (LEGACY + 'repo.get_pipeline("trainin_pipeline")', "unknown-name", "trainin_pipeline", "mean 'training_pipeline'"),
    (LEGACY + 'repo.get_pipeline("quite else")', "unknown-name", "quite else", "There are: 'training_pipeline', 'rep"),
    (LEGACY + 'p.get_run("first_trainin")', "unknown-name", "first_trainin", "Did you mean 'first_training'?"),
    (LEGACY + 'p.get_run("first_report")', "unknown-name", "first_report", "it is a run of 'report_pipeline'"),
    (LEGACY + 'run.get_step(name="trian")', "unknown-name", "trian", "no step 'trian'. Did you mean 'train'?"),
    (LEGACY + 'p.runs[-1].get_step("evalute")', "unknown-name", "evalute", "Did you mean 'evaluate'?"),
    (LEGACY + 'for r in p.runs:\n    r.get_step("evalute")', "unknown-name", "evalute", "Did you mean 'evaluate'?"),
    (LEGACY + 'run.get_step("train").outputs["modle"]', "unknown-name", "modle", "Did you mean 'model'?"),
    (MODERN + 'client.get_pipeline("trainin_pipeline")', "unknown-name", "trainin_pipeline", "Did you mean"),
    (MODERN + 'client.get_pipeline_run("firts_training")', "unknown-name", "firts_training", "'first_training'"),
    (MODERN + 'run.steps["load-data"]', "unknown-name", "load-data", "Did you mean 'load_data'?"),
    (MODERN + 'run.steps.get("load-data")', "unknown-name", "load-data", "Did you mean 'load_data'?"),
    (MODERN + 'run.steps["evaluate"].outputs["scor"][0]', "unknown-name", "scor", "Did you mean 'score'?"),
    (MODERN + 'client.get_artifact_version("scatterer")', "unknown-name", "scatterer", "Did you mean 'scatter'?"),
    (MODERN + 'NAME = "trian"\nrun.steps[NAME]', "unknown-name", "NAME", "Did you mean 'train'?"),
    (LEGACY + 'run.get_step("train").output', "ambiguous-output", "output", "'accuracy', 'model', 'params'"),
    (MODERN + 'p.last_run.steps["train"].output.load()', "ambiguous-output", "output", "3 outputs"),
    (MODERN + "p.runs[-1]", "oldest-run", "-1", "oldest run of 4. The newest, `.runs[0]`, is 'training_pipeline-"),
    (MODERN + 'p.runs[-1].steps["train"]', "oldest-run", "-1", "oldest run of 4"),
    (LEGACY + "run.steps[1]", "index-access", "1", "This is step 'train' now"),
    (LEGACY + "repo.get_pipelines()[-1]", "index-access", "-1", "Use its name"),
]


# A function of which not all ways can be told by its arguments: `pick` returns either step.
PICKED = """
def pick(kind=None):
    {body}
    if kind is None:
        return run.steps["load_data"]
    return run.steps["train"]
pick().outputs["raw"]
"""
UNCERTAIN = [
    "try:\n        read()\n        kind = 'z'\n    except OSError:\n        pass",
    "kind = {'a': 'z'}.get(read())",
    "with suppress(OSError):\n        read()\n        kind = 'z'",
    "kind = read() and 'z'",
    "match read():\n        case {'k': kind}:\n            pass",
    "[kind := each for each in names]",
    "def change():\n        nonlocal kind\n        kind = 'z'\n    change()",
]


@pytest.mark.parametrize("body", UNCERTAIN)
def test_a_branch_that_may_be_taken_is_followed(desk: Desk, body: str) -> None:
    view = desk.type(MODERN + PICKED.format(body=body))
    step = view.document.sites[-1].thing.owner
    assert step is not None
    assert step.which is Which.ANY
    assert list(reported(desk.context, view)) == []


def test_a_branch_that_cannot_be_taken_is_not_followed(desk: Desk) -> None:
    (found,) = reported(desk.context, desk.type(MODERN + PICKED.format(body="pass")))
    assert found.message == "Step 'load_data' has no output 'raw'. There are: 'n_rows', 'test', 'train'"


@pytest.mark.parametrize(("text", "code", "where", "part"), SAID)
def test_said(desk: Desk, text: str, code: str, where: str, part: str) -> None:
    view = desk.type(text)

    said = diagnostics(desk.context, view)

    assert [(each.code, text_at(view, each.range)) for each in said] == [(code, where)]
    assert part in said[0].message
    assert said[0].source == "pipesight"
    assert said[0].code_description == lsp.CodeDescription(page_of(code))


FALSE_FRIENDS = [
    'import mlflow\nmlflow.get_run("trainin")',
    'from dagster import repository as repo\nrepo.get_pipeline("trainin")',
    "from sklearn.pipeline import Pipeline\nPipeline([]).steps[-1]",
    'import subprocess\nsubprocess.run("x").output',
    "x = 1",
    "",
]
WRITE = 'step = client.get_pipeline_run("broken_report").steps["write"]\n'
SILENT = [
    *FALSE_FRIENDS,
    LEGACY + 'run.get_step(name="")',
    LEGACY + "p.runs[-1]\np.runs[0]",
    LEGACY + 'model = p.runs[-1].get_step("train").outputs["model"].read()',
    LEGACY + 'def show(step_name="any_step"):\n    run.get_step(step_name)',
    LEGACY + 'repo.activate_stack("other")\nrepo.get_pipeline("elsewhere")',
    MODERN + "p.runs[0]",
    MODERN + 'client.get_pipeline("training")',  # ZenML takes the beginning of a name
    MODERN + 'client.get_pipeline("0f3bd1")',  # and of an id
    MODERN + 'client.get_pipeline("elsewhere", project="other")',
    MODERN + 'client.list_pipeline_runs(name="contains:evalu")',
    MODERN + 'client.list_pipeline_runs(name="notcontains:evalu")',
    MODERN + "client.list_pipeline_runs(name=\"notoneof:['evalu']\")",
    MODERN + 'if "evalute" in run.steps: pass',
    MODERN + 'client.get_pipeline_run("broken_report").steps["write"].outputs["any"]',
    MODERN + WRITE + 'if step.status == "completed":\n    step.output',
    MODERN + WRITE + 'if step.outputs:\n    step.outputs["any"], step.output',
    MODERN + WRITE + "step.output if step.status.is_successful else None",
    MODERN + WRITE + "if not step.status.is_finished:\n    raise SystemExit\nstep.output",
    MODERN + 'client.get_pipeline_run("first_report").steps["evaluate"]',  # defined in code: may be new there
    MODERN + 'def f(run):\n    run.steps["any"].outputs["any"]',
    MODERN + "client.get_pipeline(name).runs[-1]",
    MODERN + 'from zenml import pipeline\n@pipeline\ndef not_run_yet(): ...\nclient.get_pipeline("not_run_yet")',
    MODERN + 'from zenml import step\n@step\ndef not_run_yet(): ...\nrun.steps["not_run_yet"]',
    MODERN + 'from zenml import step\n@step\ndef not_run_yet(): ...\nrun.steps["not_run_yet_2"]',
    MODERN + 'client.get_artifact_version("training_pipeline::train::model")',
    MODERN + 'p.last_run.steps["train"].outputs["model"][0].load()',
]


@pytest.mark.parametrize("text", SILENT)
def test_silence(desk: Desk, text: str) -> None:
    assert [finding.message for finding in reported(desk.context, desk.type(text))] == []


# history, code, expected (code, where), part of the first message
IN_OTHER_HISTORIES = [
    (
        "legacy-0.7.3",
        OLD + 'p.get_run("failing run").get_step("last").output.read()\np.get_run("failing run").get_step("lats")',
        [("missing-in-run", "output"), ("unknown-name", "lats")],
        "Step last failed in run failing run and saved no output",
    ),
    (
        "legacy-0.7.3",
        OLD.replace("branching", "training") + 'p.runs[-1].get_step("trainr").outputs["model"]',
        [("unknown-name", "trainr")],
        "Did you mean 'trainer'?",
    ),
    ("legacy-0.7.3", OLD + 'p.runs[-1].get_step("branch_a").output.read()', [], ""),
    (
        "0.98.0-extra",
        EXTRA + 'client.get_pipeline_run("extra_run_2026_11_22").steps["ext"].output',
        [("ambiguous-output", "output")],
        "has no output",
    ),
    (
        "0.98.0-extra",
        EXTRA + 'client.get_pipeline_run("extra_run_2026_11_22").steps["saver"].output',
        [("ambiguous-output", "output")],
        "2 outputs ('manual_art', 'my_named')",
    ),
    ("0.98.0-extra", EXTRA + 'client.get_pipeline_run("tr")', [], ""),  # so starts an older run than `extra_run`
    ("0.98.0-extra", EXTRA + 'client.get_pipeline_run("killed_run").steps["never_reached"]', [], ""),
    (
        "0.98.0-extra",
        EXTRA + 'client.get_pipeline_run("failing run").steps["boom"].output',
        [("missing-in-run", "output")],
        "Step boom failed in run failing run and saved no output. The last one is from unlisted_run.",
    ),
]


@pytest.mark.parametrize(("history", "text", "expected", "part"), IN_OTHER_HISTORIES)
def test_in_other_histories(
    desk_of: Callable[[str], Desk], history: str, text: str, expected: list[tuple[str, str]], part: str
) -> None:
    desk = desk_of(history)
    view = desk.type(text)

    said = diagnostics(desk.context, view)

    assert [(each.code, text_at(view, each.range)) for each in said] == expected
    assert not said or part in said[0].message


def test_a_step_that_only_other_runs_have(desks: Desks, tmp_path: Path) -> None:
    folder = unpack_sample(tmp_path)
    database = sqlite3.connect(next(folder.rglob("zenml.db")))
    with database:
        database.execute(
            "DELETE FROM step_run WHERE name = 'write' AND pipeline_run_id ="
            " (SELECT id FROM pipeline_run WHERE name = 'broken_report')"
        )
    database.close()
    desk = desks.make(folder, folder / "history")
    named = desk.type(MODERN + 'client.get_pipeline_run("broken_report").steps["write"]', "named.py")
    picked = desk.type(MODERN + 'client.get_pipeline("report_pipeline").last_run.steps["write"]', "picked.py")

    said = diagnostics(desk.context, named)

    assert [(each.code, text_at(named, each.range)) for each in said] == [("missing-in-run", "write")]
    assert "Run 'broken_report' has no step 'write', but other runs have it. It failed before that." in said[0].message
    assert diagnostics(desk.context, picked) == []


IGNORED = [
    ("# pipesight: ignore", True),
    ("# noqa  # pipesight: ignore[unknown-name]", True),
    ("# pipesight: ignore[oldest-run, unknown-name] because", True),
    ("# pipesight: ignore[oldest-run]", False),
    ("# ignore", False),
]


@pytest.mark.parametrize(("comment", "ignored"), IGNORED)
def test_ignoring(desk: Desk, comment: str, ignored: bool) -> None:
    view = desk.type(f'{LEGACY}run.get_step(name="trian")  {comment}')

    assert bool(diagnostics(desk.context, view)) is not ignored


@pytest.mark.parametrize("severity", Severity)
def test_severity(desk: Desk, severity: Severity) -> None:
    desk.context.settings = Settings(diagnostics=DiagnosticsSettings(unknown_name=severity))
    said = diagnostics(desk.context, desk.type(LEGACY + 'run.get_step(name="trian")'))

    expected = {"error": 1, "warning": 2, "information": 3, "hint": 4}.get(severity.value)
    assert [each.severity for each in said] == ([] if expected is None else [lsp.DiagnosticSeverity(expected)])


# release, code, where, part of the message
MEMBERS = [
    ((0, 98, 0), "from zenml.post_execution import get_pipeline", "zenml.post_execution", "ZenML 0.98.0"),
    ((0, 98, 0), "from zenml.repository import Repository", "zenml.repository", "Use zenml.client.Client."),
    ((0, 98, 0), "import zenml.post_execution.pipeline", "zenml.post_execution.pipeline", "has no module"),
    ((0, 98, 0), MODERN + 'run.get_step("train")', "get_step", "Use steps[...]."),
    ((0, 98, 0), MODERN + 'run.steps["train"].outputs["model"].read()', "read", "Use load()."),
    ((0, 98, 0), MODERN + 'client.get_pipeline("training_pipeline", version=2)', "version", "'version'"),
    ((0, 98, 0), MODERN + 'p.get_run("first_training")', "get_run", "Use Client().get_pipeline_run()."),
    ((0, 33, 0), MODERN.replace("p = ", "p = client.get_pipeline('training_pipeline').last_run #"), "last_run", "0.33"),
    ((0, 7, 3), "from zenml.client import Client", "zenml.client", "zenml.repository.Repository"),
    ((0, 13, 2), "import zenml.core.repo", "zenml.core.repo", "Use zenml.repository.Repository."),
    ((0, 40, 3), "import zenml.repository", "zenml.repository", "Use zenml.client.Client."),
    (
        (0, 22, 0),
        MODERN.replace("p = ", "#").replace("run = ", "#") + "client.get_pipeline('report_pipeline')",
        "get_pipeline",
        "Use zenml.post_execution.get_pipeline().",
    ),
    ((0, 98, 0), MODERN + "client.list_runs(pipeline_name='report_pipeline')", "list_runs", "list_pipeline_runs()."),
    (
        (0, 98, 0),
        MODERN + "client.get_pipeline(pipeline_name='report_pipeline')",
        "pipeline_name",
        "Use name_id_or_prefix.",
    ),
    (
        (0, 5, 0),
        "from zenml.core.repo import Repository\nRepository().get_pipeline('report_pipeline').runs",
        "runs",
        "",
    ),
    ((0, 50, 0), MODERN + "run.get_step('train')", "get_step", "Use steps[...]."),
    ((0, 98, 0), MODERN + "run.steps['train'].outputs['model'].load()", "load", "a list for outputs[...]"),
    ((0, 68, 1), MODERN + "run.steps['train'].outputs['model'][0].load()", "[0]", "one output for outputs[...]"),
]


# Code for the releases before and after 0.70, which made a list of the outputs of a name
FOR_BOTH = [
    f"model = run.steps['train'].outputs['model']{text}"
    for text in (
        "[0].load() if isinstance(run.steps['train'].outputs['model'], list) else None",
        "\nmodel = model.load() if hasattr(run.steps['train'].outputs['model'], 'load') else model[0].load()",
        "\nimport zenml\nif zenml.__version__ < '0.70':\n    run.steps['train'].outputs['model'].load()",
    )
] + [
    "try:\n    run.steps['train'].outputs['model'].load()\n"
    "except AttributeError:\n    run.steps['train'].outputs['model'][0].load()"
]


@pytest.mark.parametrize(("release", "text", "where", "part"), MEMBERS)
def test_members_of_the_installed_release(
    desk: Desk, release: tuple[int, ...], text: str, where: str, part: str
) -> None:
    desk.context.zenml = release
    view = desk.type(text)

    said = diagnostics(desk.context, view)

    assert [(each.code, text_at(view, each.range)) for each in said] == [("missing-member", where)]
    assert part in said[0].message


@pytest.mark.parametrize(
    ("release", "text"),
    [
        ((0, 98, 0), MODERN + 'run.steps["evaluate"].outputs["score"][0].load()'),
        ((0, 44, 0), MODERN + 'run.get_step("train")'),
        ((0, 39, 1), "from zenml.repository import Repository"),
        ((0, 30, 0), "from zenml.repository import Repository\nRepository().get_pipeline_by_name('report_pipeline')"),
        ((0, 98, 0), MODERN + "client.get_run_step(some_id)\nclient.list_artifact_versions(name='scatter', size=3)"),
        ((0, 98, 0), "try:\n    from zenml.post_execution import get_pipeline\nexcept ImportError:\n    pass"),
        ((0, 98, 0), MODERN + 'run.steps["evaluate"].outputs["score"].count(other)'),
        *((release, MODERN + text) for release in ((0, 98, 0), (0, 68, 1)) for text in FOR_BOTH),
        ((0, 98, 0), MODERN + 'run.steps["evaluate"].regular_outputs["score"].load()'),
        ((0, 68, 1), MODERN + 'run.steps["evaluate"].outputs["score"].load()'),
        ((0, 99, 0), MODERN + 'run.steps["evaluate"].outputs["score"][0].load()'),
        ((0, 66, 0), "from zenml.post_execution import get_pipeline"),
        ((0, 7, 3), LEGACY + 'run.get_step("evaluate").outputs["score"].read()'),
        ((0, 7, 3), LEGACY + "p.get_run(run_name='first_training')"),
        (None, "from zenml.post_execution import get_pipeline"),
    ],
)
def test_members_that_may_be_there(desk: Desk, release: tuple[int, ...] | None, text: str) -> None:
    desk.context.zenml = release

    assert list(reported(desk.context, desk.type(text))) == []


def test_one_missing_import_is_one_finding(desk: Desk) -> None:
    desk.context.zenml = (0, 13, 2)
    text = MODERN + 'client.list_pipeline_runs()\nrun.steps["train"].outputs["model"].load()\np.last_run\n'

    assert [finding.code for finding in reported(desk.context, desk.type(text))] == ["missing-member"]


ORDERS = [
    ("modern", (0, 98, 0), "-1", True),
    ("modern", (0, 98, 0), "0", False),
    ("modern", (0, 33, 0), "-1", False),
    ("modern", (0, 33, 0), "0", True),
    ("modern", None, "-1", True),
    ("middle", (0, 39, 1), "-1", True),
    ("middle", (0, 33, 0), "-1", False),
    ("middle", (0, 33, 0), "0", False),
    ("middle", None, "-1", True),  # the store is of 0.98
    ("legacy", None, "-1", False),
    ("legacy", None, "0", False),
]


@pytest.mark.parametrize(("generation", "release", "index", "is_said"), ORDERS)
def test_the_oldest_run(
    desk: Desk, generation: str, release: tuple[int, ...] | None, index: str, is_said: bool
) -> None:
    start = {
        "legacy": LEGACY,
        "middle": 'from zenml.post_execution import get_pipeline\np = get_pipeline("training_pipeline")\n',
        "modern": 'from zenml.client import Client\np = Client().get_pipeline("training_pipeline")\n',
    }[generation]
    desk.context.zenml = release

    codes = [finding.code for finding in reported(desk.context, desk.type(f"{start}p.runs[{index}]"))]

    assert codes == (["oldest-run"] if is_said else [])


def test_a_file_that_is_gone(desk: Desk) -> None:
    context = desk.context
    output = context.history.output_names("report_pipeline", "write")[0]
    folder = Path(output.uri)
    view = desk.type(
        MODERN + f'client.get_pipeline_run("first_report").steps["write"].outputs["{output.name}"][0].load()'
    )
    moved = folder.rename(folder.with_name("moved"))
    try:
        before = diagnostics(context, view)
        assert context.output_files.look()
        after = diagnostics(context, view)
    finally:
        moved.rename(folder)

    assert before == []
    assert [(each.code, text_at(view, each.range)) for each in after] == [("missing-artifact", output.name)]


def test_nothing_while_the_history_is_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    view = desk.type(LEGACY + 'run.get_step(name="trian")')
    history = desk.context.history
    assert diagnostics(desk.context, view)

    for change in ({"syncing": True}, {"error": "locked"}, {"total": None}):
        state = history.state
        unsettled = replace(state, sources=tuple(replace(source, **change) for source in state.sources))
        with monkeypatch.context() as patch:
            patch.setattr(type(history), "state", property(lambda _, now=unsettled: now))
            assert diagnostics(desk.context, view) == []


def test_every_diagnostic_has_a_page_and_a_setting() -> None:
    docs = Path(__file__).parents[2] / "docs" / "diagnostics"

    assert {page.stem for page in docs.glob("*.md")} - {"README"} == set(DIAGNOSTICS)
    for code in DIAGNOSTICS:
        assert Settings().severity_of(code) in Severity
        text = (docs / f"{code}.md").read_text(encoding="utf-8")
        assert f"# {code}" in text
        assert f"pipesight: ignore[{code}]" in text


@pytest.mark.parametrize("package", ["zenml", "src/zenml"])
def test_a_fork_of_zenml_is_not_held_against_the_installed_one(desk: Desk, tmp_path: Path, package: str) -> None:
    desk.context.zenml = (0, 98, 0)
    code = "from zenml.core.repo import Repository\n"
    (tmp_path / "examples").mkdir()
    path = str(tmp_path / "examples" / "run.py")
    assert [each.code for each in reported(desk.context, desk.type(code, path))] == ["missing-member"]

    (tmp_path / "fork" / package).mkdir(parents=True)
    (tmp_path / "fork" / package / "__init__.py").touch()
    path = str(tmp_path / "fork" / "examples" / "run.py")
    assert list(reported(desk.context, desk.type(code, path))) == []

    (tmp_path / "fork" / package / "__init__.py").unlink()
    desk.context.forget()  # as after a change on the disk
    assert [each.code for each in reported(desk.context, desk.type(code, path))] == ["missing-member"]


def test_the_work_grows_with_the_lines_and_not_faster(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Site] = []
    known = CheckedDocument.history_of

    def history_of(checked: CheckedDocument, site: Site) -> History:
        asked.append(site)
        return known(checked, site)

    monkeypatch.setattr(CheckedDocument, "history_of", history_of)
    counts: list[int] = []
    for lines in (20, 60):
        list(reported(desk.context, desk.type(MODERN + "p.runs[1].steps['train']\np.runs[-1]\n" * lines)))
        counts.append(len(asked))
        asked.clear()

    assert counts[1] <= 3 * counts[0]
