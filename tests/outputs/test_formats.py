"""Previews of the other kinds of artifacts: JSON, text, pages, CSV, pictures, lists of objects, models."""

from __future__ import annotations

import base64
import io
import json
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipesight.outputs.preview import Preview
from pipesight.outputs.reader.images import dimensions
from tests.outputs.conftest import Artifact, Look

ZENML = "zenml.materializers.built_in_materializer."


def rows_of(preview: Preview) -> list[list[object]]:
    assert preview.table is not None
    return [list(row) for row in preview.table.rows]


@pytest.mark.parametrize(
    ("stored", "summary", "value"),
    [
        ("0.93", "0.93", 0.93),
        ("7", "7", 7),
        ("true", "true", True),
        ("null", "null", None),
        ('"hello\\nworld"', '"hello\\nworld"', "hello\nworld"),
        ('{"lr": 0.1, "solver": "lbfgs"}', '{"lr": 0.1, "solver": "lbfgs"}', {"lr": 0.1, "solver": "lbfgs"}),
        ('[1, "two", 3.0]', '[1, "two", 3.0]', [1, "two", 3.0]),
        ('["a\\\\b", "c\\"d", "e\\nf"]', '["a\\\\b", "c\\"d", "e\\nf"]', ["a\\b", 'c"d', "e\nf"]),
        ("[NaN, Infinity, -Infinity]", "[NaN, Infinity, -Infinity]", ["NaN", "Infinity", "-Infinity"]),
        ("123456789012345678901", "123456789012345678901", "123456789012345678901"),
        ('"\\ud800 alone"', '"� alone"', "� alone"),
        ('{"\\ud800": 1}', '{"�": 1}', {"�": 1}),
        ("[]", "[]", []),
        ("{}", "{}", {}),
        ("\ufeff1", "1", 1),
        (json.dumps(list(range(100))), "list of 100 values", list(range(100))),
        (json.dumps({f"key{i}": "x" * 20 for i in range(9)}), None, {f"key{i}": "x" * 20 for i in range(9)}),
    ],
)
def test_json_values(look: Look, artifact: Artifact, stored: str, summary: str | None, value: object):
    preview = look(artifact({"data.json": stored}))
    assert preview.kind == "json"
    assert preview.value == value
    assert not preview.truncated
    if summary is not None:
        assert preview.summary == summary


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param("[" * 100_000 + "]" * 100_000, id="deeper than Python recurses"),
        pytest.param("[" * 120 + "]" * 120, id="deeper than a tree is shown"),
        pytest.param(json.dumps(list(range(100_000))), id="many values"),
        pytest.param(json.dumps("x" * 1_000_000), id="long text"),
    ],
)
def test_json_without_measure_is_shown_in_part(look: Look, artifact: Artifact, stored: str):
    preview = look(artifact({"data.json": stored}))
    assert preview.kind == "json"
    assert preview.truncated
    assert preview.value is None
    assert 0 < len(preview.text or "") <= 64 * 1024
    assert len(preview.summary) <= 80


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (json.loads("[" * 120 + "]" * 120), "It is nested deeper than 100 levels, so it is shown as text."),
        (
            list(range(100_000)),
            "It has more than 5,000 values, so it is shown as text. Only the first 65,536 characters are shown.",
        ),
        (
            ["x" * 1_000_000],
            "Its texts have more than 65,536 characters, so it is shown as text. "
            "Only the first 65,536 characters are shown.",
        ),
    ],
)
def test_json_that_is_shown_as_text_says_why(look: Look, artifact: Artifact, value: object, said: str):
    assert look(artifact({"data.json": json.dumps(value)})).advice == said


def test_json_of_a_hundred_levels_is_a_tree(look: Look, artifact: Artifact):
    preview = look(artifact({"data.json": "[" * 100 + "]" * 100}))
    assert preview.value == json.loads("[" * 100 + "]" * 100)
    assert preview.advice is None


def test_an_integer_of_a_million_digits_is_no_harm(look: Look, artifact: Artifact):
    preview = look(artifact({"data.json": "1" * 1_000_000}))
    assert preview.kind == "json"
    assert len(preview.summary) <= 80


@pytest.mark.parametrize("stored", ["{", "[1,", "\xff\xfe", "nope", '{"a": 1}}'])
def test_what_is_no_json_is_a_problem(look: Look, artifact: Artifact, stored: str):
    preview = look(artifact({"data.json": stored.encode("latin-1")}))
    assert preview.kind == "problem"
    assert "data.json is not valid JSON" in preview.summary
    assert preview.advice


