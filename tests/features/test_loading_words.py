"""The question before an output is loaded in Python lists what would run."""

from __future__ import annotations

import pytest

from pipesight.history.model import Output
from pipesight.outputs.loaded import LoadFacts
from pipesight.outputs.preview import Preview, PreviewKind
from pipesight.pages.loading import Fence, details, is_loadable, question

FENCED = Fence("/project/.venv/bin/python", ("network", "files", "programs", "memory"), 30.0, 4096 * 1024**2)


def test_it_names_what_runs_the_worst_first_and_what_keeps_it_in_bounds() -> None:
    imports = (("numpy.dtype", "harmless"), ("shop.Cart", "unknown"), ("os.system", "harmful"))

    assert details(LoadFacts("digest", imports), FENCED) == (
        "Warning: it imports names that can do anything: os.system.",
        "It imports names that are not known to be harmless: shop.Cart.",
        "It imports names that are known to be harmless: numpy.dtype.",
        "Python: /project/.venv/bin/python",
        "No network. It changes no file of yours. It starts no program. At most 4,096 MB of memory and 30 s. "
        "It can read your files.",
    )


def test_it_says_what_cannot_be_forbidden_here() -> None:
    *_, fences = details(LoadFacts("digest"), Fence("python", (), 30.0, 4096 * 1024**2))

    assert fences == (
        "The network cannot be forbidden on this system. Changes of files cannot be forbidden on this system. "
        "Other programs cannot be forbidden on this system. "
        "At most 30 s. Its memory cannot be limited on this system. It can read your files."
    )


def test_it_says_what_is_not_known() -> None:
    assert details(LoadFacts("digest", followed=False), FENCED)[0] == (
        "Not all of it can be followed, so it may import more."
    )
    classes = ("shop.CartMaterializer", "shop.Cart")
    assert details(LoadFacts("digest", classes=classes), FENCED)[0] == (
        "These classes load it: shop.CartMaterializer, shop.Cart."
    )
    assert details(LoadFacts("digest"), FENCED)[0] == "It imports nothing."


def test_a_name_cannot_write_lines_of_its_own() -> None:
    imports = (("evil\nNo network.\u202e", "unknown"), *((f"shop.C{at}", "unknown") for at in range(30)))

    line, *_ = details(LoadFacts("digest", imports), FENCED)

    assert "\n" not in line
    assert "\u202e" not in line
    assert line.endswith("shop.C18 and 11 more.")
    assert "\n" not in question("model\n")


LOADABLE: list[tuple[PreviewKind, str, str, bool]] = [
    ("pickle", "/store/model", "zenml.materializers.cloudpickle_materializer.CloudpickleMaterializer", True),
    ("files", "file:///store/model", "", True),
    ("json", "/store/cart", "shop.CartMaterializer", True),
    ("json", "/store/accuracy", "zenml.materializers.built_in_materializer.BuiltInMaterializer", False),
    ("problem", "/store/cart", "shop.CartMaterializer", False),
    ("pickle", "s3://store/model", "", False),
]


@pytest.mark.parametrize(("kind", "uri", "materializer", "loadable"), LOADABLE)
def test_what_says_more_than_its_preview_can_be_loaded(
    kind: PreviewKind, uri: str, materializer: str, loadable: bool
) -> None:
    output = Output(id="o", step_id="s", name="x", source="t", uri=uri, materializer=materializer)

    assert is_loadable(output, Preview(kind, "")) is loadable
