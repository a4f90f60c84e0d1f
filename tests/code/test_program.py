"""Chunks over edits: an edited program equals a fresh one, and unchanged chunks stay the same objects."""

from __future__ import annotations

from hypothesis import example, given, strategies as st

from pipesight.code.syntax.logical_lines import neutral
from pipesight.code.syntax.program import Program
from tests.examples import examples

LINES = [
    "",
    "# note",
    "x = 1",
    "run.get_step(",
    "    'train',",
    ")",
    "def f(a):",
    "    return a",
    "class A:",
    "    def g(self):",
    "        return [",
    "        ]",
    "if x:",
    "    y = 2",
    "else:",
    '"""',
    "text",
    "@step",
    "a = 'open",
    "b = {'k': [1,",
    "2]}",
    "\tz = 3",
    "w = 1 + \\",
    "    2",
]
texts = st.lists(st.sampled_from(LINES), max_size=25).map("\n".join)


def contents(program: Program) -> list[tuple[int, list[tuple[int, str]]]]:
    return [(chunk.line, [(line, code.text) for line, code in chunk.lines]) for chunk in program.chunks]


@examples(400)
@given(st.lists(texts, min_size=2, max_size=6))
def test_edits_end_where_a_fresh_program_begins(versions: list[str]) -> None:
    program = Program([versions[0]])
    for text in versions[1:]:
        program.update([text])
        assert contents(program) == contents(Program([text]))


@examples(300)
@given(texts, st.data())
def test_small_edits(text: str, data: st.DataObject) -> None:
    program = Program([text])
    for _ in range(5):
        lines = text.split("\n")
        at = data.draw(st.integers(0, len(lines)))
        removed = data.draw(st.integers(0, 2))
        lines[at : at + removed] = data.draw(st.lists(st.sampled_from(LINES), max_size=2))
        text = "\n".join(lines)
        program.update([text])
        assert contents(program) == contents(Program([text]))


@examples(200)
@given(st.lists(st.lists(texts, min_size=1, max_size=3), min_size=2, max_size=4))
@example([["w = 1 + \\", "x = 1"], ["w = 1 + \\\nx = 1"]])
def test_cells_are_apart(versions: list[list[str]]) -> None:
    program = Program(versions[0])
    for cells in versions[1:]:
        program.update(cells)
        assert contents(program) == contents(Program(cells))


def test_untouched_chunks_stay() -> None:
    text = "\n".join(f"def f{number}():\n    return {number}\n" for number in range(50))
    program = Program([text])
    before = list(program.chunks)
    program.update([text.replace("return 25", "return 'x")])
    changed = [index for index, chunk in enumerate(program.chunks) if chunk is not before[index]]
    assert changed == [25]
    program.update(["\n\n" + text])
    assert program.chunks[0].line == 2
    assert sum(chunk is old for chunk, old in zip(program.chunks, before, strict=True)) >= 48


def test_a_chunk_is_one_statement_with_its_clauses() -> None:
    text = "@step\ndef f():\n    pass\n\nif a:\n    b\nelif c:\n    d\nelse:\n    e\n"
    text += "try:\n    f\nexcept E:\n    g\nx = (\n1,\n)\n"
    assert [chunk.line for chunk in Program([text]).chunks] == [0, 4, 10, 14]


def test_magics_are_blank_and_nothing_moves() -> None:
    cell = "%time x = 1\n!pip install a\ny = !ls\nrun?\nz = a % b\nw = %sql select\n    %matplotlib inline\nlast = 2"
    blank = neutral(cell)
    assert [len(line) for line in blank.split("\n")] == [len(line) for line in cell.split("\n")]
    assert [line.strip() for line in blank.split("\n")] == ["", "", "y = 0", "", "z = a % b", "w = 0", "", "last = 2"]
    assert neutral("%%bash\nls | grep 'x\n").strip() == ""
    assert neutral("%%time\nx = 1").split("\n")[1] == "x = 1"
    assert neutral(">>> x = 1\n... y\n1").split("\n") == ["    x = 1", "    y", "1"]
