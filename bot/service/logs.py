"""The log, on standard error; it never holds a person's identifier."""

import logging

from provisioning.masking import masked

_OURS = ("bot", "diagnostics", "provisioning", "knowledge")


class Masking(logging.Formatter):
    """Masks what looks like a UPN, a username or an e-mail address in every line, tracebacks included.

    Our own lines hold none; but a database or a library may quote its input.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without identifiers."""
        return masked(super().format(record))


def is_wanted(line: logging.LogRecord) -> bool:
    """Return whether operators need a line: every line of ours, and warnings and errors of libraries.

    The filter is on lines, not on loggers, because a library may set its own logger's level at start-up.
    """
    return line.levelno >= logging.WARNING or line.name.split(".")[0] in _OURS


def configure() -> None:
    """Set up the log for operators."""
    handler = logging.StreamHandler()
    handler.setFormatter(Masking("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.addFilter(is_wanted)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for ours in _OURS:
        logging.getLogger(ours).setLevel(logging.INFO)
