"""A worker: takes jobs from the queue on PostgreSQL and carries them out in threads of this process.

Procrastinate's own worker does it, in an event loop of a thread. Whenever a statement of it fails or gets no
answer, it is given up and another begins: it may have stopped its heartbeat without a word, or keep a job
as being done whose end it could not write down.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import URL

from provisioning.errors import KnownError
from provisioning.jobs.job_engine import CarryOut
from provisioning.jobs.queue import FOLLOW_UP, LOST_AFTER, SLOT, job_of, queue_name
from provisioning.store.engines import patience

try:
    from procrastinate import App, PsycopgConnector
except ImportError:
    raise KnownError("queue-not-installed") from None

log = logging.getLogger(__name__)
T = TypeVar("T")

_BEAT = LOST_AFTER / 4
_ANSWER = 15.0
"""Seconds within which a statement of the queue must be answered, and an idle worker end."""
_ASK_EVERY = 1.0
"""Seconds between two looks into the queue, where no notice of a job has come: one may be lost."""
_LOOK = 0.25
"""Seconds between two looks at whether the worker is to end."""
_PAUSE = 5.0
"""Seconds before the next attempt where the queue can't be reached."""
_LINE_EVERY = 60.0
"""Seconds between two lines in the log that say so."""


class Worker:
    """Carries out the jobs for a `site`, or for the schools without one, `concurrency` of them side by side.

    `url` is the database's; `stopping` is set when it is asked to stop, for `carry_out` to end soon.
    """

    def __init__(
        self,
        url: URL,
        carry_out: CarryOut,
        stopping: threading.Event,
        *,
        site: str | None = None,
        concurrency: int = 1,
    ) -> None:
        self._patience = patience(url)
        self._conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._carry_out, self._queue, self._concurrency = carry_out, queue_name(site), concurrency
        self._stopping, self._count = stopping, threading.Lock()
        self._at_work, self._said = 0, -_LINE_EVERY
        self._connected = False
        self._wake: Callable[[], object] = lambda: None
        self._thread = threading.Thread(target=self._work, name="hwb-worker", daemon=True)
        # What these say is said here, once a minute, and without a traceback.
        for library in ("procrastinate", "psycopg.pool"):
            logging.getLogger(library).setLevel(logging.CRITICAL)

    def start(self) -> None:
        """Begin to take jobs."""
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it takes jobs: it is not stopped, and the queue can be reached."""
        return self._thread.is_alive() and self._connected

    def stop(self) -> None:
        """Take no more jobs, and wait for those at work."""
        self._stopping.set()
        with suppress(RuntimeError):  # its loop has just been closed
            self._wake()
        self._thread.join()

    def _work(self) -> None:
        while not self._stopping.is_set():
            loop = asyncio.SelectorEventLoop()  # on Windows too, where psycopg knows no other
            loop.set_default_executor(ThreadPoolExecutor(self._concurrency, "job"))
            loop.set_exception_handler(lambda _loop, told: self._complain(told.get("exception")))
            try:
                ended = loop.run_until_complete(self._attempt())
            except Exception as error:
                ended = True
                self._complain(error)
            self._connected = False
            if ended:
                loop.close()  # else something of it waits for an answer for ever, and is left to itself
            if not self._stopping.is_set():
                self._stopping.wait(_PAUSE)

    async def _attempt(self) -> bool:
        """Work until asked to stop or something fails; return whether everything has come to its end."""
        loop, enough = asyncio.get_running_loop(), asyncio.Event()
        self._wake = lambda: loop.call_soon_threadsafe(enough.set)
        if self._stopping.is_set():
            return True
        connector = _Connector(
            conninfo=self._conninfo,
            kwargs={"application_name": "hwb-worker", **self._patience},
            min_size=1,
            max_size=3,
            timeout=_ANSWER,
        )
        connector.enough = enough
        app = App(connector=connector)
        for task in (SLOT, FOLLOW_UP):
            app.task(name=task, pass_context=False)(self._task(task))
        try:
            await connector.open_async()
            return await self._take_jobs(app, connector, enough)
        finally:
            pool = asyncio.ensure_future(connector.close_async())
            await asyncio.wait({pool}, timeout=_ANSWER)

    async def _take_jobs(self, app: App, connector: "_Connector", enough: asyncio.Event) -> bool:
        """Let Procrastinate's worker take jobs until it is enough; return whether it has ended."""
        working = asyncio.create_task(
            app.run_worker_async(
                queues=[self._queue],
                concurrency=self._concurrency,
                delete_jobs="always",
                install_signal_handlers=False,
                fetch_job_polling_interval=_ASK_EVERY,
                update_heartbeat_interval=_BEAT,
                stalled_worker_timeout=LOST_AFTER,
            )
        )
        self._connected = True
        asked = asyncio.ensure_future(enough.wait())
        await asyncio.wait({working, asked}, return_when=asyncio.FIRST_COMPLETED)
        self._connected = False
        asked.cancel()
        working.cancel()
        ended = await self._has_ended(working)
        self._complain(connector.failed or (_problem(working) if ended else TimeoutError()))
        return ended

    async def _has_ended(self, working: "asyncio.Task[None]") -> bool:
        """Wait for a worker that is asked to end; return False where it hangs although no job is at work."""
        idle_since = time.monotonic()
        while not working.done():
            await asyncio.wait({working}, timeout=_LOOK)
            if self._at_work:
                idle_since = time.monotonic()
            elif time.monotonic() > idle_since + _ANSWER:
                return False
        return True

    def _task(self, task: str) -> Any:
        def carry_out(**values: Any) -> None:
            with self._count:
                self._at_work += 1
            try:
                self._carry_out(job_of(task, values))
            except Exception as error:
                # Its schools run again: the next sweep finds that they are still due.
                log.error("a job was given up", exc_info=error)
            finally:
                with self._count:
                    self._at_work -= 1

        return carry_out

    def _complain(self, error: BaseException | None) -> None:
        if error is not None and time.monotonic() >= self._said + _LINE_EVERY:
            self._said = time.monotonic()
            log.warning("the queue of runs is tried again: %s", type(error).__name__)


def _problem(working: "asyncio.Task[None]") -> BaseException | None:
    return None if working.cancelled() else working.exception()


class _Connector(PsycopgConnector):
    """Procrastinate's connections, with a limit to each statement and a note of the first that failed."""

    failed: BaseException | None = None
    enough: asyncio.Event
    """Set once a statement has failed."""

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        await self._answered(super().execute_query_async(query, **arguments))

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        return await self._answered(super().execute_query_one_async(query, **arguments))

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        return await self._answered(super().execute_query_all_async(query, **arguments))

    async def _answered(self, asking: Coroutine[Any, Any, T]) -> T:
        """Return the answer; cancelling what waits on a dead connection may take for ever, so it is left."""
        task = asyncio.ensure_future(asking)
        try:
            done, _ = await asyncio.wait({task}, timeout=_ANSWER)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if not done:
            task.cancel()
            raise self._fail(TimeoutError())
        if task.cancelled():
            raise asyncio.CancelledError
        if (error := task.exception()) is not None:
            raise self._fail(error)
        return task.result()

    def _fail(self, error: BaseException) -> BaseException:
        self.failed = self.failed or error
        self.enough.set()
        return error