def test_pydantics_json_inside_json_is_unwrapped(look: Look, artifact: Artifact):
    folder = artifact({"data.json": json.dumps(json.dumps({"lr": 1}))})
    assert look(folder, materializer="zenml.materializers.pydantic_materializer.PydanticMaterializer").value == {
        "lr": 1
    }
    assert look(folder, materializer=ZENML + "BuiltInMaterializer").value == '{"lr": 1}'


@pytest.mark.parametrize(
    ("name", "stored", "kind", "summary", "text"),
    [
        ("output.html", "<h1>Hi</h1>", "html", "HTML “Hi”, 11 B", "<h1>Hi</h1>"),
        ("results.html", "<p>x", "html", "HTML, 4 B", "<p>x"),
        ("output.md", "# Hi\n\n* a", "markdown", "Markdown “Hi”, 9 B", "# Hi\n\n* a"),
        ("data.txt", b"plain text", "text", "“plain text”, 10 B", "plain text"),
        ("data.txt", b"", "text", "empty text, 0 B", None),
        ("uuid.txt", "5ec6", "text", "“5ec6”, 4 B", "5ec6"),
        ("output.json", '{"a": 1}', "json", '{"a": 1}', '{\n  "a": 1\n}'),
    ],
)
def test_texts(
    look: Look, artifact: Artifact, name: str, stored: bytes | str, kind: str, summary: str, text: str | None
):
    preview = look(artifact({name: stored}))
    assert (preview.kind, preview.summary, preview.text or None) == (kind, summary, text)


def test_bytes_that_are_no_text_are_shown_in_hexadecimal(look: Look, artifact: Artifact):
    assert (
        look(artifact({"data.txt": b"\x00\xff"})).text
        == "00000000  00 ff                                            .."
    )
    preview = look(artifact({"data.txt": b"\x00\x01bin"}))
    assert preview.summary == "5 bytes"
    assert preview.text == "00000000  00 01 62 69 6e                                   ..bin"


def test_text_cut_in_the_middle_of_a_character_is_still_text(look: Look, artifact: Artifact):
    preview = look(artifact({"data.txt": "é" * 100_000}))
    assert set(preview.text or "") == {"é"}
    assert preview.truncated


@pytest.mark.parametrize(
    ("stored", "columns", "rows", "total"),
    [
        ("a,b\n1,2\n", ["a", "b"], [["1", "2"]], 1),
        ('a,b\n"x, y","line\nbreak"\n\n3\n', ["a", "b"], [["x, y", "line\nbreak"], ["3", ""]], 2),
        (",v\n0,5\n", ["", "v"], [["0", "5"]], 1),
        ("a\r\né\r\n", ["a"], [["é"]], 1),
        ("a,b\n", ["a", "b"], [], 0),
        ("a;b\n1,5;2\n", ["a", "b"], [["1,5", "2"]], 1),
        ("a\tb\n1\t2\n", ["a", "b"], [["1", "2"]], 1),
        ("a;b,c\n1;2,3\n", ["a;b", "c"], [["1;2", "3"]], 1),
        ("é,b\n1,2\n".encode("utf-16"), ["é", "b"], [["1", "2"]], 1),
    ],
)
def test_csv(
    look: Look, artifact: Artifact, stored: str | bytes, columns: list[str], rows: list[list[object]], total: int
):
    preview = look(artifact({"output.csv": stored}))
    assert preview.table is not None
    assert [column.name for column in preview.table.columns] == columns
    assert rows_of(preview) == rows
    assert preview.table.total == total


def test_csv_pages(look: Look, artifact: Artifact):
    folder = artifact({"output.csv": "n\n" + "\n".join(map(str, range(120)))})
    assert [row[0] for row in rows_of(look(folder, offset=100, limit=50))] == [str(n) for n in range(100, 120)]


def test_a_csv_of_ten_thousand_columns_shows_the_first(look: Look, artifact: Artifact):
    line = ",".join(str(i) for i in range(10_000))
    preview = look(artifact({"output.csv": f"{line}\n{line}\n"}))
    assert preview.summary == "CSV table 1 x 10,000"
    assert [len(row) for row in rows_of(preview)] == [100]
    assert preview.truncated


@pytest.mark.parametrize("stored", [b"", b"\x00\x00", b'"never closed', b"a\x00b,c\n1,2"])
def test_what_is_hardly_csv_is_shown_somehow(look: Look, artifact: Artifact, stored: bytes):
    assert look(artifact({"output.csv": stored})).kind in ("table", "text")


