"""Load one value after checking that its files are those of the user's consent, and explain errors."""

from __future__ import annotations

import os
import sys
from typing import Any, Dict, List, Mapping, Optional, Tuple

from ..reader.bounds import clip
from ..reader.digest import digest_of
from ..reader.folder import open_folder
from ..reader.libraries import install
from ..reader.load import load
from ..reader.problem import Problem
from .shown import shown

_PACKAGES = {
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
_CHANGED = "The artifact's files have changed since you agreed to load them."


def answer(artifact: Mapping[str, Any]) -> Dict[str, Any]:
    """Return `{"value": ...}`, or `{"problem": [text, advice]}` if the value cannot be loaded."""
    try:
        uri = artifact["uri"]
        if digest_of(open_folder(uri)) != artifact["digest"]:
            raise Problem(_CHANGED, "Load it again, and look at the list of what it runs.")
        sys.path += artifact["folders"]  # last, so that no file of the workspace hides a library
        value, notes = _loaded(uri, artifact["materializer"], artifact["data_type"])
        return {"value": shown(value, notes)}
    except Problem as problem:
        explained = _explained(problem)
        return {"problem": [explained.text, explained.advice]}
    except MemoryError:
        return {"problem": [*_TOO_LARGE]}
    except BaseException as error:  # noqa: BLE001 - also SystemExit, which a pickle can raise
        return {"problem": [f"Loading this output raised {type(error).__name__}: {clip(str(error), 300)}", None]}


_TOO_LARGE = ("This value needs more memory than a loaded value may use.", "Raise the limit in the settings.")


def _loaded(uri: str, materializer: str, data_type: str) -> Tuple[object, List[str]]:
    """Load a value as ZenML does. If the materializer cannot be imported and the file is a pickle, unpickle it."""
    try:
        return load(uri, materializer, data_type, links=False), []
    except Problem as problem:
        missing = _missing(problem)
        if not materializer or missing is None or not (materializer + ".").startswith((missing + ".", "zenml.")):
            raise
        try:
            value = load(uri, links=False)
        except Problem:
            raise problem from problem.__cause__
        return value, [f"Loaded without its materializer, because there is no module {missing}: {materializer}"]


def _missing(problem: Problem) -> Optional[str]:
    """Return the name of the module that is not installed, None if the problem is another one."""
    cause = problem.__cause__
    return str(cause.name) if isinstance(cause, ImportError) and cause.name else None


def _explained(problem: Problem) -> Problem:
    """Return the problem with advice for loading in an editor."""
    cause, missing = problem.__cause__, _missing(problem)
    if missing is not None:
        package = missing.partition(".")[0]
        advice = install(_PACKAGES.get(package, package))
        return Problem(problem.text, f"{advice}. A module of your own must lie in the folder that is open.")
    if isinstance(cause, MemoryError):
        return Problem(*_TOO_LARGE)
    if isinstance(cause, PermissionError):
        text = f"Loading this output was refused: {clip(str(cause), 300)}."
        return Problem(text, "A value that is loaded reaches no network and no program, and changes no file.")
    if isinstance(cause, AttributeError):
        return Problem(problem.text, "Its class was moved or renamed, or is one of a notebook. Load it there.")
    return problem


def settle(work: str) -> None:
    """Make libraries keep their caches in the folder `work`, and draw without a screen."""
    os.chdir(work)
    for name in ("HOME", "USERPROFILE", "APPDATA", "TMPDIR", "TEMP", "TMP", "MPLCONFIGDIR", "XDG_CACHE_HOME"):
        os.environ[name] = work
    os.environ.update(MPLBACKEND="Agg", ZENML_ANALYTICS_OPT_IN="false")
