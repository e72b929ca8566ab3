"""The log, on standard error; it never holds a person's identifier."""

import logging
import platform
import time
from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from bot.settings import LogForm, LogLevel, Settings
from bot.version import VERSION
from knowledge.visible import one_line, seen
from provisioning import log_fields
from provisioning.errors import DatabaseProblem
from provisioning.masking import masked

log = logging.getLogger(__name__)

_OURS = ("bot", "diagnostics", "provisioning", "knowledge")
_LINE = "%(asctime)s %(levelname)s %(name)s %(message)s"
_QUOTING = "slack_sdk.web"
_STILL_AT_WORK = 'Execution of job "%s" skipped: maximum number of running instances'
"""How a line of APScheduler begins that `bot.service.rounds` has in words of ours, and once."""
_AWAY = "the database can't be used (%s); what needs it is tried again, and told once a minute"


def _shown(record: logging.LogRecord) -> logging.LogRecord:
    """Return what is shown of a line: of one that only says that the database is away, no traceback."""
    if not is_about_database(record):
        return record
    record, error = copy(record), record.exc_info[1] if record.exc_info else None
    record.msg, record.args, record.exc_info = _AWAY, (error,), None
    return record


class Masking(logging.Formatter):
    """Masks what looks like a UPN, a username or an e-mail address in every line, tracebacks included.

    Our own lines hold none; but a database or a library may quote its input.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without identifiers; where the database is away, without the traceback."""
        return masked(seen(super().format(_shown(record))))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is the library's
        """Return the line in one, with what it is about: only a traceback behind it has lines of its own."""
        line, about = one_line(super().formatMessage(record)), log_fields.current()
        unsaid = [f"{name} {about[name]}" for name in log_fields.NAMES if name in about]
        unsaid = [said for said in unsaid if said not in line]
        return f"{line} ({', '.join(unsaid)})" if unsaid else line


class JsonLines(JsonFormatter):
    """Writes each line as JSON, masked as `Masking` does: a traceback is a field, not further lines.

    Fields: `time` (ISO 8601, UTC), `level`, `logger`, `message`, `run`, `school`, `reference` where the line
    has them, and `exc_info`.
    """

    def __init__(self) -> None:
        super().__init__(
            "%(message)s", reserved_attrs=tuple(logging.makeLogRecord({}).__dict__), json_ensure_ascii=False
        )

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; where the database is away, without the traceback."""
        return super().format(_shown(record))

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Return the fields without identifiers."""
        return {
            name: masked(seen(said)) if isinstance(said, str) else said for name, said in log_data.items()
        }

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Add what every line has, and what this one is about."""
        log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        log_data["level"], log_data["logger"] = record.levelname.lower(), record.name
        super().add_fields(log_data, record, message_dict)
        log_data |= log_fields.current()


def is_wanted(line: logging.LogRecord) -> bool:
    """Return whether operators need a line: every line of ours, and warnings and errors of libraries.

    The filter is on lines, not on loggers, because a library may set its own logger's level at start-up.
    Slack's client quotes what a web filter says in Slack's place; what it raises is logged by its caller.
    APScheduler warns of a round that is still at work each time that it is due.
    """
    if line.name.startswith(_QUOTING) or str(line.msg).startswith(_STILL_AT_WORK):
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


def configure(form: LogForm = "line", level: LogLevel = "info") -> None:
    """Set up the log for operators: its `form`, and the `level` from which lines of ours are shown.

    Of libraries only warnings and errors are shown, and these only as far as the level lets them. The first
    line says which version of the program this is.
    """
    handler, least = logging.StreamHandler(), getattr(logging, level.upper())
    handler.setFormatter(JsonLines() if form == "json" else Masking(_LINE))
    handler.addFilter(is_wanted)
    handler.addFilter(AwayFilter())
    logging.basicConfig(level=max(least, logging.WARNING), handlers=[handler])
    for ours in _OURS:
        logging.getLogger(ours).setLevel(least)
    log.info("Hwb rollover %s on Python %s", VERSION, platform.python_version())


def configure_by(settings: Settings) -> None:
    """Set up the log as `settings` say."""
    configure(settings.log_format, settings.log_level)
