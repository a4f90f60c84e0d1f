"""A loaded value as plain data, and the facts about loading that the user sees before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipesight.outputs.preview import Image


@dataclass(frozen=True, slots=True)
class LoadFacts:
    """The code that loading an artifact would import and run.

    `imports` has each imported name with its judgment: harmless, unknown or harmful. `classes` are the materializers
    that load by their own code, and the classes of their values. `digest` identifies the content of the files.
    """

    digest: str
    imports: tuple[tuple[str, str], ...] = ()
    followed: bool = True
    classes: tuple[str, ...] = ()


def load_facts_from_json(data: Mapping[str, Any]) -> LoadFacts:
    """Return the facts that the reader wrote.

    Raises ValueError for other data.
    """
    try:
        imports = tuple((str(name), str(judgment)) for name, judgment in data["imports"])
        return LoadFacts(str(data["digest"]), imports, bool(data["followed"]), tuple(map(str, data["classes"])))
    except (KeyError, TypeError) as error:
        raise ValueError(f"no plan: {error!r}") from error


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A loaded value in the form in which it represents itself. `html` comes from the value and is not trusted."""

    type: str
    repr: str = ""
    html: str | None = None
    picture: Image | None = None
    describe: str | None = None
    notes: tuple[str, ...] = ()


def shown_value_from_json(data: Mapping[str, Any]) -> ShownValue:
    """Return the value that the loader wrote. Code of the artifact may have written anything.

    Raises ValueError for other data.
    """
    try:
        return ShownValue(
            type=_text(data["type"]),
            repr=_text(data.get("repr", "")),
            html=_text(data["html"]) if "html" in data else None,
            picture=_picture(data["picture"]) if "picture" in data else None,
            describe=_text(data["describe"]) if "describe" in data else None,
            notes=tuple(map(_text, data.get("notes", ()))),
        )
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"no value: {error!r}") from error


def _picture(data: Mapping[str, Any]) -> Image:
    return Image("image/png", _text(data["data"]), int(data["width"]), int(data["height"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value
