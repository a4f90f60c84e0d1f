"""The commands through the protocol: the answers that a client shows in its panel, tree and status."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pytest_lsp import LanguageClient

from tests.waiting import until

from .conftest import Editor

TEST_SET = {"pipeline": "training_pipeline", "run": "first_training", "step": "load_data", "output": "test"}


async def test_an_output_is_read_page_by_page(editor: Editor) -> None:
    first = await editor.execute("pipesight.readOutput", {**TEST_SET, "limit": 10})
    second = await editor.execute("pipesight.readOutput", {**TEST_SET, "offset": 10, "limit": 10})

    assert len(first["preview"]["table"]["rows"]) == 10
    assert second["preview"]["table"]["offset"] == 10
    assert first["preview"]["table"]["rows"] != second["preview"]["table"]["rows"]
    assert [column["name"] for column in first["preview"]["table"]["columns"]][-1] == "species"


async def test_what_stands_at_the_cursor_is_read(editor: Editor) -> None:
    position = editor.open(
        'from zenml.client import Client\nrun = Client().get_pipeline_run("first_training")\n'
        'run.steps["load_data"].outputs["n_r|ows"]'
    )
    assert position is not None
    place = {"line": position.line, "character": position.character}

    result = await editor.execute("pipesight.readOutput", {"uri": editor.uri, "position": place})

    assert result["preview"]["value"] == 150


CHOICES = [
    ({}, ["report_pipeline", "training_pipeline"]),
    ({"pipeline": "report_pipeline"}, ["broken_report", "first_report"]),
    ({"pipeline": "report_pipeline", "run": "first_report"}, ["draw", "load_data", "write"]),
    ({"pipeline": "report_pipeline", "run": "broken_report"}, ["draw", "load_data"]),
    ({"pipeline": "report_pipeline", "run": "first_report", "step": "write"}, ["notes", "page"]),
]


@pytest.mark.parametrize(("argument", "labels"), CHOICES)
async def test_choices_lead_to_an_output(editor: Editor, argument: dict[str, str], labels: list[str]) -> None:
    result = await editor.execute("pipesight.readOutput", argument)

    assert sorted(choice["label"] for choice in result["choices"]) == labels


PROBLEMS = [
    ({"pipeline": "trainin_pipeline"}, "'trainin_pipeline'", "training_pipeline"),
    ({"pipeline": "training_pipeline", "run": "no such"}, "'no such'", "first_training"),
    ({**TEST_SET, "output": "tst"}, "'tst'", "test"),
]


@pytest.mark.parametrize(("argument", "problem", "advice"), PROBLEMS)
async def test_a_wrong_name_is_told_with_what_to_do(
    editor: Editor, argument: dict[str, str], problem: str, advice: str
) -> None:
    result = await editor.execute("pipesight.readOutput", argument)

    assert problem in result["problem"]
    assert advice in result["advice"]


@pytest.mark.depends_on("panel")
async def test_a_run_is_shown_with_its_steps(editor: Editor) -> None:
    result = await editor.execute("pipesight.showRun", {"pipeline": "report_pipeline"})

    assert result["title"] == "broken_report"
    assert result["run"]["status"] == "failed"
    assert {step["name"]: step["status"] for step in result["steps"]}["write"] == "failed"
    assert [run["name"] for run in result["runs"]] == ["broken_report", "first_report"]


async def test_the_runs_of_a_pipeline_are_rows_with_their_parameters(editor: Editor) -> None:
    page = await editor.execute("pipesight.showRuns", {"pipeline": "report_pipeline"})

    assert (page["title"], page["total"]) == ("report_pipeline", 2)
    assert [(row["name"], row["status"]) for row in page["rows"]] == [
        ("broken_report", "failed"),
        ("first_report", "completed"),
    ]
    assert all(len(row["values"]) == len(page["columns"]) for row in page["rows"])

    older = await editor.execute("pipesight.showRuns", {"pipeline": "report_pipeline", "offset": 1})
    assert [row["name"] for row in older["rows"]] == ["first_report"]


async def test_two_runs_are_compared_by_default_with_the_last_success(editor: Editor) -> None:
    answer = await editor.execute("pipesight.compareRuns", {"pipeline": "report_pipeline"})

    assert (answer["left"]["name"], answer["right"]["name"]) == ("first_report", "broken_report")
    kinds = {(each["kind"], each["name"]): (each["left"], each["right"]) for each in answer["differences"]}
    assert kinds["status", "status"] == ("completed", "failed")

    same = {"pipeline": "report_pipeline", "left": "first_report", "right": "first_report"}
    assert (await editor.execute("pipesight.compareRuns", same))["differences"] == []


async def test_an_output_is_compared_in_depth(editor: Editor) -> None:
    path = {"pipeline": "training_pipeline", "step": "load_data", "output": "test"}
    answer = await editor.execute("pipesight.compareValues", {**path, "left": "weak_model", "right": "first_training"})

    assert (answer["title"], answer["left"], answer["path"]["run"]) == (
        "load_data.test",
        "weak_model",
        "first_training",
    )
    assert answer["comparison"]["kind"] == "table"
    gone = await editor.execute("pipesight.compareValues", {**path, "left": "gone", "right": "first_training"})
    assert gone["problem"] == "The history has no run named 'gone' there."


async def test_what_moved_a_number(editor: Editor) -> None:
    asked = {"pipeline": "training_pipeline", "metric": "train.accuracy"}
    answer = await editor.execute("pipesight.blame", asked)
    (largest, *_) = answer["moves"]

    assert answer["metric"] == "train.accuracy"
    assert "weak_model" in (largest["run"]["name"], largest["before"]["name"])
    assert "train.strength" in [cause["name"] for cause in largest["causes"]]
    unknown = await editor.execute("pipesight.blame", {**asked, "metric": "accurac"})
    assert unknown["problem"] == "The runs have no single number named 'accurac'."
    assert "train.accuracy" in unknown["advice"]


async def test_a_run_to_compare_with_has_to_be_there(editor: Editor) -> None:
    answer = await editor.execute("pipesight.compareRuns", {"pipeline": "report_pipeline", "left": "gone"})

    assert answer == {"problem": "The history has no run 'gone'.", "advice": "Choose another run to compare with."}


async def test_the_history_unfolds_down_to_the_outputs(editor: Editor) -> None:
    names: list[str] = []
    parent: dict[str, object] = {}
    for _ in range(4):
        nodes = await editor.execute("pipesight.history", {"parent": parent})
        names.append(nodes[0]["label"])
        parent = dict(nodes[0]["path"])

    assert names[0] == "training_pipeline"
    assert names[2:] == ["load_data", "n_rows"]


@pytest.mark.depends_on("panel", "show_document")
async def test_the_history_lists_no_more_runs_than_asked_for(editor: Editor) -> None:
    nodes = await editor.execute("pipesight.history", {"parent": {"pipeline": "training_pipeline"}, "limit": 2})

    assert [node["kind"] for node in nodes] == ["run", "run"]


LISTED = [
    ({"statuses": ["failed"]}, ["report_pipeline"]),
    ({"statuses": ["failed", "completed"]}, ["training_pipeline", "report_pipeline"]),
    ({"find": "WEAK"}, ["training_pipeline"]),
    ({"find": "weak", "statuses": ["failed"]}, []),
    ({"tags": ["nightly"]}, []),
    ({"find": 1, "statuses": "failed", "tags": None}, ["training_pipeline", "report_pipeline"]),  # of no use
]


@pytest.mark.parametrize(("wanted", "pipelines"), LISTED)
async def test_the_history_lists_what_a_filter_lets_pass(
    editor: Editor, wanted: dict[str, object], pipelines: list[str]
) -> None:
    nodes = await editor.execute("pipesight.history", wanted)
    assert [node["label"] for node in nodes] == pipelines


async def test_runs_are_filtered_by_what_they_have(editor: Editor) -> None:
    assert await editor.execute("pipesight.runLabels", {}) == {"statuses": ["completed", "failed"]}

    nodes = await editor.execute(
        "pipesight.history", {"parent": {"pipeline": "report_pipeline"}, "statuses": ["failed"]}
    )
    assert [node["label"] for node in nodes] == ["broken_report"]


async def test_editors_without_a_panel_are_shown_a_document_or_a_message(editor: Editor) -> None:
    await editor.execute("pipesight.readOutput", TEST_SET)

    messages = [message.message for message in editor.client.messages]
    assert bool(messages) is (editor.name != "vscode")
    assert all("DataFrame" in message and "training_pipeline_first_training" in message for message in messages)


NOTHING_THERE = [
    (["nowhere"], "There is no run history yet.", "pipesight.history"),
    (["damaged.db"], "damaged.db cannot be read: file is not a database.", "incomplete or damaged"),
]


@pytest.mark.parametrize(("history", "problem", "advice"), NOTHING_THERE)
async def test_why_there_is_nothing_to_read_is_told(
    server: LanguageClient, tmp_path: Path, history: list[str], problem: str, advice: str
) -> None:
    (tmp_path / "damaged.db").write_bytes(b"not a database" * 99)
    await server.initialize_session(
        lsp.InitializeParams(
            capabilities=lsp.ClientCapabilities(),
            workspace_folders=[lsp.WorkspaceFolder(tmp_path.as_uri(), "empty")],
            initialization_options={"cacheFolder": str(tmp_path / "index"), "settings": {"history": history}},
        )
    )
    for command in ("pipesight.readOutput", "pipesight.showRun"):
        params = lsp.ExecuteCommandParams(command, [{}])

        async def ask(params: lsp.ExecuteCommandParams = params) -> Any:
            return await server.workspace_execute_command_async(params)

        # The server says that it is still looking until it has looked at the store.
        result = await until(ask, lambda result: problem in result["problem"])
        assert problem in result["problem"]
        assert advice in result["advice"]


@pytest.mark.parametrize(
    "argument",
    [
        None,
        {"pipeline": 5},
        {"uri": "file:///nowhere.py", "position": "here"},
        {"uri": "file:///nowhere.py", "position": {"line": "first", "character": 0}},
        {"limit": []},
    ],
)
async def test_arguments_that_make_no_sense_are_no_error(editor: Editor, argument: dict[str, Any] | None) -> None:
    result = await editor.execute("pipesight.readOutput", argument)

    assert "training_pipeline" in {choice["label"] for choice in result["choices"]}


async def test_rows_of_a_table_under_a_condition(editor: Editor) -> None:
    answer = await editor.execute("pipesight.readOutput", {**TEST_SET, "where": "species = 'setosa'", "limit": 5})
    table = answer["preview"]["table"]
    assert table["total"] > 0
    assert {row[-1] for row in table["rows"]} == {"setosa"}
    wrong = await editor.execute("pipesight.readOutput", {**TEST_SET, "where": "specie = 'setosa'"})
    assert "Did you mean 'species'?" in wrong["preview"]["advice"]


async def test_the_columns_of_a_table_are_summed_up(editor: Editor) -> None:
    answer = await editor.execute("pipesight.sumUpTable", {**TEST_SET, "where": "species = 'setosa'"})
    species = answer["columns"][-1]
    assert (species["column"], species["distinct"], species["max"]) == ("species", 1, "setosa")


async def test_the_columns_of_a_table_have_histograms_and_frequent_values(editor: Editor) -> None:
    answer = await editor.execute("pipesight.profileTable", TEST_SET)
    columns = answer["columns"]
    length, species = columns[0], columns[-1]
    assert length["min"] <= length["q25"] <= length["median"] <= length["q75"] <= length["max"]
    assert sum(bar["count"] for bar in length["bars"]) == length["rows"] - length["missing"]
    assert {each["value"] for each in species["top"]} == {"setosa", "versicolor", "virginica"}
    picked = await editor.execute("pipesight.profileTable", {**TEST_SET, "picked": [3, 1]})
    assert [each["position"] - columns[0]["position"] for each in picked["columns"]] == [3, 1]


async def test_picked_columns_are_shown(editor: Editor) -> None:
    whole = (await editor.execute("pipesight.readOutput", TEST_SET))["preview"]["table"]
    names, index = [column["name"] for column in whole["columns"]], whole["index"]
    for more in ({}, {"where": "species = 'setosa'"}, {"sort": 1}):
        answer = await editor.execute("pipesight.readOutput", {**TEST_SET, "picked": [2, 0, 99], **more})
        table = answer["preview"]["table"]
        shown = [column["name"] for column in table["columns"]]
        assert shown == [*names[:index], names[index + 2], names[index]]
        assert (table["picked"], table["width"]) == ([2, 0], whole["width"])
        assert len(table["rows"][0]) == len(shown)


async def test_all_columns_of_a_table_are_named(editor: Editor) -> None:
    answer = await editor.execute("pipesight.tableColumns", TEST_SET)
    assert answer["columns"][-1] == {"name": "species", "type": "string"}
    assert "drift" not in answer, "no run before has other columns"


async def test_the_same_output_is_found_in_the_newest_run(editor: Editor) -> None:
    newest = (await editor.execute("pipesight.history", {"parent": {"pipeline": "training_pipeline"}}))[0]["label"]
    for names in (TEST_SET, {**TEST_SET, "run": newest}):
        answer = await editor.execute("pipesight.newestOutput", names)
        assert (answer["path"]["run"], answer["path"]["output"]) == (newest, "test")
    good = await editor.execute("pipesight.newestOutput", {**TEST_SET, "successful": True})
    assert good["run"]["tone"] in ("passed", "cached")


async def test_a_table_is_exported(editor: Editor, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    answer = await editor.execute(
        "pipesight.exportTable", {**TEST_SET, "where": "species = 'setosa'", "file": str(file)}
    )
    assert answer["rows"] == len(file.read_text().splitlines()) - 1
    refused = await editor.execute("pipesight.exportTable", {**TEST_SET, "file": str(tmp_path / "rows.exe")})
    assert "neither" in refused["problem"]
    assert list(tmp_path.iterdir()) == [file]
