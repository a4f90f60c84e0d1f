"""Run the command that makes a file, unless another process makes the same file meanwhile. Then wait for that file.

Usage: python tools/once.py FILE PREREQUISITE... -- COMMAND...

Two calls of make in one folder would otherwise both install the same virtual environment.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def is_made(file: Path, prerequisites: list[Path]) -> bool:
    """Return whether make would call the file up to date."""
    return file.exists() and all(file.stat().st_mtime >= each.stat().st_mtime for each in prerequisites)


def main(arguments: list[str]) -> int:
    """Run the command if it is still needed when no other process runs it. The system unlocks the file at the end."""
    import fcntl  # not on Windows

    split = arguments.index("--")
    file, *prerequisites = map(Path, arguments[:split])
    file.parent.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{file.parent}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return 0 if is_made(file, prerequisites) else subprocess.run(arguments[split + 1 :]).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