def picture(kind: str, size: tuple[int, int] = (32, 16), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 0).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_pictures_come_as_they_are(look: Look, artifact: Artifact, kind: str):
    stored = picture(kind)
    preview = look(artifact({f"image_file.{kind}": stored}))
    assert preview.summary.startswith(f"32 x 16 {kind} image, ")
    assert preview.image is not None
    assert preview.image.mime == f"image/{kind.lower()}"
    assert len(preview.image.data) == (len(stored) + 2) // 3 * 4


@pytest.mark.thorough
def test_a_picture_that_is_too_big_is_made_smaller(look: Look, tmp_path: Path):
    import os

    Image.frombytes("RGB", (2000, 1000), os.urandom(6_000_000)).save(tmp_path / "image_file.PNG")
    preview = look(tmp_path)
    assert preview.truncated
    assert preview.image is not None
    assert (preview.image.width, preview.image.height) == (2000, 1000)
    assert preview.image.data.startswith("iVBOR")


def test_a_picture_no_browser_shows_is_converted(look: Look, artifact: Artifact):
    preview = look(artifact({"image_file.TIFF": picture("TIFF")}))
    assert preview.image is not None
    assert preview.image.mime == "image/png"


@pytest.mark.parametrize("kind", ["AVIF", "PPM", "ICO", "TGA", "JPEG2000", "PCX", "SGI", "QOI", "DDS"])
def test_pillow_decides_what_is_a_picture(look: Look, artifact: Artifact, kind: str):
    preview = look(artifact({f"image_file.{kind}": picture(kind)}))
    assert preview.summary.startswith(f"32 x 16 {kind} image, " if kind != "ICO" else "16 x 8 ICO image, ")
    assert preview.image is not None
    assert preview.image.mime == "image/png"
    assert preview.image.data.startswith("iVBOR")


@pytest.mark.parametrize(("ending", "kind"), [("pbm", "PPM"), ("jfif", "JPEG"), ("j2k", "JPEG2000"), ("dds", "DDS")])
def test_a_picture_of_any_name_that_pillow_knows(look: Look, artifact: Artifact, ending: str, kind: str):
    preview = look(artifact({f"plot.{ending}": picture(kind)}))
    assert preview.summary.startswith(f"32 x 16 {kind} image, ")


@pytest.mark.parametrize("mode", ["I;16", "I", "F"])
def test_a_picture_of_more_than_eight_bits_is_no_white_sheet(look: Look, tmp_path: Path, mode: str):
    drawn = Image.new(mode, (32, 16))
    for x in range(32):
        drawn.putpixel((x, 0), 1_000 * x)
    drawn.save(tmp_path / "image_file.TIFF")
    preview = look(tmp_path)
    assert preview.text == "Shown as PNG. Its lowest number is black, and its highest is white."
    assert preview.image is not None
    shown = Image.open(io.BytesIO(base64.b64decode(preview.image.data)))
    assert [shown.convert("L").getpixel((x, 0)) for x in (0, 15, 31)] == [0, 123, 255]
    assert shown.convert("L").getpixel((0, 1)) == 0


def test_a_big_tiff_is_a_picture(look: Look, tmp_path: Path):
    Image.new("RGB", (32, 16)).save(tmp_path / "image_file.TIFF", big_tiff=True)
    assert look(tmp_path).summary.startswith("32 x 16 TIFF image, ")


def test_a_picture_that_claims_to_be_huge_is_not_opened(look: Look, artifact: Artifact):
    header = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 100_000, 100_000)
    preview = look(artifact({"image_file.PNG": header + b"\0" * 5_000_000}))
    assert preview.summary.startswith("100000 x 100000 PNG image")
    assert preview.image is not None
    assert preview.image.data == ""


EXIF = b"\xff\xe1\xff\xff" + b"\0" * 65_533
HUGE = {
    "PNG": None,  # Pillow writes it
    "WEBP": b"RIFF\x1a\0\0\0WEBPVP8L\x0e\0\0\0/\x7f\xfe\x9f\x0f\x07\x10\x11\xfd\x0fDD\xff\x03",
    "GIF": b"GIF89a" + struct.pack("<HH", 10_000, 10_000) + b"\0" * 99,
    "BMP": b"BM" + b"\0" * 12 + struct.pack("<Iii", 40, 10_000, -10_000) + b"\0" * 99,
    "JPEG": b"\xff\xd8" + 2 * EXIF + b"\xff\xc0\0\x11\x08" + struct.pack(">HH", 10_000, 10_000) + b"\0" * 99,
    "TIFF": None,
}


