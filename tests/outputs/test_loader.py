"""A value is loaded after consent, behind fences that a hostile pickle cannot cross."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import errno
import json
import os
import pickle
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import pytest

from pipesight.history.model import Output
from pipesight.outputs import loader as loader_room
from pipesight.outputs.loaded import LoadFacts, ShownValue
from pipesight.outputs.loader.fences import tried
from pipesight.outputs.loader_process import LoaderProcess, loader_environment
from pipesight.outputs.loader_service import ValueLoader
from pipesight.outputs.preview import Preview
from pipesight.outputs.reader.bounds import Request
from pipesight.outputs.reader.folder import Folder
from pipesight.outputs.reader.load import load as load_value
from pipesight.outputs.reader.opcodes import Followed, follow_file
from pipesight.outputs.reader.plan import plan
from pipesight.outputs.reader.problem import Problem
from pipesight.outputs.service import PreviewService
from pipesight.outputs.work_folder import remove_left_folders, work_folder
from tests.examples import mostly_slow
from tests.outputs.conftest import Artifact, output_at
from tests.waiting import eventually

LOADER = Path(loader_room.__file__).parent
MEGABYTE = 1024 * 1024
ALL_FENCES = ("network", "files", "programs", "memory")

Load = Callable[[Path], ShownValue | Preview]


class Runs:
    """A value whose pickle runs code. The variable `found` of this code is the loaded value."""

    def __init__(self, code: str) -> None:
        self._code = code

    def __reduce__(self) -> tuple[object, ...]:
        return eval, (f"(lambda names: (exec({self._code!r}, names), names['found'])[1])({{}})",)


@pytest.fixture
def values(tmp_path: Path) -> ValueLoader:
    """Return the service that loads values in the tests' Python, with the modules in the folder `code`."""
    (tmp_path / "code").mkdir()
    return loader(tmp_path / "code")


def loader(*folders: Path, seconds: float = 60, memory: int = 1024 * MEGABYTE) -> ValueLoader:
    """Return a service that knows which fences hold. Another test tries them, and each load requires them."""
    values = ValueLoader(sys.executable, folders, seconds=seconds, memory=memory)
    values._fences = ALL_FENCES
    return values


@pytest.fixture(scope="module")
def planner() -> Iterator[PreviewService]:
    """Return the preview service that describes what loading would run. All tests share its reader."""
    service = PreviewService(None)
    yield service
    service.close()


@pytest.fixture
async def planned(planner: PreviewService) -> Callable[[Output], Any]:
    async def ask(output: Output) -> LoadFacts:
        facts = await planner.plan(output)
        assert isinstance(facts, LoadFacts), facts
        return facts

    return ask


@pytest.fixture
async def load(values: ValueLoader, planned: Callable[[Output], Any]) -> AsyncIterator[Callable[..., Any]]:
    """Return a function that works as an editor does: it requests the plan, and then loads the value."""

    async def ask(uri: Path, by: ValueLoader = values, **fields: str) -> ShownValue | Preview:
        output = output_at(uri, **fields)
        token = by.token(output, (await planned(output)).digest)
        return await by.load(output, token)

    yield ask
    values.close()


def pickled(artifact: Artifact, value: object) -> Path:
    return artifact({"artifact.pkl": pickle.dumps(value)})


async def found_by(load: Any, artifact: Artifact, code: str) -> str:
    """Return the `repr` of what hostile code found when it was loaded."""
    value = await load(pickled(artifact, Runs(code)))
    assert isinstance(value, ShownValue), value
    return value.repr


async def errors_of(load: Any, artifact: Artifact, *attempts: str) -> dict[str, str]:
    """Return the error of each attempt of one loaded value, or 'done'."""
    code = "found = {}\ndef attempt(code):\n    try:\n        exec(code, {})\n        return 'done'\n"
    code += "    except BaseException as error:\n        return type(error).__name__\n"
    code += "".join(f"found[{each!r}] = attempt({each!r})\n" for each in attempts)
    return ast.literal_eval(await found_by(load, artifact, code))


# -- what a value shows ------------------------------------------------------------------------------------------


async def test_a_value_shows_itself_as_in_a_notebook(load: Any, artifact: Artifact) -> None:
    value = await load(pickled(artifact, pd.DataFrame({"age": [1, 2, 3]})))

    assert value.type == "pandas.DataFrame" or value.type == "pandas.core.frame.DataFrame"
    assert value.repr.splitlines()[0].split() == ["age"]
    assert "<table" in value.html
    assert value.describe.splitlines()[0].split() == ["age"]
    assert "mean" in value.describe
    assert value.notes == ()


async def test_a_class_of_the_workspace_is_found(load: Any, artifact: Artifact, tmp_path: Path) -> None:
    (tmp_path / "code" / "churn_models.py").write_text(
        "class Churn:\n    def __repr__(self): return 'Churn(C=0.1)'\n    def describe(self): return 'one model'\n"
    )
    data = b"cchurn_models\nChurn\n)\x81."

    value = await load(artifact({"artifact.pkl": data}))

    assert value == ShownValue("churn_models.Churn", "Churn(C=0.1)", describe="one model")


