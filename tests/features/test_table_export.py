"""A file that the panel exports is complete, or it does not exist."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pipesight.outputs.preview import problem
from pipesight.outputs.queries import TableAnswer, TableQuery
from pipesight.pages.tables import export
from tests.outputs.conftest import output_at


class StoppedReader:
    """A reader that ends while it writes the file."""

    async def query(self, _output: object, question: TableQuery, _report: object) -> TableAnswer:
        Path(question.path).write_text("half a ta")
        return TableAnswer(problem("The reader was ended."))


async def test_a_query_that_fails_halfway_leaves_the_file_as_it_was(tmp_path: Path):
    target = tmp_path / "rows.csv"
    target.write_text("of yesterday")
    context: Any = SimpleNamespace(previews=StoppedReader())
    view: Any = SimpleNamespace(query=TableQuery())
    answer: Any = await export(context, output_at(tmp_path), view, str(target))
    assert answer.problem == "The reader was ended."
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("rows.csv", "of yesterday")]
