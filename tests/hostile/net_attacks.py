"""Servers on this machine that drip, hang, never end or send their callers elsewhere."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

Attack = Callable[[socket.socket, threading.Event], None]


@contextmanager
def hostile_server(attack: Attack) -> Iterator[int]:
    """A server that does `attack` to each caller; its port."""
    ending = threading.Event()

    def meet(met: socket.socket) -> None:
        with closing(met), suppress(OSError):
            attack(met, ending)

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                met, _ = listening.accept()
                threading.Thread(target=meet, args=(met,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        ending.set()
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def silent(_met: socket.socket, ending: threading.Event) -> None:
    """Take the call and say nothing."""
    ending.wait()


def dripping(*before: bytes) -> Attack:
    """Say `before`, a part for each thing heard, and then a byte every tenth of a second."""

    def attack(met: socket.socket, ending: threading.Event) -> None:
        _talk(met, before)
        while not ending.wait(0.1):
            met.sendall(b"x")

    return attack


def endless(line: bytes, *before: bytes) -> Attack:
    """Say `before`, a part for each thing heard, and then `line` without end, as fast as it is read."""

    def attack(met: socket.socket, ending: threading.Event) -> None:
        _talk(met, before)
        while not ending.is_set():
            met.sendall(line * 1_000)

    return attack


def hanging(*before: bytes) -> Attack:
    """Say `before`, a part for each thing heard, and then nothing more."""

    def attack(met: socket.socket, ending: threading.Event) -> None:
        _talk(met, before)
        ending.wait()

    return attack


def _talk(met: socket.socket, parts: tuple[bytes, ...]) -> None:
    """Say the first part at once, and each other one after something was heard."""
    for number, part in enumerate(parts):
        if number or part.startswith(b"HTTP"):
            met.recv(65_536)
        met.sendall(part)
