"""Dumps of joblib are described like pickles. Arrays are between their opcodes, and the file may be compressed."""

from __future__ import annotations

import base64
import bz2
import gzip
import lzma
import pickle
import zlib
from collections.abc import Callable

import pytest

from pipesight.outputs.reader.bounds import Request
from pipesight.outputs.reader.plan import plan
from tests.outputs.conftest import Artifact, Look

# What joblib 1.6 wrote with `compress=("zlib", 9)`: a dict of two arrays and a number, and an array alone.
_DICT = zlib.decompress(
    base64.b85decode(
        "c-n<gO-sW-5KY>~mRhw%QNce@FFAV<TItP&C|*2C*rcl)-F&dwpaF$?sJ5`+!O5TVSNIR==A&Zu;5+Qhuy1zWyqz?%53R%#^rij)"
        "a{D%PnCF;5;zy|+dF~w}AbVC`o^X!SOOB(6aCnEqXUMx+apJfP$1zBw=mOac#yICHk~Ct9BLb*~>MyDa`B*heeWdcSNYxE(Ei=Wg"
        "T_3@G_6ir!M|G(mgJoH#3x(o9ngB<(F=OGq?fW=_nLH?!7V~V(yqmx$fv}xakQh)maoUS-Xe;;}RLQUmttxh_xHHVoD~4QS*dZ(i"
        "+9<cCP1>gGs5S+<K{x3Z?aA8NiuA`{(g#X9-J8?>T+_tJ-j+}A77LiR8**a$2@_uFo$T10xM2_rp17j0@~^!}o5DzUpd70gg6cp0"
        "{9n}kD*t*67Ey(nb(Xped@a;hAw4m_01CX$o&"
    )
)
_ARRAY = zlib.decompress(
    base64.b85decode(
        "c-m`VnR=N40(ykA@{@8hll1aRa|<ft3o?_lb5f`D2>OAzjzvX@mElE+1qG=^QzlQ*Y@AX%MWctKxHKs_C$YGAN)Ibo*OVUiyp%+c"
        "TA-pH*5ZuBg48MAOy10GKwf@P3Q%(oqcf15Qc?+&$zX%AfU23&ET(jJv`-0|qT$Wl!)P<b&(F{6KM;TkZ-$a7Nj+SNIXU^|@wvH)"
        "1yeeDq#-T^+ZUghlbN2Eo0?Y=pHx|rT0F&Dpfri`KLZN*U=L+DKqw9<EdZrO9P|KYGhTE"
    )
)
_WAYS: dict[str, Callable[[bytes], bytes]] = {
    "zlib": zlib.compress,
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
}
_WRAPPER = b"cjoblib.numpy_pickle\nNumpyArrayWrapper\n"


def test_an_object_that_is_made_from_an_array_is_followed(look: Look, artifact: Artifact):
    tree = b"cshop\nTree\n(" + _wrapper(b"(I1\nt") + b"8 bytes." + b"tR(Vdepth\nI3\ndb."
    text = look(artifact({"model.joblib": tree})).text or ""
    assert "depth=3" in text
    assert "cannot be followed" not in text


@pytest.mark.parametrize("way", ["", *_WAYS])
def test_arrays_between_the_opcodes_are_described(look: Look, artifact: Artifact, way: str):
    folder = artifact({"model.joblib": _WAYS[way](_DICT) if way else _DICT})
    preview = look(folder)
    assert preview.summary.startswith("dict, a pickle of ")
    text = preview.text or ""
    assert "{'x': float64 array of shape (2, 3), 'labels': object array of shape (2,), 'after': 1}" in text
    assert "joblib and pickle read such a file in different ways, so it could import more than this." in text
    assert f"packed by {way}" in text if way else "packed" not in text
    planned = plan(Request(str(folder)))
    assert planned["followed"] is False
    assert [name for name, _ in planned["imports"]][:2] == ["joblib.numpy_pickle.NumpyArrayWrapper", "numpy.ndarray"]


@pytest.mark.parametrize("data", [_ARRAY, zlib.compress(_ARRAY)])
def test_an_array_alone_shows_its_numbers(look: Look, artifact: Artifact, data: bytes):
    preview = look(artifact({"model.joblib": data}))
    assert (preview.kind, preview.shape) == ("array", (2, 3))
    assert preview.table is not None
    assert preview.table.rows == ((0.0, 1.0, 2.0), (3.0, 4.0, 5.0))


def _wrapper(shape: bytes, kind: bytes = b"V8") -> bytes:
    """Return the wrapper of an array of joblib in protocol 0. The bytes of the array follow it."""
    dtype = b"cnumpy\ndtype\n(V" + kind + b"\nI00\nI01\ntR(I3\nV|\nNNNI8\nI1\nI0\ntb"
    return _WRAPPER + b")\x81(Vshape\n" + shape + b"Vdtype\n" + dtype + b"db"


