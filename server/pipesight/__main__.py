"""`python -m pipesight` is the command `pipesight`."""

import sys

from pipesight.cli import main

sys.exit(main())