@pytest.mark.parametrize("kind", HUGE)
@pytest.mark.thorough
def test_a_small_file_that_makes_a_huge_picture_is_not_shown(look: Look, artifact: Artifact, kind: str):
    preview = look(artifact({f"image_file.{kind}": HUGE[kind] or picture(kind, (10_000, 10_000), "1")}))
    assert preview.image is not None
    assert preview.image.data == ""
    assert preview.text == "Too big to be shown here."


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("GIF", {}),
        ("BMP", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True, "exif": b"Exif\0\0" + b"\0" * 60_000, "comment": b"x" * 60_000}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"Exif\0\0"}),
        ("WEBP", {"save_all": True}),
    ],
)
def test_dimensions_are_those_that_pillow_sees(kind: str, options: dict[str, Any]):
    out = io.BytesIO()
    Image.new("RGB", (321, 123), "red").save(out, kind, **options)
    assert dimensions(out.getvalue(), f"image/{kind.lower()}") == (321, 123)


def test_drawings(look: Look, artifact: Artifact):
    preview = look(artifact({"plot.svg": "<svg/>"}))
    assert preview.image is not None
    assert (preview.image.mime, preview.image.data) == ("image/svg+xml", "PHN2Zy8+")


@pytest.mark.parametrize(
    "stored", [b"", b"GIF8", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF0000WEBPVP8X", b"<svg/>"]
)
def test_damaged_pictures_are_not_given_to_a_browser(look: Look, artifact: Artifact, stored: bytes):
    preview = look(artifact({"image_file.PNG": stored}))
    assert preview.kind in ("image", "problem")
    assert "damaged" in f"{preview.text} {preview.advice}"
    assert preview.image is None or preview.image.data == ""


def listed(metadata: Any, *elements: str) -> dict[str, bytes | str]:
    files: dict[str, bytes | str] = {"metadata.json": json.dumps(metadata)}
    for i, content in enumerate(elements):
        files[f"{i}/data.json"] = content
    return files


def test_a_list_of_objects_shows_each(look: Look, artifact: Artifact):
    kinds = [
        {"path": "/elsewhere/0", "type": "app.Point", "materializer": "m"},
        {"path": "/elsewhere/1", "type": "app.Dot"},
    ]
    preview = look(artifact(listed(kinds, '{"x": 1}', "2")), data_type="builtins.list")
    assert preview.summary == "list of 2 Dot, Point"
    assert rows_of(preview) == [[0, "app.Point", '{"x": 1}'], [1, "app.Dot", "2"]]


def test_a_list_as_releases_to_0_40_wrote_it(look: Look, artifact: Artifact):
    metadata = {"length": 2, "paths": ["/elsewhere/0", "/elsewhere/1"], "types": ["app.Point", "app.Point"]}
    preview = look(artifact(listed(metadata, "1", "2")), data_type="builtins.tuple")
    assert preview.summary == "tuple of 2 Point"
    assert [row[2] for row in rows_of(preview)] == ["1", "2"]


def test_a_dict_of_objects_has_keys_and_values(look: Look, artifact: Artifact):
    kinds = [{"type": "builtins.list"}, {"type": "builtins.list"}]
    preview = look(artifact(listed(kinds, '["a", 2]', '[1, "x"]')), data_type="builtins.dict")
    assert preview.summary == "dict of 2 keys: a, 2"
    assert rows_of(preview) == [["a", "int", "1"], [2, "str", '"x"']]


def test_a_dict_of_objects_names_each_of_them(look: Look, artifact: Artifact):
    kinds = json.dumps([{"type": "builtins.list"}, {"type": "builtins.list"}])
    files: dict[str, bytes | str] = {f"1/{name}": content for name, content in listed([{"type": "a.A"}], "7").items()}
    preview = look(artifact({"metadata.json": kinds, "0/data.json": '["k"]', **files}), data_type="builtins.dict")
    assert rows_of(preview) == [["k", "a.A", "7"]]


@pytest.mark.parametrize(
    "files", [{"0/data.json": '["k"]', "1/data.json": "[1, 2]"}, {"0/data.json": "7", "1/a.pkl": "."}]
)
def test_a_dict_whose_keys_do_not_fit_is_told_by_its_parts(
    look: Look, artifact: Artifact, files: dict[str, bytes | str]
):
    kinds = json.dumps([{"type": "builtins.list"}, {"type": "builtins.list"}])
    preview = look(artifact({"metadata.json": kinds, **files}), data_type="builtins.dict")
    assert preview.summary == "dict of 2 list"


def test_an_element_that_is_gone_does_not_hide_the_others(look: Look, artifact: Artifact):
    preview = look(artifact(listed([{"type": "a.A"}, {"type": "a.A"}], "1")))
    assert [row[2] for row in rows_of(preview)] == ["1", "its files are gone"]


def test_safetensors_lists_its_tensors(look: Look, artifact: Artifact):
    header = json.dumps({"__metadata__": {}, "w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}).encode()
    preview = look(artifact({"model.safetensors": struct.pack("<Q", len(header)) + header + b"\0" * 24}))
    assert preview.summary.startswith("1 tensor, 6 parameters, ")
    assert rows_of(preview) == [["w", "F32", "[2, 3]", 6]]


@pytest.mark.parametrize(
    "stored", [b"", b"\xff" * 20, struct.pack("<Q", 2) + b"[]", struct.pack("<Q", 9) + b'{"a": {}}']
)
def test_damaged_safetensors(look: Look, artifact: Artifact, stored: bytes):
    assert look(artifact({"model.safetensors": stored})).kind == "problem"


def test_a_keras_model_says_what_it_is(look: Look, artifact: Artifact):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("config.json", json.dumps({"class_name": "Sequential", "config": {"layers": [{}, {}]}}))
    assert look(artifact({"model.keras": out.getvalue()})).summary.startswith("Keras Sequential, 2 layers, ")


@pytest.mark.parametrize(
    ("files", "kind", "summary"),
    [
        ({"model.hdf5": b"\x89HDF\r\n\x1a\n...."}, "files", "HDF5 file, 12 B"),
        ({"model.txt": "tree\nversion=v4\nTree=0\nTree=1\n"}, "text", "LightGBM model, 2 trees, 30 B"),
        ({"model.txt": "my notes"}, "text", "“my notes”, 8 B"),
        ({"config.json": '{"a": 1}'}, "json", '{"a": 1}'),
        ({"metadata.json": '{"types": "abc"}'}, "json", '{"types": "abc"}'),
        ({"model.json": '{"learner": {}}'}, "json", '{"learner": {}}'),
        (
            {"hf_pt_model/config.json": '{"architectures": ["BertModel"]}', "hf_pt_model/pytorch_model.bin": b"x"},
            "json",
            "Hugging Face BertModel, 2 files, 33 B",
        ),
        ({"a.bin": b"123", "sub/b.bin": b"4"}, "files", "2 files, 4 B"),
        ({"data.binary": b"\x00"}, "files", "1 file, 1 B"),
        ({"mine.yaml": "a: 1"}, "text", "“a: 1”, 4 B"),
        ({"Mine.CSV": "a\n1\n"}, "table", "CSV table 1 x 1"),
        ({"plot.tif": picture("TIFF")}, "image", f"32 x 16 TIFF image, {len(picture('TIFF')) / 1000:.1f} kB"),
        ({"`evil`\n|<b>🙂.bin": b""}, "files", "1 file, 0 B"),
    ],
)
def test_what_libraries_and_custom_materializers_leave(
    look: Look, artifact: Artifact, files: dict[str, bytes | str], kind: str, summary: str
):
    preview = look(artifact(files))
    assert (preview.kind, preview.summary) == (kind, summary)
    if kind == "files":
        assert [file.path for file in preview.files] == sorted(files)


@pytest.mark.thorough
def test_a_folder_of_countless_files_is_listed_in_part(look: Look, artifact: Artifact):
    preview = look(artifact({f"part-{i:04}.bin": b"" for i in range(600)}))
    assert preview.summary == "500 files or more, 0 B"
    assert preview.truncated


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_json_in_any_encoding_of_unicode(look: Look, artifact: Artifact, encoding: str):
    assert look(artifact({"data.json": '{"a": "é"}'.encode(encoding)})).value == {"a": "é"}


def test_json_lines_in_utf_16(look: Look, artifact: Artifact):
    assert rows_of(look(artifact({"x.jsonl": '{"a": "é"}\n{"a": 2}\n'.encode("utf-16")}))) == [["é"], [2]]


@pytest.mark.parametrize("stored", ["", " \n"])
def test_an_empty_json_file_is_called_empty(look: Look, artifact: Artifact, stored: str):
    assert look(artifact({"data.json": stored})).summary == "data.json is empty."
