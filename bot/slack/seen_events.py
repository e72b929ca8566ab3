"""Events that Slack sends again: each is known by its id, and handled once."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

_SEEN_SECONDS = 20 * 60.0
"""How long an event is known: Slack sends one again for six minutes."""
_SEEN_AT_MOST = 10_000


class SeenEvents:
    """The ids of recent events, because Slack sends events again that it takes for lost."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._lock = seconds, threading.Lock()
        self._seen_at: OrderedDict[str, float] = OrderedDict()

    def again(self, event_id: str) -> bool:
        """Return whether an event was seen in the last twenty minutes; afterwards it counts as seen."""
        now = self._seconds()
        with self._lock:
            while self._seen_at and (
                len(self._seen_at) >= _SEEN_AT_MOST
                or now - next(iter(self._seen_at.values())) > _SEEN_SECONDS
            ):
                self._seen_at.popitem(last=False)
            if event_id in self._seen_at:
                return True
            self._seen_at[event_id] = now
            return False

    def forget(self, event_id: str) -> None:
        """Let an event that could not be handled count as not seen: Slack will send it again."""
        with self._lock:
            self._seen_at.pop(event_id, None)
