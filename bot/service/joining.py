"""Joining Slack now, or as soon as it can be reached: runs on schedule do not wait for it."""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

from bot.service.connected import Line
from provisioning.errors import KnownError

log = logging.getLogger(__name__)
_FIRST_WAIT, _LONGEST_WAIT = 2.0, 60.0
"""Seconds between two attempts: doubled after each, up to a minute."""
_UNREACHABLE = "error.slack-unreachable"


class SlackJoiner:
    """Joins Slack by `connect`, again and again while Slack can't be reached."""

    def __init__(self, connect: Callable[[], AbstractContextManager[Line]]) -> None:
        self._connect, self._stack, self._stopping = connect, ExitStack(), threading.Event()
        self._connection: Line | None = None
        self._thread = threading.Thread(target=self._retry, name="hwb-join", daemon=True)

    def start(self) -> KnownError | None:
        """Join Slack, or go on trying in a thread; returns why Slack could not be reached.

        What waiting can't mend, such as a refused token, raises `KnownError`.
        """
        problem = self._attempt()
        if problem is not None:
            self._thread.start()
        return problem

    @property
    def alive(self) -> bool:
        """Whether Slack reaches the bot."""
        return self._connection is not None and self._connection.alive

    @property
    def heard_seconds_ago(self) -> float | None:
        """The seconds since Slack was last heard; None where it can't be reached."""
        return None if self._connection is None else self._connection.heard_seconds_ago

    def stop(self) -> None:
        """Stop trying, and leave Slack."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._stack.close()

    def _attempt(self) -> KnownError | None:
        try:
            self._connection = self._stack.enter_context(self._connect())
        except KnownError as error:
            if error.said.key != _UNREACHABLE:
                raise
            return error
        return None

    def _retry(self) -> None:
        wait = _FIRST_WAIT
        while not self._stopping.wait(wait):
            wait = min(wait * 2, _LONGEST_WAIT)
            try:
                if self._attempt() is None:
                    return
            except KnownError as error:
                # An operator may mend it meanwhile, such as a revoked token: the schedule goes on.
                log.error("Slack does not let the bot in: %s", error.said.key)
            except Exception as error:  # such as a database that is away: the next attempt finds it there
                log.error("Slack could not be joined: %s", type(error).__name__)
