"""Import libraries of the user's interpreter for the reader, and refuse releases that run code from a file."""

from __future__ import annotations

import importlib
import re
import sys
from typing import Any, Dict, NamedTuple, Tuple


class LibraryError(Exception):
    """A library is missing, broken or unsafe. `text` is one sentence that says why, `advice` is what to do about it."""

    def __init__(self, text: str, advice: str, *, missing: bool = False) -> None:
        self.text = text
        self.advice = advice
        self.missing = missing
        super().__init__(f"{text} {advice}")


class _SafeRelease(NamedTuple):
    safe: Tuple[int, ...]  # the first release that may read an artifact
    fault: str  # the danger of older releases


_PACKAGES = {"PIL": "pillow"}

# docs/security.md lists every library that gets an artifact's bytes. A library without a rule here has no release
# that is known to run code from a file.
_RULES: Dict[str, _SafeRelease] = {
    "pyarrow": _SafeRelease((14, 0, 1), "it can run code that a Parquet or Arrow file carries (CVE-2023-47248)"),
    "duckdb": _SafeRelease((1, 2, 0), "it cannot be kept to one file (allowed_paths came with 1.2.0)"),
    "PIL": _SafeRelease((10, 0, 1), "a WebP picture can make it run code (CVE-2023-4863)"),
}


def library(name: str) -> Any:
    """Import a module that may be missing.

    Raises LibraryError if it cannot be imported, or if its release is not safe.
    """
    top = name.partition(".")[0]
    package = _PACKAGES.get(top, top)
    try:
        module = importlib.import_module(name)
    except ImportError:
        text = f"{package} is not installed in {sys.executable}."
        raise LibraryError(text, install(package), missing=True) from None
    except Exception as error:  # noqa: BLE001 - a broken installation raises anything at all
        text = f"{package} in {sys.executable} cannot be imported ({type(error).__name__}: {error})."
        advice = f"Install it again: {sys.executable} -m pip install --force-reinstall {package}"
        raise LibraryError(text, advice) from None
    rule = _RULES.get(top)
    version = str(getattr(sys.modules[top], "__version__", "of an unknown release"))
    if rule is not None and not _is_at_least(version, rule.safe):
        wanted = f"'{package}>={'.'.join(map(str, rule.safe))}'"
        advice = f"Update it: {sys.executable} -m pip install {wanted}"
        raise LibraryError(f"{package} {version} is not used, because {rule.fault}.", advice)
    return module


def _is_at_least(version: str, safe: Tuple[int, ...]) -> bool:
    """Compare a version with the first safe release. A pre-release of that release is not safe."""
    match = re.match(r"\d+(?:\.\d+)*", version)
    if match is None:
        return False
    numbers = tuple(map(int, match.group().split(".")))
    is_prerelease = re.match(r"[.\-_]?(a|b|c|rc|alpha|beta|dev|pre)", version[match.end() :]) is not None
    return numbers > safe if is_prerelease else numbers >= safe


def install(package: str) -> str:
    """Return the advice to install one package into the interpreter that reads artifacts."""
    return f"Install it: {sys.executable} -m pip install {package}"
