"""How often a system may ask the API: by token, or by address where a request has none that is good.

Each process counts by itself, in memory.
"""

import time
from dataclasses import dataclass
from math import ceil

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

WITHOUT_TOKEN = 30
"""Requests a minute from an address without a good token: each is in the audit, which must not be flooded."""


@dataclass(frozen=True)
class Wait:
    """How many `seconds` a system is to wait before it asks again."""

    seconds: int


class RequestLimits:
    """Counts requests within the last minute; each token may make `by_token` of them."""

    def __init__(self, by_token: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._by_token = RateLimitItemPerMinute(by_token)
        self._by_address = RateLimitItemPerMinute(WITHOUT_TOKEN)

    def of_token(self, name: str) -> Wait | None:
        """Count a request with the token `name`; return how long it is to wait if it is one too many."""
        return self._counted(self._by_token, "token", name)

    def of_address(self, address: str) -> Wait | None:
        """Count a request without a good token from `address`, as `of_token` does."""
        return self._counted(self._by_address, "address", address)

    def _counted(self, item: RateLimitItem, *who: str) -> Wait | None:
        if self._limiter.hit(item, *who):
            return None
        free_at = self._limiter.get_window_stats(item, *who).reset_time
        return Wait(max(1, ceil(free_at - time.time())))
