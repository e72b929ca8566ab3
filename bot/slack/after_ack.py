"""The work of lazy listeners, begun once the acknowledgement is out: before, the two would compete."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

_Held = list[Callable[[], object]]
_held: ContextVar[_Held | None] = ContextVar("held", default=None)


class AfterAck(Executor):
    """Hands work to the executor `workers`; inside `holding_back` only when that is told to begin."""

    def __init__(self, workers: Executor) -> None:
        self._workers = workers

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Hand over a call of `fn`. Of held work the result is never known; Bolt does not ask for it."""
        held = _held.get()
        if held is None:
            return self._workers.submit(fn, *args, **kwargs)
        held.append(partial(self._workers.submit, fn, *args, **kwargs))
        return Future()


@contextmanager
def holding_back() -> Iterator[Callable[[], None]]:
    """Hold back what this thread submits in the block; yields the function that begins it."""
    held: _Held = []

    def begin() -> None:
        while held:
            held.pop(0)()

    token = _held.set(held)
    try:
        yield begin
    finally:
        _held.reset(token)
