"""Pickles are described by their opcodes: nothing in them is imported, called or loaded."""

from __future__ import annotations

import datetime
import io
import os
import pickle
import re
import subprocess
import sys
import time
import zipfile
from collections import OrderedDict
from decimal import Decimal
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from pipesight.outputs.reader.pickles import class_of, describe_stream
from tests.outputs.conftest import Artifact, Look, previews


class Blob:
    def __init__(self, n: int, name: str) -> None:
        self.n = n
        self.name = name


class Calls:
    """An object whose pickle calls any function."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> Any:
        return self.call


@pytest.mark.parametrize("protocol", range(6))
def test_an_object_shows_its_class_and_attributes(look: Look, artifact: Artifact, protocol: int):
    folder = artifact({"artifact.pkl": pickle.dumps(Blob(42, "answer"), protocol), "python_version.txt": "3.11.7"})
    preview = look(folder)
    assert preview.kind == "pickle"
    assert preview.summary.startswith("Blob, a pickle of ")
    assert "n=42" in (preview.text or "")
    assert "name='answer'" in (preview.text or "")
    assert "Python 3.11.7" in (preview.text or "")
    assert f"protocol {protocol}." in (preview.text or "")
    assert "tests.outputs.test_pickles.Blob" in (preview.text or "").replace("\n", " ")


@pytest.mark.parametrize("protocol", range(6))
def test_what_hostile_pickles_would_do_is_said_and_not_done(look: Look, tmp_path: Path, protocol: int):
    marker = tmp_path / "marker"
    calls = {os.execv: f"touch {marker}", subprocess.check_call: f"touch {marker}"}
    calls |= dict.fromkeys((eval, exec), f"open({str(marker)!r}, 'w')")
    for function, harm in calls.items():
        (tmp_path / function.__name__).mkdir()
        data = pickle.dumps({"harmless": 1, "other": Calls(function, harm)}, protocol)
        (tmp_path / function.__name__ / "artifact.pkl").write_bytes(data)
    folders = {str(tmp_path / function.__name__): function for function in calls}
    by_bare_python = previews(list(folders), sys.executable, "-S")

    for folder, function in folders.items():
        for preview in (look(folder), by_bare_python[folder]):
            assert preview.kind == "pickle"
            assert "Warning: loading it would reach" in (preview.text or "")
            assert function.__name__ in (preview.text or "")
    assert not marker.exists()
    pickle.loads(pickle.dumps(Calls(open, str(marker), "w"))).close()
    assert marker.exists(), "such a pickle does harm when it is loaded"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"a": [1, 2.5, None, True]}, "{'a': [1, 2.5, None, True]}"),
        ((1, "two", b"3"), "(1, 'two', b'3')"),
        ({1}, "{1}"),
        (OrderedDict(a=1), "OrderedDict(('a', 1))"),
        (Decimal("1.5"), "Decimal('1.5')"),
        (frozenset({1}), "{1}"),
        (datetime.date, "datetime.date"),
        (2**200, str(2**200)),
        (b"x" * 5_000, "<5.0 kB of bytes>"),
    ],
)
def test_plain_values_are_shown(value: Any, shown: str):
    for protocol in (2, 5):
        data = pickle.dumps(value, protocol)
        assert shown in describe_stream(io.BytesIO(data), len(data)).text.replace("\n", ""), protocol


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_plain_numpy_array_is_shown_as_numbers(look: Look, artifact: Artifact, protocol: int):
    array = np.asfortranarray(np.arange(6, dtype="f4").reshape(2, 3))
    preview = look(artifact({"artifact.pkl": pickle.dumps(array, protocol)}))
    assert preview.summary == "float32 array (2, 3)"
    assert preview.table is not None
    assert preview.table.rows == ((0, 1, 2), (3, 4, 5))


@pytest.mark.parametrize(
    ("value", "summary"),
    [
        (np.float32(0.5), "float32 0.5"),
        (np.int64(-7), "int64 -7"),
        (np.bool_(True), "bool True"),
        (np.datetime64("2024-02-29"), "datetime64[D] 2024-02-29"),
        (np.array(2.5), "float64 2.5"),
    ],
)
def test_a_numpy_number_is_shown_as_one(look: Look, artifact: Artifact, value: Any, summary: str):
    assert look(artifact({"artifact.pkl": pickle.dumps(value)})).summary == summary
    nested = look(artifact({"artifact.pkl": pickle.dumps({"metric": value})}))
    assert f"{{'metric': {summary.partition(' ')[2]}}}" in (nested.text or "")


def test_an_array_with_a_mask_says_its_type_and_shape():
    data = pickle.dumps({"x": np.ma.array([[1.5, 2.5]], mask=[[False, True]])})
    assert "{'x': masked float64 array of shape (1, 2)}" in describe_stream(io.BytesIO(data), len(data)).text


def test_a_class_that_cloudpickle_took_along_keeps_its_name():
    made = b"\x8c\x17cloudpickle.cloudpickle\x8c\x14_make_skeleton_class\x93(cbuiltins\ntype\n\x8c\x04Blob)tR)\x81."
    assert class_of(describe_stream(io.BytesIO(b"\x80\x04" + made), 0).root) == "Blob"


def test_times_in_a_pickled_array(look: Look, artifact: Artifact):
    array = np.array(["2024-02-29", "NaT"], dtype="M8[ns]")
    preview = look(artifact({"artifact.pkl": pickle.dumps(array)}))
    assert preview.dtype == "datetime64[ns]"
    assert preview.table is not None
    assert preview.table.rows == (("2024-02-29T00:00:00",), (None,))


def test_a_pytorch_file_is_looked_into(look: Look, artifact: Artifact):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Blob(7, "net")))
        archive.writestr("archive/data/0", b"\0" * 64)
    preview = look(artifact({"entire_model.pt": out.getvalue()}))
    assert preview.kind == "pickle"
    assert preview.summary.startswith("Blob, a PyTorch file of ")
    assert "n=7" in (preview.text or "")


@pytest.mark.parametrize("name", ["model", "model.joblib", "artifact.pkl", "obj.pt"])
def test_damaged_pickles_are_described_as_far_as_they_go(look: Look, artifact: Artifact, name: str):
    data = pickle.dumps(Blob(42, "answer"))
    for length in range(2, len(data), 5):
        assert look(artifact({name: data[:length]})).kind == "pickle"


def test_an_empty_file_is_called_so(look: Look, artifact: Artifact):
    assert look(artifact({"model": b""})).summary == "model is empty."


@pytest.mark.parametrize("stored", [b"CBM1 a model of CatBoost", b"x\x9c compressed by joblib", b"\xff\xfe"])
def test_what_is_no_pickle_is_not_called_one(look: Look, artifact: Artifact, stored: bytes):
    preview = look(artifact({"model": stored}))
    assert preview.kind == "files"
    assert preview.summary.endswith("in a format of its library")
    assert "library" in (preview.advice or "")


@given(st.data())
def test_garbled_pickles_never_raise(data: st.DataObject):
    whole = bytearray(pickle.dumps([Blob(1, "x"), {"k": (1, 2)}, {1, 2}], data.draw(st.integers(0, 5))))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert re.match(r"A pickle|\d+ pickles", describe_stream(io.BytesIO(bytes(whole)), len(whole)).text)


@given(st.binary(max_size=300))
def test_any_bytes_are_described(data: bytes):
    assert re.match(r"A pickle|\d+ pickles", describe_stream(io.BytesIO(data), len(data)).text)


def repeated(depth: int) -> bytes:
    """Return a pickle of a few hundred bytes, in which all parts of an object are the same object, on each level."""
    data = b"\x80\x04\x8c\xfa" + b"A" * 250 + b"q\x000"
    for level in range(depth):
        part = b"h" + bytes([level])
        data += b"cm\nC\n(" + part * 12 + b"tR(" + part * 12 + b"e}(" + part * 80 + b"ubq" + bytes([level + 1]) + b"0"
    return data + b"h" + bytes([depth]) + b"."


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(repeated(8), id="an object whose parts are shown millions of times"),
        pytest.param(b"\x80\x04cos\nx\n" + b")R" * 190_000 + b".", id="calls of calls of calls"),
    ],
)
@pytest.mark.thorough
def test_a_pickle_that_grows_in_the_telling_is_told_in_part(look: Look, artifact: Artifact, data: bytes):
    started = time.process_time()  # of this process alone, whatever else the machine does
    preview = look(artifact({"artifact.pkl": data}))
    assert preview.kind == "pickle"
    assert len(preview.text or "") <= 64 * 1024
    assert time.process_time() - started < 5


@pytest.mark.thorough
def test_a_pickle_that_refers_to_itself_ends(look: Look, artifact: Artifact):
    loop: list[Any] = []
    loop.append(loop)
    nested: Any = loop
    for _ in range(5_000):
        nested = (nested,)
    deep = b"\x80\x04" + b"]" * 50_000 + b"a" * 49_999 + b"."
    for data in (pickle.dumps(loop), deep):
        preview = look(artifact({"artifact.pkl": data}))
        assert preview.kind == "pickle"
        assert len(preview.text or "") < 10_000
