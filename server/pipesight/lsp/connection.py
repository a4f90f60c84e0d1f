"""Read the messages of one client, and end within a second after the client has ended."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

logger = logging.getLogger(__name__)

_PATIENCE = 0.6  # seconds between the end of the client and that of this process
_LOOK = 0.25  # seconds between two checks of the client's process
_LENGTH = b"content-length"
_LONGEST = 1024**3  # bytes of a message. A larger length in a header is an error of the client
_HEADER = 8192  # bytes of a line of a header that are read together
_CHUNK = 1024**2


class Leave(Protocol):
    """A function that ends the connection, from any thread. The default exit status is that of the protocol."""

    def __call__(self, status: int | None = None) -> None: ...


class Peer(Protocol):
    """The server's side of a connection."""

    def begin(self, writer: MessageWriter, leave: Leave) -> None:
        """Send all messages to `writer` from now on. `leave` ends the connection."""
        ...

    def receive(self, body: bytes) -> None:
        """Handle a message."""
        ...

    @property
    def is_orderly(self) -> bool:
        """True if the client has sent `shutdown` before it ended."""
        ...


class MessageWriter:
    """The writer of messages to the client. It ends the connection if they cannot be sent."""

    def __init__(self, stream: BinaryIO, lost: Callable[[], None]) -> None:
        self._stream = stream
        self._lost = lost

    def write(self, data: bytes) -> None:
        """Send the bytes."""
        try:
            self._stream.write(data)
            self._stream.flush()
        except (OSError, ValueError):  # a closed stream raises ValueError
            self._lost()

    def close(self) -> None:
        """Leave the stream open, because the process ends soon and its last answer may not be sent yet."""


def serve_io(peer: Peer) -> int:
    """Serve the client on standard input and output, and return the exit status."""
    return _serve(peer, sys.stdin.buffer, sys.stdout.buffer)


def serve_tcp(peer: Peer, host: str, port: int) -> int:
    """Serve the first client that connects to this host and port, and return the exit status."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        logger.info("Listening on %s:%s.", *listener.getsockname()[:2])
        connection, _ = listener.accept()
    return _serve(peer, connection.makefile("rb"), connection.makefile("wb"))


def _serve(peer: Peer, reader: BinaryIO, writer: BinaryIO) -> int:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    ended: asyncio.Future[int] = loop.create_future()
    bodies: asyncio.Queue[bytes | None] = asyncio.Queue()

    def finish(status: int) -> None:
        if not ended.done():
            ended.set_result(status)

    def leave(status: int | None = None) -> None:
        loop.call_soon_threadsafe(finish, _status(peer) if status is None else status)

    def read() -> None:
        with contextlib.suppress(OSError):
            for body in messages(reader):
                loop.call_soon_threadsafe(bodies.put_nowait, body)
        loop.call_soon_threadsafe(bodies.put_nowait, None)
        _end_soon(lambda: _status(peer))

    peer.begin(MessageWriter(writer, leave), leave)
    threading.Thread(target=read, name="pipesight-client", daemon=True).start()
    handling = loop.create_task(_handle(peer, bodies, leave))
    status = loop.run_until_complete(ended)
    handling.cancel()
    return status


async def _handle(peer: Peer, bodies: asyncio.Queue[bytes | None], leave: Callable[[], None]) -> None:
    while (body := await bodies.get()) is not None:
        try:
            peer.receive(body)
        except Exception:
            logger.exception("A message was not handled.")
        await asyncio.sleep(0)  # what this message started begins before the next message is handled
    leave()


def _status(peer: Peer) -> int:
    """Return the exit status that the protocol requires: 0 after `shutdown`, else 1."""
    return 0 if peer.is_orderly else 1


def messages(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the body of each message until the stream ends."""
    while (length := _length(stream)) is not None:
        if length > _LONGEST:
            logger.error("The client announced a message of %s bytes. The connection ends.", length)
            return
        body = _body(stream, length)
        if len(body) < length:
            return
        yield body


def _body(stream: BinaryIO, length: int) -> bytes:
    """Read this number of bytes, or fewer at the end of the stream. Memory is only taken for bytes that arrive."""
    parts: list[bytes] = []
    while length > 0 and (part := stream.read(min(length, _CHUNK))):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _length(stream: BinaryIO) -> int | None:
    """Return the length in the headers of a message, None at the end of the stream. Ignore the case of names."""
    length = None
    while line := stream.readline(_HEADER):
        name, _, value = line.partition(b":")
        if name.strip().lower() == _LENGTH and value.strip().isdigit():
            length = int(value.strip()[:20])
        elif not line.strip() and length is not None:
            return length
    return None


def end_with(process_id: int, leave: Callable[[], None]) -> None:
    """Call `leave` when the process has ended, and end this process soon after, even if it is busy."""

    def watch() -> None:
        while is_running(process_id):
            time.sleep(_LOOK)
        leave()
        _end_soon(lambda: 1)

    threading.Thread(target=watch, name="pipesight-parent", daemon=True).start()


def _end_soon(status: Callable[[], int]) -> None:
    """End the process after `_PATIENCE` seconds, even if the event loop is busy."""
    time.sleep(_PATIENCE)
    os._exit(status())


def briefly(work: Callable[[], object]) -> None:
    """Run the work, but wait for it only briefly, because a store or a process may not answer."""
    working = threading.Thread(target=work, name="pipesight-end", daemon=True)
    working.start()
    working.join(_PATIENCE)


def is_running(process_id: int) -> bool:
    """Return whether the process exists."""
    return _is_running_on_windows(process_id) if sys.platform == "win32" else _is_running_on_unix(process_id)


def _is_running_on_unix(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it belongs to another user
    return True


def _is_running_on_windows(process_id: int) -> bool:
    """Return whether the process exists, by opening it. On Windows, signal 0 is Ctrl+C."""
    synchronize, wait_timeout, access_denied = 0x00100000, 0x00000102, 5
    kernel = getattr(ctypes, "WinDLL")("kernel32", use_last_error=True)  # noqa: B009 - these exist on Windows only
    handle = kernel.OpenProcess(synchronize, False, process_id)
    if not handle:
        return getattr(ctypes, "get_last_error")() == access_denied  # noqa: B009 - it belongs to another user
    try:
        return kernel.WaitForSingleObject(handle, 0) == wait_timeout
    finally:
        kernel.CloseHandle(handle)
