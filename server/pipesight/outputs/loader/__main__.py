"""Start the loader: `PYTHON -E -B FOLDER REQUEST`. The parent folder is imported as a package and hides no library."""

from __future__ import annotations

import importlib
import os
import sys
from types import ModuleType


def _find_itself() -> None:
    folder = os.path.dirname(os.path.abspath(__file__))
    if sys.path and os.path.abspath(sys.path[0]) == folder:
        del sys.path[0]
    package = ModuleType("pipesight_outputs")
    package.__path__ = [os.path.dirname(folder)]
    sys.modules[package.__name__] = package


if __name__ == "__main__":
    _find_itself()
    importlib.import_module("pipesight_outputs.loader.main").main()
