"""Work that takes longer than an answer: a small pool of our own, so that no run occupies a listener."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

log = logging.getLogger(__name__)
_AT_ONCE = 2


class BackgroundWork:
    """A pool of threads; at the end, what has begun is finished and what has not is left."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="hwb-work")

    def begin(self, job: Callable[[], None]) -> "Future[None]":
        """Do a job soon; its errors are logged, for nobody waits for it."""
        future = self._pool.submit(job)
        future.add_done_callback(_log_failure)
        return future

    def stop(self) -> None:
        """Wait for the jobs at work; those not begun are dropped."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _log_failure(future: "Future[None]") -> None:
    if not future.cancelled() and (error := future.exception()) is not None:
        log.error("a job failed: %s", type(error).__name__, exc_info=error)
