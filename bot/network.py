"""Conversations with programs on the network that may be slow or hostile: limits of time and size, in all.

A timeout of a socket counts from each byte anew, and a reader without a limit keeps what it is sent: a server
that sends a byte every few seconds, or without end, would hold its caller, and fill the memory.
"""

import io
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


class LimitExceeded(OSError):
    """The far side took more time, or sent more, than was allowed."""


class Limit:
    """The limit of a conversation: `seconds` from now in all, and `size` bytes that are read in all."""

    def __init__(self, seconds: float, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._ends_at, self._size, self._clock = clock() + seconds, size, clock

    def seconds_left(self) -> float:
        """Return the seconds that are left; raises `LimitExceeded` where there are none."""
        left = self._ends_at - self._clock()
        if left <= 0:
            raise LimitExceeded("the far side took too long")
        return left

    def take(self, size: int) -> None:
        """Count `size` bytes as read; raises `LimitExceeded` where that is more than may be read."""
        self._size -= size
        if self._size < 0:
            raise LimitExceeded("the far side sent too much")


class LimitedSocket:
    """A connected socket under a `limit`; it has what `http.client` and `smtplib` use of a socket."""

    def __init__(self, plain: socket.socket, limit: Limit) -> None:
        self._plain, self._limit = plain, limit

    def sendall(self, sent: Any) -> None:
        """Send all of `sent`."""
        self._plain.settimeout(self._limit.seconds_left())
        self._plain.sendall(sent)

    def makefile(self, *_args: Any, **_more: Any) -> io.BufferedReader:
        """Return a reader of what arrives."""
        return io.BufferedReader(_Reader(self._plain, self._limit))

    def secured(self, context: ssl.SSLContext, host: str) -> "LimitedSocket":
        """Return the socket encrypted, after a handshake with `host`; this one is closed where that fails."""
        try:
            self._plain.settimeout(self._limit.seconds_left())
            return LimitedSocket(context.wrap_socket(self._plain, server_hostname=host), self._limit)
        except BaseException:
            self._plain.close()
            raise

    def close(self) -> None:
        """Close the socket."""
        self._plain.close()


class _Reader(io.RawIOBase):
    """Reads a socket under a limit."""

    def __init__(self, plain: socket.socket, limit: Limit) -> None:
        self._plain, self._limit, self._raw = plain, limit, plain.makefile("rb", buffering=0)

    def readable(self) -> bool:
        """Return true."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what has arrived into `buffer`."""
        self._plain.settimeout(self._limit.seconds_left())
        size = self._raw.readinto(buffer)
        self._limit.take(size or 0)
        return size

    def close(self) -> None:
        """Close this reader, and the socket with it if that was closed before."""
        self._raw.close()
        super().close()


def connect(host: str, port: int, limit: Limit) -> LimitedSocket:
    """Return a connection to the first address of `host` that answers at `port`; raises `OSError`."""
    problem: OSError = OSError("no address")
    for family, kind, protocol, _, address in _addresses(host, port, limit.seconds_left()):
        plain = socket.socket(family, kind, protocol)
        try:
            plain.settimeout(limit.seconds_left())
            plain.connect(address)
        except OSError as error:
            plain.close()
            problem = error
        else:
            return LimitedSocket(plain, limit)
    raise problem


def _addresses(host: str, port: int, seconds: float) -> list[Any]:
    """Return the addresses of `host`."""
    try:
        return within(seconds, lambda: list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    except UnicodeError:
        raise OSError("no name of a host") from None


def own_name(seconds: float) -> str:
    """Return this machine's name with its domain, or without it where that is not found in time."""
    try:
        return within(seconds, socket.getfqdn)
    except OSError:
        return socket.gethostname()


def within(seconds: float, look_up: Callable[[], T]) -> T:
    """Return what `look_up` finds, which has no timeout of its own; raises `LimitExceeded` after `seconds`.

    A look-up that takes longer is left to its thread, which ends when the system's resolver gives up.
    """
    found: list[T | Exception] = []

    def work() -> None:
        try:
            found.append(look_up())
        except (OSError, UnicodeError) as error:
            found.append(error)

    thread = threading.Thread(target=work, name="hwb-look-up", daemon=True)
    thread.start()
    thread.join(seconds)
    if not found:
        raise LimitExceeded("a look-up took too long")
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]