FIGURE = """
import struct, zlib
def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
def png(width, height):
    rows = b''.join(b'\\0' + b'\\x80' * width for _ in range(height))
    head = struct.pack('>IIBBBBB', width, height, 8, 0, 0, 0, 0)
    return b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', head) + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b'')
class Figure:
    def savefig(self, file, format, dpi): file.write(png(640, 480))
class Plot:
    def to_image(self, format): return png(30, 20)
class Broken:
    def savefig(self, file, format, dpi): raise ValueError('no canvas')
class NoPicture:
    def _repr_png_(self): return b'<script>'
"""


FIGURES = [
    ("Figure", (640, 480), ()),
    ("Plot", (30, 20), ()),
    ("Broken", None, ("Its picture failed: ValueError: no canvas",)),
    ("NoPicture", None, ()),
]


@pytest.mark.parametrize(("name", "size", "notes"), mostly_slow(FIGURES, quick=FIGURES[:1]))
async def test_a_figure_shows_its_picture(
    load: Any, artifact: Artifact, tmp_path: Path, name: str, size: object, notes: tuple[str, ...]
) -> None:
    (tmp_path / "code" / "figures.py").write_text(FIGURE)

    value = await load(artifact({"artifact.pkl": f"cfigures\n{name}\n)\x81.".encode("latin-1")}))

    picture = value.picture
    assert (picture and (picture.width, picture.height)) == size
    assert picture is None or picture.mime == "image/png"
    assert value.notes == notes


@pytest.mark.thorough
async def test_what_is_too_long_is_cut_and_the_page_says_so(load: Any, artifact: Artifact) -> None:
    code = (
        "class Long:\n"
        "    def __repr__(self): return 'x' * 300_000\n"
        "    def _repr_html_(self): return '<p>' * 3_000_000\n"
        "    def describe(self): return 'y' * 200_000\n"
        "found = Long()"
    )

    value = await load(pickled(artifact, Runs(code)))

    assert len(value.repr) == len(value.describe) == 100_000
    assert value.html is None
    assert value.notes == (
        "The repr has 300,000 characters. The first 100,000 are shown.",
        "The HTML has 9,000,000 characters, which is too much to show.",
        "The description has 200,000 characters. The first 100,000 are shown.",
    )


@pytest.mark.thorough
async def test_html_of_characters_that_take_many_bytes_is_shown(load: Any, artifact: Artifact) -> None:
    code = "class Page:\n    def _repr_html_(self): return '\U0001f600' * 2 * 1024 ** 2\nfound = Page()"

    value = await load(pickled(artifact, Runs(code)))

    assert len(value.html) == 2 * 1024**2


@pytest.mark.thorough
async def test_methods_that_fail_or_are_not_the_classs_own_show_nothing(load: Any, artifact: Artifact) -> None:
    code = (
        "class Odd:\n"
        "    def __repr__(self): return 7\n"
        "    def __getattr__(self, name): return lambda *_, **__: '<b>yes</b>'\n"
        "found = Odd()"
    )

    value = await load(pickled(artifact, Runs(code)))

    assert (value.repr, value.html, value.describe) == ("", None, None)
    assert value.notes == ("Its repr failed: TypeError: __repr__ returned non-string (type int)",)


@pytest.mark.thorough
async def test_an_array_of_python_objects_is_loaded_too(load: Any, artifact: Artifact, tmp_path: Path) -> None:
    np.save(tmp_path / "objects.npy", np.array([{"a": 1}, None], dtype=object))

    value = await load(artifact({"data.npy": (tmp_path / "objects.npy").read_bytes()}))

    assert value.repr == "array([{'a': 1}, None], dtype=object)"


# -- what a person agrees to -------------------------------------------------------------------------------------


