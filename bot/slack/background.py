"""Work that takes longer than an answer, in a small thread pool, so that no run occupies a listener."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context

log = logging.getLogger(__name__)
_AT_ONCE = 2


class BackgroundWork:
    """A pool of threads for jobs."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="hwb-work")

    def begin(self, job: Callable[[], None]) -> "Future[None]":
        """Put `job` into the pool; its errors are logged, because no caller waits for its result.

        Its lines in the log belong to the request that has begun it.
        """
        future = self._pool.submit(copy_context().run, job)
        future.add_done_callback(_log_failure)
        return future

    def stop(self) -> None:
        """Wait for the running jobs, and drop those that have not begun."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _log_failure(future: "Future[None]") -> None:
    if not future.cancelled() and (error := future.exception()) is not None:
        log.error("a job failed: %s", type(error).__name__, exc_info=error)
