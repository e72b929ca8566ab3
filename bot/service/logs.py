"""The log, on standard error; it never holds a person's identifier."""

import logging
import time
from collections.abc import Callable
from copy import copy

from knowledge.visible import one_line, seen
from provisioning.errors import DatabaseProblem
from provisioning.masking import masked

_OURS = ("bot", "diagnostics", "provisioning", "knowledge")
_QUOTING = "slack_sdk.web"
_AWAY = "the database can't be used (%s); what needs it is tried again, and told once a minute"


class Masking(logging.Formatter):
    """Masks what looks like a UPN, a username or an e-mail address in every line, tracebacks included.

    Our own lines hold none; but a database or a library may quote its input.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without identifiers; where the database is away, without the traceback."""
        if is_about_database(record):
            record, error = copy(record), record.exc_info[1] if record.exc_info else None
            record.msg, record.args, record.exc_info = _AWAY, (error,), None
        return masked(seen(super().format(record)))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is the library's
        """Return the line in one: only a traceback behind it has lines of its own."""
        return one_line(super().formatMessage(record))


def is_wanted(line: logging.LogRecord) -> bool:
    """Return whether operators need a line: every line of ours, and warnings and errors of libraries.

    The filter is on lines, not on loggers, because a library may set its own logger's level at start-up.
    Slack's client quotes what a web filter says in Slack's place; what it raises is logged by its caller.
    """
    if line.name.startswith(_QUOTING):
        return False
    return line.levelno >= logging.WARNING or line.name.split(".")[0] in _OURS


class AwayFilter(logging.Filter):
    """Lets pass one line a minute while the database is away, however many jobs fail by that.

    `seconds` gives a time that only grows.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._seconds, self._next = seconds, 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a line is to be shown."""
        if not is_about_database(record):
            return True
        now = self._seconds()
        if now < self._next:
            return False
        self._next = now + _AWAY_SECONDS
        return True


_AWAY_SECONDS = 60.0


def is_about_database(record: logging.LogRecord) -> bool:
    """Return whether a line only says that the database can't be used now."""
    error = record.exc_info[1] if record.exc_info else None
    # SQLAlchemy's pool complains for itself of each connection that it loses.
    return isinstance(error, DatabaseProblem) or record.name.startswith("sqlalchemy.pool")


def configure() -> None:
    """Set up the log for operators."""
    handler = logging.StreamHandler()
    handler.setFormatter(Masking("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.addFilter(is_wanted)
    handler.addFilter(AwayFilter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for ours in _OURS:
        logging.getLogger(ours).setLevel(logging.INFO)
