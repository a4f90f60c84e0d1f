"""The warnings about pickles that import names which are not known to be harmless."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import fractions
import io
import logging
import os
import pathlib
import pickle
import random
import re
import sys
import types
import uuid
import zipfile
import zoneinfo
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipesight.outputs.reader import opcodes, pickles
from pipesight.outputs.reader.harmless import judge
from pipesight.outputs.reader.opcodes import follow
from pipesight.outputs.reader.pickles import describe_stream
from tests.examples import mostly_slow
from tests.outputs.conftest import Artifact, Look

HARMFUL = re.findall(
    r"\S+",
    """
os.system posix.system nt.system subprocess.Popen subprocess.check_output builtins.eval builtins.exec builtins.compile
builtins.open builtins.__import__ builtins.getattr builtins.map builtins.vars builtins.print __builtin__.execfile
pickle.loads pickle.load _pickle.loads pickle._loads marshal.loads shelve.open dbm.open copyreg.add_extension
pip.main pip._internal.main pip._internal.cli.main.main setuptools.setup pkg_resources.run_script
distutils.core.run_setup
urllib.request.urlopen urllib.request.urlretrieve http.client.HTTPConnection socket.create_connection ftplib.FTP
smtplib.SMTP telnetlib.Telnet xmlrpc.client.ServerProxy requests.get webbrowser.open
pydoc.pipepager pydoc.locate cProfile.run profile.run timeit.timeit timeit.main trace.Trace doctest.debug_script
pdb.run bdb.Bdb code.interact codeop.compile_command runpy.run_path runpy._run_code pty.spawn multiprocessing.Process
asyncio.create_subprocess_shell concurrent.futures.ProcessPoolExecutor threading.Timer sched.scheduler signal.signal
operator.methodcaller operator.attrgetter operator.call functools.reduce itertools.starmap types.FunctionType
types.CodeType types.MethodType ctypes.CDLL importlib.import_module importlib._bootstrap._load imp.load_source
zipimport.zipimporter pkgutil.resolve_name site.main ensurepip.bootstrap venv.create shutil.rmtree shutil.os
tempfile.mktemp pathlib.Path.unlink io.open io.FileIO codecs.open linecache.getlines fileinput.input
logging.config.dictConfig logging.config.listen sqlite3.connect unittest.mock._importer test.support.run_in_subinterp
collections.OrderedDict.__init__.__globals__ decimal.Decimal.__class__ datetime.sys.modules
numpy.load numpy.testing._private.utils.runstring numpy.f2py.compile numpy.distutils.exec_command.exec_command
numpy.memmap numpy.fromfile pandas.read_pickle pandas.eval pandas.io.common.get_handle pandas.HDFStore
torch.load torch.hub.load torch.jit.load torch.storage._load_from_bytes torch.utils.cpp_extension.load
scipy._lib.uarray.load sklearn.utils._testing.run joblib.load dill.loads IPython.get_ipython
""",
)


def call(name: str) -> bytes:
    """Return a pickle that calls a function by its dotted name."""
    module, _, attribute = name.rpartition(".")
    return f"c{module}\n{attribute}\n(S'x'\ntR.".encode()


@pytest.mark.parametrize("name", mostly_slow(HARMFUL, quick=HARMFUL[::8]))
def test_a_pickle_that_calls_what_runs_code_gets_a_warning(look: Look, artifact: Artifact, name: str):
    preview = look(artifact({"artifact.pkl": call(name)}))
    assert preview.kind == "pickle"
    assert f"Warning: loading it would reach {name}." in (preview.text or "")


class Color(enum.Enum):
    RED = 1


class Custom:
    pass


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, 2.5, None, True, 2**100], "b": (b"x", bytearray(b"y"), {1}, frozenset({2}), 1j, range(3), slice(1))},
        [ValueError("x"), KeyError("y"), Ellipsis, int, collections.OrderedDict(a=1), collections.Counter("aab")],
        [collections.defaultdict(list, a=[1]), collections.deque([1]), types.SimpleNamespace(a=1)],
        [datetime.datetime.now(datetime.timezone.utc), datetime.timedelta(1), zoneinfo.ZoneInfo("UTC")],
        [decimal.Decimal("1.5"), fractions.Fraction(1, 3), uuid.UUID(int=1), pathlib.PurePosixPath("a"), Path("b")],
        [random.Random(1), re.compile("a+"), logging.getLogger("a")],
        [np.arange(3), np.float32(1), np.datetime64("2024"), np.random.default_rng(1), np.random.RandomState(1)],
        [np.ma.masked_array([1, 2], [True, False]), np.array([("a", 1)], dtype=[("s", "U1"), ("i", "i4")])],
    ],
)
@pytest.mark.parametrize("protocol", [0, 2, 5])
def test_a_pickle_of_plain_data_is_called_harmless(value: Any, protocol: int):
    data = pickle.dumps(value, protocol)
    text = describe_stream(io.BytesIO(data), len(data)).text
    assert "Warning" not in text
    assert "Not known" not in text
    assert ("All that it imports is known to be harmless." in text) == ("would import" in text)


def frames() -> list[Any]:
    days = pd.date_range("2024-01-01", periods=3)
    frame = pd.DataFrame({
        "int": [1, 2, 3],
        "float": [0.5, None, 1.5],
        "text": ["a", None, "c"],
        "string": pd.array(["a", None, "c"], dtype="string"),
        "category": pd.Categorical(["x", "y", "x"]),
        "when": days,
        "zone": days.tz_localize("Europe/Berlin"),
        "took": pd.to_timedelta(["1 days", "2 days", None]),
        "month": pd.period_range("2024-01", periods=3, freq="M"),
        "nullable": pd.array([1, None, 3], dtype="Int64"),
        "flag": pd.array([True, None, False], dtype="boolean"),
        "interval": pd.interval_range(0, 3),
        "sparse": pd.arrays.SparseArray([0, 0, 1]),
    })  # fmt: skip
    rows = pd.MultiIndex.from_tuples([("a", 1), ("b", 2), ("c", 3)], names=["x", "y"])
    return [
        frame, frame.set_index("when"), frame.set_index("month"), frame["text"], frame.set_index(rows), days,
        pd.Timestamp("2024-01-01", tz="UTC"), pd.Timedelta("1 days"), pd.Period("2024-01"), pd.NaT, pd.NA,
        pd.RangeIndex(3), pd.Index(["a"]), pd.offsets.MonthEnd(), pd.Interval(0, 1),
    ]  # fmt: skip


@pytest.mark.skipif(not hasattr(np.dtypes, "StringDType"), reason="the type came with NumPy 2")
def test_texts_of_any_length_of_numpy_are_called_harmless():
    data = pickle.dumps(np.array(["a", "bb"], np.dtypes.StringDType()))
    assert "All that it imports is known to be harmless." in describe_stream(io.BytesIO(data), len(data)).text


@pytest.mark.parametrize("value", frames(), ids=lambda value: type(value).__name__)
def test_a_pickle_of_pandas_is_called_harmless(value: Any):
    data = pickle.dumps(value)
    text = describe_stream(io.BytesIO(data), len(data)).text
    assert "Warning" not in text, text
    assert "Not known" not in text, text


@pytest.mark.parametrize("protocol", [0, 4])
def test_code_of_the_project_is_called_unknown(protocol: int):
    data = pickle.dumps([Custom(), Color.RED], protocol)
    text = describe_stream(io.BytesIO(data), len(data)).text
    assert "Not known to be harmless: tests.outputs.test_harmless.Color" in text
    assert "tests.outputs.test_harmless.Custom" in text
    assert "Warning" not in text


def test_the_member_of_an_enumeration_is_judged_by_its_class():
    member = b"cbuiltins\ngetattr\n(cmy.colors\nColor\nS'RED'\ntR."
    assert follow(io.BytesIO(member))[0].names == [("my.colors", "Color"), ("my.colors", "Color.RED")]
    inner = b"cbuiltins\ngetattr\n(cbuiltins\nint\nS'__subclasses__'\ntR."
    assert ("builtins", "getattr") in follow(io.BytesIO(inner))[0].names


@pytest.mark.parametrize(
    ("module", "attribute", "judged"),
    [
        ("sklearn.linear_model._logistic", "LogisticRegression", "harmless"),
        ("sklearn.tree._tree", "Tree", "harmless"),
        ("sklearn._loss._loss", "__pyx_unpickle_CyHalfBinomialLoss", "harmless"),
        ("xgboost.sklearn", "XGBClassifier", "harmless"),
        ("torch", "FloatStorage", "harmless"),
        ("torch._utils", "_rebuild_tensor_v2", "harmless"),
        ("torch.nn.modules.linear", "Linear", "harmless"),
        ("scipy.sparse._csr", "csr_matrix", "harmless"),
        ("numpy._core.multiarray", "_reconstruct", "harmless"),
        ("cloudpickle.cloudpickle", "_make_function", "unknown"),
        ("my_project.steps", "Model", "unknown"),
        ("copyreg", "extension 7", "harmful"),
        ("sklearn.datasets._openml", "GzipFile", "harmful"),
        ("sklearn.utils.validation", "Parallel", "harmful"),
        ("pandas._libs.parsers", "TextReader", "harmful"),
    ],
)
def test_what_is_known_of_a_name(module: str, attribute: str, judged: str):
    assert judge(module, attribute) == judged


HARM = call("os.system")


@pytest.mark.parametrize(
    "stored",
    [
        pickle.dumps(1) + HARM,
        pickle.dumps(1) + pickle.dumps({"a": 2}) + HARM,
        pickle.dumps([1], 0) + b"\x80\x04" + HARM,
        b"\x80\x04" + HARM[:-1],  # loading runs it before it misses the end
        HARM[:-1],
        b"(S'x'\nios\nsystem\n.",
        b"(cos\nsystem\nS'x'\no.",
        b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x01x\x85R.",
        b"\x80\x02cos\nsystem\nX\x01\x00\x00\x00x\x85}\x92.",
        pickle.dumps(1) + HARM[:-1] + b"I0x10\n.",  # Python reads such a number, pickletools does not
    ],
)
@pytest.mark.parametrize("name", ["artifact.pkl", "model"])
def test_no_place_hides_a_call(look: Look, artifact: Artifact, name: str, stored: bytes):
    preview = look(artifact({name: stored}))
    assert preview.kind == "pickle"
    assert "Warning: loading it would reach os.system." in (preview.text or "")


def _text(text: str) -> bytes:
    return b"\x8c" + bytes([len(text)]) + text.encode()


def _partial(*arguments: bytes) -> bytes:
    return _text("functools") + _text("partial") + b"\x93(" + b"".join(arguments) + b"tR"


def _got(owner: bytes, attribute: str) -> bytes:
    """`partial(getattr, owner, attribute)()`."""
    return _partial(_text("builtins") + _text("getattr") + b"\x93", owner, _text(attribute)) + b")R"


def test_a_getattr_that_is_handed_on_is_no_harmless_one():
    uuid = _text("uuid") + _text("UUID") + b"\x93"
    look_up = _got(_got(_got(uuid, "__init__"), "__globals__"), "__getitem__")
    stored = b"\x80\x04" + _got(look_up + _text("os") + b"\x85R", "getpid") + b")R."
    assert pickle.loads(stored) == os.getpid()
    assert "Warning: loading it would reach builtins.getattr." in describe_stream(io.BytesIO(stored), 1).text


def test_pickles_that_are_too_many_to_be_followed_are_no_harmless_ones():
    stored = pickle.dumps(Custom.__name__) * 1_000 + HARM
    assert "What the others import is not known." in describe_stream(io.BytesIO(stored), len(stored)).text


@pytest.mark.parametrize("stored", [b"I0x10\n0cos\ngetpid\n(tR.", b"L0x10L\n0cos\ngetpid\n(tR."])
def test_what_only_python_understands_is_not_recommended(look: Look, artifact: Artifact, stored: bytes):
    if sys.version_info < (3, 14):  # which reads decimal numbers only
        assert pickle.loads(stored) == os.getpid()
    assert "only if you trust where it comes from" in (look(artifact({"artifact.pkl": stored})).advice or "")


def test_a_second_index_in_a_file_of_torch_is_read_too(look: Look, artifact: Artifact):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/version", "3")
        archive.writestr("decoy/data.pkl", pickle.dumps({"a": 1}))
        archive.writestr("archive/data.pkl", HARM)
    text = look(artifact({"model.pt": out.getvalue()})).text or ""
    assert "2 indexes, of which PyTorch loads one" in text
    assert "Warning: loading it would reach os.system." in text


def test_several_pickles_are_described_one_after_the_other(look: Look, artifact: Artifact):
    stored = b"".join(pickle.dumps(value) for value in ({"a": 1}, [2], "three"))
    text = look(artifact({"artifact.pkl": stored})).text or ""
    assert text.startswith("3 pickles, one after the other, of ")
    for shown in ("{'a': 1}", "[2]", "'three'"):
        assert shown in text


def test_a_file_of_torch_before_1_6_is_its_object(look: Look, artifact: Artifact):
    head: list[object] = [0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True}]
    stored = b"".join(pickle.dumps(value, 2) for value in [*head, Custom(), ["0"]]) + b"\1\0\0\0\0\0\0\0raw numbers"
    preview = look(artifact({"model.pt": stored}))
    assert preview.summary.startswith("Custom, a pickle of ")
    assert "Not known to be harmless: tests.outputs.test_harmless.Custom" in (preview.text or "")


def test_what_is_not_followed_is_said(monkeypatch: pytest.MonkeyPatch):
    for module in (opcodes, pickles):
        monkeypatch.setattr(module, "OPCODES", 1_000)
    data = pickle.dumps([*range(5_000), Custom()])
    text = describe_stream(io.BytesIO(data), len(data)).text
    assert "Only its first 1,000 instructions, in 1,000 pickles at most, were followed." in text


@pytest.mark.thorough
def test_a_bomb_in_a_file_of_torch_is_unpacked_to_the_bound(
    look: Look, artifact: Artifact, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("pipesight.outputs.reader.pickles._TORCH_INDEX", 10_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        huge = 50_000_000
        archive.writestr("archive/data.pkl", b"\x80\x04\x8e" + huge.to_bytes(8, "little") + bytes(huge) + b".")
    preview = look(artifact({"model.pt": out.getvalue()}))
    assert "It cannot be followed to its end." in (preview.text or "")
