"""Previews as Markdown and plain text, also of hostile artifacts, which cannot add markup."""

from __future__ import annotations

import json
import re
import time

import hypothesis.strategies as st
import pytest
from hypothesis import given

from pipesight.outputs.preview import Column, File, Image, Preview, PreviewKind, Table, from_json, problem, to_json
from pipesight.outputs.render import page_text, to_markdown, to_text
from tests.examples import examples

FRAME = Preview(
    "table",
    "DataFrame 3 x 2",
    table=Table(
        (Column(""), Column("x", "double"), Column("名", "string")),
        ((0, 0.5, "a"), (1, None, "日本"), (2, 1234567.0, True)),
        total=3,
        index=1,
    ),
)
ARRAY = Preview(
    "array",
    "float64 array (200, 2)",
    table=Table((Column("0", "float64"), Column("1", "float64")), ((1.0, 2.0), (3.0, "NaN")), offset=50, total=200),
    shape=(200, 2),
    dtype="float64",
    statistics={"min": 0.25, "max": 3.0, "nan": 1},
    truncated=True,
)


def test_a_table_in_markdown():
    assert to_markdown(FRAME) == (
        "**DataFrame 3 x 2**\n\n"
        "|   | x | 名 |\n"
        "|---:|---:|---|\n"
        "| 0 | 0.5 | a |\n"
        "| 1 |   | 日本 |\n"
        "| 2 | 1234567.0 | true |"
    )


def test_a_table_in_a_terminal():
    assert to_text(FRAME) == (
        "DataFrame 3 x 2\n\n           x  名\n0        0.5  a\n1             日本\n2  1234567.0  true"
    )


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ([99999999.99, 1234567.89], ["99999999.99", "1234567.89"]),
        ([123456789.0, 123456788.0], ["123456789.0", "123456788.0"]),
        ([0.5, 1.25, 3.0], ["0.50", "1.25", "3.00"]),
        ([0.1234567, 0.5], ["0.123456…", "0.500000"]),
        ([1e-07, 0.5], ["1e-07", "0.5"]),
        ([1.23456789e-12, 1e300], ["1.234567…e-12", "1e+300"]),
        ([2**53 - 1, 7], ["9007199254740991", "7"]),
        ([1, 2.5], ["1", "2.5"]),
        ([-0.5, None, 10.25], ["-0.50", "", "10.25"]),
    ],
)
def test_numbers_are_shown_as_they_are_or_with_an_ellipsis(numbers: list[object], shown: list[str]):
    preview = Preview("table", "t", table=Table((Column("x"),), tuple((n,) for n in numbers), total=len(numbers)))
    lines = to_text(preview).split("\n\n", 1)[1].split("\n")[1:]
    assert [line.strip() for line in lines] == shown
    rows = to_markdown(preview).split("\n\n")[1].split("\n")[2:]
    assert [row.strip("| ") for row in rows] == shown


def test_statistics_of_large_numbers_are_told_apart():
    preview = Preview("array", "a", statistics={"min": 123456788.0, "max": 123456789.0, "mean": 0.123456789})
    assert to_text(preview) == "a\n\nmin 123456788.0 · max 123456789.0 · mean 0.123456…"


def test_a_page_of_an_array():
    assert to_markdown(ARRAY, rows=1) == (
        "**float64 array (200, 2)**\n\n"
        "min 0.25 · max 3.0 · nan 1\n\n"
        "| 0 | 1 |\n|---:|---:|\n| 1.0 | 2.0 |\n\n"
        "rows 51 to 51 of 200"
    )
    assert to_text(ARRAY).splitlines()[-1] == "(rows 51 to 52 of 200)"


def test_columns_beyond_the_width_become_an_ellipsis():
    wide = Preview("table", "wide", table=Table(tuple(Column(f"c{i}") for i in range(9)), (tuple(range(9)),), total=1))
    assert "| c0 | c1 | … |" in to_markdown(wide, columns=2)
    assert "| 0 | 1 | … |" in to_markdown(wide, columns=2)