async def test_the_plan_names_what_would_run(planned: Any, artifact: Artifact, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    uri = pickled(artifact, [Runs(f"found = open({str(ran)!r}, 'w')"), np.float64(1)])

    facts = await planned(output_at(uri))

    assert ("builtins.eval", "harmful") in facts.imports
    assert any(name.endswith("multiarray.scalar") and judgment == "harmless" for name, judgment in facts.imports)
    assert facts.followed
    assert not ran.exists()


async def test_the_plan_looks_into_arrays_and_files_beside(planned: Any, artifact: Artifact, tmp_path: Path) -> None:
    np.save(tmp_path / "objects.npy", np.array([Runs("found = 1")], dtype=object))
    array = (tmp_path / "objects.npy").read_bytes()

    facts = await planned(output_at(artifact({"data.npy": array, "beside/more.pkl": b"cshutil\nrmtree\n."})))

    assert {name for name, judgment in facts.imports if judgment == "harmful"} == {"builtins.eval", "shutil.rmtree"}


async def test_the_plan_names_the_materializer_that_would_run(planned: Any, artifact: Artifact) -> None:
    fields = {"materializer": "shop.materializers.CartMaterializer", "data_type": "shop.Cart"}

    facts = await planned(output_at(artifact({"cart.txt": b"1"}), **fields))

    assert (facts.classes, facts.imports) == (("shop.materializers.CartMaterializer", "shop.Cart"), ())


@pytest.mark.parametrize(
    ("files", "classes"),
    [
        pytest.param({"data.json": b"1"}, (), id="the file tells the value"),
        pytest.param({"notes.bin": b"1"}, ("zenml.materializers.numpy_materializer.NumpyMaterializer", "shop.Cart")),
        pytest.param(
            {
                "metadata.json": b'[{"type": "shop.Cart", "materializer": "shop.M"}, '
                b'{"type": "shop.Cat", "materializer": "zenml.materializers.x.NumpyMaterializer"}, '
                b'{"type": "shop.Dog", "materializer": "zenml.materializers.x.NumpyMaterializer"}]',
                "0/cart.txt": b"",
                "1/unlike.bin": b"",
                "2/data.npy": b"",
            },
            ("shop.M", "shop.Cart", "zenml.materializers.x.NumpyMaterializer", "shop.Cat"),
            id="elements, of which a file tells the last",
        ),
    ],
)
async def test_the_plan_names_the_classes_of_values_that_no_file_tells(
    planned: Any, artifact: Artifact, files: dict[str, bytes], classes: tuple[str, ...]
) -> None:
    """ZenML's own materializer loads such values. It gets the class of the value."""
    own = {"materializer": "zenml.materializers.numpy_materializer.NumpyMaterializer", "data_type": "shop.Cart"}

    assert (await planned(output_at(artifact(files), **own))).classes == classes


async def test_the_plan_looks_into_arrays_in_a_zip(planned: Any, artifact: Artifact, tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "x.npz", a=np.zeros(3), b=np.array([Runs("found = 1")], dtype=object))

    facts = await planned(output_at(artifact({"data.npz": (tmp_path / "x.npz").read_bytes()})))

    assert ("builtins.eval", "harmful") in facts.imports
    assert facts.followed


async def test_the_plan_says_that_it_cannot_follow_all(planned: Any, artifact: Artifact) -> None:
    facts = await planned(output_at(artifact({"model.joblib": b"x\x9cpacked"})))

    assert not facts.followed


HIDDEN = b"\x93NUMPY\x01\x00" + (118).to_bytes(2, "little")
EVIL = b"cshutil\nrmtree\n."


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("evil.PKL", EVIL),
        ("m.JOBLIB", EVIL),
        ("data.npy", EVIL),  # numpy takes a pickle as well
        ("data.npy", HIDDEN + b"{'}':0,'descr':'|O','fortran_order':False,'shape':()}".ljust(118) + EVIL),
        (
            "data.npy",
            HIDDEN + b"{'descr':[('a','<f8'),('b','O',2)],'fortran_order':False,'shape':()}".ljust(118) + EVIL,
        ),
        ("data.npy", HIDDEN + b"{'descr':('i4,O',2),'fortran_order':False,'shape':()}".ljust(118) + EVIL),
    ],
)
async def test_the_plan_looks_into_whatever_unpickles(planned: Any, artifact: Artifact, name: str, data: bytes) -> None:
    facts = await planned(output_at(artifact({name: data})))

    assert facts.imports == (("shutil.rmtree", "harmful"),)


async def test_the_plan_says_when_an_array_has_no_header_that_it_understands(planned: Any, artifact: Artifact) -> None:
    assert not (await planned(output_at(artifact({"data.npy": HIDDEN + b"{".ljust(118) + EVIL})))).followed


async def test_plain_arrays_import_nothing(planned: Any, artifact: Artifact, tmp_path: Path) -> None:
    kinds = ("<f8", "?", "<M8[ns]", "<M8[25s]", "<U7", "V3", [("Open", "<f8", (2, 2)), ("in", [("b", "S3")])])
    for number, kind in enumerate(kinds):
        np.save(tmp_path / "plain.npy", np.zeros(3, dtype=kind))
        artifact({f"{number}.npy": (tmp_path / "plain.npy").read_bytes()})

    facts = await planned(output_at(tmp_path / "artifact"))

    assert (facts.imports, facts.followed) == ((), True)


@pytest.mark.parametrize("first", [b"K\x01.", b"K\x01.K\x010."], ids=["between pickles", "in a pickle"])
def test_the_plan_says_that_pickles_go_on_longer_than_it_follows(
    artifact: Artifact, monkeypatch: pytest.MonkeyPatch, first: bytes
) -> None:
    monkeypatch.setattr("pipesight.outputs.reader.opcodes.OPCODES", 2 if first.count(b".") == 1 else 4)

    found = plan(Request(str(artifact({"model.pt": first + EVIL}))))

    assert (found["imports"], found["followed"]) == ([], False)


@pytest.mark.parametrize("materializer", ["Pydantic", "Dataclass"])
async def test_the_plan_names_the_class_of_a_model(planned: Any, artifact: Artifact, materializer: str) -> None:
    fields = {"materializer": f"zenml.materializers.x.{materializer}Materializer", "data_type": "shop.Cart"}

    assert (await planned(output_at(artifact({"data.json": b"{}"}), **fields))).classes == ("shop.Cart",)


@pytest.mark.parametrize("elements", [b"[" + b" " * 2**20 + b"]", b"[" * 100_000, b"\xff"])
async def test_the_plan_says_that_it_does_not_know_all_elements(
    planned: Any, artifact: Artifact, elements: bytes
) -> None:
    assert not (await planned(output_at(artifact({"metadata.json": elements})))).followed