_HARM = b"cos\nsystem\n(Vtrue\ntR"


def _swallowed(array: bytes, length: int) -> bytes:
    """Return bytes that end an array of this length for joblib, and then harm. Both are one text to who sees less."""
    hidden = b"x" * (length - len(array) - 9) + _HARM + b"."
    return array + b"\x8e" + len(hidden).to_bytes(8, "little") + hidden + b"."


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_wrapper(b"(I1\nt") + _HARM + b"0N.", id="as pickle reads it"),
        pytest.param(_wrapper(b"(I1\nt") + b"B\x1b\0\0\0___" + _HARM + b"0N0N0N.", id="as joblib reads it"),
        pytest.param(_wrapper(b"(I1\nt", b"O8") + _HARM + b".N.", id="among the objects of an array"),
        pytest.param(
            b"ccopyreg\n_reconstructor\n(" + _WRAPPER + b"c__builtin__\nobject\nNtR(Vshape\nI1\ndb" + _HARM + b".",
            id="an array that is made in another way",
        ),
        pytest.param(
            b"c__builtin__\ntype\n(" + _WRAPPER + b")\x81tR)\x81(Vshape\nI1\ndb" + _HARM + b".",
            id="the class of an array that was not read",
        ),
        pytest.param(
            _wrapper(b"(I1\nt").replace(b"NNNI8\nI1", b"NNNI1000\nI1") + _swallowed(b"", 1000),
            id="an array whose items are larger than their type says",
        ),
        pytest.param(
            _wrapper(b"(I1\nt").replace(b"(Vshape\n(I1\nt", b"(Vshape\n(I1\ntc__builtin__\nstr\n(Vshape\ntR(I125\nt")
            + _swallowed(b"N" * 8, 1000),
            id="a shape under a key that is made when it is loaded",
        ),
        pytest.param(
            b"cfunctools\npartial\n(c__builtin__\nint\ntR("
            + _WRAPPER
            + b"(NI1\ntd}Ntb)R(Vshape\n(I1000\ntdb"
            + _swallowed(b"", 1000),
            id="a class that a partial function holds",
        ),
    ],
)
def test_nothing_hides_behind_an_array(look: Look, artifact: Artifact, data: bytes):
    """Pickle reads the numbers of an array as opcodes. The description has the imports of both readings.

    What neither reading shows is not said to be absent.
    """
    folder = artifact({"model.joblib": data})
    text = look(folder).text or ""
    planned = plan(Request(str(folder)))
    told = "os.system" in text and ["os.system", "harmful"] in planned["imports"]
    assert planned["followed"] is False
    assert told or "It cannot be followed to its end" in text or "so it could import more than this" in text
    assert "All that it imports is known" not in text


def test_a_compressed_file_that_is_also_a_pickle_never_counts_as_followed(artifact: Artifact):
    """`BZh` begins a file of bz2, and to pickle a text of 800 MB."""
    folder = artifact({"artifact.pkl": bz2.compress(pickle.dumps({"a": 1}))})
    assert plan(Request(str(folder)))["followed"] is False


def test_a_pickle_that_names_joblib_never_counts_as_followed(look: Look, artifact: Artifact):
    """joblib takes an object for an array by its class, which a pickle can make in more ways than are known here."""
    folder = artifact({"artifact.pkl": b"cjoblib.numpy_pickle\nNumpyArrayWrapper\n."})
    assert plan(Request(str(folder)))["followed"] is False
    assert "All that it imports is known" not in (look(folder).text or "")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_DICT[:300], "It cannot be followed to its end"),
        (zlib.compress(_DICT)[:-40], "It cannot be followed to its end"),
    ],
)
def test_what_is_cut_is_described_as_far_as_it_goes(look: Look, artifact: Artifact, data: bytes, said: str):
    assert said in (look(artifact({"model.joblib": data})).text or "")


@pytest.mark.thorough
def test_what_is_very_large_is_described_as_far_as_it_goes(look: Look, artifact: Artifact):
    data = zlib.compress(pickle.dumps(b"\0" * 2**24) * 20, 1)  # 320 MB in 1.5 MB
    assert "packed by zlib" in (look(artifact({"model.joblib": data})).text or "")


def test_what_cannot_be_unpacked_is_said_to_be_so(look: Look, artifact: Artifact):
    folder = artifact({"model.joblib": b'\x04"M\x18 packed by lz4'})
    assert (look(folder).advice or "").startswith("It is packed by lz4, which cannot be unpacked here.")
    assert plan(Request(str(folder)))["followed"] is False