@pytest.mark.parametrize(
    ("preview", "markdown", "text"),
    [
        (Preview("json", "0.93", text="0.93", value=0.93), "`0.93`", "0.93"),
        (Preview("json", '{"a": 1}', text='{\n  "a": 1\n}', value={"a": 1}), '`{"a": 1}`', '{"a": 1}'),
        (
            Preview("json", "dict of 1 key: a", text='{"a": "long"}'),
            '`dict of 1 key: a`\n\n```json\n{"a": "long"}\n```',
            'dict of 1 key: a\n\n{"a": "long"}',
        ),
        (
            Preview("html", "HTML, 9 B", text="<style>x{}</style><h1>Hi &amp; you</h1><script>evil()</script><p>there"),
            "**HTML, 9 B**\n\n```\nHi & you\nthere\n```",
            "HTML, 9 B\n\nHi & you\nthere",
        ),
        (Preview("markdown", "M", text="# Hi"), "**M**\n\n```markdown\n# Hi\n```", "M\n\n# Hi"),
        (Preview("text", "T", text="one\ntwo"), "**T**\n\n```\none\ntwo\n```", "T\n\none\ntwo"),
        (Preview("pickle", "P", text="Blob(n=1)"), "**P**\n\n```\nBlob(n=1)\n```", "P\n\nBlob(n=1)"),
        (
            Preview("array", "object array (1,)", text="Not loaded.\n[x](command:y)"),
            "**object array (1,)**\n\n```\nNot loaded.\n[x](command:y)\n```",
            "object array (1,)\n\nNot loaded.\n[x](command:y)",
        ),
        (Preview("image", "big", text="Too_big_."), "**big**\n\nToo_big\\_.", "big\n\nToo_big_."),
        (Preview("files", "1 file", files=(File("a_b.bin", 1200),)), "**1 file**\n\n- a_b.bin  1,200 bytes", None),
        (
            problem("It is gone: /a_b", "Run it again."),
            "⚠ It is gone: /a_b\n\nRun it again.",
            "It is gone: /a_b\n\nRun it again.",
        ),
        (
            Preview("image", "2 x 1 PNG image, 9 B", image=Image("image/png", "aGk=", 2, 1)),
            "**2 x 1 PNG image, 9 B**\n\n![picture](data:image/png;base64,aGk=)",
            "2 x 1 PNG image, 9 B",
        ),
    ],
)
def test_each_kind(preview: Preview, markdown: str, text: str | None):
    assert to_markdown(preview) == markdown
    if text is not None:
        assert to_text(preview) == text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>a<p>b", "a\nb"),
        ("<table><tr><td>1<td>2<tr><td>3</table>", "  1  2\n  3"),
        ("a<!-- <b>hidden</b> -->b<br>c", "ab\nc"),
        ("<SCRIPT>x<y</SCRIPT>shown", "shown"),
        ("1 &lt; 2 &amp; <i>so</i> on", "1 < 2 & so on"),
        ("a < b", "a"),
        ("<script>never closed", ""),
    ],
)
def test_the_text_of_a_page(page: str, text: str):
    assert page_text(page) == text


