"""`python -m pipesight` is the command `pipesight`."""

import sys

from pipesight.cli.main import main

sys.exit(main())
