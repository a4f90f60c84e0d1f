"""Run the command `pipesight` for `python -m pipesight`. A Python that is too old gets a message, not a traceback."""

import sys

if sys.version_info < (3, 10):  # noqa: UP036 - pip refuses an old Python, but it does not install a checkout or bundle
    version = ".".join(map(str, sys.version_info[:2]))
    sys.exit(
        f"pipesight: Pipesight needs Python 3.10 or newer, and this is {version} ({sys.executable})."
        " Start it with a newer Python."
    )

from pipesight.cli.main import main

sys.exit(main())