@pytest.mark.parametrize(
    "piece", ["<", "<!--", "<a '", "<script>", "</", "<![", "<?", "&", "&#", '<a b="', "<td>", "`", "\\"]
)
def test_no_page_keeps_the_server_busy(piece: str):
    started = time.process_time()  # of this process alone, whatever else the machine does
    to_markdown(Preview("html", "HTML", text=piece * (2_000_000 // len(piece))))
    assert time.process_time() - started < 0.5


def test_big_pictures_are_only_named():
    preview = Preview("image", "PNG image, 1 MB", image=Image("image/png", "A" * 1_000_000))
    assert to_markdown(preview) == "**PNG image, 1 MB**"


def test_long_texts_are_cut():
    text = to_markdown(Preview("text", "T", text="line\n" * 10_000))
    assert text.count("\n") < 60
    assert text.endswith("…\n```")


HOSTILE = [
    "[click](command:workbench.action.terminal.new)",
    "![x](https://evil.example/track.png)",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "`code` ```` fence ````",
    "\n```\n# out of the fence\n[x](command:y)",
    "~~~\n",
    "a | b | c",
    "a\n\n# heading\n\n[x](command:y)",
    "a\r[x](command:y)",
    "\\[x](command:y)",
    "\\`[x](command:y)",
    "&lt;img&gt; &#91;x](command:y)",
    "$(gear) $(sync~spin)",
    "<https://evil.example>",
    "see HTTPS://evil.example/x, www.evil.example, ftp://evil.example or evil@evil.example",
    "[ref]: command:x\n[ref]",
    "\x1b[31mred\x1b]8;;http://evil\x07",
    "abc\u202edcba",
    "x\u2028[y](command:z)",
]

KINDS: list[PreviewKind] = ["json", "text", "html", "markdown", "pickle", "problem", "table", "files", "array", "image"]


def everywhere(kind: PreviewKind, text: str) -> Preview:
    """Return a preview with a hostile text in every field that takes text."""
    return Preview(
        kind,
        text,
        text=text,
        table=Table((Column(text, text), Column("")), ((text, 1), ({"k": text}, [text])), total=9),
        statistics={"min": 1.0},
        image=Image(f"image/png{text}", text),
        files=(File(text, 1),),
        advice=text,
    )


def outside_code(markdown: str) -> str:
    """Return the parts of a Markdown text outside code blocks and spans, by CommonMark's rules."""
    kept: list[str] = []
    fence = ""
    for line in markdown.split("\n"):
        opening = re.match(r"^(`{3,})[a-z]*$", line)
        if fence:
            if re.fullmatch(f"`{{{len(fence)},}} *", line):
                fence = ""
        elif opening:
            fence = opening.group(1)
        else:
            kept.append(line)
    assert not fence, "a code block was left open"
    return re.sub(r"(?<![\\`])(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", "\n".join(kept))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_from_an_artifact_becomes_markup(kind: PreviewKind, text: str):
    shown = outside_code(to_markdown(everywhere(kind, text)))
    assert not re.search(r"(?<!\\)(?:\\\\)*[\[\]<>`~$]", shown.replace("\n|", "\n")), shown
    assert not re.search(r"^#|^\[", shown, re.MULTILINE)
    assert not re.search(r"(?i)(http|https|ftp)://|www\.|\w@", shown), "editors make links of these by themselves"
    for line in shown.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 3, line


@examples(500)
@given(st.sampled_from(KINDS), st.text(max_size=80))
def test_no_text_leaves_its_place(kind: PreviewKind, text: str):
    preview = everywhere(kind, text)
    shown = outside_code(to_markdown(preview))
    assert not re.search(r"(?<!\\)(?:\\\\)*[\[\]<>]", shown)
    for rendered in (shown, to_text(preview)):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", rendered.replace("\t", " "))


def test_the_code_that_finds_code_finds_escapes():
    assert "[x]" in outside_code("```\nsafe\n```\n[x](command:y)")
    assert "[x]" in outside_code("`` a ` b `` [x](y)")
    assert outside_code("`[x](y)`") == ""


@pytest.mark.parametrize(
    "preview", [FRAME, ARRAY, problem("p", "a"), everywhere("json", "x"), Preview("json", "null", text="null")]
)
def test_json_there_and_back(preview: Preview):
    assert from_json(json.loads(json.dumps(to_json(preview)))) == preview


def test_json_keeps_a_value_that_is_null():
    assert "value" in to_json(Preview("json", "null", text="null"))
    assert "value" not in to_json(Preview("json", "dict", text="{...", truncated=True))
    assert "value" not in to_json(Preview("text", "x"))


@pytest.mark.parametrize("data", [{}, {"kind": "evil", "summary": ""}, {"kind": "table", "summary": "", "table": 3}])
def test_what_is_no_preview_is_refused(data: dict[str, object]):
    with pytest.raises(ValueError, match="preview"):
        from_json(data)


def test_times_at_midnight_are_dates_and_missing_numbers_stand_right():
    columns = (Column("day", "datetime64[us]"), Column("time", "datetime64[us]"), Column("score", "float64"))
    rows = (("2024-12-19T00:00:00", "2024-12-19T00:00:00", 0.5), (None, "2024-12-19T08:00:00", "NaN"))
    shown = to_text(Preview("table", "DataFrame 2 x 3", table=Table(columns, rows, total=2)))
    assert shown.splitlines()[2:] == [
        "day         time                 score",
        "2024-12-19  2024-12-19T00:00:00    0.5",
        "            2024-12-19T08:00:00    NaN",
    ]
