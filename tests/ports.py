"""Free ports for servers that cannot choose their own port."""

from __future__ import annotations

import random
import socket

_PORTS = range(10_000, 32_000)  # below those that systems give to connections, so that no connection takes it meanwhile


def free_port() -> int:
    """Return a free port of this machine."""
    while True:
        try:
            with socket.create_server(("127.0.0.1", random.choice(_PORTS))) as listener:
                return listener.getsockname()[1]
        except OSError:
            continue