def test_files_that_change_while_they_are_looked_at_are_no_plan(
    artifact: Artifact, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = artifact({"artifact.pkl": pickle.dumps(1)})

    def followed_and_changed(file: BinaryIO) -> list[Followed]:
        found = follow_file(file)
        (uri / "artifact.pkl").write_bytes(EVIL)
        return found

    monkeypatch.setattr("pipesight.outputs.reader.plan.follow_file", followed_and_changed)
    with pytest.raises(Problem, match="changed while"):
        plan(Request(str(uri)))


async def test_a_linked_folder_is_neither_agreed_to_nor_loaded(
    service: PreviewService, load: Any, artifact: Artifact, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "artifact.pkl").write_bytes(pickle.dumps("from elsewhere"))
    elements = json.dumps([{"type": "str", "materializer": ""}])
    uri = artifact({"metadata.json": elements})
    (uri / "0").symlink_to(tmp_path / "elsewhere")

    linked = await service.plan(output_at(uri))

    assert isinstance(linked, Preview)
    assert linked.text == "A folder of the artifact is a link: 0"
    assert load_value(str(uri)) == ["from elsewhere"]
    with pytest.raises(Problem, match="leads out"):
        load_value(str(uri), links=False)


async def test_a_remote_artifact_and_a_link_out_of_it_are_refused(
    service: PreviewService, artifact: Artifact, tmp_path: Path
) -> None:
    remote = await service.plan(output_at("s3://store/model"))
    assert isinstance(remote, Preview)
    assert "loaded without any network" in (remote.text or "")
    uri = artifact({"python_version.txt": b"3"})
    (tmp_path / "elsewhere.pkl").write_bytes(pickle.dumps(1))
    (uri / "artifact.pkl").symlink_to(tmp_path / "elsewhere.pkl")
    linked = await service.plan(output_at(uri))
    assert isinstance(linked, Preview)
    assert "leads out of the artifact's folder" in (linked.text or "")


async def test_nothing_is_loaded_without_the_token(values: ValueLoader, planned: Any, artifact: Artifact) -> None:
    output = output_at(pickled(artifact, 1))
    digest = (await planned(output)).digest
    other = ValueLoader(sys.executable, [], seconds=60, memory=1024 * MEGABYTE)
    forged = ["", digest, f"{digest}.", f"{digest}.{'0' * 64}", other.token(output, digest)]
    forged += [values.token(replace(output, uri="/elsewhere"), digest), values.token(output, "0" * 64) + "é", "\ud800"]
    forged += [values.token(replace(output, materializer="evil.Materializer"), digest)]

    for token in forged:
        answer = await values.load(output, token)
        assert isinstance(answer, Preview), token
        assert answer.text == "Nobody agreed to load this output."


@pytest.mark.parametrize("change", [b"changed", b""])
async def test_a_token_is_good_for_one_content(
    values: ValueLoader, planned: Any, artifact: Artifact, tmp_path: Path, change: bytes
) -> None:
    uri = pickled(artifact, 1)
    output = output_at(uri)
    token = values.token(output, (await planned(output)).digest)
    assert (await planned(output)).digest == token.partition(".")[0]
    ran = tmp_path / "ran"
    (uri / "artifact.pkl").write_bytes(pickle.dumps(Runs(f"found = open({str(ran)!r}, 'w')")) + change)

    answer = await values.load(output, token)

    assert isinstance(answer, Preview)
    assert answer.text == "The artifact's files have changed since you agreed to load them."
    assert not ran.exists()


# -- the fences --------------------------------------------------------------------------------------------------


async def test_all_fences_hold_here() -> None:
    values = ValueLoader(sys.executable, [], seconds=60, memory=1024 * MEGABYTE)

    assert await values.fences() == ALL_FENCES


def test_what_holds_is_tried_and_not_taken_for_granted(tmp_path: Path) -> None:
    """Without fences, each try succeeds. It leaves no files."""
    code = (
        f"import sys; sys.path.insert(0, {str(LOADER.parents[2])!r})\n"
        "from pipesight.outputs.loader.fences import tried\n"
        f"print(tried({str(tmp_path / 'work')!r}, 1024 ** 2))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_or_too_many_processes_are_no_fence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(error: int) -> Callable[..., int]:
        def call(*_: object) -> int:
            raise OSError(error, os.strerror(error))

        return call

    for file_error, fork_error, found in (
        (errno.ENOSPC, errno.EAGAIN, []),
        (errno.EACCES, errno.EPERM, ["files", "programs"]),
    ):
        with monkeypatch.context() as patched:
            patched.setattr("os.open", fails(file_error))
            patched.setattr("os.fork", fails(fork_error))
            assert tried(str(tmp_path / "work"), MEGABYTE) == found


async def test_a_fence_that_was_promised_and_is_gone_stops_the_load(artifact: Artifact, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    uri = pickled(artifact, Runs(f"found = open({str(ran)!r}, 'w')"))
    request = {"artifact": {"uri": str(uri)}, "memory": 1024 * MEGABYTE, "required": [*ALL_FENCES, "moat"]}

    answer = LoaderProcess(sys.executable, request, seconds=60).run()

    assert answer == {"fences": list(ALL_FENCES)}


@pytest.fixture
def listening() -> Iterator[tuple[int, list[object]]]:
    """Run a server on this machine. Yield its port and the accepted connections."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def welcome() -> None:
            while True:
                try:
                    came.append(server.accept())
                except OSError:
                    return

        threading.Thread(target=welcome, daemon=True).start()
        yield server.getsockname()[1], came
        server.shutdown(socket.SHUT_RDWR)


async def test_it_reaches_no_network(load: Any, artifact: Artifact, listening: tuple[int, list[object]]) -> None:
    port, came = listening

    errors = await errors_of(
        load,
        artifact,
        f"import socket; socket.create_connection(('127.0.0.1', {port}))",
        "import socket; socket.socket(socket.AF_UNIX)",
        "import socket; socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
        f"import urllib.request; urllib.request.urlopen('http://127.0.0.1:{port}/?secret')",
    )

    assert list(errors.values()) == ["PermissionError"] * 3 + ["URLError"]
    assert came == []


async def test_it_changes_no_file_outside(load: Any, artifact: Artifact, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("as it was")
    before = kept.stat()

    errors = await errors_of(
        load,
        artifact,
        f"open({str(tmp_path / 'new')!r}, 'w')",
        f"open({str(kept)!r}, 'a')",
        f"import os; os.truncate({str(kept)!r}, 0)",
        f"import os; os.unlink({str(kept)!r})",
        f"import os; os.rename({str(kept)!r}, {str(tmp_path / 'new')!r})",
        f"import os; os.link({str(kept)!r}, 'mine')",
        f"import os; os.chmod({str(kept)!r}, 0o777)",
        f"import os; os.utime({str(kept)!r}, (0, 0))",
        f"import os; os.mkdir({str(tmp_path / 'new')!r})",
        f"import os; os.symlink('/', {str(tmp_path / 'new')!r})",
        f"import os; os.setxattr({str(kept)!r}, 'user.x', b'1')",
    )

    assert {code: error for code, error in errors.items() if error not in ("PermissionError", "OSError")} == {}
    assert len(errors) == 11
    after = kept.stat()
    assert (kept.read_text(), after.st_mode, after.st_mtime_ns) == ("as it was", before.st_mode, before.st_mtime_ns)
    assert not (tmp_path / "new").exists()


@pytest.mark.thorough
async def test_it_cuts_no_file_where_landlock_guards_no_length(load: Any, artifact: Artifact) -> None:
    """Landlock before Linux 6.2 does not protect the length of files, so these calls are refused everywhere."""
    own = "import os; open('own', 'w').close(); "

    errors = await errors_of(
        load,
        artifact,
        own + "os.truncate('own', 0)",
        own + "os.open('own', os.O_TRUNC)",
        own + "os.open('own', os.O_TRUNC | 3)",
        own + "open('own', 'w').truncate(9)",
    )

    assert list(errors.values()) == ["PermissionError"] * 3 + ["done"]


async def test_it_writes_to_a_folder_of_its_own_that_is_gone_afterwards(load: Any, artifact: Artifact) -> None:
    code = "import os; open('cache', 'w').write('x'); found = os.path.abspath('cache')"

    path = Path((await found_by(load, artifact, code)).strip("'"))

    assert path.parent.name == "work"
    assert not path.parent.parent.exists()


async def test_it_starts_no_program(load: Any, artifact: Artifact) -> None:
    errors = await errors_of(
        load,
        artifact,
        "import os; os.fork()",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.execv('/bin/true', ['true'])",
        "import os; os.posix_spawn('/bin/true', ['true'], {})",
        "import multiprocessing; multiprocessing.Process(target=print).start()",
        "import ctypes, os; assert ctypes.CDLL(None).vfork() == -1; raise PermissionError",
    )

    assert {code: error for code, error in errors.items() if error not in ("PermissionError", "OSError")} == {}
    assert len(errors) == 6
    assert await found_by(load, artifact, "import os; found = os.system('true')") != "0"


@pytest.mark.thorough
async def test_it_may_have_threads(load: Any, artifact: Artifact) -> None:
    code = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(4) as pool: found = sum(pool.map(int, '1234'))"
    )
    assert await found_by(load, artifact, code) == "10"


async def test_it_sees_no_secret_of_the_environment(
    load: Any, artifact: Artifact, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_SECRET_ACCESS_KEY", "ZENML_STORE_API_KEY", "GITHUB_TOKEN", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://hush-hush")

    assert "hush-hush" not in await found_by(load, artifact, "import os; found = dict(os.environ)")
    assert "hush-hush" not in str(loader_environment(os.environ))
    own = f"/proc/{os.getpid()}"
    looks = f"open('{own}/environ').read()", f"open('{own}/mem', 'rb')", f"import os; os.readlink('{own}/fd/0')"
    assert await errors_of(load, artifact, *looks) == dict.fromkeys(looks, "PermissionError")


@pytest.mark.thorough
async def test_it_has_no_power_over_others(load: Any, artifact: Artifact) -> None:
    attempts = (
        "import os, signal; os.kill(os.getppid(), signal.SIGKILL)",
        "import os, signal; os.kill(-1, signal.SIGTERM)",
        "import os, signal; os.killpg(0, signal.SIGTERM)",
        "import os; os.pidfd_open(os.getppid())",
        "import os; os.setsid()",
        "import os; os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
        "import os; os.sched_setaffinity(os.getppid(), {0})",
        "import fcntl, os; fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, os.getppid())",
        "import os; os.mknod('device', 0o60666, os.makedev(8, 0))",
    )

    assert await errors_of(load, artifact, *attempts) == dict.fromkeys(attempts, "PermissionError")


@pytest.mark.thorough
async def test_it_cannot_lift_its_limits(load: Any, artifact: Artifact) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)"
    wide = "with open('wide', 'wb') as file:\n    for _ in range(40): file.write(b'x' * 2**20)"

    errors = await errors_of(load, artifact, limit, "import os; os.memfd_create('x')", wide)

    assert errors.pop(limit) in ("ValueError", "PermissionError")
    assert list(errors.values()) == ["PermissionError", "OSError"]


@pytest.mark.thorough
async def test_memory_is_bounded(load: Any, artifact: Artifact) -> None:
    greedy = "found = []\nwhile True: found.append(bytearray(64 * 2**20))"

    answer = await load(pickled(artifact, Runs(greedy)), by=loader(memory=256 * MEGABYTE))

    assert isinstance(answer, Preview)
    assert answer.text == "This value needs more memory than a loaded value may use."


@pytest.mark.parametrize("code", ["while True: pass", "import time; time.sleep(1e6)", "import signal; signal.pause()"])
@pytest.mark.thorough
async def test_time_is_bounded_and_nothing_is_left(load: Any, artifact: Artifact, tmp_path: Path, code: str) -> None:
    uri = pickled(artifact, Runs(f"found = 1\n{code}"))
    answer = await load(uri, by=loader(seconds=1))

    assert isinstance(answer, Preview)
    assert answer.text == "Loading this output took longer than 1 s, or wrote too much."
    assert running_loaders(uri) == []


@pytest.mark.parametrize(
    ("folders", "name"),
    [
        pytest.param(1500, "d", id="deep", marks=pytest.mark.slow),
        pytest.param(1500, "d" * 200, id="too deep for a path"),
    ],
)
async def test_folders_as_deep_as_they_may_be_are_removed(
    load: Any, artifact: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folders: int, name: str
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    code = f"import os\nfor _ in range({folders}): os.mkdir({name!r}, 0o300); os.chdir({name!r})\nfound = 1"

    await load(pickled(artifact, Runs(code)))

    assert list((tmp_path / "temporary").iterdir()) == []


def test_folders_that_a_killed_server_left_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that another server uses stays, and so does one that only looks similar."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept.txt").touch()
    fcntl = pytest.importorskip("fcntl")
    names = ("left", "young", "used", "link", "file")
    left, young, used, link, file = (tmp_path / f"pipesight-load-{name}" for name in names)
    for folder in (left, young, used):
        (folder / "work" / "deeper").mkdir(parents=True)
        (folder / "held").touch()
    (left / "work" / "out").symlink_to(elsewhere)
    (left / "work" / "deeper").chmod(0)
    link.symlink_to(elsewhere)
    file.touch()
    held = (used / "held").open("rb")
    fcntl.flock(held, fcntl.LOCK_EX)
    for path in (left, used, link, file):
        os.utime(path, (0, 0), follow_symlinks=False)

    remove_left_folders()

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "elsewhere",
        *(f"pipesight-load-{name}" for name in ("file", "link", "used", "young")),
    ]
    assert (elsewhere / "kept.txt").exists()
    held.close()


def test_a_running_load_holds_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with work_folder() as work:
        os.utime(work.parent, (0, 0))
        remove_left_folders()
        assert work.exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", [errno.ENOSYS, errno.ENOLCK])
def test_a_load_needs_no_locks_of_the_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """A folder without a lock is never taken for a left one, also if another server can lock it."""
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(fcntl, "flock", refuse)
        load = contextlib.ExitStack()
        work = load.enter_context(work_folder())
        os.utime(work.parent, (0, 0))
        remove_left_folders()
        assert work.exists()
    with load:
        remove_left_folders()
        assert work.exists()
    assert list(tmp_path.iterdir()) == []


async def test_an_interpreter_that_no_system_starts_is_said_to_be_so(artifact: Artifact) -> None:
    by = ValueLoader("/usr/bin/py\0thon", [], seconds=60, memory=1024 * MEGABYTE)
    with pytest.raises(OSError, match="embedded null byte"):
        await by.fences()

    output = output_at(pickled(artifact, 1))
    answer = await by.load(output, by.token(output, "0"))

    assert isinstance(answer, Preview)
    assert answer.text == "/usr/bin/py\\x00thon does not start."


@pytest.mark.parametrize(("age", "reads"), [(0, 2), (60, 1)])
async def test_the_plan_reads_a_large_artifact_once_unless_it_was_just_written(
    artifact: Artifact, monkeypatch: pytest.MonkeyPatch, age: int, reads: int
) -> None:
    read: list[Folder] = []
    monkeypatch.setattr("pipesight.outputs.reader.plan.digest_of", lambda folder: read.append(folder) or "0")
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + age)

    assert plan(Request(str(pickled(artifact, 1))))["digest"] == "0"
    assert len(read) == reads


@pytest.mark.parametrize(
    "code",
    [
        "for at in range(2_000): open(str(at), 'w').close()",
        "for _ in range(1500): os.mkdir('d' * 200); os.chdir('d' * 200)",
    ],
    ids=["many", "hidden"],
)
@pytest.mark.thorough
async def test_files_that_cannot_be_counted_end_the_load(
    load: Any, artifact: Artifact, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipesight.outputs.loader_process._FOLDER", 4 * MEGABYTE)

    answer = await load(pickled(artifact, Runs(f"import os, time\n{code}\ntime.sleep(1e6)")))

    assert isinstance(answer, Preview)
    assert "or wrote too much" in (answer.text or "")


@pytest.mark.thorough
async def test_a_folder_that_fills_up_ends_the_load(load: Any, artifact: Artifact) -> None:
    code = (
        "import itertools, time\n"
        "for at in itertools.count():\n"
        "    if at > 30: time.sleep(1e6)\n"
        "    with open(str(at), 'wb') as file: file.truncate(15 * 2**20)"
    )

    answer = await load(pickled(artifact, Runs(code)))

    assert isinstance(answer, Preview)
    assert "or wrote too much" in (answer.text or "")


@pytest.mark.thorough
async def test_who_asks_no_more_ends_the_load(values: ValueLoader, planned: Any, artifact: Artifact) -> None:
    uri = pickled(artifact, Runs("import time; time.sleep(1e6)"))
    output = output_at(uri)
    token = values.token(output, (await planned(output)).digest)
    asking = asyncio.ensure_future(values.load(output, token))
    while not running_loaders(uri):
        await asyncio.sleep(0.05)

    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    eventually(lambda: running_loaders(uri) == [])


@pytest.mark.thorough
def test_a_loader_ends_with_the_server(artifact: Artifact, tmp_path: Path) -> None:
    """The server is killed while a value loads."""
    uri = pickled(artifact, Runs("import time; time.sleep(1e6)"))
    server = (
        "import asyncio, sys\n"
        "from pipesight.outputs.loader_service import ValueLoader\n"
        "from pipesight.outputs.reader.digest import digest_of\n"
        "from pipesight.outputs.reader.folder import open_folder\n"
        "from tests.outputs.conftest import output_at\n"
        f"values = ValueLoader(sys.executable, [], seconds=600, memory={1024 * MEGABYTE})\n"
        f"output = output_at({str(uri)!r})\n"
        f"token = values.token(output, digest_of(open_folder({str(uri)!r})))\n"
        "asyncio.run(values.load(output, token))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", server], cwd=LOADER.parents[3])
    eventually(lambda: running_loaders(uri))
    process.kill()
    process.wait()

    eventually(lambda: running_loaders(uri) == [])


def running_loaders(uri: Path) -> list[int]:
    """Return the running processes that load the artifact."""
    found: list[int] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
            if json.dumps(str(uri)).encode() in (process / "cmdline").read_bytes() and state != "Z":
                found.append(int(process.name))
        except OSError:
            continue
    return found


# -- what goes wrong ---------------------------------------------------------------------------------------------


FORGED = """
import os
for descriptor in range(3, 20):
    try: os.write(descriptor, b'{"value": 3}\\n')
    except OSError: pass
os._exit(0)
"""

PROBLEMS = [
    (
        b"csklearn_of_old\nModel\n)\x81.",
        "This output's pickle needs a module that this Python cannot import: No module named 'sklearn_of_old'.",
        f"Install it: {sys.executable} -m pip install sklearn_of_old. "
        "A module of your own must lie in the folder that is open.",
    ),
    (
        b"ccv2_of_old.core\nModel\n)\x81.",
        "This output's pickle needs a module that this Python cannot import: No module named 'cv2_of_old'.",
        f"Install it: {sys.executable} -m pip install cv2_of_old. "
        "A module of your own must lie in the folder that is open.",
    ),
    (
        b"c__main__\nPoint\n)\x81.",
        "This output's pickle needs what its module no longer has: ",
        "Its class was moved or renamed, or is one of a notebook. Load it there.",
    ),
    (pickle.dumps(Runs("import sys; sys.exit(3)")), "Loading this output raised SystemExit: 3", None),
    (b"\x80\x04garbage", "This output could not be loaded (UnpicklingError: ", "Look at its files: "),
    (
        pickle.dumps(Runs("import socket; socket.socket()")),
        "Loading this output was refused: [Errno 1] Operation not permitted.",
        "A value that is loaded reaches no network and no program, and changes no file.",
    ),
    (
        pickle.dumps(Runs("import os; os._exit(5)")),
        "The process ended while it loaded this output.",
        "It may need more memory than the limit, or end the process itself. Load it in a notebook.",
    ),
    (
        pickle.dumps(Runs(FORGED)),
        "The loader returned an answer that is not valid.",
        None,
    ),
    (
        pickle.dumps(Runs(FORGED.replace("3}", '{"type": "", "picture": {"data": "", "width": 1e999, "height": 1}}}'))),
        "The loader returned an answer that is not valid.",
        None,
    ),
    (
        pickle.dumps(Runs("raise SystemExit('x' * 10**6)")),
        "Loading this output raised SystemExit: xxx",
        None,
    ),
]


@pytest.mark.parametrize(
    ("data", "text", "advice"), mostly_slow(PROBLEMS, quick=PROBLEMS[:1]), ids=range(len(PROBLEMS))
)
async def test_what_goes_wrong_is_said_in_a_sentence(
    load: Any, artifact: Artifact, data: bytes, text: str, advice: str | None
) -> None:
    answer = await load(artifact({"artifact.pkl": data}))

    assert isinstance(answer, Preview)
    assert (answer.text or "").startswith(text)
    assert (answer.advice or "").startswith(advice or "")
    assert "Traceback" not in f"{answer.text} {answer.advice}"
    assert len(answer.text or "") < 400


@pytest.mark.thorough
async def test_a_value_that_answers_without_an_end_is_cut_off(load: Any, artifact: Artifact) -> None:
    code = (
        "import os\n"
        "while True:\n"
        "    for descriptor in range(3, 20):\n"
        "        try: os.write(descriptor, b'x' * 65536)\n"
        "        except OSError: pass"
    )

    answer = await load(pickled(artifact, Runs(code)))

    assert isinstance(answer, Preview)
    assert answer.text == "The process ended while it loaded this output."


async def test_a_python_that_does_not_start_is_named(artifact: Artifact, planned: Any) -> None:
    for interpreter in ("/no/such/python", "/bin/true"):
        gone = ValueLoader(interpreter, [], seconds=60, memory=1024 * MEGABYTE)
        with pytest.raises(OSError, match=r"No such file|does not run the loader"):
            await gone.fences()


@pytest.mark.thorough
async def test_a_pickle_is_loaded_without_a_materializer_that_is_not_here(load: Any, artifact: Artifact) -> None:
    materializer = "shop_of_old.materializers.CartMaterializer"

    value = await load(artifact({"cart.pkl": pickle.dumps({"apples": 3})}), materializer=materializer)

    assert value.repr == "{'apples': 3}"
    assert value.notes == (f"Loaded without its materializer, because there is no module shop_of_old: {materializer}",)


@pytest.mark.thorough
async def test_what_dill_wrote_is_loaded_by_dill(load: Any, artifact: Artifact, tmp_path: Path) -> None:
    (tmp_path / "code" / "dill").mkdir()
    (tmp_path / "code" / "dill" / "__init__.py").write_text("def load(file): return 'by dill'")

    value = await load(artifact({"artifact.pkl": b"\x80\x04\x8c\ndill._dill\x8c\x0c_create_type\x93."}))

    assert value.repr == "'by dill'"


@pytest.mark.parametrize(
    ("library", "name", "call"),
    [
        ("joblib", "model.joblib", "def load(file): return file.read()"),
        ("torch", "weights.pt", "def load(file, map_location, weights_only): return map_location, weights_only"),
    ],
)
@pytest.mark.thorough
async def test_other_formats_are_loaded_by_their_library(
    load: Any, artifact: Artifact, tmp_path: Path, library: str, name: str, call: str
) -> None:
    uri = artifact({name: b"\x80\x04K\x01."})
    missing = await load(uri)
    (tmp_path / "code" / f"{library}.py").write_text(call)
    found = await load(uri)

    assert missing.text == f"Loading this output needs {library} in this Python."
    assert missing.advice.startswith(f"Install it: {sys.executable} -m pip install {library}.")
    assert found.repr in ("b'\\x80\\x04K\\x01.'", "('cpu', False)")


@pytest.mark.thorough
async def test_a_materializer_of_the_workspace_loads(load: Any, artifact: Artifact, tmp_path: Path) -> None:
    (tmp_path / "code" / "shop.py").write_text(
        "class Cart(list): pass\n"
        "class CartMaterializer:\n"
        "    def __init__(self, uri): self.uri = uri\n"
        "    def load(self, kind): return kind(open(self.uri + '/cart.txt').read())\n"
    )
    fields = {"materializer": "shop.CartMaterializer", "data_type": "shop.Cart"}

    value = await load(artifact({"cart.txt": b"ab"}), **fields)

    assert (value.type, value.repr) == ("shop.Cart", "['a', 'b']")


@pytest.mark.thorough
def test_the_answer_of_a_loader_is_one_line(tmp_path: Path) -> None:
    """The answer leaves out what a library prints during its import."""
    work = tmp_path / "work"
    work.mkdir()
    own = {"work": str(work), "seconds": 60, "server": os.getpid()}
    request = {"artifact": None, "memory": 1024 * MEGABYTE, "required": [], **own}
    command = [sys.executable, "-E", "-B", str(LOADER), json.dumps(request)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)

    assert json.loads(done.stdout) == {"fences": list(ALL_FENCES)}
    assert done.stderr == ""
