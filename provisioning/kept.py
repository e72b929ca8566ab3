"""What is made once for all who ask, and again when something that it is made from has changed.

Each value is kept with its mark: what it is made from, or what changes with that, such as the times of files
or the rows of a small table. The mark is read anew for each question and is never a time after which a value
is old, so that what another process has changed is seen at the next question.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Up to `most` values by key, those used last; safe for concurrent use."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, tuple[object, V]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K, mark: object, make: Callable[[], V]) -> V:
        """Return the value of `key` that was made under `mark`; otherwise `make` it, and keep that.

        `mark` has been read before `make` reads anything: what changes in between has another mark later.
        """
        with self._lock:
            kept = self._values.get(key)
            if kept is not None and kept[0] == mark:
                self._values.move_to_end(key)
                return kept[1]
        made = make()  # outside the lock: two that ask at a time may both make it
        with self._lock:
            self._values[key] = (mark, made)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return made
