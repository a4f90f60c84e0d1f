"""Any bytes with any file name give a small preview and never an exception."""

from __future__ import annotations

import io
import json
import pickle
import struct
import tracemalloc
import zipfile

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from PIL import Image

from pipesight.outputs.preview import from_json
from pipesight.outputs.reader.bounds import Request
from pipesight.outputs.reader.choose import preview
from pipesight.outputs.render import to_markdown, to_text
from tests.examples import examples
from tests.outputs.conftest import Artifact, Look
from tests.outputs.memory import in_memory

pytestmark = pytest.mark.slow


def zipped(name: str, data: bytes, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def saved_array() -> bytes:
    out = io.BytesIO()
    np.save(out, np.array([(1, 2.0, "a")], dtype=[("i", "i4"), ("x", "f8"), ("s", "U3")]))
    return out.getvalue()


def saved_picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind)
    return out.getvalue()


TENSORS = b'{"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}'
WHOLE: dict[str, bytes] = {
    "data.json": b'{"a": [1, null, "x"]}',
    "df.parquet.gzip": pd.DataFrame({"x": [1, None], "s": ["a", "b"]}).to_parquet(compression="snappy") or b"",
    "data.npy": saved_array(),
    "data.npz": zipped("a.npy", saved_array()),
    "output.html": b"<h1>Hi</h1><script>x</script>",
    "output.md": b"# Hi",
    "output.csv": b'a,b\n1,"2"\n',
    "image_file.PNG": saved_picture("PNG"),
    "image_file.JPEG": saved_picture("JPEG"),
    "image_file.WEBP": saved_picture("WEBP"),
    "image_file.TIFF": saved_picture("TIFF"),
    "data.txt": b"text",
    "artifact.pkl": pickle.dumps({"a": [1, np.arange(3)]}),
    "entire_model.pt": zipped("archive/data.pkl", pickle.dumps({"w": 1})),
    "model.safetensors": struct.pack("<Q", len(TENSORS)) + TENSORS + b"\0" * 8,
    "model.keras": zipped("config.json", b'{"class_name": "Sequential", "config": {"layers": []}}'),
    "model.txt": b"tree\nTree=0\n",
    "hf_model/config.json": b'{"architectures": ["Bert"]}',
    "metadata.json": b'[{"type": "a.A", "materializer": "m"}]',
}


def check(name: str, stored: bytes) -> None:
    picture = preview(Request(in_memory(name, stored), data_type="a.A"))
    sent = json.dumps(picture, allow_nan=False).encode("ascii")
    assert len(sent) < 1_000_000
    shown = from_json(json.loads(sent))
    assert shown.summary
    assert len(to_markdown(shown)) + len(to_text(shown)) < 100_000
    to_text(shown).encode("utf-8")


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("name", WHOLE)
@examples(60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_files_with_some_bytes_changed(name: str, data: st.DataObject):
    stored = bytearray(WHOLE[name])
    for _ in range(data.draw(st.integers(1, 5))):
        stored[data.draw(st.integers(0, len(stored) - 1))] = data.draw(st.integers(0, 255))
    check(name, bytes(stored[: data.draw(st.integers(0, len(stored)))]) if data.draw(st.booleans()) else bytes(stored))


@pytest.mark.parametrize("name", WHOLE)
@examples(30)
@given(st.binary(max_size=400))
def test_files_of_any_bytes(name: str, stored: bytes):
    check(name, stored)


@examples(60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
        max_leaves=30,
    ),
    st.sampled_from(["data.json", "metadata.json", "hf_x/config.json", "model.json"]),
)
def test_any_json_under_any_name(value: object, name: str):
    check(name, json.dumps(value).encode())


def test_bombs_are_not_unpacked(look: Look, artifact: Artifact, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pipesight.outputs.reader.npy.PAGE_BYTES", 1_000)
    out = io.BytesIO()
    np.savez_compressed(out, np.zeros(1_000))
    preview = look(artifact({"data.npz": out.getvalue()}))
    assert preview.table is not None
    assert preview.table.rows == (("arr_0", "float64", "(1000,)", "8.1 kB"),)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize(
    ("name", "inner"), [("data.npz", "a.npy"), ("model.pt", "a/data.pkl"), ("model.keras", "config.json")]
)
def test_what_zipfile_unpacks_at_once_is_not_opened(
    look: Look, artifact: Artifact, name: str, inner: str, compression: int
):
    bomb = zipped(inner, b"\0" * 50_000_000, compression)
    assert len(bomb) < 10_000
    folder = artifact({name: bomb})
    tracemalloc.start()
    shown = look(folder)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert shown.summary
    assert peak < 5_000_000


def test_a_fault_of_ours_is_told_without_the_words_of_python(
    look: Look, artifact: Artifact, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("pipesight.outputs.reader.jsons.json_picture", lambda value: value.get("x"))  # pyright: ignore[reportUnknownLambdaType, reportUnknownMemberType]
    preview = look(artifact({"data.json": "1"}))
    assert preview.summary == "This artifact could not be read: its files are not what their names promise."
    assert "please report AttributeError in test_hostile.py, line " in (preview.advice or "")
    assert "object has no attribute" not in str(preview)


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (b'{"a": 1,\n "b": }', "data.json is not valid JSON from line 2, column 7 on."),
        (b'"\xff"', "data.json is not valid JSON: it is no text in UTF-8, UTF-16 or UTF-32."),
    ],
)
def test_what_is_wrong_with_json_is_told_by_its_place(look: Look, artifact: Artifact, stored: bytes, said: str):
    assert look(artifact({"data.json": stored})).summary == said


ESCAPES = "\x1b[2J\x1b]8;;http://evil\x07\x9b31m\r\u202e\u2066name"


def test_no_name_or_value_sends_a_code_to_the_terminal(look: Look, artifact: Artifact):
    tables = {"output.csv": f"{ESCAPES},b\n1,{ESCAPES}\n", "data.json": json.dumps({ESCAPES: ESCAPES})}
    for name, stored in {
        **tables,
        "data.txt": ESCAPES,
        "output.md": ESCAPES,
        "artifact.pkl": f"S{ESCAPES!r}\n.",
    }.items():
        shown = to_text(look(artifact({name: stored})))
        assert not set(shown) & set("\x1b\x07\x9b\r\u202e\u2066"), name
        (artifact({}) / name).unlink()
